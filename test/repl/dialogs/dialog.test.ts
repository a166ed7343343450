import { describe, expect, it } from 'vitest';
import { createApproval } from '../../../src/repl/dialogs/approval.ts';
import {
  type DialogStep,
  describeWaitingDialog,
  listMatches,
  type PickDialog,
  secondWay,
  stepDialog,
} from '../../../src/repl/dialogs/dialog.ts';
import { stepText } from '../../../src/repl/dialogs/text-dialog.ts';
import { type Key, toKey } from '../../../src/repl/keys/key.ts';
import { safeWidth } from '../../../src/terminal/safe-width.ts';

const open = (text: string) => ({ type: 'text' as const, question: 'Name?', text });

describe('a question that a text answers', () => {
  it.each<[string, string, Key, string]>([
    ['takes what is typed', 'a', { type: 'text', text: 'b c' }, 'ab c'],
    ['takes what is pasted, without the end of its last line', 'a', { type: 'paste', text: 'b\n' }, 'ab'],
    ['takes back a character of two halves', 'a😀', toKey('backspace'), 'a'],
    ['takes back a word', 'one two', toKey('w', { ctrl: true }), 'one '],
    ['takes back all', 'one two', toKey('u', { ctrl: true }), ''],
    ['passes over other keys', 'one', toKey('f1'), 'one'],
    ["is not left by the prompt's key for the editor", 'one', toKey('g', { ctrl: true }), 'one'],
    ['begins a new line', 'one', toKey('j', { ctrl: true }), 'one\n'],
    ['begins a new line', 'one', toKey('enter', { shift: true }), 'one\n'],
    ['begins a new line', 'one', toKey('enter', { alt: true }), 'one\n'],
    ['begins a new line behind a backslash', 'one\\', toKey('enter'), 'one\n'],
    ['begins a new line behind three', 'one\\\\\\', toKey('enter'), 'one\\\\\n'],
  ])('%s', (_, before, key, after) => {
    expect(stepText(open(before), key)).toEqual({ dialog: open(after) });
  });

  it('ends with the text, or without one if the person leaves', () => {
    for (const text of ['one', 'one\\\\', ''])
      expect(stepText(open(text), toKey('enter'))).toEqual({ entered: text });
    for (const key of [toKey('escape'), toKey('c', { ctrl: true })])
      expect(stepText(open('one'), key)).toEqual({ entered: undefined });
  });
});

const names = ['claude-opus-5', 'claude-haiku-4.5', 'gpt-5-mini', 'gpt-5.4', 'my-gpt'];
const list: PickDialog = {
  type: 'pick',
  title: 'Which?',
  items: names.map((text) => ({ text, cells: [text.startsWith('claude') ? 'images' : ''], description: '' })),
  filter: '',
  selected: 0,
};

function press(dialog: PickDialog, ...keys: (string | Key)[]): DialogStep {
  let step: DialogStep = { dialog };
  for (const key of keys) {
    if (!('dialog' in step) || step.dialog.type === 'approval') throw new Error('the list is closed');
    step = stepDialog(step.dialog, typeof key === 'string' ? toKey(key) : key);
  }
  return step;
}

describe('a list to choose from', () => {
  it.each([
    ['gpt', ['gpt-5-mini', 'gpt-5.4', 'my-gpt']],
    ['opus claude', ['claude-opus-5']],
    ['IMAGES haiku', ['claude-haiku-4.5']],
    ['g5m', ['gpt-5-mini']],
    ['chk', ['claude-haiku-4.5']],
    ['zzz', []],
  ])('finds %s by names first, then by facts, then by letters', (filter, found) => {
    expect(listMatches({ ...list, filter }).map(({ text }) => text)).toEqual(found);
  });

  it.each([
    [['down', 'down'], 2],
    [['up'], 4],
    [['end', 'down'], 0],
    [['page-down'], 4],
    [['end', 'page-up'], 0],
    [['end', 'home'], 0],
  ])('is walked by %j', (keys, selected) => {
    expect(press(list, ...keys)).toMatchObject({ dialog: { selected } });
  });

  it('takes back a filter by whole characters, and goes to the first match', () => {
    const found = press({ ...list, selected: 3 }, { type: 'text', text: 'gpt😀' }, 'backspace');
    expect(found).toMatchObject({ dialog: { filter: 'gpt', selected: 0 } });
  });

  it('does not give an item that is refused, says so, and forgets it at the next key', () => {
    const refused = { text: 'off', description: '', refusal: 'It is switched off.' };
    const items = [refused, ...list.items];
    const step = press({ ...list, items }, 'enter');
    expect(step).toMatchObject({ dialog: { refused } });
    expect(press({ ...list, items }, 'enter', 'down')).not.toMatchObject({ dialog: { refused } });
    expect(press({ ...list, items }, 'enter', 'down', 'enter')).toEqual({ picked: list.items[0] });
  });

  it('changes the option of an item with Left and Right, and no further than to its ends', () => {
    const items = [{ text: 'm', description: '', option: { values: ['default', 'low'], index: 0 } }];
    const picked = press({ ...list, items }, 'left', 'right', 'right', 'enter');
    expect(picked).toMatchObject({ picked: { option: { index: 1 } } });
  });

  it('can be answered in a second way with Tab, if it has one', () => {
    const ways = { enter: 'once', tab: 'always', word: 'always' };
    expect(press({ ...list, ways }, 'tab')).toEqual({ picked: list.items[0], act: secondWay });
    expect(press(list, 'tab')).toEqual({ picked: list.items[0] });
  });
});

describe('a question about a call that waits', () => {
  const ask = (texts: string[], kind: 'text' | 'context' = 'text') =>
    describeWaitingDialog(
      createApproval({
        question: 'Run this command in /work?',
        notes: [],
        body: texts.map((text) => ({ kind, text })),
        mustBeSeen: true,
        choices: [],
      }),
    );

  it('is one line of words that can be read, however long a name is', () => {
    const waiting = describeWaitingDialog(
      createApproval({
        question: `Make this change? create ${'a\n\u202e'.repeat(500)}`,
        notes: [],
        body: [{ kind: 'text', text: '\u0915\u094d'.repeat(500) }],
        mustBeSeen: true,
        choices: [],
      }),
    );
    expect(waiting).toMatch(
      /^Make this change\? create a⟪U\+000A⟫⟪U\+202E⟫.*… \S+… · Tab answers, Esc says no and stops$/,
    );
    expect(safeWidth(waiting)).toBeLessThan(300);
  });

  it('names what is asked about', () => {
    const end = ' · Tab answers, Esc says no and stops';
    expect(ask(['ls -la'])).toBe(`Run this command in /work? ls -la${end}`);
    expect(ask(['ls', 'rm x'])).toBe(`Run this command in /work? ls …${end}`);
    expect(ask(['a'.repeat(99)])).toBe(`Run this command in /work? ${'a'.repeat(59)}…${end}`);
    expect(ask(['old line'], 'context')).toBe(`Run this command in /work?${end}`);
  });
});
