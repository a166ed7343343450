import { randomBytes, randomInt } from 'node:crypto';
import { isRecord, type JsonRecord } from '../json.ts';
import type { RecordedRequest } from '../recorded-request.ts';
import { type Reply, toJsonReply, toReply } from '../reply.ts';
import type { DeviceCode, World } from '../world.ts';
import { createPollError, type PollError } from './poll-errors.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
// No vowels, so that a code spells no word.
const userCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ0123456789';

type Form = Record<string, string>;

/** POST /login/device/code */
export function issueDeviceCode(request: RecordedRequest, world: World): Reply {
  const { device, clientIds, now } = world.state;
  const form = parseForm(request.body);
  const clientId = form.client_id ?? '';
  if (!clientIds.includes(clientId)) return toJsonReply({ error: 'Not Found' }, 404);
  const code = randomBytes(20).toString('hex');
  world.ledger.deviceCodes.set(code, {
    clientId,
    scope: form.scope ?? '',
    issuedAt: now(),
    polledAt: undefined,
    interval: device.interval,
  });
  return toFormReply(request, {
    device_code: code,
    user_code: createUserCode(),
    verification_uri: `${world.urls.server}/login/device`,
    expires_in: device.expiresIn,
    interval: device.interval,
    ...device.extra,
  });
}

/** POST /login/oauth/access_token */
export function pollDeviceCode(request: RecordedRequest, world: World): Reply {
  const form = parseForm(request.body);
  const code = world.ledger.deviceCodes.get(form.device_code ?? '');
  const refusal = findPollRefusal(form, code, world);
  const outcome = refusal ?? world.state.device.outcomes.shift() ?? decideByTime(code, world);
  if (outcome === 'reset') return 'reset';
  if (typeof outcome !== 'string') {
    return { ...toReply(outcome.status, outcome.body, outcome.contentType), headers: outcome.headers ?? {} };
  }
  if (outcome === 'approved') return grantToken(request, form, world);
  return refusePoll(request, outcome, code, world);
}

function findPollRefusal(form: Form, code: DeviceCode | undefined, world: World): PollError | undefined {
  const { device, clientIds, now } = world.state;
  if (form.grant_type !== grantType) return 'unsupported_grant_type';
  if (!clientIds.includes(form.client_id ?? '')) return 'incorrect_client_credentials';
  if (code === undefined || code.clientId !== form.client_id) return 'incorrect_device_code';
  if (now() > code.issuedAt + device.expiresIn * 1000) return 'expired_token';
  const isEarly = code.polledAt !== undefined && now() < code.polledAt + code.interval * 1000;
  code.polledAt = now();
  return device.enforceInterval && isEarly ? 'slow_down' : undefined;
}

function decideByTime(code: DeviceCode | undefined, world: World): 'approved' | 'authorization_pending' {
  const { approveAfterMs } = world.state.device;
  if (code === undefined || approveAfterMs === undefined) return 'authorization_pending';
  return world.state.now() >= code.issuedAt + approveAfterMs ? 'approved' : 'authorization_pending';
}

function grantToken(request: RecordedRequest, form: Form, world: World): Reply {
  const { device, account } = world.state;
  const deviceCode = form.device_code ?? '';
  const scope = device.scope ?? world.ledger.deviceCodes.get(deviceCode)?.scope ?? '';
  world.ledger.deviceCodes.delete(deviceCode);
  account.githubTokens[device.grantedToken] ??= {};
  return toFormReply(request, { access_token: device.grantedToken, token_type: 'bearer', scope });
}

function refusePoll(
  request: RecordedRequest,
  error: PollError,
  code: DeviceCode | undefined,
  world: World,
): Reply {
  const { pollStatus, slowDownStep, interval } = world.state.device;
  const body: JsonRecord = createPollError(error);
  if (error === 'slow_down') {
    const slower = (code?.interval ?? interval) + slowDownStep;
    if (code !== undefined) code.interval = slower;
    body.interval = slower;
  }
  return toFormReply(request, body, pollStatus);
}

function parseForm(body: unknown): Form {
  const pairs = isRecord(body) ? Object.entries(body) : [...new URLSearchParams(String(body ?? ''))];
  return Object.fromEntries(pairs.map(([name, value]) => [name, String(value)]));
}

/** protocol: JSON comes only to those who ask for it by Accept; a form body to everybody else. */
function toFormReply(request: RecordedRequest, body: JsonRecord, status = 200): Reply {
  if (request.headers.accept?.includes('application/json')) return toJsonReply(body, status);
  const pairs = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]);
  return toReply(
    status,
    new URLSearchParams(pairs).toString(),
    'application/x-www-form-urlencoded; charset=utf-8',
  );
}

function createUserCode(): string {
  const letters = Array.from({ length: 8 }, () => userCodeLetters[randomInt(userCodeLetters.length)]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}
