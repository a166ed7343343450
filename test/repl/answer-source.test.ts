import { describe, expect, it } from 'vitest';
import { createMarkdownStream } from '../../src/markdown/markdown-stream.ts';
import { createAnswerSource } from '../../src/repl/answer-source.ts';
import { createTheme } from '../../src/terminal/theme.ts';

const createMarkdown = (columns: number) =>
  createMarkdownStream({ theme: createTheme('none', 'none'), links: false, columns });

/** Lays out a text as it arrives. Returns the source, and the lines of each place. */
function play(text: string, columns: number) {
  const source = createAnswerSource();
  const markdown = createMarkdown(columns);
  const places: string[][] = [];
  const keep = (piece: string, lines: string[], isLast = false): void => {
    const place = source.add(piece, lines.length > 0, isLast);
    if (place !== undefined) places[place] = lines;
  };
  for (const piece of source.cut(text)) keep(piece, markdown.push(piece));
  keep('', markdown.end(), true);
  return { source, places };
}

describe('the source of an answer', () => {
  it.each([
    ['paragraphs', 'one two three four five six\n\nseven eight nine ten eleven twelve\n\nthe end'],
    ['a list', '- one two three four five\n- six seven eight nine ten\n\n  eleven twelve thirteen'],
    ['code', 'Text.\n\n```ts\nconst one = two + three + four;\n```\nAnd more text behind it.'],
    ['a table', '| a | b |\n| - | - |\n| one two three | four five six |\n'],
    ['one line without an end', 'one two three four five six seven eight'],
  ])('gives the lines of each place for any width: %s', (_, text) => {
    for (const [before, after] of [
      [60, 20],
      [20, 60],
      [33, 33],
    ] as const) {
      const { source, places } = play(text, before);
      expect(source.layOut(after, createMarkdown)).toEqual(play(text, after).places);
      expect(places.length).toBe(play(text, after).places.length);
    }
  });

  it('lays out anew each time the screen is drawn anew', async () => {
    const { source } = play('one two three four five six\n\nseven', 60);
    expect(source.layOut(60, createMarkdown)).toHaveLength(2);
    await Promise.resolve();
    expect(source.layOut(12, createMarkdown)[0]).toEqual(['one two', 'three four', 'five six']);
  });

  it('does not keep an answer that is longer than many windows', () => {
    const line = `${'word '.repeat(20)}\n\n`;
    const { source, places } = play(line.repeat(3_000), 60);
    expect(source.layOut(60, createMarkdown)).toEqual([]);
    expect(places.length).toBeLessThan(3_000);
    expect(source.cut(line.repeat(10))).toHaveLength(1);
  });
});
