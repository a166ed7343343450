import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KeyStore } from '../../src/key-store/key-store.ts';
import { openKeyStore } from '../../src/key-store/open-key-store.ts';
import {
  skipsKeyStore,
  startBus,
  startCrashingService,
  startSecretService,
} from '../helpers/secret-service.ts';

const open = (env: Record<string, string>): Promise<KeyStore> =>
  openKeyStore({ env, signal: new AbortController().signal, onUnlock: undefined }, 'linux');

describe.skipIf(skipsKeyStore)('GNOME Keyring', { tags: 'deep' }, () => {
  it('gives back what was stored, replaced and removed', async () => {
    const { env } = await startSecretService();
    const store = await open(env);
    await store.check();
    expect(await store.read('one')).toBe(undefined);
    await store.write('one', 'first "ö"\n');
    await store.write('two', 'other');
    await store.write('one', 'second');
    expect(await (await open(env)).read('one')).toBe('second');
    await store.remove('one');
    await store.remove('one');
    expect([await store.read('one'), await store.read('two')]).toEqual([undefined, 'other']);
  });

  it.each([
    ['a long secret', 'x'.repeat(200_000)],
    ['every byte of a text', Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code)).join('')],
    ['nothing but a line break', '\n'],
    ['characters beyond 16 bits', '🔑🔐'],
  ])('keeps %s', async (_, text) => {
    const store = await open((await startSecretService()).env);
    await store.write('entry', text);
    expect(await store.read('entry')).toBe(text);
  });

  it('says that it is locked where nobody can unlock it', async () => {
    const { env, lock } = await startSecretService();
    const store = await open(env);
    await store.write('one', 'secret');
    lock();
    const locked = expect.objectContaining({ problem: 'locked' });
    await expect(store.read('one')).rejects.toEqual(locked);
    await expect(store.write('two', 'secret')).rejects.toEqual(locked);
    await expect(store.remove('one')).rejects.toEqual(locked);
    await expect(store.check()).rejects.toEqual(locked);
  });

  it.each(['read', 'write', 'remove', 'check'] as const)(
    'is asked again if it crashes during a call: %s',
    async (call) => {
      const { env, crashDuring } = await startSecretService();
      const store = await open(env);
      await store.write('one', 'secret');
      // The one that the bus starts is locked.
      await expect(
        crashDuring<unknown>(() =>
          call === 'check' ? store.check() : call === 'write' ? store.write('one', '') : store[call]('one'),
        ),
      ).rejects.toMatchObject({ problem: 'locked' });
    },
  );

  it.each(['read', 'write', 'remove', 'check'] as const)(
    'that crashes twice in a row has words of its own: %s',
    async (call) => {
      const store = await open(await startCrashingService());
      const done =
        call === 'check' ? store.check() : call === 'write' ? store.write('a', 'b') : store[call]('a');
      await expect(done).rejects.toMatchObject({
        problem: 'slow',
        message: 'ended without answering',
      });
    },
  );

  it('is used by many at once', async () => {
    const { env } = await startSecretService();
    const stores = await Promise.all(Array.from({ length: 20 }, () => open(env)));
    await Promise.all(stores.map((store, index) => store.write(`entry ${index}`, `secret ${index}`)));
    expect(await Promise.all(stores.map((store, index) => store.read(`entry ${index}`)))).toEqual(
      stores.map((_, index) => `secret ${index}`),
    );
  });

  it('is missing where the bus has none', async () => {
    const { env } = await startBus();
    await expect((await open(env)).read('one')).rejects.toMatchObject({
      problem: 'missing',
      message: 'is not there: no program offers one on the message bus',
    });
  });
});

/** A bus of its own that treats whoever connects as told. */
async function startFakeBus(onData: (socket: Socket) => void): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-bus-'));
  const path = join(folder, 'bus');
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => onData(socket));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return `unix:path=${path}`;
}

describe('a key store that does not work', () => {
  it.each([
    ['no bus', {}, 'this session has no message bus'],
    ['a bus that is gone', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' }, 'nothing answers on'],
    [
      'an abstract bus that is gone',
      { DBUS_SESSION_BUS_ADDRESS: 'unix:abstract=/nowhere' },
      'nothing answers on',
    ],
    ['a bus of another kind', { DBUS_SESSION_BUS_ADDRESS: 'tcp:host=localhost' }, 'has no message bus'],
    ['a relative runtime folder', { XDG_RUNTIME_DIR: 'run' }, 'has no message bus'],
  ])('is missing with %s', async (_, env, words) => {
    await expect((await open(env)).read('one')).rejects.toMatchObject({
      problem: 'missing',
      message: expect.stringContaining(words),
    });
  });

  it('is slow if it never answers', { tags: 'deep' }, async () => {
    const address = await startFakeBus(() => {});
    const startedAt = performance.now();
    await expect((await open({ DBUS_SESSION_BUS_ADDRESS: address })).read('one')).rejects.toMatchObject({
      problem: 'slow',
      message: 'did not answer within 5 s',
    });
    expect(performance.now() - startedAt).toBeLessThan(7_000);
  });

  it('is given up at once if the command ends', async () => {
    const address = await startFakeBus(() => {});
    const controller = new AbortController();
    const store = await openKeyStore(
      { env: { DBUS_SESSION_BUS_ADDRESS: address }, signal: controller.signal, onUnlock: undefined },
      'linux',
    );
    const reading = store.read('one');
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  const ok = 'OK 0123456789abcdef0123456789abcdef\r\n';
  it.each([
    ['refuses the connection', 'REJECTED EXTERNAL\r\n'],
    ['sends no message', `${ok}${'no message of D-Bus'.repeat(4)}`],
    [
      'announces a message that is too long',
      Buffer.concat([Buffer.from(ok), Buffer.from('l', 'latin1'), Buffer.alloc(15, 0xff)]),
    ],
    [
      'sends a header whose fields end early',
      Buffer.concat([
        Buffer.from(ok),
        Buffer.from([108, 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0]),
        Buffer.alloc(8, 0xff),
      ]),
    ],
  ])('is broken if the bus %s', async (_, answer) => {
    const address = await startFakeBus((socket) => void socket.write(answer));
    await expect((await open({ DBUS_SESSION_BUS_ADDRESS: address })).read('one')).rejects.toMatchObject({
      problem: 'broken',
    });
  });

  it('is broken if the bus hangs up', async () => {
    const address = await startFakeBus((socket) => socket.destroy());
    await expect((await open({ DBUS_SESSION_BUS_ADDRESS: address })).read('one')).rejects.toMatchObject({
      problem: 'broken',
    });
  });
});
