import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { toTyped } from '../../src/prompt-text.ts';
import { insert } from '../../src/repl/composer/edit-draft.ts';
import { readDraft } from '../../src/repl/composer/pastes.ts';
import { sayGoodbye } from '../../src/repl/greeting.ts';
import type { Ending } from '../../src/repl/history-keys.ts';
import { toKey } from '../../src/repl/keys/key.ts';
import type { Attachment } from '../../src/repl/turns/attachment.ts';
import { createPlain } from '../attachments/images.ts';
import { createFolder } from '../helpers/folder.ts';
import { createTestRepl, type TestRepl } from '../helpers/repl-app.ts';

const files = {
  'notes.txt': 'The text of notes.',
  'src/a.ts': 'const a = 1;',
  'src/b.ts': 'const b = 2;',
  'pic.png': await createPlain({ width: 4, height: 1 }).png().toBuffer(),
};

type Chat = TestRepl & {
  type(text: string): void;
  up(): void;
  down(): void;
  attach(...given: Attachment[]): void;
  dropPicture(): void;
  fail(): void;
  /** Lets a prompt wait, as Enter does during an answer. */
  queue(text: string): void;
  end(): Promise<Ending>;
};

/** A chat whose data outlives it. */
async function start(dataHome: string): Promise<Chat> {
  const repl = await createTestRepl({
    files,
    env: { XDG_DATA_HOME: dataHome },
    repl: { model: 'claude-haiku-4.5' },
  });
  const { app, core } = repl;
  const ended = core.ended();
  const chat: Chat = {
    ...repl,
    type: (text) => app.dispatch({ type: 'draft', draft: insert(app.state.draft, text) }),
    up: () => core.history.walk(-1),
    down: () => core.history.walk(1),
    attach: (...given) => given.forEach(app.session.attach),
    dropPicture: () =>
      app.session.attach({
        type: 'media',
        path: join(repl.cwd, 'pic.png'),
        label: 'pic.png, 4×1',
        isOfDraft: true,
      }),
    fail() {
      for (const path of ['/chat/completions', '/responses', '/v1/messages'])
        repl.simulator.faults.add({ path, status: 400 });
    },
    queue(text) {
      const prompt = toTyped(text);
      const isCommand = /^[!/]/.test(text);
      const waiting = core.history.wait(isCommand ? prompt : app.session.bindAttachments(prompt));
      app.dispatch({ type: 'queued', prompt: waiting });
    },
    async end() {
      app.leave();
      return ended;
    },
  };
  return chat;
}

const toLabels = ({ app }: Chat): string[] =>
  app.state.attachments.map((label) => label.replace(/^.*\//, ''));

/** The next chat, in another folder, after what was done in the first one. */
async function startNext(act: (chat: Chat) => void | Promise<void>): Promise<{ next: Chat; first: Chat }> {
  const dataHome = createFolder();
  const first = await start(dataHome);
  await act(first);
  await first.end();
  return { first, next: await start(dataHome) };
}

const clipboard: Attachment = {
  type: 'media',
  path: '/gone/image-1.png',
  label: 'Image #1',
  isOfDraft: true,
  isTemporary: true,
};
const named = (spec: string): Attachment => ({ type: 'files', spec });
const output: Attachment = { type: 'text', label: '!echo OUT', text: 'OUT' };
const notRestored = 'Its attachments are not restored; attach them again.';

describe('an unsent prompt of an earlier chat', () => {
  it.each<[string, (chat: Chat) => void | Promise<void>, string[]]>([
    [
      'a draft',
      async (chat) => {
        await chat.run('/attach notes.txt');
        chat.type('what is it?');
      },
      ['notes.txt'],
    ],
    [
      'one that was put aside',
      async (chat) => {
        await chat.run('/attach notes.txt');
        chat.type('what is it?');
        chat.core.history.stash(chat.app.session);
      },
      ['notes.txt'],
    ],
    [
      'a dropped picture',
      (chat) => {
        chat.dropPicture();
        chat.type('what is it?');
      },
      ['pic.png, 4×1'],
    ],
    [
      'one that failed and came back',
      async (chat) => {
        chat.dropPicture();
        chat.fail();
        await chat.run('what is it?');
      },
      ['pic.png, 4×1'],
    ],
    [
      'one that was queued',
      (chat) => {
        chat.dropPicture();
        chat.queue('what is it?');
      },
      ['pic.png, 4×1'],
    ],
    [
      'the first of the queue, with what goes with the next prompt',
      async (chat) => {
        await chat.run('/attach notes.txt');
        chat.queue('what is it?');
      },
      ['notes.txt'],
    ],
    [
      'one that was left for an earlier prompt',
      async (chat) => {
        await chat.run('earlier');
        chat.dropPicture();
        chat.type('what is it?');
        chat.up();
      },
      ['pic.png, 4×1'],
    ],
    [
      'an earlier prompt that got an attachment',
      async (chat) => {
        await chat.run('what is it?');
        chat.up();
        await chat.run('/attach notes.txt');
      },
      ['notes.txt'],
    ],
    [
      'one that Ctrl+C cleared and Up brought back',
      (chat) => {
        chat.dropPicture();
        chat.type('what is it?');
        chat.core.history.keepCleared({ withAttachments: true });
        chat.app.dispatch({ type: 'draft', draft: { ...chat.app.state.draft, text: '', cursor: 0 } });
        chat.core.history.leave();
        expect(chat.app.state.attachments).toEqual([]);
        chat.up();
      },
      ['pic.png, 4×1'],
    ],
    [
      'a folder, a glob and several files',
      async (chat) => {
        await chat.run('/attach src');
        await chat.run('/attach src/*.ts');
        await chat.run('/attach notes.txt pic.png');
        chat.type('what is it?');
      },
      ['src', '*.ts', 'notes.txt', 'pic.png'],
    ],
  ])('comes back with its files: %s', async (_, act, labels) => {
    const { next } = await startNext(act);
    next.up();
    expect(readDraft(next.app.state.draft).text).toBe('what is it?');
    expect(toLabels(next)).toEqual(labels);
    expect(next.take()).toBe('');
    await next.run('what is it?');
    const body = JSON.stringify(next.modelCalls()[0]?.body);
    if (labels.includes('notes.txt')) expect(body).toContain('The text of notes.');
    if (labels.includes('src')) expect(body).toContain('const a = 1;');
    if (labels.join().includes('pic.png')) expect(body).toContain('"media_type":"image/png"');
    // They went with it.
    next.up();
    expect(readDraft(next.app.state.draft).text).toBe('what is it?');
    expect(next.app.state.attachments).toEqual([]);
  });

  it.each<[string, (chat: Chat) => void | Promise<void>, string[], string]>([
    [
      'an image of the clipboard',
      (chat) => {
        chat.attach(clipboard);
        chat.type('what is it?');
      },
      [],
      notRestored,
    ],
    [
      'the output of a command that waits',
      (chat) => {
        chat.attach(output);
        chat.type('what is it?');
        chat.core.history.stash(chat.app.session);
      },
      [],
      notRestored,
    ],
    [
      'the output of a command, before what is queued',
      (chat) => {
        chat.attach(output);
        chat.queue('what is it?');
      },
      [],
      notRestored,
    ],
    [
      'what a queued /attach names',
      (chat) => {
        chat.queue('/attach notes.txt');
        chat.queue('what is it?');
      },
      [],
      notRestored,
    ],
    [
      'the output of a queued command',
      (chat) => {
        chat.queue('one');
        chat.queue('!ls');
        chat.queue('what is it?');
      },
      [],
      notRestored,
    ],
    [
      'one of two',
      (chat) => {
        chat.attach(clipboard);
        chat.dropPicture();
        chat.type('what is it?');
      },
      ['pic.png, 4×1'],
      'Its other attachments are not restored; attach them again.',
    ],
    [
      'a file that is gone',
      async (chat) => {
        await chat.run('/attach notes.txt');
        chat.dropPicture();
        chat.type('what is it?');
        rmSync(join(chat.cwd, 'notes.txt'));
      },
      ['pic.png, 4×1'],
      'notes.txt is no longer there: it is not attached.',
    ],
    [
      'two that are gone',
      async (chat) => {
        await chat.run('/attach notes.txt src');
        chat.type('what is it?');
        rmSync(join(chat.cwd, 'notes.txt'));
        rmSync(join(chat.cwd, 'src'), { recursive: true });
      },
      [],
      'are no longer there: they are not attached.',
    ],
  ])('says once what does not come back: %s', async (_, act, labels, sentence) => {
    const { next } = await startNext(act);
    next.up();
    expect(readDraft(next.app.state.draft).text).toBe('what is it?');
    expect(toLabels(next)).toEqual(labels);
    expect(next.take().replace(/\s+/g, ' ')).toContain(sentence);
    next.down();
    next.up();
    expect(next.take()).toBe('');
    expect(toLabels(next)).toEqual(labels);
  });

  it('says nothing of attachments that it never had', async () => {
    const { next } = await startNext(async (chat) => {
      chat.queue('/attach notes.txt');
      chat.queue('with it');
      chat.queue('plain');
      chat.type('draft');
    });
    for (const text of ['draft', 'plain']) {
      next.up();
      expect(readDraft(next.app.state.draft).text).toBe(text);
      expect(next.take()).toBe('');
    }
  });

  it('takes its files along when another prompt is shown, and has them once', async () => {
    const { next } = await startNext(async (chat) => {
      await chat.run('earlier');
      await chat.run('/attach notes.txt');
      chat.type('what is it?');
    });
    next.attach(output);
    next.up();
    expect(toLabels(next)).toEqual(['!echo OUT', 'notes.txt']);
    next.up();
    next.up();
    expect(toLabels(next)).toEqual(['!echo OUT']);
    next.down();
    next.down();
    expect(toLabels(next)).toEqual(['!echo OUT', 'notes.txt']);
    // A deleted draft leaves what is attached where it is seen.
    next.app.dispatch({ type: 'draft', draft: { ...next.app.state.draft, text: '', cursor: 0 } });
    next.core.history.leave();
    next.up();
    expect(readDraft(next.app.state.draft).text).toBe('what is it?');
    expect(toLabels(next)).toEqual(['!echo OUT', 'notes.txt']);
    // What was dropped there does not return.
    next.app.session.detachLast();
    next.up();
    next.down();
    expect(toLabels(next)).toEqual(['!echo OUT']);
  });

  it('has its files if a search finds it', async () => {
    const { next } = await startNext(async (chat) => {
      await chat.run('/attach notes.txt');
      chat.type('what is it?');
    });
    next.core.history.startSearch();
    next.core.history.takeKey({ type: 'text', text: 'what' });
    next.core.history.takeKey(toKey('enter'));
    expect(toLabels(next)).toEqual(['notes.txt']);
  });

  it('has none of them any more once it was sent, also in later chats', async () => {
    const dataHome = createFolder();
    const first = await start(dataHome);
    await first.run('/attach notes.txt');
    first.type('what is it?');
    await first.end();
    const second = await start(dataHome);
    second.up();
    expect(toLabels(second)).toEqual(['notes.txt']);
    second.app.dispatch({ type: 'draft', draft: { ...second.app.state.draft, text: '', cursor: 0 } });
    await second.run('what is it?');
    await second.end();
    const third = await start(dataHome);
    third.up();
    expect(readDraft(third.app.state.draft).text).toBe('what is it?');
    expect(third.app.state.attachments).toEqual([]);
    expect(third.take()).toBe('');
  });

  it('has none once it was sent behind others', async () => {
    const dataHome = createFolder();
    const first = await start(dataHome);
    await first.run('/attach notes.txt');
    first.type('what is it?');
    await first.end();
    const second = await start(dataHome);
    await second.run('another');
    second.up();
    second.up();
    expect(toLabels(second)).toEqual(['notes.txt']);
    second.app.dispatch({ type: 'draft', draft: { ...second.app.state.draft, text: '', cursor: 0 } });
    second.core.history.leave();
    await second.run('what is it?');
    await second.run('yet another');
    await second.end();
    const third = await start(dataHome);
    for (const text of ['yet another', 'what is it?', 'another', 'what is it?']) {
      third.up();
      expect(readDraft(third.app.state.draft).text).toBe(text);
      expect(third.app.state.attachments).toEqual([]);
    }
  });

  it('is there once if it had been sent before, and stands before what is queued', async () => {
    const { first, next } = await startNext(async (chat) => {
      chat.queue('and then?');
      chat.dropPicture();
      chat.fail();
      await chat.run('what is it?');
      expect(chat.app.state).toMatchObject({ isPlaced: true, isHeld: true });
    });
    const text = readFileSync(join(first.context.dataFolder, 'prompt-history.jsonl'), 'utf8');
    expect(text.trimEnd().split('\n').at(-1)).toBe('{"prompt":"and then?"}');
    next.up();
    next.up();
    expect(readDraft(next.app.state.draft).text).toBe('what is it?');
    expect(toLabels(next)).toEqual(['pic.png, 4×1']);
    next.up();
    expect(readDraft(next.app.state.draft).text).toBe('what is it?');
    expect(toLabels(next)).toEqual(['pic.png, 4×1']);
  });

  it('has its files after the chat was killed, also if it came back from a failure', async () => {
    for (const fails of [false, true]) {
      const dataHome = createFolder();
      const first = await start(dataHome);
      if (fails) {
        first.dropPicture();
        first.fail();
        await first.run('what is it?');
      } else {
        first.type('what is it?');
        first.dropPicture();
      }
      const folder = join(first.context.dataFolder, 'drafts');
      await vi.waitFor(
        () => {
          const [name = ''] = readdirSync(folder);
          expect(readFileSync(join(folder, name), 'utf8')).toMatch(/what is it\?.*pic\.png/);
        },
        { timeout: 5_000 },
      );
      const next = await start(dataHome);
      await next.core.begin();
      expect(next.take()).toContain('A draft of a chat that was killed is kept; Up brings it back.');
      next.up();
      expect(readDraft(next.app.state.draft).text).toBe('what is it?');
      expect(toLabels(next)).toEqual(['pic.png, 4×1']);
    }
  });

  it.each([false, true])('has its files if a command is typed in its place; killed: %s', async (isKilled) => {
    const dataHome = createFolder();
    const first = await start(dataHome);
    first.dropPicture();
    first.fail();
    await first.run('what is it?');
    const { draft } = first.app.state;
    first.app.dispatch({ type: 'set-aside', draft });
    first.app.dispatch({ type: 'draft', draft: { ...draft, text: '/hel', cursor: 4 } });
    if (isKilled) {
      const folder = join(first.context.dataFolder, 'drafts');
      await vi.waitFor(
        () => {
          const [name = ''] = readdirSync(folder);
          expect(readFileSync(join(folder, name), 'utf8')).toMatch(/what is it\?.*pic\.png.*\n.*\/hel/);
        },
        { timeout: 5_000 },
      );
    } else await first.end();
    const next = await start(dataHome);
    await next.core.begin();
    next.up();
    expect(readDraft(next.app.state.draft).text).toBe('/hel');
    expect(toLabels(next)).toEqual([]);
    next.up();
    expect(readDraft(next.app.state.draft).text).toBe('what is it?');
    expect(toLabels(next)).toEqual(['pic.png, 4×1']);
  });

  it('is read whatever its line says of attachments, and a line of it is read without them', async () => {
    const dataHome = createFolder();
    const chat = await start(dataHome);
    mkdirSync(chat.context.dataFolder, { recursive: true });
    const lines = [
      { attached: 'x' },
      { attached: [{ type: 'files', path: 'relative.txt' }] },
      { attached: [{ type: 'text', path: '/a' }, 7] },
      { attached: [], had_others: 'yes' },
    ].map((fields, index) => JSON.stringify({ prompt: `p${index}`, ...fields }));
    writeFileSync(join(chat.context.dataFolder, 'prompt-history.jsonl'), `${lines.join('\n')}\n`);
    for (const [text, isTold] of [
      ['p3', false],
      ['p2', true],
      ['p1', true],
      ['p0', false],
    ] as const) {
      chat.up();
      expect(readDraft(chat.app.state.draft).text).toBe(text);
      expect(chat.app.state.attachments).toEqual([]);
      expect(chat.take().includes(notRestored)).toBe(isTold);
    }
  });

  it('brings nothing behind a link that leads elsewhere, as whoever names it', async () => {
    const { next } = await startNext(async (chat) => {
      chat.attach({ type: 'files', spec: 'link.txt', isOfDraft: true });
      chat.type('what is it?');
      const outside = createFolder({ '.env': 'KEY=secret-of-mine' });
      symlinkSync(join(outside, '.env'), join(chat.cwd, 'link.txt'));
    });
    next.up();
    expect(toLabels(next)).toEqual(['link.txt']);
    await next.run('what is it?');
    expect(next.take()).toContain('looks like a file of secrets');
    expect(next.modelCalls()).toEqual([]);
  });
});

describe('what is attached without a word', () => {
  const attach = ({ cwd }: Chat, ...names: string[]): string =>
    `/attach ${names.map((name) => join(cwd, name)).join(' ')}`;

  it.each<[string, (chat: Chat) => void | Promise<void>, string[], string[]]>([
    ['a file', (chat) => chat.run('/attach notes.txt'), ['notes.txt'], ['notes.txt']],
    ['a dropped picture', (chat) => chat.dropPicture(), ['pic.png'], ['pic.png']],
    [
      'a folder and several files',
      async (chat) => {
        await chat.run('/attach src');
        await chat.run('/attach notes.txt pic.png');
      },
      ['src', 'notes.txt', 'pic.png'],
      ['src', 'notes.txt', 'pic.png'],
    ],
    [
      'what is left when the words are deleted',
      (chat) => {
        chat.dropPicture();
        chat.type('what is it?');
        chat.app.dispatch({ type: 'draft', draft: { ...chat.app.state.draft, text: '', cursor: 0 } });
      },
      ['pic.png'],
      ['pic.png'],
    ],
    [
      'beside blanks',
      async (chat) => {
        await chat.run('/attach notes.txt');
        chat.type('  ');
      },
      ['notes.txt'],
      ['notes.txt'],
    ],
    [
      'what an answer that has come left there',
      async (chat) => {
        chat.fail();
        await chat.run('what is it?');
        await chat.run('/attach notes.txt');
        await chat.run('/retry');
        expect(chat.app.state).toMatchObject({ isPlaced: true, draft: { text: '' } });
      },
      ['notes.txt'],
      ['notes.txt'],
    ],
    [
      'what was pasted behind what is queued',
      (chat) => {
        chat.queue('what is it?');
        chat.dropPicture();
      },
      ['pic.png'],
      ['pic.png'],
    ],
  ])('is kept as the command that attaches it: %s', async (_, act, names, labels) => {
    const { first, next } = await startNext(act);
    next.up();
    const { text } = readDraft(next.app.state.draft);
    expect(text).toBe(attach(first, ...names));
    expect(next.app.state.attachments).toEqual([]);
    next.app.dispatch({ type: 'draft', draft: { ...next.app.state.draft, text: '', cursor: 0 } });
    await next.run(text);
    expect(toLabels(next)).toEqual(labels);
  });

  it('is kept under any name', async () => {
    const { next } = await startNext(async (chat) => {
      for (const name of ["it's new.txt", 'a "b".txt', '#1.txt']) {
        writeFileSync(join(chat.cwd, name), `of ${name}`);
        chat.attach({ type: 'files', spec: name });
      }
      await chat.run('/attach src/*.ts');
      chat.attach({ type: 'files', spec: 'http://localhost:9/a?b=c&d' });
    });
    next.up();
    const { text } = readDraft(next.app.state.draft);
    expect(text).toMatch(/ 'http:\/\/localhost:9\/a\?b=c&d'$/);
    next.app.dispatch({ type: 'draft', draft: { ...next.app.state.draft, text: '', cursor: 0 } });
    await next.run(text);
    expect(toLabels(next)).toEqual(["it's new.txt", 'a "b".txt', '#1.txt', '*.ts', 'a?b=c&d']);
  });

  it.each<[string, (chat: Chat) => void | Promise<void>, string]>([
    [
      'with what is queued',
      async (chat) => {
        await chat.run('/attach notes.txt');
        chat.queue('what is it?');
      },
      'what is it?',
    ],
    [
      'with what was put aside',
      (chat) => {
        chat.dropPicture();
        chat.type('what is it?');
        chat.core.history.stash(chat.app.session);
      },
      'what is it?',
    ],
    [
      'with a draft behind an earlier prompt',
      async (chat) => {
        await chat.run('earlier');
        chat.dropPicture();
        chat.type('what is it?');
        chat.up();
      },
      'what is it?',
    ],
    [
      'detached',
      (chat) => chat.run('/attach notes.txt').then(() => chat.run('/attach none')),
      '/attach none',
    ],
    ['sent', (chat) => chat.run('/attach notes.txt').then(() => chat.run('what is it?')), 'what is it?'],
  ])('is kept once, or not at all: %s', async (_, act, text) => {
    const { next } = await startNext(act);
    next.up();
    expect(readDraft(next.app.state.draft).text).toBe(text);
  });

  it('is kept if the chat is killed, and not once it was sent', async () => {
    const dataHome = createFolder();
    const first = await start(dataHome);
    first.dropPicture();
    const folder = join(first.context.dataFolder, 'drafts');
    const read = (): string =>
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join();
    await vi.waitFor(() => expect(read()).toContain('pic.png'), { timeout: 5_000 });
    const next = await start(dataHome);
    await next.core.begin();
    expect(next.take()).toContain('A draft of a chat that was killed is kept; Up brings it back.');
    next.up();
    expect(readDraft(next.app.state.draft).text).toBe(attach(first, 'pic.png'));
    await first.run('what is it?');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, Attachment[], string[]]>([
    ['an image of the clipboard', [clipboard], ['Not sent, and not kept: Image #1.']],
    [
      'two of three',
      [clipboard, { type: 'files', spec: 'notes.txt' }, output],
      [
        'Not sent, and not kept: Image #1, !echo OUT.',
        'Your attachment notes.txt was not sent; Up brings it back next time.',
      ],
    ],
    [
      'none of two',
      [named('notes.txt'), { type: 'media', path: 'pic.png' }],
      ['Your attachments notes.txt, pic.png were not sent; Up brings them back next time.'],
    ],
    [
      'none of five',
      ['1', '2', '3', '4', '5'].map(named),
      ['Your attachments 1, 2, 3 and 2 more were not sent; Up brings them back next time.'],
    ],
    [
      'an odd name',
      [named('a\u001b[2J\n.txt')],
      ['Your attachment a[2J .txt was not sent; Up brings it back next time.'],
    ],
  ])('is named at the end, with what is not kept: %s', async (_, attachments, sentences) => {
    const chat = await start(createFolder());
    chat.attach(...attachments);
    await sayGoodbye(chat.app, await chat.end());
    const lines = (await chat.written()).split('\n').map((line) => line.trim());
    expect(lines).toEqual(expect.arrayContaining(sentences));
    expect(lines.filter((line) => /not sent/i.test(line))).toHaveLength(sentences.length);
  });

  it('is named beside a draft that was put aside', async () => {
    const chat = await start(createFolder());
    chat.type('what is it?');
    chat.core.history.stash(chat.app.session);
    chat.attach(named('notes.txt'));
    await sayGoodbye(chat.app, await chat.end());
    const lines = await chat.written();
    expect(lines).toContain('Your draft was not sent; Up brings it back next time.');
    expect(lines).toContain('Your attachment notes.txt was not sent; Up brings it back next time.');
  });

  it('is named once if it could not be kept', async () => {
    const chat = await start(createFolder());
    chat.attach(named('notes.txt'));
    const { kept } = await chat.end();
    await sayGoodbye(chat.app, { kept: [], unkept: kept, reason: 'the disk is full' });
    const lines = await chat.written();
    expect(lines).toContain(attach(chat, 'notes.txt'));
    expect(lines).not.toContain('next time');
  });

  it('is not named at the end if it is kept with its words, or was sent', async () => {
    const chat = await start(createFolder());
    chat.attach(clipboard);
    chat.type('what is it?');
    await sayGoodbye(chat.app, await chat.end());
    expect(await chat.written()).not.toContain('not kept');
  });
});
