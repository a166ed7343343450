import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import type { SecretStore } from '../../auth/secret-store.ts';
import { isObject, parseJson } from '../../json-value.ts';
import { Secret } from '../../secret.ts';

/** A sign-in to one server: what its authorization server gave, and who we are there. Each names its issuer. */
export type StoredSignIn = {
  tokens?: StoredOAuthTokens;
  client?: StoredOAuthClientInformation;
  discovery?: OAuthDiscoveryState;
  /** When the access token ends, in milliseconds; undefined if the service did not say. */
  expiresAt?: number;
};

/** The sign-in of one server, among the other secrets of this program: by its URL, so that its name may change and another URL gets nothing. */
export type TokenStore = {
  read(): Promise<StoredSignIn | undefined>;
  write(signIn: StoredSignIn): Promise<void>;
  /** Whether there is anything. Reads no secret. */
  isThere(): boolean;
  /** Returns why the key store may still have it, as a sentence without a full stop. */
  removeIfThere(): Promise<string | undefined>;
  /** For the lock under which one process renews. */
  readonly lockPath: string;
};

export function openTokenStore(secrets: SecretStore, url: URL): TokenStore {
  const key = toSignInKey(url);
  const name = `mcp ${key}`;
  const isThere = (): boolean => secrets.list().some((secret) => secret.name === name);
  return {
    async read() {
      const value = parseJson((await secrets.read(name))?.expose() ?? '');
      return isObject(value) ? (value as StoredSignIn) : undefined;
    },
    async write(signIn) {
      await secrets.write(name, new Secret(JSON.stringify(signIn)), { about: { mcp_server: key } });
    },
    isThere,
    removeIfThere: async () => (isThere() ? secrets.remove([name]) : undefined),
    lockPath: join(
      dirname(secrets.path),
      `mcp-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`,
    ),
  };
}

/** Without what does not reach the server, and without a query, which may hold a secret. */
export function toSignInKey({ origin, pathname }: URL): string {
  return origin + pathname.replace(/\/+$/, '');
}
