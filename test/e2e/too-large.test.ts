import { expect, it } from 'vitest';
import { type Cli, createCli, parseOutput } from '../helpers/cli.ts';
import { createFolder } from '../helpers/folder.ts';

const words = 'The quick brown fox jumps over the lazy dog. ';
const env = { GITHUB_COPILOT_MODEL: 'gpt-5-mini' };

async function createSignedIn(): Promise<Cli> {
  const cli = await createCli();
  await cli.signIn();
  return cli;
}

it('refuses a prompt that cannot fit the model before it is sent, and says what takes the room', async () => {
  const cli = await createSignedIn();
  const cwd = createFolder({
    'src/a.txt': words.repeat(4000),
    'src/b.txt': words.repeat(2000),
    'c.txt': 'short',
  });
  const argv = ['chat', 'sum up', '-f', 'src', '-f', 'c.txt'];
  const run = await cli.run(argv, { cwd, env, stdin: words.repeat(10_000) });
  expect(run.code).toBe(9);
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(
    /^copilot-cli: the prompt has ~160,000 tokens, and gpt-5-mini takes 128,000: stdin ~100,000 tokens; src, 2 files ~60,000 tokens; 2 smaller parts\. Send less, or ask another model with -m, such as \S+\.\n$/,
  );
  expect(cli.simulator.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  const [, named = ''] = /such as (\S+)\.\n$/.exec(run.stderr) ?? [];
  const again = await cli.run([...argv, '-m', named], { cwd, stdin: words.repeat(10_000) });
  expect(again.code).toBe(0);
});

it('tells the shares as data, keeps nothing of it, and shows the request in a dry run', {
  tags: 'deep',
}, async () => {
  const cli = await createSignedIn();
  const stdin = words.repeat(20_000);
  const run = await cli.run(['chat', '--json', 'sum up'], { env, stdin });
  expect(parseOutput(run).error).toMatchObject({
    code: 'input_too_large',
    tokens_allowed: 128_000,
    shares: [{ label: 'stdin' }, { label: 'your words' }],
  });
  expect(parseOutput(await cli.run(['sessions', 'list', '--json']))).toMatchObject({ conversations: [] });
  const dry = await cli.run(['chat', '--dry-run', 'sum up'], { env, stdin });
  expect(dry.code).toBe(0);
});

it('leaves to the service what is only a little too large, and sends what fits', {
  tags: 'deep',
}, async () => {
  const cli = await createSignedIn();
  for (const times of [11_000, 13_500]) await cli.run(['chat', 'q'], { env, stdin: words.repeat(times) });
  expect(cli.simulator.requests.filter(({ method }) => method === 'POST').length).toBeGreaterThanOrEqual(2);
});
