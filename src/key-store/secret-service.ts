import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Env } from '../env.ts';
import { type Bus, connectToBus, type DbusCall, DbusError, type DbusSignal } from './dbus.ts';
import type { DbusValue } from './dbus-values.ts';
import {
  answerMs,
  type KeyStore,
  KeyStoreError,
  type KeyStoreOptions,
  type KeyStoreProblem,
  service,
  unlockMs,
  withDeadline,
} from './key-store.ts';

const destination = 'org.freedesktop.secrets';
const root = '/org/freedesktop/secrets';
const secretInterface = 'org.freedesktop.Secret';
/** Stands for "no object". */
const none = '/';

/**
 * The Secret Service of Linux and BSD desktops (GNOME Keyring, KWallet, KeePassXC), by the specification of freedesktop.org. Every call is
 * a socket's, so that one that hangs can be given up: libsecret's and dbus-secret-service's own calls block for 25 s. The session is
 * `plain`, because who can listen on a person's own bus can ask for the secret as well.
 */
export function createSecretService({ env, signal, onUnlock }: KeyStoreOptions): KeyStore {
  /** Every work may be done twice: GNOME Keyring crashes now and then while programs come and go, and the bus starts it again. */
  async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await tryWithSession(work);
    } catch (error) {
      if (!hasLeft(error as Error)) throw error;
      return tryWithSession(work);
    }
  }

  async function tryWithSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const bus = connectToBus(findBus(env));
    const opened = callService(bus, 'OpenSession', 'sv', ['plain', { signature: 's', value: '' }]);
    const id = opened.then(([, path]) => String(path));
    // Not every call needs it.
    id.catch(() => {});
    const inTime = <R>(wait: Promise<R>, ms = answerMs): Promise<R> => withDeadline(wait, ms, signal);
    try {
      return await work({ bus, inTime, id, onUnlock });
    } catch (error) {
      throw toKeyStoreError(error, signal);
    } finally {
      bus.close();
    }
  }

  return {
    name: 'Secret Service',
    read: (entry) =>
      withSession(async (session) => {
        const item = await findItem(session, entry);
        return item === undefined ? undefined : readItem(session, item);
      }),
    write: (entry, text) => withSession((session) => createItem(session, entry, text)),
    remove: (entry) =>
      withSession(async (session) => {
        const { unlocked, locked } = await search(session, entry);
        if (locked.length > 0) await unlock(session, locked);
        for (const item of [...unlocked, ...locked]) {
          const [prompt] = await session.inTime(callItem(session.bus, item, 'Delete'));
          await answerPrompt(session, String(prompt));
        }
      }),
    check: () =>
      withSession(async (session) => {
        const collection = await findCollection(session);
        if (await isLocked(session, collection))
          throw new KeyStoreError(
            'locked',
            'is locked; unlock it, for example in the settings of your desktop',
          );
      }),
  };
}

type Session = {
  bus: Bus;
  /** The path of the session, which a secret is sent in. */
  id: Promise<string>;
  inTime<T>(wait: Promise<T>, ms?: number): Promise<T>;
  onUnlock: (() => void) | undefined;
};

/** The path of the socket of the person's message bus. Throws KeyStoreError `missing`. */
function findBus({ DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: folder }: Env): string {
  for (const text of (address ?? '').split(';')) {
    const [, kind, value] = /^unix:(?:.*,)?(path|abstract)=([^,]+)/.exec(text) ?? [];
    if (value !== undefined) return (kind === 'abstract' ? '\0' : '') + decodeURIComponent(value);
  }
  const usual = folder && isAbsolute(folder) ? join(folder, 'bus') : undefined;
  if (!address && usual !== undefined && existsSync(usual)) return usual;
  throw new KeyStoreError('missing', 'is not there: this session has no message bus (D-Bus)');
}

function callService(
  bus: Bus,
  member: string,
  signature: string,
  body: readonly DbusValue[],
): Promise<DbusValue[]> {
  return bus.call({
    destination,
    path: root,
    interface: `${secretInterface}.Service`,
    member,
    signature,
    body,
  });
}

function callItem(bus: Bus, path: string, member: string): Promise<DbusValue[]> {
  return bus.call({ destination, path, interface: `${secretInterface}.Item`, member });
}

async function search(
  { bus, inTime }: Session,
  entry: string,
): Promise<{ unlocked: string[]; locked: string[] }> {
  const attributes = Object.entries(toAttributes(entry));
  const [unlocked, locked] = await inTime(callService(bus, 'SearchItems', 'a{ss}', [attributes]));
  return { unlocked: unlocked as string[], locked: locked as string[] };
}

/** The item of an entry, unlocked. */
async function findItem(session: Session, entry: string): Promise<string | undefined> {
  const { unlocked, locked } = await search(session, entry);
  if (unlocked[0] !== undefined || locked[0] === undefined) return unlocked[0];
  await unlock(session, locked);
  return locked[0];
}

async function readItem({ bus, inTime, id }: Session, item: string): Promise<string | undefined> {
  const session = await inTime(id);
  const [secrets] = await inTime(callService(bus, 'GetSecrets', 'aoo', [[item], session]));
  const [first] = secrets as [string, [string, Buffer, Buffer, string]][];
  return first?.[1][2].toString('utf8');
}

async function createItem(session: Session, entry: string, text: string): Promise<void> {
  const { bus, inTime, id } = session;
  const [collection, sessionId] = await Promise.all([findCollection(session), inTime(id)]);
  if (await isLocked(session, collection)) await unlock(session, [collection]);
  const properties: DbusValue = [
    [`${secretInterface}.Item.Label`, { signature: 's', value: `copilot-cli: ${entry}` }],
    [
      `${secretInterface}.Item.Attributes`,
      { signature: 'a{ss}', value: Object.entries({ ...toAttributes(entry), 'xdg:schema': schema }) },
    ],
  ];
  const secret: DbusValue = [sessionId, Buffer.alloc(0), Buffer.from(text), 'text/plain'];
  const [, prompt] = await inTime(
    bus.call({
      destination,
      path: collection,
      interface: `${secretInterface}.Collection`,
      member: 'CreateItem',
      signature: 'a{sv}(oayays)b',
      body: [properties, secret, true],
    }),
  );
  await answerPrompt(session, String(prompt));
}

const schema = 'org.freedesktop.Secret.Generic';

function toAttributes(entry: string): Record<string, string> {
  return { service, account: entry };
}

/** Throws KeyStoreError `missing` if a new one would have to be made, which asks the person for a password. */
async function findCollection({ bus, inTime }: Session): Promise<string> {
  const [path] = await inTime(callService(bus, 'ReadAlias', 's', ['default']));
  if (path !== none) return String(path);
  throw new KeyStoreError(
    'missing',
    'has no default collection yet; your desktop creates it at your first login',
  );
}

async function isLocked({ bus, inTime }: Session, collection: string): Promise<boolean> {
  const [value] = await inTime(
    bus.call({
      destination,
      path: collection,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      body: [`${secretInterface}.Collection`, 'Locked'],
    }),
  );
  return (value as { value: DbusValue }).value === true;
}

/** Throws KeyStoreError `locked` if nobody unlocks the objects. */
async function unlock(session: Session, objects: readonly string[]): Promise<void> {
  const { bus, inTime } = session;
  const [unlocked, prompt] = await inTime(callService(bus, 'Unlock', 'ao', [objects]));
  if ((unlocked as string[]).length === objects.length) return;
  await answerPrompt(session, String(prompt));
}

/** Lets the person answer a prompt of the key store. Throws KeyStoreError `locked` if nobody does. */
async function answerPrompt({ bus, inTime, onUnlock }: Session, prompt: string): Promise<void> {
  if (prompt === none) return;
  const dismiss = (): Promise<unknown> => bus.call(toPromptCall(prompt, 'Dismiss'));
  if (!onUnlock) {
    // Otherwise it stays open until the service has seen that we left.
    await inTime(dismiss()).catch(() => {});
    throw new KeyStoreError('locked', 'is locked, and nobody is there to unlock it');
  }
  const completed = new Promise<DbusSignal>((resolve) => {
    bus.onSignal((signal) => {
      if (signal.path === prompt && signal.member === 'Completed') resolve(signal);
    });
  });
  await inTime(
    bus.call({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'AddMatch',
      signature: 's',
      body: [`type='signal',interface='${secretInterface}.Prompt',path='${prompt}'`],
    }),
  );
  onUnlock();
  const asked = bus.call({ ...toPromptCall(prompt, 'Prompt'), signature: 's', body: [''] });
  const answered = Promise.all([completed, asked]).then(([signal]) => signal);
  const { body } = await inTime(answered, unlockMs).catch((error) => {
    dismiss().catch(() => {});
    throw error;
  });
  if (body[0] !== false) throw new KeyStoreError('locked', 'is locked, and was not unlocked');
}

/** Whether the service ended during the call: words of dbus-daemon ("Message recipient disconnected …") and dbus-broker ("Remote peer disconnected"). */
function hasLeft({ cause }: { cause?: unknown }): boolean {
  return (
    cause instanceof DbusError && cause.dbusName.endsWith('.NoReply') && /disconnected/.test(cause.message)
  );
}

function toPromptCall(path: string, member: string): DbusCall {
  return { destination, path, interface: `${secretInterface}.Prompt`, member };
}

const problems: [pattern: RegExp, problem: KeyStoreProblem, words: string][] = [
  [
    /^org\.freedesktop\.DBus\.Error\.(?:ServiceUnknown|NameHasNoOwner|Spawn\.ServiceNotFound)$/,
    'missing',
    'is not there: no program offers one on the message bus',
  ],
  [/\.IsLocked$/, 'locked', 'is locked'],
  [/\.(?:NoReply|Timeout|TimedOut)$/, 'slow', 'did not answer'],
];

function toKeyStoreError(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof KeyStoreError || signal.aborted) return error;
  if (error instanceof DbusError) {
    if (hasLeft({ cause: error }))
      return new KeyStoreError('slow', 'ended without answering', { cause: error });
    const [, problem, words] = problems.find(([pattern]) => pattern.test(error.dbusName)) ?? [];
    return problem !== undefined && words !== undefined
      ? new KeyStoreError(problem, words, { cause: error })
      : new KeyStoreError('broken', `does not work: ${error.message || error.dbusName}`, { cause: error });
  }
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return new KeyStoreError('missing', 'is not there: nothing answers on the message bus', { cause: error });
  return new KeyStoreError('broken', `does not work: ${message}`, { cause: error });
}
