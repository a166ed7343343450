import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { findProgram } from '../../src/find-program.ts';
import { onTestEnd } from './overlapping.ts';

const missing = ['dbus-daemon', 'gnome-keyring-daemon'].filter(
  (name) => findProgram(name, { env: process.env }) === undefined,
);

/** Tests with a real key store run where GNOME Keyring is installed, which CI sees to. */
export const skipsKeyStore = missing.length > 0 && !process.env.CI;

export type SecretService = {
  /** What a program needs to find it. */
  env: { DBUS_SESSION_BUS_ADDRESS: string; XDG_RUNTIME_DIR: string; COPILOT_CLI_CREDENTIAL_STORE: string };
  /** Locks every collection. */
  lock(): void;
  /** Stops the service, lets `work` begin, and ends the service while it waits. The bus starts another one, which is locked. */
  crashDuring<T>(work: () => Promise<T>): Promise<T>;
  /** Stops the service: it takes calls and answers none. */
  hang(): void;
  /** How many entries the keyring has, whoever wrote them. */
  countEntries(): number;
};

const collection = '/org/freedesktop/secrets/collection/login';

/** A message bus of its own with GNOME Keyring on it, unlocked and empty. Both end with the test. */
export async function startSecretService(): Promise<SecretService> {
  const { env, home } = await startBus();
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env: { PATH: process.env.PATH, HOME: home, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  endWithTest(daemon);
  daemon.stdin.end('a password');
  // It answers once it has the name on the bus.
  await expect
    .poll(() => callService(env, 'ReadAlias', 'string:default'), { timeout: 10_000 })
    .toContain('/login');
  // As on a desktop. Earlier, the bus would start one that nobody unlocks.
  const program = findProgram('gnome-keyring-daemon', { env: process.env });
  offerService(env, home, `${program} --foreground --components=secrets`);
  return {
    env,
    lock() {
      callService(env, 'Lock', `array:objpath:${collection}`);
    },
    hang() {
      daemon.kill('SIGSTOP');
    },
    async crashDuring(work) {
      daemon.kill('SIGSTOP');
      const before = listClients(env);
      const done = work();
      done.catch(() => {});
      // The first calls leave with the greeting.
      await vi.waitFor(() => expect(listClients(env)).toBeGreaterThan(before), { timeout: 5_000 });
      daemon.kill('SIGKILL');
      return done;
    },
    countEntries() {
      const answer = callBus(env, collection, 'org.freedesktop.DBus.Properties.Get', [
        'string:org.freedesktop.Secret.Collection',
        'string:Items',
      ]);
      return answer.split('object path').length - 1;
    },
  };
}

/** A message bus of its own that starts a key store for each call, which ends as soon as it has the call. */
export async function startCrashingService(): Promise<SecretService['env']> {
  const { env, home } = await startBus();
  const dbus = new URL('../../src/key-store/dbus.ts', import.meta.url).href;
  const loader = new URL('../../scripts/typescript-loader.mjs', import.meta.url).href;
  const script = join(home, 'crash.mjs');
  const call = {
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'RequestName',
    signature: 'su',
    body: ['org.freedesktop.secrets', 4],
  };
  writeFileSync(
    script,
    `import { connectToBus } from ${JSON.stringify(dbus)};
await connectToBus(${JSON.stringify(join(home, 'bus'))}).call(${JSON.stringify(call)});
process.exit();
`,
  );
  offerService(env, home, `${process.execPath} --import ${loader} ${script}`);
  return env;
}

/** Makes the bus start a key store when somebody calls one that is not there. */
function offerService(env: SecretService['env'], home: string, command: string): void {
  writeFileSync(
    join(home, 'services', 'org.freedesktop.secrets.service'),
    `[D-BUS Service]\nName=org.freedesktop.secrets\nExec=${command}\n`,
  );
  askBus(env, 'ReloadConfig');
}

/** A message bus of its own. Programs on it see no other, and none is started on demand. */
export async function startBus(): Promise<{ env: SecretService['env']; home: string }> {
  const home = mkdtempSync(join(tmpdir(), 'copilot-cli-keys-'));
  onTestEnd(() => rmSync(home, { recursive: true, force: true }));
  const path = join(home, 'bus');
  const address = `unix:path=${path}`;
  const config = join(home, 'bus.conf');
  const services = join(home, 'services');
  mkdirSync(services);
  writeFileSync(
    config,
    `<busconfig><type>session</type><listen>${address}</listen><servicedir>${services}</servicedir><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  );
  const env = {
    DBUS_SESSION_BUS_ADDRESS: address,
    XDG_RUNTIME_DIR: home,
    COPILOT_CLI_CREDENTIAL_STORE: 'auto',
  };
  endWithTest(
    spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--nopidfile'], {
      env: { PATH: process.env.PATH, HOME: home, ...env },
      stdio: 'ignore',
    }),
  );
  await vi.waitFor(async () => expect(await canConnect(path)).toBe(true), { timeout: 10_000 });
  return { env, home };
}

function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function callService(env: SecretService['env'], member: string, argument: string): string {
  return callBus(env, '/org/freedesktop/secrets', `org.freedesktop.Secret.Service.${member}`, [argument]);
}

function callBus(env: SecretService['env'], path: string, member: string, words: string[]): string {
  return send(env, ['--dest=org.freedesktop.secrets', path, member, ...words]);
}

function askBus(env: SecretService['env'], member: string): string {
  return send(env, ['--dest=org.freedesktop.DBus', '/', `org.freedesktop.DBus.${member}`]);
}

function listClients(env: SecretService['env']): number {
  return askBus(env, 'ListNames').split('":').length;
}

function send(env: SecretService['env'], words: string[]): string {
  const { stdout } = spawnSync('dbus-send', ['--session', '--print-reply', ...words], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  return stdout;
}

function endWithTest(child: ChildProcess): void {
  onTestEnd(() => void child.kill('SIGKILL'));
}
