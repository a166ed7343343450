import { describe, expect, it } from 'vitest';
import { formatFiles } from '../../src/attachments/format-files.ts';
import { createRandom } from '../helpers/random.ts';

const format = (label: string, text: string): string => formatFiles([{ label, text }])[0]?.text ?? '';

describe('a file in a prompt', () => {
  it.each<[name: string, text: string, formatted: string]>([
    ['ends its last line', 'one\ntwo', 'File: a.ts\n```\none\ntwo\n```\n'],
    ['keeps the end of its last line', 'one\n', 'File: a.ts\n```\none\n```\n'],
    ['may be empty', '', 'File: a.ts\n```\n```\n'],
    ['may hold a fence', '```js\n1\n```\n', 'File: a.ts\n````\n```js\n1\n```\n````\n'],
    ['may hold a fence of five', '`````', 'File: a.ts\n``````\n`````\n``````\n'],
    ['may hold single backticks', '`x`', 'File: a.ts\n```\n`x`\n```\n'],
  ])('%s', (_, text, formatted) => {
    expect(format('a.ts', text)).toBe(formatted);
  });

  it('has a label of one line, whatever its name', () => {
    expect(format('a\n```\nb\u001b[2J.ts', 'x').split('\n')[0]).toBe('File: a ``` b[2J.ts');
  });

  it('is a part of its own', () => {
    const files = [
      { label: 'a', text: '1' },
      { label: 'b', text: '2' },
    ];
    expect(formatFiles(files).map(({ text }) => text.split('\n')[0])).toEqual(['File: a', 'File: b']);
    expect(formatFiles([])).toEqual([]);
  });

  it('can be read back: no text ends its own fence', () => {
    const random = createRandom(3);
    for (let round = 0; round < 500; round += 1) {
      const text = Array.from({ length: 8 }, () =>
        random.pick(['`', '``', '```', '\n', '\r', 'x', '~~~']),
      ).join('');
      const [, fence = '', ...lines] = format('f', text).split('\n');
      const closing = lines.findIndex((line) => line.trimEnd().startsWith(fence));
      const body = lines.slice(0, closing).join('\n');
      expect([text, text.replace(/\n$/, '')]).toContain(body);
      expect(lines.slice(closing + 1)).toEqual(['']);
    }
  });
});
