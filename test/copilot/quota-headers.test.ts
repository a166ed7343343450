import { describe, expect, it } from 'vitest';
import { type QuotaSnapshot, readQuotaHeaders } from '../../src/copilot/quota-headers.ts';

const interactions = 'x-quota-snapshot-premium_interactions';
const models = 'x-quota-snapshot-premium_models';
const chat = 'x-quota-snapshot-chat';
const observed = 'ent=300&ov=0.0&ovPerm=false&rem=87.5&rst=2026-12-01T00%3A00%3A00Z';
const snapshot: QuotaSnapshot = {
  kind: 'premium_interactions',
  entitlement: 300,
  percentRemaining: 87.5,
  overageUsed: 0,
  overagePermitted: false,
  resetsAt: '2026-12-01T00:00:00Z',
};

describe('the quota of an answer', () => {
  it.each<[what: string, headers: Record<string, string>, quota: Partial<QuotaSnapshot>]>([
    ['as it was observed', { [interactions]: observed }, snapshot],
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
    ['beside one that cannot be read', { [models]: 'ent=300', [interactions]: observed }, snapshot],
  ])('%s', (_, headers, quota) => {
    expect(readQuotaHeaders(headers)).toMatchObject(quota);
  });

  it.each<[what: string, headers: Record<string, string | string[]>]>([
    ['without headers', {}],
    ['with limits on the rate alone', { 'x-usage-ratelimit-session': 'ent=0&rem=99' }],
    ['with completions alone', { 'x-quota-snapshot-completions': observed }],
    ['with a header of another kind', { [interactions]: 'unlimited' }],
    ['with an empty one', { [interactions]: '' }],
    ['with what is no number', { [interactions]: 'ent=300&rem=many' }],
    ['with a plan that has none', { [interactions]: 'ent=0&rem=0', [chat]: 'ent=0&rem=0' }],
    ['with one that came twice', { [interactions]: [observed, observed] }],
  ])('is not known %s', (_, headers) => {
    expect(readQuotaHeaders(headers)).toBeUndefined();
  });
});
