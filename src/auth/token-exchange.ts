import { CliError, type ErrorCode, TokenExchangeError } from '../errors.ts';
import { advise, type Hint, joinHints, login, shellWords, wordHint } from '../hint.ts';
import type { HttpResponse } from '../http/http.ts';
import { readRetryAfter } from '../http/network-error.ts';
import { type JsonObject, parseJson, toNumber, toObject, toText } from '../json-value.ts';
import { Secret } from '../secret.ts';
import type { CopilotAccess } from './copilot-access.ts';
import { createBadCredentialsError, type GithubToken } from './credentials.ts';
import { callGithub, fetchCopilotUser, type GithubCallOptions } from './github-api.ts';

export type TokenExchangeOptions = GithubCallOptions & { now: () => number };

/** The usual `refresh_in`, if an answer lacks it. */
const defaultRefreshSeconds = 1500;
/** Renewal begins this long before GitHub asks for it. */
const refreshMarginSeconds = 60;
/** How long past `refresh_in` a token may be used, by our clock: `expires_at` is by the service's clock. */
const staleSeconds = 60;
/** How long it is remembered that a GitHub token goes to Copilot directly. */
const directSeconds = 3600;

/**
 * Exchanges a GitHub token for a Copilot token at `GET /copilot_internal/v2/token`. A kind of token that cannot be
 * exchanged (404, and for fine-grained tokens also a bare 403) is used directly instead: `style` tells.
 *
 * Throws AuthenticationError if GitHub refuses the token, TokenExchangeError with GitHub's own words if the
 * account may not use Copilot, and CliError `rate_limited`, `upstream` or `network`.
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

/** The direct style has no exchange, so `/copilot_internal/user` names the host. Tokens that may not see it use the default. */
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

/** An error body of the token exchange: its text, and its JSON, if any. */
type Refusal = { text: string; body: Record<string, unknown> };

type Wording = { message: string; hint: Hint; code?: ErrorCode };

const settingsPage = 'https://github.com/settings/copilot';
const supportPage = 'https://support.github.com';
const askOwner = 'Ask the owner of your organisation or enterprise.';

/** Why GitHub gives an account no Copilot token, by `error_details.notification_id`. */
const refusals: Record<string, Wording> = {
  no_copilot_access: {
    message: 'this account has no access to Copilot',
    hint: advise`Sign up at https://github.com/github-copilot/signup, or sign in with another account: ${login}`,
  },
  not_signed_up: {
    message: 'this account has not signed up for Copilot',
    hint: 'Sign up at https://github.com/github-copilot/signup',
  },
  subscription_ended: {
    message: 'the Copilot subscription of this account has ended',
    hint: `Renew it at ${settingsPage}`,
  },
  enterprise_managed_user_account: {
    message: 'this account is managed by an enterprise that has not assigned it a Copilot seat',
    hint: askOwner,
  },
  feature_flag_blocked: {
    message: 'Copilot is blocked for this account',
    hint: `Ask GitHub: ${supportPage}`,
  },
  spammy_user: { message: 'GitHub has restricted this account', hint: `Ask GitHub: ${supportPage}` },
  access_revoked: {
    message: 'the access of this account to Copilot was revoked',
    hint: `Ask GitHub: ${supportPage}`,
  },
  billing_locked: {
    message: 'billing of this account is locked',
    hint: 'Check it at https://github.com/settings/billing',
  },
  expired_coupon: {
    message: 'the coupon that paid for Copilot has expired',
    hint: 'Check it at https://github.com/settings/billing',
  },
  revoked_coupon: {
    message: 'the coupon that paid for Copilot was revoked',
    hint: 'Check it at https://github.com/settings/billing',
  },
  trade_restricted: {
    message: 'trade controls do not let GitHub offer Copilot to this account',
    hint: 'See https://docs.github.com/site-policy/other-site-policies/github-and-trade-controls',
  },
  trade_restricted_country: {
    message: 'GitHub may not offer Copilot in this country',
    hint: 'See https://docs.github.com/site-policy/other-site-policies/github-and-trade-controls',
  },
  snippy_not_configured: {
    message: 'the setting for suggestions that match public code has not been chosen yet',
    hint: `Choose it at ${settingsPage}`,
  },
  codespaces_demo_inactive: {
    message: 'the Copilot demo of this codespace is not active',
    hint: `Sign up at ${settingsPage}`,
  },
  programmatic_token_generation: {
    message: 'GitHub refuses tokens to this program',
    hint: 'Wait a while before the next try; repeated tries can get an account restricted.',
  },
  go_http_client: {
    message: 'GitHub refuses tokens to this program',
    hint: 'Wait a while before the next try; repeated tries can get an account restricted.',
  },
  server_error: {
    message: 'GitHub could not make a Copilot token',
    hint: 'Try again in a minute.',
    code: 'upstream',
  },
};

/** The error for a failed token exchange: GitHub's words, and the next step. */
function createRefusalError(response: HttpResponse, refusal: Refusal, github: GithubToken): CliError {
  const { status } = response;
  const details = toObject(refusal.body.error_details);
  const reason = toText(details.notification_id);
  const said = toText(details.message) ?? toText(refusal.body.message);
  if (reason === undefined && status === 401) return createBadCredentialsError(github);
  if (status === 429 || (status === 403 && /rate limit/i.test(said ?? '')))
    return createRateLimitError(response, github);
  if (status >= 500) {
    return new TokenExchangeError(
      'upstream',
      `${github.github.host} could not make a Copilot token (status ${status})`,
      {
        hint: 'Try again in a minute.',
        details: { status },
      },
    );
  }
  const wording = reason === undefined ? undefined : refusals[reason];
  // GitHub's sentence names the account, which the person should see; the table explains it.
  const quoted = said === undefined ? '' : ` (GitHub says: ${said})`;
  const message = wording?.message ?? `GitHub gives this account no Copilot token, status ${status}`;
  return new TokenExchangeError(wording?.code ?? 'forbidden', message + quoted, {
    hint: chooseHint(wording?.hint, toSafeUrl(details.url)),
    details: { status, reason },
  });
}

/** Our own advice, and GitHub's page if it is another. */
function chooseHint(hint: Hint | undefined, page: URL | undefined): Hint {
  if (page === undefined)
    return hint ?? advise`See ${settingsPage}, or sign in with another account: ${login}`;
  if (hint !== undefined && wordHint(hint, shellWords).includes(page.origin + page.pathname)) return hint;
  return joinHints(hint, `See ${page}`);
}

function createRateLimitError(response: HttpResponse, { github }: GithubToken): TokenExchangeError {
  const seconds = readRetryAfter(response.headers['retry-after']);
  return new TokenExchangeError(
    'rate_limited',
    `${github.host} limits how often a Copilot token may be asked for`,
    {
      hint: seconds === undefined ? 'Wait a few minutes before the next try.' : `Try again in ${seconds} s.`,
      details: { status: response.status, retry_after_s: seconds },
    },
  );
}

/** The URL can hold a placeholder for the editor's name. */
function toSafeUrl(value: unknown): URL | undefined {
  const url = toText(value)?.replaceAll('{EDITOR}', 'copilot-cli');
  return url?.startsWith('https://') && URL.canParse(url) ? new URL(url) : undefined;
}
