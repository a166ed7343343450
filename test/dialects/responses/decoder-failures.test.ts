import { describe, expect, it } from 'vitest';
import { StreamError, TruncatedStreamError } from '../../../src/dialects/dialect.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import {
  added,
  call,
  completed,
  created,
  done,
  type Fields,
  finish,
  fullStream,
  message,
  readFrames,
  response,
  start,
  text,
  textDelta,
} from './streams.ts';

const failed = (fields: Fields) => ({ type: 'response.failed', response: { ...response, ...fields } });

describe('a failure inside a stream', () => {
  it.each<[what: string, frame: unknown, message: string, code: string | undefined]>([
    [
      'flat',
      { type: 'error', code: 'server_error', message: 'Broken', param: null },
      'Broken',
      'server_error',
    ],
    [
      'nested',
      { type: 'error', error: { code: 'rate_limited', message: 'Slow down' } },
      'Slow down',
      'rate_limited',
    ],
    [
      'nested, with a type for its code',
      { type: 'error', error: { type: 'api_error', message: 'Oh' } },
      'Oh',
      'api_error',
    ],
    ['nested, without a type around it', { error: { code: 'c', message: 'Oh' } }, 'Oh', 'c'],
    ['as text', { error: 'Oh' }, 'Oh', undefined],
    ['without a word', { type: 'error' }, 'the stream reported an error', undefined],
    [
      'with odd fields',
      { type: 'error', code: 5, message: { a: 1 } },
      'the stream reported an error',
      undefined,
    ],
    [
      'of the response',
      failed({ error: { code: 'server_error', message: 'Stopped' } }),
      'Stopped',
      'server_error',
    ],
    [
      'of the response, without a reason',
      failed({ error: null }),
      'the service could not finish the reply',
      undefined,
    ],
    [
      'of a response that is not there',
      { type: 'response.failed' },
      'the service could not finish the reply',
      undefined,
    ],
    ['of an event of its own', { type: 'response.error', error: { message: 'Oh', code: 'x' } }, 'Oh', 'x'],
    ['by a cancel', { type: 'response.cancelled', response }, 'the service cancelled the reply', 'cancelled'],
    ['that is no JSON', 'upstream connect error', 'a message of the stream is not JSON', undefined],
    [
      'that is half a frame',
      '{"type":"response.output_text.delta","delta":"x',
      'a message of the stream is not JSON',
      undefined,
    ],
    ['of a call that has no name', done(1, call('a', '')), 'a tool call has no name', undefined],
    ['of a call whose name is a blank', done(1, call('a', ' ')), 'a tool call has no name', undefined],
    ['that is a number', { error: 500 }, 'the stream reported an error', undefined],
  ])('%s is thrown with its code', (_, frame, words, code) => {
    const decoder = responses.createReplyReader();
    decoder.push({ event: undefined, data: JSON.stringify(created) });
    const data = typeof frame === 'string' ? frame : JSON.stringify(frame);
    let failure: unknown;
    try {
      decoder.push({ event: undefined, data });
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(StreamError);
    expect(failure).toMatchObject({ message: words, code });
  });

  it('is thrown although text came before', () => {
    expect(() => readFrames([created, textDelta(0, 'Hi'), failed({ error: { message: 'Oh' } })])).toThrow(
      'Oh',
    );
  });
});

describe('a second reply in the stream', () => {
  it('is an error once the first has said something', () => {
    expect(() => readFrames([created, textDelta(0, 'Hi'), created, textDelta(0, 'Ho'), completed()])).toThrow(
      'the stream mixes two replies',
    );
  });

  it('is none if the first had not begun', () => {
    expect(readFrames([created, created, textDelta(0, 'Hi'), completed()]).at(-1)).toMatchObject({
      reason: 'stop',
    });
  });
});

describe('a stream without its end', () => {
  it.each(fullStream.map((_, count) => count))('after %d messages is truncated', (count) => {
    expect(() => readFrames(fullStream.slice(0, count))).toThrow(TruncatedStreamError);
  });

  it('is truncated although [DONE] came', () => {
    expect(() => readFrames([created, textDelta(0, 'Hi'), '[DONE]'])).toThrow(TruncatedStreamError);
  });
});

describe('JSON that says nothing', () => {
  const odd: unknown[] = [
    ...[
      'null',
      '5',
      'true',
      '[]',
      '"text"',
      '{}',
      '{"type":null}',
      '{"type":5}',
      '{"type":{}}',
      '{"error":null}',
    ],
    { type: 'response.output_text.delta' },
    { type: 'response.new_thing.delta', delta: 'x', output_index: 0 },
    textDelta(0, null),
    textDelta(0, { text: 'x' }),
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: {}, delta: 7 },
    { type: 'response.function_call_arguments.delta', output_index: 9, delta: '{}' },
    { type: 'response.output_item.added', output_index: 7, item: null },
    { type: 'response.output_item.added', output_index: 7, item: { type: 'function_call', name: 5 } },
    { type: 'response.output_item.done', output_index: 7, item: [1] },
    done(7, { ...message(), content: 'x' }),
    done(8, { ...message(), content: [null, 5, { type: 'output_text', text: 5 }, { type: 'refused' }] }),
    done(10, { type: 'reasoning', summary: [null, { text: 5 }], content: 7, encrypted_content: {} }),
    { type: 'response.output_item.done', item: 'x' },
  ];

  it.each(odd.map((frame) => [JSON.stringify(frame), frame]))('%s is passed over', (_, frame) => {
    expect(readFrames([created, frame, textDelta(0, 'Hi'), completed()])).toEqual([
      start,
      text('Hi'),
      finish('stop'),
    ]);
  });

  it.each<[what: string, fields: Fields]>([
    ['a list', { usage: [1] }],
    ['text', { usage: 'much' }],
    ['null', { usage: null }],
  ])('usage that is %s is none', (_, fields) => {
    expect(readFrames([created, added(0, message()), completed(fields)])).toEqual([start, finish('stop')]);
  });

  it('usage with odd fields counts nothing', () => {
    const usage = {
      input_tokens: {},
      input_tokens_details: 5,
      output_tokens: null,
      output_tokens_details: [],
    };
    const [, event] = readFrames([
      created,
      completed({ usage }, { copilot_usage: { token_details: [null, 5] } }),
    ]);
    expect(Object.values((event as { usage: object }).usage)).toEqual(Array(6).fill(undefined));
  });
});

describe('a whole reply that is none', () => {
  it.each<[what: string, body: unknown, error: object]>([
    ['text', 'Bad Gateway', { name: 'StreamError' }],
    ['null', null, { name: 'StreamError' }],
    ['an error', { error: { message: 'Oh', code: 'c' } }, { name: 'StreamError', message: 'Oh', code: 'c' }],
    [
      'a failed reply',
      { ...response, status: 'failed', error: { message: 'Oh', code: 'c' } },
      { name: 'StreamError', message: 'Oh', code: 'c' },
    ],
    ['a cancelled reply', { ...response, status: 'cancelled' }, { name: 'StreamError', code: 'cancelled' }],
    ['a reply under way', response, { name: 'TruncatedStreamError' }],
    ['a status that is not known', { ...response, status: 'dreaming' }, { name: 'TruncatedStreamError' }],
  ])('%s is thrown', (_, body, error) => {
    expect(() => responses.readReply(body)).toThrow(expect.objectContaining(error));
  });
});

describe('the bill', () => {
  const bill = { total_nano_aiu: 2.5e9, token_details: [{ token_type: 'cache_write', token_count: 3 }] };
  it.each<[where: string, fields: Fields, beside: Fields]>([
    ['at the top of the event', {}, { copilot_usage: bill }],
    ['in the response', { copilot_usage: bill }, {}],
    ['in the usage', { usage: { copilot_usage: bill } }, {}],
  ])('is found %s', (_, fields, beside) => {
    const [, event] = readFrames([created, completed(fields, beside)]);
    expect(event).toMatchObject({ type: 'usage', usage: { credits: 2.5, cacheWriteTokens: 3 } });
  });

  it('yields to the count of the usage', () => {
    const usage = { input_tokens: 9, input_tokens_details: { cached_tokens: 1, cache_write_tokens: 8 } };
    const [, event] = readFrames([created, completed({ usage }, { copilot_usage: bill })]);
    expect(event).toMatchObject({ usage: { inputTokens: 9, cachedInputTokens: 1, cacheWriteTokens: 8 } });
  });
});
