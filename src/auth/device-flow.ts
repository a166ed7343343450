import { CliError, DeviceFlowError } from '../errors.ts';
import { advise, flag, type Hint, login, run } from '../hint.ts';
import type { Http } from '../http/http.ts';
import { toNumber, toObject, toText } from '../json-value.ts';
import { pause } from '../pause.ts';
import { Secret } from '../secret.ts';

export type DeviceFlowOptions = {
  http: Http;
  /** Base URL of the GitHub to sign in to, without a trailing slash. */
  serverUrl: string;
  clientId: string;
  userAgent: string;
  signal: AbortSignal;
  now: () => number;
  /** Waits, in milliseconds; replaced in tests of time. */
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

/** The start of a device flow. */
export type DeviceCode = {
  deviceCode: Secret;
  userCode: string;
  verificationUri: string;
  /** When the code stops working, in milliseconds of the epoch by our clock. */
  expiresAt: number;
  /** Seconds to wait between polls. */
  interval: number;
};

/** Naming the account needs only `read:user`; access to Copilot comes with the client id. */
const scope = 'read:user';
const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
/** RFC 8628, 3.2: the default interval. */
const defaultIntervalSeconds = 5;
/** GitHub is never polled more often. */
const minIntervalSeconds = 1;
/** Timers cannot wait for longer. */
const maxWaitMs = 2 ** 31 - 1;
const defaultLifetimeSeconds = 900;
/** RFC 8628, 3.5: the default increase for `slow_down`. */
const slowDownSeconds = 5;
const maxFailuresInARow = 6;
const maxFailureWaitSeconds = 30;
const requestTimeoutMs = 30_000;

/** Asks for a device code (RFC 8628, 3.1). Throws DeviceFlowError, or CliError `network`. */
export async function startDeviceFlow(options: DeviceFlowOptions): Promise<DeviceCode> {
  const { status, body } = await post(options, '/login/device/code', { client_id: options.clientId, scope });
  const deviceCode = toText(body.device_code);
  const userCode = toText(body.user_code);
  if (deviceCode === undefined || userCode === undefined) throw createStartError(options, status, body);
  return {
    deviceCode: new Secret(deviceCode),
    userCode,
    // The page of a tenant is on the tenant's host, so the URL in the answer wins, and the fallback follows the server.
    verificationUri: toPage(body.verification_uri) ?? `${options.serverUrl}/login/device`,
    expiresAt: options.now() + (toNumber(body.expires_in) ?? defaultLifetimeSeconds) * 1000,
    interval: Math.max(minIntervalSeconds, toNumber(body.interval) ?? defaultIntervalSeconds),
  };
}

/** Shows a URL in its requested form, so that letters of other scripts cannot imitate a host. */
function toPage(value: unknown): string | undefined {
  const text = toText(value);
  return text !== undefined && URL.canParse(text) ? new URL(text).href : text;
}

/**
 * Polls until approval and returns the GitHub token. Polls first at once, then at the interval; `slow_down` lengthens it for good. Retries
 * failures with growing waits until the sixth in a row. Throws DeviceFlowError.
 */
export async function pollDeviceFlow(options: DeviceFlowOptions, code: DeviceCode): Promise<Secret> {
  const wait = options.wait ?? pause;
  let interval = code.interval;
  let failures = 0;
  while (options.now() < code.expiresAt) {
    const outcome = await poll(options, code);
    if (outcome.kind === 'token') return outcome.token;
    let seconds = interval;
    if (outcome.kind === 'slow-down') {
      // The wait grows whatever interval `slow_down` names.
      interval =
        outcome.interval !== undefined && outcome.interval > interval
          ? outcome.interval
          : interval + slowDownSeconds;
      seconds = interval;
    }
    if (outcome.kind === 'failed') {
      failures += 1;
      if (failures >= maxFailuresInARow) throw outcome.error;
      seconds = Math.min(interval * 2 ** (failures - 1), Math.max(interval, maxFailureWaitSeconds));
    } else {
      failures = 0;
    }
    const left = Math.max(0, code.expiresAt - options.now());
    await wait(Math.min(seconds * 1000, left, maxWaitMs), options.signal);
  }
  throw createFlowError('expired_token', {});
}

type PollOutcome =
  | { kind: 'token'; token: Secret }
  | { kind: 'pending' }
  | { kind: 'slow-down'; interval: number | undefined }
  | { kind: 'failed'; error: Error };

async function poll(options: DeviceFlowOptions, code: DeviceCode): Promise<PollOutcome> {
  let answer: Answer;
  try {
    const form = {
      client_id: options.clientId,
      device_code: code.deviceCode.expose(),
      grant_type: grantType,
    };
    answer = await post(options, '/login/oauth/access_token', form);
  } catch (error) {
    if (error instanceof CliError && error.code === 'network') return { kind: 'failed', error };
    throw error;
  }
  const { status, body } = answer;
  const token = toText(body.access_token);
  if (token !== undefined) return { kind: 'token', token: new Secret(token) };
  const error = toText(body.error);
  if (error === 'authorization_pending') return { kind: 'pending' };
  if (error === 'slow_down') return { kind: 'slow-down', interval: toNumber(body.interval) };
  // GitHub answers 200 to failures, too: an error in the body decides.
  if (error !== undefined && status < 500 && status !== 429) throw createFlowError(error, body);
  return {
    kind: 'failed',
    error: new DeviceFlowError('upstream', `GitHub answered the sign-in with status ${status}`, {
      hint: advise`Try again in a minute: ${login}`,
    }),
  };
}

type Answer = { status: number; body: Record<string, unknown> };

async function post(options: DeviceFlowOptions, path: string, form: Record<string, string>): Promise<Answer> {
  const response = await options.http.send({
    method: 'POST',
    url: options.serverUrl + path,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': options.userAgent,
    },
    body: JSON.stringify(form),
    isApi: true,
    signal: options.signal,
    firstByteTimeoutMs: requestTimeoutMs,
  });
  return { status: response.status, body: toObject(await response.json()) };
}

function createStartError(
  options: DeviceFlowOptions,
  status: number,
  body: Record<string, unknown>,
): DeviceFlowError {
  const error = toText(body.error);
  const host = new URL(options.serverUrl).host;
  if (status === 404) {
    return new DeviceFlowError(
      'auth_required',
      `${host} does not know the client id ${options.clientId}, or does not allow the device sign-in`,
      {
        hint: advise`Check ${flag('--host')} and GITHUB_COPILOT_CLIENT_ID, or pass a token: ${run('login --with-token')}`,
      },
    );
  }
  if (error !== undefined && status < 500) return createFlowError(error, body);
  return new DeviceFlowError('upstream', `${host} did not start the sign-in (status ${status})`, {
    hint: advise`Try again in a minute: ${login}`,
  });
}

const again = advise`Start again: ${login}`;
const report = advise`Check GITHUB_COPILOT_CLIENT_ID and ${flag('--host')}; if neither is set, report this as a bug.`;
const expired = { message: 'the code has expired before it was approved', hint: again };

/** Every final error of the flow, by GitHub's name for it. */
const finalErrors: Record<string, { message: string; hint: Hint }> = {
  access_denied: { message: 'the sign-in was cancelled in the browser', hint: again },
  expired_token: expired,
  token_expired: expired,
  incorrect_device_code: { message: 'GitHub no longer knows the device code', hint: again },
  incorrect_client_credentials: { message: 'GitHub does not accept the client id', hint: report },
  unsupported_grant_type: { message: 'GitHub does not accept this kind of sign-in', hint: report },
  device_flow_disabled: {
    message: 'the app with this client id does not allow the device sign-in',
    hint: advise`Unset GITHUB_COPILOT_CLIENT_ID, or pass a token: ${run('login --with-token')}`,
  },
};

function createFlowError(error: string, body: Record<string, unknown>): DeviceFlowError {
  const { message, hint } = finalErrors[error] ?? {
    message: `GitHub ended the sign-in: ${toText(body.error_description) ?? error}`,
    hint: again,
  };
  return new DeviceFlowError('auth_required', message, { hint, details: { reason: error } });
}
