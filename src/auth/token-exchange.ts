import { CliError, TokenExchangeError } from '../errors.ts';
import type { HttpResponse } from '../http/http.ts';
import { type JsonObject, parseJson, toNumber, toObject, toText } from '../json-value.ts';
import { Secret } from '../secret.ts';
import { fetchCopilotUser } from './copilot-user.ts';
import type { GithubToken } from './credentials.ts';
import { createRefusalError, type Refusal } from './exchange-refusal.ts';
import { callGithub, type GithubCallOptions } from './github-call.ts';
import type { CopilotAccess } from './login-record.ts';

export type TokenExchangeOptions = GithubCallOptions & { now: () => number };

/** What an exchange gives where it leaves the times out, as observed. */
const defaultRefreshSeconds = 1500;
/** Renewal begins this long before GitHub asks for it. */
const refreshMarginSeconds = 60;
/** How long past `refresh_in` a token may be used by our clock. Local time, for `expires_at` is the service's clock. */
const staleSeconds = 60;
/** How long it is remembered that a GitHub token goes to Copilot directly. */
const directSeconds = 3600;

/**
 * Exchanges a GitHub token for a Copilot token at `GET /copilot_internal/v2/token`. A kind of token that cannot be
 * exchanged (404, and for fine-grained tokens also a bare 403) is used directly instead: `style` tells.
 *
 * Throws AuthenticationError where the GitHub token is refused, TokenExchangeError with GitHub's own words where the
 * account may not use Copilot, `rate_limited`, `upstream` or `network`.
 */
export async function fetchCopilotAccess(
  github: GithubToken,
  options: TokenExchangeOptions,
): Promise<CopilotAccess> {
  const response = await callGithub(github, '/copilot_internal/v2/token', options);
  if (response.status === 200) return toAccess(toObject(await response.json()), options.now());
  const refusal = await readRefusal(response);
  if (isNotExchangeable(response.status, refusal, github)) return fetchDirectAccess(github, options);
  throw createRefusalError(response, refusal, github);
}

async function readRefusal(response: HttpResponse): Promise<Refusal> {
  const text = await response.text();
  return { text, body: toObject(parseJson(text)) };
}

function isNotExchangeable(status: number, { body }: Refusal, { kind }: GithubToken): boolean {
  return status === 404 || (status === 403 && kind === 'fine-grained' && body.error_details === undefined);
}

function toAccess(body: Record<string, unknown>, now: number): CopilotAccess {
  const token = toText(body.token);
  if (token === undefined) {
    throw new TokenExchangeError('upstream', 'GitHub answered the token exchange without a token', {
      hint: 'Try again in a minute.',
    });
  }
  const expiresAt = (toNumber(body.expires_at) ?? 0) * 1000;
  const seconds = toNumber(body.refresh_in) ?? defaultRefreshSeconds;
  // A short-lived token is renewed at half its time, or it would be due on arrival.
  const refreshSeconds = Math.max(seconds - refreshMarginSeconds, seconds / 2);
  return {
    style: 'exchanged',
    token: new Secret(token),
    receivedAt: now,
    refreshAt: now + refreshSeconds * 1000,
    staleAt: now + (seconds + staleSeconds) * 1000,
    expiresAt: expiresAt || now + (seconds + staleSeconds) * 1000,
    endpoint: toText(toObject(body.endpoints).api),
    sku: toText(body.sku),
    chatEnabled: body.chat_enabled !== false,
  };
}

/**
 * The direct style has no exchange to name the account's Copilot host, so `/copilot_internal/user` is asked. That it
 * fails is no failure of the sign-in: some tokens may not see it, and the default host remains.
 */
async function fetchDirectAccess(github: GithubToken, options: TokenExchangeOptions): Promise<CopilotAccess> {
  const user = await fetchCopilotUser(github, options).catch((error): JsonObject => {
    if (error instanceof CliError && error.code === 'network') return {};
    throw error;
  });
  const now = options.now();
  const until = now + directSeconds * 1000;
  return {
    style: 'direct',
    token: undefined,
    receivedAt: now,
    refreshAt: until,
    staleAt: until,
    expiresAt: until,
    endpoint: toText(toObject(user.endpoints).api),
    sku: toText(user.access_type_sku),
    chatEnabled: user.chat_enabled !== false,
  };
}
