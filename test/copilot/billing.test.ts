import { describe, expect, it } from 'vitest';
import { readUnit } from '../../src/copilot/account.ts';
import { type Billing, createBill, estimatePremiumRequests, toBilled } from '../../src/copilot/billing.ts';
import { createUnlistedModel } from '../../src/copilot/model.ts';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';

const model = createUnlistedModel('some-model');
const requests: Billing = { unit: 'premium_requests', multipliers: new Map([['some-model', 0.33]]) };
const usage = {
  inputTokens: 1,
  cachedInputTokens: undefined,
  cacheWriteTokens: undefined,
  outputTokens: 2,
  reasoningTokens: undefined,
  credits: 0.5,
};

describe('the price of an answer', () => {
  it('holds up no word of it', async () => {
    const text: ChatEvent = { type: 'text-delta', text: 'Hello' };
    let tell: (billing: Billing) => void = () => {};
    const told = new Promise<Billing>((resolve) => {
      tell = resolve;
    });
    const bill = createBill({ model, initiator: 'user', findBilling: () => told });
    expect(bill([text])).toEqual({ said: [text] });
    const { said, priced } = bill([text, { type: 'usage', usage }]);
    expect(said).toEqual([text]);
    tell(requests);
    expect(await priced).toEqual([
      { type: 'usage', usage: { ...usage, credits: undefined, premiumRequests: 0.33 } },
    ]);
  });

  it("is the model's own multiplier where the list tells it, and nothing for what follows from a prompt", () => {
    expect(estimatePremiumRequests({ ...model, multiplier: 3 }, requests)).toBe(3);
    expect(estimatePremiumRequests(model, requests, 'agent')).toBe(0);
    expect(estimatePremiumRequests(createUnlistedModel('other'), requests)).toBeUndefined();
    expect(estimatePremiumRequests(model, { ...requests, unit: 'credits' })).toBeUndefined();
    expect(
      toBilled({ ...model, multiplier: 1 }, { ...requests, unit: 'credits' }).multiplier,
    ).toBeUndefined();
  });
});

const free = { entitlement: 200, remaining: 150, unlimited: false };
const none = { entitlement: 0, remaining: 0, unlimited: false };
const endless = { entitlement: 0, unlimited: true };

describe('the unit of an account', () => {
  it.each<[string, Record<string, unknown>, string | undefined]>([
    ['a flag in an object', { token_based_billing: { enabled: true } }, 'credits'],
    ['a flag alone that says no', { token_based_billing: false }, 'premium_requests'],
    ['nothing', {}, undefined],
    [
      'limited chat and no premium allowance',
      { token_based_billing: true, quota_snapshots: { chat: free, premium_interactions: none } },
      'chat_messages',
    ],
    [
      'endless chat and no premium allowance',
      { token_based_billing: true, quota_snapshots: { chat: endless, premium_interactions: none } },
      'credits',
    ],
    [
      'a seat that pays for all it uses',
      {
        token_based_billing: true,
        quota_snapshots: { chat: endless, premium_interactions: { ...none, overage_permitted: true } },
      },
      'credits',
    ],
    [
      'premium requests without a limit',
      { quota_snapshots: { premium_interactions: endless } },
      'premium_requests',
    ],
  ])('by %s', (_, body, unit) => {
    expect(readUnit(body)).toBe(unit);
  });
});
