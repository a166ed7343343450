import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNotesFile, readNotes } from '../../src/chat/batch-notes.ts';
import { refuseLinkOut, writeDocument } from '../../src/output/named-output.ts';

/** A folder with an outside, as a clone has it. */
function createClone(): { cwd: string; outside: string } {
  const home = mkdtempSync(join(tmpdir(), 'named-output-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const [cwd, outside] = [join(home, 'clone'), join(home, 'outside')];
  for (const folder of [cwd, outside, join(cwd, 'sub')]) mkdirSync(folder);
  writeFileSync(join(outside, 'rc'), 'mine');
  return { cwd, outside };
}

const { signal } = new AbortController();

it.each([
  ['to a file outside', 'out.md', '../outside/rc'],
  ['to nothing outside yet', 'out.md', '../outside/new'],
  ['through another link', 'sub/out.md', '../other'],
  ['through a link to a folder', 'out.md', 'there/new'],
  ['through a link to a folder, and up from there', 'out.md', 'there/deep/../new'],
])('writes nothing through a link of the folder %s', async (_, name, target) => {
  const { cwd, outside } = createClone();
  symlinkSync('../outside/new', join(cwd, 'other'));
  symlinkSync('../outside', join(cwd, 'there'));
  symlinkSync(target, join(cwd, name));
  await expect(writeDocument(name, 'text', { cwd, signal })).rejects.toThrow(
    new RegExp(`^${name} is a link that leads out of this folder, to .*outside/(?:rc|new)$`),
  );
  expect(readFileSync(join(outside, 'rc'), 'utf8')).toBe('mine');
  expect(existsSync(join(outside, 'new'))).toBe(false);
});

it('writes through a link that stays, to one that the person has elsewhere, and to devices', async () => {
  const { cwd, outside } = createClone();
  symlinkSync('sub/a.md', join(cwd, 'in.md'));
  symlinkSync(join(outside, 'rc'), join(outside, 'link.md'));
  await writeDocument('in.md', 'text', { cwd, signal });
  await writeDocument('/dev/null', 'text', { cwd, signal });
  await writeDocument('../outside/link.md', 'text', { cwd, signal });
  expect(readFileSync(join(cwd, 'sub/a.md'), 'utf8')).toBe('text');
  expect(readFileSync(join(outside, 'rc'), 'utf8')).toBe('text');
  expect(() => refuseLinkOut('not-there.md', cwd)).not.toThrow();
});

it('writes through no link to a pipe or a device', () => {
  const { cwd, outside } = createClone();
  execFileSync('mkfifo', [join(outside, 'pipe')]);
  symlinkSync(join(outside, 'pipe'), join(cwd, 'pipe.md'));
  symlinkSync('/dev/tty', join(cwd, 'tty.md'));
  for (const name of ['pipe.md', 'tty.md'])
    expect(() => refuseLinkOut(name, cwd)).toThrow(`${name} is a link that leads out of this folder`);
});

it.each([
  ['a link', symlinkSync, 'is no file'],
  ['another name of a file', linkSync, 'is another file, too'],
])('notes of a batch are neither read nor written through %s', (_, link, message) => {
  const { cwd, outside } = createClone();
  const path = join(cwd, 'out.jsonl.unfinished');
  link(join(outside, 'rc'), path);
  expect(() => createNotesFile(path).add('{}')).toThrow(message);
  expect(() => readNotes(path)).toThrow(message);
  expect(readFileSync(join(outside, 'rc'), 'utf8')).toBe('mine');
});

it('names no folder by a link that leads out, or to what is hidden', () => {
  const { cwd } = createClone();
  symlinkSync('../outside', join(cwd, 'gen'));
  mkdirSync(join(cwd, '.git/hooks'), { recursive: true });
  symlinkSync('.git/hooks', join(cwd, 'hooks'));
  symlinkSync('sub', join(cwd, 'in'));
  for (const name of ['gen', './gen', 'gen/new/x', 'in/../gen', join(cwd, 'gen')])
    expect(() => refuseLinkOut(name, cwd), name).toThrow(/ is a link that leads out of this folder, to /);
  expect(() => refuseLinkOut('hooks', cwd)).toThrow(/hooks is a link that leads to .*\.git\/hooks$/);
  for (const name of ['in', 'in/new', 'sub', 'new/x', '../outside', '.git/hooks', '.'])
    expect(() => refuseLinkOut(name, cwd), name).not.toThrow();
});

describe('in a folder of a repository', () => {
  function createRepository(): { cwd: string; root: string } {
    const { cwd: root } = createClone();
    for (const folder of ['.git/hooks', 'pk/deep']) mkdirSync(join(root, folder), { recursive: true });
    symlinkSync('../outside', join(root, 'gen'));
    symlinkSync('../outside/new', join(root, 'new.md'));
    symlinkSync('.git/hooks', join(root, 'hooks'));
    symlinkSync('sub', join(root, 'in'));
    symlinkSync('pk/in.md', join(root, 'in.md'));
    return { cwd: join(root, 'pk'), root };
  }

  it.each<[name: string, says: RegExp]>([
    ['../gen', /^\.\.\/gen is a link that leads out of its repository, to .*outside$/],
    ['../gen/deep/x', /^\.\.\/gen is a link that leads out of its repository/],
    ['../new.md', /^\.\.\/new\.md is a link that leads out of its repository, to .*outside\/new$/],
    ['../hooks/post-commit', /^\.\.\/hooks is a link that leads to .*\.git\/hooks$/],
  ])('no link around it is followed out, or to what is hidden: %s', (name, says) => {
    const { cwd, root } = createRepository();
    expect(() => refuseLinkOut(name, cwd)).toThrow(says);
    const elsewhere = join(root, '../outside');
    expect(() => refuseLinkOut(join(cwd, name), elsewhere)).toThrow(/ is a link that leads /);
  });

  it('one that stays is followed, and one that leads out of a repository behind it is not', () => {
    const { cwd, root } = createRepository();
    for (const name of ['../in/x.md', '../in.md', '../sub/x', '../../outside/x'])
      expect(() => refuseLinkOut(name, cwd), name).not.toThrow();
    mkdirSync(join(root, '../outside/.git'));
    expect(() => refuseLinkOut('../gen/x', cwd)).toThrow(/ leads out of its repository/);
  });
});
