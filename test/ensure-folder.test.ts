import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { ensureFolder } from '../src/ensure-folder.ts';

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'there'));
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('there', join(folder, 'link'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('circle', join(folder, 'circle'));
  return folder;
}

it.each([
  ['new', true],
  ['a/b/c', true],
  ['a/b/', true],
  ['link/a/b', true],
  ['there/../new/deep', true],
  ['there', false],
  ['link', false],
  ['.', false],
])('a folder is made with those above it, and left alone if it is there: %s', (path, isNew) => {
  const folder = `${createFolder()}/${path}`;
  expect(ensureFolder(folder)).toBe(isNew);
  expect(ensureFolder(folder)).toBe(false);
  expect(statSync(folder).isDirectory()).toBe(true);
});

it.each([
  ['file', 'EEXIST'],
  ['file/a', 'ENOTDIR'],
  ['file/a/b', 'ENOTDIR'],
  ['dangling', 'ENOENT'],
  ['dangling/a/b', 'ENOENT'],
  ['circle', 'ELOOP'],
  ['circle/a/b', 'ELOOP'],
  [`${'a'.repeat(300)}/b/c`, 'ENAMETOOLONG'],
])('what stands in the way is thrown as Node throws it: %s', (path, code) => {
  const folder = createFolder();
  expect(() => ensureFolder(join(folder, path))).toThrow(expect.objectContaining({ code }));
  expect(() => mkdirSync(join(folder, path), { recursive: true })).toThrow(expect.objectContaining({ code }));
});

it.runIf(process.platform === 'linux').each(['/proc/nope', '/proc/nope/a/b', '/proc/self/fd/a/b'])(
  'a place where the system makes nothing, and calls it ENOENT, ends with an error: %s',
  (path) => {
    expect(() => ensureFolder(path)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  },
);

it.runIf(process.platform !== 'win32')('all new folders get the mode', () => {
  const folder = createFolder();
  ensureFolder(join(folder, 'a/b'), 0o700);
  for (const path of ['a', 'a/b']) expect(statSync(join(folder, path)).mode & 0o777).toBe(0o700);
});

it('nothing in src makes folders as Node does', () => {
  const source = fileURLToPath(new URL('../src', import.meta.url));
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  expect(files.length).toBeGreaterThan(100);
  const others = files.filter((name) =>
    /\bmkdir(?:Sync)?\([^;]*recursive/.test(readFileSync(join(source, name), 'utf8')),
  );
  expect(others).toEqual([]);
});
