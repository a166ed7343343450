import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

const modelsPath = '/models';

type ModelJson = Record<string, unknown> & { id: string };

async function createSignedIn(options: SimulatorOptions = {}): Promise<Cli> {
  const cli = await createCli(options);
  cli.env.GITHUB_COPILOT_MODEL = '';
  await cli.signIn();
  return cli;
}

describe('models', () => {
  it('lists what the account shows, tab-separated without a heading on a pipe', async () => {
    const cli = await createSignedIn();
    const run = await cli.run(['models']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const rows = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(rows.every((row) => row.length === 9)).toBe(true);
    const mini = rows.find(([id]) => id === 'gpt-5-mini');
    expect(mini?.slice(0, 4)).toEqual(['gpt-5-mini', 'Azure OpenAI', '264k', '25/200']);
    expect(rows.some(([id]) => id === 'text-embedding-3-small')).toBe(false);
  });

  it('prints ids alone with --quiet, hidden ones with --all', async () => {
    const cli = await createSignedIn();
    const shown = (await cli.runHere(['models', '-q'])).stdout.trimEnd().split('\n');
    const all = (await cli.runHere(['models', '-q', '--all'])).stdout.trimEnd().split('\n');
    expect(shown).toContain('gpt-5-mini');
    expect(shown).not.toContain('text-embedding-3-small');
    expect(all).toContain('text-embedding-3-small');
    expect(all.length).toBeGreaterThan(shown.length);
  });

  it.each([
    [
      'an error beside an empty one',
      { error: { message: 'the backend is away' }, data: [] },
      /: the backend is away/,
    ],
    ['names alone', { data: ['a', 'b'] }, /no list of models$/],
    ['entries without an id', { data: [{ name: 'x' }] }, /no list of models$/],
    ['none', { message: 'hello' }, /no list of models$/],
  ])('takes no answer for a list that is none: %s', async (_, body, message) => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: modelsPath, status: 200, body, times: 9 });
    const run = await cli.runHere(['models', '--json'], { env: { XDG_CACHE_HOME: join(cli.home, 'none') } });
    expect(run.code).toBe(1);
    expect(parseOutput(run)).toMatchObject({
      error: { code: 'upstream', message: expect.stringMatching(message) },
    });
  });

  it('describes every model of the account in JSON, and counts entries that cannot be read', async () => {
    const cli = await createSignedIn();
    const output = parseOutput(await cli.runHere(['models', '--json']));
    const models = output.models as ModelJson[];
    expect(output).toMatchObject({ schema_version: 1, origin: 'account' });
    expect(output.unreadable).toBeGreaterThan(0);
    // All of the account's own, and Copilot's choice.
    expect(models.length - 1 + Number(output.unreadable)).toBe(cli.simulator.state.catalogue.length);
    expect(models.find(({ id }) => id === 'gpt-5-mini')).toMatchObject({
      name: 'GPT-5 mini',
      kind: 'chat',
      endpoints: ['/responses', 'ws:/responses', '/chat/completions'],
      limits: { context_tokens: 264_000, prompt_tokens: 128_000, output_tokens: 64_000 },
      abilities: expect.arrayContaining(['tools', 'vision', 'structured-output']),
      efforts: ['low', 'medium', 'high'],
      credits_per_million_tokens: { input: 25, output: 200 },
      multiplier: null,
      policy: null,
      listed: true,
    });
    for (const model of models) {
      expect(Object.keys(model)).toEqual(Object.keys(models[0] ?? {}));
    }
  });

  it('shows multipliers, and no prices, to an account that is billed by requests', async () => {
    const cli = await createSignedIn({ account: { plan: 'paid-requests' } });
    const models = parseOutput(await cli.runHere(['models', '--json'])).models as ModelJson[];
    const sonnet = models.find(({ id }) => id === 'claude-sonnet-4.6');
    expect(sonnet).toMatchObject({ credits_per_million_tokens: null, multiplier: expect.any(Number) });
  });

  it('filters by ability', async () => {
    const cli = await createSignedIn();
    const list = async (...flags: string[]): Promise<string[]> => {
      const { stdout } = await cli.runHere(['models', '-q', ...flags]);
      return stdout.split('\n').filter(Boolean);
    };
    const vision = await list('--ability', 'vision');
    expect(vision).toContain('gpt-5-mini');
    expect(vision).not.toContain('kimi-k2.7-code');
    expect(await list('--ability', 'vision', 'structured-output')).not.toContain('claude-haiku-4.5');
    expect(await list('--ability', 'embeddings')).toEqual(expect.arrayContaining(['text-embedding-3-small']));
    const wrong = await cli.runHere(['models', '--ability', 'flying']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/Allowed choices are streaming, tools/);
  });

  it('shows what can chat where the service hides every model', async () => {
    const cli = await createSignedIn();
    cli.simulator.state.pickerDisabled = true;
    expect((await cli.runHere(['models', '-q'])).stdout).toContain('gpt-5-mini\n');
  });

  it('shows a built-in list to somebody who is not signed in, and says so', async () => {
    const cli = await createCli();
    const run = await cli.runHere(['models', '--json']);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^warning: not signed in: this is a built-in list/);
    const output = parseOutput(run);
    expect(output).toMatchObject({ origin: 'builtin', fetched_at: null });
    expect((output.models as ModelJson[]).length).toBeGreaterThan(5);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('shows an older list where Copilot fails, and fails where there is none', async () => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: modelsPath, status: 500, times: 99 });
    const run = await cli.runHere(['models', '--json']);
    expect(parseOutput(run)).toMatchObject({ origin: 'cache' });
    const other = await createSignedIn();
    await other.runHere(['logout']);
    other.simulator.faults.add({ path: modelsPath, status: 500, times: 99 });
    await other.runHere(['login']);
    expect((await other.runHere(['models'])).code).toBe(1);
  });
});

describe('models default', () => {
  it('is set by any spelling, shown, and used by the next prompt', async () => {
    const cli = await createSignedIn();
    const set = await cli.runHere(['models', 'default', 'openai/GPT-5-Mini']);
    expect(set).toMatchObject({ code: 0, stdout: '', stderr: 'The default model is now gpt-5-mini.\n' });
    expect((await cli.runHere(['models', 'default'])).stdout).toBe('gpt-5-mini\n');
    await cli.runHere(['chat', 'hi']);
    expect(cli.simulator.requestsTo('/responses')[0]?.body).toMatchObject({ model: 'gpt-5-mini' });
    expect((await cli.runHere(['config', 'get', 'model'])).stdout).toBe('gpt-5-mini\n');
  });

  sampled.it.each([
    ['gpt-5-minx', 6, /no model gpt-5-minx; the nearest are gpt-5-mini/],
    ['text-embedding-3-small', 6, /cannot chat/],
    ['claude-fable-5', 5, /switched off/],
  ])('is not set to %s', async (name, code, words) => {
    const cli = await createSignedIn();
    const run = await cli.runHere(['models', 'default', name]);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(words);
    expect((await cli.runHere(['config', 'get', 'model'])).code).toBe(3);
  });
});

describe('models resolve', () => {
  sampled.it.each([
    ['claude-sonnet-4-6', 'claude-sonnet-4.6'],
    ['copilot-gpt-5-mini', 'gpt-5-mini'],
    ['anthropic/claude-haiku-4-5-20251001', 'claude-haiku-4.5'],
  ])('prints the id that %s stands for', async (name, id) => {
    const cli = await createSignedIn();
    expect(await cli.runHere(['models', 'resolve', name])).toMatchObject({ stdout: `${id}\n`, code: 0 });
  });
});

describe('a part of the name of a model', () => {
  it('means the same with a flag, in variables, settings, templates, batches, and for models resolve', async () => {
    const cli = await createSignedIn();
    const asked = (): unknown => cli.simulator.requestsTo('/v1/messages').at(-1)?.body;
    const haiku = { model: 'claude-haiku-4.5' };
    expect(await cli.runHere(['models', 'resolve', 'haiku'])).toMatchObject({
      stdout: 'claude-haiku-4.5\n',
      code: 0,
    });
    await cli.runHere(['chat', '-m', 'haiku', 'by flag']);
    expect(asked()).toMatchObject(haiku);
    await cli.runHere(['chat', '-m', 'sonnet', 'another']);
    expect(asked()).toMatchObject({ model: 'claude-sonnet-4.6' });
    cli.env.GITHUB_COPILOT_MODEL = 'Haiku';
    await cli.runHere(['chat', 'by variable']);
    expect(asked()).toMatchObject(haiku);
    cli.env.GITHUB_COPILOT_MODEL = '';
    await cli.runHere(['config', 'set', 'model', 'haiku']);
    expect((await cli.runHere(['config', 'get', 'model'])).stdout).toBe('claude-haiku-4.5\n');
    await cli.runHere(['models', 'default', 'sonnet']);
    expect((await cli.runHere(['config', 'get', 'model'])).stdout).toBe('claude-sonnet-4.6\n');
    writeFileSync(join(cli.home, 'say.prompt.md'), '---\nmodel: haiku\n---\nhello');
    await cli.runHere(['run', join(cli.home, 'say.prompt.md')]);
    expect(asked()).toMatchObject(haiku);
    await cli.runHere(['chat', '--each-line', '-m', 'haiku', '-'], { stdin: 'one\n' });
    expect(cli.simulator.requestsTo('/v1/messages')).toHaveLength(5);
    expect(asked()).toMatchObject(haiku);
  });

  it.each([
    ['opus', 6, '"opus" is a part of 2 models: claude-opus-4.6, claude-opus-5'],
    ['fable', 5, 'claude-fable-5 is switched off'],
    ['embedding', 6, 'there is no model embedding'],
    ['claude-sonnet-4', 6, 'there is no model claude-sonnet-4'],
  ])('%s is refused before a request, on each surface', async (name, code, words) => {
    const cli = await createSignedIn();
    for (const argv of [
      ['chat', '-m', name, 'hi'],
      ['models', 'resolve', name],
      ['models', 'default', name],
      ['config', 'set', 'model', name],
    ]) {
      const run = await cli.runHere(argv);
      expect(run.stderr, argv.join(' ')).toContain(words);
      expect(run.code, argv.join(' ')).toBe(code);
    }
    expect(
      cli.simulator.requests.filter(({ method, path }) => method === 'POST' && !path.startsWith('/login')),
    ).toEqual([]);
  });
});

describe('the list of models', () => {
  it('is asked for once an hour by prompts, and again before an unknown name is refused', async () => {
    const cli = await createSignedIn();
    await cli.runHere(['chat', 'hi']);
    await cli.runHere(['chat', 'hi again']);
    expect(cli.simulator.requestsTo(modelsPath)).toHaveLength(0);
    await cli.runHere(['chat', '-m', 'brand-new-model', 'hi']);
    expect(cli.simulator.requestsTo(modelsPath)).toHaveLength(1);
  });
});

describe('models show', () => {
  it('tells everything of one model, by any of its names, and the same in JSON', async () => {
    const cli = await createSignedIn();
    const { stdout } = await cli.runHere(['models', 'show', 'GPT-5 mini']);
    expect(stdout).toMatch(/^ID +gpt-5-mini$/m);
    expect(stdout).toMatch(/^Answers on +\/responses, ws:\/responses, \/chat\/completions$/m);
    expect(stdout).toMatch(/^Context window +264000 tokens$/m);
    expect(stdout).toMatch(/^Efforts +low, medium, high$/m);
    expect(stdout).toMatch(/^Price +AI credits per million tokens: 25 in, 200 out/m);
    expect(stdout).not.toContain('Multiplier');
    const listed = parseOutput(await cli.runHere(['models', '--json'])).models as ModelJson[];
    expect(parseOutput(await cli.runHere(['models', 'show', 'gpt-5-mini', '--json'])).model).toEqual(
      listed.find(({ id }) => id === 'gpt-5-mini'),
    );
  });

  it('knows what keeps a model from answering, and refuses an unknown one', async () => {
    const cli = await createSignedIn();
    const { stdout } = await cli.runHere(['models', 'show', 'text-embedding-3-small']);
    expect(stdout).toMatch(/^State +embeddings only$/m);
    expect(await cli.runHere(['models', 'show', 'gpt-9'])).toMatchObject({ code: 6, stdout: '' });
  });
});

describe('models --filter and --sort', () => {
  it('choose and order the models, hidden ones with --all', async () => {
    const cli = await createSignedIn();
    const listed = parseOutput(await cli.runHere(['models', '--json'])).models as {
      id: string;
      listed: boolean;
      abilities: string[];
      limits: { context_tokens: number | null };
      credits_per_million_tokens: { input: number } | null;
    }[];
    const expected = listed
      .filter(
        ({ abilities, limits }) => abilities.includes('vision') && (limits.context_tokens ?? 0) >= 200_000,
      )
      .filter(({ credits_per_million_tokens: price }) => price !== null && price.input < 300)
      .map(({ id }) => id);
    const argv = ['models', '-q', '--all', '--filter', 'vision && context>=200k && price<300'];
    const { stdout } = await cli.runHere(argv);
    expect(expected.length).toBeGreaterThan(1);
    expect(stdout.trimEnd().split('\n')).toEqual(expected);
    const sorted = (await cli.runHere([...argv, '--sort', 'price:desc'])).stdout.trimEnd().split('\n');
    const prices = sorted.map(
      (id) => listed.find((one) => one.id === id)?.credits_per_million_tokens?.input ?? 0,
    );
    expect(prices).toEqual([...prices].sort((a, b) => b - a));
    expect((await cli.runHere(['models', 'list', '-q', '--filter', 'id=gpt-5-mini'])).stdout).toBe(
      'gpt-5-mini\n',
    );
  });

  it('use the multiplier of an account that counts requests', async () => {
    const cli = await createSignedIn({ account: { plan: 'paid-requests' } });
    const listed = parseOutput(await cli.runHere(['models', '--json'])).models as (ModelJson & {
      multiplier: number | null;
    })[];
    const free = listed.filter(({ multiplier }) => multiplier === 0).map(({ id }) => id);
    expect(free.length).toBeGreaterThan(0);
    const { stdout } = await cli.runHere(['models', '-q', '--all', '--filter', 'price=0']);
    expect(stdout.trimEnd().split('\n')).toEqual(free);
  });

  it('refuse what they cannot read before anything is fetched, and point at the place', async () => {
    const cli = await createSignedIn();
    const before = cli.simulator.requestsTo(modelsPath).length;
    const run = await cli.runHere(['models', '--filter', 'vision && contxt>1']);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(
      '--filter at column 11 (contxt>1): there is no field contxt; did you mean context?',
    );
    expect(run.stderr).toContain('Fields: streaming, tools');
    expect(await cli.runHere(['models', '--sort', 'prize'])).toMatchObject({ code: 2, stdout: '' });
    expect(cli.simulator.requestsTo(modelsPath)).toHaveLength(before);
  });
});
