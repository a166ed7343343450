import type { IncomingHttpHeaders } from 'node:http';
import { isObject, type JsonObject, toFlag, toNumber, toObject, toText } from '../json-value.ts';

/** The account as GitHub describes it; some kinds of token may see nothing. */
export type Account = {
  login: string | undefined;
  /** GitHub's word for the plan: `free`, `individual`, `individual_pro`, `business`, `enterprise`, … */
  plan: string | undefined;
  sku: string | undefined;
  chatEnabled: boolean | undefined;
  quota: Quota | undefined;
};

const freeSku = 'free_limited_copilot';

/** From `GET /copilot_internal/user`. A free account may call its plan "individual"; the sku is reliable. */
export function parseAccount(body: JsonObject): Account {
  const sku = toText(body.access_type_sku);
  return {
    login: toText(body.login),
    plan: sku === freeSku ? 'free' : toText(body.copilot_plan),
    sku,
    chatEnabled: toFlag(body.chat_enabled),
    quota: readQuota(body),
  };
}

/** The unit of billing: AI credits (US$ 0.01), premium requests (older yearly plans), chat messages (free). */
export const quotaUnits = ['credits', 'premium_requests', 'chat_messages'] as const;
export type QuotaUnit = (typeof quotaUnits)[number];

/** The server's own numbers, in the account's unit. */
export type Quota = {
  unit: QuotaUnit;
  unlimited: boolean;
  entitlement: number | undefined;
  remaining: number | undefined;
  /** What is left, 0 to 100. */
  percentRemaining: number | undefined;
  /** Whether more may be used, and paid, when nothing is left. */
  overagePermitted: boolean;
  overageUsed: number | undefined;
  /** ISO 8601, as the server gives it. */
  resetsAt: string | undefined;
};

/**
 * The quota in `GET /copilot_internal/user`. Since June 2026 `premium_interactions` counts AI credits if `token_based_billing` is set, else
 * premium requests; free accounts have two shapes. A limited entitlement of 0 means that the kind does not apply.
 */
export function readQuota(body: JsonObject): Quota | undefined {
  const snapshots = toObject(body.quota_snapshots);
  const resetsAt =
    toText(body.quota_reset_date_utc) ??
    toText(body.quota_reset_date) ??
    toText(body.limited_user_reset_date);
  const premium = toObject(snapshots.premium_interactions);
  if (hasAllowance(premium)) {
    return readSnapshot(premium, isTokenBased(body, premium) ? 'credits' : 'premium_requests', resetsAt);
  }
  const chat = toObject(snapshots.chat);
  if (hasAllowance(chat)) return readSnapshot(chat, 'chat_messages', resetsAt);
  return readClassicFree(body, resetsAt);
}

/** The billing unit in `GET /copilot_internal/user`, if known. Unlimited chat messages are not a unit: the flag decides. */
export function readUnit(body: JsonObject): QuotaUnit | undefined {
  const quota = readQuota(body);
  if (quota && !(quota.unit === 'chat_messages' && quota.unlimited)) return quota.unit;
  const flag = toFlag(body.token_based_billing) ?? toFlag(toObject(body.token_based_billing).enabled);
  return flag === undefined ? undefined : flag ? 'credits' : 'premium_requests';
}

/** Whether nothing is left and nothing more may be bought. */
export function isUsedUp(quota: Quota): boolean {
  if (quota.unlimited || quota.overagePermitted) return false;
  return (quota.remaining ?? quota.percentRemaining ?? 1) <= 0;
}

/** Some pay for all that they use. */
function hasAllowance(snapshot: JsonObject): boolean {
  if (snapshot.overage_permitted === true) return true;
  return snapshot.unlimited === true || (toNumber(snapshot.entitlement) ?? 0) > 0;
}

/** Captures have a boolean; one description has an object with `enabled`. */
function isTokenBased(body: JsonObject, snapshot: JsonObject): boolean {
  const flag = snapshot.token_based_billing ?? body.token_based_billing;
  return isObject(flag) ? flag.enabled === true : flag === true;
}

function readSnapshot(snapshot: JsonObject, unit: QuotaUnit, resetsAt: string | undefined): Quota {
  return {
    unit,
    unlimited: snapshot.unlimited === true,
    entitlement: toNumber(snapshot.entitlement),
    remaining: toNumber(snapshot.quota_remaining) ?? toNumber(snapshot.remaining),
    percentRemaining: toNumber(snapshot.percent_remaining),
    overagePermitted: snapshot.overage_permitted === true,
    overageUsed: toNumber(snapshot.overage_count),
    resetsAt,
  };
}

/** `monthly_quotas` is the allowance, `limited_user_quotas` what is left of it. */
function readClassicFree(body: JsonObject, resetsAt: string | undefined): Quota | undefined {
  const remaining = toNumber(toObject(body.limited_user_quotas).chat);
  const entitlement = toNumber(toObject(body.monthly_quotas).chat);
  if (remaining === undefined || !entitlement) return undefined;
  const percentRemaining = Math.max(0, Math.min(100, (remaining / entitlement) * 100));
  return {
    unit: 'chat_messages',
    unlimited: false,
    entitlement,
    remaining,
    percentRemaining,
    overagePermitted: false,
    overageUsed: undefined,
    resetsAt,
  };
}

/** The quota that an answer reports. It lags behind, so it cannot give the cost of one request. */
export type QuotaSnapshot = {
  /** `premium_interactions`, `premium_models`, `chat`, … */
  kind: string;
  /** Undefined if there is no limit. */
  entitlement: number | undefined;
  /** What is left, 0 to 100. */
  percentRemaining: number;
  overageUsed: number | undefined;
  overagePermitted: boolean;
  /** ISO 8601. */
  resetsAt: string | undefined;
};

const prefix = 'x-quota-snapshot-';
/** The kind that decides for most accounts comes first; free accounts have `chat` only. */
const kinds = ['premium_models', 'premium_interactions', 'chat'];

/** The snapshot that matters, from headers such as `x-quota-snapshot-chat: ent=300&rem=87.5&ovPerm=false&rst=…`. */
export function readQuotaHeaders(headers: IncomingHttpHeaders): QuotaSnapshot | undefined {
  const snapshots = kinds.map((kind) => readHeader(kind, headers[prefix + kind]));
  return snapshots.find((snapshot) => snapshot !== undefined && snapshot.entitlement !== 0);
}

function readHeader(kind: string, header: string | string[] | undefined): QuotaSnapshot | undefined {
  if (typeof header !== 'string') return undefined;
  const pairs = new URLSearchParams(header);
  const percentRemaining = toNumber(pairs.get('rem') ?? undefined);
  const entitlement = toNumber(pairs.get('ent') ?? undefined);
  if (percentRemaining === undefined) return undefined;
  return {
    kind,
    // -1 is the service's word for no limit.
    entitlement: entitlement === -1 ? undefined : entitlement,
    percentRemaining,
    overageUsed: toNumber(pairs.get('ov') ?? undefined),
    overagePermitted: pairs.get('ovPerm') === 'true',
    resetsAt: pairs.get('rst') || undefined,
  };
}
