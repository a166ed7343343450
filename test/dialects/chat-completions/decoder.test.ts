import { describe, expect, it } from 'vitest';
import { createChatCompletionsReader } from '../../../src/dialects/chat-completions/read-reply.ts';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { createSseDecoder, type SseMessage } from '../../../src/sse/decoder.ts';

/** Chunks as the service writes them; text stands for itself. */
const toData = (chunk: unknown): string => (typeof chunk === 'string' ? chunk : JSON.stringify(chunk));

function decode(chunks: readonly unknown[]): ChatEvent[] {
  const decoder = createChatCompletionsReader();
  const events = chunks.flatMap((chunk) => decoder.push({ event: undefined, data: toData(chunk) }));
  return [...events, ...decoder.end()];
}

const textOf = (events: ChatEvent[]): string =>
  events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');

const safe = { filtered: false, severity: 'safe' };
const meta = {
  created: 1793000000,
  id: 'chatcmpl-x',
  model: 'gpt-4o-2024-11-20',
  system_fingerprint: 'fp_x',
};
const promptFilter = {
  choices: [],
  created: 0,
  id: '',
  model: '',
  object: '',
  prompt_filter_results: [{ prompt_index: 0, content_filter_results: { hate: safe, violence: safe } }],
};
const chunk = (choice: object, rest: object = {}) => ({
  choices: [{ index: 0, ...choice }],
  ...meta,
  ...rest,
});
const say = (content: string) => chunk({ delta: { content } });
const stop = chunk({ finish_reason: 'stop', delta: { content: null } });
const done = '[DONE]';

const start: ChatEvent = { type: 'start', id: 'chatcmpl-x', model: 'gpt-4o-2024-11-20' };
const hi: ChatEvent = { type: 'text-delta', text: 'Hi' };
const finish: ChatEvent = { type: 'finish', reason: 'stop' };

describe('a stream as OpenAI models send it', () => {
  it('is a start, the text, the usage and a finish', () => {
    const events = decode([
      promptFilter,
      chunk({
        content_filter_offsets: { check_offset: 100, start_offset: 100, end_offset: 140 },
        content_filter_results: { error: { code: '', message: '' }, hate: safe },
        delta: { content: '', role: 'assistant' },
      }),
      say('Hi'),
      chunk(
        { finish_reason: 'stop', delta: { content: null } },
        { usage: { prompt_tokens: 10, completion_tokens: 3 } },
      ),
      done,
    ]);
    const usage: ChatEvent = {
      type: 'usage',
      usage: {
        inputTokens: 10,
        cachedInputTokens: undefined,
        cacheWriteTokens: undefined,
        outputTokens: 3,
        reasoningTokens: undefined,
        credits: undefined,
      },
    };
    expect(events).toEqual([start, hi, usage, finish]);
  });

  it.each<[what: string, chunks: unknown[]]>([
    ['without the filter results in front', [say('Hi'), stop, done]],
    [
      'without object, created and index',
      [{ ...say('Hi'), created: undefined, choices: [{ delta: { content: 'Hi' } }] }, stop, done],
    ],
    [
      'with null for role and content',
      [
        chunk({ delta: { role: null, content: null } }),
        chunk({ delta: { role: null, content: 'Hi' } }),
        stop,
        done,
      ],
    ],
    ['with a choice that has no delta', [chunk({}), say('Hi'), chunk({ finish_reason: 'stop' }), done]],
    [
      'with a delta of null',
      [chunk({ delta: null }), say('Hi'), chunk({ delta: null, finish_reason: 'stop' }), done],
    ],
    [
      'with chunks that have no choices',
      [say('Hi'), { ...meta, copilot_references: [] }, { ...meta, choices: null }, stop, done],
    ],
    ['with a choice of null', [say('Hi'), { ...meta, choices: [null] }, stop, done]],
    [
      'with fields that are not known',
      [
        { ...say('Hi'), news: { a: [1] } },
        chunk({ delta: { copilot_annotations: { IPCodeCitations: [{}] }, padding: 'abc' } }),
        stop,
        done,
      ],
    ],
    ['without [DONE]', [say('Hi'), stop]],
    ['with spaces around [DONE]', [say('Hi'), stop, ' [DONE] ']],
    ['with a chunk behind [DONE]', [say('Hi'), stop, done, say('no more')]],
    [
      'whose finish reason is null until the end',
      [
        chunk({ finish_reason: null, delta: { content: 'Hi' } }),
        stop,
        chunk({ finish_reason: null, delta: {} }),
        done,
      ],
    ],
    ['whose error is null', [{ ...say('Hi'), error: null }, stop, done]],
  ])('%s is read', (_, chunks) => {
    expect(decode(chunks)).toEqual([start, hi, finish]);
  });

  it.each<[what: string, odd: unknown]>([
    ['a number', 5],
    ['null', null],
    ['a list', [{ choices: [] }]],
    ['a flag', true],
    ['a string', '"hello"'],
    ['an object whose choices are an object', { choices: { 0: { delta: { content: 'x' } } } }],
    ['an object whose choices are text', { choices: 'x' }],
    ['a choice that is a number', { choices: [5] }],
    ['a delta that is text', chunk({ delta: 'x' })],
    ['tool calls that are an object', chunk({ delta: { tool_calls: {} } })],
    ['a tool call of null', chunk({ delta: { tool_calls: [null] } })],
    ['content that is a number', chunk({ delta: { content: 7 } })],
    ['content that is an object', chunk({ delta: { content: { text: 'x' } } })],
    ['reasoning that is a number', chunk({ delta: { reasoning_text: 7 } })],
    ['usage that is text', { ...meta, choices: [], usage: 'much' }],
  ])('passes over a chunk with %s', (_, odd) => {
    const events = decode([say('Hi'), odd, stop, done]);
    expect(events.filter(({ type }) => type !== 'usage')).toEqual([start, hi, finish]);
  });

  it('tells the text of each chunk at once', () => {
    const decoder = createChatCompletionsReader();
    const push = (value: unknown): ChatEvent[] => decoder.push({ event: undefined, data: toData(value) });
    expect(push(promptFilter)).toEqual([]);
    expect(push(say('Hi'))).toEqual([start, hi]);
    expect(push(say(' you'))).toEqual([{ type: 'text-delta', text: ' you' }]);
  });

  it('tells who answers as soon as it is said, and once', () => {
    const named = chunk({ delta: { content: '', role: 'assistant' } });
    expect(decode([named, say('Hi'), stop, done]).filter(({ type }) => type === 'start')).toEqual([start]);
  });

  it('has a start although nobody said who answers', () => {
    const anonymous = { choices: [{ delta: { content: 'Hi' } }] };
    expect(decode([anonymous, done])[0]).toEqual({ type: 'start', id: undefined, model: undefined });
  });

  it('is an empty reply where it holds [DONE] alone, as with a limit of one token', () => {
    expect(decode([{ ...meta, choices: [] }, done])).toEqual([start, { type: 'finish', reason: 'other' }]);
  });
});

describe('a stream in packets of any size', () => {
  it('gives the same events', () => {
    const chunks = [promptFilter, say('Grüße, '), say('世界 👋'), { ...stop, usage: { prompt_tokens: 10 } }];
    const bytes = new TextEncoder().encode(
      `: hi\r\n\r\n${chunks.map((value) => `data: ${toData(value)}\r\n\r\n`).join('')}data: [DONE]\r\n\r\n`,
    );
    const run = (packets: Uint8Array[]): ChatEvent[] => {
      const sse = createSseDecoder();
      const decoder = createChatCompletionsReader();
      const push = (messages: SseMessage[]): ChatEvent[] => messages.flatMap((value) => decoder.push(value));
      return [...packets.flatMap((packet) => push(sse.push(packet))), ...push(sse.end()), ...decoder.end()];
    };
    const whole = run([bytes]);
    expect(textOf(whole)).toBe('Grüße, 世界 👋');
    for (let cut = 1; cut < bytes.length; cut += 1) {
      expect(run([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at byte ${cut}`).toEqual(whole);
    }
  });
});
