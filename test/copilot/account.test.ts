import { describe, expect, it } from 'vitest';
import {
  type Account,
  isUsedUp,
  parseAccount,
  type Quota,
  type QuotaSnapshot,
  readQuota,
  readQuotaHeaders,
} from '../../src/copilot/account.ts';

describe('an account', () => {
  it.each<[what: string, body: Record<string, unknown>, account: Partial<Account>]>([
    [
      'of a business seat',
      {
        login: 'octocat',
        access_type_sku: 'copilot_standalone_seat_quota',
        copilot_plan: 'business',
        chat_enabled: true,
        can_signup_for_limited: false,
      },
      { login: 'octocat', plan: 'business', sku: 'copilot_standalone_seat_quota', chatEnabled: true },
    ],
    [
      'that is free although its plan is called "individual"',
      { login: 'octocat', access_type_sku: 'free_limited_copilot', copilot_plan: 'individual' },
      { plan: 'free', sku: 'free_limited_copilot' },
    ],
    [
      'that pays for an individual plan',
      { access_type_sku: 'yearly_subscriber_quota', copilot_plan: 'individual' },
      { plan: 'individual' },
    ],
    ['with a plan of the future', { copilot_plan: 'galactic' }, { plan: 'galactic' }],
    ['that may not chat', { chat_enabled: false }, { chatEnabled: false }],
    [
      'of which nothing is told',
      {},
      { login: undefined, plan: undefined, sku: undefined, chatEnabled: undefined, quota: undefined },
    ],
    [
      'with values of other types than expected',
      { login: null, copilot_plan: 7, access_type_sku: [], chat_enabled: 'yes', quota_snapshots: 'none' },
      { login: undefined, plan: undefined, sku: undefined, chatEnabled: undefined, quota: undefined },
    ],
  ])('%s is read', (_, body, account) => {
    expect(parseAccount(body)).toMatchObject(account);
  });

  it('has the quota that GitHub tells', () => {
    const body = { limited_user_quotas: { chat: 40 }, monthly_quotas: { chat: 50 } };
    expect(parseAccount(body).quota).toMatchObject({ unit: 'chat_messages', remaining: 40 });
  });
});

const snapshot = (id: string, fields: object): Record<string, unknown> => ({
  quota_id: id,
  unlimited: false,
  has_quota: true,
  overage_count: 0,
  overage_permitted: false,
  quota_reset_at: 0,
  timestamp_utc: '2026-11-10T10:00:00.000Z',
  ...fields,
});
const unlimited = (id: string): Record<string, unknown> =>
  snapshot(id, {
    unlimited: true,
    has_quota: false,
    entitlement: 0,
    remaining: 0,
    quota_remaining: 0,
    percent_remaining: 100,
  });
const none = (id: string): Record<string, unknown> =>
  snapshot(id, { has_quota: false, entitlement: 0, remaining: 0, quota_remaining: 0, percent_remaining: 0 });

const premium = snapshot('premium_interactions', {
  entitlement: 3000,
  remaining: 252,
  quota_remaining: 252.6,
  percent_remaining: 8.4,
  overage_permitted: true,
});
const paid = {
  access_type_sku: 'copilot_standalone_seat_quota',
  copilot_plan: 'business',
  quota_reset_date: '2026-12-01',
  quota_reset_date_utc: '2026-12-01T00:00:00.000Z',
  token_based_billing: true,
  quota_snapshots: {
    chat: unlimited('chat'),
    completions: unlimited('completions'),
    premium_interactions: { ...premium, token_based_billing: true },
  },
};
const paidQuota: Quota = {
  unit: 'credits',
  unlimited: false,
  entitlement: 3000,
  remaining: 252.6,
  percentRemaining: 8.4,
  overagePermitted: true,
  overageUsed: 0,
  resetsAt: '2026-12-01T00:00:00.000Z',
};
const classicFree = {
  access_type_sku: 'free_limited_copilot',
  copilot_plan: 'individual',
  limited_user_quotas: { chat: 40, completions: 1000 },
  monthly_quotas: { chat: 50, completions: 2000 },
  limited_user_reset_date: '2026-12-05',
};
const classicQuota: Quota = {
  unit: 'chat_messages',
  unlimited: false,
  entitlement: 50,
  remaining: 40,
  percentRemaining: 80,
  overagePermitted: false,
  overageUsed: undefined,
  resetsAt: '2026-12-05',
};
const withPremium = (fields: object, body: object = {}) => ({
  ...paid,
  ...body,
  quota_snapshots: { ...paid.quota_snapshots, premium_interactions: { ...premium, ...fields } },
});

describe('the quota of an account', () => {
  it.each<[what: string, body: Record<string, unknown>, quota: Partial<Quota>]>([
    ['of a paid plan that is billed by tokens', paid, paidQuota],
    [
      'of a paid plan that counts requests',
      withPremium({}, { token_based_billing: false }),
      { ...paidQuota, unit: 'premium_requests' },
    ],
    [
      'of a plan that does not say how it is billed',
      withPremium({}, { token_based_billing: undefined }),
      { ...paidQuota, unit: 'premium_requests' },
    ],
    ['whose billing by tokens is said for the account alone', withPremium({}), paidQuota],
    [
      'whose billing by tokens is said in an object',
      withPremium({}, { token_based_billing: { enabled: true } }),
      paidQuota,
    ],
    [
      'whose billing by tokens is denied in an object',
      withPremium({}, { token_based_billing: { enabled: false } }),
      { unit: 'premium_requests' },
    ],
    [
      'with numbers written as text',
      withPremium({
        entitlement: '3000',
        remaining: '252',
        quota_remaining: '252.6',
        percent_remaining: '8.4',
        overage_count: '0',
      }),
      paidQuota,
    ],
    ['with whole numbers alone', withPremium({ quota_remaining: undefined }), { remaining: 252 }],
    [
      'with a day alone to be renewed on',
      { ...paid, quota_reset_date_utc: undefined },
      { resetsAt: '2026-12-01' },
    ],
    [
      'with something used beyond it',
      withPremium({ remaining: 0, quota_remaining: 0, overage_count: 12 }),
      { remaining: 0, overageUsed: 12 },
    ],
    [
      'without a limit',
      withPremium({
        unlimited: true,
        has_quota: false,
        entitlement: 0,
        remaining: 0,
        quota_remaining: 0,
        percent_remaining: 100,
      }),
      { unit: 'credits', unlimited: true, percentRemaining: 100 },
    ],
    ['of a free plan in the older shape', classicFree, classicQuota],
    [
      'of a free plan in the older shape, in text',
      { limited_user_quotas: { chat: '40' }, monthly_quotas: { chat: '50' } },
      { ...classicQuota, resetsAt: undefined },
    ],
    [
      'of a free plan with nothing left',
      { ...classicFree, limited_user_quotas: { chat: 0 } },
      { remaining: 0, percentRemaining: 0 },
    ],
    [
      'of a free plan with more left than it has',
      { ...classicFree, limited_user_quotas: { chat: 490 } },
      { percentRemaining: 100 },
    ],
    [
      'of a free plan in the newer shape',
      {
        access_type_sku: 'free_limited_copilot',
        quota_reset_date: '2026-12-05',
        quota_snapshots: {
          chat: snapshot('chat', {
            entitlement: 200,
            remaining: 150,
            quota_remaining: 150,
            percent_remaining: 75,
          }),
          completions: snapshot('completions', {
            entitlement: 2000,
            remaining: 2000,
            percent_remaining: 100,
          }),
          premium_interactions: none('premium_interactions'),
        },
      },
      {
        unit: 'chat_messages',
        unlimited: false,
        entitlement: 200,
        remaining: 150,
        percentRemaining: 75,
        resetsAt: '2026-12-05',
      },
    ],
    [
      'whose only allowance is chat without a limit',
      { quota_snapshots: { chat: unlimited('chat'), premium_interactions: none('premium_interactions') } },
      { unit: 'chat_messages', unlimited: true, resetsAt: undefined },
    ],
  ])('%s is read', (_, body, quota) => {
    expect(readQuota(body)).toMatchObject(quota);
  });

  it('has nothing beside what is told of it', () => {
    expect(readQuota(paid)).toEqual(paidQuota);
    expect(readQuota(classicFree)).toEqual(classicQuota);
  });

  it.each<[what: string, body: Record<string, unknown>]>([
    ['is told', {}],
    [
      'the account has',
      { quota_snapshots: { chat: none('chat'), premium_interactions: none('premium_interactions') } },
    ],
    ['can be read', { quota_snapshots: 'none', limited_user_quotas: 7, monthly_quotas: null }],
    ['can be read in its parts', { quota_snapshots: { chat: null, premium_interactions: [] } }],
    ['an older free plan has', { limited_user_quotas: { chat: 0 }, monthly_quotas: { chat: 0 } }],
    ['is left of an unknown allowance', { limited_user_quotas: { chat: 40 } }],
  ])('is undefined where none %s', (_, body) => {
    expect(readQuota(body)).toBeUndefined();
  });
});

describe('a quota', () => {
  const quota: Quota = { ...paidQuota, overagePermitted: false };

  it.each<[what: string, quota: Quota]>([
    ['nothing is left', { ...quota, remaining: 0 }],
    ['less than nothing is left', { ...quota, remaining: -3 }],
    ['no percent is left, and no number is told', { ...quota, remaining: undefined, percentRemaining: 0 }],
    ['no message is left', { ...classicQuota, remaining: 0, percentRemaining: 0 }],
  ])('is used up where %s', (_, used) => {
    expect(isUsedUp(used)).toBe(true);
  });

  it.each<[what: string, quota: Quota]>([
    ['something is left', { ...quota, remaining: 0.6, percentRemaining: 0 }],
    ['more may be bought', { ...quota, remaining: 0, overagePermitted: true }],
    ['there is no limit', { ...quota, remaining: 0, percentRemaining: 0, unlimited: true }],
    ['nobody knows what is left', { ...quota, remaining: undefined, percentRemaining: undefined }],
  ])('is not used up where %s', (_, left) => {
    expect(isUsedUp(left)).toBe(false);
  });
});

const interactions = 'x-quota-snapshot-premium_interactions';
const models = 'x-quota-snapshot-premium_models';
const chat = 'x-quota-snapshot-chat';
const observed = 'ent=300&ov=0.0&ovPerm=false&rem=87.5&rst=2026-12-01T00%3A00%3A00Z';
const headerSnapshot: QuotaSnapshot = {
  kind: 'premium_interactions',
  entitlement: 300,
  percentRemaining: 87.5,
  overageUsed: 0,
  overagePermitted: false,
  resetsAt: '2026-12-01T00:00:00Z',
};

describe('the quota of an answer', () => {
  it.each<[what: string, headers: Record<string, string>, quota: Partial<QuotaSnapshot>]>([
    ['as it was observed', { [interactions]: observed }, headerSnapshot],
    [
      'without a limit',
      { [interactions]: 'ent=-1&rem=100.0' },
      { entitlement: undefined, percentRemaining: 100 },
    ],
    ['without a day on which it is renewed', { [interactions]: 'ent=300&rem=50' }, { resetsAt: undefined }],
    ['that is used up', { [interactions]: 'ent=300&rem=0.0' }, { percentRemaining: 0 }],
    [
      'that may be gone over',
      { [interactions]: 'ent=300&ov=12.5&ovPerm=true&rem=0' },
      { overageUsed: 12.5, overagePermitted: true },
    ],
    [
      'of premium models first',
      { [chat]: 'ent=50&rem=1', [interactions]: observed, [models]: 'ent=9&rem=2' },
      { kind: 'premium_models' },
    ],
    [
      'of premium requests before chats',
      { [chat]: 'ent=50&rem=1', [interactions]: observed },
      { kind: 'premium_interactions' },
    ],
    ['of chats where there is no other', { [chat]: 'ent=50&rem=1' }, { kind: 'chat', percentRemaining: 1 }],
    [
      'of chats where the plan has none of the other',
      { [interactions]: 'ent=0&rem=0', [chat]: 'ent=50&rem=98' },
      { kind: 'chat' },
    ],
    ['beside one that cannot be read', { [models]: 'ent=300', [interactions]: observed }, headerSnapshot],
  ])('%s', (_, headers, quota) => {
    expect(readQuotaHeaders(headers)).toMatchObject(quota);
  });

  it.each<[what: string, headers: Record<string, string | string[]>]>([
    ['without headers', {}],
    ['with limits on the rate alone', { 'x-usage-ratelimit-session': 'ent=0&rem=99' }],
    ['with completions alone', { 'x-quota-headerSnapshot-completions': observed }],
    ['with a header of another kind', { [interactions]: 'unlimited' }],
    ['with an empty one', { [interactions]: '' }],
    ['with what is no number', { [interactions]: 'ent=300&rem=many' }],
    ['with a plan that has none', { [interactions]: 'ent=0&rem=0', [chat]: 'ent=0&rem=0' }],
    ['with one that came twice', { [interactions]: [observed, observed] }],
  ])('is not known %s', (_, headers) => {
    expect(readQuotaHeaders(headers)).toBeUndefined();
  });
});
