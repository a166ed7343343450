import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { splitCommand } from '../../src/command-line.ts';
import { CliError } from '../../src/errors.ts';
import { editText } from '../../src/terminal/editor.ts';
import { createFolder } from '../helpers/folder.ts';

/** An editor that is a shell script; it gets the file as its last parameter, and writes down what it was told in `log`. */
function createEditor(script: string, name = 'editor'): { command: string; folder: string } {
  const folder = createFolder({ [name]: `#!/bin/sh\nlog="$(dirname "$0")/log"\n${script}\n` });
  chmodSync(join(folder, name), 0o755);
  return { command: join(folder, name), folder };
}

const edit = (text: string, env: Record<string, string>) =>
  editText(text, {
    env: { PATH: process.env.PATH, ...env },
    signal: new AbortController().signal,
    platform: 'linux',
  });

describe('the editor', () => {
  it('is given the text, and what it leaves is the new one', async () => {
    const { command, folder } = createEditor('cp "$1" "$log"; printf "new\\n\\n" > "$1"');
    expect(await edit('old é\nlines', { EDITOR: command })).toEqual({ type: 'edited', text: 'new\n' });
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('old é\nlines\n');
  });

  it.each(['', 'one', 'one\n', 'one\n\n', '\n'])(
    'leaves %j as it is where nothing is edited',
    async (text) => {
      const { command } = createEditor('true');
      expect(await edit(text, { EDITOR: command })).toEqual({ type: 'edited', text });
    },
  );

  it('may write line ends and a mark as Windows has them', async () => {
    const { command } = createEditor(String.raw`printf '\357\273\277a\r\nb\r\n' > "$1"`);
    expect(await edit('', { EDITOR: command })).toEqual({ type: 'edited', text: 'a\nb' });
  });

  it('is VISUAL before EDITOR, with its parameters', async () => {
    const { command, folder } = createEditor('printf "%s|" "$@" > "$log"', 'my editor');
    await edit('', { VISUAL: `'${command}' --wait "a b" c\\ d`, EDITOR: 'false' });
    expect(readFileSync(join(folder, 'log'), 'utf8')).toMatch(/^--wait\|a b\|c d\|\/.*\/prompt\.md\|$/);
  });

  it('works on a file that nobody else can read, and that is gone afterwards', async () => {
    const { command, folder } = createEditor(
      'ls -l "$1" > "$log"; ls -ld "$(dirname "$1")" >> "$log"; echo "$1" >> "$log"',
    );
    await edit('secret', { EDITOR: command });
    const [file = '', parent = '', path = ''] = readFileSync(join(folder, 'log'), 'utf8').split('\n');
    expect(file).toMatch(/^-rw-------/);
    expect(parent).toMatch(/^drwx------/);
    expect(path.startsWith(tmpdir())).toBe(true);
    expect(existsSync(join(path, '..'))).toBe(false);
  });

  it.each([
    ['echo lost > "$1"; exit 3', 'the editor failed with 3; the text is unchanged'],
    ['echo lost > "$1"; kill -TERM $$', 'the editor was stopped by SIGTERM; the text is unchanged'],
    ['rm "$1"', 'the editor removed its file; the text is unchanged'],
    ['rm -r "$(dirname "$1")"', 'the editor removed its file; the text is unchanged'],
    ['mv "$1" "$1.bak"', 'the editor removed its file; the text is unchanged'],
    ['rm "$1"; mkdir "$1"', 'the editor put a folder in place of its file; the text is unchanged'],
    ['rm "$1"; mkfifo "$1"', 'the editor put a pipe or a device in place of its file; the text is unchanged'],
    [
      'rm "$1"; mkfifo "$1.pipe"; ln -s "$1.pipe" "$1"',
      'the editor put a pipe or a device in place of its file; the text is unchanged',
    ],
    [
      'ln -sf /dev/zero "$1"',
      'the editor put a pipe or a device in place of its file; the text is unchanged',
    ],
  ])('that fails leaves the text as it was: %s', async (script, reason) => {
    const { command } = createEditor(script);
    expect(await edit('old', { EDITOR: command })).toEqual({ type: 'kept', reason });
  });

  it.each([
    ['truncate -s 1G "$1"', 'the editor saved more than 4 MB, more than a model reads'],
    [`printf 'a\\000b' > "$1"`, 'the editor saved binary data, not text'],
    [`printf 'caf\\351' > "$1"`, 'the editor saved text that is not UTF-8'],
    [`rm "$1"; ln -s "$1" "$1"`, 'the file of the editor cannot be read: its links lead in a circle (ELOOP)'],
  ])('that saves what cannot be a prompt keeps the text, and its file stays: %s', async (script, reason) => {
    const { command } = createEditor(script);
    const outcome = await edit('old', { EDITOR: command });
    const [said = '', path = ''] = (outcome.type === 'kept' ? outcome.reason : '').split(
      '. Its file stays: ',
    );
    expect(said).toBe(`${reason}; the text is unchanged`);
    expect(lstatSync(path)).toBeDefined();
    rmSync(dirname(path), { recursive: true });
  });

  it('may save in UTF-16, as Windows has it', async () => {
    const { command } = createEditor(String.raw`printf '\377\376h\000i\000\n\000' > "$1"`);
    expect(await edit('', { EDITOR: command })).toEqual({ type: 'edited', text: 'hi' });
  });

  it.skipIf(process.getuid?.() === 0)('may protect its folder: the edited text counts', async () => {
    const { command, folder } = createEditor(
      'echo new > "$1"; chmod 500 "$(dirname "$1")"; echo "$1" > "$log"',
    );
    expect(await edit('old', { EDITOR: command })).toEqual({ type: 'edited', text: 'new' });
    const kept = dirname(readFileSync(join(folder, 'log'), 'utf8').trim());
    chmodSync(kept, 0o700);
    rmSync(kept, { recursive: true });
  });

  it('gets no file if the temporary folder is gone, which is an error with a hint', async () => {
    vi.stubEnv('TMPDIR', join(createFolder(), 'gone'));
    onTestFinished(() => void vi.unstubAllEnvs());
    const failure = await edit('old', { EDITOR: 'true' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'config',
      message: expect.stringMatching(/^no file for the editor can be written in .*: there is no such file/),
      hint: 'Set TMPDIR to a folder that you can write to.',
    });
  });

  it('that is not there is an error with a hint', async () => {
    const failure = await edit('old', { EDITOR: 'no-such-editor --wait' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CliError);
    expect(failure).toMatchObject({
      code: 'config',
      message: 'the editor no-such-editor is not installed, or not in PATH',
      hint: expect.stringContaining('EDITOR'),
    });
  });

  it('is vi if none is set', async () => {
    const { folder } = createEditor('echo vi > "$1"', 'vi');
    expect(await edit('', { PATH: `${folder}:/usr/bin:/bin`, EDITOR: ' ' })).toEqual({
      type: 'edited',
      text: 'vi',
    });
    expect(readdirSync(folder)).toEqual(['vi']);
  });
});

describe('the words of a command', () => {
  it.each([
    ['code --wait', ['code', '--wait']],
    ['  vim   -f ', ['vim', '-f']],
    [`"/Applications/My Editor" -n`, ['/Applications/My Editor', '-n']],
    [`emacs --eval '(foo "bar")'`, ['emacs', '--eval', '(foo "bar")']],
    ['a\\ b c', ['a b', 'c']],
    [`x"y z"'w v'`, ['xy zw v']],
    [`"a\\"b\\c"`, ['a"b\\c']],
    [`"" x`, ['', 'x']],
    [`'open`, ['open']],
    ['', []],
  ])('%j are %j', (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });
});

describe('the words of a command on Windows', () => {
  it.each([
    ['C:\\Windows\\notepad.exe', ['C:\\Windows\\notepad.exe']],
    ['"C:\\Program Files\\n++\\n++.exe" -multiInst', ['C:\\Program Files\\n++\\n++.exe', '-multiInst']],
    ['"\\\\server\\share\\vim.exe" -f', ['\\\\server\\share\\vim.exe', '-f']],
    ["'C:\\My Tools\\e.exe' --wait", ['C:\\My Tools\\e.exe', '--wait']],
    ["C:\\O'Brien\\e.exe D:\\it's", ["C:\\O'Brien\\e.exe", "D:\\it's"]],
    ['code --wait', ['code', '--wait']],
    ['C:\\"Program Files"\\x.exe', ['C:\\Program Files\\x.exe']],
    ['"C:\\dir\\" x', ['C:\\dir\\', 'x']],
    ['"open', ['open']],
    ['', []],
  ])('%j are %j', (command, words) => {
    expect(splitCommand(command, 'win32')).toEqual(words);
  });
});
