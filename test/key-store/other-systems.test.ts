import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCredentialManager } from '../../src/key-store/credential-manager.ts';
import { createKeychain } from '../../src/key-store/keychain.ts';
import { openKeyStore } from '../../src/key-store/open-key-store.ts';
import { createFolder } from '../helpers/folder.ts';

const options = { env: {}, signal: new AbortController().signal, onUnlock: undefined };

/** Apple's `security`, as far as it is used: items in files of a folder, and its exit codes. */
function installSecurity(body: string): { program: string; folder: string } {
  const folder = createFolder();
  const program = join(folder, 'security');
  writeFileSync(program, `#!/bin/sh\ncd '${folder}'\necho "$*" >> argv\n${body}`);
  chmodSync(program, 0o755);
  return { program, folder };
}

const items = `case "$1" in
  -i) read -r line; printf '%s' "$line" > line; printf '%s' "\${line##* }" > item ;;
  find-generic-password) [ -f item ] || exit 44; cat item; echo ;;
  delete-generic-password) [ -f item ] || exit 44; rm item ;;
esac
`;

describe('the Keychain', () => {
  it('keeps, gives and removes a secret, which is in no argument of a program', async () => {
    const { program, folder } = installSecurity(items);
    const store = createKeychain(options, program);
    expect(await store.read('one')).toBe(undefined);
    await store.write('a "quoted" name', 'secret "ö"\n');
    expect(await store.read('one')).toBe('secret "ö"\n');
    await store.remove('one');
    await store.remove('one');
    expect(existsSync(join(folder, 'item'))).toBe(false);
    const argv = readFileSync(join(folder, 'argv'), 'utf8');
    expect(argv).not.toContain(Buffer.from('secret').toString('base64').slice(0, 6));
    expect(readFileSync(join(folder, 'line'), 'utf8')).toContain(String.raw`-a "a \"quoted\" name"`);
  });

  it.each([
    [36, 'locked', 'unlock it with: security unlock-keychain'],
    [51, 'locked', 'the password was wrong'],
    [128, 'locked', 'was not unlocked'],
    [37, 'missing', 'has no keychain'],
    [1, 'broken', 'security ended with 1'],
  ])('that ends with %s is %s', async (code, problem, words) => {
    const { program } = installSecurity(`exit ${code}\n`);
    const store = createKeychain(options, program);
    const expected = { problem, message: expect.stringContaining(words) };
    await expect(store.read('one')).rejects.toMatchObject(expected);
    await expect(store.write('one', 'secret')).rejects.toMatchObject(expected);
    await expect(store.check()).rejects.toMatchObject(expected);
  });

  it('without its program is missing', async () => {
    await expect(createKeychain(options, '/nowhere/security').read('one')).rejects.toMatchObject({
      problem: 'missing',
    });
  });

  it('refuses a secret that would be cut off', async () => {
    const { program } = installSecurity(items);
    await expect(createKeychain(options, program).write('one', 'x'.repeat(5000))).rejects.toMatchObject({
      problem: 'broken',
    });
  });

  it('that hangs is given up after 5 s, and at once if the command ends', { tags: 'deep' }, async () => {
    const { program } = installSecurity('exec sleep 60\n');
    await expect(createKeychain(options, program).read('one')).rejects.toMatchObject({ problem: 'slow' });
    const controller = new AbortController();
    const reading = createKeychain({ ...options, signal: controller.signal }, program).read('one');
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});

/** The native binding, with its entries in memory. */
function createBinding(entries = new Map<string, number[]>()) {
  return {
    AsyncEntry: class {
      readonly #key: string;
      constructor(service: string, entry: string) {
        this.#key = `${service} ${entry}`;
      }
      async getSecret() {
        return entries.get(this.#key) ?? null;
      }
      async setSecret(secret: Uint8Array) {
        entries.set(this.#key, [...secret]);
      }
      async deleteCredential() {
        return entries.delete(this.#key);
      }
    },
  };
}

describe('the Credential Manager', () => {
  it('keeps, gives and removes a secret', async () => {
    const entries = new Map<string, number[]>();
    const store = createCredentialManager(options, () => createBinding(entries));
    await store.check();
    await store.write('one', 'secret "ö"\n');
    expect([await store.read('one'), await store.read('two')]).toEqual(['secret "ö"\n', undefined]);
    await store.remove('one');
    await store.remove('one');
    expect(entries.size).toBe(0);
  });

  it('refuses a secret that a credential cannot hold', async () => {
    const store = createCredentialManager(options, () => createBinding());
    await expect(store.write('one', 'x'.repeat(2561))).rejects.toMatchObject({ problem: 'broken' });
  });

  it('is broken if its calls fail', async () => {
    const store = createCredentialManager(options, () => {
      throw new Error('no such session');
    });
    await expect(store.read('one')).rejects.toMatchObject({
      problem: 'broken',
      message: expect.stringContaining('no such session'),
    });
  });

  it('is missing if its package is not installed', async () => {
    const store = await openKeyStore(options, 'win32');
    await expect(store.read('one')).rejects.toMatchObject({
      problem: 'missing',
      message: expect.stringContaining('@napi-rs/keyring-win32-'),
    });
  });
});
