import { describe, expect, it } from 'vitest';
import { findObstacle } from '../../src/account/examine-account.ts';
import type { CopilotAccess } from '../../src/auth/copilot-access.ts';
import { type Account, parseAccount } from '../../src/copilot/account.ts';
import { createUnlistedModel } from '../../src/copilot/model.ts';

const access: CopilotAccess = {
  style: 'exchanged',
  token: undefined,
  receivedAt: 0,
  refreshAt: 0,
  staleAt: 0,
  expiresAt: 0,
  endpoint: undefined,
  sku: undefined,
  chatEnabled: true,
};

/** An account with so much left of 300 premium interactions. */
function toAccount(remaining: number, fields: object = {}, body: object = {}): Account {
  const premium_interactions = {
    unlimited: false,
    entitlement: 300,
    remaining,
    percent_remaining: remaining / 3,
    overage_permitted: false,
    ...fields,
  };
  return parseAccount({
    chat_enabled: true,
    quota_reset_date_utc: '2026-12-01T00:00:00.000Z',
    quota_snapshots: { premium_interactions },
    ...body,
  });
}

const model = { ...createUnlistedModel('x'), multiplier: 1 };
const included = { ...model, multiplier: 0 };
const byTokens = { token_based_billing: true };

describe('a chat request', () => {
  it.each<[what: string, account: Account, model: typeof included]>([
    ['there is something left', toAccount(12), model],
    ['more may be bought', toAccount(0, { overage_permitted: true }), model],
    ['there is no limit', toAccount(0, { unlimited: true }), model],
    ['nothing is left, but the model costs no premium requests', toAccount(0), included],
    ['GitHub does not tell what is left', parseAccount({}), model],
  ])('has nothing in its way where %s', (_, account, asked) => {
    expect(findObstacle(access, account, asked)).toBeUndefined();
  });

  it.each<[what: string, account: Account, model: typeof included]>([
    ['nothing is left', toAccount(0), model],
    ['nothing is left, and nobody knows what the model costs', toAccount(0), { ...model, multiplier: 0.33 }],
    ['no credits are left, for every model costs credits', toAccount(0, {}, byTokens), included],
  ])('would meet a used-up quota where %s', (_, account, asked) => {
    expect(findObstacle(access, account, asked)).toMatchObject({
      code: 'quota',
      message: 'the quota of this account is used up, and is renewed on 2026-12-01',
      hint: expect.stringContaining('billing'),
    });
  });

  it('would meet a used-up quota of unknown renewal', () => {
    const account = toAccount(0, {}, { quota_reset_date_utc: undefined });
    expect(findObstacle(access, account, model)?.message).toBe('the quota of this account is used up');
  });

  it.each<[who: string, access: CopilotAccess, account: Account]>([
    ['Copilot token', { ...access, chatEnabled: false }, parseAccount({})],
    ['account', access, parseAccount({ chat_enabled: false })],
    ['account, whose quota is used up as well', access, toAccount(0, {}, { chat_enabled: false })],
  ])('is forbidden where chat is switched off in the %s', (_, of, account) => {
    expect(findObstacle(of, account, model)).toMatchObject({
      code: 'forbidden',
      message: 'chat is switched off for this account',
    });
  });
});
