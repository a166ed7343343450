import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { toTyped } from '../../src/prompt-text.ts';
import { clear, createDraft, startNextDraft, undo } from '../../src/repl/composer/draft.ts';
import { insert } from '../../src/repl/composer/edit-draft.ts';
import { readPrompts } from '../../src/repl/composer/history-file.ts';
import { sayGoodbye } from '../../src/repl/greeting.ts';
import { toKey } from '../../src/repl/keys/key.ts';
import { createTestRepl, type TestReplOptions } from '../helpers/repl-app.ts';

/** A chat in which `sent1` and `sent2` were sent and `DRAFT` is typed. */
async function startWithDraft(options: TestReplOptions = {}) {
  const repl = await createTestRepl(options);
  const { app, core } = repl;
  const { history } = core;
  const ended = core.ended();
  const keys = {
    type: (text: string) => app.dispatch({ type: 'draft', draft: insert(app.state.draft, text) }),
    up: () => history.walk(-1),
    down: () => history.walk(1),
    undo: () => app.dispatch({ type: 'draft', draft: undo(app.state.draft) }),
    delete() {
      history.leave();
      app.dispatch({ type: 'draft', draft: clear(app.state.draft) });
    },
    cancel() {
      history.keepCleared();
      keys.delete();
    },
    send() {
      const { text } = app.state.draft;
      history.leave();
      app.dispatch({ type: 'draft', draft: startNextDraft(app.state.draft) });
      history.add(toTyped(text));
    },
    search() {
      history.startSearch();
      history.takeKey({ type: 'text', text: 'sent1' });
      history.takeKey(toKey('enter'));
    },
  };
  history.add(toTyped('sent1'));
  history.add(toTyped('sent2'));
  keys.type('DRAFT');
  return {
    ...repl,
    ...keys,
    press(...names: (keyof typeof keys | `+${string}`)[]): string {
      for (const name of names) {
        if (name.startsWith('+')) keys.type(name.slice(1));
        else (keys[name as keyof typeof keys] as () => void)();
      }
      return app.state.draft.text;
    },
    /** The last lines of the chat, of which nothing can be written from now on. */
    async endUnkept({ draftsToo = true, written = 'sent2' } = {}): Promise<string> {
      const { dataFolder } = repl.context;
      const file = join(dataFolder, 'prompt-history.jsonl');
      await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain(written));
      rmSync(file);
      mkdirSync(file);
      rmSync(join(dataFolder, 'drafts'), { recursive: true, force: true });
      if (draftsToo) writeFileSync(join(dataFolder, 'drafts'), '');
      app.leave();
      await sayGoodbye(app, await ended);
      return repl.written();
    },
    async end(): Promise<string[]> {
      app.leave();
      await ended;
      const file = join(repl.context.dataFolder, 'prompt-history.jsonl');
      return readPrompts(readFileSync(file, 'utf8')).map(({ text }) => text);
    },
  };
}

describe('a draft that was left for an earlier prompt', () => {
  it.each([
    ['that was deleted and brought back by undo', ['up', 'delete', 'undo']],
    ['that was deleted for other words', ['up', 'delete', '+newer']],
    ['that was cleared for other words', ['up', 'cancel', '+newer']],
    ['that was changed and cleared for other words', ['up', '+!', 'cancel', '+newer']],
    ['that was sent, and other words are typed', ['up', 'send', '+newer']],
    ['that a search found, and other words are typed', ['search', 'delete', '+newer']],
  ] as const)('is an earlier prompt once another text takes its place: %s', async (_, presses) => {
    const { press, end } = await startWithDraft();
    const text = press(...presses);
    expect(press('up')).toBe('DRAFT');
    expect(press('down')).toBe(text);
    const kept = await end();
    expect(kept.filter((one) => one === 'DRAFT')).toHaveLength(1);
    expect(kept.at(-1)).toBe(text);
  });

  it('comes back by Down alone, and is no earlier prompt then', async () => {
    const { press, end } = await startWithDraft();
    expect(press('up', 'delete', 'down')).toBe('DRAFT');
    expect(press('up')).toBe('sent2');
    expect(await end()).toEqual(['sent1', 'sent2', 'DRAFT']);
  });

  it('is no earlier prompt twice when it was sent meanwhile', async () => {
    const { press, end } = await startWithDraft();
    press('up', 'delete', 'down', 'send', '+DRAFT', 'up', 'delete', '+newer');
    expect(await end()).toEqual(['sent1', 'sent2', 'DRAFT', 'newer']);
  });

  it('changes places with what was put aside, and both are kept', async () => {
    const { app, core, press, end } = await startWithDraft();
    const stash = (): void => core.history.stash(app.session);
    stash();
    press('+second', 'up', '+!');
    stash();
    expect(press()).toBe('DRAFT');
    expect(press('up')).toBe('second');
    expect((await end()).slice(2).sort()).toEqual(['DRAFT', 'second', 'sent2!']);
  });
});

describe('the end of a chat', () => {
  it.each([
    ['an earlier prompt', ['up'], ['sent1', 'sent2', 'DRAFT']],
    ['an earlier prompt that was changed', ['up', '+!'], ['sent1', 'sent2', 'sent2!', 'DRAFT']],
    ['one that was deleted', ['up', 'delete'], ['sent1', 'sent2', 'DRAFT']],
    ['one that was cleared', ['up', 'cancel'], ['sent1', 'sent2', 'DRAFT']],
    ['one that was sent', ['up', 'up', 'send'], ['sent1', 'sent2', 'sent1', 'DRAFT']],
    ['one that a search found', ['search'], ['sent1', 'sent2', 'DRAFT']],
  ] as const)('keeps the draft behind %s', async (_, presses, kept) => {
    const { press, end, core } = await startWithDraft();
    press(...presses);
    expect(core.history.listDrafts().at(-1)).toEqual(toTyped('DRAFT'));
    expect(await end()).toEqual(kept);
  });

  it('keeps no prompt that was cleared or deleted: nobody is to read it', async () => {
    const { press, end } = await startWithDraft();
    press('cancel', '+deleted', 'delete', 'up', 'up', 'cancel');
    expect(await end()).toEqual(['sent1', 'sent2']);
  });

  it.each([
    ['brought back', ['cancel', 'up'], ['sent1', 'sent2', 'DRAFT']],
    ['brought back from further up', ['cancel', '+x', 'send', 'up', 'up'], ['sent1', 'sent2', 'x', 'DRAFT']],
    ['changed and brought back', ['+!', 'cancel', '+?', 'cancel', 'up', 'up'], ['sent1', 'sent2', 'DRAFT!']],
    ['brought back and left again', ['cancel', 'up', 'down'], ['sent1', 'sent2']],
    ['brought back and cleared again', ['cancel', 'up', 'cancel'], ['sent1', 'sent2']],
    [
      'brought back and sent',
      ['cancel', 'up', 'send', '+x', 'send', 'up', 'up'],
      ['sent1', 'sent2', 'DRAFT', 'x'],
    ],
  ] as const)('keeps a cleared prompt if it stands there unsent: %s', async (_, presses, kept) => {
    const { press, end } = await startWithDraft();
    press(...presses);
    expect(await end()).toEqual(kept);
  });

  it('keeps no draft if nothing is to be kept', async () => {
    const { press, app, context } = await startWithDraft({ repl: { isSaved: false } });
    press('up', 'delete', '+newer', 'cancel');
    app.leave();
    expect(() => readFileSync(join(context.dataFolder, 'prompt-history.jsonl'))).toThrow('ENOENT');
  });
});

describe('what cannot be kept for the next chat', () => {
  it('is printed at the end, with the reason, and nothing promises that Up brings it back', async () => {
    const { press, endUnkept } = await startWithDraft();
    press('+ of\nthree\u0007 lines');
    const words = await endUnkept();
    expect(words).toContain(
      '1 prompt that you did not send could not be kept for the next chat: it is a folder (EISDIR).\n\nDRAFT of\nthree\u2407 lines\n',
    );
    expect(words).not.toContain('Up brings');
    expect(words).not.toContain('\u0007');
  });

  it.each([
    ['put aside', 'DRAFT'],
    ['queued', 'waits'],
  ])('counts one that was %s only if it was not written before', async (way, text) => {
    const { app, core, press, endUnkept } = await startWithDraft();
    if (way === 'put aside') core.history.stash(app.session);
    else app.dispatch({ type: 'queue', queue: [core.history.wait(toTyped('waits'))] });
    press('+more');
    const words = await endUnkept({ written: text });
    expect(words).toMatch(/1 prompt that you did not send could not be kept/);
    expect(words).toContain('more\n');
    expect(words).not.toContain(`\n${text}\n`);
    expect(words).toContain('Up brings it back next time.');
  });

  it('is in a file of its own where only the history cannot be written', async () => {
    const { context, endUnkept } = await startWithDraft();
    expect(await endUnkept({ draftsToo: false })).toContain(
      'Your draft was not sent; Up brings it back next time.',
    );
    const folder = join(context.dataFolder, 'drafts');
    const [name = ''] = readdirSync(folder);
    expect(readPrompts(readFileSync(join(folder, name), 'utf8'))).toEqual([toTyped('DRAFT')]);
  });
});

it('a draft is on the disk before another program has the terminal', async () => {
  const { app, context } = await startWithDraft();
  const folder = join(context.dataFolder, 'drafts');
  await app.lendTerminal(async () => {
    const [name = ''] = readdirSync(folder);
    expect(readPrompts(readFileSync(join(folder, name), 'utf8'))).toEqual([toTyped('DRAFT')]);
  });
});

it('a draft of blanks that was left is forgotten', async () => {
  const { press, app } = await startWithDraft();
  press('delete', '+  ', 'up', 'delete', '+newer');
  expect(press('up')).toBe('sent2');
  expect(app.state.draft).not.toEqual(createDraft());
});
