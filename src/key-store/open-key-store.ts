import type { KeyStore, KeyStoreOptions } from './key-store.ts';
import { createSecretService } from './secret-service.ts';

/** The key store of this system. Linux's is imported statically because its start-up is measured; the others load on demand. */
export async function openKeyStore(
  options: KeyStoreOptions,
  platform: NodeJS.Platform = process.platform,
): Promise<KeyStore> {
  if (platform === 'darwin') return (await import('./keychain.ts')).createKeychain(options);
  if (platform === 'win32') return (await import('./credential-manager.ts')).createCredentialManager(options);
  return createSecretService(options);
}
