import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { binary, type Cli, collect, createCli } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

const chatPath = '/chat/completions';

async function createSignedIn(options: SimulatorOptions = {}): Promise<Cli & { output: string }> {
  const cli = await createCli(options);
  await cli.signIn();
  return { ...cli, output: join(cli.home, 'out.jsonl') };
}

type Record_ = { index: number; input: string; text?: string; error?: { code: string } };

const parseLines = (text: string): Record_[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** What the simulator was asked, each once for every time. */
const listAsked = (cli: Cli): string[] =>
  cli.simulator
    .requestsTo(chatPath)
    .map(({ body }) => (body as { messages: { content: string }[] }).messages.at(-1)?.content ?? '');

it('each line is asked by itself, after the prompt, and told in order', async () => {
  const cli = await createSignedIn();
  const run = await cli.run(['chat', '--each-line', '-j', '3', '-s', 'Be brief.', 'Translate:'], {
    stdin: 'one\n\ntwo\r\nthree\n',
  });
  expect(run).toMatchObject({ stderr: '', code: 0 });
  expect(parseLines(run.stdout)).toMatchObject([
    { schema_version: 1, index: 0, input: 'one', text: 'You said: Translate:\n\none', finish_reason: 'stop' },
    { index: 1, input: 'two' },
    { index: 2, input: 'three' },
  ]);
});

it('two hundred lines, stopped by SIGKILL in the middle, are as many records in order, none asked again once it was saved', () =>
  expectWhole(200));

it(
  'a thousand lines, stopped by SIGKILL in the middle, are as many records in order, none asked again once it was saved',
  {
    tags: 'deep',
    timeout: 120_000,
  },
  () => expectWhole(1000),
);

async function expectWhole(count: number): Promise<void> {
  const cli = await createSignedIn();
  const lines = Array.from({ length: count }, (_, index) => `line ${index}`);
  const argv = ['chat', '--each-line', '-j', '8', '-o', cli.output];
  const { child, done } = cli.start(argv, { stdin: lines.join('\n') });
  await cli.simulator.waitForRequest(chatPath, 0.4 * count);
  child.kill('SIGKILL');
  await done;
  const written = [cli.output, `${cli.output}.unfinished`].map((path) => readFileSync(path, 'utf8'));
  const records = written.flatMap((text) => parseLines(text.replace(/[^\n]*$/, '')));
  const saved = new Set(records.map(({ input }) => input).filter(Boolean));
  expect(saved.size).toBeGreaterThan(0.4 * count - 50);
  expect(saved.size).toBeLessThan(count);
  cli.simulator.requests.length = 0;
  expect(await cli.run(argv, { stdin: lines.join('\n') })).toMatchObject({ stdout: '', stderr: '', code: 0 });
  const answers = parseLines(readFileSync(cli.output, 'utf8'));
  expect(answers.map(({ input }) => input)).toEqual(lines);
  expect(answers.map(({ text }) => text)).toEqual(lines.map((line) => `You said: ${line}`));
  expect(listAsked(cli).sort()).toEqual(lines.filter((line) => !saved.has(line)).sort());
}

it('a line that fails by itself has its failure for a record, and the others are answered', async () => {
  const cli = await createSignedIn();
  cli.simulator.faults.add({ path: chatPath, status: 422, body: { error: { message: 'No.' } } });
  const run = await cli.run(['chat', '--each-line', '-j', '1'], { stdin: 'one\ntwo\n' });
  expect(run.code).toBe(10);
  expect(run.stderr).toContain('1 of 2 lines were not answered');
  expect(parseLines(run.stdout)).toMatchObject([
    { input: 'one', error: { code: 'content_filter' } },
    { input: 'two', text: 'You said: two' },
  ]);
});

const brokenStream = {
  path: chatPath,
  status: 200,
  contentType: 'text/event-stream',
  body: 'data: {"choices":[{"index":0,"delta":{"content":"Half"}}]}\n\ndata: {"error":{"message":"boom"}}\n\n',
};

it.each([
  ['in the middle', brokenStream],
  ['as it was packed', { ...brokenStream, headers: { 'content-encoding': 'gzip' } }],
])('an answer that is broken %s is the failure of its line alone', async (_, fault) => {
  const cli = await createSignedIn();
  cli.simulator.faults.add(fault);
  const run = await cli.run(['chat', '--each-line', '-j', '1'], { stdin: 'one\ntwo\nthree\n' });
  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('1 of 3 lines were not answered') });
  expect(parseLines(run.stdout)).toMatchObject([
    { input: 'one', error: { code: 'upstream' } },
    { input: 'two', text: 'You said: two' },
    { input: 'three', text: 'You said: three' },
  ]);
});

it('three broken answers in a row end the batch', async () => {
  const cli = await createSignedIn();
  cli.simulator.faults.add({ ...brokenStream, times: 9 });
  const run = await cli.run(['chat', '--each-line', '-j', '1'], { stdin: 'a\nb\nc\nd\ne\n' });
  expect(run.code).toBe(1);
  expect(parseLines(run.stdout).map(({ input }) => input)).toEqual(['a', 'b', 'c']);
  expect(cli.simulator.requestsTo(chatPath)).toHaveLength(3);
});

sampled.it.each([
  [402, 'quota_exceeded', 8],
  [500, 'down', 1],
])(
  'a failure that concerns all lines ends it, and what was answered is there: %i',
  { timeout: 60_000 },
  async (status, code, exit) => {
    const cli = await createSignedIn();
    let count = 0;
    cli.simulator.state.answer = () => {
      count += 1;
      if (count === 3)
        cli.simulator.faults.add({
          path: chatPath,
          status,
          body: { error: { message: 'No.', code } },
          times: 9,
        });
      return {};
    };
    const run = await cli.run(['chat', '--each-line', '-j', '1', '-o', cli.output], {
      stdin: 'a\nb\nc\nd\ne\n',
    });
    expect(run.code).toBe(exit);
    expect(parseLines(readFileSync(cli.output, 'utf8')).map(({ input }) => input)).toEqual(['a', 'b', 'c']);
  },
);

it('what would be left out unseen is refused by its name', async () => {
  const cli = await createSignedIn();
  const run = await cli.run(['chat', '--each-line', '-c', '-f', '-', '--reasoning'], {
    stdin: 'one\n',
  });
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toContain('--each-line takes no --reasoning, --continue, file of stdin.');
  expect(cli.simulator.requestsTo(chatPath)).toEqual([]);
});

it('an output that is - is stdout, and one that is a device holds nothing of an earlier run', async () => {
  const cli = await createSignedIn();
  const run = await cli.run(['chat', '--each-line', '-o', '-'], { stdin: 'one\n', cwd: cli.home });
  expect(parseLines(run.stdout)).toMatchObject([{ input: 'one' }]);
  expect(existsSync(join(cli.home, '-'))).toBe(false);
  const full = await cli.run(['chat', '--each-line', '-o', '/dev/full'], { stdin: 'one\n' });
  expect(full).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('/dev/full cannot be written: the disk is full (ENOSPC)'),
  });
});

const inNamespace = ['-rm', 'sh', '-c'];
const canMount =
  spawnSync('unshare', [...inNamespace, 'mount -t tmpfs -o size=8k none /mnt'], { stdio: 'ignore' })
    .status === 0;

it.runIf(canMount)(
  'a disk that is full before the first line is said with the code of a failed write',
  async () => {
    const cli = await createSignedIn();
    const script = `mount -t tmpfs -o size=8k none /mnt; head -c 100k /dev/zero > /mnt/filler; "$0" "$@"`;
    const argv = [process.execPath, binary, 'chat', '--each-line', '-o', '/mnt/out.jsonl'];
    const full = spawn('unshare', [...inNamespace, script, ...argv], { env: cli.env });
    const stderr = collect(full.stderr);
    full.stdin.end('one\n');
    expect(await new Promise((resolve) => full.on('close', resolve))).toBe(1);
    expect(stderr()).toMatch(
      /^copilot-cli: \/mnt\/out\.jsonl cannot be written: the disk is full \(ENOSPC\)\. Make room/m,
    );
  },
);

it('an effort that the model does not take is refused before the first line', async () => {
  const cli = await createSignedIn();
  const argv = ['chat', '--each-line', '-m', 'gpt-5-mini', '--effort', 'nonsense'];
  const run = await cli.run(argv, { stdin: 'one\n' });
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toContain('does not take the effort nonsense');
  expect(cli.simulator.requestsTo('/responses')).toEqual([]);
});

it('what holds for every line is warned of once', async () => {
  const cli = await createSignedIn();
  const argv = ['chat', '--each-line', '-m', 'gpt-5-mini', '--max-tokens', '9999999'];
  const run = await cli.run(argv, { stdin: 'one\ntwo\nthree\n' });
  expect(run.stderr.match(/warning: The reply has at most \d+ tokens/g)).toHaveLength(1);
});

it('an input without lines ends well, and says so', async () => {
  const cli = await createSignedIn();
  const run = await cli.run(['chat', '--each-line', 'Translate:'], { stdin: ' \n\n' });
  expect(run).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('stdin holds no lines') });
  expect(cli.simulator.requestsTo(chatPath)).toEqual([]);
});
