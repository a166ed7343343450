import type { JsonRecord } from '../json.ts';
import type { Plan } from './account-state.ts';

type Allowance = { entitlement: number; remaining: number; overagePermitted?: boolean } | 'unlimited';

type PlanFacts = {
  sku: string;
  /** copilot_plan of the user document. */
  name: string;
  /** Billed in AI credits by tokens; otherwise in premium requests. */
  hasCredits: boolean;
  allowances?: { chat: Allowance; completions: Allowance; premium_interactions: Allowance };
  /** Every model is hidden, and none may be named. */
  isAutoOnly?: boolean;
  /** What is left and what there is, as the classic free plan says it. */
  classic?: { limited: Record<string, number>; monthly: Record<string, number> };
};

export const quotaResetDate = '2026-12-01';
export const quotaResetTime = `${quotaResetDate}T00:00:00.000Z`;

const paidAllowances = (premium: Allowance) => ({
  chat: 'unlimited' as const,
  completions: 'unlimited' as const,
  premium_interactions: premium,
});

export const plans: Record<Plan, PlanFacts> = {
  'paid-credits': {
    sku: 'copilot_standalone_seat_quota',
    name: 'business',
    hasCredits: true,
    allowances: paidAllowances({ entitlement: 3000, remaining: 252.6, overagePermitted: true }),
  },
  'paid-requests': {
    sku: 'yearly_subscriber_quota',
    name: 'individual',
    hasCredits: false,
    allowances: paidAllowances({ entitlement: 300, remaining: 262.5 }),
  },
  'free-classic': {
    sku: 'free_limited_copilot',
    name: 'individual',
    hasCredits: false,
    classic: { limited: { chat: 40, completions: 1000 }, monthly: { chat: 50, completions: 2000 } },
  },
  'free-snapshots': {
    sku: 'free_limited_copilot',
    name: 'free',
    hasCredits: true,
    allowances: {
      chat: { entitlement: 200, remaining: 150 },
      completions: { entitlement: 2000, remaining: 2000 },
      premium_interactions: { entitlement: 0, remaining: 0 },
    },
  },
  'free-auto': {
    sku: 'free_limited_copilot',
    name: 'free',
    hasCredits: true,
    isAutoOnly: true,
    allowances: {
      chat: { entitlement: 200, remaining: 150 },
      completions: { entitlement: 2000, remaining: 2000 },
      premium_interactions: { entitlement: 0, remaining: 0 },
    },
  },
  'no-quota': { sku: 'copilot_for_business_seat_quota', name: 'business', hasCredits: false },
  unlimited: {
    sku: 'copilot_for_business_seat_quota',
    name: 'enterprise',
    hasCredits: true,
    allowances: paidAllowances('unlimited'),
  },
  exhausted: {
    sku: 'yearly_subscriber_quota',
    name: 'individual_pro',
    hasCredits: true,
    allowances: paidAllowances({ entitlement: 1500, remaining: 0 }),
  },
};

/** protocol: the key stays premium_interactions, whether it counts requests or credits. */
export function createQuotaSnapshots(plan: Plan, timestamp: string): JsonRecord | undefined {
  const { allowances, hasCredits } = plans[plan];
  if (allowances === undefined) return undefined;
  const snapshots = Object.entries(allowances).map(([id, allowance]) => [
    id,
    {
      quota_id: id,
      ...toSnapshot(allowance),
      overage_count: 0,
      quota_reset_at: 0,
      timestamp_utc: timestamp,
      token_based_billing: hasCredits,
    },
  ]);
  return Object.fromEntries(snapshots);
}

/** protocol: quota headers are URL-encoded pairs in which `rem` is a percentage and `ent=-1` means no limit. */
export function createQuotaHeaders(plan: Plan): Record<string, string> {
  const headers = Object.entries(plans[plan].allowances ?? {}).map(([id, allowance]) => {
    const { entitlement, percent_remaining, overage_permitted } = toSnapshot(allowance);
    const pairs = new URLSearchParams({
      ent: allowance === 'unlimited' ? '-1' : String(entitlement),
      ov: '0.0',
      ovPerm: String(overage_permitted),
      rem: percent_remaining.toFixed(1),
      rst: `${quotaResetDate}T00:00:00Z`,
    });
    return [`x-quota-snapshot-${id}`, pairs.toString()];
  });
  return Object.fromEntries([
    ...headers,
    ['x-usage-ratelimit-session', 'ent=0&ov=0.0&ovPerm=false&rem=98.0'],
  ]);
}

function toSnapshot(allowance: Allowance) {
  const isUnlimited = allowance === 'unlimited';
  const {
    entitlement,
    remaining,
    overagePermitted = false,
  } = isUnlimited ? { entitlement: 0, remaining: 0 } : allowance;
  const percent = entitlement === 0 ? 0 : Math.round((remaining / entitlement) * 1000) / 10;
  return {
    unlimited: isUnlimited,
    has_quota: !isUnlimited,
    entitlement,
    remaining: Math.floor(remaining),
    quota_remaining: remaining,
    percent_remaining: isUnlimited ? 100 : percent,
    overage_permitted: overagePermitted,
  };
}
