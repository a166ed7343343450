import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createSecretStore, type SecretStore } from '../../src/auth/secret-store.ts';
import { createJsonFile } from '../../src/config/json-file.ts';
import type { CredentialStoreChoice } from '../../src/config/setting-choices.ts';
import { type KeyStore, KeyStoreError } from '../../src/key-store/key-store.ts';
import { openKeyStore } from '../../src/key-store/open-key-store.ts';
import { Secret } from '../../src/secret.ts';
import { skipsKeyStore, startSecretService } from '../helpers/secret-service.ts';

let path: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, 'credentials.json');
});

type OpenOptions = { env?: Record<string, string>; choice?: CredentialStoreChoice; scope?: string };

/** As another process opens it: nothing is remembered. */
function open({ env = {}, choice = 'auto', scope }: OpenOptions = {}): SecretStore {
  const { signal } = new AbortController();
  return createSecretStore({
    file: createJsonFile({ path, onNotice: expect.unreachable, signal, isSecret: true }),
    loadKeyStore: () => openKeyStore({ env, signal, onUnlock: undefined }, 'linux'),
    choose: () => choice,
    scope,
  });
}

const readAll = async (store: SecretStore) =>
  Object.fromEntries(
    await Promise.all(store.list().map(async ({ name }) => [name, (await store.read(name))?.expose()])),
  );

describe('secrets', () => {
  it('lie in the file if there is no key store, which is said', async () => {
    const written = await open().write('one', new Secret('CANARY-1'), { about: { host: 'github.com' } });
    expect(written).toEqual({
      place: { kind: 'file', path },
      reason: 'the key store (Secret Service) is not there: this session has no message bus (D-Bus)',
    });
    expect(open().list()).toEqual([
      { name: 'one', place: { kind: 'file', path }, about: { host: 'github.com' } },
    ]);
    expect(await readAll(open())).toEqual({ one: 'CANARY-1' });
  });

  it('are refused if the person chose a key store that is not there', async () => {
    await expect(open({ choice: 'system' }).write('one', new Secret('CANARY-1'))).rejects.toMatchObject({
      code: 'config',
      message: 'the key store (Secret Service) is not there: this session has no message bus (D-Bus)',
    });
    expect(open().list()).toEqual([]);
  });

  it('are changed and removed one by one', async () => {
    const store = open({ choice: 'file' });
    await store.write('one', new Secret('CANARY-1'), { about: { kept: true } });
    await store.write('two', new Secret('CANARY-2'));
    await open().update('one', (secret) => new Secret(`${secret?.expose()}-changed`));
    await open().update('three', (secret) => secret);
    expect(await readAll(store)).toEqual({ one: 'CANARY-1-changed', two: 'CANARY-2' });
    expect(open().list()[0]?.about).toEqual({ kept: true });
    await open().remove(['one', 'four']);
    expect(await readAll(store)).toEqual({ two: 'CANARY-2' });
  });

  it('survive many writers at once', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `secret ${index}`);
    await Promise.all(
      names.map((name) => open({ choice: 'file' }).write(name, new Secret(`CANARY ${name}`))),
    );
    expect(Object.keys(await readAll(open())).sort()).toEqual([...names].sort());
  });
});

/** A key store in memory. `afterWrite` runs once it has an entry. */
function createMemoryKeyStore(): {
  entries: Map<string, string>;
  open(afterWrite?: () => void): SecretStore;
} {
  const entries = new Map<string, string>();
  const build = (afterWrite: () => void): KeyStore => ({
    name: 'memory',
    read: async (entry) => entries.get(entry),
    async write(entry, text) {
      entries.set(entry, text);
      afterWrite();
    },
    async remove(entry) {
      entries.delete(entry);
    },
    check: async () => {},
  });
  return {
    entries,
    open: (afterWrite = () => {}) =>
      createSecretStore({
        file: createJsonFile({ path, onNotice: expect.unreachable, isSecret: true }),
        loadKeyStore: async () => build(afterWrite),
        choose: () => 'system',
        scope: undefined,
      }),
  };
}

describe('a secret whose writer ended when only the key store had it', () => {
  const die = () => {
    throw new Error('killed');
  };

  it('is no secret in force, and goes with the next removal of anything', async () => {
    const { entries, open: openMemory } = createMemoryKeyStore();
    await expect(openMemory(die).write('one', new Secret('CANARY-1'))).rejects.toThrow('killed');
    expect([...entries.keys()]).toEqual(['one']);
    expect(openMemory().list()).toEqual([]);
    expect(await openMemory().read('one')).toBe(undefined);
    expect(await openMemory().remove([])).toBe(undefined);
    expect([...entries.keys()]).toEqual([]);
    expect(readFileSync(path, 'utf8')).not.toContain('one');
  });

  it('goes when another one is written', async () => {
    const { entries, open: openMemory } = createMemoryKeyStore();
    await expect(openMemory(die).write('one', new Secret('CANARY-1'))).rejects.toThrow('killed');
    await openMemory().write('two', new Secret('CANARY-2'));
    expect([...entries]).toEqual([['two', 'CANARY-2']]);
  });

  it('is replaced when it is written again, there or in the file', async () => {
    for (const choice of ['system', 'file'] as const) {
      const { entries, open: openMemory } = createMemoryKeyStore();
      rmSync(path, { force: true });
      await expect(openMemory(die).write('one', new Secret('CANARY-1'))).rejects.toThrow('killed');
      await openMemory().write('one', new Secret('CANARY-2'), { choice });
      expect((await openMemory().read('one'))?.expose()).toBe('CANARY-2');
      expect([...entries.values()]).toEqual(choice === 'system' ? ['CANARY-2'] : []);
      await openMemory().remove(['one']);
      expect([...entries]).toEqual([]);
    }
  });

  it('stays in force in the file if it was to be moved, and goes from both places', async () => {
    const { entries, open: openMemory } = createMemoryKeyStore();
    await openMemory().write('one', new Secret('CANARY-1'), { choice: 'file' });
    await expect(openMemory(die).move('one')).rejects.toThrow('killed');
    expect((await openMemory().read('one'))?.expose()).toBe('CANARY-1');
    expect([...entries.keys()]).toEqual(['one']);
    await openMemory().remove(['one']);
    expect([...entries.keys()]).toEqual([]);
  });

  it('is not looked for in a key store that took nothing', async () => {
    const { open: openMemory } = createMemoryKeyStore();
    const refuse = () => {
      throw new KeyStoreError('locked', 'is locked');
    };
    await expect(openMemory(refuse).write('one', new Secret('CANARY-1'))).rejects.toMatchObject({
      code: 'config',
    });
    expect(readFileSync(path, 'utf8')).not.toContain('one');
  });
});

describe.skipIf(skipsKeyStore)('secrets in a key store', { tags: 'deep' }, () => {
  it('leave nothing in the file', async () => {
    const { env } = await startSecretService();
    const place = { kind: 'system', name: 'Secret Service' };
    expect(await open({ env }).write('one', new Secret('CANARY-1'))).toEqual({ place, reason: undefined });
    expect(open({ env }).list()).toEqual([{ name: 'one', place, about: {} }]);
    expect(readFileSync(path, 'utf8')).not.toContain('CANARY');
    expect(await readAll(open({ env, choice: 'file' }))).toEqual({ one: 'CANARY-1' });
  });

  it('move there and back, and leave nothing behind', async () => {
    const { env } = await startSecretService();
    const readEntry = async () =>
      (await openKeyStore({ env, signal: new AbortController().signal, onUnlock: undefined }, 'linux')).read(
        'one',
      );
    await open({ choice: 'file' }).write('one', new Secret('CANARY-1'), { about: { kept: true } });
    await open({ env }).move('one');
    expect(readFileSync(path, 'utf8')).not.toContain('CANARY');
    expect(await readEntry()).toBe('CANARY-1');
    await open({ env, choice: 'file' }).move('one');
    expect(readFileSync(path, 'utf8')).toContain('CANARY');
    expect(await readEntry()).toBe(undefined);
    expect(open().list()[0]?.about).toEqual({ kept: true });
  });

  it('stay where they are when they change, whatever the settings say', async () => {
    const { env } = await startSecretService();
    await open({ env }).write('one', new Secret('CANARY-1'));
    await open({ env, choice: 'file' }).update('one', () => new Secret('CANARY-2'));
    expect(open().list()[0]?.place.kind).toBe('system');
    expect(await readAll(open({ env }))).toEqual({ one: 'CANARY-2' });
  });

  it('are read again once another process changed them', async () => {
    const { env } = await startSecretService();
    const store = open({ env });
    await store.write('one', new Secret('CANARY-1'));
    await open({ env }).write('one', new Secret('CANARY-2'));
    expect(await readAll(store)).toEqual({ one: 'CANARY-2' });
  });

  it('belong to one folder of settings', async () => {
    const { env } = await startSecretService();
    await open({ env }).write('one', new Secret('CANARY-1'));
    await open({ env, scope: '/elsewhere' }).write('one', new Secret('CANARY-2'));
    rmSync(path);
    const store = await openKeyStore(
      { env, signal: new AbortController().signal, onUnlock: undefined },
      'linux',
    );
    expect([await store.read('one'), await store.read('one in /elsewhere')]).toEqual([
      'CANARY-1',
      'CANARY-2',
    ]);
  });

  it('are not given by a locked key store, which is said with a way on', async () => {
    const { env, lock } = await startSecretService();
    await open({ env }).write('one', new Secret('CANARY-1'));
    lock();
    await expect(open({ env }).read('one')).rejects.toMatchObject({
      code: 'auth_required',
      message:
        'your secrets are in the key store, but the key store (Secret Service) is locked, and nobody is there to unlock it',
    });
    await expect(open({ env }).remove(['one'])).rejects.toMatchObject({ code: 'config' });
    expect(open().list()).toHaveLength(1);
    expect(await open({ env }).examine()).toMatchObject({ kind: 'unusable', problem: 'locked' });
  });
});
