import {
  answerMs,
  type KeyStore,
  KeyStoreError,
  type KeyStoreOptions,
  service,
  withDeadline,
} from './key-store.ts';

/** What is used of `@napi-rs/keyring`: an entry of the system's key store, its work in a thread of the pool. */
type Binding = {
  AsyncEntry: new (
    service: string,
    entry: string,
  ) => {
    getSecret(): Promise<number[] | null>;
    setSecret(secret: Uint8Array): Promise<void>;
    deleteCredential(): Promise<boolean>;
  };
};

/** A credential holds no more (CRED_MAX_CREDENTIAL_BLOB_SIZE). */
const maxBytes = 2560;

/**
 * The Credential Manager of Windows, which programs reach by its native API alone. It answers from the session of the person, which is
 * unlocked as long as it lasts.
 */
export function createCredentialManager(
  { signal }: Pick<KeyStoreOptions, 'signal'>,
  loadBinding = loadWindowsBinding,
): KeyStore {
  const use = async <T>(entry: string, work: (handle: InstanceType<Binding['AsyncEntry']>) => Promise<T>) => {
    signal.throwIfAborted();
    try {
      const { AsyncEntry } = loadBinding();
      return await withDeadline(work(new AsyncEntry(service, entry)), answerMs, signal);
    } catch (cause) {
      if (cause instanceof KeyStoreError || signal.aborted) throw cause;
      throw new KeyStoreError('broken', `does not work: ${(cause as Error).message}`, { cause });
    }
  };

  return {
    name: 'Credential Manager',
    read: (entry) =>
      use(entry, async (handle) => {
        const bytes = await handle.getSecret();
        return bytes === null ? undefined : Buffer.from(bytes).toString('utf8');
      }),
    write: (entry, text) => {
      const bytes = Buffer.from(text);
      if (bytes.length > maxBytes)
        return Promise.reject(new KeyStoreError('broken', 'cannot hold a secret of this length'));
      return use(entry, (handle) => handle.setSecret(bytes));
    },
    remove: async (entry) => void (await use(entry, (handle) => handle.deleteCredential())),
    check: async () => void (await use('check', (handle) => handle.getSecret())),
  };
}

/** Throws KeyStoreError `missing` if the package is not installed, as after `npm install --omit=optional`. */
function loadWindowsBinding(): Binding {
  const { createRequire } = process.getBuiltinModule('node:module');
  const name = `@napi-rs/keyring-win32-${process.arch}-msvc`;
  try {
    return createRequire(import.meta.url)(name);
  } catch (cause) {
    throw new KeyStoreError('missing', `is not used: the package ${name} is not installed`, { cause });
  }
}
