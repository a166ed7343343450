import { describe, expect, it } from 'vitest';
import type { Usage } from '../../src/dialects/chat-event.ts';
import { createGate, type GateOptions, readLimits } from '../../src/server/gate.ts';

type Asked = { caller?: string; tokens?: number; route?: string };

/** A gate whose clock stands still unless it is moved. */
function createLimitedGate(limits: Partial<GateOptions>) {
  let clock = 1_000_000;
  const gate = createGate({
    requestsPerMinute: undefined,
    chatRequestsPerMinute: undefined,
    tokensPerRequest: undefined,
    tokensPerMinute: undefined,
    now: () => clock,
    ...limits,
  });
  const enter = ({ caller = 'ann', tokens = 10, route = '/messages' }: Asked = {}) =>
    gate.enter({ caller, signal: new AbortController().signal }, { tokens, route });
  return {
    gate,
    enter,
    advance: (seconds: number) => (clock += seconds * 1000),
    /** The code and the wait of a refusal, or nothing. */
    async refusal(asked?: Asked) {
      try {
        (await enter(asked))(undefined);
        return undefined;
      } catch (error) {
        const { code, details } = error as { code: string; details: Record<string, unknown> };
        return { code, retryAfter: details.retry_after_s };
      }
    },
  };
}

const uses = (inputTokens: number, outputTokens: number): Usage => ({
  inputTokens,
  outputTokens,
  cachedInputTokens: undefined,
  cacheWriteTokens: undefined,
  reasoningTokens: undefined,
  credits: undefined,
});

describe('a limit of requests', () => {
  it('refuses what is over it, until the oldest is a minute old', async () => {
    const { refusal, advance } = createLimitedGate({ requestsPerMinute: 2 });
    expect(await refusal()).toBeUndefined();
    advance(20);
    expect(await refusal()).toBeUndefined();
    expect(await refusal()).toEqual({ code: 'rate_limited', retryAfter: 40 });
    advance(39.5);
    expect(await refusal()).toEqual({ code: 'rate_limited', retryAfter: 1 });
    advance(0.5);
    expect(await refusal()).toBeUndefined();
    expect(await refusal()).toEqual({ code: 'rate_limited', retryAfter: 20 });
  });

  it('is one for each caller', async () => {
    const { refusal } = createLimitedGate({ requestsPerMinute: 1 });
    expect(await refusal({ caller: 'ann' })).toBeUndefined();
    expect(await refusal({ caller: 'bob' })).toBeUndefined();
    expect(await refusal({ caller: 'ann' })).toMatchObject({ code: 'rate_limited' });
  });

  it('is a separate one for /chat/completions, if that is set', async () => {
    const { refusal } = createLimitedGate({ requestsPerMinute: 1, chatRequestsPerMinute: 2 });
    const chat = { route: '/v1/chat/completions' };
    expect(await refusal(chat)).toBeUndefined();
    expect(await refusal(chat)).toBeUndefined();
    expect(await refusal(chat)).toMatchObject({ code: 'rate_limited' });
    expect(await refusal()).toBeUndefined();
    expect(await refusal()).toMatchObject({ code: 'rate_limited' });
  });

  it('applies to /chat/completions even if it is the only limit', async () => {
    const { refusal } = createLimitedGate({ requestsPerMinute: 1 });
    expect(await refusal({ route: '/chat/completions' })).toBeUndefined();
    expect(await refusal()).toMatchObject({ code: 'rate_limited' });
  });
});

describe('a limit of tokens', () => {
  it('refuses a request that is over it alone', async () => {
    const { refusal } = createLimitedGate({ tokensPerRequest: 100 });
    expect(await refusal({ tokens: 100 })).toBeUndefined();
    expect(await refusal({ tokens: 101 })).toMatchObject({ code: 'input_too_large' });
  });

  it('refuses for good a request that exceeds the limit of a whole minute', async () => {
    const { refusal } = createLimitedGate({ tokensPerMinute: 100 });
    expect(await refusal({ tokens: 101 })).toMatchObject({ code: 'input_too_large' });
  });

  it('counts what an answer really took, from its end on', async () => {
    const { enter, refusal, advance } = createLimitedGate({ tokensPerMinute: 1000 });
    const leave = await enter({ tokens: 100 });
    advance(90);
    leave(uses(200, 700));
    advance(10);
    expect(await refusal({ tokens: 101 })).toEqual({ code: 'rate_limited', retryAfter: 50 });
    expect(await refusal({ tokens: 100 })).toBeUndefined();
  });

  it('keeps room for running answers', async () => {
    const { enter, refusal } = createLimitedGate({ tokensPerMinute: 1000 });
    const leave = await enter({ tokens: 900 });
    expect(await refusal({ tokens: 101 })).toEqual({ code: 'rate_limited', retryAfter: 60 });
    leave(uses(10, 0));
    expect(await refusal({ tokens: 101 })).toBeUndefined();
  });

  it('uses the estimate if an answer reported no usage', async () => {
    const { enter, refusal } = createLimitedGate({ tokensPerMinute: 1000 });
    (await enter({ tokens: 900 }))(undefined);
    expect(await refusal({ tokens: 101 })).toMatchObject({ code: 'rate_limited' });
  });

  it('counts an end once, however often it is reported', async () => {
    const { enter, refusal } = createLimitedGate({ tokensPerMinute: 1000 });
    const leave = await enter({ tokens: 1 });
    leave(uses(500, 0));
    leave(uses(500, 0));
    expect(await refusal({ tokens: 500 })).toBeUndefined();
  });
});

describe('the limits of the environment', () => {
  it('are none if nothing is set', () => {
    expect(readLimits({ MAX_TOKENS_PER_MINUTE: '' })).toEqual({
      requestsPerMinute: undefined,
      chatRequestsPerMinute: undefined,
      tokensPerRequest: undefined,
      tokensPerMinute: undefined,
    });
  });

  it('are whole numbers', () => {
    const env = { RATE_LIMIT_DEFAULT: '60', RATE_LIMIT_CHAT_COMPLETIONS: '20', MAX_TOKENS_PER_REQUEST: '9' };
    expect(readLimits(env)).toMatchObject({
      requestsPerMinute: 60,
      chatRequestsPerMinute: 20,
      tokensPerRequest: 9,
    });
  });

  it.each(['0', '-1', '1.5', 'many', '1e3'])('are refused as %s', (value) => {
    expect(() => readLimits({ RATE_LIMIT_DEFAULT: value })).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringContaining('RATE_LIMIT_DEFAULT') }),
    );
  });
});
