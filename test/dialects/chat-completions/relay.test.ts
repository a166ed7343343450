import { describe, expect, it } from 'vitest';
import { nativeChatCompletions } from '../../../src/dialects/chat-completions/native.ts';
import { createRandom } from '../../helpers/random.ts';

function relay(packets: readonly string[]): string {
  const one = nativeChatCompletions.createRelay?.({ stream_options: { include_usage: true } });
  return packets.map((packet) => one?.push(packet) ?? '').join('');
}

const chunk = (delta: string): string => `data: {"choices":[{"index":0,"delta":${delta}}],"id":"c1"}`;
const named = (delta: string): string =>
  `data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":${delta}}],"id":"c1"}`;
const first = `${chunk('{"role":"assistant","content":"Hi"}')}\n\n`;

describe('chunks of a stream', () => {
  it.each([
    ['one', [first]],
    ['several in a packet', [first + first, first]],
    ['behind one that has the name', [`${named('{"role":"assistant"}')}\n\n${first}`]],
  ])('get their name: %s', (_, packets) => {
    const written = relay(packets);
    const lines = written.split('\n').filter((line) => line.startsWith('data: {'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line.slice(6)).object).toBe('chat.completion.chunk');
  });

  it('are the same whatever else a packet holds', () => {
    const random = createRandom(11);
    const pieces = [
      chunk('{"content":" word"}'),
      chunk('{"content":"data: {\\"choices\\":[{ \\ndata"}'),
      named('{"content":" word"}'),
      'data: {"choices":[],"usage":{"total_tokens":3}}',
      'data: {"choices":[],"prompt_filter_results":[]}',
      'data:{"choices":[{"index":0,"delta":{}}]}',
      'data: {"id":"c1","choices":[{"index":0,"delta":{"content":"x"}}]}',
      'data: {"error":{"message":"no"}}',
      ': data: {"choices":[{',
      'data: x',
      'event: a',
      '',
      '',
    ];
    let fast = 0;
    for (let round = 0; round < 2000; round += 1) {
      const kinds = random.integer(2) === 0 ? pieces.slice(0, 2) : pieces;
      const packets = Array.from({ length: 4 }, () =>
        Array.from({ length: 1 + random.integer(6) }, () => `${random.pick(kinds)}\n\n`).join(''),
      );
      const given = [first, ...packets];
      if (kinds.length === 2) fast += 1;
      // Lines that end with CRLF are read one by one.
      const oneByOne = relay(given.map((packet) => packet.replaceAll('\n', '\r\n')));
      expect(relay(given)).toBe(oneByOne.replaceAll('\r\n', '\n'));
    }
    expect(fast).toBeGreaterThan(100);
  });
});
