import { type Credentials, createCredentials, tokenVariables } from './auth/credentials.ts';
import { createLoginRecord, type LoginRecord } from './auth/login-record.ts';
import { createSecretStore, type SecretStore, type SecretStoreOptions } from './auth/secret-store.ts';
import { createJsonFile, type JsonFile } from './config/json-file.ts';
import { findMovedFolder, toPaths } from './config/paths.ts';
import type { CredentialStoreChoice } from './config/setting-choices.ts';
import { createSettings, type Settings } from './config/settings.ts';
import type { Env } from './env.ts';
import { once } from './once.ts';

/** What this program keeps in files of the person. Each is opened when it is first asked for. */
export type StoredState = {
  readonly settings: Settings;
  readonly record: LoginRecord;
  readonly secrets: SecretStore;
  readonly credentials: Credentials;
  readonly endpointsFile: JsonFile;
};

export type StoredStateOptions = {
  env: Env;
  signal: AbortSignal;
  warn: (sentence: string) => void;
  /** The account that the command line or the environment names. */
  named: { words: string; by: string } | undefined;
  /** The folder that the account may depend on. */
  cwd: () => string;
  loadKeyStore: SecretStoreOptions['loadKeyStore'];
};

export function openStoredState(options: StoredStateOptions): StoredState {
  const { env, signal, warn, named } = options;
  const paths = toPaths(env);
  const settings = once(() =>
    createSettings({
      env,
      accountModel: findAccountModel,
      file: createJsonFile({
        path: paths.configFile,
        onNotice: warn,
        signal,
        // With a token in the environment, no stored setting is needed.
        isDispensable: () => tokenVariables.some((variable) => env[variable]),
      }),
    }),
  );
  const findAccountModel = (): { value: string; path: string } | undefined => {
    try {
      const value = credentials().findShadow() === undefined ? record().readLogin()?.model : undefined;
      return value === undefined ? undefined : { value, path: record().path };
    } catch {
      // Whoever needs the account reports it.
      return undefined;
    }
  };
  const credentialsFile = once(() =>
    createJsonFile({ path: paths.credentialsFile, onNotice: warn, signal, isSecret: true }),
  );
  const secrets = once(() =>
    createSecretStore({
      file: credentialsFile(),
      loadKeyStore: options.loadKeyStore,
      choose: () => settings().get('credential-store').value as CredentialStoreChoice,
      scope: findMovedFolder(env),
    }),
  );
  const record = once(() =>
    createLoginRecord({
      file: credentialsFile(),
      secrets: secrets(),
      named,
      folder: options.cwd,
      host: () => settings().get('host').value,
    }),
  );
  const credentials = once(() => {
    const created = createCredentials({ env, settings: settings(), record: record(), signal });
    const shadow = named && created.findShadow();
    if (shadow)
      warn(`${shadow} is set, and its token is used in place of the account ${named.words} (${named.by}).`);
    return created;
  });
  const endpointsFile = once(() =>
    createJsonFile({ path: paths.endpointsFile, onNotice: warn, signal, isSecret: true }),
  );
  return {
    get settings() {
      return settings();
    },
    get record() {
      return record();
    },
    get secrets() {
      return secrets();
    },
    get credentials() {
      return credentials();
    },
    get endpointsFile() {
      return endpointsFile();
    },
  };
}
