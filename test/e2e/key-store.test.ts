import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Cli, createCli, githubToken, parseOutput } from '../helpers/cli.ts';
import { type SecretService, skipsKeyStore, startSecretService } from '../helpers/secret-service.ts';

/** Files below the home that hold a GitHub token or a Copilot token. */
function listSecretFiles({ home }: Cli): string[] {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /CANARY|tid=/.test(readFileSync(path, 'utf8')));
}

type Keyed = { cli: Cli; service: SecretService; env: Record<string, string> };

async function createKeyedCli(): Promise<Keyed> {
  const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } });
  const service = await startSecretService();
  return { cli, service, env: service.env };
}

async function signIn(cli: Cli, env: Record<string, string> = {}, flags: string[] = []): Promise<string> {
  const run = await cli.run(['login', '--with-token', ...flags], { env, stdin: githubToken });
  expect(run.code, run.stderr).toBe(0);
  return run.stderr;
}

/** Leaves a sign-in in the file, as an earlier version did. */
function writeOldFile(cli: Cli): void {
  mkdirSync(dirname(cli.credentialsFile), { recursive: true });
  const login = {
    host: 'github.com',
    account: 'octocat',
    refresh: githubToken,
    savedAt: '2026-11-01T00:00:00Z',
  };
  writeFileSync(cli.credentialsFile, JSON.stringify({ version: 1, login }), { mode: 0o600 });
}

/** Makes the lock of a process that was killed as old as one that nobody waits for. */
function ageLock({ credentialsFile }: Cli): void {
  const lock = `${credentialsFile}.lock`;
  if (existsSync(lock)) utimesSync(lock, 0, 0);
}

describe.skipIf(skipsKeyStore)('with a key store', { tags: 'deep' }, () => {
  it('no file of a signed-in home holds a token', async () => {
    const { cli, env } = await createKeyedCli();
    expect(await signIn(cli, env)).toContain('The token is kept in the key store (Secret Service).\n');
    expect((await cli.run(['chat', 'hello'], { env })).code).toBe(0);
    expect((await cli.run(['models'], { env })).code).toBe(0);
    const status = await cli.run(['status'], { env });
    expect(status.stdout).toMatch(
      /Kept in +the key store \(Secret Service\)\nKey store +Secret Service, ready\n/,
    );
    expect(parseOutput(await cli.run(['status', '--json'], { env }))).toMatchObject({
      token: { store: 'system', private: null },
      key_store: { name: 'Secret Service', usable: true },
      secrets: [{ name: 'account:octocat@github.com', store: 'system' }],
    });
    expect(listSecretFiles(cli)).toEqual([]);
    expect(cli.simulator.requestsTo('/copilot_internal/v2/token')).toHaveLength(1);
  });

  it('neither does that of somebody whose token comes from a variable', async () => {
    const { cli, env } = await createKeyedCli();
    for (const prompt of ['one', 'two'])
      expect((await cli.run(['chat', prompt], { env: { ...env, GH_TOKEN: githubToken } })).code).toBe(0);
    expect(listSecretFiles(cli)).toEqual([]);
    expect(cli.simulator.requestsTo('/copilot_internal/v2/token')).toHaveLength(1);
  });

  it('a sign-out leaves nothing in it', async () => {
    const { cli, env } = await createKeyedCli();
    await signIn(cli, env);
    expect((await cli.run(['logout'], { env })).code).toBe(0);
    // The list that names the entry comes back, as if from a backup.
    writeFileSync(
      cli.credentialsFile,
      JSON.stringify({
        secrets: {
          'account:octocat@github.com': {
            place: 'system',
            store: 'Secret Service',
            revision: '1',
            about: { account: 'octocat', host: 'github.com' },
          },
        },
      }),
    );
    const run = await cli.run(['chat', 'hello'], { env });
    expect(run.stderr).toContain(
      'the key store (Secret Service) no longer has the sign-in of octocat@github.com.',
    );
    expect(run.code).toBe(4);
  });

  it.each<[argv: string[], opened: number]>([
    [['--version'], 0],
    [['--help'], 0],
    [['chat', '--help'], 0],
    [['config', 'list'], 0],
    [['accounts'], 0],
    [['chat', 'hello'], 1],
    [['models'], 1],
  ])('%j opens it %s times', async (argv, opened) => {
    const { cli, env } = await createKeyedCli();
    await signIn(cli, env);
    const counted = await countConnections(env);
    const run = await cli.run(argv, { env: { ...env, DBUS_SESSION_BUS_ADDRESS: counted.address } });
    expect(run.code, run.stderr).toBe(0);
    expect(counted.connections()).toBe(opened);
  });

  it('--insecure-storage keeps the token in the file', async () => {
    const { cli, env } = await createKeyedCli();
    expect(await signIn(cli, env, ['--insecure-storage'])).toContain(
      `The token is kept in ${cli.credentialsFile}, which only you can read.\n`,
    );
    expect((await cli.run(['chat', 'hello'], { env })).code).toBe(0);
    expect(listSecretFiles(cli)).toEqual([cli.credentialsFile]);
  });

  it('a sign-in of an earlier version stays in the file until it is moved', async () => {
    const { cli, env } = await createKeyedCli();
    writeOldFile(cli);
    expect((await cli.run(['chat', 'hello'], { env })).code).toBe(0);
    expect(listSecretFiles(cli)).toEqual([cli.credentialsFile]);
    const there = await cli.run(['accounts', 'migrate'], { env });
    expect(there.stderr).toBe(
      'The secrets of octocat@github.com are now in the key store (Secret Service).\n',
    );
    expect(listSecretFiles(cli)).toEqual([]);
    const back = await cli.run(['accounts', 'migrate'], {
      env: { ...env, COPILOT_CLI_CREDENTIAL_STORE: 'file' },
    });
    expect(back.stderr).toBe(`The secrets of octocat@github.com are now in ${cli.credentialsFile}.\n`);
    expect((await cli.run(['chat', 'hello'], { env })).code).toBe(0);
    expect(cli.simulator.requestsTo('/copilot_internal/v2/token')).toHaveLength(1);
  });

  it('a new sign-in moves it', async () => {
    const { cli, env } = await createKeyedCli();
    writeOldFile(cli);
    await signIn(cli, env);
    expect(listSecretFiles(cli)).toEqual([]);
    expect((await cli.run(['chat', 'hello'], { env })).code).toBe(0);
  });

  it('a move that is killed at any moment loses nothing', { timeout: 90_000 }, async () => {
    const { cli, env } = await createKeyedCli();
    await signIn(cli, env, ['--insecure-storage']);
    let moved = 0;
    for (let round = 0; round < 24; round += 1) {
      const store = round % 2 === 0 ? 'auto' : 'file';
      const { child, done } = cli.start(['accounts', 'migrate'], {
        env: { ...env, COPILOT_CLI_CREDENTIAL_STORE: store },
      });
      await wait(100 + round * 10);
      child.kill('SIGKILL');
      const { code } = await done;
      if (code === 0) moved += 1;
      const run = await cli.run(['chat', 'hello'], { env });
      expect(run.code, `round ${round}: ${run.stderr}`).toBe(0);
    }
    // What a write left that was killed in the middle goes with the next one.
    ageLock(cli);
    const last = await cli.run(['accounts', 'migrate'], { env });
    expect(last.code, last.stderr).toBe(0);
    expect(listSecretFiles(cli)).toEqual([]);
    expect(moved).toBeLessThan(24);
    expect(cli.simulator.requestsTo('/copilot_internal/v2/token')).toHaveLength(1);
  });

  it('a sign-in that is killed at any moment leaves nothing after a sign-out', {
    timeout: 60_000,
  }, async () => {
    const { cli, service, env } = await createKeyedCli();
    let left = 0;
    for (let round = 0; round < 12; round += 1) {
      const login = cli.start(['login', '--with-token'], { env, stdin: githubToken });
      // The moment that matters: the key store has it, and the file does not know yet.
      for (let tries = 0; tries < 200 && service.countEntries() === 0; tries += 1) await wait(5);
      login.child.kill('SIGKILL');
      await login.done;
      left += service.countEntries();
      ageLock(cli);
      const logout = await cli.run(['logout', '--all'], { env });
      expect(logout.code, logout.stderr).toBe(0);
      expect(service.countEntries(), `round ${round}`).toBe(0);
    }
    expect(left).toBeGreaterThan(0);
  });

  it('one that hangs, or is locked, does not half-remove an endpoint', { timeout: 60_000 }, async () => {
    const { cli, service, env } = await createKeyedCli();
    const add = ['endpoints', 'add', 'ev', '--url', 'http://127.0.0.1:9/v1', '--key'];
    expect((await cli.run(add, { env, stdin: 'a-key-CANARY' })).code).toBe(0);
    const { address } = await listenAsBus(() => {});
    const hung = await cli.run(['endpoints', 'remove', 'ev'], {
      env: { ...env, DBUS_SESSION_BUS_ADDRESS: address },
    });
    expect(hung.stderr).toContain('did not answer within 5 s, so it may still have a secret');
    expect(hung.code).toBe(3);
    expect((await cli.run(['endpoints', 'list'], { env })).stdout).toContain('ev');
    expect(await cli.run(['endpoints', 'remove', 'ev'], { env })).toMatchObject({
      code: 0,
      stderr: 'Removed ev.\n',
    });
    expect(service.countEntries()).toBe(0);

    expect((await cli.run(add, { env, stdin: 'a-key-CANARY' })).code).toBe(0);
    service.lock();
    expect((await cli.run(['endpoints', 'remove', 'ev'], { env })).code).toBe(3);
    expect((await cli.run(['endpoints', 'list'], { env })).stdout).toContain('ev');
  });

  it('the key of an endpoint that was never written goes with "endpoints remove"', async () => {
    const { cli, service, env } = await createKeyedCli();
    const add = ['endpoints', 'add', 'ev', '--url', 'http://127.0.0.1:9/v1', '--key'];
    expect((await cli.run(add, { env, stdin: 'a-key-CANARY' })).code).toBe(0);
    rmSync(join(dirname(cli.credentialsFile), 'endpoints.json'));
    expect((await cli.run(['endpoints', 'remove', 'ev'], { env })).stderr).toContain(
      'Removed the key of ev; there is no such endpoint.\n',
    );
    expect(service.countEntries()).toBe(0);
  });

  it('a locked one is said, with a way on', async () => {
    const { cli, service, env } = await createKeyedCli();
    await signIn(cli, env);
    service.lock();
    const run = await cli.run(['chat', 'hello'], { env });
    expect(run.stderr).toBe(
      'copilot-cli: your secrets are in the key store, but the key store (Secret Service) is locked, and nobody is there to unlock it. Unlock it and try again. To do without it, sign in again with: copilot-cli login --insecure-storage\n',
    );
    expect(run.code).toBe(4);
    expect(parseOutput(await cli.run(['status', '--json'], { env }))).toMatchObject({
      ok: false,
      key_store: { usable: false, problem: 'locked' },
    });
    expect((await cli.run(['logout'], { env })).code).toBe(3);
    expect(await signIn(cli, env, ['--insecure-storage'])).toContain(
      'warning: the key store (Secret Service) is locked, and nobody is there to unlock it, so it may still have a secret.',
    );
    expect((await cli.run(['chat', 'hello'], { env })).code).toBe(0);
    // The old copy is not forgotten.
    expect((await cli.run(['logout'], { env })).code).toBe(3);
  });

  it('one that is gone is said', async () => {
    const { cli, env } = await createKeyedCli();
    await signIn(cli, env);
    const run = await cli.run(['chat', 'hello'], { env: { COPILOT_CLI_CREDENTIAL_STORE: 'auto' } });
    expect(run.stderr).toContain('this session has no message bus (D-Bus). Sign in to your desktop');
    expect(run.code).toBe(4);
    const logout = await cli.run(['logout']);
    expect(logout.stderr).toContain('no message bus (D-Bus), so it may still have a secret.');
    expect(logout.code).toBe(0);
    expect((await cli.run(['chat', 'hello'])).stderr).toContain('not signed in.');
  });
});

describe('a key store that does not work', () => {
  it('is said at the sign-in, which the file keeps', async () => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } });
    const run = await cli.runHere(['login', '--with-token'], {
      env: { COPILOT_CLI_CREDENTIAL_STORE: 'auto' },
      stdin: githubToken,
    });
    expect(run.stderr).toContain(
      `The token is kept in ${cli.credentialsFile}, which only you can read, because the key store (Secret Service) is not there: this session has no message bus (D-Bus).\n`,
    );
    expect((await cli.runHere(['chat', 'hello'])).code).toBe(0);
  });

  it('ends the sign-in if the person wants nothing else', async () => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } });
    const run = await cli.runHere(['login', '--with-token'], {
      env: { COPILOT_CLI_CREDENTIAL_STORE: 'system' },
      stdin: githubToken,
    });
    expect(run.stderr).toBe(
      'copilot-cli: the key store (Secret Service) is not there: this session has no message bus (D-Bus). Keep secrets in a file that only you can read: copilot-cli config set credential-store file\n',
    );
    expect(run.code).toBe(3);
    expect(listSecretFiles(cli)).toEqual([]);
  });

  it('that hangs holds nobody up for longer than 5 s', { tags: 'deep', timeout: 60_000 }, async () => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } });
    const { address } = await listenAsBus(() => {});
    const env = { COPILOT_CLI_CREDENTIAL_STORE: 'auto', DBUS_SESSION_BUS_ADDRESS: address };
    const login = await cli.run(['login', '--with-token'], { env, stdin: githubToken });
    expect(login.stderr).toContain('because the key store (Secret Service) did not answer within 5 s.');
    const ask = await cli.run(['chat', 'hello'], { env });
    expect([ask.code, ask.milliseconds < 5_000]).toEqual([0, true]);
    const status = await cli.run(['status', '--json'], { env });
    expect(parseOutput(status).key_store).toMatchObject({ problem: 'slow' });
    expect(status.milliseconds).toBeLessThan(9_000);
    const logout = await cli.run(['logout'], { env });
    expect([logout.code, logout.milliseconds < 5_000]).toEqual([0, true]);
  });
});

/** A bus that hands each connection over. */
async function listenAsBus(accept: (socket: Socket) => void): Promise<{ address: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-bus-'));
  const path = join(folder, 'bus');
  const server = createServer((socket) => {
    socket.on('error', () => {});
    accept(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { address: `unix:path=${path}` };
}

/** The way to a bus, with a count of those who take it: every access of the key store connects once. */
async function countConnections(
  env: Record<string, string>,
): Promise<{ address: string; connections(): number }> {
  let connections = 0;
  const { address } = await listenAsBus((socket) => {
    connections += 1;
    const bus = connect((env.DBUS_SESSION_BUS_ADDRESS ?? '').replace('unix:path=', ''));
    bus.on('error', () => socket.destroy());
    socket.pipe(bus).pipe(socket);
  });
  return { address, connections: () => connections };
}
