import { describe, expect, test } from 'vitest';
import { StreamError, TruncatedStreamError } from '../../../src/dialects/dialect.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import { begin, finish, open, readStream, say, streams, toSse, type WireEvent } from './streams.ts';

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('errors inside a stream are thrown with their code', () => {
  const overloaded = { type: 'overloaded_error', message: 'Overloaded' };

  test.each<[string, object, string, string | undefined]>([
    ['of Anthropic', { type: 'error', error: overloaded }, 'Overloaded', 'overloaded_error'],
    ['with a code', { type: 'error', error: { ...overloaded, code: 'x' } }, 'Overloaded', 'x'],
    ['without a type', { error: { message: 'No', code: 'rate_limited' } }, 'No', 'rate_limited'],
    ['a plain text', { error: 'No' }, 'No', undefined],
    [
      'beside the last word',
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, error: overloaded },
      'Overloaded',
      'overloaded_error',
    ],
    [
      'in the first event',
      { type: 'message_start', message: { content: [], error: overloaded } },
      'Overloaded',
      'overloaded_error',
    ],
    ['flat', { type: 'error', message: 'No', code: 'c' }, 'No', 'c'],
    ['empty', { type: 'error' }, 'the stream reported an error', 'error'],
    [
      'of a call that has no name',
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', input: {} } },
      'a tool call has no name',
      undefined,
    ],
    [
      'of a call whose name is a blank',
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 'a', name: ' ', input: {} },
      },
      'a tool call has no name',
      undefined,
    ],
    ['that is a number', { type: 'ping', error: 500 }, 'the stream reported an error', undefined],
    [
      'of other shapes',
      { type: 'error', error: { message: {}, code: 3 } },
      'the stream reported an error',
      undefined,
    ],
  ])('%s', (_, event, message, code) => {
    const decoder = messages.createReplyReader();
    const error = catchError(() => decoder.push({ event: undefined, data: JSON.stringify(event) }));
    expect(error).toBeInstanceOf(StreamError);
    expect(error).toMatchObject({ message, code });
  });

  test('an error event that is not JSON is told as it is', () => {
    const decoder = messages.createReplyReader();
    const push = () => decoder.push({ event: 'error', data: 'upstream connect error' });
    expect(push).toThrow(new StreamError('upstream connect error'));
  });

  test('other data that is not JSON is an error', () => {
    const decoder = messages.createReplyReader();
    expect(() => decoder.push({ event: 'message_start', data: '{"type":' })).toThrow(StreamError);
  });

  test('JSON that is no object is passed over', () => {
    const decoder = messages.createReplyReader();
    const values = ['null', '1', '"text"', '[]', 'true'];
    expect(values.flatMap((data) => decoder.push({ event: 'message_stop', data }))).toEqual([]);
  });
});

describe('a stream that breaks off is truncated, whatever it said', () => {
  test.each<[string, WireEvent[]]>([
    ['nothing', []],
    ['a beginning', [begin()]],
    ['text', [begin(), say(0, 'Hi')]],
    ['usage without a stop reason', [begin(), finish(null)]],
  ])('%s', (_, stream) => {
    expect(() => readStream(stream)).toThrow(TruncatedStreamError);
  });

  test('a [DONE] is no end', () => {
    const decoder = messages.createReplyReader();
    decoder.push(toSse(begin()));
    decoder.push({ event: undefined, data: '[DONE]' });
    expect(() => decoder.end()).toThrow(TruncatedStreamError);
  });

  test('every cut before the stop reason is found', () => {
    for (const stream of Object.values(streams)) {
      const whole = stream.findIndex(({ type }) => type === 'message_delta');
      for (let count = 0; count < whole; count += 1) {
        expect(() => readStream(stream.slice(0, count))).toThrow(TruncatedStreamError);
      }
    }
  });
});

test('the beginnings of two replies are no answer', () => {
  const first = open(0, { type: 'text', text: '' });
  const rest = [first, say(0, 'Whole'), finish('end_turn')];
  const read = (events: WireEvent[]) => catchError(() => readStream(events));
  expect(read([begin(), first, say(0, 'Half'), begin(), ...rest])).toMatchObject({
    message: 'the stream holds the beginnings of two replies',
  });
  // A gateway may say the first twice.
  expect(read([begin(), begin(), ...rest])).toBeUndefined();
});

test('a usual end behind another one does not hide it', () => {
  const said = [begin(), open(0, { type: 'text', text: '' }), say(0, 'Half')];
  const events = readStream([...said, finish('max_tokens'), finish('end_turn')]);
  expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'length' });
});
