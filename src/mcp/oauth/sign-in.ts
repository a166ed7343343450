import { randomBytes } from 'node:crypto';
import {
  auth,
  extractWWWAuthenticateParams,
  type FetchLike,
  LATEST_PROTOCOL_VERSION,
} from '@modelcontextprotocol/client';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { advise, flag } from '../../hint.ts';
import { isWebPage } from '../../loopback.ts';
import { limitTime, untilAborted } from '../../pause.ts';
import { toOneLine } from '../../terminal-text.ts';
import { createFetch } from '../http-fetch.ts';
import { startCallbackServer } from './callback-server.ts';
import { createGuard } from './guard.ts';
import { createProvider } from './provider.ts';
import { openTokenStore, type StoredSignIn } from './token-store.ts';

type SignInContext = Pick<Context, 'secrets' | 'now' | 'signal' | 'loadHttp' | 'version'>;

export type SignInOptions = {
  url: URL;
  /** Shows the page on which the person signs in. */
  onPage(url: URL): void | Promise<void>;
  /** How long a server may take for an answer, in milliseconds; as to its start if it is left out. */
  answerMs?: number;
};

/** How long the person may take, in milliseconds. */
const patienceMs = 600_000;
const usualAnswerMs = 30_000;

/**
 * Signs in to a server as its specification says: OAuth 2.1 with PKCE, a client that registers itself, and a redirect to this machine. Returns
 * false if the server asks for no sign-in. Throws CliError `auth_required`.
 */
export async function signInToServer(
  context: SignInContext,
  { url, onPage, answerMs = usualAnswerMs }: SignInOptions,
): Promise<boolean> {
  const signal = limitTime(patienceMs, context.signal);
  const http = await context.loadHttp();
  const guard = createGuard(
    url,
    withLimit(createFetch({ http, signal, origin: url.origin, headers: {} }), answerMs),
  );
  const challenge = await readChallenge(guard.fetch, url, context.version);
  if (!challenge) return false;
  const state = randomBytes(24).toString('base64url');
  const callback = await startCallbackServer(state);
  // Nothing of an earlier sign-in: its client may have another redirect, and its issuer may have changed.
  const signIn: StoredSignIn = {};
  const store = openTokenStore(context.secrets, url);
  const provider = createProvider({
    store,
    signIn,
    redirectUrl: callback.url,
    state,
    now: context.now,
    onRedirect: (page) => {
      // The server names it, and openers take more than pages.
      if (!isWebPage(page.href))
        throw new CliError(
          'auth_required',
          `the server names a page for its sign-in that is not on the web: ${toOneLine(page.href).slice(0, 200)}`,
        );
      guard.check(page);
      return onPage(page);
    },
  });
  try {
    const asked = await auth(provider, { serverUrl: url, fetchFn: guard.fetch, ...challenge });
    if (asked === 'AUTHORIZED') return true;
    const values = await untilAborted(callback.arrived, signal);
    const code = values.get('code');
    if (code === null)
      throw new CliError(
        'auth_required',
        `the sign-in was refused: ${toOneLine(values.get('error') ?? 'no reason')}`,
      );
    const iss = values.get('iss');
    await auth(provider, {
      serverUrl: url,
      fetchFn: guard.fetch,
      authorizationCode: code,
      ...(iss !== null && { iss }),
    });
    return true;
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof CliError) throw error;
    if (guard.refusal) throw guard.refusal;
    if (signal.aborted) throw new CliError('auth_required', 'nobody signed in within ten minutes');
    throw new CliError(
      'auth_required',
      `the sign-in failed: ${toOneLine((error as Error).message).slice(0, 500)}`,
      {
        hint: advise`Some services give out keys instead: ${flag('--header "Authorization: Bearer KEY"')} of mcp add.`,
        cause: error,
      },
    );
  } finally {
    callback.close();
  }
}

/** Each answer is awaited on its own: a person who signs in may take far longer. Throws CliError `timeout`. */
function withLimit(fetch: FetchLike, answerMs: number): FetchLike {
  return async (address, init = {}) => {
    const limit = limitTime(answerMs, ...(init.signal ? [init.signal] : []));
    try {
      return await fetch(address, { ...init, signal: limit });
    } catch (error) {
      if ((limit.reason as Error | undefined)?.name !== 'TimeoutError') throw error;
      const { host } = new URL(address);
      throw new CliError(
        'timeout',
        `${toOneLine(host)} did not answer the sign-in within ${answerMs / 1000} s`,
        {
          cause: error,
        },
      );
    }
  };
}

/** What the server demands of somebody without a token; undefined if it demands nothing. */
async function readChallenge(
  fetch: FetchLike,
  url: URL,
  version: string,
): Promise<{ scope?: string; resourceMetadataUrl?: URL } | undefined> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: LATEST_PROTOCOL_VERSION,
        capabilities: {},
        clientInfo: { name: 'copilot-cli', version },
      },
    }),
  });
  await response.body?.cancel();
  if (response.status !== 401) return undefined;
  const { scope, resourceMetadataUrl } = extractWWWAuthenticateParams(response);
  return { ...(scope !== undefined && { scope }), ...(resourceMetadataUrl && { resourceMetadataUrl }) };
}
