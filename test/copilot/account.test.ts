import { describe, expect, it } from 'vitest';
import { type Account, parseAccount } from '../../src/copilot/account.ts';

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
