import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { joinTexts, toData, toTyped } from '../../../src/prompt-text.ts';
import { createHistoryFile, forgetPrompts } from '../../../src/repl/composer/history-file.ts';
import { createFolder } from '../../helpers/folder.ts';

function open(folder: string, maxPrompts?: number) {
  const file = openFile(folder, maxPrompts);
  return {
    add: (prompt: string) => file.add(toTyped(prompt)),
    load: () => file.load().map(({ text }) => text),
  };
}

function openFile(folder: string, maxPrompts?: number) {
  const { signal } = new AbortController();
  return createHistoryFile({ folder, signal, ...(maxPrompts !== undefined && { maxPrompts }) });
}

const fileIn = (folder: string): string => join(folder, 'prompt-history.jsonl');
const countLines = (folder: string): number => readFileSync(fileIn(folder), 'utf8').split('\n').length - 1;

describe('the file of prompts', () => {
  it('has the whole prompts of earlier chats, and is private', async () => {
    const folder = createFolder();
    const large = `${'line é漢\n'.repeat(20_000)}"\\`;
    const session = open(folder);
    await Promise.all(['one', large, 'two\nlines'].map((prompt) => session.add(prompt)));
    expect(open(folder).load()).toEqual(['one', large, 'two\nlines']);
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
  });

  it('is not there before the first prompt, and is not made by reading', () => {
    const folder = createFolder();
    expect(open(join(folder, 'data')).load()).toEqual([]);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('gives what this process has just added', async () => {
    const folder = createFolder();
    const session = open(folder);
    const written = Promise.all([session.add('one'), session.add('two')]);
    expect(session.load()).toEqual(['one', 'two']);
    await written;
    expect(session.load()).toEqual(['one', 'two']);
    expect(open(folder).load()).toEqual(['one', 'two']);
  });

  it('has the prompts of this process behind those that other chats add meanwhile', async () => {
    const folder = createFolder();
    await open(folder).add('earlier');
    const [here, there] = [open(folder), open(folder)];
    await here.add('mine');
    for (const prompt of ['theirs', 'mine', 'theirs too']) await there.add(prompt);
    await here.add('mine again');
    expect(here.load()).toEqual(['earlier', 'mine', 'theirs', 'theirs too', 'mine', 'mine again']);
    expect(there.load()).toEqual(['earlier', 'mine', 'mine again', 'theirs', 'mine', 'theirs too']);
    expect(open(folder).load()).toEqual(['earlier', 'mine', 'theirs', 'mine', 'theirs too', 'mine again']);
  });

  it('has no immediate repeats and no empty prompts, from whatever process', async () => {
    const folder = createFolder();
    for (const prompt of ['one', 'one', '  ', 'two', 'one']) await open(folder).add(prompt);
    expect(open(folder).load()).toEqual(['one', 'two', 'one']);
    expect(countLines(folder)).toBe(3);
  });

  it('does not take the end of another prompt for a repeat', async () => {
    const folder = createFolder();
    for (const prompt of ['x\n{"prompt":"one"}', 'one']) await open(folder).add(prompt);
    expect(open(folder).load()).toHaveLength(2);
  });

  it('continues after an incomplete line', async () => {
    const folder = createFolder();
    await open(folder).add('one');
    appendFileSync(fileIn(folder), '{"prompt":"tw');
    await open(folder).add('three');
    appendFileSync(fileIn(folder), 'null\n[]\n{"prompt":3}\n');
    expect(open(folder).load()).toEqual(['one', 'three']);
  });

  it('is cut when it has twice as many as are kept', async () => {
    const folder = createFolder();
    const session = open(folder, 5);
    for (let index = 1; index <= 10; index += 1) await session.add(`prompt ${index}`);
    expect(countLines(folder)).toBe(10);
    await session.add('prompt 11');
    expect(countLines(folder)).toBe(5);
    expect(session.load()).toEqual([7, 8, 9, 10, 11].map((index) => `prompt ${index}`));
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['prompt-history.jsonl']);
  });

  it('loses nothing while several add to it and one of them cuts it', async () => {
    const folder = createFolder();
    const sessions = Array.from({ length: 4 }, () => open(folder, 50));
    const prompts = sessions.flatMap((_, session) =>
      Array.from({ length: 30 }, (_, index) => ({ session, text: `prompt ${session} ${index}` })),
    );
    await Promise.all(prompts.map(({ session, text }) => sessions[session]?.add(text)));
    const kept = open(folder, 50).load();
    expect(kept).toHaveLength(50);
    for (const session of sessions.keys()) {
      const own = kept.filter((text) => text.startsWith(`prompt ${session} `));
      const last = Array.from(
        { length: own.length },
        (_, index) => `prompt ${session} ${30 - own.length + index}`,
      );
      expect(own).toEqual(last);
    }
  });

  it('rejects if the file cannot be written', async () => {
    const folder = createFolder({ data: 'a file' });
    const session = open(join(folder, 'data'));
    await expect(session.add('one')).rejects.toThrow('ENOTDIR');
    expect(session.load()).toEqual(['one']);
  });

  it('knows what was pasted into a prompt, and treats spans that it cannot read as pasted', async () => {
    const folder = createFolder();
    const prompts = [
      toTyped('see @a'),
      joinTexts([toTyped('see '), toData('@b'), toTyped(' and @c')]),
      toData('@d'),
    ];
    for (const prompt of prompts) await openFile(folder).add(prompt);
    expect(openFile(folder).load()).toEqual(prompts);
    appendFileSync(fileIn(folder), '{"prompt":"@e","pasted":[[0,9]]}\n{"prompt":"@f","pasted":"x"}\n');
    expect(openFile(folder).load().slice(3)).toEqual([toData('@e'), toData('@f')]);
  });
});

describe('a prompt that waits', () => {
  it('is hidden from its own chat, seen by others, and there once when it is sent', async () => {
    const folder = createFolder();
    const [own, other] = [openFile(folder), openFile(folder)];
    const list = (file: typeof own): string[] => file.load().map(({ text }) => text);
    await own.addWaiting('a', toTyped('waits'));
    await own.addWaiting('b', toTyped('waits, too'));
    await other.add(toTyped('sent'));
    expect(list(own)).toEqual(['sent']);
    expect(list(other)).toEqual(['waits', 'waits, too', 'sent']);
    const written = own.add(toTyped('waits'), { instead: ['a'] });
    expect(list(own)).toEqual(['sent', 'waits']);
    await written;
    expect(list(own)).toEqual(['sent', 'waits']);
    expect(list(other)).toEqual(['waits, too', 'waits', 'sent']);
    await own.removeWaiting(['b']);
    expect(list(other)).toEqual(['waits', 'sent']);
    expect(readdirSync(folder)).toEqual(['prompt-history.jsonl']);
  });

  it('is forgotten like one that was sent, and sent although it was forgotten', async () => {
    const folder = createFolder();
    const file = openFile(folder);
    await file.addWaiting('a', toTyped('waits'));
    await forgetPrompts({ folder, signal: new AbortController().signal }, (prompt) => prompt === 'waits');
    expect(open(folder).load()).toEqual([]);
    await file.add(toTyped('waits'), { instead: ['a'] });
    expect(open(folder).load()).toEqual(['waits']);
  });
});

describe('prompts that are forgotten', () => {
  it('are removed, and no prompt that others add meanwhile is lost', async () => {
    const folder = createFolder();
    const { signal } = new AbortController();
    const [one, other] = [open(folder), open(folder)];
    for (const prompt of ['secret', 'kept', 'secret']) await one.add(prompt);
    const added = Array.from({ length: 30 }, (_, index) => `later ${index}`);
    await Promise.all([
      ...added.map((prompt) => other.add(prompt)),
      forgetPrompts({ folder, signal }, (prompt) => prompt === 'secret'),
    ]);
    expect(open(folder).load()).toEqual(['kept', ...added]);
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
  });

  it('are all removed on request, with the files of a killed process, and no file is created', async () => {
    const folder = createFolder();
    const { signal } = new AbortController();
    await forgetPrompts({ folder, signal }, 'all');
    expect(readdirSync(folder)).toEqual([]);
    await open(folder).add('secret');
    appendFileSync(`${fileIn(folder)}.4711.tmp`, 'secret');
    await forgetPrompts({ folder, signal }, 'all');
    expect(readdirSync(folder)).toEqual([]);
  });
});

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Adds a prompt of the length in the second argument, in a process of its own. */
const adds = `
  import { createHistoryFile } from './src/repl/composer/history-file.ts';
  process.on('SIGXFSZ', () => {});
  const [, folder, length, ...instead] = process.argv;
  const { signal } = new AbortController();
  const prompt = { text: 'x'.repeat(Number(length)), typed: [] };
  await createHistoryFile({ folder, signal }).add(prompt, { instead }).catch(({ code }) => console.log(code));
`;

describe.skipIf(process.platform === 'win32')('a disk that takes only a part of a prompt', () => {
  it.each([
    ['appended', []],
    ['put in the place of one that waits', ['waiting-id']],
  ])('keeps the ones before it: %s', async (_, instead) => {
    const folder = createFolder();
    const file = openFile(folder);
    await file.add(toTyped('before'));
    await file.addWaiting('waiting-id', toTyped('waits'));
    const node = [process.execPath, '--import', './scripts/typescript-loader.mjs'];
    const words = [...node, '--input-type=module', '-e', adds, folder, '300000', ...instead];
    // Blocks of 512 or 1,024 bytes. What Node makes of the source has room.
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', 'ulimit -f 256; exec "$0" "$@"', ...words], {
      cwd: root,
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({ stdout: 'EFBIG\n', stderr: '' });
    expect(open(folder).load()).toEqual(['before', 'waits']);
    await open(folder).add('after');
    expect(open(folder).load()).toEqual(['before', 'waits', 'after']);
    expect(readdirSync(folder)).toEqual(['prompt-history.jsonl']);
  });
});
