import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { toPlainText } from '../../../src/conversation/conversation.ts';
import { listBranch } from '../../../src/conversation/current-branch.ts';
import { toTyped } from '../../../src/prompt-text.ts';
import { setText } from '../../../src/repl/composer/draft.ts';
import { readDraft } from '../../../src/repl/composer/pastes.ts';
import { toKey } from '../../../src/repl/keys/key.ts';
import { findPlaceholder } from '../../../src/repl/view/draw-live.ts';
import { createTestRepl, type TestRepl } from '../../helpers/repl-app.ts';

const listSaid = ({ app }: TestRepl): string[] => listBranch(app.session.file.conversation).map(toPlainText);
const failing = { path: '/responses', status: 400 };
const model = 'gpt-5-mini';

describe('/retry', () => {
  it('that fails leaves the answer that was there', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('remember seven');
    repl.simulator.faults.add({ ...failing, times: 1 });
    await repl.run('/retry');
    expect(listSaid(repl)).toEqual(['remember seven', 'An answer.']);
    await repl.run('which number?');
    expect(JSON.stringify(repl.modelCalls().at(-1)?.body)).toContain('remember seven');
  });

  it.each([false, true])(
    'answers the prompt that had failed, which is no draft any more; spoken: %s',
    async (isSpoken) => {
      const repl = await createTestRepl({ repl: { model }, isSpoken, answer: { text: 'An answer.' } });
      repl.simulator.faults.add({ ...failing, times: 2 });
      await repl.run('count the files');
      const readText = (): string => readDraft(repl.app.state.draft).text;
      expect(readText()).toBe('count the files');
      await repl.run('/retry');
      expect(readText()).toBe('count the files');
      await repl.run('/retry');
      expect(listSaid(repl)).toEqual(['count the files', 'An answer.']);
      expect(readText()).toBe('');
    },
  );

  it('leaves another draft', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('count the files');
    repl.app.setDraft(toTyped('and the folders'));
    await repl.run('/retry');
    expect(readDraft(repl.app.state.draft).text).toBe('and the folders');
  });
});

describe('a prompt that the conversation has again', () => {
  const start = async (): Promise<TestRepl> => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('count the files');
    return repl;
  };
  const readText = ({ app }: TestRepl): string => readDraft(app.state.draft).text;
  const readHistory = ({ home }: TestRepl): string[] =>
    readFileSync(join(home, 'data/copilot-cli/prompt-history.jsonl'), 'utf8').trim().split('\n');

  /** The prompt is the draft, with its file. */
  const startFailed = async (text = 'count the files'): Promise<TestRepl> => {
    const repl = await createTestRepl({
      repl: { model },
      answer: { text: 'An answer.' },
      files: { 'a.txt': 'of a', 'b.txt': 'of b' },
    });
    repl.simulator.faults.add({ ...failing, times: text.startsWith('/compare') ? 2 : 1 });
    await repl.run('/attach a.txt');
    await repl.run(text);
    expect(readText(repl)).toBe(text);
    expect(repl.app.state.attachments).toEqual(['a.txt']);
    return repl;
  };

  it.each([
    ['/redo', undefined],
    ['/branches', 'count'],
    ['/search files', 'count'],
  ])('is no draft any more: %s', async (command, answer) => {
    const repl = await start();
    await repl.run('/undo');
    expect(readText(repl)).toBe('count the files');
    await (answer === undefined ? repl.run(command) : repl.run(command, answer));
    expect(listSaid(repl)).toEqual(['count the files', 'An answer.']);
    expect(readText(repl)).toBe('');
  });

  it('is no draft any more if /compact undo brought it back, and is one if it did not', async () => {
    const repl = await start();
    await repl.run('two');
    await repl.run('three');
    await repl.run('/compact', 'y');
    await repl.run('/undo');
    expect(readText(repl)).toBe('three');
    await repl.run('/compact undo');
    expect(listSaid(repl)).toContain('three');
    expect(readText(repl)).toBe('');
    await repl.run('/undo');
    await repl.run('/compact redo');
    expect(readText(repl)).toBe(listSaid(repl).includes('three') ? '' : 'three');
  });

  it('is no draft any more if /compare has an answer for it', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    repl.simulator.faults.add({ ...failing, times: 1 });
    await repl.run('count the files');
    expect(readText(repl)).toBe('count the files');
    await repl.run('/compare gpt-5-mini claude-haiku-4.5', 'haiku');
    expect(listSaid(repl)).toEqual(['count the files', 'An answer.']);
    expect(readText(repl)).toBe('');
  });

  it.each([
    ['/redo', undefined],
    ['/branches', 'count'],
    ['/search files', 'count'],
  ])('is not put aside any more: %s', async (command, answer) => {
    const repl = await start();
    const { app, core } = repl;
    await repl.run('/undo');
    core.history.stash(app.session);
    expect(app.state.stash?.prompt.text).toBe('count the files');
    await (answer === undefined ? repl.run(command) : repl.run(command, answer));
    expect(listSaid(repl)).toEqual(['count the files', 'An answer.']);
    expect([readText(repl), app.state.stash]).toEqual(['', undefined]);
    await core.history.keep([]);
    expect(readHistory(repl).filter((line) => line.includes('waits'))).toEqual([]);
  });

  it.each([
    ['/retry', undefined],
    ['/compare gpt-5-mini claude-haiku-4.5', 'haiku'],
  ])(
    'is not put aside any more, with what came back with it, if it has an answer: %s',
    async (command, answer) => {
      const repl = await startFailed();
      const { app, core } = repl;
      core.history.stash(app.session);
      expect(app.state.stash?.prompt.along).toHaveLength(1);
      await (answer === undefined ? repl.run(command) : repl.run(command, answer));
      expect([readText(repl), app.state.stash, app.state.attachments]).toEqual(['', undefined, []]);
    },
  );

  it.each([
    ['/retry', undefined],
    ['/compare gpt-5-mini claude-haiku-4.5', 'haiku'],
  ])('leaves nothing attached that came back with it: %s', async (command, answer) => {
    const repl = await startFailed();
    const { app } = repl;
    await repl.run('/attach b.txt');
    await (answer === undefined ? repl.run(command) : repl.run(command, answer));
    expect([readText(repl), app.state.attachments]).toEqual(['', ['b.txt']]);
    await repl.run('next');
    const [, , last] = listSaid(repl);
    expect(last).toMatch(/^next\n.*of b\n/s);
    expect(last).not.toContain('of a');
  });

  it('leaves nothing attached that came back with a /compare, either', async () => {
    const repl = await startFailed('/compare gpt-5-mini gpt-5.4 count the files');
    await repl.run('/retry');
    expect([listSaid(repl).length, repl.app.state.attachments]).toEqual([2, []]);
  });

  it('stays put aside if more was attached to it, or other words are', async () => {
    const repl = await startFailed();
    const { app, core } = repl;
    await repl.run('/attach b.txt');
    core.history.stash(app.session);
    await repl.run('/retry');
    expect(app.state.stash?.prompt.along).toHaveLength(2);
    core.history.stash(app.session);
    app.setDraft(toTyped('count the folders'));
    core.history.stash(app.session);
    await repl.run('/undo');
    await repl.run('/redo');
    expect([readText(repl), app.state.stash?.prompt.text]).toEqual(['', 'count the folders']);
  });

  it('is not one step forward in the history any more', async () => {
    const repl = await start();
    const { app, core } = repl;
    await repl.run('/undo');
    core.history.walk(-1);
    expect(readText(repl)).toBe('/undo');
    app.dispatch({ type: 'draft', draft: setText(app.state.draft, '') });
    core.history.leave();
    await repl.run('/redo');
    expect(core.history.listDrafts()).toEqual([]);
    core.history.walk(1);
    expect(readText(repl)).toBe('');
  });

  it('stays a draft if the answer of /compare was not chosen, or another prompt came back', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    repl.simulator.faults.add({ ...failing, times: 1 });
    await repl.run('count the files');
    await repl.run('/compare gpt-5-mini claude-haiku-4.5', undefined);
    expect(readText(repl)).toBe('count the files');
    await repl.run('/retry');
    await repl.run('/undo');
    repl.app.setDraft(toTyped('count the folders'));
    await repl.run('/redo');
    expect(readText(repl)).toBe('count the folders');
  });
});

describe('/redo', () => {
  it('goes back to the turns before an edit, if the edited prompt got no answer', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('one');
    await repl.run('two');
    await repl.run('/edit 2');
    repl.simulator.faults.add({ ...failing, times: 1 });
    await repl.run('two, differently');
    await repl.run('/redo');
    expect(listSaid(repl)).toEqual(['one', 'An answer.', 'two', 'An answer.']);
  });

  it('says where the turn is that was sent since', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('one');
    await repl.run('/undo');
    await repl.run('/redo');
    expect(repl.take()).not.toContain('stays');
    await repl.run('/undo');
    await repl.run('brand new');
    await repl.run('/redo');
    expect(listSaid(repl)).toEqual(['one', 'An answer.']);
    expect(repl.take()).toMatch(/What you sent instead stays: \/branches$/);
    await repl.run('/branches', 'brand');
    expect(listSaid(repl)).toEqual(['brand new', 'An answer.']);
  });
});

describe('names', () => {
  it('are given to one conversation only', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('hello');
    await repl.run('/rename notes');
    await repl.run('/new notes');
    expect(repl.take()).toContain('Another conversation is already called "notes".');
  });
});

describe('/rename', () => {
  it('says if the name could not be stored', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    const folder = join(repl.context.dataFolder, 'conversations');
    await repl.run('hello');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'Not a folder.');
    repl.take();
    await repl.run('/rename notes');
    const shown = repl.take();
    expect(shown).toContain('The name notes could not be stored.');
    expect(shown).not.toContain('is now called');
  });

  it('says how long the name holds if nothing is saved', async () => {
    const repl = await createTestRepl({ repl: { model, isSaved: false }, answer: { text: 'An answer.' } });
    await repl.run('/new');
    await repl.run('hello');
    repl.take();
    await repl.run('/rename notes');
    expect(repl.take().trim()).toBe(
      '› /rename notes\nIt is called notes until you leave: this conversation is not saved.',
    );
  });
});

describe('/model', () => {
  it('takes a part of a name, and asks if several models have it', async () => {
    const repl = await createTestRepl({ repl: { model } });
    await repl.run('/model haiku');
    expect(repl.app.session.model?.id).toBe('claude-haiku-4.5');
    await repl.run('/model opus', 'opus-5');
    expect(repl.app.session.model?.id).toBe('claude-opus-5');
  });
});

describe('/retry and /compare', () => {
  it('take a part of a name, and name the models if several have it', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('hello');
    await repl.run('/retry haiku');
    expect(repl.app.session.model?.id).toBe('claude-haiku-4.5');
    repl.take();
    await repl.run('/retry opus');
    expect(repl.take()).toMatch(/"opus" is a part of 2 models: claude-opus-4\.6, claude-opus-5/i);
    await repl.run('/compare haiku opus');
    expect(repl.take()).toMatch(/"opus" is a part of 2 models/);
    await repl.run('/compare haiku claude-haiku');
    expect(repl.take()).toContain('claude-haiku-4.5 cannot be compared with itself');
    expect(repl.app.session.model?.id).toBe('claude-haiku-4.5');
  });
});

describe('the status line', () => {
  it('describes the open conversation', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('hello');
    expect(repl.app.state.facts.usage?.outputTokens).toBeGreaterThan(0);
    await repl.run('/new');
    expect(repl.app.state.facts.usage).toBeUndefined();
  });
});

describe('an answer without a word', () => {
  it('is said to be one, and the prompt comes back', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: '' } });
    await repl.run('hello');
    expect(repl.take()).toContain('The answer is empty: the model said nothing.');
    expect(repl.app.state.draft.text).toBe('hello');
  });
});

describe('a slash alone', () => {
  it('is no prompt', async () => {
    const repl = await createTestRepl({ repl: { model } });
    await repl.run('/');
    expect(repl.take()).toContain('/help lists the commands.');
    expect(repl.modelCalls()).toEqual([]);
  });
});

describe('thinking', () => {
  it('is asked for from models that think, and folded', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'Yes.', reasoning: 'Hm.' } });
    await repl.run('hello');
    expect(repl.modelCalls()[0]?.body).toMatchObject({ reasoning: { summary: 'auto' } });
    expect(repl.take()).toContain('Ctrl+O shows it');
  });
});

describe('a list of conversations', () => {
  it('that was asked for at the start and left ends the chat', async () => {
    const repl = await createTestRepl({ repl: { picksConversation: true }, answer: { text: 'Hi.' } });
    await repl.run('hello');
    repl.take();
    const begun = repl.core.begin();
    await vi.waitFor(() => expect(repl.app.state.dialog?.type).toBe('pick'));
    repl.app.dialogs.takeKey(toKey('escape'));
    await begun;
    await repl.core.ended();
    expect(repl.take()).toBe('');
  });

  it('marks the current one, and a name that is cut', async () => {
    const repl = await createTestRepl({ answer: { text: 'Hi.' } });
    await repl.run(`one ${'long '.repeat(30)}`);
    repl.app.openConversation(repl.app.store.create());
    await repl.run('two');
    repl.core.runner.submit(toTyped('/sessions'));
    await vi.waitFor(() => expect(repl.app.state.dialog?.type).toBe('pick'));
    const { dialog } = repl.app.state;
    const items = dialog?.type === 'pick' ? dialog.items : [];
    expect(items.map(({ text, isCurrent }) => [text.slice(-1), isCurrent])).toEqual([
      ['o', true],
      ['…', false],
    ]);
    repl.app.dialogs.takeKey(toKey('escape'));
    await repl.core.runner.idle();
  });
});

describe('a conversation that cannot be saved', () => {
  async function startUnsaved(): Promise<{ repl: TestRepl; makeRoom: () => void }> {
    const repl = await createTestRepl({ repl: { model } });
    await repl.run('first');
    const { dataFolder } = repl.app.context;
    const aside = join(dataFolder, 'aside');
    renameSync(join(dataFolder, 'conversations'), aside);
    writeFileSync(join(dataFolder, 'conversations'), 'in the way');
    await repl.run('lost words');
    const makeRoom = (): void => {
      rmSync(join(dataFolder, 'conversations'));
      renameSync(aside, join(dataFolder, 'conversations'));
    };
    return { repl, makeRoom };
  }

  it.each([
    ['/new', /not saved yet[\s\S]*A new conversation\.$/m],
    ['/branch', /not saved yet[\s\S]*You are in a copy now: “.*”\.$/m],
  ])(
    'is said to be none when another one begins, and is written with its next prompt: %s',
    async (command, said) => {
      const { repl, makeRoom } = await startUnsaved();
      const { id } = repl.app.session.file.conversation;
      await repl.run(command);
      expect(repl.take()).toMatch(said);
      makeRoom();
      await repl.run('in the other one');
      await repl.run(`/resume ${id}`);
      expect(repl.take()).toContain('lost words');
      const { store } = repl.app;
      expect(store.search('"lost words"', { limit: 9 }).found.map(({ summary }) => summary.id)).toContain(id);
    },
  );

  it('is shown as it is while it is not written', async () => {
    const { repl } = await startUnsaved();
    const { id } = repl.app.session.file.conversation;
    await repl.run('/new');
    repl.take();
    await repl.run(`/resume ${id}`);
    expect(repl.take()).toContain('lost words');
  });
});

describe('an answer that was stopped', () => {
  const slow = { answer: { text: 'word '.repeat(40), deltaDelayMs: 15 } };

  it('is said to be one in one line when it is shown again, and what comes next follows it', async () => {
    const repl = await createTestRepl({ repl: { model }, ...slow });
    repl.core.runner.submit(toTyped('hello'));
    await vi.waitFor(() => expect(repl.app.state.work?.received).toBeGreaterThan(0));
    repl.core.runner.stop();
    await repl.core.runner.idle();
    expect(findPlaceholder(repl.app.state, 80)).toBe('Ask a follow-up');
    const { id } = repl.app.session.file.conversation;
    await repl.run('/new');
    expect(repl.take()).toContain('A new conversation. The one before stays: /sessions');
    expect(findPlaceholder(repl.app.state, 80)).toBe('Ask anything');
    await repl.run(`/resume ${id}`);
    const shown = repl.take();
    expect(shown).toContain('The last answer was stopped; /retry asks for it again.');
    expect(shown).not.toContain('cut off');
    expect(findPlaceholder(repl.app.state, 80)).toBe('Ask a follow-up');
    await repl.run('and now?');
    await repl.run('/new');
    repl.take();
    await repl.run(`/resume ${id}`);
    expect(repl.take()).toContain('This answer was stopped.');
  });
});

describe('an answer that broke off', () => {
  it('is said to be incomplete once, with the cause, at once and when it is shown again', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: ['The ', 'first ', 'words'] } });
    repl.simulator.faults.add({ path: '/responses', transport: { cutBeforeFinish: true } });
    await repl.run('hello');
    const said = repl.take().replace(/\s+/g, ' ');
    expect(said).toContain('The answer is incomplete: the stream was disconnected before completion');
    expect(said.match(/complete\b/g)).toHaveLength(1);
    const { id } = repl.app.session.file.conversation;
    await repl.run('/new');
    repl.take();
    await repl.run(`/resume ${id}`);
    const again = repl.take();
    expect(again).toMatch(/The last answer is incomplete: the stream was .*; \/retry asks for it again\./);
    expect(again.match(/complete:/g)).toHaveLength(1);
    await repl.run('and now?');
    await repl.run('/new');
    repl.take();
    await repl.run(`/resume ${id}`);
    expect(repl.take()).toMatch(/This answer is incomplete: the stream was /);
  });
});

describe('/undo', () => {
  it('of the only turn says that nothing is left', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('one');
    await repl.run('/undo');
    expect(repl.take()).toMatch(/The conversation is empty again\.\nThe last prompt is removed\./);
    await repl.run('one');
    await repl.run('two');
    await repl.run('/undo');
    expect(repl.take()).not.toContain('empty again');
  });
});
