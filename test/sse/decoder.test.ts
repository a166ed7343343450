import { describe, expect, it } from 'vitest';
import { createSseDecoder, type SseMessage, SseTooLongError } from '../../src/sse/decoder.ts';

const encoder = new TextEncoder();

function decode(packets: Iterable<Uint8Array>): SseMessage[] {
  const decoder = createSseDecoder();
  const messages: SseMessage[] = [];
  for (const packet of packets) messages.push(...decoder.push(packet));
  return [...messages, ...decoder.end()];
}

const decodeText = (text: string): SseMessage[] => decode([encoder.encode(text)]);
const dataOf = (messages: SseMessage[]): string[] => messages.map(({ data }) => data);
const message = (data: string, event?: string): SseMessage => ({ event, data });

/** Endless numbers from 0 to below 1, the same ones for the same seed. */
function* randomNumbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function* cutRandomly(bytes: Uint8Array, seed: number, longest: number): Generator<Uint8Array> {
  const numbers = randomNumbers(seed);
  let start = 0;
  while (start < bytes.length) {
    const end = start + Math.floor(numbers.next().value * (longest + 1));
    yield bytes.subarray(start, end);
    start = end;
  }
}

describe('the event-stream grammar', () => {
  it.each<[what: string, text: string, messages: SseMessage[]]>([
    ['lines that end in LF', 'data: a\n\ndata: b\n\n', [message('a'), message('b')]],
    ['lines that end in CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', [message('a'), message('b')]],
    ['lines that end in CR', 'data: a\r\rdata: b\r\r', [message('a'), message('b')]],
    [
      'line endings of all three kinds',
      'data: a\r\n\ndata: b\r\r\ndata: c\n\r',
      ['a', 'b', 'c'].map((data) => message(data)),
    ],
    ['a CRLF, which is one line ending and not two', 'data: a\r\ndata: b\r\n\r\n', [message('a\nb')]],
    ['data without a space', 'data:a\n\n', [message('a')]],
    ['data with two spaces, of which one belongs to the value', 'data:  a \n\n', [message(' a ')]],
    ['data with a tab, which belongs to the value', 'data:\ta\n\n', [message('\ta')]],
    ['data with colons of its own', 'data: {"a":"b: c"}\n\n', [message('{"a":"b: c"}')]],
    ['several data lines, joined by newlines', 'data: a\ndata:\ndata: b\n\n', [message('a\n\nb')]],
    ['empty data', 'data:\n\n', [message('')]],
    ['a data field without a colon', 'data\n\ndata\ndata\n\n', [message(''), message('\n')]],
    ['an event name before the data', 'event: ping\ndata: a\n\n', [message('a', 'ping')]],
    ['an event name after the data', 'data: a\nevent:ping\n\n', [message('a', 'ping')]],
    ['the last of two event names', 'event: a\nevent: b\ndata: c\n\n', [message('c', 'b')]],
    [
      'an event name that is not left over for the next message',
      'event: a\ndata: b\n\ndata: c\n\n',
      [message('b', 'a'), message('c')],
    ],
    ['an event name without data, which is no message', 'event: a\n\ndata: b\n\n', [message('b')]],
    [
      'comments between messages and inside one',
      ': a\n\n:\ndata: b\n:data: x\ndata: c\n\n: d\n\n',
      [message('b\nc')],
    ],
    [
      'fields that are not known',
      'id: 1\nretry: 5\nfoo\nDATA: x\ndatabase: y\n data: z\ndata: a\n\n',
      [message('a')],
    ],
    ['nothing but blank lines', '\n\r\n\r\n\n', []],
    ['nothing at all', '', []],
    ['a byte-order mark in front', '\ufeffdata: a\n\n', [message('a')]],
    ['a byte-order mark in the text, which stays', 'data: a\ufeffb\n\n', [message('a\ufeffb')]],
    [
      'separators that are no line endings',
      'data: a\u2028b\u0085c\u000bd\n\n',
      [message('a\u2028b\u0085c\u000bd')],
    ],
    ['a last message without its blank line', 'data: a\n\ndata: b\n', [message('a'), message('b')]],
    ['a last message without any line ending', 'data: a\n\ndata: b', [message('a'), message('b')]],
    ['a last message behind a CR', 'data: a\r', [message('a')]],
    ['a last line that is a comment', 'data: a\n\n: bye', [message('a')]],
  ])('reads %s', (_, text, messages) => {
    expect(decodeText(text)).toEqual(messages);
  });

  it('gives a message at once when its blank line has come', () => {
    const decoder = createSseDecoder();
    expect(decoder.push(encoder.encode('data: a\n'))).toEqual([]);
    expect(decoder.push(encoder.encode('\n'))).toEqual([message('a')]);
    expect(decoder.push(encoder.encode('data: b\r\r'))).toEqual([message('b')]);
    expect(decoder.end()).toEqual([]);
  });

  it('puts a replacement character if the stream ends inside a character', () => {
    const bytes = encoder.encode('data: é');
    expect(decode([bytes.subarray(0, -1)])).toEqual([message('\ufffd')]);
  });
});

const streams: Record<string, string> = {
  'an answer of chunks': [
    ': connected\n\n',
    'data: {"choices":[],"created":0,"id":"","model":""}\n\n',
    'data: {"choices":[{"index":0,"delta":{"content":"Grüße, 世界 👋🏽"}}]}\n\n',
    ': keep-alive\n\n',
    'data: {"choices":[{"finish_reason":"stop","index":0,"delta":{"content":null}}]}\n\n',
    'data: [DONE]\n\n',
  ].join(''),
  'named events behind CRLF':
    'event: message_start\r\ndata: {"type":"message_start"}\r\n\r\nevent: ping\r\ndata:\r\n\r\nevent: message_stop\r\ndata: {"é":1}\r\ndata: {}\r\n\r\n',
  'lines behind a lone CR': 'data: ä\rdata: b\r\revent: c\rdata: 𝄞\r\r: d\r\rdata: e\r\r',
  'every line ending at once':
    '\ufeffdata: a\r\n\r\ndata: b\n\ndata: c\r\rdata: d\r\n\ndata: e\r\n\rdata: f\n\r\ndata: g',
};

describe.each(Object.entries(streams))('%s', (_, text) => {
  const bytes = encoder.encode(text);
  const whole = decode([bytes]);

  it('gives messages', () => {
    expect(whole.length).toBeGreaterThan(2);
    expect(JSON.stringify(whole)).not.toContain('\ufffd');
  });

  it('gives the same messages cut in two at every byte', () => {
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(decode([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at byte ${cut}`).toEqual(whole);
    }
  });

  it('gives the same messages with an empty packet in every cut', () => {
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const packets = [bytes.subarray(0, cut), new Uint8Array(), bytes.subarray(cut)];
      expect(decode(packets), `cut at byte ${cut}`).toEqual(whole);
    }
  });

  it('gives the same messages byte by byte', () => {
    expect(decode(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('gives the same messages in packets of random sizes', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      expect(decode(cutRandomly(bytes, seed, 1 + (seed % 40))), `seed ${seed}`).toEqual(whole);
    }
  });
});

describe('bytes of any kind', () => {
  it('are read as a TextDecoder reads them, wherever they are cut', () => {
    const pieces = ['a', 'é', '世', '🎉', '\ufeff'].map((text) => [...encoder.encode(text)]);
    const all = [...pieces, [0xff], [0xe4], [0xf0, 0x9f], [0x80], [0xc3, 0x28], [0xed, 0xa0, 0x80], []];
    const numbers = randomNumbers(7);
    const pick = (): number[] => all[Math.floor(numbers.next().value * all.length)] ?? [];
    for (let round = 0; round < 2_000; round += 1) {
      const start = round % 3 === 0 ? [0xef, 0xbb, 0xbf] : [];
      const line = [...start, ...encoder.encode('data: '), ...Array.from({ length: 8 }, pick).flat()];
      const bytes = Uint8Array.from(line);
      const expected = new TextDecoder().decode(bytes).replace('data: ', '');
      expect(dataOf(decode(cutRandomly(bytes, round, 1 + (round % 5)))), `${bytes}`).toEqual([expected]);
    }
  });

  it('keep a byte-order mark that begins a later packet', () => {
    const packets = ['data: a', '\ufeffb\n\n', '\ufeffdata: c\n\n'];
    expect(dataOf(decode(packets.map((text) => encoder.encode(text))))).toEqual(['a\ufeffb']);
  });
});

describe('a lone CR at the end of a packet', () => {
  it.each<[what: string, packets: string[], data: string[]]>([
    ['ends a line where no LF follows', ['data: a\r', 'data: b\r\r'], ['a\nb']],
    ['takes the LF that opens the next packet', ['data: a\r', '\ndata: b\r\n\r\n'], ['a\nb']],
    ['takes one LF only', ['data: a\r', '\n\ndata: b\n\n'], ['a', 'b']],
    [
      'that is the blank line itself does not swallow the next blank line',
      ['data: a\r\r', '\n\ndata: b\n\n'],
      ['a', 'b'],
    ],
    ['is not forgotten over an empty packet', ['data: a\r', '', '\ndata: b\n\n'], ['a\nb']],
  ])('%s', (_, packets, data) => {
    expect(dataOf(decode(packets.map((text) => encoder.encode(text))))).toEqual(data);
  });
});

describe('a long line', () => {
  it('of 20 MB in packets of 64 KB is read in well under two seconds', { tags: 'deep' }, () => {
    const line = `data: ${'x'.repeat(20 * 1024 * 1024)}`;
    const bytes = encoder.encode(`${line}\n\n`);
    const packets: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; start += 65_536)
      packets.push(bytes.subarray(start, start + 65_536));
    const startedAt = performance.now();
    const [read, ...rest] = decode(packets);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(read?.data.length).toBe(20 * 1024 * 1024);
    expect(rest).toEqual([]);
  });

  it.each<[how: string, packets: string[]]>([
    ['in one packet', ['data: 12345\n\n']],
    ['over two packets, the end of the line in the second', ['data: 123', '45\n\n']],
    ['byte by byte', [...'data: 12345\n\n']],
    ['without an end', ['data: 12345']],
    ['behind a short line', ['data: 1\ndata: 12345\n\n']],
    ['as a comment', [': 123456789\n\n']],
    ['as a message of many lines', Array.from({ length: 10 }, () => 'data: 1\n')],
    ['as a message of many empty lines', Array.from({ length: 10 }, () => 'data\n')],
  ])('past the limit is an error, %s', (_, packets) => {
    const decoder = createSseDecoder(10);
    const push = (): void => {
      for (const packet of packets) decoder.push(encoder.encode(packet));
    };
    expect(push).toThrow(SseTooLongError);
  });

  it.each<[how: string, packets: string[]]>([
    ['in one packet', ['data: 1234\n\n']],
    ['byte by byte', [...'data: 1234\n\n']],
    ['many times over, for the limit is one of lines', ['data: 1234\n\n'.repeat(50)]],
  ])('of just the limit is read, %s', (_, packets) => {
    const decoder = createSseDecoder(10);
    const messages = packets.flatMap((packet) => decoder.push(encoder.encode(packet)));
    expect(new Set(dataOf(messages))).toEqual(new Set(['1234']));
  });

  it('has no limit below 20 MB if none is given, and one before it fills the memory', () => {
    const decoder = createSseDecoder();
    const packet = encoder.encode('x'.repeat(1024 * 1024));
    for (let megabytes = 0; megabytes < 21; megabytes += 1) decoder.push(packet);
    expect(() => {
      for (let megabytes = 0; megabytes < 200; megabytes += 1) decoder.push(packet);
    }).toThrow(SseTooLongError);
  });
});
