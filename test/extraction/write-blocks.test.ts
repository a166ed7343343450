import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CodeBlock, listCodeBlocks } from '../../src/extraction/code-blocks.ts';
import { toFileNames, writeBlocks } from '../../src/extraction/write-blocks.ts';

let home: string;
let dir: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'blocks-'));
  dir = join(home, 'out');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const blocks = [
  { language: 'ts', text: 'a\n', fileName: 'src/a.ts' },
  { language: 'sh', text: 'b\n' },
];
const usage = (message: string) =>
  expect.objectContaining({ code: 'usage', exitCode: 2, message: expect.stringContaining(message) });

describe('blocks written into a folder', () => {
  it('make the folder, and say where they went', () => {
    expect(writeBlocks(dir, blocks)).toEqual([join(dir, 'src/a.ts'), join(dir, 'block-2.sh')]);
    expect(readFileSync(join(dir, 'src/a.ts'), 'utf8')).toBe('a\n');
    expect(readFileSync(join(dir, 'block-2.sh'), 'utf8')).toBe('b\n');
  });

  it('overwrite nothing, and then write nothing at all', () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'block-2.sh'), 'mine');
    expect(() => writeBlocks(dir, blocks)).toThrowError(usage('block-2.sh is there already'));
    expect(readdirSync(dir)).toEqual(['block-2.sh']);
    expect(readFileSync(join(dir, 'block-2.sh'), 'utf8')).toBe('mine');
  });

  it('leave no file behind if one cannot be written whole, and none of somebody else is removed', () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'other.ts'), 'mine');
    // As a full disk does, it fails once the file is open.
    const failing = { language: 'sh', text: Symbol('fails') as unknown as string };
    expect(() => writeBlocks(dir, [...blocks, failing])).toThrowError(usage('block-3.sh cannot be written'));
    expect(readdirSync(dir, { recursive: true }).toSorted()).toEqual(['other.ts', 'src']);
    expect(writeBlocks(dir, blocks)).toHaveLength(2);
  });

  it('never overwrite a folder', () => {
    mkdirSync(join(dir, 'src/a.ts'), { recursive: true });
    expect(() => writeBlocks(dir, blocks)).toThrowError(usage('a.ts is there already'));
    expect(existsSync(join(dir, 'block-2.sh'))).toBe(false);
  });

  it('never follow a link to a file', () => {
    mkdirSync(dir);
    writeFileSync(join(home, 'precious'), 'mine');
    symlinkSync(join(home, 'precious'), join(dir, 'block-2.sh'));
    expect(() => writeBlocks(dir, blocks)).toThrowError(usage('block-2.sh is there already'));
    expect(readFileSync(join(home, 'precious'), 'utf8')).toBe('mine');
  });

  it('never follow a link out of the folder', () => {
    mkdirSync(join(home, 'elsewhere'));
    mkdirSync(dir);
    symlinkSync(join(home, 'elsewhere'), join(dir, 'src'));
    expect(() => writeBlocks(dir, blocks)).toThrowError(usage('leads out of'));
    expect(() => writeBlocks(`${home}/./././././././out//`, blocks)).toThrowError(usage('leads out of'));
    expect(readdirSync(join(home, 'elsewhere'))).toEqual([]);
    expect(readdirSync(dir)).toEqual(['src']);
  });

  it.each(['.git', '.vscode/x', 'lib/.hid'])('follow no link to what is hidden: %s', (hidden) => {
    mkdirSync(join(dir, hidden), { recursive: true });
    symlinkSync(hidden, join(dir, 'src'));
    expect(() => writeBlocks(dir, blocks)).toThrowError(usage('is a link that leads to'));
    expect(readdirSync(join(dir, hidden))).toEqual([]);
    // Whoever names the folder means it.
    expect(writeBlocks(join(dir, hidden), [{ language: 'ts', text: 'a\n', fileName: 'a.ts' }])).toHaveLength(
      1,
    );
  });

  it('follow a link to another folder there', () => {
    mkdirSync(join(dir, 'lib'), { recursive: true });
    symlinkSync('lib', join(dir, 'src'));
    writeBlocks(dir, blocks);
    expect(readFileSync(join(dir, 'lib/a.ts'), 'utf8')).toBe('a\n');
  });

  it('may go to a folder that is a link itself, or is written with a slash or dots', () => {
    mkdirSync(join(home, 'real'));
    symlinkSync(join(home, 'real'), dir);
    writeBlocks(dir, blocks);
    expect(readFileSync(join(home, 'real/src/a.ts'), 'utf8')).toBe('a\n');
    writeBlocks(`${home}/./real/`, [{ language: 'ts', text: 'c\n', fileName: 'src/c.ts' }]);
    expect(readFileSync(join(home, 'real/src/c.ts'), 'utf8')).toBe('c\n');
  });

  it.each(['src', '.'])('fail if a file stands in the place of the folder %s', (folder) => {
    if (folder === 'src') mkdirSync(dir);
    writeFileSync(join(dir, folder === '.' ? '' : folder), 'mine');
    expect(() => writeBlocks(dir, blocks)).toThrowError(usage('is not a folder'));
  });
});

const fence = (info: string, ...code: string[]): string => [`\`\`\`${info}`, ...code, '```', ''].join('\n');
const nameOne = (text: string): string | undefined => toFileNames(listCodeBlocks(text))[0];
const createBlock = (fileName: string | undefined, language = 'ts'): CodeBlock => ({
  language,
  text: 'x\n',
  ...(fileName !== undefined && { fileName }),
});

describe('the name of a block', () => {
  it.each([
    ['a title in the info string', fence('ts title="src/a b.ts"'), 'src/a b.ts'],
    ['a title in single quotes', fence("ts title='a.ts'"), 'a.ts'],
    ['a title without quotes', fence('python filename=tools/x.py'), 'tools/x.py'],
    ['a title without a language', fence('title="a.txt"'), 'a.txt'],
    ['a path as the info string', fence('src/a.ts'), 'src/a.ts'],
    ['a path after the language', fence('ts src/a.ts'), 'src/a.ts'],
    ['a path behind a colon', fence('ts:src/a.ts'), 'src/a.ts'],
    ['a comment in the first line', fence('ts', '// src/a.ts', 'x'), 'src/a.ts'],
    ['a comment with a label', fence('py', '# File: lib/a.py', 'x'), 'lib/a.py'],
    ['a comment in HTML', fence('html', '<!-- index.html -->', 'x'), 'index.html'],
    ['a comment in CSS', fence('css', '/* css/a.css */', 'x'), 'css/a.css'],
    ['a comment in SQL', fence('sql', '-- up.sql', 'x'), 'up.sql'],
    ['a bold line before it', `**src/a.ts**\n\n${fence('ts')}`, 'src/a.ts'],
    ['bold code with a colon', `**\`src/a.ts\`:**\n${fence('ts')}`, 'src/a.ts'],
    ['a line of code before it', `\`src/a.ts\`\n${fence('ts')}`, 'src/a.ts'],
    ['a heading before it', `### 1. \`src/a.ts\`\n\n${fence('ts')}`, 'src/a.ts'],
    ['a heading without marks', `## src/a.ts\n${fence('ts')}`, 'src/a.ts'],
    ['a labelled line', `File: **src/a.ts**\n${fence('ts')}`, 'src/a.ts'],
    ['a sentence with one piece of code', `Now create \`src/a.ts\` like this:\n${fence('ts')}`, 'src/a.ts'],
    ['a file without an extension', `\`Dockerfile\`\n${fence('dockerfile')}`, 'Dockerfile'],
    ['a hidden file', `**.gitignore**\n${fence('')}`, '.gitignore'],
    ['a path of Windows', fence('ts title="src\\a.ts"'), 'src/a.ts'],
    ['a path from here', fence('ts title="./src/a.ts"'), 'src/a.ts'],
    ['the info string rather than the comment', fence('ts title="a.ts"', '// b.ts'), 'a.ts'],
    ['the comment rather than the line before', `\`a.ts\`\n${fence('ts', '// b.ts')}`, 'b.ts'],
  ])('is taken from %s', (_, text, expected) => {
    expect(nameOne(text)).toBe(expected);
  });

  it.each([
    ['code that is called in the sentence before', `Call \`console.log\` so:\n${fence('js')}`, 'block-1.js'],
    ['two pieces of code before it', `Move \`a.ts\` to \`b.ts\`:\n${fence('ts')}`, 'block-1.ts'],
    ['a plain sentence', `See below e.g. this.\n${fence('rust')}`, 'block-1.rs'],
    ['an interpreter', fence('sh', '#!/usr/bin/env bash'), 'block-1.sh'],
    ['a comment of words', fence('py', '# reads a.py and b.py'), 'block-1.py'],
    ['an unknown language', fence('brainfog'), 'block-1.txt'],
    ['no language', fence(''), 'block-1.txt'],
  ])('is not guessed wrongly from %s', (_, text, expected) => {
    expect(nameOne(text)).toBe(expected);
  });

  it('counts the blocks, with or without a name', () => {
    const text = `${fence('ts', 'a')}\`b.py\`\n${fence('py', 'b')}${fence('sh', 'c')}`;
    expect(toFileNames(listCodeBlocks(text))).toEqual(['block-1.ts', 'b.py', 'block-3.sh']);
  });

  it.each([
    '../a.ts',
    'src/../../a.ts',
    '/etc/passwd',
    '~/.ssh/config',
    'C:\\a.ts',
    'C:a.ts',
    '\\\\server\\share\\a.ts',
    '..',
    '.',
    'src//a.ts',
    'src/',
    'a\u0000.ts',
    'a\n.ts',
    '.git/hooks/pre-commit',
    'sub/.GIT/config',
    'con.ts',
    'a/NUL',
    'a.ts.',
    'a:stream.ts',
    `${'a'.repeat(300)}.ts`,
    '',
    '-rf',
    'src/--help',
    'src/~root',
    ' -rf',
    'src/ -x',
    '.bashrc',
    '.ssh/authorized_keys',
    'home/.profile',
    '.gitconfig',
    '.git',
    'GIT~1/hooks/post-checkout',
    '.g\u200cit/config',
    'a\u202ets.exe',
    'con .ts',
    'COM¹',
    'conout$',
    'a /b',
  ])('is never %j', (fileName) => {
    expect(toFileNames([createBlock(fileName)])).toEqual(['block-1.ts']);
  });

  it.each([
    '.gitignore',
    '.github/workflows/ci.yml',
    '.env.example',
    '.eslintrc.json',
    'a-b.ts',
    'x~.ts',
    'con-fig.ts',
  ])('may be %j', (fileName) => {
    expect(toFileNames([createBlock(fileName)])).toEqual([fileName]);
  });

  it.each<[string, string[], string[]]>([
    ['the same name', ['a.ts', 'a.ts', 'a.ts'], ['a.ts', 'a-2.ts', 'a-3.ts']],
    ['the same but for capitals', ['src/a.ts', 'SRC/A.ts'], ['src/a.ts', 'SRC/A-2.ts']],
    ['a name that a number would make', ['a-2.ts', 'a.ts', 'a.ts'], ['a-2.ts', 'a.ts', 'a-3.ts']],
    ['a hidden file', ['.env', '.env'], ['.env', '.env-2']],
    ['a folder in the place of a file', ['src', 'src/a.ts'], ['src', 'block-2.ts']],
    ['a file in the place of a folder', ['src/a.ts', 'src'], ['src/a.ts', 'src-2']],
    ['a name like ours', ['block-2.ts', ''], ['block-2.ts', 'block-2-2.ts']],
  ])('is given once: %s', (_, names, expected) => {
    expect(toFileNames(names.map((name) => createBlock(name)))).toEqual(expected);
  });
});
