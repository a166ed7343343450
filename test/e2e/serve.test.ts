import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCli } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startServe } from '../helpers/start-serve.ts';

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const ask = (url: string, headers: Record<string, string> = {}, extra: object = {}) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'hi' }], ...extra }),
  });

describe('serve', () => {
  it('answers until it is ended, and keeps what was used', async () => {
    const cli = await createCli();
    await cli.signIn();
    const first = await startServe(cli);
    expect(await (await ask(first.url)).json()).toMatchObject({
      choices: [{ message: { content: 'You said: hi' } }],
    });
    const ended = await first.end('SIGINT');
    expect(ended).toMatchObject({ code: 130, stdout: '' });
    expect(ended.stderr).toContain(`"event":"listening","url":"${first.url}"`);
    expect(ended.stderr).toContain('"event":"answer_end"');
    const second = await startServe(cli);
    const usage = await (await fetch(`${second.url}/usage/summary`)).json();
    expect(usage).toMatchObject({ totalRequests: 1, totalTokens: 5 });
    await second.end();
  });

  sampled.it.each(['SIGTERM', 'SIGINT'] as const)(
    'finishes the answers that are under way at %s',
    async (signal) => {
      const cli = await createCli();
      await cli.signIn();
      const server = await startServe(cli);
      // What is used is written to a file, and the library that writes files listens to signals, too.
      await ask(server.url);
      await until(() => existsSync(join(cli.home, 'data', 'copilot-cli', 'usage.json')));
      cli.simulator.state.answer = { text: ['slow ', 'and ', 'whole'], deltaDelayMs: 200 };
      const reply = await ask(server.url, {}, { stream: true });
      const done = server.end(signal);
      const text = await reply.text();
      expect(text).toContain('"content":"whole"');
      expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
      expect((await done).code).toBe(signal === 'SIGINT' ? 130 : 143);
    },
  );

  it('says in each stream that it ends, if Ctrl+C is pressed again', async () => {
    const cli = await createCli();
    await cli.signIn();
    const { url, end } = await startServe(cli);
    cli.simulator.state.answer = { text: Array(10_000).fill('word '), deltaDelayMs: 50 };
    const messages = [{ role: 'user', content: 'hi' }];
    const asked = [
      ['/v1/chat/completions', { model: 'gpt-4.1', messages }],
      ['/v1/chat/completions', { model: 'gemini-3.5-flash', messages }],
      ['/v1/responses', { model: 'gpt-5.4', input: 'hi' }],
      ['/v1/messages', { model: 'claude-sonnet-4.6', max_tokens: 900, messages }],
      ['/v1/messages', { model: 'gpt-5.4', max_tokens: 900, messages }],
    ] as const;
    const replies = await Promise.all(
      asked.map(([path, body]) =>
        fetch(url + path, { method: 'POST', body: JSON.stringify({ ...body, stream: true }) }),
      ),
    );
    const texts = Promise.all(replies.map((reply) => reply.text()));
    const firstAt = Date.now();
    void end('SIGINT');
    // A second signal at once may be an echo of the first.
    await until(() => Date.now() - firstAt > 300);
    expect((await end('SIGINT')).code).toBe(130);
    for (const [index, text] of (await texts).entries()) {
      const [path] = asked[index] ?? [''];
      expect(text, path).toMatch(/\n\n$/);
      expect(text, path).toContain('the server ends');
      expect(text, path).not.toMatch(/\[DONE\]|message_stop|response\.completed/);
      if (path === '/v1/messages') expect(text).toContain('event: error');
      if (path === '/v1/responses') expect(text).toContain('event: response.failed');
    }
  });

  it('asks in the name of whoever is signed in now, and of nobody who has left', async () => {
    const cli = await createCli();
    await cli.signIn();
    const server = await startServe(cli);
    expect((await ask(server.url)).status).toBe(200);
    await cli.run(['logout']);
    expect((await ask(server.url)).status).toBe(401);
    await cli.signIn();
    expect((await ask(server.url)).status).toBe(200);
    await server.end();
  });

  it('starts for somebody who is not signed in, and tells every caller what to do', async () => {
    const server = await startServe(await createCli());
    const reply = await ask(server.url);
    expect(reply.status).toBe(401);
    expect(await reply.json()).toMatchObject({
      error: { message: expect.stringContaining('copilot-cli login') },
    });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    await server.end();
  });

  it('is not ready once its sign-in was refused', async () => {
    const cli = await createCli();
    await cli.signIn();
    const server = await startServe(cli);
    expect((await ask(server.url)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    cli.simulator.state.account.githubTokens = {};
    cli.simulator.expireCopilotTokens();
    expect((await ask(server.url)).status).toBe(401);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    await server.end();
  });

  it.each([
    ['', []],
    [' with a key, on every interface', ['--host', '0.0.0.0', '--api-key', 'a-long-enough-key']],
    [' with keys of accounts', ['--api-key', 'another-long-key']],
  ])('names a server of its own that runs on the port already%s', async (_, flags) => {
    const cli = await createCli();
    await cli.signIn();
    const server = await startServe(cli, flags);
    const { port } = new URL(server.url);
    const { pid } = (await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as { pid: number };
    const second = await cli.run(['serve', ...flags, '--port', port]);
    const doctor = await cli.run(['doctor', '--json'], { env: { PORT: port } });
    await server.end();
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(
      new RegExp(
        `^copilot-cli: copilot-cli \\S+ serves already on http://127.0.0.1:${port} \\(process ${pid}\\)\\. To point a client there: copilot-cli serve --for claude-code --port ${port}\\. A free one: --port \\d+\n$`,
      ),
    );
    expect(doctor.stdout).toContain(`copilot-cli serves on port ${port}`);
  });

  it.each([
    ['says nothing', (_: ServerResponse) => {}],
    ['says ok like ours', (response: ServerResponse) => response.end('{"status":"ok","version":"1"}')],
    ['answers without an end', (response: ServerResponse) => response.write('{"name":"copilot-cli"')],
  ])('takes no program for its own that %s', { timeout: 20_000 }, async (_, answer) => {
    const cli = await createCli();
    const other = createHttpServer((_request, response) => void answer(response));
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as AddressInfo).port));
    });
    const run = await cli.run(['serve', '--port', String(port)]);
    other.closeAllConnections();
    other.close();
    expect(run.stderr).toContain(`port ${port} is taken by another program. A free one: --port`);
    expect(run.code).toBe(2);
  });

  it('names the port that is taken, and a free one', async () => {
    const cli = await createCli();
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    const run = await cli.run(['serve', '--port', String(port)]);
    other.close();
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(
      new RegExp(`^copilot-cli: port ${port} is taken by another program\\. A free one: --port \\d+\n$`),
    );
  });

  sampled.it.each([
    [['--host', '0.0.0.0'], {}, 2, '0.0.0.0 can be reached from other machines'],
    [['--host', ''], {}, 2, '--host needs the address of an interface'],
    [['--allow-origin', 'localhost:3000'], {}, 2, '--allow-origin is a URL such as https://example.com'],
    [['-m', 'gpt-4.1'], {}, 2, '--model goes with --for CLIENT'],
    [['--api-key', 'short'], {}, 2, 'the key must have at least 8 characters'],
    [[], { PORT: 'abc' }, 3, 'PORT in the environment is not a port: abc'],
    [[], { LOG_LEVEL: 'loud' }, 3, 'LOG_LEVEL is "loud"'],
    [[], { MAX_TOKENS_PER_MINUTE: '-1' }, 3, 'MAX_TOKENS_PER_MINUTE'],
  ])('refuses %s %s', async (argv, env, code, message) => {
    const cli = await createCli();
    const run = await cli.run(
      ['serve', '--port', '0', ...argv].filter((word) => !('PORT' in env) || !/^(--port|0)$/.test(word)),
      {
        env: env as Record<string, string>,
      },
    );
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(message);
  });

  it('demands its key of everybody, wherever the key came from', async () => {
    const cli = await createCli();
    await cli.signIn();
    const server = await startServe(cli, ['--host', '0.0.0.0'], { COPILOT_CLI_SERVER_KEY: 'sesame-open-up' });
    const url = server.url.replace('0.0.0.0', '127.0.0.1');
    expect((await ask(url)).status).toBe(401);
    expect((await ask(url, { authorization: 'Bearer sesame-open-uq' })).status).toBe(401);
    expect((await ask(url, { authorization: 'Bearer sesame-open-up' })).status).toBe(200);
    expect((await ask(url, { 'x-api-key': 'sesame-open-up' })).status).toBe(200);
    expect((await server.end()).stderr).not.toContain('sesame');
  });

  it('is limited by the settings of the environment', async () => {
    const cli = await createCli();
    await cli.signIn();
    const server = await startServe(cli, [], { RATE_LIMIT_CHAT_COMPLETIONS: '1' });
    expect((await ask(server.url)).status).toBe(200);
    const limited = await ask(server.url);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    await server.end();
  });
});

describe('serve --for', () => {
  it('prints, writes and takes back the settings of a client', async () => {
    const cli = await createCli();
    await cli.signIn();
    const file = join(cli.home, '.claude', 'settings.json');
    mkdirSync(join(cli.home, '.claude'));
    writeFileSync(file, '{\n  "theme": "dark"\n}\n');
    const printed = await cli.run(['serve', '--for', 'claude-code']);
    expect(printed.stdout).toContain('export ANTHROPIC_BASE_URL=http://127.0.0.1:4141\n');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ theme: 'dark' });
    const written = await cli.run(['serve', '--for', 'claude-code', '--write', '--port', '5151']);
    expect(written).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/\nStart the server before you use it: copilot-cli serve --port 5151\n$/),
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      theme: 'dark',
      env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:5151' },
    });
    expect((await cli.run(['serve', '--for', 'claude-code', '--undo'])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('{\n  "theme": "dark"\n}\n');
  });

  it('creates no file before somebody asks for it', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.run(['serve', '--for', 'codex']);
    expect(existsSync(join(cli.home, '.codex'))).toBe(false);
  });
});

describe('serve run', () => {
  const script = [
    'const reply = await fetch(process.env.ANTHROPIC_BASE_URL + "/v1/messages", { method: "POST",',
    'headers: { authorization: "Bearer " + process.env.ANTHROPIC_AUTH_TOKEN },',
    'body: JSON.stringify({ model: "gpt-5.4", max_tokens: 50, messages: [{ role: "user", content: "hi" }] }) });',
    'console.log((await reply.json()).content[0].text); process.exit(7);',
  ].join(' ');

  it('runs a program with a server of its own, and ends with its exit code', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.run(['serve', 'run', '--', process.execPath, '--input-type=module', '-e', script]);
    expect(run).toMatchObject({ code: 7, stdout: 'You said: hi\n', stderr: '' });
  });

  it('says so where there is no such program', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.run(['serve', 'run', 'no-such-program']);
    expect(run.code).toBe(127);
    expect(run.stderr).toBe(
      'copilot-cli: there is no program no-such-program. Install it, or name its path.\n',
    );
  });
});
