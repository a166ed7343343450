import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, canary, createCli, parseOutput } from '../helpers/cli.ts';
import { type FakeOllama, startFakeOllama } from '../helpers/fake-ollama.ts';
import { skipsKeyStore, startSecretService } from '../helpers/secret-service.ts';

/** Somebody who is not signed in to GitHub, and has an endpoint. */
async function createWithOllama(flags: string[] = []): Promise<{ cli: Cli; ollama: FakeOllama }> {
  const [cli, ollama] = [await createCli(), await startFakeOllama()];
  cli.env.GITHUB_COPILOT_MODEL = '';
  const added = await cli.runHere(['endpoints', 'add', 'ollama', '--url', `${ollama.url}/v1`, ...flags]);
  expect(added).toMatchObject({
    code: 0,
    stderr: 'Added ollama. Try it: copilot-cli endpoints test ollama\n',
  });
  return { cli, ollama };
}

/** A picture of one pixel. */
const dot =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const endpointsFile = (cli: Cli): string => join(cli.home, 'config', 'copilot-cli', 'endpoints.json');

function writeEntry(cli: Cli, entry: object): void {
  mkdirSync(join(cli.home, 'config', 'copilot-cli'), { recursive: true, mode: 0o700 });
  writeFileSync(endpointsFile(cli), JSON.stringify({ endpoints: { ollama: entry } }), { mode: 0o600 });
}

describe('a prompt to a model of an endpoint', () => {
  it('is answered though nobody is signed in to GitHub, and GitHub hears nothing of it', async () => {
    const { cli, ollama } = await createWithOllama();
    const run = await cli.runHere(['chat', '-m', 'ollama/llama3.2', '--json', 'hi']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(parseOutput(run)).toMatchObject({
      text: 'Hello from Ollama.',
      usage: { input_tokens: 26, output_tokens: 5 },
    });
    expect(run.stdout).not.toMatch(/(?:credits|credits_estimated|premium_requests_estimated)": \d/);
    expect(cli.simulator.requests).toEqual([]);
    expect(ollama.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/models',
      'POST /v1/chat/completions',
    ]);
    expect(ollama.requests.at(-1)?.body.model).toBe('llama3.2:latest');
  });

  it('carries no header, no field and no token of Copilot, for somebody who is signed in, too', async () => {
    const { cli, ollama } = await createWithOllama();
    await cli.signIn();
    await cli.runHere(['chat', 'hi']);
    const before = cli.simulator.requests.length;
    expect((await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'])).stdout).toBe('Hello from Ollama.\n');
    expect(cli.simulator.requests).toHaveLength(before);
    for (const { headers, body } of ollama.requests) {
      expect(Object.keys(headers).join()).not.toMatch(
        /copilot|editor|initiator|intent|github|authorization|api-key/,
      );
      expect(headers['user-agent']).toMatch(/^copilot-cli\//);
      expect(JSON.stringify(body)).not.toMatch(/copilot|thinking_budget|reasoning_opaque/);
    }
  });

  it.each(['reasoning', 'reasoning_content'] as const)('shows what a model thinks in %s', async (field) => {
    const { cli, ollama } = await createWithOllama();
    ollama.state.thinkingField = field;
    ollama.state.thinking = 'Let me see.';
    const run = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', '--json', 'hi']);
    expect(parseOutput(run).reasoning).toBe('Let me see.');
  });

  it.each([
    ['the setting', { GITHUB_COPILOT_MODEL: 'ollama/qwen3:8b' }, ['chat', 'hi']],
    ['a part of its name', {}, ['chat', '-m', 'ollama/qwen', 'hi']],
    ['capitals', {}, ['chat', '-m', 'Ollama/QWEN3:8B', 'hi']],
  ])('finds the model by %s', async (_, env, argv) => {
    const { cli, ollama } = await createWithOllama();
    expect(await cli.runHere(argv, { env })).toMatchObject({ code: 0, stdout: 'Hello from Ollama.\n' });
    expect(ollama.requests.at(-1)?.body.model).toBe('qwen3:8b');
  });

  it('finds it by the model of a prompt template, and of a conversation that goes on', async () => {
    const { cli, ollama } = await createWithOllama();
    const folder = join(cli.home, 'config', 'copilot-cli', 'templates');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'short.md'), '---\nmodel: ollama/qwen3:8b\n---\nSay it in short.\n');
    expect(await cli.runHere(['chat', '-t', 'short', '--session', 'whales'])).toMatchObject({ code: 0 });
    expect(await cli.runHere(['chat', '--resume', 'whales', 'again'])).toMatchObject({ code: 0, stderr: '' });
    expect(ollama.requests.at(-1)?.body).toMatchObject({ model: 'qwen3:8b', messages: { length: 3 } });
  });

  it('never goes to Copilot, not even if Copilot has a model of that name', async () => {
    const { cli } = await createWithOllama();
    await cli.signIn();
    const run = await cli.runHere(['chat', '-m', 'ollama/gpt-5-mini', 'my secret plans']);
    expect(run).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(
        /^copilot-cli: there is no model ollama\/gpt-5-mini; the nearest are ollama\//,
      ),
    });
    expect(run.stderr).not.toMatch(/plan,|organisation|github\.com/);
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });

  it.each([
    ['chat', 'was removed', ['chat', '-m', 'acme/gpt-4o', 'my secret plans'], {}],
    ['the default', 'was removed', ['chat', 'my secret plans'], { GITHUB_COPILOT_MODEL: 'acme/gpt-4o' }],
    ['an alias', 'was removed', ['chat', '-m', 'fast', 'my secret plans'], {}],
    ['a part', 'was removed', ['chat', '-m', 'acme/mini', 'my secret plans'], {}],
    ['models default', 'was removed', ['models', 'default', 'acme/gpt-4o'], {}],
    ['each line', 'was removed', ['chat', '-m', 'ACME/gpt-4o', '--each-line'], {}],
  ])('never goes to Copilot by %s where the endpoint %s', async (_, __, argv, env) => {
    const { cli, ollama } = await createWithOllama();
    await cli.signIn();
    await cli.runHere(['endpoints', 'add', 'acme', '--url', `${ollama.url}/v1`, '--model', 'gpt-4o']);
    expect(await cli.runHere(['models', 'alias', 'fast', 'acme/gpt-4o'])).toMatchObject({ code: 0 });
    expect(await cli.runHere(['endpoints', 'remove', 'acme'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('the alias fast still means acme/gpt-4o'),
    });
    expect(await cli.runHere(argv, { env, stdin: 'my secret plans\n' })).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/there is no endpoint acme.*copilot-cli endpoints add acme/is),
    });
    expect(JSON.stringify([cli.simulator.requests, ollama.requests])).not.toContain('secret plans');
  });

  it('does not ask for a sign-in at GitHub where there is no such endpoint', async () => {
    const { cli } = await createWithOllama();
    expect(await cli.runHere(['chat', '-m', 'acme/gpt-4o', 'hi'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('there is no endpoint acme'),
    });
  });

  it('may have images, and is asked for many lines', async () => {
    const { cli, ollama } = await createWithOllama();
    const image = join(cli.home, 'dot.png');
    writeFileSync(image, Buffer.from(dot, 'base64'));
    expect(await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', '-a', image, 'what is it?'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(ollama.requests.at(-1)?.body.messages).toMatchObject([
      {
        content: [
          { type: 'text' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${dot}` } },
        ],
      },
    ]);
    const batch = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', '--each-line'], {
      stdin: 'one\ntwo\n',
    });
    expect(batch).toMatchObject({ code: 0, stderr: '' });
    expect(batch.stdout.match(/"text":"Hello from Ollama\."/g)).toHaveLength(2);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('has no price, so that a cap of credits is refused', async () => {
    const { cli, ollama } = await createWithOllama(['--model', 'a']);
    expect(await cli.runHere(['chat', '-m', 'ollama/a', '--max-credits', '1', 'hi'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('the price of ollama/a is not known'),
    });
    expect([...ollama.requests, ...cli.simulator.requests]).toEqual([]);
  });

  it('is another way for somebody who is not signed in', async () => {
    const { cli } = await createWithOllama();
    expect(await cli.runHere(['chat', 'hi'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Or ask a model of an endpoint; see: copilot-cli models'),
    });
  });

  it('is shown before it is sent, with the changes', async () => {
    const { cli, ollama } = await createWithOllama();
    writeEntry(cli, {
      url: `${ollama.url}/v1`,
      dialect: 'chat-completions',
      request: { set: { 'options.num_ctx': 8192 } },
    });
    const run = await cli.runHere(['chat', '--dry-run', '-m', 'ollama/llama3.2', 'hi']);
    expect(parseOutput(run)).toMatchObject({
      model: 'ollama/llama3.2:latest',
      body: { model: 'llama3.2:latest', options: { num_ctx: 8192 } },
      input_credits_estimated: null,
      premium_requests_estimated: null,
    });
    expect(cli.simulator.requests).toEqual([]);
  });
});

describe('the key of an endpoint', () => {
  const key = `sk-${canary}-endpoint-key`;

  it('comes from a variable', async () => {
    const { cli, ollama } = await createWithOllama(['--key-env', 'OLLAMA_KEY']);
    ollama.state.key = key;
    const run = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'], { env: { OLLAMA_KEY: key } });
    expect(run).toMatchObject({ code: 0, stdout: 'Hello from Ollama.\n' });
    expect(await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no key for ollama: the variable OLLAMA_KEY is not set.'),
    });
  });

  it('comes from a command, which is run again when the key is refused', async () => {
    const cli = await createCli();
    const ollama = await startFakeOllama();
    const file = join(cli.home, 'keys');
    // Each run of the command takes the next line.
    const command = `head -n 1 '${file}'; sed -i 1d '${file}'`;
    await cli.runHere(['endpoints', 'add', 'ollama', '--url', `${ollama.url}/v1`, '--key-command', command]);
    writeFileSync(file, 'expired\nfresh\n');
    ollama.state.key = 'fresh';
    expect(await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'])).toMatchObject({
      code: 0,
      stdout: 'Hello from Ollama.\n',
    });
    expect(ollama.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer expired',
      'Bearer fresh',
      'Bearer fresh',
    ]);
    expect(await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no key for ollama: its command printed nothing'),
    });
  });

  it('is named by its endpoint when it is refused, and not by a sign-in', async () => {
    const { cli, ollama } = await createWithOllama(['--key-env', 'OLLAMA_KEY', '--model', 'qwen3:8b']);
    ollama.state.key = 'another';
    const run = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', '--json', 'hi'], {
      env: { OLLAMA_KEY: key },
    });
    expect(run.code).toBe(4);
    expect(parseOutput(run).error).toMatchObject({
      code: 'auth_required',
      message: 'ollama does not accept the key: unauthorized (status 401)',
      endpoint: 'ollama',
    });
    expect(run.stderr).not.toMatch(/login|sign in|GitHub|Copilot account/);
  });

  it('goes nowhere else when the endpoint redirects', async () => {
    const { cli, ollama } = await createWithOllama(['--key-env', 'OLLAMA_KEY', '--model', 'qwen3:8b']);
    const other = await startFakeOllama();
    ollama.state.redirect = other.url;
    const run = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'], { env: { OLLAMA_KEY: key } });
    expect(run).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`ollama sends requests on to ${other.url}`),
    });
    expect(other.requests).toEqual([]);
  });

  it('is not in an error that quotes it', async () => {
    const { cli, ollama } = await createWithOllama(['--key-env', 'OLLAMA_KEY', '--model', 'qwen3:8b']);
    ollama.state.fault = {
      status: 403,
      body: { error: { message: `the key ${key} is for another project` } },
    };
    const run = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'], { env: { OLLAMA_KEY: key } });
    expect(run).toMatchObject({ code: 5, stderr: expect.stringContaining('ollama refuses the request') });
  });

  it.each([
    [['--header', 'Authorization: Bearer x']],
    [['--header', 'X-Api-Key: x']],
    [['--header', 'X-Auth-Token: x']],
    [['--header', 'Ocp-Apim-Subscription-Key: x']],
    [['--header', 'X-Goog-Api-Key: x']],
    [['--header', 'CF-Access-Client-Secret: x']],
    [['--header', 'Set-Cookie2: x']],
    [['--header', 'X-Team: sk-proj-0123456789']],
    [['--header', 'X-Caller: Bearer 0123456789abcdefghij']],
    [['--header', 'X-Caller: gho_0123456789abcdef']],
  ])('is not taken in a header that the file would keep: %j', async (flags) => {
    const cli = await createCli();
    expect(
      await cli.runHere(['endpoints', 'add', 'a', '--url', 'https://a.example/v1', ...flags]),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/would carry a secret.*--key,.*--key-header/s),
    });
  });

  it.each([
    'sk-proj-0123456789',
    'gho_0123456789abcdef',
    'AIzaSyA0123456789abcdefghijklmnopqrstu',
    'ACME KEY',
    '$ACME_KEY',
    '1KEY',
  ])('is not taken as the name of a variable, nor repeated: %s', async (text) => {
    const cli = await createCli();
    const run = await cli.runHere([
      'endpoints',
      'add',
      'a',
      '--url',
      'https://a.example/v1',
      '--key-env',
      text,
    ]);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(/key\.env is not the name.*--key/s) });
    expect(run.stdout + run.stderr).not.toContain(text);
    expect((await cli.runHere(['endpoints', 'list'])).stdout).toBe('');
  });

  it.each(['GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_COPILOT_TOKEN', 'COPILOT_GITHUB_TOKEN', 'gh_token'])(
    'is never the token of GitHub in %s',
    async (name) => {
      const cli = await createCli();
      expect(
        await cli.runHere(['endpoints', 'add', 'a', '--url', 'https://a.example/v1', '--key-env', name]),
      ).toMatchObject({ code: 2, stderr: expect.stringContaining(`must not be ${name}`) });
    },
  );

  it.each(['content-length', 'Host', 'transfer-encoding', 'Connection', 'expect', 'upgrade', 'te'])(
    'has no header that the transport sets: %s',
    async (name) => {
      const cli = await createCli();
      const add = ['endpoints', 'add', 'a', '--url', 'https://a.example/v1', '--key-env', 'K'];
      expect(await cli.runHere([...add, '--key-header', name])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`key_header must not be ${name.toLowerCase()}`),
      });
      expect(await cli.runHere([...add, '--key-header', 'Authorization'])).toMatchObject({ code: 0 });
    },
  );
});

describe('two endpoints', () => {
  it('know nothing of each other, nor of Copilot', async () => {
    const cli = await createCli();
    const [one, other] = [await startFakeOllama(), await startFakeOllama()];
    const add = (name: string, { url }: FakeOllama, ...flags: string[]) =>
      cli.runHere(['endpoints', 'add', name, '--url', `${url}/v1`, '--model', 'qwen3:8b', ...flags]);
    await add('one', one, '--key-env', 'KEY_ONE', '--header', 'X-Team: blue', '--dialect', 'messages');
    await add('other', other, '--key-env', 'KEY_OTHER', '--key-header', 'Api-Key');
    await cli.signIn();
    const env = {
      KEY_ONE: `one-${canary}`,
      KEY_OTHER: `other-${canary}`,
      GITHUB_COPILOT_EXTRA_HEADERS: 'X-Mine:1',
    };
    for (const model of ['one/qwen3:8b', 'other/qwen3:8b', 'kimi-k2.7-code'])
      expect(await cli.runHere(['chat', '-m', model, 'hi'], { env })).toMatchObject({ code: 0 });
    expect(one.requests).toMatchObject([{ headers: { 'x-api-key': env.KEY_ONE, 'x-team': 'blue' } }]);
    expect(other.requests).toMatchObject([{ headers: { 'api-key': env.KEY_OTHER } }]);
    const [toOne, toOther, toCopilot] = [one.requests, other.requests, cli.simulator.requests].map(
      (requests) => JSON.stringify(requests),
    );
    expect(toOne).not.toMatch(/KEY_OTHER|other-|"authorization"|x-mine|tid=/);
    expect(toOther).not.toMatch(/KEY_ONE|one-C|"authorization"|x-team|x-mine|tid=/);
    expect(toCopilot).not.toMatch(/one-C|other-C|x-team|"api-key"/);
  });
});

describe('adaptations', () => {
  const adaptations = {
    request: {
      rename: { max_tokens: 'max_output' },
      set: { 'options.num_ctx': 8192 },
      models: { fast: 'qwen3:8b' },
    },
    answer: { drop: ['system_fingerprint'] },
  };

  it('come from a file, and are shown before and after', async () => {
    const { cli, ollama } = await createWithOllama();
    const [file, answer] = [join(cli.home, 'adapt.json'), join(cli.home, 'answer.json')];
    writeFileSync(file, JSON.stringify(adaptations));
    writeFileSync(answer, JSON.stringify({ id: 'a', system_fingerprint: 'fp' }));
    await cli.runHere(['endpoints', 'add', 'ollama', '--adapt', file]);
    const shown = parseOutput(
      await cli.runHere(['endpoints', 'test', 'ollama', '--dry-run', '-m', 'fast', '--answer', answer]),
    );
    expect(shown).toMatchObject({
      url: `${ollama.url}/v1/chat/completions`,
      request: {
        before: { model: 'fast', max_tokens: 100 },
        after: { model: 'qwen3:8b', max_output: 100, options: { num_ctx: 8192 } },
      },
      answer: { before: { system_fingerprint: 'fp' }, after: { id: 'a' } },
    });
    expect(JSON.stringify(shown.answer)).toContain('"after":{"id":"a"}');
    expect(ollama.requests).toEqual([]);
    expect(await cli.runHere(['chat', '-m', 'ollama/fast', 'hi'])).toMatchObject({
      code: 0,
      stdout: 'Hello from Ollama.\n',
    });
    expect(ollama.requests.at(-1)?.body).toMatchObject({ model: 'qwen3:8b', options: { num_ctx: 8192 } });
  });

  it.each([
    ['{"request":{"renmae":{}}}', 'request.renmae is not a field'],
    ['{"answer":{"drop":"a"}}', 'answer.drop is not a list of paths'],
    ['{"request":{"set":{"__proto__.x":1}}}', 'request.set has no path'],
    ['{"url":"https://other.example"}', 'is not an object with "request" and "answer"'],
    ['[]', 'is not an object with "request" and "answer"'],
    [`{"request":{"set":{"a":${'['.repeat(200)}${']'.repeat(200)}}}}`, 'nested more than 100 levels deep'],
    [`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, 'nested more than 100 levels deep'],
    [`{"answer":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'nested more than 100 levels deep'],
    ['{', 'is not JSON'],
  ])('that are wrong are refused at their place: %s', async (text, words) => {
    const { cli } = await createWithOllama();
    const file = join(cli.home, 'adapt.json');
    writeFileSync(file, text);
    const before = readFileSync(endpointsFile(cli), 'utf8');
    expect(await cli.runHere(['endpoints', 'add', 'ollama', '--adapt', file])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(words),
    });
    expect(readFileSync(endpointsFile(cli), 'utf8')).toBe(before);
  });
});

describe('a failure of an endpoint', () => {
  it.each([
    [
      404,
      { error: { message: 'model "x" not found' } },
      6,
      'ollama does not have this model: model "x" not found',
    ],
    [404, '404 page not found', 3, 'ollama has nothing at this path of http'],
    [429, { error: { message: 'Slow down' } }, 7, 'the rate limit of ollama is reached: Slow down'],
    [402, { error: 'No credit' }, 8, 'the quota at ollama is used up: No credit'],
    [
      503,
      { error: { message: 'llama runner has crashed' } },
      1,
      'ollama failed to answer: llama runner has crashed',
    ],
    [422, { detail: 'body.messages' }, 1, 'ollama refused the request: body.messages'],
    [422, { detail: [{ loc: ['body', 'messages'], msg: 'too few' }] }, 1, 'request: body.messages: too few'],
    [400, {}, 1, 'ollama refused the request, and gave no reason (status 400)'],
    [400, { error: { message: 'prompt is too long: 9000 tokens > 8192 maximum' } }, 9, 'too long'],
  ])('names the endpoint: %i %j', async (status, body, code, words) => {
    const { cli, ollama } = await createWithOllama(['--model', 'qwen3:8b']);
    ollama.state.fault = { status, body, headers: { 'retry-after': '900' } };
    const run = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi']);
    expect(run).toMatchObject({ code, stderr: expect.stringContaining(words) });
    expect(run.stderr).not.toMatch(/Copilot|GitHub|copilot-cli (?:login|status)/);
  });

  it('inside its stream is named, too', async () => {
    const { cli, ollama } = await createWithOllama(['--model', 'qwen3:8b']);
    ollama.state.streamError = 'the model ran out of memory';
    const run = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi']);
    expect(run.stderr).toContain('ollama refused the request: the model ran out of memory');
    expect(run.stderr).not.toMatch(/Copilot|GitHub/);
  });

  it('to connect says to start it', async () => {
    const cli = await createCli();
    await cli.runHere(['endpoints', 'add', 'ollama', '--url', 'http://127.0.0.1:9/v1']);
    expect(await cli.runHere(['chat', '-m', 'ollama/x', 'hi'])).toMatchObject({
      code: 13,
      stderr: expect.stringMatching(/^copilot-cli: ollama: 127\.0\.0\.1:9 refused the connection\. Start it/),
    });
  });

  it('to list its models hides no other models', async () => {
    const { cli } = await createWithOllama();
    await cli.runHere(['endpoints', 'add', 'gone', '--url', 'http://127.0.0.1:9/v1']);
    await cli.signIn();
    const run = await cli.runHere(['models', '--quiet']);
    expect(run.stdout).toMatch(/^gpt-5-mini$/m);
    expect(run.stdout).toMatch(/^ollama\/qwen3:8b$/m);
    expect(run.stderr).toContain(
      'warning: The models of gone are left out: gone: 127.0.0.1:9 refused the connection',
    );
  });
});

describe('the models of an endpoint', () => {
  it('are listed for somebody who is not signed in', async () => {
    const { cli } = await createWithOllama();
    const run = await cli.runHere(['models', '--json']);
    expect(run.stderr).toContain('Nobody is signed in to GitHub, so the models of Copilot are left out.');
    expect(parseOutput(run)).toMatchObject({
      origin: 'endpoints',
      models: [
        { id: 'ollama/llama3.2:latest', vendor: 'ollama', kind: 'chat', credits_per_million_tokens: null },
        { id: 'ollama/qwen3:8b' },
        { id: 'ollama/nomic-embed-text:latest', kind: 'embeddings' },
      ],
    });
    expect(cli.simulator.requests).toEqual([]);
  });

  it.each([
    [{ GH_HOST: 'acme.ghe.com' }, 'not signed in to acme.ghe.com: the sign-in here is for github.com'],
    [{ COPILOT_CLI_ACCOUNT: 'hubot' }, 'there is no account hubot here (from COPILOT_CLI_ACCOUNT)'],
    [{ GITHUB_COPILOT_TOKEN: 'ghp_0123456789abcdef' }, 'is a classic personal access token (ghp_)'],
    [{ GITHUB_COPILOT_TOKEN: 'gho_0123456789abcdef' }, 'does not accept the token from GITHUB_COPILOT_TOKEN'],
  ])('are listed with the reason why those of Copilot are missing: %j', async (env, reason) => {
    const { cli } = await createWithOllama();
    await cli.signIn();
    const run = await cli.runHere(['models', '-q'], { env });
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('ollama/qwen3:8b') });
    expect(run.stderr).toContain('The models of Copilot are left out: ');
    expect(run.stderr).toContain(reason);
    expect(run.stderr).not.toContain('Nobody is signed in');
  });

  it('come from /api/tags of an Ollama that has no other list', async () => {
    const { cli, ollama } = await createWithOllama();
    ollama.state.isOld = true;
    expect((await cli.runHere(['models', '-q'])).stdout).toContain('ollama/qwen3:8b\n');
    expect(ollama.requests.map(({ path }) => path)).toEqual(['/v1/models', '/api/tags']);
  });

  it('can be the default', async () => {
    const { cli } = await createWithOllama();
    expect(await cli.runHere(['models', 'default', 'ollama/qwen'])).toMatchObject({ code: 0 });
    expect(await cli.runHere(['chat', 'hi'])).toMatchObject({ code: 0, stdout: 'Hello from Ollama.\n' });
    expect(await cli.runHere(['endpoints', 'remove', 'ollama'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('the default model is still ollama/qwen3:8b'),
    });
  });

  it('are those that the person named, without a question', async () => {
    const { cli, ollama } = await createWithOllama(['--model', 'a', '--model', 'b/c']);
    expect((await cli.runHere(['models', '-q'])).stdout).toBe('ollama/a\nollama/b/c\n');
    expect(ollama.requests).toEqual([]);
  });
});

describe('what is slow', { tags: 'deep', timeout: 40_000 }, () => {
  const addAll = async (
    cli: Cli,
    endpoints: Record<string, { ollama: FakeOllama; key?: string[]; stdin?: string }>,
  ): Promise<void> => {
    for (const [name, { ollama, key = [], stdin }] of Object.entries(endpoints)) {
      const argv = ['endpoints', 'add', name, '--url', `${ollama.url}/v1`, ...key];
      expect(await cli.runHere(argv, { ...(stdin && { stdin }) })).toMatchObject({ code: 0 });
    }
  };

  it('is the key or the list, and a key that comes in time leaves the list all of its time', async () => {
    const cli = await createCli();
    const [good, locked] = [await startFakeOllama(), await startFakeOllama()];
    const [silent, halting] = [await startFakeOllama(), await startFakeOllama()];
    good.state.models = ['qwen3:8b'];
    locked.state.models = ['qwen3:8b'];
    locked.state.key = 'fresh';
    silent.state.silence = 'at once';
    halting.state.silence = 'half-way';
    const keys = join(cli.home, 'keys');
    writeFileSync(keys, 'expired\nfresh\n');
    await addAll(cli, {
      late: { ollama: good, key: ['--key-command', 'sleep 6; echo key'] },
      twice: { ollama: locked, key: ['--key-command', `sleep 3; head -n 1 '${keys}'; sed -i 1d '${keys}'`] },
      never: { ollama: good, key: ['--key-command', 'sleep 600'] },
      silent: { ollama: silent },
      halting: { ollama: halting, key: ['--key-command', 'sleep 1; echo key'] },
    });
    const run = await cli.runHere(['models', '-q']);
    expect(run.stdout.split('\n').sort()).toEqual(['', 'late/qwen3:8b', 'twice/qwen3:8b']);
    expect(run.stderr.match(/The models of .*/g)).toEqual([
      'The models of never are left out: there is no key for never: its command took longer than 10 s.',
      'The models of silent are left out: silent does not list its models within 5 s.',
      'The models of halting are left out: halting does not list its models within 5 s.',
    ]);
  });

  it.skipIf(skipsKeyStore)('is the key store', async () => {
    const { env, hang } = await startSecretService();
    const cli = await createCli();
    const ollama = await startFakeOllama();
    const add = ['endpoints', 'add', 'kept', '--url', `${ollama.url}/v1`, '--key'];
    expect(await cli.runHere(add, { env, stdin: 'key' })).toMatchObject({ code: 0 });
    hang();
    const run = await cli.runHere(['models', '-q'], { env });
    expect(run.stderr).toMatch(
      /The models of kept are left out: the key for kept cannot be read: .*within 5 s/,
    );
    expect(ollama.requests).toEqual([]);
  });
});

describe('endpoints test', () => {
  it('finds the key, lists the models and asks one', async () => {
    const { cli } = await createWithOllama();
    const run = await cli.runHere(['endpoints', 'test', 'ollama', '--json']);
    expect(run.code).toBe(0);
    expect(parseOutput(run).checks).toEqual([
      { name: 'key', status: 'ok', detail: 'none' },
      { name: 'models', status: 'ok', detail: '2: llama3.2:latest, qwen3:8b' },
      {
        name: 'answer',
        status: 'ok',
        detail: expect.stringMatching(
          /^ollama\/llama3\.2:latest said "Hello from Ollama\." in \d+ ms, 26 tokens in, 5 out$/,
        ),
      },
    ]);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('ends with the exit code of what is wrong', async () => {
    const { cli, ollama } = await createWithOllama();
    ollama.state.key = 'x';
    const run = await cli.runHere(['endpoints', 'test', 'ollama']);
    expect(run).toMatchObject({ code: 4, stderr: expect.stringContaining('ollama asks for a key') });
    expect(run.stdout).toBe(
      'key\tok\tnone\nmodels\tfail\tollama asks for a key: unauthorized (status 401)\n',
    );
    expect(run.stderr).toContain('endpoints add ollama --key-env VARIABLE');
  });

  it.each(['404 page not found', { error: 'no route /models' }, { detail: 'Not Found' }, ''])(
    'says what is wrong with a URL where nothing is: %j',
    async (body) => {
      const { cli, ollama } = await createWithOllama();
      ollama.state.fault = { status: 404, body };
      const run = await cli.runHere(['endpoints', 'test', 'ollama']);
      expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('most need /v1 at the end') });
    },
  );
});

describe('endpoints add', () => {
  it.each([
    ['http://ollama.example/v1', 'http:// is accepted for this machine only'],
    ['http://10.0.0.1:11434/v1', 'http:// is accepted for this machine only'],
    ['https://user:pw@a.example/v1', 'must not contain a user name'],
    ['ftp://localhost', 'is not an https:// URL'],
  ])('refuses the URL %s', async (url, words) => {
    const cli = await createCli();
    expect(await cli.runHere(['endpoints', 'add', 'a', '--url', url])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(words),
    });
  });

  it.each(['Ollama', 'a/b', 'copilot', 'ä', ''])('refuses the name "%s"', async (name) => {
    const cli = await createCli();
    expect((await cli.runHere(['endpoints', 'add', name, '--url', 'https://a.example/v1'])).code).toBe(2);
  });

  it('changes what is given and keeps the rest', async () => {
    const { cli } = await createWithOllama(['--model', 'a', '--header', 'X-Team: blue']);
    await cli.runHere(['endpoints', 'add', 'ollama', '--dialect', 'messages']);
    expect(parseOutput(await cli.runHere(['endpoints', '--json'])).endpoints).toMatchObject([
      { name: 'ollama', dialect: 'messages', headers: { 'x-team': 'blue' }, models: ['a'] },
    ]);
  });

  it('keeps a key that is read from stdin, and removes it when the endpoint moves elsewhere', async () => {
    const cli = await createCli();
    const [first, second] = [await startFakeOllama(), await startFakeOllama()];
    first.state.key = 'key-of-the-first';
    const add = ['endpoints', 'add', 'ollama', '--model', 'qwen3:8b'];
    await cli.runHere([...add, '--url', `${first.url}/v1`, '--key'], { stdin: 'key-of-the-first\n' });
    expect(await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'])).toMatchObject({ code: 0 });
    expect(readFileSync(endpointsFile(cli), 'utf8')).not.toContain('key-of-the-first');
    expect(await cli.runHere([...add, '--url', `${second.url}/v1`])).toMatchObject({
      stderr: expect.stringContaining('the key of ollama was for another URL and is removed'),
    });
    expect(await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'])).toMatchObject({ code: 0 });
    expect(second.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe('a key that we do not keep', () => {
  it.each([
    ['a variable', ['--key-env', 'ACME_KEY'], 'http://127.0.0.1:9/v1'],
    ['a command', ['--key-command', 'echo canary-key'], 'http://127.0.0.1:9/v1'],
    ['a variable for another name of the machine', ['--key-env', 'ACME_KEY'], 'http://localhost:8/v1'],
    ['a variable for another protocol', ['--key-env', 'ACME_KEY'], 'https://127.0.0.1:8/v1'],
  ])('goes when the endpoint moves to another origin, unless it is given again: %s', async (_, key, url) => {
    const cli = await createCli();
    const add = ['endpoints', 'add', 'acme'];
    await cli.runHere([...add, '--url', 'http://127.0.0.1:8/v1', ...key]);
    const given = readFileSync(endpointsFile(cli), 'utf8');
    const kept = await cli.runHere([...add, '--url', 'http://127.0.0.1:8/v2']);
    expect(kept.stderr).not.toContain('another URL');
    expect(readFileSync(endpointsFile(cli), 'utf8')).toBe(given.replace('/v1', '/v2'));
    const again = await cli.runHere([...add, '--url', 'http://127.0.0.1:7/v1', ...key]);
    expect(again.stderr).not.toContain('another URL');
    expect(readFileSync(endpointsFile(cli), 'utf8')).toBe(given.replace(':8/', ':7/'));
    expect(await cli.runHere([...add, '--url', url])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('the key of acme was for another URL and is removed'),
    });
    expect(readFileSync(endpointsFile(cli), 'utf8')).not.toMatch(/"key"/);
  });
});

describe('the stored key of an endpoint', () => {
  it.each([
    ['another port', (url: string) => url.replace(/:\d+/, ':9'), true],
    ['another name of the machine', (url: string) => url.replace('127.0.0.1', 'localhost'), true],
    ['another machine', () => 'https://other.example/v1', true],
    ['another path', (url: string) => url.replace('/v1', '/v1/'), false],
  ])('does not follow a URL that is changed by hand: %s', async (_, change, isRefused) => {
    const cli = await createCli();
    const ollama = await startFakeOllama();
    ollama.state.key = 'the-key';
    const add = ['endpoints', 'add', 'ollama', '--model', 'qwen3:8b', '--key'];
    await cli.runHere([...add, '--url', `${ollama.url}/v1`], { stdin: 'the-key' });
    const { endpoints } = JSON.parse(readFileSync(endpointsFile(cli), 'utf8'));
    writeEntry(cli, { ...endpoints.ollama, url: change(endpoints.ollama.url) });
    const run = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi']);
    expect(run.code).toBe(isRefused ? 3 : 0);
    expect(run.stderr).toMatch(
      isRefused
        ? /the key for ollama was given for http:\/\/127\.0\.0\.1:\d+, and its URL is now .*If it may go there.*endpoints add ollama --key/
        : /^$/,
    );
    expect(ollama.requests).toHaveLength(isRefused ? 0 : 1);
    // The person says that it may.
    writeEntry(cli, { ...endpoints.ollama, url: ollama.url.replace('127.0.0.1', 'localhost').concat('/v1') });
    await cli.runHere(add, { stdin: 'the-key' });
    expect(await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'])).toMatchObject({ code: 0 });
  });

  it('stays when somebody signs out, and goes with the endpoint', async () => {
    const cli = await createCli();
    const ollama = await startFakeOllama();
    ollama.state.key = 'the-key';
    const add = ['endpoints', 'add', 'ollama', '--url', `${ollama.url}/v1`, '--model', 'qwen3:8b', '--key'];
    await cli.runHere(add, { stdin: 'the-key' });
    await cli.signIn();
    await cli.runHere(['logout']);
    expect(await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi'])).toMatchObject({ code: 0 });
    ollama.state.key = 'another';
    const refused = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi']);
    expect(refused).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/endpoints add ollama --key\W*$/),
    });
    const all = await cli.runHere(['logout', '--all']);
    expect(all.stderr).toContain(
      'The API keys of your endpoints stay; remove them with: copilot-cli endpoints remove ollama\n',
    );
    await cli.runHere(['endpoints', 'remove', 'ollama']);
    expect(readFileSync(cli.credentialsFile, 'utf8')).not.toContain('the-key');
    expect((await cli.runHere(['logout', '--all'])).stderr).not.toContain('API keys');
  });

  it.each([
    ['nothing', ''],
    ['two lines', 'one\ntwo'],
    ['blanks', 'one two'],
    ['letters beyond ASCII', 'schlüssel'],
  ])('is refused if it is %s', async (_, stdin) => {
    const cli = await createCli();
    const add = ['endpoints', 'add', 'a', '--url', 'https://a.example/v1', '--key'];
    expect((await cli.runHere(add, { stdin })).code).toBe(2);
    expect((await cli.runHere(['endpoints', 'list'])).stdout).toBe('');
  });
});

describe.skipIf(skipsKeyStore)('the key of an endpoint with a key store', { tags: 'deep' }, () => {
  it('is in no file', async () => {
    const { env, lock } = await startSecretService();
    const cli = await createCli();
    const ollama = await startFakeOllama();
    const key = `sk-${canary}-kept`;
    ollama.state.key = key;
    const add = ['endpoints', 'add', 'ollama', '--url', `${ollama.url}/v1`, '--model', 'qwen3:8b', '--key'];
    expect(await cli.run(add, { env, stdin: key })).toMatchObject({ code: 0 });
    expect(await cli.run(['chat', '-m', 'ollama/qwen3:8b', 'hi'], { env })).toMatchObject({
      code: 0,
      stdout: 'Hello from Ollama.\n',
    });
    expect(readFileSync(cli.credentialsFile, 'utf8')).not.toContain(canary);
    lock();
    expect(await cli.run(['chat', '-m', 'ollama/qwen3:8b', 'hi'], { env })).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/the key for ollama cannot be read: .*locked/),
    });
  });
});

describe('a file of endpoints that was edited by hand', () => {
  it('is refused at the place of the mistake, for the endpoint alone', async () => {
    const { cli, ollama } = await createWithOllama();
    writeEntry(cli, { url: `${ollama.url}/v1`, dialect: 'chat-completions', request: { renmae: {} } });
    const run = await cli.runHere(['chat', '-m', 'ollama/qwen3:8b', 'hi']);
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('request.renmae is not a field') });
    await cli.signIn();
    expect(await cli.runHere(['chat', '-m', 'gpt-5-mini', 'hi'])).toMatchObject({ code: 0 });
    expect((await cli.runHere(['endpoints', 'list'])).stdout).toContain('not valid');
  });

  it('does not stand in the way of a prompt to Copilot when it is broken', async () => {
    const cli = await createCli();
    await cli.signIn();
    mkdirSync(join(cli.home, 'config', 'copilot-cli'), { recursive: true });
    writeFileSync(endpointsFile(cli), '{ not JSON');
    expect(await cli.runHere(['chat', '-m', 'gpt-5-mini', 'hi'])).toMatchObject({ code: 0 });
    const models = await cli.runHere(['models', '-q']);
    expect(models.stdout).toContain('gpt-5-mini\n');
    expect(models.stderr).toContain('endpoints.json is not a JSON object.');
  });
});
