import { describe, expect, it } from 'vitest';
import { mapObjectLines } from '../../src/dialects/relay-lines.ts';
import { createRandom } from '../helpers/random.ts';

const mark = (line: string): string => (line.includes('keep') ? line : `${line}!`);

describe('lines of a stream that hold an object', () => {
  it.each([
    ['one event', 'data: {"a":1}\n\n', 'data: {"a":1}!\n\n'],
    ['no blank after the colon', 'data:{"a":1}\n\n', 'data:{"a":1}!\n\n'],
    ['a name before it', 'event: x\ndata: {}\n\n', 'event: x\ndata: {}!\n\n'],
    ['two events, of which one is kept', 'data: {keep}\n\ndata: {}\n\n', 'data: {keep}\n\ndata: {}!\n\n'],
    ['CRLF', 'data: {}\r\n\r\ndata: {}\r\n\r\n', 'data: {}!\r\n\r\ndata: {}!\r\n\r\n'],
    ['no line end', 'data: {}', 'data: {}!'],
    ['the end of a stream', 'data: [DONE]\n\n', 'data: [DONE]\n\n'],
    ['a comment', ': data: {}\n\n', ': data: {}\n\n'],
    ['nothing', '', ''],
  ])('are rewritten, and nothing else: %s', (_, events, written) => {
    expect(mapObjectLines(events, mark)).toBe(written);
  });

  it('are the same as a regular expression finds, in random streams', () => {
    const random = createRandom(7);
    const pieces = ['data: {"a":1}', 'data:{}', 'data: {keep}', 'data: x', ' data: {}', 'event: a', '', ':'];
    for (let round = 0; round < 500; round += 1) {
      const lines = Array.from({ length: 12 }, () => random.pick(pieces));
      const events = lines.join(random.pick(['\n', '\r\n', '\n']));
      expect(mapObjectLines(events, mark)).toBe(events.replaceAll(/^data: ?\{.*$/gm, mark));
    }
  });
});
