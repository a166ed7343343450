import type { JsonFile } from '../config/json-file.ts';
import type { CredentialStoreChoice } from '../config/setting-choices.ts';
import { CliError } from '../errors.ts';
import { advise, type Hint, run } from '../hint.ts';
import { isObject, type JsonObject, toObject, toText } from '../json-value.ts';
import { type KeyStore, KeyStoreError, type KeyStoreProblem } from '../key-store/key-store.ts';
import { Secret } from '../secret.ts';

/** Where a secret lies. `name` is what the person knows the key store as. */
export type SecretPlace = { kind: 'system'; name: string } | { kind: 'file'; path: string };

/** `reason`: why the secret lies in the file although the key store was to be used, as a sentence without a full stop. */
export type WrittenPlace = {
  place: SecretPlace;
  reason: string | undefined;
  /** Why an old copy stays in the key store, as a sentence without a full stop. */
  leftBehind?: string | undefined;
};

export type KeyStoreState =
  | { kind: 'usable'; name: string }
  | { kind: 'unusable'; name: string; problem: KeyStoreProblem; reason: string };

/**
 * Secrets by name, in the key store of the system or in the file of mode 0600. The file lists them all, so no name is looked up that is not
 * there, and nothing but a secret itself is read from the key store, once for each process unless another process changed it.
 */
export type SecretStore = {
  /** The file with the list, and with the secrets that the key store does not hold. */
  readonly path: string;
  /** Undefined if there is none. Throws CliError `auth_required` if the key store has it and does not give it. */
  read(name: string): Promise<Secret | undefined>;
  /** Begins to read, so that a later `read` waits less. Never throws. */
  prefetch(name: string): void;
  /**
   * Replaces a secret, and says where it lies now. `about` stands in the file for everybody who may read that. A key store that fails ends
   * in the file, or in CliError `config` if the person chose the key store.
   */
  write(name: string, secret: Secret, options?: WriteOptions): Promise<WrittenPlace>;
  /**
   * Changes a secret where it lies, one process at a time. `change` gets undefined if there is none; nothing is written if it returns
   * undefined.
   */
  update(name: string, change: (secret: Secret | undefined) => Secret | undefined): Promise<void>;
  /** Changes what stands in the file about a secret. */
  describe(name: string, about: JsonObject): Promise<void>;
  /**
   * Removes every copy, and what a killed process left in the key store, whatever its name. Returns why the key store may still have one, as a sentence without a full stop, if it is not there or broken.
   * Throws CliError `config` if it may work later.
   */
  remove(names: readonly string[]): Promise<string | undefined>;
  /** Moves a secret to where `write` would put it now. Undefined if there is none. */
  move(name: string): Promise<WrittenPlace | undefined>;
  list(): StoredSecret[];
  /** What the key store says now. Asks it, so it may take as long as one that does not answer. */
  examine(): Promise<KeyStoreState>;
};

export type WriteOptions = {
  about?: JsonObject;
  /** Overrides what the settings say. */
  choice?: CredentialStoreChoice;
  /** Changes the rest of the file in the same moment. */
  alongside?: (content: JsonObject) => JsonObject;
  /** A secret that is there stays as it is. */
  onlyIfNew?: boolean;
};

export type StoredSecret = { name: string; place: SecretPlace; about: JsonObject };

export type SecretStoreOptions = {
  file: JsonFile;
  loadKeyStore: () => Promise<KeyStore>;
  /** What the settings say. */
  choose: () => CredentialStoreChoice;
  /** Set if the file is not where it is by default: two folders then do not share an entry of the key store. */
  scope: string | undefined;
};

/** `leftBehind`: the key store has, or may have, an old copy. */
type Entry =
  | { place: 'system'; store: string; revision: string }
  | { place: 'file'; value: string; leftBehind?: boolean };

/** Stands in the file while a first secret goes to the key store, so that a process that is killed then leaves nothing unnamed there. */
const pendingEntry: JsonObject = { place: 'pending' };

export function createSecretStore({ file, loadKeyStore, choose, scope }: SecretStoreOptions): SecretStore {
  const known = new Map<string, { revision: string; text: Promise<string | undefined> }>();
  const toKeyStoreEntry = (name: string): string => (scope === undefined ? name : `${name} in ${scope}`);
  const find = (content: JsonObject, name: string): (Entry & { about: JsonObject }) | undefined =>
    toEntry(toObject(content.secrets)[name]);

  function readFromKeyStore(name: string, revision: string): Promise<string | undefined> {
    const earlier = known.get(name);
    if (earlier?.revision === revision) return earlier.text;
    const text = loadKeyStore().then((store) => store.read(toKeyStoreEntry(name)));
    known.set(name, { revision, text });
    // It may be unlocked or mended until somebody asks again.
    text.catch(() => known.delete(name));
    return text;
  }

  async function readEntry(name: string, entry: Entry | undefined): Promise<Secret | undefined> {
    if (entry === undefined) return undefined;
    if (entry.place === 'file') return new Secret(entry.value);
    try {
      const text = await readFromKeyStore(name, entry.revision);
      return text === undefined ? undefined : new Secret(text);
    } catch (error) {
      throw toReadError(error, entry.store);
    }
  }

  /** Stores the text, and reads it back, because some key stores report success and keep nothing. */
  async function writeToKeyStore(name: string, text: string): Promise<Entry> {
    const store = await loadKeyStore();
    await store.write(toKeyStoreEntry(name), text);
    if ((await store.read(toKeyStoreEntry(name))) !== text)
      throw new KeyStoreError('broken', 'did not keep what was stored in it');
    const revision = crypto.randomUUID();
    known.set(name, { revision, text: Promise.resolve(text) });
    return { place: 'system', store: store.name, revision };
  }

  async function put(
    name: string,
    text: string,
    choice: CredentialStoreChoice,
  ): Promise<{ entry: Entry; reason: string | undefined }> {
    const inFile: Entry = { place: 'file', value: text };
    if (choice === 'file') return { entry: inFile, reason: undefined };
    try {
      return { entry: await writeToKeyStore(name, text), reason: undefined };
    } catch (error) {
      if (!(error instanceof KeyStoreError)) throw error;
      const reason = describeKeyStoreError(error, (await loadKeyStore()).name);
      if (choice === 'auto') return { entry: inFile, reason };
      throw new CliError('config', reason, {
        hint: advise`Keep secrets in a file that only you can read: ${run('config set credential-store file')}`,
        cause: error,
      });
    }
  }

  /**
   * Writes under the lock of the file: the key store first, so that a process that is killed between leaves one whole copy in force. What it
   * may leave in the key store is noted before.
   */
  async function replace(
    name: string,
    make: (before: Entry | undefined) => Promise<Secret | undefined>,
    options: WriteOptions & { staysInPlace?: boolean },
  ): Promise<WrittenPlace | undefined> {
    let written: WrittenPlace | undefined;
    let isLeftBehind = false;
    await file.update(async (content, save) => {
      const before = find(content, name);
      if (options.onlyIfNew && before !== undefined) {
        written = { place: toPlace(before, file.path), reason: undefined };
        return undefined;
      }
      const secret = await make(before);
      if (secret === undefined) return undefined;
      const stays = options.staysInPlace && before !== undefined;
      const choice = stays ? before.place : (options.choice ?? choose());
      const mayBeThere = listHeld(content).includes(name);
      const isNoted = choice !== 'file' && !mayBeThere;
      if (isNoted) save(notePending(content, name));
      const { entry, reason } = await put(name, secret.expose(), choice).catch(async (error: unknown) => {
        if (isNoted && error instanceof CliError && !mayHaveWritten(error.cause)) save(content);
        throw error;
      });
      isLeftBehind = entry.place === 'file' && mayBeThere;
      written = { place: toPlace(entry, file.path), reason };
      const about = options.about ?? before?.about ?? {};
      const others = options.alongside?.(content) ?? content;
      const stored = { ...entry, ...(isLeftBehind && { leftBehind: true }), about };
      return { ...others, version, secrets: { ...toObject(others.secrets), [name]: stored } };
    });
    if (written && isLeftBehind) written.leftBehind = await removeOldCopy(name);
    return written;
  }

  /** Last of all. Returns why it stays. */
  async function removeOldCopy(name: string): Promise<string | undefined> {
    const reason = await toReason(() => removeFromKeyStore([name]));
    if (reason !== undefined) return reason;
    await file.update((content) => {
      const secrets = toObject(content.secrets);
      const { leftBehind: _, ...entry } = toObject(secrets[name]);
      return { ...content, secrets: { ...secrets, [name]: entry } };
    });
    return undefined;
  }

  /** All under the lock of the file, so that nothing is taken from a process that is writing. */
  async function remove(names: readonly string[]): Promise<string | undefined> {
    let reason: string | undefined;
    await file.update(async (content) => {
      const pending = listPending(content);
      const held = listHeld(content).filter((name) => names.includes(name) || pending.includes(name));
      reason = held.length > 0 ? await removeFromKeyStore(held) : undefined;
      const secrets = Object.entries(toObject(content.secrets)).filter(
        ([name]) => !names.includes(name) && !pending.includes(name),
      );
      return { ...content, secrets: Object.fromEntries(secrets) };
    });
    return reason;
  }

  async function removeFromKeyStore(names: readonly string[]): Promise<string | undefined> {
    const store = await loadKeyStore();
    try {
      for (const name of names) {
        known.delete(name);
        await store.remove(toKeyStoreEntry(name));
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof KeyStoreError)) throw error;
      const reason = `${describeKeyStoreError(error, store.name)}, so it may still have a secret`;
      if (error.problem === 'missing' || error.problem === 'broken') return reason;
      throw new CliError('config', reason, { hint: adviceFor[error.problem], cause: error });
    }
  }

  return {
    path: file.path,
    read: (name) => readEntry(name, find(file.read(), name)),
    prefetch(name) {
      try {
        const entry = find(file.read(), name);
        if (entry?.place === 'system') readFromKeyStore(name, entry.revision).catch(() => {});
      } catch {
        // Whoever reads it reports it.
      }
    },
    async write(name, secret, options = {}) {
      const written = (await replace(name, async () => secret, options)) as WrittenPlace;
      // The key store works now.
      if (written.place.kind === 'system' && listPending(file.read()).length > 0)
        written.leftBehind = await toReason(() => remove([]));
      return written;
    },
    async update(name, change) {
      await replace(name, async (before) => change(await readEntry(name, before)), { staysInPlace: true });
    },
    describe: (name, about) =>
      file.update((content) => {
        const secrets = toObject(content.secrets);
        const entry = secrets[name];
        return isObject(entry)
          ? { ...content, secrets: { ...secrets, [name]: { ...entry, about } } }
          : undefined;
      }),
    remove,
    move: (name) => replace(name, (before) => readEntry(name, before), {}),
    list() {
      const { secrets } = file.read();
      return Object.entries(toObject(secrets)).flatMap(([name, value]) => {
        const entry = toEntry(value);
        return entry ? [{ name, place: toPlace(entry, file.path), about: entry.about }] : [];
      });
    },
    async examine() {
      const store = await loadKeyStore();
      try {
        await store.check();
        return { kind: 'usable', name: store.name };
      } catch (error) {
        if (!(error instanceof KeyStoreError)) throw error;
        const { problem } = error;
        const reason = describeKeyStoreError(error, store.name);
        return { kind: 'unusable', name: store.name, problem, reason };
      }
    },
  };
}

/** Of the file. Version 1 had one sign-in, and no list of secrets. */
const version = 2;

function toEntry(value: unknown): (Entry & { about: JsonObject }) | undefined {
  if (!isObject(value)) return undefined;
  const about = toObject(value.about);
  const [text, revision] = [toText(value.value), toText(value.revision)];
  if (value.place === 'file' && text !== undefined)
    return { place: 'file', value: text, leftBehind: value.leftBehind === true, about };
  if (value.place !== 'system' || revision === undefined) return undefined;
  return { place: 'system', store: toText(value.store) ?? 'key store', revision, about };
}

function isInKeyStore(entry: Entry | undefined): boolean {
  return entry?.place === 'system' || entry?.leftBehind === true;
}

const isPending = (value: unknown): boolean => toObject(value).place === pendingEntry.place;

/** Nothing that is in force: what a killed process wrote, or was about to write, to the key store. */
function listPending({ secrets }: JsonObject): string[] {
  return Object.entries(toObject(secrets)).flatMap(([name, value]) => (isPending(value) ? [name] : []));
}

/** The names of which the key store has, or may have, an entry. */
function listHeld({ secrets }: JsonObject): string[] {
  return Object.entries(toObject(secrets)).flatMap(([name, value]) =>
    isPending(value) || isInKeyStore(toEntry(value)) ? [name] : [],
  );
}

/** What is in force stays so. */
function notePending(content: JsonObject, name: string): JsonObject {
  const secrets = toObject(content.secrets);
  const before = secrets[name];
  const noted = isObject(before) ? { ...before, leftBehind: true } : pendingEntry;
  return { ...content, secrets: { ...secrets, [name]: noted } };
}

/** A key store that is missing or locked has taken nothing. */
function mayHaveWritten(error: unknown): boolean {
  return !(error instanceof KeyStoreError) || error.problem === 'slow' || error.problem === 'broken';
}

/** Why a removal failed, where that costs nothing else. */
async function toReason(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}

function toPlace(entry: Entry, path: string): SecretPlace {
  return entry.place === 'file' ? { kind: 'file', path } : { kind: 'system', name: entry.store };
}

/** For people: the key store by its name, or the path of the file. */
export function describePlace(place: SecretPlace): string {
  return place.kind === 'system' ? `the key store (${place.name})` : place.path;
}

function describeKeyStoreError({ message }: KeyStoreError, name: string): string {
  return `the key store (${name}) ${message}`;
}

const adviceFor: Record<KeyStoreProblem, string> = {
  missing: 'Sign in to your desktop, or give this session its message bus.',
  locked: 'Unlock it and try again.',
  slow: 'Try again, or restart it.',
  broken: 'Try again, or restart it.',
};

function toReadError(error: unknown, name: string): unknown {
  if (!(error instanceof KeyStoreError)) return error;
  const hint: Hint = [
    adviceFor[error.problem],
    advise`To do without it, sign in again with: ${run('login --insecure-storage')}`,
  ];
  return new CliError(
    'auth_required',
    `your secrets are in the key store, but ${describeKeyStoreError(error, name)}`,
    {
      hint,
      cause: error,
    },
  );
}
