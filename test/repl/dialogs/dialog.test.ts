import { describe, expect, it } from 'vitest';
import { stepText } from '../../../src/repl/dialogs/dialog.ts';
import { type Key, toKey } from '../../../src/repl/keys/key.ts';

const open = (text: string) => ({ type: 'text' as const, question: 'Name?', text });

describe('a question that a text answers', () => {
  it.each<[string, string, Key, string]>([
    ['takes what is typed', 'a', { type: 'text', text: 'b c' }, 'ab c'],
    ['takes what is pasted, without the end of its last line', 'a', { type: 'paste', text: 'b\n' }, 'ab'],
    ['takes back a character of two halves', 'a😀', toKey('backspace'), 'a'],
    ['takes back a word', 'one two', toKey('w', { ctrl: true }), 'one '],
    ['takes back all', 'one two', toKey('u', { ctrl: true }), ''],
    ['passes over other keys', 'one', toKey('f1'), 'one'],
  ])('%s', (_, before, key, after) => {
    expect(stepText(open(before), key)).toEqual({ dialog: open(after) });
  });

  it('ends with the text, or without one if the person leaves', () => {
    expect(stepText(open('one'), toKey('enter'))).toEqual({ entered: 'one' });
    for (const key of [toKey('escape'), toKey('c', { ctrl: true }), toKey('g', { ctrl: true })])
      expect(stepText(open('one'), key)).toEqual({ entered: undefined });
  });
});
