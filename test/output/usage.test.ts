import { describe, expect, it } from 'vitest';
import type { Usage } from '../../src/dialects/chat-event.ts';
import { formatUsage, toUsageJson } from '../../src/output/usage.ts';

const nothing: Usage = {
  inputTokens: undefined,
  cachedInputTokens: undefined,
  cacheWriteTokens: undefined,
  outputTokens: undefined,
  reasoningTokens: undefined,
  credits: undefined,
};

describe('usage for people', () => {
  it.each<[usage: Partial<Usage>, line: string]>([
    [{ inputTokens: 12, outputTokens: 3 }, 'usage: 12 tokens in, 3 tokens out'],
    [{ inputTokens: 12 }, 'usage: 12 tokens in'],
    [{ outputTokens: 0 }, 'usage: 0 tokens out'],
    [
      { inputTokens: 12, cachedInputTokens: 8, outputTokens: 30, reasoningTokens: 20, credits: 1.25 },
      'usage: 12 tokens in (8 cached), 30 tokens out (20 reasoning), 1.25 credits',
    ],
    [
      { inputTokens: 12, cachedInputTokens: 8, cacheWriteTokens: 3 },
      'usage: 12 tokens in (8 cached, 3 written to the cache)',
    ],
    [{ inputTokens: 12, cacheWriteTokens: 3 }, 'usage: 12 tokens in (3 written to the cache)'],
    [
      { inputTokens: 12, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 3, reasoningTokens: 0 },
      'usage: 12 tokens in, 3 tokens out',
    ],
    [{ credits: 0 }, 'usage: 0 credits'],
    [{ estimatedCredits: 0.5 }, 'usage: ~0.5 credits'],
    [{}, 'usage: not reported by the service'],
  ])('tells what %j holds', (usage, line) => {
    expect(formatUsage({ ...nothing, ...usage })).toBe(line);
  });

  it('says that not reported by the service', () => {
    expect(formatUsage(undefined)).toBe('usage: not reported by the service');
  });
});

describe('usage for machines', () => {
  it('has every field, with null if not reported by the service', () => {
    expect(toUsageJson({ ...nothing, inputTokens: 1, cacheWriteTokens: 7, credits: 0 })).toEqual({
      input_tokens: 1,
      cached_input_tokens: null,
      cache_write_tokens: 7,
      output_tokens: null,
      reasoning_tokens: null,
      credits: 0,
      credits_estimated: null,
      premium_requests_estimated: null,
    });
  });

  it('is null if there is none', () => {
    expect(toUsageJson(undefined)).toBeNull();
  });
});
