import type { IncomingHttpHeaders } from 'node:http';
import { toNumber } from '../json-value.ts';

/** What an answer says of the account's quota. It lags behind, so it tells what is left, never what one request cost. */
export type QuotaSnapshot = {
  /** `premium_interactions`, `premium_models`, `chat`, … */
  kind: string;
  /** Undefined where there is no limit. */
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
  const snapshots = kinds.map((kind) => readSnapshot(kind, headers[prefix + kind]));
  return snapshots.find((snapshot) => snapshot !== undefined && snapshot.entitlement !== 0);
}

function readSnapshot(kind: string, header: string | string[] | undefined): QuotaSnapshot | undefined {
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
