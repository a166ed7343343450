import { describe, expect, it } from 'vitest';
import { createMarkdownStream } from '../../src/markdown/markdown-stream.ts';
import { createLook } from '../../src/repl/look.ts';
import { createTranscript, shortenPrompt } from '../../src/repl/transcript.ts';

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

describe('what is said in the middle of an answer', () => {
  const look = createLook({
    themeChoice: 'none',
    background: undefined,
    level: 'none',
    links: false,
    motion: true,
    statusFields: [],
  });

  it.each([
    ['before its first line is whole', ['One ', 'word.\n']],
    ['behind a paragraph', ['One word.\n\n', 'Another.\n']],
    ['in the middle of a paragraph', ['One word\n', 'or two.\n']],
    ['behind a list', ['- One word.\n\n', 'Another.\n']],
  ])('stands between single blank lines: %s', (_, [before = '', after = '']) => {
    const lines: string[] = [];
    const transcript = createTranscript({
      commit: (more) => lines.push(...more),
      invalidate: () => {},
      look: () => look,
      columns: () => 40,
      now: () => 0,
      createMarkdown: (columns) => createMarkdownStream({ theme: look.theme, links: false, columns }),
    });
    transcript.printPrompt('why');
    transcript.addText(before);
    transcript.draw(9);
    transcript.notice('A notice.');
    transcript.beginCommand('/usage');
    transcript.notice('Its result.');
    transcript.endCommand();
    transcript.addText(after);
    transcript.draw(9);
    transcript.endAnswer();
    expect(lines.join('\n')).not.toContain('\n\n\n');
    expect(lines.join('\n')).toMatch(/^› why\n\n(?:● .*\n\n)?· A notice\.\n\n› \/usage\n⎿ Its result\.\n\n/);
  });
});
