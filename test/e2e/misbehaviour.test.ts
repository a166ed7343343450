import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binary, canary, createCli, githubToken } from '../helpers/cli.ts';
import { describeOverlapping, onTestEnd } from '../helpers/overlapping.ts';
import { sampled } from '../helpers/sampled.ts';

const chatPath = '/chat/completions';

/** A proxy that takes connections and does with them what it likes. */
async function startProxy(
  onConnection: (socket: Socket) => void,
): Promise<{ url: string; count: () => number }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, count: () => count };
}

describe('a proxy', () => {
  it('that hangs up ends the command, after one try', async () => {
    const cli = await createCli();
    const proxy = await startProxy((socket) => socket.once('data', () => socket.end()));
    const env = {
      GITHUB_COPILOT_TOKEN: githubToken,
      GITHUB_API_URL: 'https://api.invalid',
      HTTPS_PROXY: proxy.url,
    };
    const run = await cli.run(['status'], { env });
    expect(run.code).toBe(13);
    expect(run.stderr).toMatch(/the proxy \S+ \(from HTTPS_PROXY\) closed the connection/);
    expect(proxy.count()).toBeLessThan(4);
  });

  sampled.it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'that stays silent does not keep the command from %s',
    async (signal) => {
      const cli = await createCli();
      let begin = (): void => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const proxy = await startProxy((socket) => socket.once('data', begin));
      const env = {
        GITHUB_COPILOT_TOKEN: githubToken,
        GITHUB_API_URL: 'https://api.invalid',
        HTTPS_PROXY: proxy.url,
      };
      const { child, done } = cli.start(['status'], { env });
      await begun;
      child.kill(signal);
      const run = await done;
      expect(run.code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      expect(run.milliseconds).toBeLessThan(5_000);
    },
  );
});

describe('stdout that cannot be written', () => {
  sampled.it.each([
    [['chat', 'hi']],
    [['chat', '--json', 'hi']],
    [['models']],
    [['--help']],
    [['--version']],
    [['config', '--help']],
  ])('is a failure, and said: %j', async (argv) => {
    const cli = await createCli();
    await cli.signIn();
    const child = spawn('sh', ['-c', `"$0" "$@" > /dev/full`, process.execPath, binary, ...argv], {
      env: cli.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(1);
    expect(stderr).toBe(
      'copilot-cli: stdout cannot be written (ENOSPC). Check the disk, or where stdout goes.\n',
    );
  });
});

describe('an answer that is none', () => {
  sampled.it.each([
    [
      'an error with a status of success',
      '{"message":"flat in 200"}',
      'text/plain',
      /sent something other than an answer: flat in 200/,
    ],
    [
      'an error object',
      '{"error":{"message":"no model","code":"model_not_supported"}}',
      'application/json',
      /no model/,
    ],
    ['some text', 'hello', 'text/plain', /not an event stream/],
  ])('is told by its own words: %s', async (_, body, contentType, words) => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.faults.add({ path: chatPath, status: 200, body, contentType });
    const run = await cli.runHere(['chat', 'hi']);
    expect([1, 6]).toContain(run.code);
    expect(run.stderr).toMatch(words);
  });

  it('is truncated where only its end came', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.faults.add({
      path: chatPath,
      status: 200,
      times: 9,
      body: 'data: [DONE]\n\n',
      contentType: 'text/event-stream',
    });
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(12);
  });

  it('is read where a whole reply came in place of a stream', async () => {
    const cli = await createCli();
    await cli.signIn();
    const body = { choices: [{ message: { role: 'assistant', content: 'whole' }, finish_reason: 'stop' }] };
    cli.simulator.faults.add({ path: chatPath, status: 200, body, contentType: 'text/plain' });
    expect(await cli.runHere(['chat', 'hi'])).toMatchObject({ stdout: 'whole\n', code: 0 });
  });
});

describeOverlapping('a device flow', () => {
  sampled.it.each([0, -5, 1e-9, 'soon', null])(
    'that asks for an interval of %j is polled once a second at most',
    async (interval) => {
      const cli = await createCli({ device: { extra: { interval }, outcomes: ['authorization_pending'] } });
      expect((await cli.runHere(['login'])).code).toBe(0);
      const [first, second] = cli.simulator.requestsTo('/login/oauth/access_token');
      expect((second?.receivedAt ?? 0) - (first?.receivedAt ?? 0)).toBeGreaterThanOrEqual(990);
    },
  );

  it('cannot write lines of its own', async () => {
    const extra = {
      verification_uri: 'http://evil.example/\nSigned in as root',
      user_code: 'AB\u001b[2JCD\r\nEF',
    };
    const cli = await createCli({ device: { extra } });
    const run = await cli.runHere(['login']);
    expect(run.stderr).toMatch(
      /^Your one-time code: AB\[2JCD EF\nType it at: +http:\/\/evil\.example\/%20Signed%20in%20as%20root\nSigned in to /,
    );
  });

  it('does not begin where the token could not be stored', async () => {
    const cli = await createCli();
    mkdirSync(cli.credentialsFile, { recursive: true });
    const run = await cli.runHere(['login']);
    expect(run.code).toBe(3);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('whose token cannot be proved says that the sign-in is kept', async () => {
    const cli = await createCli();
    cli.simulator.faults.add({ path: '/copilot_internal/v2/token', status: 503 });
    const run = await cli.runHere(['login']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/The sign-in is kept\.\n$/);
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(0);
  });
});

describe('files', () => {
  it('of the folder one stands in are not settings, whatever HOME says', async () => {
    const cli = await createCli();
    const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
    onTestEnd(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, '.config', 'copilot-cli'), { recursive: true });
    writeFileSync(join(folder, '.config', 'copilot-cli', 'config.json'), '{"base-url":"http://127.0.0.1:1"}');
    for (const home of ['', '.']) {
      const child = spawn(process.execPath, [binary, 'config', 'path'], {
        cwd: folder,
        env: { PATH: cli.env.PATH, HOME: home, XDG_CONFIG_HOME: '' },
      });
      let path = '';
      child.stdout.on('data', (data) => {
        path += data;
      });
      await new Promise((resolve) => child.on('close', resolve));
      expect(path).toMatch(/^\//);
      expect(path).not.toContain(folder);
    }
  });

  it('that another process holds locked do not keep the command from a signal', async () => {
    const cli = await createCli();
    const lock = join(cli.home, 'config', 'copilot-cli', 'config.json.lock');
    mkdirSync(lock, { recursive: true });
    const later = new Date(Date.now() + 60_000);
    utimesSync(lock, later, later);
    const { child, done } = cli.start(['config', 'set', 'model', 'gpt-5-mini']);
    setTimeout(() => child.kill('SIGINT'), 1_000);
    const run = await done;
    expect(run.code).toBe(130);
    expect(run.milliseconds).toBeLessThan(5_000);
  });

  it('with secrets that were set aside are removed by logout', async () => {
    const cli = await createCli();
    await cli.signIn();
    writeFileSync(cli.credentialsFile, `{"login": {"refresh": "${githubToken}"`);
    await cli.runHere(['login']);
    await cli.runHere(['logout']);
    // The helper looks for what is left when the test ends.
    expect(githubToken).toContain(canary);
  });
});

describe('a token from the environment', () => {
  it('that Copilot refuses is named, for a sign-in would not help', async () => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } });
    cli.simulator.faults.add({ path: chatPath, status: 401, body: 'unauthorized', times: 9 });
    const run = await cli.run(['chat', 'hi'], { env: { GITHUB_COPILOT_TOKEN: githubToken } });
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(
      /Set GITHUB_COPILOT_TOKEN to another token, or unset it and run: copilot-cli login/,
    );
  });
});

describe('a host that is not the one of the sign-in', () => {
  it('is named, and so is the other', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.runHere(['chat', 'hi'], { env: { GH_HOST: 'acme.ghe.com' } });
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(
      /not signed in to acme\.ghe\.com: the sign-in here is for github\.com\. Run: copilot-cli login --host acme\.ghe\.com/,
    );
  });
});

describe('a list of models that cannot be had', () => {
  it('does not keep a named model from answering', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['logout']);
    await cli.runHere(['login']);
    rmSync(join(cli.home, 'cache'), { recursive: true, force: true });
    cli.simulator.faults.add({ path: '/models', status: 500, times: 9 });
    expect(await cli.runHere(['chat', '-m', 'gpt-5-mini', 'hi'])).toMatchObject({
      stdout: 'You said: hi\n',
      code: 0,
    });
  });
});
