import { createLoginRecord, type LoginRecord, type LoginRecordOptions } from '../../src/auth/login-record.ts';
import { createSecretStore } from '../../src/auth/secret-store.ts';
import type { JsonFile } from '../../src/config/json-file.ts';

/** The accounts of a file, whose secrets lie in the file, too. */
export function createFileRecord(
  file: JsonFile,
  options: Omit<LoginRecordOptions, 'file' | 'secrets'> = {},
): LoginRecord {
  const secrets = createSecretStore({
    file,
    loadKeyStore: () => Promise.reject(new Error('no key store is used')),
    choose: () => 'file',
    scope: undefined,
  });
  return createLoginRecord({ file, secrets, ...options });
}
