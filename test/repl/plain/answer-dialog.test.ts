import { describe, expect, it } from 'vitest';
import { toBody } from '../../../src/repl/calls/body.ts';
import { type ApprovalDialog, createApproval } from '../../../src/repl/dialogs/approval.ts';
import { type Dialog, enterCloses, secondWay } from '../../../src/repl/dialogs/dialog.ts';
import { answerDialog, createDialogTeller, describeDialog } from '../../../src/repl/plain/answer-dialog.ts';

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
      question: 'Number, name or words to search for; Enter alone closes: ',
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
    const none = { ...list, filter: 'zzz' };
    expect(describeDialog(none).lines).toEqual([
      'Which?',
      'Nothing matches. The numbers of the whole list still count.',
    ]);
    expect(answerDialog(none, '2')).toEqual({ picked: items[1] });
  });
});

describe('lists in plain lines, one after the other', () => {
  const switched: Dialog = { ...list, items: items.with(1, { text: 'two', description: 'on' }) };

  it('are told by what is different if an answer switched something in one', () => {
    const { tell, forget } = createDialogTeller(79);
    const whole = tell(list);
    expect(whole).toHaveLength(4);
    expect(tell(switched)).toEqual(['2: two. on']);
    // Nothing changed: whoever asks again hears all.
    expect(tell(switched)).toHaveLength(4);
    expect(tell({ ...list, title: 'Which other?' })).toHaveLength(4);
    expect(tell({ ...list, title: 'Which other?', filter: 'first' })).toHaveLength(3);
    expect(tell(list)).toEqual(whole);
    forget();
    expect(tell(switched)).toHaveLength(4);
  });

  it('wrap between words', () => {
    const lines = createDialogTeller(12).tell({
      ...list,
      items: [{ text: 'one', description: 'the very first' }],
    });
    expect(lines.map((line) => line.trim())).toEqual(['Which?', '1: one. the', 'very first']);
  });
});

describe('a list with acts in plain lines', () => {
  const queue: Dialog = {
    ...list,
    acts: [
      { name: 'drop', keys: ['delete'] },
      { name: 'up', keys: ['shift+up'] },
      { name: 'down', keys: ['shift+down'] },
    ],
  };
  const rules: Dialog = { ...list, acts: [{ name: 'remove', keys: ['delete'] }], enter: enterCloses };

  it('says which words may follow the number', () => {
    expect(describeDialog(queue)).toMatchObject({
      lines: expect.arrayContaining(['After the number you can add "drop", "up" or "down".']),
      question: 'Number, name or words to search for; Enter alone closes: ',
    });
    expect(describeDialog(rules)).toEqual({
      lines: ['Which?', '1: one. the first', '2: two', '3: 3. another first'],
      question: 'Number and "remove" or words to search for; Enter alone closes: ',
    });
  });

  it.each([
    ['2 drop', { picked: items[1], act: 'drop' }],
    ['one UP', { picked: items[0], act: 'up' }],
    ['2', { picked: items[1] }],
    ['9 drop', { dialog: { ...queue, filter: '9 drop' } }],
  ])('takes %s', (line, step) => {
    expect(answerDialog(queue, line)).toEqual(step);
  });

  it.each(['2', 'two'])('that Enter only closes says what to type behind %s', (line) => {
    const step = answerDialog(rules, line);
    expect('dialog' in step && describeDialog(step.dialog).lines.at(-1)).toBe('Type "2 remove".');
    expect(answerDialog(rules, `${line} remove`)).toEqual({ picked: items[1], act: 'remove' });
  });
});

describe('a list of models in plain lines', () => {
  const option = { values: ['default', 'low', 'high'], index: 0 };
  const models: Dialog = {
    type: 'pick',
    title: 'Which model?',
    items: [
      { text: 'gpt-5', cells: ['264k'], description: '', isCurrent: true, option },
      {
        text: 'fable',
        cells: ['switched off', '1M'],
        description: '',
        refusal: 'Switch it on at example.com.',
      },
    ],
    columns: ['Effort', 'Context'],
    ways: { enter: 'this conversation', tab: 'default', word: 'always' },
    filter: '',
    selected: 0,
  };
  const [gpt, fable] = models.items;
  const high = { ...gpt, option: { ...option, index: 2 } };

  it('names the columns, the current one, and what may follow a number', () => {
    expect(describeDialog(models)).toEqual({
      lines: [
        'Which model?',
        '1: gpt-5. current, effort default, context 264k',
        '2: fable. switched off, context 1M',
        'After the number you can add one of its efforts, or "always" to use it in new conversations, too.',
      ],
      question: 'Number, name or words to search for; Enter alone closes: ',
    });
  });

  it.each([
    ['1 high', { picked: high }],
    ['gpt-5 high', { picked: high }],
    ['1 default', { picked: gpt }],
    ['gpt-5 default', { picked: gpt }],
    ['1 always', { picked: gpt, act: secondWay }],
    ['1 high always', { picked: high, act: secondWay }],
    ['1 default always', { picked: gpt, act: secondWay }],
    ['1 always high', { dialog: { ...models, filter: '1 always high' } }],
    ['1 extreme', { dialog: { ...models, filter: '1 extreme' } }],
    ['2', { dialog: { ...models, refused: fable } }],
  ])('takes %s', (line, step) => {
    expect(answerDialog(models, line)).toEqual(step);
  });

  it('says why a model cannot be picked', () => {
    const { lines } = describeDialog({ ...models, refused: fable });
    expect(lines.at(-1)).toBe('Switch it on at example.com.');
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

it('marks each line of a command of several lines', () => {
  const ask = (command: string): string[] =>
    describeDialog(
      createApproval({
        question: 'Run this command in /w?',
        notes: [],
        body: toBody(command),
        mustBeSeen: true,
        choices: [{ text: 'yes, once', isYes: true }],
      }),
    ).lines;
  expect(ask('ls\n1: yes, once')).toEqual([
    'Run this command in /w?',
    'Line 1: ls',
    'Line 2: 1: yes, once',
    '1: yes, once',
  ]);
  expect(ask('ls')).toEqual(['Run this command in /w?', 'Line 1: ls', '1: yes, once']);
});

it.each([
  ['blanks', `touch x #${' '.repeat(57)}1: no${' '.repeat(9)}2: yes, once`],
  ['tabs', `touch x #${'\t'.repeat(12)}1: no\t\t\t2: yes, once`],
  ['letters', `touch x #${'a'.repeat(63)}1: no${'b'.repeat(67)}2: yes, once`],
])('no row of a command looks like one of ours, be it moved there by %s', (_, command) => {
  const rows = createDialogTeller(79).tell(
    createApproval({
      question: 'Run this command in /w?',
      notes: [],
      body: toBody(command),
      mustBeSeen: true,
      choices: [{ text: 'yes, once', isYes: true }],
    }),
  );
  expect(rows.every((row) => row.length <= 79)).toBe(true);
  expect(rows.filter((row) => /^\s*\d: /.test(row))).toEqual(['1: yes, once']);
  expect(rows.join('')).toContain('2: yes, once');
});

describe('a question about a call in plain lines', () => {
  const once = { text: 'yes, once', isYes: true };
  const always = { text: 'always in this folder', isYes: true };
  const no = { text: 'no', isYes: false };
  const reasoned = { text: 'no, and say what to do instead', isYes: false, says: true };
  const ask = (choices: ApprovalDialog['choices']): ApprovalDialog =>
    createApproval({ question: 'Run this?', notes: [], body: toBody('true'), mustBeSeen: true, choices });

  it.each([
    ['y', 0],
    ['YES', 0],
    ['n', 2],
    ['No', 2],
    ['2', 1],
  ])('takes %s', (line, choice) => {
    expect(answerDialog(ask([once, always, no]), line)).toEqual({ decided: { choice, reason: '' } });
  });

  it('asks for the reason behind a no that takes one', () => {
    const dialog = ask([once, reasoned]);
    const typed = { choice: 1, reason: '' };
    expect(answerDialog(dialog, 'n')).toEqual({ dialog: { ...dialog, selected: 1, typed } });
  });

  it.each(['', 'y', '3', 'yes please'])(
    'takes no yes where none is offered, and no other line: %j',
    (line) => {
      expect(answerDialog(ask([no]), line)).toMatchObject({ dialog: { hint: 'Type 1.' } });
    },
  );

  it('names the numbers that it takes', () => {
    expect(answerDialog(ask([once, no]), '3')).toMatchObject({
      dialog: { hint: 'Type a number from 1 to 2.' },
    });
  });
});

describe('a text in plain lines', () => {
  it('that is there already is what Enter alone means', () => {
    const text: Dialog = { type: 'text', question: 'Which number?', text: '42' };
    expect(describeDialog(text).question).toBe('Which number? (Enter: 42) ');
    expect(answerDialog(text, '')).toEqual({ entered: '42' });
    expect(answerDialog(text, '7')).toEqual({ entered: '7' });
    expect(describeDialog({ ...text, text: '' }).question).toBe('Which number? ');
  });
});
