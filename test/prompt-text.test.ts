import { describe, expect, it } from 'vitest';
import {
  composePrompt,
  isTyped,
  joinTexts,
  type PromptText,
  sliceText,
  splitByOrigin,
  toData,
  toTyped,
  trimText,
} from '../src/prompt-text.ts';

/** Typed text stands in angle brackets. */
const show = (prompt: PromptText): string =>
  splitByOrigin(prompt)
    .map((piece) => (piece.isTyped ? `<${piece.text}>` : piece.text))
    .join('');

const mixed = joinTexts([toTyped('one'), toData('two'), toTyped('three')], ' ');

describe('a text that knows who wrote it', () => {
  it('keeps that where it is joined, cut and trimmed', () => {
    expect(show(mixed)).toBe('<one> two <three>');
    expect(show(joinTexts([mixed, mixed]))).toBe('<one> two <threeone> two <three>');
    expect(show(sliceText(mixed, 1, 6))).toBe('<ne> tw');
    expect(show(sliceText(mixed, 9))).toBe('<hree>');
    expect(show(trimText(joinTexts([toData('  '), toTyped(' a '), toData(' ')])))).toBe('<a>');
    expect(show(trimText(toTyped('  ')))).toBe('');
    expect(show(toTyped(''))).toBe('');
  });

  it('is typed from here to there only if all of it is', () => {
    expect([isTyped(mixed, 0, 3), isTyped(mixed, 0, 4), isTyped(mixed, 2, 9), isTyped(mixed, 8, 13)]).toEqual(
      [true, false, false, true],
    );
    expect(isTyped(joinTexts([toTyped('a'), toTyped('b')]), 0, 2)).toBe(true);
  });
});

describe('a prompt', () => {
  it.each<[name: string, words: string[], stdin: string | undefined, prompt: string | undefined]>([
    ['is the words, with spaces between them', ['why', 'is', 'it', 'blue?'], undefined, 'why is it blue?'],
    ['is stdin where there are no words', [], 'diff --git', 'diff --git'],
    ['is the words, a blank line, and stdin', ['explain', 'this'], 'code', 'explain this\n\ncode'],
    ['has stdin in the place of the mark', ['before', '-', 'after'], 'code', 'before\n\ncode\n\nafter'],
    ['begins with stdin where the mark comes first', ['-', 'in', 'short'], 'code', 'code\n\nin short'],
    ['ends with stdin where the mark comes last', ['summarise', '-'], 'code', 'summarise\n\ncode'],
    ['is stdin alone where the mark is alone', ['-'], 'code', 'code'],
    ['takes only the first mark for one', ['a', '-', 'b', '-', 'c'], 'code', 'a\n\ncode\n\nb - c'],
    ['takes a mark inside a word for text', ['a-b', '--'], undefined, 'a-b --'],
    ['leaves no gap for a mark without stdin', ['before', '-', 'after'], undefined, 'before\n\nafter'],
    ['leaves no gap for an empty stdin', ['before', '-', 'after'], '', 'before\n\nafter'],
    ['leaves out a stdin of blanks', ['hello'], ' \n\t\n', 'hello'],
    ['leaves out words of blanks', [' ', ''], 'code', 'code'],
    ['keeps indentation and line ends of stdin', ['format'], '  a\r\n\tb\n', 'format\n\n  a\r\n\tb\n'],
    [
      'keeps spaces and lines inside a word',
      ['two  spaces\nand a line'],
      undefined,
      'two  spaces\nand a line',
    ],
  ])('%s', (_, words, stdin, prompt) => {
    expect(composePrompt(words, stdin)?.text).toBe(prompt);
  });

  it.each<[name: string, words: string[], stdin: string | undefined]>([
    ['no words and no stdin', [], undefined],
    ['an empty stdin', [], ''],
    ['a mark and an empty stdin', ['-'], ''],
    ['blanks everywhere', ['', '-', ' '], '\n'],
  ])('is undefined with %s', (_, words, stdin) => {
    expect(composePrompt(words, stdin)).toBeUndefined();
  });

  it('takes a word with a mention for data if it is a name that a shell may have found', () => {
    const isName = (word: string): boolean => word !== 'see @a';
    expect(composePrompt(['see @a', '{@.env .txt', 'b', '-', '@.env'], 'piped', isName)).toEqual({
      text: 'see @a {@.env .txt b\n\npiped\n\n@.env',
      typed: [
        [0, 6],
        [19, 20],
      ],
    });
  });

  it('knows which of it was typed', () => {
    expect(composePrompt(['a', 'b', '-', 'c'], 'piped')).toEqual({
      text: 'a b\n\npiped\n\nc',
      typed: [
        [0, 3],
        [12, 13],
      ],
    });
  });
});
