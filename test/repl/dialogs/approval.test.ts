import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toBody } from '../../../src/repl/calls/body.ts';
import { createDraft } from '../../../src/repl/composer/draft.ts';
import { insert } from '../../../src/repl/composer/edit-draft.ts';
import { readDraft } from '../../../src/repl/composer/pastes.ts';
import {
  type ApprovalDialog,
  createApproval,
  type Decision,
  stepApproval,
} from '../../../src/repl/dialogs/approval.ts';
import { createDialogs, type Dialogs } from '../../../src/repl/dialogs/dialogs.ts';
import { type Key, toKey } from '../../../src/repl/keys/key.ts';
import { initialState, type ReplState, reduce } from '../../../src/repl/state.ts';
import { layOutApproval, measureApproval } from '../../../src/repl/view/approval-layout.ts';
import { cellWidth } from '../../../src/terminal/cell-width.ts';
import { createTheme } from '../../../src/terminal/theme.ts';

const theme = createTheme('none', 'none');
const size = { columns: 60, rows: 24 };

const ask = (command: string, mustBeSeen = true): ApprovalDialog =>
  createApproval({
    question: 'Run this command?',
    notes: ['No rule allows it.'],
    body: toBody(command),
    mustBeSeen,
    choices: [
      { text: 'yes, once', isYes: true },
      { text: 'yes, until the chat ends: shell(npm test)', isYes: true },
      { text: 'always in this folder: shell(npm test)', isYes: true },
      { text: 'no, and say what to do instead', isYes: false, says: true },
    ],
  });

type Asked = {
  dialogs: Dialogs;
  press(...keys: (string | Key)[]): boolean;
  state(): ReplState;
  type(text: string): void;
  answer: Promise<Decision | undefined>;
  answered(): Promise<Decision | undefined | 'open'>;
  opened: string[];
  stop(): void;
};

/** A question that has been on the screen for a moment, unless `isFresh`. */
function open(
  command = 'npm test',
  { draft = '', isFresh = false, screen = size, mustBeSeen = true } = {},
): Asked {
  let state: ReplState = { ...initialState, draft: insert(createDraft(), draft) };
  const opened: string[] = [];
  const dialogs = createDialogs(
    () => state,
    (action) => {
      state = reduce(state, action);
    },
    {
      measure: (dialog) => measureApproval(dialog, { ...screen, theme }),
      open: ({ question }) => opened.push(question),
    },
  );
  const controller = new AbortController();
  const answer = dialogs.approve(ask(command, mustBeSeen), controller.signal);
  if (!isFresh) vi.advanceTimersByTime(300);
  const toPressed = (key: string | Key): Key => {
    if (typeof key !== 'string') return key;
    return key.length === 1 ? { type: 'text', text: key } : toKey(key);
  };
  return {
    dialogs,
    press: (...keys) => keys.map((key) => dialogs.takeKey(toPressed(key))).every(Boolean),
    state: () => state,
    type(text) {
      state = reduce(state, { type: 'draft', draft: insert(state.draft, text) });
    },
    answer,
    answered: () => Promise.race([answer, Promise.resolve().then(() => 'open' as const)]),
    opened,
    stop: () => controller.abort(),
  };
}

const isOpen = ({ state }: Asked): boolean => state().dialog?.type === 'approval';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a question whether something may be done', () => {
  it.each([
    ['1', 0],
    ['2', 1],
    ['3', 2],
  ])('is answered by the number %s', async (key, choice) => {
    const asked = open();
    asked.press(key);
    expect(await asked.answered()).toBe('open');
    asked.press('enter');
    expect(await asked.answer).toEqual({ choice, reason: '' });
    expect(asked.state().dialog).toBeUndefined();
  });

  it.each<[string, (string | Key)[]]>([
    ['a blank', [' ', ' ']],
    ['a number alone', ['1']],
    ['two numbers', ['1', '2']],
    ['Enter alone', ['enter', 'enter']],
    ['Tab', ['tab']],
    ['Alt and a number', [toKey('1', { alt: true })]],
    ['a key for the draft', ['backspace', 'home', toKey('u', { ctrl: true })]],
  ])('is not answered by %s', async (_, keys) => {
    const asked = open();
    expect(asked.press(...keys)).toBe(true);
    expect(isOpen(asked)).toBe(true);
    expect(await asked.answered()).toBe('open');
    expect(asked.state().draft.text).toBe('');
  });

  it.each<[string, string]>([
    ['a letter', 'y'],
    ['a number that means nothing', '9'],
    ['a prompt that begins with a number', '2 more things'],
    ['numbers, and one that means nothing', '129'],
    ['a prompt that ends with a number', 'make it 2'],
    ['a prompt with a number of its own behind it', 'why 4 1'],
  ])('is put by for %s, which is in the draft', async (_, words) => {
    const asked = open();
    // What the question does not take goes into the draft.
    for (const letter of words) if (!asked.press(letter)) asked.type(letter);
    expect(asked.state().draft.text).toBe(words);
    expect(asked.state().waitingDialog).toMatchObject({ type: 'approval', selected: undefined, digits: '' });
    expect(await asked.answered()).toBe('open');
    asked.press('tab');
    vi.advanceTimersByTime(300);
    asked.press('2', 'enter');
    expect(await asked.answer).toEqual({ choice: 1, reason: '' });
    expect(asked.state().draft.text).toBe(words);
  });

  it('is put by for letters that came together, also behind a number', () => {
    const asked = open();
    const text = '1 more thing';
    expect(asked.press({ type: 'text', text })).toBe(false);
    expect(asked.state().waitingDialog).toMatchObject({ type: 'approval', selected: undefined });
  });

  it.each<[string, string]>([
    ['a word that would answer another question', 'y'],
    ['nothing any more', ''],
  ])('comes back by Enter on %s, which does not answer it', async (_, left) => {
    const asked = open();
    expect(asked.press('y')).toBe(false);
    asked.type(left);
    expect(asked.press('enter')).toBe(true);
    expect(isOpen(asked)).toBe(true);
    vi.advanceTimersByTime(300);
    asked.press('enter');
    expect(await asked.answered()).toBe('open');
    expect(asked.state().draft.text).toBe('');
    asked.press('1', 'enter');
    expect(await asked.answer).toEqual({ choice: 0, reason: '' });
  });

  it('takes the last of several numbers, on a choice that was moved to, too', async () => {
    const asked = open();
    asked.press('down', '3', '1', '2', 'enter');
    expect(await asked.answer).toEqual({ choice: 1, reason: '' });
  });

  it('takes numbers again after the line for another answer was left', async () => {
    const asked = open();
    asked.press('4', 'x', 'escape', '1', 'enter');
    expect(await asked.answer).toEqual({ choice: 0, reason: '' });
  });

  it('says why Enter did nothing', () => {
    const asked = open();
    asked.press('enter');
    expect(asked.state().dialog).toMatchObject({
      hint: expect.stringContaining('Type a number, or press Up or Down'),
    });
    asked.press('page-down');
    expect(asked.state().dialog).toMatchObject({ hint: undefined });
  });

  it.each([
    [['down'], 0],
    [['down', 'down'], 1],
    [['up', 'up'], 2],
    [['down', 'up', 'down'], 0],
  ])('takes Enter on a choice that was moved to by %j', async (keys, choice) => {
    const asked = open();
    asked.press(...keys, 'enter');
    expect(await asked.answer).toEqual({ choice, reason: '' });
  });

  it('opens a line for what to do instead', async () => {
    const asked = open();
    asked.press('4', 'u', 's', 'e', ' ', '1', { type: 'paste', text: 'npm ci' }, 'enter');
    expect(await asked.answer).toEqual({ choice: 3, reason: 'use 1npm ci' });
  });

  it('goes back from that line with Esc, and keeps its words for it', async () => {
    const asked = open();
    asked.press('4', 'x', 'escape');
    expect(asked.state().dialog).toMatchObject({ typed: undefined });
    asked.press('4', 'y', 'enter');
    expect(await asked.answer).toEqual({ choice: 3, reason: 'xy' });
    expect(asked.state().draft.text).toBe('');
  });

  it('takes a no without words', async () => {
    const asked = open();
    asked.press('4', 'x', 'backspace', 'enter');
    expect(await asked.answer).toEqual({ choice: 3, reason: '' });
  });

  it.each<[string, (string | Key)[]]>([
    ['by Esc twice', ['escape', 'escape']],
    ['by Ctrl+C', [toKey('c', { ctrl: true })]],
    ['by a yes', ['escape', '1', 'enter']],
  ])('leaves the words of that line to the prompt if it is answered otherwise: %s', async (_, keys) => {
    const asked = open();
    asked.press('4', 'o', 'r', ...keys);
    await asked.answer;
    expect(asked.state().draft.text).toBe('or');
  });

  it.each<[string, Key]>([
    ['Esc', toKey('escape')],
    ['Ctrl+C', toKey('c', { ctrl: true })],
  ])('is a no that stops with %s', async (_, key) => {
    const asked = open();
    asked.press(key);
    expect(await asked.answer).toBeUndefined();
  });

  it.each([
    ['at the choices', []],
    ['on a choice', ['down']],
    ['at the line for what to do instead', ['4', 'x']],
  ])("is not left by the prompt's key for the editor: %s", (_, keys) => {
    const asked = open();
    asked.press(...keys);
    const { dialog } = asked.state();
    asked.press(toKey('g', { ctrl: true }));
    expect(asked.state().dialog).toEqual(dialog);
  });

  it('is left to the chat with Ctrl+D', () => {
    expect(open().press(toKey('d', { ctrl: true }))).toBe(false);
  });

  it('is over when its run is', async () => {
    const asked = open();
    asked.stop();
    expect(await asked.answer).toBeUndefined();
    expect(asked.state().dialog).toBeUndefined();
  });
});

describe('keys that were meant for something else', () => {
  it.each<[string, Key]>([
    ['a number', { type: 'text', text: '1' }],
    ['a letter', { type: 'text', text: 'x' }],
    ['a paste', { type: 'paste', text: '1\n' }],
  ])('leave a question that has just come to wait: %s', async (_, key) => {
    const asked = open('npm test', { isFresh: true });
    expect(asked.press(key)).toBe(false);
    expect(asked.state()).toMatchObject({ dialog: undefined, waitingDialog: { type: 'approval' } });
    expect(await asked.answered()).toBe('open');
  });

  it('as Enter or an arrow do nothing to it', async () => {
    const asked = open('npm test', { isFresh: true });
    expect(asked.press('enter', 'down', 'enter')).toBe(true);
    vi.advanceTimersByTime(300);
    expect(asked.state().dialog).toMatchObject({ selected: undefined, isSeen: true });
    expect(await asked.answered()).toBe('open');
  });

  it('as a paste go into the draft later, too', async () => {
    const asked = open();
    expect(asked.press({ type: 'paste', text: '1' })).toBe(false);
    expect(asked.state().waitingDialog).toMatchObject({ type: 'approval' });
  });

  it('never find it above a draft; Tab turns to it', async () => {
    const asked = open('npm test', { draft: 'and then ' });
    expect(asked.state()).toMatchObject({ dialog: undefined, waitingDialog: { type: 'approval' } });
    expect(asked.press('1')).toBe(false);
    expect(await asked.answered()).toBe('open');
    asked.press('tab');
    vi.advanceTimersByTime(300);
    asked.press('1', 'enter');
    expect(await asked.answer).toEqual({ choice: 0, reason: '' });
  });

  it('as Esc say no to one that waits', async () => {
    const asked = open('npm test', { draft: 'and then ' });
    asked.press('escape');
    expect(await asked.answer).toBeUndefined();
  });
});

describe('a list that a command opens meanwhile', () => {
  it('does not answer the question, which comes back', async () => {
    const asked = open();
    const picked = asked.dialogs.pick('Which?', [{ text: 'one', description: '' }]);
    expect(asked.state().dialog).toMatchObject({ type: 'pick' });
    asked.press('enter');
    expect(await picked).toMatchObject({ text: 'one' });
    expect(isOpen(asked)).toBe(true);
    expect(await asked.answered()).toBe('open');
    vi.advanceTimersByTime(300);
    asked.press('1', 'enter');
    expect(await asked.answer).toEqual({ choice: 0, reason: '' });
  });

  it('outlives a run that is stopped', async () => {
    const asked = open();
    const picked = asked.dialogs.pick('Which?', [{ text: 'one', description: '' }]);
    asked.stop();
    asked.press('enter');
    expect(await picked).toMatchObject({ text: 'one' });
    expect(await asked.answer).toBeUndefined();
    expect(asked.state().dialog).toBeUndefined();
  });

  it('ends with the question when the chat ends', async () => {
    const asked = open();
    const picked = asked.dialogs.pick('Which?', [{ text: 'one', description: '' }]);
    asked.dialogs.close();
    expect([await picked, await asked.answer]).toEqual([undefined, undefined]);
  });
});

const long = Array.from({ length: 60 }, (_, index) => `echo ${index + 1}`).join('\n');

describe('a command that is longer than the screen', () => {
  it('cannot be allowed before all of it was shown', async () => {
    const asked = open(long);
    asked.press('1');
    expect(asked.state().dialog).toMatchObject({ hint: expect.stringContaining('Read to the end first') });
    for (let page = 0; page < 10; page += 1) asked.press('page-down');
    asked.press('1', 'enter');
    expect(await asked.answer).toEqual({ choice: 0, reason: '' });
  });

  it('is scrolled by a page, however low the window is', () => {
    for (const [rows, tops] of [
      [24, [0, 11, 22, 11]],
      [14, [0, 2, 4, 2]],
    ] as const) {
      const asked = open(long, { screen: { columns: 60, rows } });
      const top = (): unknown => (asked.state().dialog as ApprovalDialog).top;
      const seen = [top()];
      for (const key of ['page-down', 'page-down', 'page-up']) {
        asked.press(key);
        seen.push(top());
      }
      expect(seen).toEqual(tops);
    }
  });

  it('can always be refused', async () => {
    const asked = open(long);
    asked.press('4', 'enter');
    expect(await asked.answer).toEqual({ choice: 3, reason: '' });
  });

  it('was seen if Ctrl+O showed it', async () => {
    const asked = open(long);
    asked.press(toKey('o', { ctrl: true }));
    expect(asked.opened).toEqual(['Run this command?']);
    asked.press('1', 'enter');
    expect(await asked.answer).toEqual({ choice: 0, reason: '' });
  });

  it('is another one when the window has another width, unless all of it was shown', async () => {
    for (const pages of [1, 10]) {
      const screen = { columns: 60, rows: 24 };
      const asked = open(long, { screen });
      for (let page = 0; page < pages; page += 1) asked.press('page-down');
      screen.columns = 40;
      asked.press('1', 'enter');
      if (pages === 10) expect(await asked.answer).toEqual({ choice: 0, reason: '' });
      else {
        expect(await asked.answered()).toBe('open');
        expect(asked.state().dialog).toMatchObject({ hint: expect.stringContaining('Read to the end') });
      }
    }
  });

  it('was shown before the window became small, or after it became large', async () => {
    for (const [before, after] of [
      [
        { columns: 90, rows: 90 },
        { columns: 50, rows: 16 },
      ],
      [
        { columns: 50, rows: 16 },
        { columns: 90, rows: 90 },
      ],
    ] as const) {
      const screen = { ...before };
      const asked = open(long, { screen });
      Object.assign(screen, after);
      asked.dialogs.resized();
      vi.advanceTimersByTime(700);
      asked.press('1', 'enter');
      expect(await asked.answer).toEqual({ choice: 0, reason: '' });
    }
  });

  it('is not shown yet in the moment of a resize', async () => {
    const screen = { columns: 50, rows: 16 };
    const asked = open(long, { screen });
    Object.assign(screen, { columns: 90, rows: 90 });
    asked.dialogs.resized();
    asked.press('1', 'enter');
    expect(await asked.answered()).toBe('open');
  });

  it.each(['1', 'page-down', 'down'])(
    'was shown by a resize, whatever key came in its moment: %s',
    async (key) => {
      const screen = { columns: 100, rows: 30 };
      const asked = open(long, { screen });
      for (const after of [
        { columns: 40, rows: 16 },
        { columns: 80, rows: 90 },
      ]) {
        Object.assign(screen, after);
        asked.dialogs.resized();
        asked.press(key);
        vi.advanceTimersByTime(700);
      }
      expect(asked.state().dialog).toMatchObject({ hint: undefined, seen: { isAll: true } });
      asked.press('1', 'enter');
      expect(await asked.answer).toEqual({ choice: 0, reason: '' });
    },
  );

  it.each([0, 700])(
    'is read from its beginning after a resize, in its moment or later: %i ms',
    async (ms) => {
      const screen = { columns: 100, rows: 30 };
      const asked = open(long, { screen });
      asked.press('page-down', 'page-down');
      Object.assign(screen, { columns: 40, rows: 24 });
      asked.dialogs.resized();
      vi.advanceTimersByTime(ms);
      for (let page = 0; page < 10; page += 1) asked.press('page-down');
      asked.press('1', 'enter');
      expect(await asked.answer).toEqual({ choice: 0, reason: '' });
    },
  );

  it('cannot be allowed where the window has no row for it', async () => {
    const asked = open('npm test', { screen: { columns: 60, rows: 9 } });
    asked.press('1', 'down', 'enter');
    expect(await asked.answered()).toBe('open');
  });

  it('may be allowed at once if it is a change, of which the beginning is enough', async () => {
    const asked = open(long, { mustBeSeen: false });
    asked.press('1', 'enter');
    expect(await asked.answer).toEqual({ choice: 0, reason: '' });
  });
});

describe('words for a no', () => {
  const draft = ({ state }: Asked): string => readDraft(state().draft).text;

  it.each(['close', 'stop'] as const)('become the draft if nobody asks any more: %s', async (way) => {
    const asked = open();
    asked.press('4', ...'use pnpm');
    if (way === 'close') asked.dialogs.close();
    else asked.stop();
    expect(await asked.answer).toBeUndefined();
    expect([draft(asked), asked.state().isPlaced]).toEqual(['use pnpm', false]);
  });
});

describe('the rows of a question', () => {
  describe('with nothing to say yes to', () => {
    const no = { text: 'no, and say what to do instead', isYes: false, says: true };
    const onlyNo = { ...ask('one\ntwo\nthree\nfour'), choices: [no], isSeen: true };
    const window = { height: 2, total: 4, width: 60 };

    it.each([
      [60, '1 no · Esc says no and stops'],
      [29, '1 no · Esc says no and stops'],
      [24, 'Esc says no and stops'],
    ])('end with the keys of a no in %i columns', (columns, foot) => {
      expect(layOutApproval(onlyNo, { ...size, columns, theme }).at(-1)).toBe(foot);
    });

    it('end with a number for each no', () => {
      const choices = [no, { text: 'no, and ask no more', isYes: false }];
      const rows = layOutApproval({ ...onlyNo, choices }, { ...size, theme });
      expect(rows.at(-1)).toBe('1 no · 2 no · Esc says no and stops');
    });

    it('need not be read to their end before an Enter is told what to do', () => {
      expect(stepApproval(onlyNo, toKey('enter'), window)).toMatchObject({
        dialog: { hint: 'Type 1, or press Up or Down to choose.' },
      });
    });

    it('take the no at once', () => {
      const typed = { typed: { choice: 0, reason: '' } };
      expect(stepApproval(onlyNo, { type: 'text', text: '1' }, window)).toMatchObject({ dialog: typed });
      const moved = stepApproval(onlyNo, toKey('down'), window);
      if (!('dialog' in moved)) throw new Error('it is decided');
      expect(stepApproval(moved.dialog, toKey('enter'), window)).toMatchObject({ dialog: typed });
    });
  });

  it('leave room for what is asked about on a small screen, and show the choice that was moved to whole', () => {
    const long = Array.from({ length: 6 }, (_, index) => ({
      text: `yes, number ${index + 1}, until the chat ends: every file of this folder`,
      isYes: true,
    }));
    const dialog = { ...ask('one\ntwo'), choices: long, isSeen: true };
    const small = { columns: 40, rows: 16, theme };
    const rows = layOutApproval(dialog, small);
    expect(rows).toEqual(expect.arrayContaining(['  │ one', '  │ two']));
    expect(rows.filter((row) => row.includes('number'))).toHaveLength(6);
    expect(rows.find((row) => row.includes('number 3'))).toMatch(/^ {2}3 yes, number 3[^…]*…$/);
    const moved = layOutApproval({ ...dialog, selected: 2 }, small).join('\n');
    expect(moved).toMatch(/3 yes, number 3[^…]*folder/);
  });

  it('leave a row of it on the lowest screens, and the first and the last choice', () => {
    const choices = Array.from({ length: 6 }, (_, index) => ({
      text: `answer ${index + 1}`,
      isYes: index < 5,
    }));
    const dialog = { ...ask('one\ntwo\nthree\nfour'), choices, isSeen: true };
    const low = { columns: 50, rows: 12, theme };
    const rows = layOutApproval(dialog, low);
    expect(rows.length).toBeLessThan(low.rows - 2);
    expect(rows).toContain('  │ one');
    expect(rows.filter((row) => row.includes('answer'))).toEqual(['  1 answer 1', '  6 answer 6']);
    const moved = layOutApproval({ ...dialog, selected: 3 }, low);
    expect(moved.filter((row) => row.includes('answer'))).toHaveLength(3);
    expect(rows.join('\n')).not.toContain('1-0');
  });

  it('leave the rule of a choice out before they cut a word', () => {
    const choices = [
      { text: 'always in this folder: this file · write(notes.txt)', isYes: true },
      { text: 'yes, until the chat ends: every file of this folder · write', isYes: true },
      ...Array.from({ length: 4 }, () => ({ text: 'yes', isYes: true })),
    ];
    const rows = layOutApproval({ ...ask('one\ntwo\nthree'), choices }, { columns: 40, rows: 15, theme });
    expect(rows).toContain('  1 always in this folder: this file…');
    expect(rows).toContain('  2 yes, until the chat ends: every fi…');
  });

  it('mark each row of the command, so that none looks like a choice', () => {
    const dialog = {
      ...ask(`ls\n  1 yes, once\n\n${' '.repeat(74)}1-2 or Up/Down, then Enter`),
      isSeen: true,
    };
    const rows = layOutApproval(dialog, { ...size, theme });
    expect(rows.filter((row) => /yes, once|1-2 or/.test(row)).map((row) => row.slice(0, 6))).toEqual([
      '  │   ',
      expect.stringMatching(/^ {2}↳ /),
      '  1 ye',
    ]);
  });

  it('are what is asked, why, the whole of it, the choices and the keys', () => {
    const dialog = { ...ask('npm test'), isSeen: true };
    expect(layOutApproval(dialog, { ...size, theme })).toEqual([
      'Run this command?',
      '  No rule allows it.',
      '  │ npm test',
      '',
      '  1 yes, once',
      '  2 yes, until the chat ends: shell(npm test)',
      '  3 always in this folder: shell(npm test)',
      '  4 no, and say what to do instead',
      '1-3 or Up/Down, then Enter · 4 no · Esc says no and stops',
    ]);
  });

  it.each([
    [40, 15],
    [80, 24],
    [120, 40],
  ])('fit into %i columns and %i rows', (columns, rows) => {
    const dialog = ask(long);
    const lines = layOutApproval(dialog, { columns, rows, theme });
    expect(lines.length).toBeLessThanOrEqual(rows - 3);
    for (const line of lines) expect(cellWidth(line)).toBeLessThan(columns);
    expect(lines.join('\n')).toMatch(/lines 1-\d+ of 60/);
    expect(lines.join('\n')).toContain('4 no, and say');
    const seen = layOutApproval({ ...dialog, isSeen: true }, { columns, rows, theme }).join('\n');
    expect(seen).toMatch(/ PgDn\b.*Ctrl\+O\b/);
    expect(seen).toMatch(/1-3\b.* Enter(?: · 4 no)? · Esc says no and stops$/);
  });

  it('name what hides in the command, and in the rules', () => {
    const dialog = createApproval({
      ...ask('ls \u202e\u001b[2J'),
      choices: [{ text: 'until the chat ends: shell(a\u200bb)', isYes: true }],
    });
    const text = layOutApproval(dialog, { ...size, theme }).join('\n');
    expect(text).toContain('ls ⟪U+202E⟫⟪U+001B⟫[2J');
    expect(text).toContain('shell(a⟪U+200B⟫b)');
  });
});
