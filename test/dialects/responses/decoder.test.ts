import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import {
  added,
  argumentsDelta,
  call,
  callDelta,
  completed,
  created,
  done,
  finish,
  fullEvents,
  fullStream,
  incomplete,
  message,
  ping,
  readFrames,
  readPackets,
  reasoning,
  response,
  sealed,
  start,
  text,
  textDelta,
  toBytes,
  toMessage,
} from './streams.ts';

describe('a stream as the service sends it', () => {
  it('is a start, thinking, text, calls, the usage and a finish', () => {
    expect(readFrames(fullStream)).toEqual(fullEvents);
  });

  it('gives the same events wherever its bytes are cut', () => {
    const bytes = toBytes(fullStream.map(toMessage));
    expect(readPackets([bytes])).toEqual(fullEvents);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const events = readPackets([bytes.subarray(0, cut), bytes.subarray(cut)]);
      if (events.length !== fullEvents.length) expect(events, `cut at ${cut}`).toEqual(fullEvents);
      expect(JSON.stringify(events)).toBe(JSON.stringify(fullEvents));
    }
  });

  it('gives the same events byte by byte', () => {
    const bytes = toBytes(fullStream.map(toMessage));
    expect(readPackets(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(fullEvents);
  });

  it('tells each delta at once', () => {
    const decoder = responses.createReplyReader();
    expect(decoder.push(toMessage(created))).toEqual([start]);
    expect(decoder.push(toMessage(added(0, message())))).toEqual([]);
    expect(decoder.push(toMessage(textDelta(0, 'Hi')))).toEqual([text('Hi')]);
    expect(decoder.push(toMessage(completed()))).toEqual([finish('stop')]);
    expect(decoder.end()).toEqual([]);
  });

  it.each<[what: string, frames: unknown[], events: ChatEvent[]]>([
    [
      'without a word who answers',
      [textDelta(0, 'Hi'), completed()],
      [{ ...start, id: undefined, model: undefined } as ChatEvent, text('Hi'), finish('stop')],
    ],
    [
      'that opens an item before it says who answers',
      [added(0, message()), created, textDelta(0, 'Hi'), completed()],
      [start, text('Hi'), finish('stop')],
    ],
    ['that is one terminal event', [completed()], [start, finish('stop')]],
    [
      'whose only event holds the output',
      [completed({ output: [reasoning('S', 'Hm'), message('Hi')] })],
      [start, sealed(0, 'S', 'Hm'), text('Hi'), finish('stop')],
    ],
    [
      'with [DONE] at the end',
      [created, textDelta(0, 'Hi'), completed(), '[DONE]'],
      [start, text('Hi'), finish('stop')],
    ],
    [
      'with anything behind the end',
      [created, completed(), textDelta(0, 'no'), '}', completed()],
      [start, finish('stop')],
    ],
    [
      'with pings of any form',
      [created, ping, { event: 'ping' }, '', ' ', textDelta(0, 'Hi'), completed()],
      [start, text('Hi'), finish('stop')],
    ],
    [
      'with items that are not known',
      [
        created,
        added(0, { type: 'web_search_call' }),
        { type: 'response.web_search_call.searching', output_index: 0 },
        done(0, { type: 'web_search_call' }),
        textDelta(1, 'Hi'),
        completed(),
      ],
      [start, text('Hi'), finish('stop')],
    ],
    [
      'whose text comes only when the item is done',
      [created, added(0, message()), done(0, message('Hi', ' you')), completed()],
      [start, text('Hi'), text(' you'), finish('stop')],
    ],
    [
      'whose items are done twice',
      [created, done(0, message('Hi')), done(0, message('Hi')), completed()],
      [start, text('Hi'), finish('stop')],
    ],
    [
      'with a refusal',
      [
        created,
        { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'I cannot.' },
        done(0, { ...message(), content: [{ type: 'refusal', refusal: 'I cannot.' }] }),
        completed(),
      ],
      [start, { type: 'text-delta', text: 'I cannot.', kind: 'refusal' }, finish('refusal')],
    ],
    [
      'with a refusal in one piece',
      [created, done(0, { ...message(), content: [{ type: 'refusal', refusal: 'No.' }] }), completed()],
      [start, { type: 'text-delta', text: 'No.', kind: 'refusal' }, finish('refusal')],
    ],
    [
      'cut by its limit',
      [created, textDelta(0, 'Hi'), incomplete('max_output_tokens')],
      [start, text('Hi'), finish('length')],
    ],
    [
      'cut in a call',
      [created, added(0, call('c', 'read')), argumentsDelta(0, '{"a'), incomplete('max_output_tokens')],
      [start, callDelta(0, '', 'c', 'read'), callDelta(0, '{"a'), finish('length')],
    ],
    ['cut by a filter', [created, incomplete('content_filter')], [start, finish('content-filter')]],
    [
      'cut by something new',
      [created, incomplete('boredom')],
      [start, { type: 'finish', reason: 'other', detail: 'incomplete: boredom' }],
    ],
    [
      'cut by nobody knows what',
      [created, { type: 'response.incomplete' }],
      [start, { type: 'finish', reason: 'other', detail: 'incomplete' }],
    ],
  ])('%s is read', (_, frames, events) => {
    expect(readFrames(frames)).toEqual(events);
  });
});

describe('a whole reply', () => {
  const reply = {
    ...response,
    status: 'completed',
    output: [reasoning('S', 'Hm'), message('Hi'), call('a', 'x', '{"k":1}')],
    usage: { input_tokens: 3 },
    copilot_usage: { total_nano_aiu: 5e8, token_details: [{ token_type: 'cache_write', token_count: 2 }] },
  };

  it('is the same events as a stream', () => {
    const usage = expect.objectContaining({ inputTokens: 3, cacheWriteTokens: 2, credits: 0.5 });
    expect(responses.readReply(reply)).toEqual([
      start,
      sealed(0, 'S', 'Hm'),
      text('Hi'),
      callDelta(0, '{"k":1}', 'a', 'x'),
      { type: 'usage', usage },
      finish('tool-calls'),
    ]);
  });

  it('may be cut', () => {
    const cut = { ...reply, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    expect(responses.readReply(cut).at(-1)).toEqual(finish('length'));
  });

  it('is read without a status, too', () => {
    expect(responses.readReply({ output: [message('Hi')] }).slice(1)).toEqual([text('Hi'), finish('stop')]);
  });
});
