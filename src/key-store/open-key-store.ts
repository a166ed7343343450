import type { KeyStore, KeyStoreOptions } from './key-store.ts';

/** The key store of this system. Loads only what this system needs. */
export async function openKeyStore(
  options: KeyStoreOptions,
  platform: NodeJS.Platform = process.platform,
): Promise<KeyStore> {
  if (platform === 'darwin') return (await import('./keychain.ts')).createKeychain(options);
  if (platform === 'win32') return (await import('./credential-manager.ts')).createCredentialManager(options);
  return (await import('./secret-service.ts')).createSecretService(options);
}
