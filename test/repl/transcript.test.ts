import { describe, expect, it } from 'vitest';
import { shortenPrompt } from '../../src/repl/transcript.ts';

const listLines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n');

describe('a prompt in the scrollback', () => {
  it.each(['', 'one', listLines(40), 'x'.repeat(4_000)])('is shown whole where it is short', (prompt) => {
    expect(shortenPrompt(prompt)).toEqual({ shown: prompt, omitted: undefined });
  });

  it('is shown by its first lines if it has many', () => {
    expect(shortenPrompt(listLines(41))).toEqual({ shown: listLines(40), omitted: '… 1 more line' });
    expect(shortenPrompt(listLines(100_000)).omitted).toBe('… 99960 more lines');
  });

  it('ends with a whole line if the lines are long', () => {
    const prompt = Array.from({ length: 10 }, () => 'x'.repeat(1_200)).join('\n');
    const { shown, omitted } = shortenPrompt(prompt);
    expect(shown.split('\n').map((line) => line.length)).toEqual([1_200, 1_200, 1_200]);
    expect(omitted).toBe('… 7 more lines');
  });

  it('is cut between characters if it is one long line', () => {
    const { shown, omitted } = shortenPrompt(`x${'😀'.repeat(5_000)}`);
    expect(shown).toBe(`x${'😀'.repeat(1_999)}`);
    expect(omitted).toMatch(/^… \d+ more characters$/);
  });
});
