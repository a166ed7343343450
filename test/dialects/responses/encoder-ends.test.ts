import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import { fullEvents, readPackets, text, toBytes } from './streams.ts';

const options = { model: 'my-model', id: 'resp_1', created: 1793000000 };
const begin: ChatEvent = { type: 'start', id: undefined, model: undefined };

describe('a stream that breaks', () => {
  const error = { status: 502, code: 'server_error', message: 'Broken' };

  it('says so in both ways that clients know, and ends nothing', () => {
    const encoder = responses.createReplyWriter(options);
    const before = [begin, text('Hi')].flatMap((event) => encoder.push(event)).length;
    const frames = encoder.fail(error).map(({ event, data }) => [event, JSON.parse(data)]);
    const place = { sequence_number: before };
    expect(frames).toEqual([
      [
        'error',
        {
          type: 'error',
          ...place,
          code: 'server_error',
          message: 'Broken',
          param: null,
          error: { type: 'server_error', code: 'server_error', message: 'Broken', param: null },
        },
      ],
      [
        'response.failed',
        expect.objectContaining({
          sequence_number: before + 1,
          response: expect.objectContaining({
            id: 'resp_1',
            status: 'failed',
            error: { code: 'server_error', message: 'Broken' },
          }),
        }),
      ],
    ]);
  });

  it('before it began is the error alone', () => {
    expect(
      responses
        .createReplyWriter(options)
        .fail(error)
        .map(({ event }) => event),
    ).toEqual(['error', 'response.failed']);
  });

  it('is read as a failure with its code', () => {
    const encoder = responses.createReplyWriter(options);
    const messages = [...encoder.push(begin), ...encoder.push(text('Hi')), ...encoder.fail(error)];
    expect(() => readPackets([toBytes(messages)])).toThrow(
      expect.objectContaining({ name: 'StreamError', message: 'Broken', code: 'server_error' }),
    );
  });
});

describe('the whole reply for a caller', () => {
  it('is the response that ends the stream', () => {
    const encoder = responses.createReplyWriter(options);
    const last = JSON.parse(fullEvents.flatMap((event) => encoder.push(event)).at(-1)?.data ?? '');
    expect(responses.writeReply(fullEvents, options)).toEqual(last.response);
  });

  it('is not made of half a reply', () => {
    expect(() => responses.writeReply(fullEvents.slice(0, -1), options)).toThrow(
      expect.objectContaining({ name: 'TruncatedStreamError' }),
    );
  });
});
