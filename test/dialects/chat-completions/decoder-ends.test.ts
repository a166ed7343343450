import { describe, expect, it } from 'vitest';
import { createChatCompletionsDecoder } from '../../../src/dialects/chat-completions/decoder.ts';
import type { ChatEvent, FinishReason, Usage } from '../../../src/dialects/chat-event.ts';

/** Chunks as the service writes them, with the closing line. */
function decode(chunks: readonly unknown[], { done = true } = {}): ChatEvent[] {
  const decoder = createChatCompletionsDecoder();
  const lines = [...chunks.map((chunk) => JSON.stringify(chunk)), ...(done ? ['[DONE]'] : [])];
  const events = lines.flatMap((data) => decoder.push({ event: undefined, data }));
  return [...events, ...decoder.end()];
}

const joinText = (events: ChatEvent[], type: 'text-delta' | 'reasoning-delta'): string =>
  events.map((event) => (event.type === type ? event.text : '')).join('');
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
        outputTokens: 0,
        reasoningTokens: undefined,
        credits: undefined,
      },
    ]);
  });

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
    ['pause_turn', 'other'],
    ['constructor', 'other'],
  ])('%s is %s', (wire, reason) => {
    expect(finishOf(decode([say('Hi'), chunk({ finish_reason: wire, delta: {} })]))).toBe(reason);
  });

  it('comes exactly once, and last', () => {
    const events = decode([say('Hi'), stop, stop]);
    expect(events.filter(({ type }) => type === 'finish')).toEqual([finish]);
    expect(events.at(-1)).toEqual(finish);
  });
});

describe('reasoning', () => {
  it.each<[what: string, chunks: unknown[]]>([
    [
      'in several deltas, the opaque part in one of its own',
      [
        chunk({ delta: { reasoning_text: 'Let me ' } }),
        chunk({ delta: { reasoning_text: 'see.' } }),
        chunk({ delta: { content: '', reasoning_opaque: 'AAAA' } }),
        say('Hi'),
        stop,
      ],
    ],
    ['behind the text', [say('Hi'), chunk({ delta: { reasoning_text: 'Let me see.' } }), stop]],
    [
      'with the opaque part in the finish chunk',
      [
        chunk({ delta: { reasoning_text: 'Let me see.', content: null } }),
        say('Hi'),
        chunk({ finish_reason: 'stop', delta: { reasoning_opaque: 'AAAA' } }),
      ],
    ],
    [
      'in one delta with the text',
      [chunk({ delta: { reasoning_text: 'Let me see.', content: 'Hi' } }), stop],
    ],
    [
      'with an id that comes behind the finish',
      [
        chunk({ delta: { reasoning_text: 'Let me see.' } }),
        say('Hi'),
        stop,
        chunk({ delta: { cot_id: 'x' } }),
      ],
    ],
  ])('%s is kept apart from the text', (_, chunks) => {
    const events = decode([...chunks]);
    expect(joinText(events, 'text-delta')).toBe('Hi');
    expect(joinText(events, 'reasoning-delta')).toBe('Let me see.');
    expect(events[0]).toEqual(start);
    expect(finishOf(events)).toBe('stop');
  });
});
