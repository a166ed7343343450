import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { splitByOrigin } from '../../../src/prompt-text.ts';
import { toApprovalDialog } from '../../../src/repl/calls/ask-approval.ts';
import { createDraft, setText } from '../../../src/repl/composer/draft.ts';
import { paste, readDraft } from '../../../src/repl/composer/pastes.ts';
import { exchangedMs, seenMs } from '../../../src/repl/dialogs/dialog.ts';
import { createDialogs } from '../../../src/repl/dialogs/dialogs.ts';
import { toKey } from '../../../src/repl/keys/key.ts';
import { initialState, reduce } from '../../../src/repl/state.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const enter = toKey('enter');

/** Questions above a composer that takes each letter which is not for them. */
function open() {
  let state = initialState;
  const dialogs = createDialogs(
    () => state,
    (action) => {
      state = reduce(state, action);
    },
    { measure: () => ({ height: 9, total: 1, width: 80 }), open: () => {} },
  );
  return {
    dialogs,
    dispatch(action: Parameters<typeof reduce>[1]): void {
      state = reduce(state, action);
    },
    get state() {
      return state;
    },
    type(text: string): void {
      if (!dialogs.takeKey({ type: 'text', text }))
        state = reduce(state, { type: 'draft', draft: setText(state.draft, state.draft.text + text) });
    },
  };
}

const call = toApprovalDialog(
  {
    tool: { name: 'bash', title: 'Run a command', server: undefined },
    summary: 'bash true',
    preview: { type: 'command', command: 'true', folder: '/w' },
    reasons: ['no rule allows it'],
    choices: [{ type: 'once' }, { type: 'no' }],
  },
  { number: 1, of: 1 },
);

describe('an answer that comes with its Enter before the question was read', () => {
  it.each(['y', 'yes', 'N'])('is no prompt, and stands in the question: %s', async (words) => {
    const chat = open();
    const answer = chat.dialogs.confirm('Forget it?');
    chat.type(words);
    expect(chat.dialogs.takeKey(enter)).toBe(true);
    expect(chat.state).toMatchObject({ dialog: { typed: words }, draft: { text: '' } });
    // This Enter came in the same moment.
    expect(chat.dialogs.takeKey(enter)).toBe(true);
    expect(chat.state.dialog).toBeDefined();
    vi.advanceTimersByTime(seenMs);
    chat.dialogs.takeKey(enter);
    expect(await answer).toBe(/^y/.test(words));
  });

  it.each([
    ['at once', 0],
    ['after a while', seenMs],
  ])('is not the beginning of the words behind it: %s', (_, afterMs) => {
    const chat = open();
    void chat.dialogs.confirm('Forget it?');
    chat.type('y');
    chat.dialogs.takeKey(enter);
    vi.advanceTimersByTime(afterMs);
    for (const letter of 'now') chat.type(letter);
    expect(chat.state).toMatchObject({ draft: { text: 'now' }, waitingDialog: { typed: '' } });
  });

  it('is whole where the rest of it comes behind the Enter', async () => {
    const chat = open();
    const answer = chat.dialogs.confirm('Forget it?');
    chat.type('y');
    chat.dialogs.takeKey(enter);
    vi.advanceTimersByTime(seenMs);
    for (const letter of 'es') chat.type(letter);
    expect(chat.state).toMatchObject({ dialog: { typed: 'yes' }, draft: { text: '' } });
    chat.dialogs.takeKey(enter);
    expect(await answer).toBe(true);
  });

  it('is no prompt for a question about a call, and decides nothing', async () => {
    const chat = open();
    const decision = chat.dialogs.approve(call, new AbortController().signal);
    chat.type('1');
    expect(chat.dialogs.takeKey(enter)).toBe(true);
    expect(chat.state).toMatchObject({ dialog: { type: 'approval' }, draft: { text: '' } });
    vi.advanceTimersByTime(seenMs);
    chat.type('1');
    chat.dialogs.takeKey(enter);
    expect(await decision).toMatchObject({ choice: 0 });
  });

  it.each(['why', 'yes, why', '12', '7'])('leaves other words to the composer: %j', (words) => {
    const chat = open();
    void chat.dialogs.approve(call, new AbortController().signal);
    chat.type(words);
    expect(chat.dialogs.takeKey(enter)).toBe(false);
    expect(chat.state.dialog).toBeUndefined();
  });
});

describe('a question for a text that nobody asks any more', () => {
  it.each([
    ['enter', 'a draft\none two'],
    ['escape', 'a draft\none two'],
  ])('stays until the person ends it by %s, and its text comes into the prompt', async (name, expected) => {
    const chat = open();
    chat.type('a draft');
    const ending = new AbortController();
    const answer = chat.dialogs.text('Why?', { signal: ending.signal });
    chat.dialogs.takeKey(toKey('tab'));
    chat.type('one');
    ending.abort();
    expect(await answer).toBeUndefined();
    chat.type(' two');
    chat.dialogs.takeKey(toKey(name));
    await vi.waitFor(() => expect(chat.state.draft.text).toBe(expected));
    expect(chat.state.dialog).toBeUndefined();
  });

  it('goes at once if nothing was typed', async () => {
    const chat = open();
    const ending = new AbortController();
    const answer = chat.dialogs.text('Why?', { signal: ending.signal });
    ending.abort();
    expect(await answer).toBeUndefined();
    expect(chat.state).toMatchObject({ dialog: undefined, draft: { text: '' } });
  });
});

describe('a question about a call that another question covered', () => {
  it.each([
    ['a choice that was marked before', '1'],
    ['no choice', ''],
  ])('is a new question when it comes back, with %s', async (_, marked) => {
    const chat = open();
    const decision = chat.dialogs.approve(call, new AbortController().signal);
    vi.advanceTimersByTime(seenMs);
    chat.type(marked);
    const asked = chat.dialogs.pick('The server asks:', [{ text: 'answer it', description: '' }]);
    chat.dialogs.takeKey(enter);
    expect(await asked).toMatchObject({ text: 'answer it' });
    // Meant for a second question of the server, or typed twice.
    expect(chat.dialogs.takeKey(enter)).toBe(true);
    vi.advanceTimersByTime(seenMs);
    chat.dialogs.takeKey(enter);
    expect(chat.state.dialog).toMatchObject({ type: 'approval', selected: undefined });
    chat.type('1');
    chat.dialogs.takeKey(enter);
    expect(await decision).toMatchObject({ choice: 0 });
  });
});

describe('an answer that comes with its Enter once the question was read', () => {
  it.each([
    ['y', true],
    ['no', false],
  ])('is taken: %s', async (words, expected) => {
    const chat = open();
    const answer = chat.dialogs.confirm('Forget it?');
    vi.advanceTimersByTime(seenMs);
    chat.type(words);
    chat.dialogs.takeKey(enter);
    expect(await answer).toBe(expected);
  });
});

describe('what was typed for a list that is left', () => {
  const items = [{ text: 'apple', description: '' }];

  it.each([
    ['goes, as it chose among the items', '', 'app', ''],
    ['goes, and the draft stays as it was', 'a draft', 'app', 'a draft'],
    ['is a prompt that was typed before the list came, if it fits no item', '', 'why is', 'why is'],
    ['is behind the draft then', 'a draft', 'why is', 'a draft\nwhy is'],
  ])('%s', async (_, before, typed, after) => {
    const chat = open();
    chat.type(before);
    const answer = chat.dialogs.pick('Which?', items);
    // With a draft, the list waits until the person turns to it.
    if (before !== '') chat.dialogs.takeKey(toKey('tab'));
    chat.type(typed);
    chat.dialogs.takeKey(toKey('escape'));
    expect(await answer).toBeUndefined();
    expect(chat.state.draft.text).toBe(after);
  });
});

describe('what was meant for the prompt, and came into a list', () => {
  const items = ['alpha', 'beta'].map((text) => ({ text, description: '' }));

  it.each([
    ['a command', '!touch x'],
    ['a mention', '@notes.txt'],
    ['lines', 'L1\nL2\nL3'],
  ])('comes back as it was pasted: %s', async (_, pasted) => {
    const chat = open();
    const picked = chat.dialogs.pick('Which?', items);
    chat.dialogs.takeKey({ type: 'paste', text: pasted });
    chat.dialogs.takeKey(toKey('escape'));
    expect(await picked).toBeUndefined();
    expect(readDraft(chat.state.draft)).toEqual(readDraft(paste(createDraft(), pasted)));
    expect(readDraft(chat.state.draft).text).toBe(pasted);
  });

  it('tells what was typed from what was pasted, also once a letter of it was deleted', async () => {
    const chat = open();
    const picked = chat.dialogs.pick('Which?', items);
    chat.type('see ');
    chat.dialogs.takeKey({ type: 'paste', text: '@a\n!b' });
    chat.type(' x');
    chat.dialogs.takeKey(toKey('backspace'));
    chat.dialogs.takeKey(toKey('escape'));
    await picked;
    const said = readDraft(chat.state.draft);
    expect(said.text).toBe('see @a\n!b ');
    expect(splitByOrigin(said).filter(({ isTyped }) => !isTyped)).toEqual([
      { text: '@', isTyped: false },
      { text: '!', isTyped: false },
    ]);
  });
});

describe('words at a question of yes or no', () => {
  it.each(['yes please', 'y es  yes a', 'no thanks my friend'])(
    'keep their blanks in the draft: %s',
    (words) => {
      const chat = open();
      void chat.dialogs.confirm('Forget it?');
      vi.advanceTimersByTime(seenMs);
      for (const letter of words) chat.type(letter);
      expect(chat.state.draft.text).toBe(words);
    },
  );

  it('are an answer with blanks around them', async () => {
    const chat = open();
    const answer = chat.dialogs.confirm('Forget it?', { byDefault: false });
    vi.advanceTimersByTime(seenMs);
    for (const letter of ' yes ') chat.type(letter);
    chat.dialogs.takeKey(enter);
    expect(await answer).toBe(true);
  });
});

it('a choice that was moved to is not chosen any more behind a draft', () => {
  const chat = open();
  void chat.dialogs.approve(call, new AbortController().signal);
  vi.advanceTimersByTime(seenMs);
  chat.dialogs.takeKey(toKey('down'));
  expect(chat.state.dialog).toMatchObject({ selected: 0 });
  chat.type('why');
  expect(chat.state.waitingDialog).toMatchObject({ selected: undefined });
  chat.dialogs.takeKey(toKey('tab'));
  vi.advanceTimersByTime(seenMs);
  chat.dialogs.takeKey(enter);
  expect(chat.state.dialog).toMatchObject({ hint: 'Type a number, or press Up or Down to choose.' });
});

it('a question about a call waits until the text for another is entered', async () => {
  const chat = open();
  const { signal } = new AbortController();
  const entered = chat.dialogs.text('How many?');
  const decided = chat.dialogs.approve(call, signal);
  await vi.advanceTimersByTimeAsync(exchangedMs);
  chat.type('1');
  expect(chat.state.dialog).toMatchObject({ type: 'text', text: '1' });
  chat.dialogs.takeKey(enter);
  expect(await entered).toBe('1');
  await vi.advanceTimersByTimeAsync(seenMs);
  expect(chat.state.dialog).toMatchObject({ question: call.question, isSeen: true });
  chat.type('1');
  chat.dialogs.takeKey(enter);
  expect(await decided).toMatchObject({ choice: 0 });
});

it('a question about a call that waits for a text is gone with its run', async () => {
  const chat = open();
  const run = new AbortController();
  void chat.dialogs.text('How many?');
  const decided = chat.dialogs.approve(call, run.signal);
  run.abort();
  expect(await decided).toBeUndefined();
  expect(chat.state.dialog).toMatchObject({ type: 'text' });
});

/** Timers are late, and keys are read after them. */
function standStill(ms: number): void {
  const now = performance.now() + ms;
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now);
  vi.advanceTimersToNextTimer();
  clock.mockRestore();
}

it('a question that comes over a search of earlier prompts waits for its end, and takes none of its keys', async () => {
  const chat = open();
  const search = { type: 'history-search', query: 'v', found: undefined, failed: false } as const;
  chat.dispatch({ type: 'help', help: search });
  const decided = chat.dialogs.approve(call, new AbortController().signal);
  vi.advanceTimersByTime(exchangedMs);
  for (const key of [
    { type: 'text', text: '1' } as const,
    enter,
    toKey('tab'),
    toKey('escape'),
    toKey('down'),
  ])
    expect(chat.dialogs.takeKey(key)).toBe(false);
  expect(chat.state).toMatchObject({ waitingDialog: { question: call.question } });
  chat.dispatch({ type: 'help', help: undefined });
  chat.dialogs.draftEmptied();
  chat.type('1');
  expect(chat.state).toMatchObject({ draft: { text: '1' } });
  chat.dialogs.takeKey(toKey('tab'));
  vi.advanceTimersByTime(seenMs);
  chat.type('1');
  chat.dialogs.takeKey(enter);
  expect(await decided).toMatchObject({ choice: 0 });
});

describe('a question in the place of another that no key has answered', () => {
  const form = { ...call, question: 'The MCP server el asks:' };
  const rules = ['read', 'write'].map((text) => ({ text, description: '' }));

  it('is not asked while one about a call is open, if it can be taken back', async () => {
    const chat = open();
    const decided = chat.dialogs.approve(call, new AbortController().signal);
    const asked = chat.dialogs.approve(form, new AbortController().signal, { waits: true });
    await vi.advanceTimersByTimeAsync(exchangedMs);
    expect(chat.state.dialog).toMatchObject({ question: call.question });
    chat.type('1');
    chat.dialogs.takeKey(enter);
    expect(await decided).toMatchObject({ choice: 0 });
    await vi.advanceTimersByTimeAsync(seenMs);
    expect(chat.state.dialog).toMatchObject({ question: form.question });
    chat.type('2');
    chat.dialogs.takeKey(enter);
    expect(await asked).toMatchObject({ choice: 1 });
  });

  it('is gone if it is taken back while it waits', async () => {
    const chat = open();
    const leaving = new AbortController();
    void chat.dialogs.approve(call, new AbortController().signal);
    const asked = chat.dialogs.approve(form, leaving.signal, { waits: true });
    await vi.advanceTimersByTimeAsync(seenMs);
    leaving.abort();
    expect(await asked).toBeUndefined();
    expect(chat.state.dialog).toMatchObject({ question: call.question });
  });

  it.each<[name: string, exchange: (dialogs: ReturnType<typeof createDialogs>) => void]>([
    ['that covers it', (dialogs) => void dialogs.approve(call, new AbortController().signal)],
    [
      'that it covered',
      (dialogs) => {
        const above = new AbortController();
        void dialogs.approve(call, new AbortController().signal);
        void dialogs.approve(form, above.signal);
        vi.advanceTimersByTime(exchangedMs);
        above.abort();
      },
    ],
    [
      'that was taken back before',
      (dialogs) => {
        const before = new AbortController();
        void dialogs.approve(form, before.signal);
        vi.advanceTimersByTime(seenMs);
        before.abort();
        vi.advanceTimersByTime(seenMs);
        void dialogs.approve(call, new AbortController().signal);
      },
    ],
    [
      'that was a list',
      (dialogs) => {
        void dialogs.pick('Rules', rules);
        vi.advanceTimersByTime(exchangedMs);
        void dialogs.approve(call, new AbortController().signal);
      },
    ],
    [
      'that was a question of yes or no',
      (dialogs) => {
        void dialogs.confirm('Forget it?');
        vi.advanceTimersByTime(exchangedMs);
        void dialogs.approve(call, new AbortController().signal);
      },
    ],
  ])('takes no number for two seconds: one %s', (name, exchange) => {
    const chat = open();
    if (name === 'that covers it') void chat.dialogs.approve(form, new AbortController().signal);
    exchange(chat.dialogs);
    vi.advanceTimersByTime(exchangedMs - 1);
    expect(chat.state.dialog).toMatchObject({ question: call.question });
    chat.type('1');
    expect(chat.state).toMatchObject({ draft: { text: '1' }, waitingDialog: { question: call.question } });
  });

  it('takes no number that was typed while the program stood still', () => {
    const chat = open();
    void chat.dialogs.approve(form, new AbortController().signal);
    vi.advanceTimersByTime(exchangedMs);
    void chat.dialogs.approve(call, new AbortController().signal);
    vi.advanceTimersByTime(300);
    standStill(exchangedMs + 400);
    chat.type('1');
    expect(chat.state).toMatchObject({ draft: { text: '1' }, waitingDialog: { question: call.question } });
    chat.dialogs.takeKey(toKey('tab'));
    vi.advanceTimersByTime(exchangedMs - 1);
    expect(chat.state.dialog).not.toHaveProperty('isSeen', true);
    vi.advanceTimersByTime(1);
    expect(chat.state.dialog).toHaveProperty('isSeen', true);
  });

  it('takes no number soon after Tab, if it took its place while it waited', () => {
    const chat = open();
    chat.type('why');
    void chat.dialogs.approve(form, new AbortController().signal);
    vi.advanceTimersByTime(exchangedMs);
    void chat.dialogs.approve(call, new AbortController().signal);
    vi.advanceTimersByTime(20);
    chat.dialogs.takeKey(toKey('tab'));
    vi.advanceTimersByTime(exchangedMs - 30);
    chat.type('1');
    expect(chat.state).toMatchObject({ draft: { text: 'why1' }, waitingDialog: { question: call.question } });
  });

  it.each<[name: string, before: boolean]>([
    ['took its place', true],
    ['came', false],
  ])('takes no number before it can be read, if it %s while a program had the terminal', (_, before) => {
    const chat = open();
    if (before) void chat.dialogs.approve(form, new AbortController().signal);
    vi.advanceTimersByTime(exchangedMs);
    const takeBack = chat.dialogs.lent();
    void chat.dialogs.approve(call, new AbortController().signal);
    vi.advanceTimersByTime(2 * exchangedMs);
    takeBack();
    vi.advanceTimersByTime(exchangedMs - 1);
    chat.type('1');
    expect(chat.state).toMatchObject({ draft: { text: '1' }, waitingDialog: { question: call.question } });
  });

  it.each<[name: string, turn: (chat: ReturnType<typeof open>) => void]>([
    ['by Tab', ({ dialogs }) => dialogs.takeKey(toKey('tab'))],
    ['where the draft has become empty', ({ dialogs }) => dialogs.draftEmptied()],
  ])('takes no number if it took the place of one that waited meanwhile, and is opened %s', (_, turn) => {
    const chat = open();
    const server = new AbortController();
    void chat.dialogs.approve(form, server.signal);
    chat.type('why');
    vi.advanceTimersByTime(exchangedMs);
    const takeBack = chat.dialogs.lent();
    server.abort();
    void chat.dialogs.approve(call, new AbortController().signal);
    vi.advanceTimersByTime(2 * exchangedMs);
    takeBack();
    vi.advanceTimersByTime(20);
    turn(chat);
    vi.advanceTimersByTime(exchangedMs - 30);
    expect(chat.state.dialog).toMatchObject({ question: call.question });
    expect(chat.state.dialog).not.toHaveProperty('isSeen', true);
  });

  it.each([
    ['came', false],
    ['took the place of another', true],
  ])('takes no number if it %s just before a program got the terminal', (_, before) => {
    const chat = open();
    if (before) void chat.dialogs.approve(form, new AbortController().signal);
    vi.advanceTimersByTime(exchangedMs);
    void chat.dialogs.approve(call, new AbortController().signal);
    vi.advanceTimersByTime(50);
    const takeBack = chat.dialogs.lent();
    vi.advanceTimersByTime(2 * exchangedMs);
    takeBack();
    vi.advanceTimersByTime(exchangedMs - 1);
    chat.type('1');
    expect(chat.state).toMatchObject({ draft: { text: '1' }, waitingDialog: { question: call.question } });
  });

  it('takes a number at once where the person has read the same elsewhere', async () => {
    const chat = open();
    const decided = chat.dialogs.approve(call, new AbortController().signal);
    vi.advanceTimersByTime(seenMs);
    const takeBack = chat.dialogs.lent();
    vi.advanceTimersByTime(exchangedMs);
    takeBack();
    chat.type('1');
    chat.dialogs.takeKey(enter);
    expect(await decided).toMatchObject({ choice: 0 });
  });

  it('takes no Down and Enter that were meant for a list', () => {
    const chat = open();
    void chat.dialogs.pick('Rules', rules);
    void chat.dialogs.approve(call, new AbortController().signal);
    vi.advanceTimersByTime(exchangedMs - 1);
    chat.dialogs.takeKey(toKey('down'));
    chat.dialogs.takeKey(enter);
    expect(chat.state.dialog).toMatchObject({ question: call.question });
    expect(chat.state.dialog).not.toHaveProperty('isSeen', true);
  });

  it('takes a number soon where a key has ended a list', () => {
    const chat = open();
    void chat.dialogs.pick('Rules', rules);
    chat.dialogs.takeKey(enter);
    void chat.dialogs.approve(call, new AbortController().signal);
    vi.advanceTimersByTime(seenMs);
    expect(chat.state.dialog).toMatchObject({ question: call.question, isSeen: true });
  });

  it('takes a number soon where a key has ended the other', () => {
    const chat = open();
    void chat.dialogs.approve(call, new AbortController().signal);
    void chat.dialogs.approve(form, new AbortController().signal);
    vi.advanceTimersByTime(exchangedMs);
    chat.type('2');
    chat.dialogs.takeKey(enter);
    vi.advanceTimersByTime(seenMs);
    expect(chat.state.dialog).toMatchObject({ question: call.question, isSeen: true });
  });
});

describe('the questions of one form, over a draft', () => {
  const tab = toKey('tab');
  const items = ['one', 'two'].map((text) => ({ text, description: '' }));
  const settle = () => vi.advanceTimersByTimeAsync(seenMs);

  function openDraft() {
    const chat = open();
    chat.type('my draft');
    return chat;
  }

  it('wait until the person turns to the first one, and keep the keyboard to the last one', async () => {
    const chat = openDraft();
    const { dialogs } = chat;
    const visit = {};
    const { signal } = new AbortController();
    const asked = (async () => [
      await dialogs.approve(call, signal, { waits: true, visit }),
      await dialogs.text('Where?', { visit, signal }),
      (await dialogs.pick('Which?', items, 0, { visit, signal }))?.text,
      await dialogs.text('Why?', { visit, isSecret: true }),
    ])();
    await settle();
    expect(chat.state.waitingDialog).toMatchObject({ type: 'approval' });
    dialogs.takeKey(tab);
    await settle();
    for (const [words, type] of [
      ['1', 'approval'],
      ['Paris', 'text'],
      ['two', 'pick'],
      ['5', 'text'],
    ] as const) {
      expect(chat.state.dialog).toMatchObject({ type });
      chat.type(words);
      dialogs.takeKey(enter);
      await settle();
    }
    expect(await asked).toEqual([{ choice: 0, reason: '' }, 'Paris', 'two', '5']);
    expect(chat.state).toMatchObject({ draft: { text: 'my draft' }, dialog: undefined });
  });

  it('are a list that opens again, too', async () => {
    const chat = openDraft();
    void chat.dialogs.pickAct('Servers', items, {}).then(() => chat.dialogs.pickAct('Servers', items, {}));
    chat.dialogs.takeKey(tab);
    chat.dialogs.takeKey(enter);
    await settle();
    expect(chat.state.dialog).toMatchObject({ title: 'Servers' });
  });

  it.each<[name: string, ask: (chat: ReturnType<typeof open>) => void]>([
    ['about a call', ({ dialogs }) => void dialogs.approve(call, new AbortController().signal)],
    ['of another form', ({ dialogs }) => void dialogs.text('Why?', { visit: {} })],
    ['of no form', ({ dialogs }) => void dialogs.text('Why?')],
    ['that is another list', ({ dialogs }) => void dialogs.pick('Models', items)],
    ['of yes or no', ({ dialogs }) => void dialogs.confirm('Sure?')],
  ])('take the keyboard to no question of another caller: one %s', async (_, ask) => {
    const chat = openDraft();
    const entered = chat.dialogs.text('Where?', { visit: {} });
    chat.dialogs.takeKey(tab);
    chat.dialogs.takeKey(enter);
    await entered;
    ask(chat);
    await settle();
    expect(chat.state.dialog).toBeUndefined();
    expect(chat.state.waitingDialog).toBeDefined();
  });

  it('give the keyboard back to a question about a call that they covered only by Tab', async () => {
    const chat = openDraft();
    const visit = {};
    const { signal } = new AbortController();
    const first = chat.dialogs.text('Where?', { visit, signal });
    chat.dialogs.takeKey(tab);
    chat.dialogs.takeKey(enter);
    await first;
    void chat.dialogs.approve(call, signal);
    const second = chat.dialogs.text('Why?', { visit, signal });
    expect(chat.state.dialog).toMatchObject({ question: 'Why?' });
    chat.dialogs.takeKey(enter);
    await second;
    expect(chat.state).toMatchObject({ dialog: undefined, waitingDialog: { question: call.question } });
  });

  it.each<[name: string, leave: (chat: ReturnType<typeof open>) => void]>([
    [
      'typed into the draft before the next one came',
      (chat) => {
        chat.dialogs.takeKey(enter);
        chat.type('!');
      },
    ],
    ['left the one before', (chat) => void chat.dialogs.takeKey(toKey('escape'))],
  ])('wait again if the person %s', async (_, leave) => {
    const chat = openDraft();
    const visit = {};
    const first = chat.dialogs.text('Where?', { visit });
    chat.dialogs.takeKey(tab);
    leave(chat);
    await first;
    void chat.dialogs.text('Why?', { visit });
    expect(chat.state).toMatchObject({ dialog: undefined, waitingDialog: { question: 'Why?' } });
  });
});

describe('words that an open list has nothing for', () => {
  const items = [{ text: 'one', description: '' }];

  it.each<[string, (chat: ReturnType<typeof open>, ending: AbortController) => unknown]>([
    ['another question comes', ({ dialogs }) => void dialogs.confirm('Forget it?')],
    [
      'a question about a call comes',
      ({ dialogs }) => void dialogs.approve(call, new AbortController().signal),
    ],
    ['nobody asks any more', (_, ending) => ending.abort()],
    ['the chat ends', ({ dialogs }) => dialogs.close()],
    ['it is left', ({ dialogs }) => dialogs.takeKey(toKey('escape'))],
  ])('come into the prompt where %s', async (_, act) => {
    const chat = open();
    const ending = new AbortController();
    const picked = chat.dialogs.pick('Which?', items, undefined, { signal: ending.signal });
    chat.type('words');
    act(chat, ending);
    expect(await picked).toBeUndefined();
    expect(chat.state.draft.text).toBe('words');
  });

  it('do not come twice', async () => {
    const chat = open();
    void chat.dialogs.pick('Which?', items);
    chat.type('words');
    chat.dialogs.takeKey(toKey('escape'));
    chat.dialogs.close();
    expect(chat.state.draft.text).toBe('words');
  });
});
