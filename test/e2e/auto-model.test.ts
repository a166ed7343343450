import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

const chatPath = '/chat/completions';
const autoOnly: SimulatorOptions = { account: { plan: 'free-auto' } };
/** What the simulator's choice calls itself in its answers. */
const answered = /^gpt-5-mini/;

async function createSignedIn(options: SimulatorOptions = {}): Promise<Cli> {
  const cli = await createCli(options);
  cli.env.GITHUB_COPILOT_MODEL = '';
  await cli.signIn();
  cli.simulator.requests.length = 0;
  return cli;
}

/** Bodies of requests to models, wherever they went. */
const asked = (cli: Cli): unknown[] =>
  cli.simulator.requests
    .filter(
      ({ method, host, path }) => method === 'POST' && host === 'copilot' && !path.startsWith('/models'),
    )
    .map(({ body }) => body);

const unnamed = expect.not.objectContaining({ model: expect.anything() });

describe('an account that may name no model', () => {
  it('is answered without a word about models, and by the first request', async () => {
    const cli = await createSignedIn(autoOnly);
    const run = await cli.run(['chat', '--json', 'hi']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(parseOutput(run)).toMatchObject({
      model_requested: 'auto',
      model: expect.stringMatching(answered),
      text: 'You said: hi',
    });
    expect(asked(cli)).toEqual([unnamed]);
  });

  it('has auto as its default, in models and in status', { tags: 'deep' }, async () => {
    const cli = await createSignedIn(autoOnly);
    expect((await cli.runHere(['models', 'default'])).stdout).toBe('auto\n');
    expect(parseOutput(await cli.runHere(['status', '--json'])).default_model).toEqual({
      id: 'auto',
      origin: 'service',
    });
  });

  it('is told of auto where it names a model', { tags: 'deep' }, async () => {
    const cli = await createSignedIn(autoOnly);
    const run = await cli.runHere(['chat', '-m', 'gpt-5-mini', 'hi']);
    expect(run).toMatchObject({ code: 6, stdout: '' });
    expect(run.stderr).toMatch(/-m auto.*models default auto/s);
    expect(asked(cli)).toHaveLength(1);
  });

  it('goes on with a conversation that Copilot chose the model for', async () => {
    const cli = await createSignedIn(autoOnly);
    await cli.runHere(['chat', '--session', 'talk', 'first']);
    const run = await cli.runHere(['chat', '--session', 'talk', 'second']);
    expect(run).toMatchObject({ code: 0, stdout: 'You said: second\n' });
    expect(asked(cli)).toEqual([unnamed, unnamed]);
  });

  it('has its lines answered one by one', { tags: 'deep' }, async () => {
    const cli = await createSignedIn(autoOnly);
    const run = await cli.runHere(['chat', '--each-line', 'Say:'], { stdin: 'one\ntwo\n' });
    expect(run.code).toBe(0);
    const records = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records).toHaveLength(2);
    for (const { model } of records) expect(model).toMatch(answered);
    expect(asked(cli)).toEqual([unnamed, unnamed]);
  });
});

describe('auto', () => {
  sampled.it.each<[where: string, choose: (cli: Cli) => Promise<string[]>]>([
    ['-m', async () => ['chat', '-m', 'auto', 'hi']],
    [
      'models default',
      async (cli) => {
        expect((await cli.runHere(['models', 'default', 'auto'])).code).toBe(0);
        return ['chat', 'hi'];
      },
    ],
    [
      'config set model',
      async (cli) => {
        expect((await cli.runHere(['config', 'set', 'model', 'Auto'])).code).toBe(0);
        return ['chat', 'hi'];
      },
    ],
    [
      'the environment',
      async (cli) => {
        cli.env.GITHUB_COPILOT_MODEL = 'auto';
        return ['chat', 'hi'];
      },
    ],
    [
      'a prompt file',
      async (cli) => {
        const path = join(cli.home, 'p.md');
        writeFileSync(path, '---\nmodel: auto\n---\nhi\n');
        return ['run', path];
      },
    ],
  ])('is a model where %s names it, on an account with all models', async (_, choose) => {
    const cli = await createSignedIn();
    const run = await cli.runHere([...(await choose(cli)), '--json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(parseOutput(run)).toMatchObject({
      model_requested: 'auto',
      model: expect.stringMatching(answered),
    });
    expect(cli.simulator.requestsTo(chatPath).map(({ body }) => body)).toEqual([unnamed]);
  });

  it('is on the list of models, whoever asks for it', async () => {
    const cli = await createSignedIn();
    expect((await cli.runHere(['models', '-q'])).stdout.split('\n')).toContain('auto');
    expect((await cli.runHere(['models', 'resolve', 'AUTO'])).stdout).toBe('auto\n');
    const { models } = parseOutput(await cli.runHere(['models', '--json'])) as {
      models: { id: string; abilities: string[]; limits: { context_tokens: number }; listed: boolean }[];
    };
    const auto = models.find(({ id }) => id === 'auto');
    const others = models.filter(({ id, listed }) => id !== 'auto' && listed);
    expect(auto).toMatchObject({
      listed: true,
      default: false,
      kind: 'chat',
      credits_per_million_tokens: null,
    });
    expect(auto?.limits.context_tokens).toBe(Math.min(...others.map(({ limits }) => limits.context_tokens)));
    for (const { abilities } of others)
      expect(abilities).toEqual(expect.arrayContaining(auto?.abilities ?? []));
  });

  it('says with --usage which model answered', { tags: 'deep' }, async () => {
    const cli = await createSignedIn();
    expect((await cli.runHere(['chat', '-m', 'auto', '--usage', 'hi'])).stderr).toMatch(
      /^usage: by gpt-5-mini\S*, \d+ tokens in/m,
    );
    expect((await cli.runHere(['chat', '-m', 'gpt-4.1', '--usage', 'hi'])).stderr).toMatch(
      /^usage: \d+ tokens in/m,
    );
  });

  it('has no price that is made up, on an account that counts premium requests', {
    tags: 'deep',
  }, async () => {
    const cli = await createSignedIn({ account: { plan: 'paid-requests' } });
    const ask = async (model: string) =>
      parseOutput(await cli.runHere(['chat', '-m', model, '--json', 'hi'])).usage;
    expect(await ask('claude-sonnet-4.6')).toMatchObject({ premium_requests_estimated: 1 });
    expect(await ask('auto')).toMatchObject({ premium_requests_estimated: null });
  });

  it('is no default of an account that lists models', async () => {
    const cli = await createSignedIn();
    expect((await cli.runHere(['models', 'default'])).stdout).toBe('gpt-5.3-codex\n');
  });

  it('gives way to a hidden model where nobody asked for it and Copilot does not choose', {
    tags: 'deep',
  }, async () => {
    const cli = await createSignedIn({ pickerDisabled: true, auto: { available: false } });
    expect(await cli.runHere(['chat', 'hi'])).toMatchObject({ stdout: 'You said: hi\n', code: 0 });
    expect((await cli.runHere(['chat', '-m', 'auto', 'hi'])).code).toBe(6);
  });
});
