import { describe, expect, it } from 'vitest';
import type { Dialog } from '../../../src/repl/dialogs/dialog.ts';
import { answerDialog, describeDialog } from '../../../src/repl/plain/answer-dialog.ts';

const items = [
  { text: 'one', description: 'the first' },
  { text: 'two', description: '' },
  { text: '3', description: 'another first' },
];
const list: Dialog = { type: 'pick', title: 'Which?', items, filter: '', selected: 0 };
const question: Dialog = { type: 'confirm', question: 'Sure?', byDefault: true };

describe('a list in plain lines', () => {
  it('is numbered', () => {
    expect(describeDialog(list)).toEqual({
      lines: ['Which?', '1: one. the first', '2: two', '3: 3. another first'],
      question: 'Number, words to search for, or Enter to leave: ',
    });
  });

  it('of very many items is cut, and says how to find the others', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ text: `item ${index}`, description: '' }));
    const { lines } = describeDialog({ ...list, items: many });
    expect(lines).toHaveLength(42);
    expect(lines.at(-1)).toBe('10 more; type words to find one.');
  });

  it.each([
    ['a number', '2', { picked: items[1] }],
    ['a name', ' one ', { picked: items[0] }],
    ['a name that is a number', '3', { picked: items[2] }],
    ['Enter alone', '', { picked: undefined }],
    ['words', 'first', { dialog: { ...list, filter: 'first' } }],
    ['a number that is too high', '9', { dialog: { ...list, filter: '9' } }],
  ])('takes %s', (_, line, step) => {
    expect(answerDialog(list, line)).toEqual(step);
  });

  it('that was filtered numbers the remaining items', () => {
    expect(answerDialog({ ...list, filter: 'first' }, '2')).toEqual({ picked: items[2] });
  });

  it('says if no item is left', () => {
    expect(describeDialog({ ...list, filter: 'zzz' }).lines).toEqual(['Which?', 'Nothing matches.']);
  });
});

describe('a question in plain lines', () => {
  it.each([
    [true, 'Sure? Y/n: '],
    [false, 'Sure? y/N: '],
  ])('says what Enter means: %s', (byDefault, words) => {
    const asked: Dialog = { type: 'confirm', question: 'Sure?', byDefault };
    expect(describeDialog(asked).question).toBe(words);
    expect(answerDialog(asked, '')).toEqual({ confirmed: byDefault });
  });

  it.each([
    ['y', { confirmed: true }],
    ['YES', { confirmed: true }],
    ['', { confirmed: true }],
    ['n', { confirmed: false }],
    ['No', { confirmed: false }],
    ['perhaps', { dialog: question }],
  ])('takes %j', (line, step) => {
    expect(answerDialog(question, line)).toEqual(step);
  });
});
