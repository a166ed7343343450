import { describe, expect, it } from 'vitest';
import { createChatCompletionsReader } from '../../../src/dialects/chat-completions/read-reply.ts';
import type { ChatEvent, FinishReason, Usage } from '../../../src/dialects/chat-event.ts';

/** Chunks as the service writes them, with the closing line. */
function decode(chunks: readonly unknown[], { done = true } = {}): ChatEvent[] {
  const decoder = createChatCompletionsReader();
  const lines = [...chunks.map((chunk) => JSON.stringify(chunk)), ...(done ? ['[DONE]'] : [])];
  const events = lines.flatMap((data) => decoder.push({ event: undefined, data }));
  return [...events, ...decoder.end()];
}

const usageOf = (events: ChatEvent[]): Usage[] =>
  events.filter((event) => event.type === 'usage').map(({ usage }) => usage);
const finishOf = (events: ChatEvent[]): FinishReason | undefined => {
  const last = events.at(-1);
  return last?.type === 'finish' ? last.reason : undefined;
};

const meta = { created: 1793000000, id: 'chatcmpl-x', model: 'gpt-4o-2024-11-20' };
const chunk = (choice: object, rest: object = {}) => ({
  choices: [{ index: 0, ...choice }],
  ...meta,
  ...rest,
});
const say = (content: string) => chunk({ delta: { content } });
const stop = chunk({ finish_reason: 'stop', delta: { content: null } });

const wireUsage = {
  completion_tokens: 3,
  prompt_tokens: 10,
  total_tokens: 13,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 1 },
};
const usage = {
  inputTokens: 10,
  cachedInputTokens: 4,
  cacheWriteTokens: undefined,
  outputTokens: 3,
  reasoningTokens: 1,
  credits: undefined,
};
const start: ChatEvent = { type: 'start', id: 'chatcmpl-x', model: 'gpt-4o-2024-11-20' };
const hi: ChatEvent = { type: 'text-delta', text: 'Hi' };
const finish: ChatEvent = { type: 'finish', reason: 'stop' };

describe('usage', () => {
  const empty = { ...meta, choices: [] };
  it.each<[what: string, chunks: unknown[]]>([
    ['in the finish chunk', [say('Hi'), { ...stop, usage: wireUsage }]],
    ['in a chunk of its own behind the finish', [say('Hi'), stop, { ...empty, usage: wireUsage }]],
    [
      'behind the finish, and null everywhere else',
      [
        { ...say('Hi'), usage: null },
        { ...stop, usage: null },
        { ...empty, usage: wireUsage },
        { ...empty, usage: null },
      ],
    ],
    ['before the finish', [say('Hi'), { ...empty, usage: wireUsage }, stop]],
    [
      'more than once, growing',
      [
        { ...say('Hi'), usage: { prompt_tokens: 10, completion_tokens: 1 } },
        { ...stop, usage: wireUsage },
      ],
    ],
  ])('%s is told once, right before the finish', (_, chunks) => {
    expect(decode(chunks)).toEqual([start, hi, { type: 'usage', usage }, finish]);
  });

  it('behind the finish is told where the closing line is missing, too', () => {
    const chunks = [say('Hi'), stop, { ...empty, usage: wireUsage }];
    expect(decode(chunks, { done: false })).toEqual([start, hi, { type: 'usage', usage }, finish]);
  });

  it('is not told where the service does not say it', () => {
    expect(usageOf(decode([{ ...say('Hi'), usage: null }, stop]))).toEqual([]);
  });

  it('leaves out what the service leaves out', () => {
    const partial = { prompt_tokens: 10, completion_tokens: 0, prompt_tokens_details: null };
    expect(usageOf(decode([say('Hi'), { ...stop, usage: partial }]))).toEqual([
      {
        inputTokens: 10,
        cachedInputTokens: undefined,
        cacheWriteTokens: undefined,
        outputTokens: 0,
        reasoningTokens: undefined,
        credits: undefined,
      },
    ]);
  });

  it.each<[what: string, details: object, billed: object | undefined, read: number, written: number]>([
    ['beside the tokens', { cached_tokens: 4, cache_write_tokens: 3 }, undefined, 4, 3],
    [
      'in the bill alone',
      {},
      {
        token_details: [
          null,
          { token_type: 'input', token_count: 3 },
          { token_type: 'cache_read', token_count: 4 },
          { token_type: 'cache_write', token_count: 3 },
        ],
      },
      4,
      3,
    ],
  ])('has what was read from and written to a cache %s', (_, details, billed, read, written) => {
    const tokens = { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: details };
    const [counts] = usageOf(decode([say('Hi'), { ...stop, usage: tokens, copilot_usage: billed }]));
    expect(counts).toMatchObject({ inputTokens: 10, cachedInputTokens: read, cacheWriteTokens: written });
  });

  it.each([{}, { prompt_tokens: '10' }, { prompt_tokens_details: [] }, []])(
    'is not told where there is no count in it: %j',
    (odd) => {
      expect(usageOf(decode([say('Hi'), { ...stop, usage: odd }]))).toEqual([]);
    },
  );

  it.each<[what: string, chunks: unknown[], credits: number, tokens: number | undefined]>([
    [
      'beside the tokens',
      [{ ...stop, usage: wireUsage, copilot_usage: { total_nano_aiu: 11_600_000 } }],
      0.0116,
      10,
    ],
    [
      'in a chunk of its own',
      [
        { ...stop, usage: wireUsage },
        { choices: [], copilot_usage: { total_nano_aiu: 2e9 } },
      ],
      2,
      10,
    ],
    ['alone', [stop, { copilot_usage: { total_nano_aiu: 0 } }], 0, undefined],
  ])('has the cost in credits that the service tells %s', (_, chunks, credits, tokens) => {
    expect(usageOf(decode([say('Hi'), ...chunks]))).toMatchObject([{ credits, inputTokens: tokens }]);
  });
});

describe('the reason for the end', () => {
  it.each<[wire: string, reason: FinishReason]>([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['content_filter', 'content-filter'],
    [' content_filter\n', 'content-filter'],
    ['pause_turn', 'other'],
    ['constructor', 'other'],
  ])('%s is %s', (wire, reason) => {
    expect(finishOf(decode([say('Hi'), chunk({ finish_reason: wire, delta: {} })]))).toBe(reason);
  });

  it.each<[wire: string[], reason: FinishReason]>([
    [['stop', 'length'], 'length'],
    [['length', 'stop'], 'length'],
    [['content_filter', 'stop'], 'content-filter'],
  ])('is the one that says most, where choices differ: %j', (wire, reason) => {
    const choices = wire.map((finish_reason) => ({ delta: {}, finish_reason }));
    expect(finishOf(decode([say('Hi'), { ...meta, choices }]))).toBe(reason);
  });

  it.each([[{}], [{ choices: [] }], [{ choices: null }], [{ usage: { prompt_tokens: 1 } }]])(
    'may be missing in a reply that is complete: %j',
    (empty) => {
      expect(finishOf(decode([{ ...meta, ...empty }]))).toBe('other');
    },
  );

  it('comes exactly once, and last', () => {
    const events = decode([say('Hi'), stop, stop]);
    expect(events.filter(({ type }) => type === 'finish')).toEqual([finish]);
    expect(events.at(-1)).toEqual(finish);
  });
});
