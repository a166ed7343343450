import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toTyped } from '../../src/prompt-text.ts';
import { createReplCompleter } from '../../src/repl/completion/repl-completer.ts';
import { keyBindings } from '../../src/repl/composer/key-bindings.ts';
import { readDraft } from '../../src/repl/composer/pastes.ts';
import { createViKeys, type ViKeys } from '../../src/repl/composer/vi/vi-keys.ts';
import { createController } from '../../src/repl/controller.ts';
import { createApproval } from '../../src/repl/dialogs/approval.ts';
import { type Key, toKey } from '../../src/repl/keys/key.ts';
import { createPastedImages } from '../../src/repl/pasted-images.ts';
import { toDraftRows } from '../../src/repl/view/draw-live.ts';
import { describeKeys } from '../../src/repl/view/key-hints.ts';
import { createPlain } from '../attachments/images.ts';
import { createTestRepl, type TestReplOptions } from '../helpers/repl-app.ts';

/** A chat whose keys go the way that they go in a terminal, without what is sent. */
async function startKeys({ isVi = false, ...options }: TestReplOptions & { isVi?: boolean } = {}) {
  const repl = await createTestRepl(options);
  const { app, core } = repl;
  const images = createPastedImages(app);
  const { dialogs } = app;
  const sent: string[] = [];
  const done: string[] = [];
  const note = (name: string) => () => void done.push(name);
  let vi: ViKeys | undefined;
  const controller = createController({
    getState: () => app.state,
    dispatch: app.dispatch,
    completer: createReplCompleter(app, core.commands),
    now: () => 0,
    vi: () => vi,
    keyBindings,
    rows: () => toDraftRows(80),
    actions: {
      submit: ({ text }) => void sent.push(text),
      stop: note('stop'),
      leave: note('leave'),
      suspend: note('suspend'),
      redraw: note('redraw'),
      rewind: note('rewind'),
      openEditor: note('editor'),
      walkHistory: core.history.walk,
      searchHistory: core.history.startSearch,
      pasteImage: note('image'),
      takePastedPath: images.takePath,
      namesImages: images.namesImages,
      findDoubt: () => undefined,
      dropAttachments: note('drop'),
      cancelRevision: app.cancelRevision,
      leaveHistory: core.history.leave,
      hasEntered: core.history.has,
      keepCleared: core.history.keepCleared,
      stash: () => core.history.stash(app.session),
      detachLast: note('detach'),
      toggleReasoning: () => false,
      takeBack: note('take back'),
      emptied: dialogs.draftEmptied,
    },
  });
  if (isVi) {
    vi = createViKeys({
      getDraft: () => app.state.draft,
      setDraft: controller.setDraft,
      type: controller.type,
      onMode: (viMode, isPending) => app.dispatch({ type: 'vi-mode', viMode, isPending }),
      stopsAtOnce: () => app.state.draft.text === '' && app.state.work !== undefined,
      up: controller.up,
      down: controller.down,
      searchHistory: core.history.startSearch,
      knowsAlt: () => true,
      escape: controller.escape,
    });
    app.dispatch({ type: 'vi-mode', viMode: 'insert', isPending: false });
  }
  const press = (...keys: (string | Key)[]): void => {
    for (const given of keys) {
      const key = typeof given === 'string' ? toKey(given) : given;
      if (app.state.dialog && controller.takeForProgram(key)) continue;
      if (!dialogs.takeKey(key) && !core.history.takeKey(key)) controller.take(key);
    }
  };
  return {
    ...repl,
    sent,
    done,
    press,
    type: (text: string) => press(...Array.from(text, (letter): Key => ({ type: 'text', text: letter }))),
    paste: (text: string) => press({ type: 'paste', text }),
    shown: () => readDraft(app.state.draft).text,
    keys: () => {
      const { sentence, keys } = describeKeys(app.state, 0);
      return sentence ?? keys.join(' · ');
    },
  };
}

describe('what is pasted as the whole prompt', () => {
  const words = 'Pasted, so it is no command: Enter sends it as text';

  it.each(['/status', '!ls', '  !ls -la', '/model gpt-5.4 low', 'exit', '?'])(
    'is no command, and says so before it is sent: %s',
    async (text) => {
      const { paste, keys, sent, press, app } = await startKeys();
      paste(text);
      expect(keys()).toBe(words);
      press('enter');
      expect(sent).toEqual([text]);
      expect(app.state.draft.text).toBe('');
    },
  );

  it.each(['see /status', '/home/me/notes.txt is empty', '@notes.txt', 'hello', 'what!'])(
    'says nothing where it would be none either: %s',
    async (text) => {
      const { paste, keys } = await startKeys();
      paste(text);
      expect(keys()).toMatch(/^Enter sends/);
    },
  );

  it('says nothing once the beginning is typed', async () => {
    const { paste, press, type, keys } = await startKeys();
    paste('!ls');
    press('home', 'delete');
    type('!');
    expect(keys()).toMatch(/^Enter runs it/);
  });
});

const ask = () =>
  createApproval({
    question: 'Run this command?',
    notes: [],
    body: [],
    mustBeSeen: false,
    choices: [
      { text: 'yes, once', isYes: true },
      { text: 'no', isYes: false, says: true },
    ],
  });

describe('what is typed behind a draft that came back', () => {
  it.each([
    ['letters', ' and more', 'look at sub and more'],
    ['letters without a blank', 's', 'look at subs'],
    ['the rest of a path', '/a.js', 'look at sub/a.js'],
    ['a path of folders', '/one/two', 'look at sub/one/two'],
    ['an exclamation mark', '!', 'look at sub!'],
  ])('is a part of it: %s', async (_, typed, expected) => {
    const { app, sent, type, press } = await startKeys();
    app.setDraft(toTyped('look at sub'));
    type(typed);
    press('enter');
    expect(sent).toEqual([expected]);
    expect(app.state).toMatchObject({ draft: { text: '' }, setAside: undefined });
  });

  it.each(['/undo', '/status', '/rename one two', '!ls ./sub', '/attach ./a.js'])(
    'is a command of its own, and the draft returns: %s',
    async (command) => {
      const { app, sent, type, press, shown } = await startKeys();
      app.setDraft(toTyped('look at sub'));
      type(command);
      expect(readDraft(app.state.setAside ?? app.state.draft).text).toBe('look at sub');
      press('enter');
      expect(sent).toEqual([command]);
      expect(shown()).toBe('look at sub');
      expect(app.state).toMatchObject({ isPlaced: true, setAside: undefined });
    },
  );

  it('returns as soon as what is typed can be no command, and with Esc, Backspace and Ctrl+S', async () => {
    const { app, type, press, shown } = await startKeys();
    app.setDraft(toTyped('look at sub'));
    type('/a');
    expect(shown()).toBe('/a');
    type('.');
    expect(shown()).toBe('look at sub/a.');
    for (const keys of [['escape', 'escape'], ['backspace'], ['ctrl+s']]) {
      app.setDraft(toTyped('look at sub'));
      type('!');
      expect(shown()).toBe('!');
      press(...keys.map((key) => (key === 'ctrl+s' ? toKey('s', { ctrl: true }) : key)));
      expect(shown()).toBe('look at sub');
      expect(app.state.setAside).toBeUndefined();
    }
  });

  it('returns with what was pasted there', async () => {
    const { app, type, paste } = await startKeys();
    app.setDraft(toTyped('look at sub'));
    type('/');
    paste('x@y!/z');
    type('.');
    expect(readDraft(app.state.draft).text).toBe('look at sub/x@y!/z.');
  });
});

describe('a paste behind a typed !', () => {
  it.each([
    ['of many lines', 'echo\n'.repeat(20)],
    ['of one long line', `echo ${'x '.repeat(600)}; touch ran`],
  ])('is run only once it is shown: %s', async (_, text) => {
    const { sent, type, press, paste } = await startKeys();
    type('!');
    paste(text);
    press('enter');
    expect(sent).toEqual([]);
    press(toKey('v', { alt: true }));
    press('enter');
    expect(sent).toEqual([`!${text}`]);
  });
});

describe('an image that is dropped on the terminal', () => {
  const files = async () => ({ 'logo.png': await createPlain({ width: 4, height: 1 }).png().toBuffer() });
  const start = async () => startKeys({ files: await files() });
  const forms: [string, (path: string) => string][] = [
    ['plain', (path) => path],
    ['quoted', (path) => `'${path}' `],
    ['a URL', (path) => `file://${path}`],
    ['twice', (path) => `${path} ${path}`],
  ];

  describe.each(forms)('%s', (_, toForm) => {
    it.each(['!git stash push ', '!', '/rename ', '/export', '/attach ', '/tr ', '/server:prompt one ', '/'])(
      'is text behind %j',
      async (typed) => {
        const { app, cwd, type, paste, press, sent } = await start();
        const pasted = toForm(join(cwd, 'logo.png'));
        type(typed);
        paste(pasted);
        expect(readDraft(app.state.draft).text).toBe(typed + pasted);
        press('escape', 'enter');
        expect(sent).toEqual([typed + pasted]);
        expect(app.state.attachments).toEqual([]);
      },
    );

    it.each(['', 'what is ', 'see !', '/etc/hosts '])('is attached behind %j', async (typed) => {
      const { app, cwd, type, paste } = await start();
      type(typed);
      paste(toForm(join(cwd, 'logo.png')));
      await vi.waitFor(() => expect(app.state.attachments).toContain('logo.png, 4×1'));
      expect(app.state.draft.text).toBe(typed);
    });
  });

  it.each(['', 'rename the file ', '!git stash push '])(
    'is a word if only its name is pasted behind %j',
    async (typed) => {
      for (const name of ['logo.png', './logo.png', "'logo.png'"]) {
        const { app, type, paste, shown } = await start();
        type(typed);
        paste(name);
        type(' to mark.png');
        expect(shown()).toBe(`${typed}${name} to mark.png`);
        expect(app.state.attachments).toEqual([]);
      }
    },
  );

  it('is a word of a command during an answer, in the place of a draft, and once what is typed is one', async () => {
    const { app, cwd, type, paste, press, shown } = await start();
    const path = join(cwd, 'logo.png');
    app.dispatch({ type: 'work-began', label: 'Asking', at: 0 });
    type('!git add ');
    paste(path);
    expect(shown()).toBe(`!git add ${path}`);
    press(toKey('u', { ctrl: true }));
    app.setDraft(toTyped('look at it'));
    type('!file ');
    paste(path);
    expect(shown()).toBe(`!file ${path}`);
    press(toKey('u', { ctrl: true }));
    expect(shown()).toBe('look at it');
    press('home');
    type('x!');
    press('home', 'delete', 'end');
    paste(path);
    expect(shown()).toBe(`!look at it${path}`);
    expect(app.state.attachments).toEqual([]);
  });

  it('stays attached when a prompt becomes a command, which says so', async () => {
    for (const typed of ['!', '/export ']) {
      const { app, cwd, type, paste, press } = await start();
      type('add ');
      paste(join(cwd, 'logo.png'));
      await vi.waitFor(() => expect(app.state.attachments).toHaveLength(1));
      press('home');
      expect(app.state.hint).toBeUndefined();
      type(typed);
      expect(app.state.hint).toBe('What is attached goes with your next prompt');
      expect(app.state.attachments).toHaveLength(1);
    }
  });

  it('says in a command how it is attached', async () => {
    const { app, cwd, type, paste } = await start();
    type('/compare red blue what is ');
    paste(join(cwd, 'logo.png'));
    expect(app.state.hint).toBe(
      'In a command the path is text; dropped on an empty prompt, the image is attached',
    );
  });
});

describe('Ctrl+C on a draft with attachments', () => {
  const image = { type: 'media', path: '/pic.png', label: 'pic.png', isOfDraft: true } as const;
  const file = { type: 'files', spec: 'notes.txt' } as const;
  const ctrlC = toKey('c', { ctrl: true });

  async function startAttached() {
    const chat = await startKeys();
    chat.core.history.add(toTyped('earlier'));
    chat.type('what is it?');
    chat.app.session.attach(file);
    chat.app.session.attach(image);
    return chat;
  }

  it('clears those that came with it, and Up brings them back, once', async () => {
    const { app, press, type, shown } = await startAttached();
    press(ctrlC);
    expect(app.state).toMatchObject({ draft: { text: '' }, attachments: ['notes.txt'] });
    type('another');
    press(toKey('u', { ctrl: true }), 'up');
    expect(shown()).toBe('what is it?');
    expect(app.state.attachments).toEqual(['notes.txt', 'pic.png']);
    press(ctrlC, 'up', 'up', 'down');
    expect(app.state.attachments).toEqual(['notes.txt', 'pic.png']);
    press('down');
    expect(app.state).toMatchObject({ draft: { text: '' }, attachments: ['notes.txt'] });
  });

  it('does so for an earlier prompt and for one that came back', async () => {
    const { app, core, press, shown } = await startKeys();
    core.history.add(toTyped('sent'));
    for (const come of [() => press('up'), () => app.setDraft(toTyped('sent'))]) {
      come();
      app.session.attach(image);
      press(ctrlC);
      expect(app.state).toMatchObject({ draft: { text: '' }, attachments: [] });
      press('up');
      expect(shown()).toBe('sent');
      expect(app.state.attachments).toEqual(['pic.png']);
      app.session.detachLast();
      press(ctrlC);
    }
  });

  it.each(['!ls', '/export a.md', 'exit'])('leaves them beside a cleared command: %s', async (command) => {
    const { app, type, press } = await startKeys();
    app.session.attach(image);
    type(command);
    press(ctrlC);
    expect(app.state).toMatchObject({ draft: { text: '' }, attachments: ['pic.png'] });
  });

  it('leaves those of a draft in whose place a command is typed', async () => {
    const { app, type, press, shown } = await startKeys();
    app.setDraft(toTyped('what is it?'));
    app.session.attach(image);
    type('/export');
    press(ctrlC);
    expect(shown()).toBe('what is it?');
    expect(app.state.attachments).toEqual(['pic.png']);
  });

  it('brings none back that were sent meanwhile', async () => {
    const { app, core, press, shown } = await startAttached();
    press(ctrlC, 'up', 'enter');
    core.history.add(toTyped('what is it?'));
    app.session.dropAttachments();
    press('up');
    expect(shown()).toBe('what is it?');
    expect(app.state.attachments).toEqual([]);
  });
});

describe('keys at a question about a call', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  async function startAsked() {
    const chat = await startKeys();
    const answer = chat.app.dialogs.approve(ask(), new AbortController().signal);
    vi.advanceTimersByTime(300);
    return { ...chat, answer };
  }

  it.each([
    ['z', 'suspend'],
    ['l', 'redraw'],
    ['d', 'leave'],
  ])('Ctrl+%s does what it does elsewhere', async (letter, name) => {
    const { app, done, press } = await startAsked();
    press(toKey(letter, { ctrl: true }));
    expect(done).toEqual([name]);
    expect(app.state.dialog?.type).toBe('approval');
  });

  it('Ctrl+D does not leave a draft, and takes nothing out of it', async () => {
    const { app, done, type, press, shown } = await startAsked();
    type('why');
    press('home', 'tab', toKey('d', { ctrl: true }));
    expect(done).toEqual([]);
    expect(app.state.dialog?.type).toBe('approval');
    expect(shown()).toBe('why');
  });

  it.each([
    ['Backspace', ['backspace', 'backspace']],
    ['Ctrl+U', [toKey('u', { ctrl: true })]],
  ])('it comes back when the draft before it is emptied: %s', async (_, keys) => {
    const { app, type, press, answer } = await startAsked();
    type('dr');
    expect(app.state.dialog).toBeUndefined();
    press(...keys);
    expect(app.state).toMatchObject({ dialog: { type: 'approval', isSeen: false }, draft: { text: '' } });
    // This Enter came too soon, and is no answer.
    press('enter', 'down', 'enter');
    expect(app.state.dialog?.type).toBe('approval');
    vi.advanceTimersByTime(300);
    press('down', 'enter');
    expect(await answer).toEqual({ choice: 0, reason: '' });
  });

  it('it stays aside when a prompt is sent before it, and letters go on into a draft', async () => {
    const { app, type, press, sent, shown } = await startAsked();
    type('why');
    press('enter');
    expect(sent).toEqual(['why']);
    expect(app.state.dialog).toBeUndefined();
    type('d');
    press('backspace');
    type('other');
    expect(shown()).toBe('other');
    expect(app.state.waitingDialog?.type).toBe('approval');
  });
});

describe('Esc of the composer under a question that waits', () => {
  const question = (): string => describeKeys(app().state, 0).sentence ?? '';
  let chat: Awaited<ReturnType<typeof startKeys>>;
  const app = () => chat.app;

  /** Asks while a draft is typed, with an answer that the question belongs to. */
  async function startWaiting(draft: string, options?: { isVi: boolean }) {
    chat = await startKeys({ ...options, files: { 'notes.txt': 'hi' } });
    const { dispatch, dialogs } = chat.app;
    dispatch({ type: 'work-began', label: 'Working', at: 0 });
    chat.type('a');
    const answers: unknown[] = [];
    void dialogs.approve(ask(), new AbortController().signal).then((answer) => answers.push(answer));
    chat.press('backspace', 'tab');
    chat.type(draft);
    await vi.waitFor(() => expect(chat.app.state.waitingDialog).toBeDefined());
    const settle = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return answers;
    };
    return { ...chat, settle };
  }

  /** The next Esc is for the question. */
  async function expectLeft({ press, app, settle, done }: Awaited<ReturnType<typeof startWaiting>>) {
    expect(await settle()).toEqual([]);
    expect(app.state.waitingDialog?.type).toBe('approval');
    expect(question()).toMatch(/Esc says no and stops$/);
    press('escape');
    expect(await settle()).toEqual([undefined]);
    expect(done).toEqual([]);
  }

  it.each([
    ['of files', 'see @'],
    ['of commands', '/mod'],
    ['of values', '/theme '],
  ])('closes the menu alone: %s', async (_, draft) => {
    const waiting = await startWaiting(draft);
    await vi.waitFor(() => expect(chat.app.state.help?.type).toBe('completion'));
    expect(question()).not.toMatch(/Esc/);
    chat.press('escape');
    expect(chat.app.state.help).toBeUndefined();
    expect(chat.shown()).toBe(draft);
    await expectLeft(waiting);
  });

  it('closes the keys that ? shows, and the question comes back', async () => {
    const { settle } = await startWaiting('?');
    expect(chat.app.state.help?.type).toBe('keys');
    chat.press('escape');
    expect(await settle()).toEqual([]);
    expect(chat.app.state).toMatchObject({
      dialog: { type: 'approval', isSeen: false },
      draft: { text: '' },
    });
  });

  it.each(['escape', toKey('g', { ctrl: true }), toKey('c', { ctrl: true })])(
    'ends the search of earlier prompts alone: %j',
    async (key) => {
      const waiting = await startWaiting('draft');
      chat.press(toKey('r', { ctrl: true }));
      chat.type('x');
      chat.press(key);
      expect(chat.shown()).toBe('draft');
      await expectLeft(waiting);
    },
  );

  it('leaves the insert mode of vi', async () => {
    const waiting = await startWaiting('draft', { isVi: true });
    expect(question()).not.toMatch(/Esc/);
    chat.press('escape');
    expect(chat.app.state.viMode).toBe('normal');
    await expectLeft(waiting);
  });

  it('leaves the insert mode that a command of vi began', async () => {
    const waiting = await startWaiting('draft', { isVi: true });
    chat.press('escape');
    chat.type('cwother');
    chat.press('escape');
    expect([chat.shown(), chat.app.state.viMode]).toEqual(['drafother', 'normal']);
    await expectLeft(waiting);
  });

  it.each([
    ['an operator', 'd'],
    ['a count', '2'],
    ['an object that is not complete', 'di'],
    ['a visual area', 'v'],
    ['a visual area of lines', 'V'],
  ])('ends what was begun in the normal mode of vi: %s', async (_, keys) => {
    const waiting = await startWaiting('draft', { isVi: true });
    chat.press('escape');
    chat.type(keys);
    chat.press('escape');
    expect([chat.shown(), chat.app.state.viMode]).toEqual(['draft', 'normal']);
    await expectLeft(waiting);
  });

  it('ends a form, whose keys are at the composer, only once nothing is open there', async () => {
    chat = await startKeys({ isVi: true });
    chat.type('draft');
    const entered: unknown[] = [];
    void chat.app.dialogs.text('Why?').then((text) => entered.push(text));
    chat.press('escape');
    await new Promise((resolve) => setImmediate(resolve));
    expect([entered, chat.app.state.viMode]).toEqual([[], 'normal']);
    chat.press('escape');
    await vi.waitFor(() => expect(entered).toEqual([undefined]));
    expect(chat.shown()).toBe('draft');
  });

  it('is for the question if vi has nothing to edit', async () => {
    chat = await startKeys({ isVi: true });
    chat.app.dispatch({ type: 'work-began', label: 'Working', at: 0 });
    chat.type('draft');
    const picked = chat.app.dialogs.pick('Which?', [{ text: 'one', description: '' }]);
    chat.press(toKey('u', { ctrl: true }), 'escape');
    expect(await picked).toBeUndefined();
    expect(chat.done).toEqual([]);
  });
});

describe('words in the search of earlier prompts that none of them has', () => {
  const cancelling = ['escape', toKey('c', { ctrl: true }), toKey('g', { ctrl: true })];
  const accepting = ['enter', 'tab', toKey('a', { ctrl: true })];

  it.each(accepting)('are the draft when the search ends, and are not sent: %j', async (key) => {
    const { press, type, shown, sent, app } = await startKeys();
    press(toKey('r', { ctrl: true }));
    type('a whole prompt');
    press(key);
    expect(shown()).toBe('a whole prompt');
    expect(app.state.help).toBeUndefined();
    expect(sent).toEqual([]);
    press('enter');
    expect(sent).toEqual(['a whole prompt']);
  });

  it.each([...accepting, ...cancelling])('are one step back beside a draft: %j', async (key) => {
    const { press, type, shown, keys: hint } = await startKeys();
    type('draft');
    press(toKey('r', { ctrl: true }));
    type('words');
    press(key);
    expect(shown()).toBe('draft');
    expect(hint()).toBe('Up brings back what the search did not find');
    press(toKey('p', { ctrl: true }));
    expect(shown()).toBe('words');
    press(toKey('n', { ctrl: true }));
    expect(shown()).toBe('draft');
  });

  it.each(cancelling)(
    'are one step back of an empty prompt where the search is cancelled: %j',
    async (key) => {
      const { press, type, shown, keys } = await startKeys();
      press(toKey('r', { ctrl: true }));
      type('words');
      press(key);
      expect(shown()).toBe('');
      expect(keys()).toBe('Up brings back what the search did not find');
      press('up');
      expect(shown()).toBe('words');
    },
  );

  it.each(['', '  '])('leave nothing if there are none: %j', async (blanks) => {
    const { press, type, shown, app } = await startKeys();
    press(toKey('r', { ctrl: true }));
    type(blanks);
    press('escape');
    expect([shown(), app.state.hint]).toEqual(['', undefined]);
  });

  it('are gone if they find a prompt that is not taken', async () => {
    const { press, type, shown, core } = await startKeys();
    core.history.add(toTyped('a whole prompt'));
    press(toKey('r', { ctrl: true }));
    type('whole');
    press('escape');
    expect(shown()).toBe('');
  });
});
