import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { toTyped } from '../../src/prompt-text.ts';
import { startNextDraft } from '../../src/repl/composer/draft.ts';
import { insert } from '../../src/repl/composer/edit-draft.ts';
import { readDraft } from '../../src/repl/composer/pastes.ts';
import { toKey } from '../../src/repl/keys/key.ts';
import { describeQueueKeys } from '../../src/repl/queue-keys.ts';
import type { Attachment } from '../../src/repl/turns/attachment.ts';
import { createTestRepl, type TestRepl, type TestReplOptions } from '../helpers/repl-app.ts';
import { findLastUserText } from '../simulator/answer/user-text.ts';
import type { Fault } from '../simulator/fault.ts';
import { toRecord } from '../simulator/json.ts';

const model = 'gpt-5-mini';

const listAsked = (repl: TestRepl): string[] =>
  repl.modelCalls().map(({ body }) => findLastUserText(toRecord(body)));

async function startHeld(options: TestReplOptions = {}): Promise<TestRepl> {
  const repl = await createTestRepl({ ...options, repl: { model } });
  for (const text of ['first', 'second'])
    repl.app.dispatch({ type: 'queued', prompt: { ...toTyped(text), waits: text, along: [] } });
  repl.app.dispatch({ type: 'held', isHeld: true });
  return repl;
}

describe('a prompt that is sent while others are held', () => {
  it('is sent behind them', async () => {
    const repl = await startHeld();
    await repl.run('third');
    expect(listAsked(repl)).toEqual(['first', 'second', 'third']);
    expect(repl.app.state).toMatchObject({ queue: [], isHeld: false });
  });

  it.each([
    ['a file', '/attach a.txt', 'inside a'],
    ['the output of a command', '!echo shown', 'shown'],
  ])('takes %s along that was attached beside it', async (_, command, data) => {
    const repl = await startHeld({ files: { 'a.txt': 'inside a' } });
    await repl.run(command);
    await repl.run('third');
    expect(listAsked(repl).map((text) => text.includes(data))).toEqual([false, false, true]);
    expect(repl.app.state.attachments).toEqual([]);
  });

  it('keeps what was attached for it where Enter sends the others alone', async () => {
    const repl = await startHeld({ files: { 'a.txt': 'inside a' } });
    await repl.run('/attach a.txt');
    await repl.run('');
    expect(repl.app.state.attachments).toEqual(['a.txt']);
    await repl.run('third');
    expect(listAsked(repl).map((text) => text.includes('inside a'))).toEqual([false, false, true]);
  });

  it('leaves a file to the prompt behind which it was queued', async () => {
    const repl = await startHeld({ files: { 'a.txt': 'inside a' } });
    repl.app.dispatch({ type: 'queued', prompt: { ...toTyped('/attach a.txt'), waits: 'attach' } });
    repl.app.dispatch({ type: 'queued', prompt: { ...toTyped('about it'), waits: 'about', along: [] } });
    await repl.run('last');
    expect(listAsked(repl).map((text) => text.includes('inside a'))).toEqual([false, false, true, false]);
  });

  it('is sent alone if it returned to the composer', async () => {
    const repl = await startHeld();
    repl.core.runner.submit(toTyped('before'), { isReturned: true });
    await repl.core.runner.idle();
    expect(listAsked(repl)).toEqual(['before']);
    expect(repl.app.state.queue).toHaveLength(2);
  });

  it('leaves them held if it is a command, which acts at once', async () => {
    const repl = await startHeld();
    await repl.run('/rename apples');
    expect(repl.take()).toContain('This conversation is now called apples.');
    expect(listAsked(repl)).toEqual([]);
    expect(repl.app.state).toMatchObject({ isHeld: true });
  });

  it('is said to go to the conversation that is opened', async () => {
    const repl = await startHeld();
    await repl.run('/new');
    expect(repl.take()).toContain('2 queued prompts will go to this conversation: /queue');
  });
});

it('what is attached beside a draft is put aside with it, and comes back with it', async () => {
  const repl = await createTestRepl({ repl: { model }, files: { 'a.txt': 'inside a' } });
  const { app, core } = repl;
  await repl.run('/attach a.txt');
  app.dispatch({ type: 'draft', draft: insert(app.state.draft, 'about it') });
  core.history.stash(app.session);
  expect(app.state.attachments).toEqual([]);
  await repl.run('another');
  core.history.stash(app.session);
  expect(app.state.attachments).toEqual(['a.txt']);
  app.dispatch({ type: 'draft', draft: startNextDraft(app.state.draft) });
  await repl.run('about it');
  expect(listAsked(repl).map((text) => text.includes('inside a'))).toEqual([false, true]);
});

describe('what was attached to a prompt that no model answers, while another draft is typed', () => {
  const template = '---\ndescription: about it\n---\nWhat is {{input}}?\n';

  async function start(): Promise<TestRepl> {
    const repl = await createTestRepl({
      repl: { model },
      files: { 'a.txt': 'inside a', 'b.txt': 'inside b' },
      templates: { ask: template },
    });
    await repl.run('/attach a.txt');
    repl.app.session.attach({ type: 'text', label: '!ls', text: 'The output.' });
    return repl;
  }

  /** Sends a prompt, and types another one before it ends. */
  async function sendAndType(repl: TestRepl, text: string, stop?: () => void): Promise<void> {
    const { app, core } = repl;
    core.runner.submit(toTyped(text));
    app.dispatch({ type: 'draft', draft: insert(app.state.draft, 'another') });
    if (stop) {
      await vi.waitFor(() => expect(repl.modelCalls()).not.toEqual([]));
      stop();
    }
    await core.runner.idle();
    expect(app.state).toMatchObject({ draft: { text: 'another' }, attachments: [] });
    expect(app.state.hint).toContain('Up brings back');
  }

  const failAll = ({ simulator }: TestRepl, fault: Omit<Fault, 'path'>): void => {
    for (const path of ['/chat/completions', '/responses']) simulator.faults.add({ path, ...fault });
  };

  it.each<[string, { text: string; returned?: string; fault?: Omit<Fault, 'path'> }]>([
    ['fails', { text: 'about it', fault: { status: 400, times: 9 } }],
    ['is stopped', { text: 'about it', fault: { noAnswer: true } }],
    ['cannot be sent', { text: 'about it' }],
    ['is a template', { text: '/ask it', returned: 'What is it?', fault: { status: 400, times: 9 } }],
    ['is a comparison', { text: '/compare gpt-5-mini gpt-4.1 it', fault: { status: 400, times: 9 } }],
  ])('goes with no other one, and comes back with it: it %s', async (_, { text, returned = text, fault }) => {
    const repl = await start();
    const { app, core, cwd } = repl;
    if (fault) failAll(repl, fault);
    else rmSync(join(cwd, 'a.txt'));
    await sendAndType(repl, text, fault?.noAnswer ? core.runner.stop : undefined);
    repl.simulator.faults.clear();
    writeFileSync(join(cwd, 'a.txt'), 'inside a');
    const before = repl.modelCalls().length;

    app.dispatch({ type: 'draft', draft: startNextDraft(app.state.draft) });
    await repl.run('another');
    expect(listAsked(repl).slice(before)).toEqual(['another']);

    core.history.walk(-1);
    core.history.walk(-1);
    expect(readDraft(app.state.draft).text).toBe(returned);
    expect(app.state.attachments).toEqual(['a.txt', '!ls']);
    app.dispatch({ type: 'draft', draft: startNextDraft(app.state.draft) });
    await repl.run(returned, ...(text.startsWith('/compare') ? ['mini'] : []));
    for (const asked of listAsked(repl).slice(before + 1)) {
      expect(asked).toContain('inside a');
      expect(asked).toContain('The output.');
    }
    expect(listAsked(repl).length).toBeGreaterThan(before + 1);
  });

  it('stands apart from what is attached to the other draft', async () => {
    const repl = await start();
    const { app, core } = repl;
    failAll(repl, { noAnswer: true });
    core.runner.submit(toTyped('about it'));
    await vi.waitFor(() => expect(repl.modelCalls()).not.toEqual([]));
    app.dispatch({ type: 'draft', draft: insert(app.state.draft, 'another') });
    app.session.attach({ type: 'files', spec: 'b.txt' });
    core.runner.stop();
    await core.runner.idle();
    expect(app.state.attachments).toEqual(['b.txt']);
    core.history.walk(-1);
    expect(app.state.attachments).toEqual(['b.txt', 'a.txt', '!ls']);
    core.history.walk(1);
    expect(app.state).toMatchObject({ draft: { text: 'another' }, attachments: ['b.txt'] });
  });

  it('goes with no prompt that waits behind it', async () => {
    const repl = await start();
    const { app, core } = repl;
    failAll(repl, { status: 400, times: 9 });
    core.runner.submit(toTyped('about it'));
    core.runner.submit(toTyped('second'));
    await core.runner.idle();
    expect(app.state).toMatchObject({
      draft: { text: 'about it' },
      attachments: ['a.txt', '!ls'],
      isHeld: true,
    });
    repl.simulator.faults.clear();
    app.dispatch({ type: 'draft', draft: startNextDraft(app.state.draft) });
    await repl.run('');
    expect(listAsked(repl).at(-1)).toBe('second');
  });
});

describe('a command that makes a prompt, and waits', () => {
  const text = (label: string): Attachment => ({
    type: 'text',
    label,
    text: `inside ${label}`,
    isOfDraft: true,
  });

  async function startAnswering(): Promise<TestRepl> {
    const repl = await createTestRepl({ repl: { model }, templates: { ask: 'What is {{input}}?\n' } });
    repl.simulator.faults.add({ path: '/responses', delayMs: 500 });
    repl.core.runner.submit(toTyped('first'));
    await vi.waitFor(() => expect(repl.modelCalls()).toHaveLength(1));
    return repl;
  }

  it.each([
    ['/ask it', 1],
    ['/compare gpt-5-mini gpt-4.1 it', 2],
  ])(
    'takes along what was attached to it, and not what is attached to the next: %s',
    async (command, count) => {
      const repl = await startAnswering();
      const { app, core } = repl;
      app.session.attach(text('own'));
      core.runner.submit(toTyped(command));
      expect(app.state).toMatchObject({ attachments: [], queue: [{ text: command }] });
      app.session.attach(text('other'));
      if (count === 2) {
        await vi.waitFor(() => expect(app.state.dialog?.type).toBe('pick'));
        app.dialogs.takeKey(toKey('escape'));
      }
      await core.runner.idle();
      const asked = listAsked(repl).slice(1);
      expect(asked.map((one) => one.includes('inside own'))).toEqual(Array(count).fill(true));
      expect(asked.map((one) => one.includes('inside other'))).toEqual(Array(count).fill(false));
      expect(app.state.attachments).toEqual(['other']);
    },
  );

  it('returns what was attached to it if it cannot run', async () => {
    const repl = await startAnswering();
    const { app, core } = repl;
    app.session.attach(text('own'));
    core.runner.submit(toTyped('/compare gpt-5-mini nobody it'));
    expect(app.state.attachments).toEqual([]);
    await core.runner.idle();
    expect(app.state).toMatchObject({
      draft: { text: '/compare gpt-5-mini nobody it' },
      attachments: ['own'],
    });
    expect(listAsked(repl)).toEqual(['first']);
  });

  it('is taken back with what was attached to it', async () => {
    const repl = await startAnswering();
    const { app, core } = repl;
    app.session.attach(text('own'));
    core.runner.submit(toTyped('/ask it'));
    app.waiting.takeBack();
    expect(app.state).toMatchObject({ draft: { text: '/ask it' }, attachments: ['own'] });
    await core.runner.idle();
  });

  it('leaves what is attached alone if it makes none', async () => {
    const repl = await startAnswering();
    const { app, core } = repl;
    app.session.attach(text('own'));
    core.runner.submit(toTyped('/rename apples'));
    await core.runner.idle();
    expect(app.state.attachments).toEqual(['own']);
  });
});

describe('a command that waits for the end of an answer', () => {
  /** It is queued during the second answer. */
  async function queueCommand(command: string): Promise<TestRepl> {
    const repl = await createTestRepl({ repl: { model } });
    await repl.run('first');
    repl.core.runner.submit(toTyped('second'));
    repl.core.runner.submit(toTyped(command));
    expect(repl.app.state.queue).toHaveLength(1);
    return repl;
  }

  it.each(['!echo shown', '/edit 1', '/undo'])(
    'does not begin under the hands that type: %s',
    async (command) => {
      const repl = await queueCommand(command);
      const { app, core } = repl;
      app.dispatch({ type: 'draft', draft: insert(app.state.draft, 'why does the te') });
      await core.runner.idle();
      expect(app.state).toMatchObject({ isHeld: true, dialog: undefined, revision: undefined });
      expect(app.state.queue.map(({ text }) => text)).toEqual([command]);
      expect(app.state.draft.text).toBe('why does the te');
    },
  );

  it.each(['/edit', '/sessions', '/rename pears'])(
    'begins, and asks beside it if it asks: %s',
    async (command) => {
      const repl = await queueCommand(command);
      const { app, core } = repl;
      app.dispatch({ type: 'draft', draft: insert(app.state.draft, 'why does the te') });
      await vi.waitFor(() => expect(app.state.queue).toEqual([]));
      await vi.waitFor(() => expect(Boolean(app.state.waitingDialog) || !core.runner.isBusy).toBe(true));
      expect(app.state).toMatchObject({ isHeld: false, draft: { text: 'why does the te' } });
    },
  );

  it('follows what is sent, in its order', async () => {
    const repl = await queueCommand('!echo shown');
    const { app, core } = repl;
    app.dispatch({ type: 'draft', draft: insert(app.state.draft, 'third') });
    await core.runner.idle();
    app.dispatch({ type: 'draft', draft: startNextDraft(app.state.draft) });
    await repl.run('third');
    expect(listAsked(repl).map((text) => text.includes('shown'))).toEqual([false, false, true]);
  });

  it('does not begin while a program has the terminal', async () => {
    const repl = await queueCommand('!echo shown');
    let close = (): void => {};
    const lent = repl.app.lendTerminal(() => new Promise<void>((resolve) => (close = resolve)));
    await repl.core.runner.idle();
    expect(repl.app.state.isHeld).toBe(true);
    close();
    await lent;
    await repl.run('');
    expect(repl.app.state.attachments).toHaveLength(1);
  });

  it('does not begin under a list that is open', async () => {
    const repl = await queueCommand('!echo shown');
    repl.core.runner.submit(toTyped('/model'));
    await vi.waitFor(() => expect(repl.app.state.dialog?.type).toBe('pick'));
    await repl.core.runner.idle();
    expect(repl.app.state).toMatchObject({ isHeld: true, dialog: { type: 'pick' } });
  });

  it('begins at once if nothing is typed', async () => {
    const repl = await queueCommand('!echo shown');
    await repl.core.runner.idle();
    expect(repl.app.state).toMatchObject({ isHeld: false, queue: [] });
    expect(repl.app.state.attachments).toHaveLength(1);
  });
});

describe('a command that is begun as in vi', () => {
  it.each([':model gpt-5.5', ':help', ' :rename x'])(
    'is not sent, and the command is named: %s',
    async (text) => {
      const repl = await createTestRepl({ repl: { model } });
      await repl.run(text);
      expect(repl.take()).toMatch(/Not sent: :\w+.*\. The command is \/(?:model|help|rename)\./);
      expect(repl.modelCalls()).toEqual([]);
      // A word alone is soon typed again.
      expect(repl.app.state.draft.text).toBe(/\s/.test(text.trim()) ? text : '');
    },
  );

  it.each([
    ':smile',
    ':-) hello',
    'a:model b',
    ':retry is not a function says ruby',
    ':status 500 from the api',
    ':help me\nwith more',
  ])('is a prompt where it names no command, or has more words: %s', async (text) => {
    const repl = await createTestRepl({ repl: { model } });
    await repl.run(text);
    expect(listAsked(repl)).toEqual([text]);
  });
});

describe('a word behind an @ that names no file', () => {
  it('goes as text, and is named before the answer', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'Done.' } });
    await repl.run('tell @nobody and @zz');
    expect(repl.take()).toMatch(/^› tell @nobody and @zz\nnobody: no such file\nzz: no such file\n+Done\./m);
    expect(repl.modelCalls()).toHaveLength(1);
  });
});

describe('what is attached to the next prompt', () => {
  it.each(['/new', '/branch copy', '/sessions talk'])('is said to stay so with %s', async (command) => {
    const repl = await createTestRepl({ repl: { model }, files: { 'notes.txt': 'one', 'more.txt': 'two' } });
    await repl.run('/new talk');
    await repl.run('first');
    if (command !== '/branch copy') await repl.run('/new other');
    repl.take();
    await repl.run('/attach notes.txt');
    await repl.run(command);
    expect(repl.take()).toContain('Still attached to your next prompt: notes.txt. /attach none detaches it.');
    await repl.run('/attach more.txt');
    await repl.run('/new');
    expect(repl.take()).toContain('prompt: notes.txt, more.txt. /attach none detaches them.');
    await repl.run('/attach none');
    await repl.run('/new');
    expect(repl.take()).not.toContain('Still attached');
  });
});

describe('a question of yes or no that was put by', () => {
  it('says no at Esc, and what was sent behind it follows', async () => {
    const repl = await createTestRepl({ repl: { model } });
    await repl.run('first');
    await repl.run('/export o.md');
    repl.core.runner.submit(toTyped('/export o.md'));
    await vi.waitFor(() => expect(repl.app.state.dialog).toBeDefined());
    repl.app.dialogs.takeKey({ type: 'text', text: 'yellow' });
    expect(repl.app.state.waitingDialog).toBeDefined();
    repl.core.runner.submit(toTyped('yellow'));
    expect(describeQueueKeys(repl.app.state)).toEqual(['after the question: Tab answers']);
    repl.take();
    repl.app.dialogs.takeKey(toKey('escape'));
    await repl.core.runner.idle();
    expect(repl.take()).toMatch(/Nothing was written\.[\s\S]*› yellow/);
    expect(listAsked(repl)).toEqual(['first', 'yellow']);
  });

  it('leaves held what the person had held before', async () => {
    const repl = await startHeld();
    const answer = repl.app.dialogs.confirm('Sure?');
    repl.app.dialogs.takeKey(toKey('escape'));
    expect(await answer).toBe(false);
    expect(repl.app.state).toMatchObject({ isHeld: true });
  });

  it('holds what waits at Ctrl+C', async () => {
    const repl = await startHeld();
    repl.app.dispatch({ type: 'held', isHeld: false });
    void repl.app.dialogs.confirm('Sure?');
    repl.app.dialogs.takeKey(toKey('c', { ctrl: true }));
    expect(repl.app.state).toMatchObject({ isHeld: true });
  });
});

describe('/model and /effort during an answer', () => {
  it('act at once, and for the next prompt', async () => {
    const repl = await createTestRepl({
      repl: { model, effort: 'low' },
      answer: { text: 'word '.repeat(20), deltaDelayMs: 10 },
    });
    repl.core.runner.submit(toTyped('one'));
    await repl.simulator.waitForRequest('/responses', 1);
    await repl.run('/model claude-haiku-4.5');
    expect(repl.take()).toContain('From the next prompt on claude-haiku-4.5 answers');
    await repl.run('two');
    expect(repl.modelCalls().map(({ body }) => toRecord(body).model)).toEqual([model, 'claude-haiku-4.5']);
    expect(repl.app.state.facts.spent.map((one) => one.model)).toEqual([model, 'claude-haiku-4.5']);
  });
});

describe('a key that edits an earlier prompt', () => {
  it('leaves no command behind, whether a prompt is chosen or not', async () => {
    const repl = await createTestRepl({ repl: { model } });
    await repl.run('hello');
    repl.take();
    for (const key of ['escape', 'enter']) {
      repl.core.runner.rewind();
      await expect.poll(() => repl.app.state.dialog?.type).toBe('pick');
      repl.app.dialogs.takeKey(toKey(key));
      await repl.core.runner.idle();
      expect(repl.take()).toBe('');
    }
    expect(repl.app.state).toMatchObject({ draft: { text: 'hello' }, revision: { number: 1 } });
  });
});

describe('a command about the screen', () => {
  it.each([
    ['/theme light', 'The theme light is saved'],
    ['/status-line model', 'The status line'],
  ])('%s acts during an answer', async (command, told) => {
    const repl = await createTestRepl({
      repl: { model },
      answer: { text: 'word '.repeat(60), deltaDelayMs: 15 },
    });
    repl.core.runner.submit(toTyped('hello'));
    await vi.waitFor(() => expect(repl.app.state.work?.received).toBeGreaterThan(0));
    repl.core.runner.submit(toTyped(command));
    expect(repl.app.state.queue).toEqual([]);
    await vi.waitFor(() => expect(repl.take()).toContain(told));
    expect(repl.core.runner.isBusy).toBe(true);
    repl.core.runner.stop();
    await repl.core.runner.idle();
  });
});

describe('a queued prompt that is edited while the answer ends', () => {
  async function edit(texts: string[], edited: string): Promise<TestRepl> {
    const repl = await createTestRepl({ repl: { model } });
    const { app, core } = repl;
    for (const text of ['first', ...texts]) core.runner.submit(toTyped(text));
    app.waiting.takeBack(app.state.queue.find(({ text }) => text === edited));
    return repl;
  }

  function send({ app, core }: TestRepl, text: string): Promise<void> {
    app.dispatch({ type: 'draft', draft: startNextDraft(app.state.draft) });
    core.runner.submit(toTyped(text));
    return core.runner.idle();
  }

  it.each([
    ['the first', ['a', 'b'], 'a', ['first'], ['first', 'A', 'b']],
    ['the first of three', ['a', 'b', 'c'], 'a', ['first'], ['first', 'A', 'b', 'c']],
    ['one between two', ['b', 'a', 'c'], 'a', ['first', 'b'], ['first', 'b', 'A', 'c']],
    ['the last', ['b', 'a'], 'a', ['first', 'b'], ['first', 'b', 'A']],
  ])('keeps its place: %s', async (_, texts, edited, before, after) => {
    const repl = await edit(texts, edited);
    await repl.core.runner.idle();
    expect(listAsked(repl)).toEqual(before);
    expect(readDraft(repl.app.state.draft).text).toBe(edited);
    await send(repl, 'A');
    expect(listAsked(repl)).toEqual(after);
  });

  it('keeps its place if one that stood before it is dropped', async () => {
    const repl = await edit(['x', 'a', 'b'], 'a');
    const [dropped] = repl.app.state.queue;
    if (dropped) repl.app.waiting.drop(dropped);
    await send(repl, 'A');
    expect(listAsked(repl)).toEqual(['first', 'A', 'b']);
  });

  it.each([
    [
      'cleared',
      ({ app, core }: TestRepl) => {
        core.history.keepCleared();
        app.dispatch({ type: 'draft', draft: startNextDraft(app.state.draft) });
      },
    ],
    [
      'deleted',
      ({ app }: TestRepl) => app.dispatch({ type: 'draft', draft: startNextDraft(app.state.draft) }),
    ],
    ['put aside', ({ app, core }: TestRepl) => core.history.stash(app.session)],
  ])('holds up nothing once it is %s', async (_, leave) => {
    const repl = await edit(['a', 'b'], 'a');
    leave(repl);
    await repl.core.runner.idle();
    expect(listAsked(repl)).toEqual(['first', 'b']);
  });

  it('leaves one step back what stood in the composer and no prompt of the history has', async () => {
    const repl = await createTestRepl({ repl: { model } });
    const { app, core } = repl;
    for (const text of ['first', 'a', 'b']) core.runner.submit(toTyped(text));
    const picked = app.dialogs.pick('Which?', [{ text: 'one', description: '' }]);
    app.dialogs.takeKey({ type: 'text', text: 'words' });
    app.dialogs.takeKey(toKey('escape'));
    await picked;
    app.waiting.takeBack(app.state.queue[0]);
    expect(readDraft(app.state.draft).text).toBe('a');
    core.history.walk(-1);
    expect(readDraft(app.state.draft).text).toBe('words');
    await core.runner.idle();
  });

  it('lets the others go at an Enter on an empty prompt once it is cleared', async () => {
    const repl = await edit(['a', 'b'], 'a');
    await repl.core.runner.idle();
    repl.core.history.keepCleared();
    await send(repl, '');
    expect(listAsked(repl)).toEqual(['first', 'b']);
  });
});
