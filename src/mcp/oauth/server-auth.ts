import { type AuthProvider, auth, type FetchLike, UnauthorizedError } from '@modelcontextprotocol/client';
import { withFileLock } from '../../config/file-lock.ts';
import type { Context } from '../../context.ts';
import { limitTime } from '../../pause.ts';
import { createGuard } from './guard.ts';
import { createProvider } from './provider.ts';
import { openTokenStore, type StoredSignIn } from './token-store.ts';

/** A token is renewed this long before it ends, in milliseconds, but not before half of what it was given. */
const earlyMs = 60_000;
const renewMs = 30_000;

type AuthContext = Pick<Context, 'secrets' | 'now' | 'signal'>;

/**
 * The tokens of a server that the person signed in to. They are renewed before they end, by one process for all. Asks nobody to sign in: that
 * throws UnauthorizedError.
 */
export function createServerAuth(
  { secrets, now, signal }: AuthContext,
  { url, fetch }: { url: URL; fetch: FetchLike },
): AuthProvider {
  const store = openTokenStore(secrets, url);
  let used: string | undefined;

  async function renew(): Promise<string> {
    const old = used;
    return withFileLock(
      store.lockPath,
      async () => {
        const signIn = await store.read();
        if (signIn?.tokens?.refresh_token === undefined) throw new UnauthorizedError();
        return refresh(signIn);
      },
      {
        signal: limitTime(renewMs, signal),
        // Another process was faster, or the person signed in meanwhile.
        skipWhen: async () => {
          const token = (await store.read())?.tokens?.access_token;
          return token !== old ? token : undefined;
        },
      },
    );
  }

  async function refresh(signIn: StoredSignIn): Promise<string> {
    let failure: unknown;
    const provider = createProvider({
      store,
      signIn,
      redirectUrl: 'http://127.0.0.1/callback',
      now,
      onRedirect: () => {
        throw new UnauthorizedError();
      },
    });
    const guard = createGuard(url, fetch);
    const watched: FetchLike = (address, init) =>
      guard.fetch(address, init).catch((error: unknown) => {
        failure = error;
        throw error;
      });
    await auth(provider, { serverUrl: url, fetchFn: watched }).catch((error: unknown) => {
      // A service that cannot be reached is no reason to sign in again.
      throw failure ?? error;
    });
    const token = signIn.tokens?.access_token;
    if (token === undefined) throw new UnauthorizedError();
    return token;
  }

  return {
    async token() {
      const signIn = await store.read();
      used = signIn?.tokens?.access_token;
      const { expires_in: seconds = 0, refresh_token: more } = signIn?.tokens ?? {};
      const isEnding =
        signIn?.expiresAt !== undefined && now() > signIn.expiresAt - Math.min(earlyMs, seconds * 500);
      if (isEnding && more !== undefined) used = await renew();
      return used;
    },
    async onUnauthorized() {
      used = await renew();
    },
  };
}
