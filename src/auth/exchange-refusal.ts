import { AuthenticationError, type CliError, type ErrorCode, TokenExchangeError } from '../errors.ts';
import { advise, type Hint, joinHints, login, shellWords, wordHint } from '../hint.ts';
import type { HttpResponse } from '../http/http.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import { toObject, toText } from '../json-value.ts';
import type { GithubToken, TokenSource } from './credentials.ts';

/** An error body of the token exchange: its text, and what of it is JSON. */
export type Refusal = { text: string; body: Record<string, unknown> };

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
    hint: 'Settle it at https://github.com/settings/billing',
  },
  expired_coupon: {
    message: 'the coupon that paid for Copilot has expired',
    hint: 'Settle it at https://github.com/settings/billing',
  },
  revoked_coupon: {
    message: 'the coupon that paid for Copilot was revoked',
    hint: 'Settle it at https://github.com/settings/billing',
  },
  trade_restricted: {
    message: 'GitHub may not offer Copilot to this account for trade-control reasons',
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

/** The error for an answer of the token exchange that was not 200: what GitHub said, and what to do next. */
export function createRefusalError(response: HttpResponse, refusal: Refusal, github: GithubToken): CliError {
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

/** Our own advice, and the page that GitHub sends people to where it is another. */
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

/** The address can hold a placeholder for the editor's name. */
function toSafeUrl(value: unknown): URL | undefined {
  const url = toText(value)?.replaceAll('{EDITOR}', 'copilot-cli');
  return url?.startsWith('https://') && URL.canParse(url) ? new URL(url) : undefined;
}

/** GitHub does not accept the token: it was revoked, has expired, or was never one. */
export function createBadCredentialsError({ source, github }: GithubToken): AuthenticationError {
  const owner = source.kind === 'login' ? 'your sign-in' : `the token from ${source.name}`;
  return new AuthenticationError(`${github.host} does not accept ${owner}`, { hint: hintAtNewToken(source) });
}

/** What to do about a token that is not accepted: a sign-in does not help where a variable wins over it. */
export function hintAtNewToken(source: TokenSource): Hint {
  return source.kind === 'environment'
    ? advise`Set ${source.name} anew, or unset it and run: ${login}`
    : login;
}
