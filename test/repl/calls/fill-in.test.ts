import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callIsOver } from '../../../src/mcp/call-questions.ts';
import type { Question, QuestionField } from '../../../src/mcp/elicitation.ts';
import { toTyped } from '../../../src/prompt-text.ts';
import { fillIn } from '../../../src/repl/calls/fill-in.ts';
import { createDraft, setText } from '../../../src/repl/composer/draft.ts';
import { readDraft } from '../../../src/repl/composer/pastes.ts';
import type { ApprovalDialog } from '../../../src/repl/dialogs/approval.ts';
import { listBegun } from '../../../src/repl/dialogs/begun-answers.ts';
import { type Dialog, describeWaitingDialog } from '../../../src/repl/dialogs/dialog.ts';
import { createDialogs } from '../../../src/repl/dialogs/dialogs.ts';
import { toKey } from '../../../src/repl/keys/key.ts';
import { answerDialog, describeDialog, leaveDialog } from '../../../src/repl/plain/answer-dialog.ts';
import { askValues } from '../../../src/repl/slash/ask-values.ts';
import { initialState, reduce } from '../../../src/repl/state.ts';
import { layOutApproval } from '../../../src/repl/view/approval-layout.ts';
import { createTheme } from '../../../src/terminal/theme.ts';

const text = (name: string, more: Partial<QuestionField> = {}): QuestionField => ({
  name,
  title: name,
  description: undefined,
  isRequired: true,
  looksSecret: false,
  value: { type: 'text', format: undefined, minLength: 0, maxLength: 100, usual: undefined },
  ...more,
});

const form: Question = { server: 'a', message: 'Who are you?', fields: [text('name'), text('note')] };

function create() {
  let state = initialState;
  const told: string[] = [];
  const dialogs = createDialogs(
    () => state,
    (action) => {
      state = reduce(state, action);
    },
    { measure: () => ({ height: 5, total: 1, width: 80 }), open: () => {} },
  );
  const app = { dialogs, transcript: { notice: (sentence: string) => told.push(sentence) } as never };
  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(3_000);
  const chat = {
    app,
    dialogs,
    told,
    start: (question: Question) => fillIn(app, question, new AbortController().signal),
    /** What stands in the field. */
    field: () => (state.dialog?.type === 'text' ? state.dialog.text : undefined),
    draft: () => readDraft(state.draft).text,
    setDraft(words: string) {
      state = reduce(state, { type: 'draft', draft: setText(createDraft(), words) });
    },
    kept: () => listBegun(dialogs).map((prompt) => prompt.text),
    question: () => (state.dialog?.type === 'text' ? state.dialog.question : undefined),
    dialog: () => state.dialog ?? state.waitingDialog,
    async begin(question: Question = form) {
      const stop = new AbortController();
      const answer = fillIn(app, question, stop.signal);
      await settle();
      await chat.press('1', 'enter');
      return { answer, stop };
    },
    /** One letter is typed, and longer names are keys. */
    async press(...keys: string[]) {
      for (const key of keys) dialogs.takeKey(key.length === 1 ? { type: 'text', text: key } : toKey(key));
      await settle();
    },
    type: (words: string) => chat.press(...words),
    /** As plain lines answer. */
    async say(line: string | undefined) {
      if (!state.dialog) throw new Error('nothing is asked');
      dialogs.take(line === undefined ? leaveDialog(state.dialog) : answerDialog(state.dialog, line));
      await settle();
    },
  };
  return chat;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the question whether a form is answered', () => {
  const size = { columns: 80, rows: 24, theme: createTheme('none', 'none') };
  const ways = {
    'on the screen': (dialog: Dialog) => layOutApproval(dialog as ApprovalDialog, size).at(-1),
    'above a draft': (dialog: Dialog) => describeWaitingDialog(dialog),
    'in plain lines': (dialog: Dialog) => describeDialog(dialog).question,
  };

  it.each([
    ['on the screen', /· Esc leaves it$/],
    ['above a draft', /· Tab answers, Esc leaves it$/],
    ['in plain lines', /^Number; Ctrl\+C leaves it: $/],
  ] as const)('says what leaving does %s', async (way, words) => {
    const chat = create();
    if (way === 'above a draft') chat.setDraft('half a prompt');
    void chat.start(form);
    await chat.press();
    const dialog = chat.dialog();
    expect(dialog && ways[way](dialog)).toMatch(words);
  });

  it.each(['escape', 'ctrl+c'])('is left without a no: %s', async (key) => {
    const chat = create();
    const answer = chat.start(form);
    await chat.press();
    await chat.press(key);
    expect(await answer).toEqual({ action: 'cancel' });
  });

  it('is left in plain lines without a no', async () => {
    const chat = create();
    const answer = chat.start(form);
    await chat.press();
    await chat.say(undefined);
    expect(await answer).toEqual({ action: 'cancel' });
  });
});

describe('a form that is left', () => {
  it.each(['escape', 'ctrl+c'])('begins with what was typed when it comes again: %s', async (key) => {
    const chat = create();
    const first = await chat.begin();
    await chat.type('Ada');
    await chat.press('enter');
    await chat.type('a note');
    await chat.press(key);
    expect(await first.answer).toEqual({ action: 'cancel' });
    expect(chat.told).toEqual(['What you typed is there again when a asks the same.']);
    const second = await chat.begin();
    expect(chat.field()).toBe('Ada');
    await chat.press('enter');
    expect(chat.field()).toBe('a note');
    await chat.press('!', 'enter');
    expect(await second.answer).toEqual({ action: 'accept', content: { name: 'Ada', note: 'a note!' } });
    expect(chat.kept()).toEqual([]);
    await chat.begin();
    expect(chat.field()).toBe('');
  });

  it('is kept beside another one, which begins empty, and at the end of the chat', async () => {
    const chat = create();
    const first = await chat.begin();
    await chat.type('Ada');
    await chat.press('escape');
    await first.answer;
    const other = await chat.begin({ ...form, message: 'Who is your friend?' });
    expect(chat.field()).toBe('');
    await chat.type('Bob');
    await chat.press('escape');
    await other.answer;
    expect(chat.kept()).toEqual(['Ada', 'Bob']);
    await chat.begin();
    expect(chat.field()).toBe('Ada');
  });

  it('has its usual value again if nothing was typed', async () => {
    const usual = { type: 'text', format: undefined, minLength: 0, maxLength: 9, usual: 'main' } as const;
    const question = { ...form, fields: [text('branch', { value: usual })] };
    const chat = create();
    const first = await chat.begin(question);
    await chat.press('escape');
    expect(await first.answer).toEqual({ action: 'cancel' });
    expect([chat.told, chat.kept()]).toEqual([[], []]);
    await chat.begin(question);
    expect(chat.field()).toBe('main');
  });

  it('keeps no secret', async () => {
    const question = { ...form, fields: [text('name'), text('password', { looksSecret: true })] };
    const chat = create();
    const first = await chat.begin(question);
    await chat.type('Ada');
    await chat.press('enter');
    await chat.type('s3cret');
    expect(chat.kept()).toEqual(['Ada']);
    await chat.press('escape');
    await first.answer;
    expect(chat.kept()).toEqual(['Ada']);
    await chat.begin(question);
    await chat.press('enter');
    expect(chat.field()).toBe('');
  });

  it('keeps the lines of a chat in plain lines', async () => {
    const chat = create();
    const first = await chat.begin();
    await chat.say('Ada');
    await chat.say(undefined);
    expect(await first.answer).toEqual({ action: 'cancel' });
    await chat.begin();
    expect(chat.field()).toBe('Ada');
  });

  it('keeps what was refused', async () => {
    const value = { type: 'integer', min: 1, max: 3, usual: undefined } as const;
    const question = { ...form, fields: [text('count', { value })] };
    const chat = create();
    const first = await chat.begin(question);
    await chat.say('seven');
    await chat.press('escape');
    await first.answer;
    await chat.begin(question);
    expect(chat.field()).toBe('seven');
  });
});

describe('a form over a draft', () => {
  const count = text('count', { value: { type: 'integer', min: 1, max: 3, usual: undefined } });
  const choices = ['red', 'blue'].map((value) => ({ value, label: value }));
  const colours = text('colours', { value: { type: 'some-of', choices, min: 1, max: 2, usual: [] } });
  const sure = text('sure', { value: { type: 'yes-no', usual: undefined } });

  it('keeps the keyboard once the person has turned to it', async () => {
    const chat = create();
    chat.setDraft('my draft');
    const asked = chat.start({ ...form, fields: [text('city'), count, colours, sure] });
    await chat.press();
    expect(chat.question()).toBeUndefined();
    await chat.press('tab');
    await chat.press('1', 'enter');
    await chat.type('Paris');
    await chat.press('enter');
    // It is refused, and asked again.
    await chat.press('9', 'enter');
    await chat.press('backspace', '2', 'enter');
    // The list of choices opens again until it is done.
    for (const key of ['enter', 'down', 'enter', 'down']) await chat.press(key);
    await chat.press('enter');
    await chat.press('enter');
    expect(await asked).toMatchObject({
      content: { city: 'Paris', count: 2, colours: ['red', 'blue'], sure: true },
    });
    expect(chat.draft()).toBe('my draft');
  });
});

describe('the values of a prompt over a draft', () => {
  it('are asked in one visit', async () => {
    const chat = create();
    chat.setDraft('my draft');
    const call = { command: '/rev', words: toTyped('') };
    const questions = ['one', 'two'].map((name) => ({ name, question: name }));
    const asked = askValues(chat.app, call, questions);
    await chat.press('tab', 'a', 'enter');
    await chat.press('b', 'enter');
    expect(await asked).toEqual({ one: 'a', two: 'b' });
    expect(chat.draft()).toBe('my draft');
  });
});

describe('a form that the server takes back', () => {
  it('keeps the fields before, and the words of the open one become the draft', async () => {
    const chat = create();
    const first = await chat.begin();
    await chat.type('Ada');
    await chat.press('enter');
    await chat.type('a note');
    first.stop.abort();
    await chat.press('escape');
    expect(await first.answer).toEqual({ action: 'cancel' });
    expect([chat.draft(), chat.kept()]).toEqual(['a note', ['Ada']]);
  });

  it.each([
    [callIsOver, 'The call in which the MCP server a asked is over.'],
    [new DOMException('taken back', 'AbortError'), 'The MCP server a took its question back.'],
  ])('says why: %s', async (reason, sentence) => {
    const chat = create();
    const first = await chat.begin();
    first.stop.abort(reason);
    await chat.press('escape');
    expect(await first.answer).toEqual({ action: 'cancel' });
    expect(chat.told).toEqual([sentence]);
  });

  it('puts no secret into the draft, and no key of it', async () => {
    const chat = create();
    const fields = [text('password', { looksSecret: true })];
    const first = await chat.begin({ ...form, fields });
    await chat.type('s3cret');
    first.stop.abort();
    await chat.press('!');
    expect(chat.question()).toBe('Nobody asks any more; Enter or Esc drops this:');
    await chat.press('enter');
    expect(await first.answer).toEqual({ action: 'cancel' });
    expect([chat.draft(), chat.kept(), chat.question()]).toEqual(['', [], undefined]);
  });
});
