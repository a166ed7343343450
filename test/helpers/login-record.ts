import { createLoginRecord, type LoginRecord, type LoginRecordOptions } from '../../src/auth/login-record.ts';
import { createSecretStore, type SecretStore } from '../../src/auth/secret-store.ts';
import type { JsonFile } from '../../src/config/json-file.ts';

/** The accounts of a file, whose secrets lie in the file, too. */
export function createFileRecord(
  file: JsonFile,
  options: Omit<LoginRecordOptions, 'file' | 'secrets'> = {},
): LoginRecord {
  return createLoginRecord({ file, secrets: createFileSecrets(file), ...options });
}

/** Secrets that lie in a file, where no key store may be asked. */
export function createFileSecrets(file: JsonFile): SecretStore {
  return createSecretStore({
    file,
    loadKeyStore: () => Promise.reject(new Error('the test has no key store')),
    choose: () => 'file',
    scope: undefined,
  });
}
