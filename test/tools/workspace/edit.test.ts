import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changeAround } from '../../../src/tools/workspace/change-around.ts';
import { replaceOnce } from '../../../src/tools/workspace/edit.ts';
import { createWorkspace } from './workspace.ts';

const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');

describe('edit', () => {
  it('tells at once of lines that are not in a file of a million alike', async () => {
    const workspace = createWorkspace({ 'a.txt': 'a\n'.repeat(1_000_000) });
    const input = { path: 'a.txt', old_str: `${'a\n'.repeat(8000)}b\n`, new_str: 'x' };
    await expect(workspace.call('edit', input)).rejects.toThrow('is not in a.txt');
  });

  it.each<[string, string, string, string, string]>([
    ['a piece of a line', 'let a = 1;\n', 'a = 1', 'b = 2', 'let b = 2;\n'],
    ['several lines', 'a\nb\nc\n', 'a\nb', 'x', 'x\nc\n'],
    ['by nothing', 'a\nb\n', 'a\n', '', 'b\n'],
    ['with patterns of replacement', 'a\n', 'a', "$& $1 $' $$", "$& $1 $' $$\n"],
    ['lines that end as on Windows', 'a\r\nb\r\nc\r\n', 'a\nb', 'x\ny', 'x\r\ny\r\nc\r\n'],
    ['by lines that end as on Windows', 'a\r\nb\r\n', 'a', 'x\ny', 'x\r\ny\r\nb\r\n'],
    ['lines given as on Windows', 'a\r\nb\r\n', 'a\r\nb', 'x\r\ny', 'x\r\ny\r\n'],
    ['behind a byte-order mark', '\ufeffa\nb\n', 'a', 'x', '\ufeffx\nb\n'],
    ['at the end of a file without a line end', 'a\nb', 'b', 'x', 'a\nx'],
    ['letters with marks', 'grün 日本\n', 'grün', 'rot', 'rot 日本\n'],
  ])('replaces %s', async (_what, text, oldText, newText, expected) => {
    const workspace = createWorkspace({ 'a.txt': text });
    expect(await workspace.call('edit', { path: 'a.txt', old_str: oldText, new_str: newText })).toBe(
      'a.txt is changed.',
    );
    expect(read(workspace.cwd, 'a.txt')).toBe(expected);
    expect(readdirSync(workspace.cwd)).toEqual(['a.txt']);
  });

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    ['what is not there', 'a\n', { old_str: 'b', new_str: 'c' }, /is not in a\.txt\. View/],
    [
      'what is there with other blanks',
      'x\n\tif (a)\n\t\tb\n',
      { old_str: '  if (a)\n    b', new_str: '' },
      /With other blanks it is at line 2/,
    ],
    [
      'what is there three times',
      'a\nb a\n\na\n',
      { old_str: 'a', new_str: 'c' },
      /3 times, at lines 1, 2, 4\. Add lines/,
    ],
    ['what overlaps itself', 'aaa\n', { old_str: 'aa', new_str: 'c' }, /2 times/],
    ['nothing', 'a\n', { old_str: '', new_str: 'c' }, /`old_str` is empty/],
    ['by the same', 'a\n', { old_str: 'a', new_str: 'a' }, /are the same/],
    ['without a new text', 'a\n', { old_str: 'a' }, /`new_str` is missing/],
  ])('does not replace %s', async (_what, text, input, expected) => {
    const workspace = createWorkspace({ 'a.txt': text });
    await expect(workspace.call('edit', { path: 'a.txt', ...input })).rejects.toThrow(expected);
    expect(read(workspace.cwd, 'a.txt')).toBe(text);
  });

  it.each<[string, Uint8Array | string, RegExp]>([
    ['binary data', Buffer.from('a\0b'), /not a text file in UTF-8/],
    ['another encoding', Buffer.from('a\xfc', 'latin1'), /not a text file in UTF-8/],
    ['UTF-16', Buffer.from('\ufeffa', 'utf16le'), /not a text file in UTF-8/],
    ['more than ten megabytes', 'a'.repeat(11 * 1024 * 1024), /too large to change/],
  ])('refuses a file of %s', async (_what, content, expected) => {
    const workspace = createWorkspace({ 'a.txt': content });
    await expect(workspace.call('edit', { path: 'a.txt', old_str: 'a', new_str: 'b' })).rejects.toThrow(
      expected,
    );
  });

  it('shows the file before and after, and tells what can be undone', async () => {
    const workspace = createWorkspace({ 'a.sh': 'one\ntwo\n' });
    chmodSync(join(workspace.cwd, 'a.sh'), 0o755);
    const tool = workspace.tools.find(({ name }) => name === 'edit');
    const signal = new AbortController().signal;
    const plan = await tool?.plan({ path: 'a.sh', old_str: 'two', new_str: 'three' }, signal);
    expect(plan).toMatchObject({
      accesses: [{ kind: 'write', path: join(workspace.cwd, 'a.sh'), reads: true }],
      summary: 'edit a.sh',
      preview: { type: 'diff', files: [{ before: 'one\ntwo\n', after: 'one\nthree\n' }] },
    });
    const outcome = await plan?.run({ signal, onProgress: () => {} });
    expect(outcome?.changes).toEqual([
      {
        path: join(workspace.cwd, 'a.sh'),
        before: 'one\ntwo\n',
        after: expect.stringMatching(/^[0-9a-f]{64}$/),
        made: 'one\nthree\n',
      },
    ]);
    expect(statSync(join(workspace.cwd, 'a.sh')).mode & 0o777).toBe(0o755);
  });

  it('changes the file behind a link, and leaves the link and a second name', async () => {
    const workspace = createWorkspace({ 'a.txt': 'a' });
    symlinkSync('a.txt', join(workspace.cwd, 'link'));
    linkSync(join(workspace.cwd, 'a.txt'), join(workspace.cwd, 'second'));
    await workspace.call('edit', { path: 'link', old_str: 'a', new_str: 'b' });
    expect(['a.txt', 'link', 'second'].map((path) => read(workspace.cwd, path))).toEqual(['b', 'b', 'a']);
  });

  it.each<[string, (cwd: string, home: string) => void, RegExp]>([
    [
      'was changed',
      (cwd) => writeFileSync(join(cwd, 'src/a.txt'), 'a and more'),
      /changed since this call was planned/,
    ],
    ['was removed', (cwd) => rmSync(join(cwd, 'src/a.txt')), /src\/a\.txt is gone/],
    [
      'became a link',
      (cwd, home) => {
        writeFileSync(join(home, 'target'), 'a');
        rmSync(join(cwd, 'src/a.txt'));
        symlinkSync(join(home, 'target'), join(cwd, 'src/a.txt'));
      },
      /a part of its path is a link now/,
    ],
    [
      'lies in a folder that became a link',
      (cwd, home) => {
        mkdirSync(join(home, 'other'));
        writeFileSync(join(home, 'other/a.txt'), 'a');
        renameSync(join(cwd, 'src'), join(cwd, 'old'));
        symlinkSync(join(home, 'other'), join(cwd, 'src'));
      },
      /a part of its path is a link now|not a folder/,
    ],
  ])('does not write to a file that %s after the yes', async (_what, change, expected) => {
    const workspace = createWorkspace({ 'src/a.txt': 'a' });
    const { run } = await workspace.plan('edit', { path: 'src/a.txt', old_str: 'a', new_str: 'b' });
    change(workspace.cwd, workspace.home);
    await expect(run()).rejects.toThrow(expected);
    const others = ['target', 'other/a.txt'].filter((path) => existsSync(join(workspace.home, path)));
    expect(others.map((path) => read(workspace.home, path))).toEqual(others.map(() => 'a'));
  });

  it('two edits of one answer follow each other', async () => {
    const workspace = createWorkspace({ 'a.txt': 'a b' });
    await workspace.call('edit', { path: 'a.txt', old_str: 'a', new_str: 'c' });
    await workspace.call('edit', { path: 'a.txt', old_str: 'b', new_str: 'd' });
    expect(read(workspace.cwd, 'a.txt')).toBe('c d');
  });
});

describe('an edit around a secret that is masked', () => {
  const secret = `ya29.${'aB3d'.repeat(9)}`;
  const token = `sk-proj-${'aB3d'.repeat(9)}`;
  const before = `a = '${token}' # ${secret}\r\nb = '${token}'\r\nAuthorization: bearer ${'z'.repeat(24)}\r\nc\u{f0001}\u{100000}\r\n`;

  it.each<[what: string, oldText: string, newText: string, after: string]>([
    ['beside it', "b = '", "bb = '", before.replace('b =', 'bb =')],
    ['behind it', 'c', 'd\ne', before.replace('c\u{f0001}', 'd\r\ne\u{f0001}')],
    ['of one that is typed whole', secret, 'gone', before.replace(secret, 'gone')],
    ['of a character that could stand for it', '\u{100000}', '!', before.replace('\u{100000}', '!')],
  ])('%s keeps the others', (_what, oldText, newText, after) => {
    const made = changeAround(before, { shown: 'a.txt', typed: [oldText, newText] }, (text, hide) =>
      replaceOnce(text, hide(oldText), newText, 'a.txt'),
    );
    expect(made).toBe(after);
  });

  it.each(['\u{100001}', '\u{100002}', "\u{100001}'", '\u{100002}\r\n'])(
    'finds no character that stands for it, though %j is typed',
    (typed) => {
      const edit = (oldText: string, newText: string): string =>
        changeAround(before, { shown: 'a.txt', typed: [oldText, newText] }, (text, hide) =>
          replaceOnce(text, hide(oldText), newText, 'a.txt'),
        );
      expect(() => edit(typed, '')).toThrow('is not in a.txt');
      expect(edit('b = ', typed)).toBe(before.replace('b = ', () => typed.replace(/\r?\n/g, '\r\n')));
    },
  );

  it.each([
    [before, 'bearer ', 'beare '],
    ['a "ghp_aB3d" b', '"', '"x'],
    [`c = '${token}'`, "c = '", "c = 'd"],
  ])('is refused where the secret would be shown from then on: %j', (text, oldText, newText) => {
    const edit = (): string =>
      changeAround(text, { shown: 'a.txt', typed: [] }, (hidden) => hidden.replace(oldText, () => newText));
    expect(edit).toThrow('After this change, a.txt would show a secret that is masked now.');
  });

  it('takes no long time among very many', () => {
    const many = Array.from({ length: 50_000 }, (_, at) => `sk-proj-${at}aB3dEfGhIjKl \u{100000}\n`).join('');
    const made = changeAround(`${many}end`, { shown: 'a.txt', typed: [] }, (text) =>
      replaceOnce(text, 'end', 'END', 'a.txt'),
    );
    expect(made).toBe(`${many}END`);
    const more = many + many.replaceAll('sk-proj-', 'sk-proj-x');
    expect(() => changeAround(more, { shown: 'a.txt', typed: [] }, (text) => text)).toThrow(
      'a.txt has too many secrets to be changed here.',
    );
  });

  it('leaves the lines of a key and their numbers', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'MIICdQ+3'.repeat(8)}\n-----END PRIVATE KEY-----`;
    const edit = (oldText: string): string =>
      changeAround(`x\n${key}\ny\ny\n`, { shown: 'a.txt', typed: [] }, (text) =>
        replaceOnce(text, oldText, 'z', 'a.txt'),
      );
    expect(edit('x')).toBe(`z\n${key}\ny\ny\n`);
    expect(() => edit('y')).toThrow('at lines 5, 6.');
  });
});

describe('create', () => {
  it('makes a file and its folders', async () => {
    const workspace = createWorkspace();
    expect(await workspace.call('create', { path: 'new/deep/a.txt', file_text: 'a\n' })).toBe(
      'new/deep/a.txt is created.',
    );
    expect(read(workspace.cwd, 'new/deep/a.txt')).toBe('a\n');
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a file that is there', { path: 'a.txt', file_text: '' }, /a\.txt exists already\. Change it with edit/],
    ['a folder that is there', { path: 'src', file_text: '' }, /src is a folder/],
    ['a name that ends with a slash', { path: 'new/', file_text: '' }, /add the name of the file/],
    ['a link that leads nowhere', { path: 'nowhere', file_text: '' }, /leads nowhere/],
    [
      'a file below a file',
      { path: 'a.txt/b', file_text: 'x' },
      /could not be changed|cannot be changed|exist/,
    ],
  ])('does not make %s', async (_what, input, expected) => {
    const workspace = createWorkspace({ 'a.txt': 'a', 'src/b': '' });
    symlinkSync('missing', join(workspace.cwd, 'nowhere'));
    await expect(workspace.call('create', input)).rejects.toThrow(expected);
  });

  it.each<[string, string | undefined]>([
    ['new.txt', undefined],
    ['../new.txt', 'outside'],
    ['.github/new.yml', 'hidden'],
    ['.git/hooks/pre-commit', 'hidden'],
    ['link/new.txt', 'outside'],
    ['dist/new.txt', 'ignored'],
    ['new.pem', 'credential'],
    ['~/.config/copilot-cli/config.json', 'own'],
    ['~/.cache/copilot-cli/outputs/new.txt', 'own'],
  ])('of %s is an access that is special: %s', async (path, special) => {
    const workspace = createWorkspace({ '.gitignore': 'dist/' });
    symlinkSync('..', join(workspace.cwd, 'link'));
    const { accesses } = await workspace.plan('create', { path, file_text: '' });
    expect(accesses).toEqual([{ kind: 'write', path: expect.any(String), ...(special && { special }) }]);
  });

  it('replaces nothing that appeared after the yes, and follows no link', async () => {
    const workspace = createWorkspace();
    const first = await workspace.plan('create', { path: 'a.txt', file_text: 'ours' });
    writeFileSync(join(workspace.cwd, 'a.txt'), 'theirs');
    await expect(first.run()).rejects.toThrow('a.txt exists by now');
    expect(read(workspace.cwd, 'a.txt')).toBe('theirs');
    const second = await workspace.plan('create', { path: 'new/b.txt', file_text: 'ours' });
    mkdirSync(join(workspace.home, 'other'));
    symlinkSync(join(workspace.home, 'other'), join(workspace.cwd, 'new'));
    await expect(second.run()).rejects.toThrow(/new\/b\.txt could not be changed/);
    expect(readdirSync(join(workspace.home, 'other'))).toEqual([]);
  });
});
