import { describe, expect, it } from 'vitest';
import { composePrompt } from '../../src/conversation/prompt.ts';

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
