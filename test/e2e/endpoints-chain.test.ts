import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, canary, createCli, parseOutput } from '../helpers/cli.ts';
import { startFakeOllama } from '../helpers/fake-ollama.ts';
import { sampled } from '../helpers/sampled.ts';
import { startServe } from '../helpers/start-serve.ts';

const key = `key-${canary}-of-the-inner-server`;

/** A server of somebody with an account, and before it a server of somebody without one. */
async function startChain(dialect: string) {
  const [inner, outer] = [await createCli(), await createCli()];
  await inner.signIn();
  const innerServer = await startServe(inner, [], { COPILOT_CLI_SERVER_KEY: key });
  outer.env.GITHUB_COPILOT_MODEL = '';
  outer.env.INNER_KEY = key;
  const url = `${innerServer.url}${dialect === 'messages' ? '' : '/v1'}`;
  const added = await outer.runHere([
    ...['endpoints', 'add', 'inner', '--url', url],
    ...['--dialect', dialect, '--key-env', 'INNER_KEY'],
  ]);
  expect(added.code).toBe(0);
  const outerServer = await startServe(outer, ['--api-key', 'key-of-the-outer-server']);
  const ask = (path: string, body: object) =>
    fetch(outerServer.url + path, {
      method: 'POST',
      headers: { authorization: 'Bearer key-of-the-outer-server' },
      body: JSON.stringify(body),
    });
  const end = async (): Promise<void> => {
    await outerServer.end();
    await innerServer.end();
  };
  return { inner, outer, ask, end };
}

describe('a server whose endpoint is another server', () => {
  sampled.it.each(['chat-completions', 'responses', 'messages'])(
    'answers every dialect by way of %s',
    async (dialect) => {
      const { inner, outer, ask, end } = await startChain(dialect);
      const messages = [{ role: 'user', content: 'hi' }];
      const chat = await ask('/v1/chat/completions', { model: 'inner/gpt-4.1', messages });
      expect(await chat.json()).toMatchObject({ choices: [{ message: { content: 'You said: hi' } }] });
      const message = await ask('/v1/messages', {
        model: 'inner/claude-sonnet-4.6',
        max_tokens: 50,
        messages,
      });
      expect(await message.json()).toMatchObject({ content: [{ type: 'text', text: 'You said: hi' }] });
      const response = await ask('/v1/responses', { model: 'inner/gpt-5-mini', input: 'hi', stream: true });
      const stream = await response.text();
      expect(stream).toContain('response.completed');
      expect(stream).toContain('You said: hi');
      expect(outer.simulator.requests).toEqual([]);
      expect(inner.simulator.counts().exchanges).toBe(1);
      await end();
    },
  );

  it('takes limits and abilities of models over, and nothing of money', async () => {
    const { outer, end } = await startChain('chat-completions');
    const listed = parseOutput(await outer.runHere(['models', '--json'])).models as Record<string, unknown>[];
    expect(listed.find(({ id }) => id === 'inner/gpt-5-mini')).toMatchObject({
      abilities: expect.arrayContaining(['tools', 'vision']),
      limits: { context_tokens: expect.any(Number) },
      credits_per_million_tokens: null,
      multiplier: null,
    });
    const asked = parseOutput(await outer.runHere(['chat', '-m', 'inner/gpt-5-mini', '--json', 'hi']));
    expect(asked.usage).toMatchObject({
      input_tokens: expect.any(Number),
      credits: null,
      credits_estimated: null,
      premium_requests_estimated: null,
    });
    await end();
  });

  it('says whose key is refused', async () => {
    const { outer, end } = await startChain('messages');
    const run = await outer.runHere(['chat', '-m', 'inner/gpt-5-mini', 'hi'], {
      env: { INNER_KEY: 'another-key' },
    });
    expect(run).toMatchObject({ code: 4, stderr: expect.stringContaining('inner does not accept the key') });
    await end();
  });
});

/** Asks the model of the conversation, and that of small tasks, as Claude Code does. */
const claude = `#!/usr/bin/env node
const { ANTHROPIC_BASE_URL, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_MODEL, ANTHROPIC_DEFAULT_HAIKU_MODEL } = process.env;
const ask = async (model) => {
  const reply = await fetch(ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + ANTHROPIC_AUTH_TOKEN },
    body: JSON.stringify({ model, max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }),
  });
  return (await reply.json()).content[0].text;
};
Promise.all([ANTHROPIC_MODEL, ANTHROPIC_DEFAULT_HAIKU_MODEL].map(ask)).then((texts) => process.stdout.write(texts.join(' ')));
`;

describe('serve for somebody who has endpoints and no sign-in', () => {
  const start = async (): Promise<Cli> => {
    const [cli, ollama] = [await createCli(), await startFakeOllama()];
    cli.env.GITHUB_COPILOT_MODEL = '';
    await cli.runHere(['endpoints', 'add', 'ollama', '--url', `${ollama.url}/v1`]);
    return cli;
  };

  it('runs a program with a model of an endpoint, small tasks included', async () => {
    const cli = await start();
    const program = join(cli.home, 'claude');
    writeFileSync(program, claude, { mode: 0o755 });
    const run = await cli.run(['serve', 'run', '-m', 'ollama/qwen3:8b', '--', program]);
    expect(run).toMatchObject({ code: 0, stdout: 'Hello from Ollama. Hello from Ollama.', stderr: '' });
    expect(cli.simulator.requests).toEqual([]);
  });

  sampled.it.each(['claude-code', 'codex', 'opencode', 'qwen-code'])('sets up %s', async (client) => {
    const cli = await start();
    const run = await cli.runHere(['serve', '--for', client, '-m', 'ollama/qwen3:8b', '--json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('ollama/qwen3:8b');
    expect(cli.simulator.requests).toEqual([]);
  });
});
