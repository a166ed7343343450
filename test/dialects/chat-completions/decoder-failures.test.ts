import { describe, expect, it } from 'vitest';
import { createChatCompletionsReader } from '../../../src/dialects/chat-completions/read-reply.ts';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { StreamError, TruncatedStreamError } from '../../../src/dialects/dialect.ts';

const say = { choices: [{ index: 0, delta: { content: 'Hi' } }], id: 'x', model: 'm' };
const stop = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], id: 'x', model: 'm' };

/** The events before the failure, and the failure. */
function readUntilFailure(data: readonly string[]): { events: ChatEvent[]; error: unknown } {
  const decoder = createChatCompletionsReader();
  const events: ChatEvent[] = [];
  try {
    for (const text of data) events.push(...decoder.push({ event: undefined, data: text }));
    events.push(...decoder.end());
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

const streamError = (message: string, code?: string): unknown =>
  expect.objectContaining({ name: 'StreamError', message, code });

describe('a failure inside a stream', () => {
  it.each<[what: string, data: string, error: unknown]>([
    [
      'an error object',
      '{"error":{"code":"rate_limited","message":"Slow down."}}',
      streamError('Slow down.', 'rate_limited'),
    ],
    [
      'an error object beside choices of null',
      '{"choices":null,"error":{"code":"model_overloaded","message":"Busy."}}',
      streamError('Busy.', 'model_overloaded'),
    ],
    ['an error object without a code', '{"error":{"message":"Oops."}}', streamError('Oops.')],
    [
      'an error object without a message',
      '{"error":{"code":"x"}}',
      streamError('the stream reported an error', 'x'),
    ],
    ['an error that is a number', '{"error":500}', streamError('the stream reported an error')],
    ['an error that is true', '{"error":true}', streamError('the stream reported an error')],
    ['an error that is text', '{"error":"went away"}', streamError('went away')],
    ['an error by its type', '{"type":"error","message":"Oops.","code":"x"}', streamError('Oops.', 'x')],
    ['an error by its object', '{"object":"error","message":"Oops.","code":500}', streamError('Oops.')],
    ['an error in a list', '[{"error":{"message":"Oops."}}]', streamError('Oops.')],
    ['a detail alone', '{"detail":"Oops."}', streamError('Oops.')],
    ['a status', '{"status":500,"message":"Oops."}', streamError('Oops.')],
    ['a status that is text', '{"statusCode":"503","message":"Oops."}', streamError('Oops.')],
    ['a fault', '{"fault":{"faultstring":"Oops.","detail":{}}}', streamError('Oops.')],
    ['a list of errors', '{"errors":[{"message":"Oops."}]}', streamError('Oops.')],
    [
      'an error inside its choice',
      '{"choices":[{"index":0,"delta":{},"finish_reason":"stop","error":{"code":502,"message":"Gone."}}]}',
      streamError('Gone.'),
    ],
    [
      'an error inside its delta',
      '{"choices":[{"index":0,"delta":{"error":"Oops."}}]}',
      streamError('Oops.'),
    ],
    ['JSON that is cut off', '{"choices":[{"del', expect.any(StreamError)],
    ['text that is no JSON', 'upstream connect error', expect.any(StreamError)],
    [
      'the finish reason "error"',
      '{"choices":[{"finish_reason":"error","delta":{"content":""}}]}',
      expect.any(StreamError),
    ],
  ])('is thrown for %s, after the text that came before', (_, data, error) => {
    const outcome = readUntilFailure([JSON.stringify(say), data, JSON.stringify(stop), '[DONE]']);
    expect(outcome.events).toEqual([
      { type: 'start', id: 'x', model: 'm' },
      { type: 'text-delta', text: 'Hi' },
    ]);
    expect(outcome.error).toEqual(error);
    expect(outcome.error).toBeInstanceOf(StreamError);
  });

  it('is thrown where it comes first', () => {
    expect(readUntilFailure(['{"error":{"message":"No."}}']).error).toEqual(streamError('No.'));
  });

  it('does not put what cannot be read into its message, which may be anything', () => {
    const { error } = readUntilFailure(['{"choices": CANARY']);
    expect(String(error)).not.toContain('CANARY');
  });
});

describe('a stream that ends before the finish', () => {
  it.each<[what: string, chunks: unknown[]]>([
    ['after some text', [say]],
    [
      'after a tool call',
      [
        {
          choices: [
            { delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }] } },
          ],
        },
      ],
    ],
    ['after its usage', [say, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }]],
    ['before its first chunk', []],
    ['with finish reasons of null', [{ choices: [{ delta: { content: 'Hi' }, finish_reason: null }] }]],
  ])('is truncated %s', (_, chunks) => {
    const { events, error } = readUntilFailure(chunks.map((chunk) => JSON.stringify(chunk)));
    expect(error).toBeInstanceOf(TruncatedStreamError);
    expect(events.map(({ type }) => type)).not.toContain('finish');
  });
});
