import { describe, expect, it } from 'vitest';
import { findNextBoundary, findPreviousBoundary, toBoundary } from '../../../src/repl/composer/graphemes.ts';
import { createRandom } from '../../helpers/random.ts';

const pieces = [
  'a',
  'b ',
  '\n',
  '\r\n',
  '\r',
  'é',
  'e\u0301',
  '\u0301',
  '世',
  '한',
  '\u1112\u1161\u11ab',
  '🇩🇪',
  '🇩',
  '👩‍👩‍👧',
  '\u200d',
  '👍🏽',
  '1️⃣',
  'क्षि',
  'กำ',
  '\u0600',
  '\udc00',
  '\u001b',
  '\t',
  'ﾞ',
];

/** By Intl.Segmenter, but for halves of characters, which join nothing. */
function cutWhole(text: string): number[] {
  const lengths = text
    .split(/([\udc00-\udfff])/u)
    .flatMap((piece) => [...new Intl.Segmenter('en').segment(piece)].map(({ segment }) => segment.length));
  let end = 0;
  return [0, ...lengths.map((length) => (end += length))];
}

function walk(text: string): number[] {
  const found = [0];
  while ((found.at(-1) ?? 0) < text.length) found.push(findNextBoundary(text, found.at(-1) ?? 0));
  return found;
}

function walkBack(text: string): number[] {
  const found = [text.length];
  while ((found[0] ?? 0) > 0) found.unshift(findPreviousBoundary(text, found[0] ?? 0));
  return found;
}

describe('the boundaries between graphemes', () => {
  it('are those of the whole text, in both directions and from any place', () => {
    const random = createRandom(3);
    for (let round = 0; round < 150; round += 1) {
      const text = Array.from({ length: random.integer(60) }, () => random.pick(pieces)).join('');
      const expected = cutWhole(text);
      if (text === '') continue;
      expect(walk(text), JSON.stringify(text)).toEqual(expected);
      expect(walkBack(text), JSON.stringify(text)).toEqual(expected);
      for (let offset = 0; offset <= text.length; offset += 1) {
        const next = expected.find((boundary) => boundary >= offset);
        expect(toBoundary(text, offset), `${JSON.stringify(text)} at ${offset}`).toBe(next);
      }
    }
  });

  it.each([
    ['hundreds of flags', '🇩🇪'.repeat(300), 4],
    ['a letter with a thousand accents', `xa${'\u0301'.repeat(1000)}`, 1001],
    ['a family without end', `x${'👩\u200d'.repeat(300)}👩`, 902],
  ])('are found in %s', (_, text, length) => {
    expect(findPreviousBoundary(text, text.length)).toBe(text.length - length);
    expect(toBoundary(text, text.length - 1)).toBe(text.length);
    expect(walkBack(text)).toEqual(walk(text));
  });
});
