import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { followLinks, replaceFile, writeAtomically } from '../src/write-atomically.ts';
import { createFolder } from './helpers/folder.ts';

let folder: string;
const modeOf = (path: string): number => statSync(path).mode & 0o777;

beforeEach(() => {
  folder = createFolder();
});

describe('a file that is replaced', () => {
  it('has the new content and the mode that was asked for, and leaves nothing beside it', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'old', { mode: 0o644 });
    writeAtomically(path, 'new', { mode: 0o600 });
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', 0o600]);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('has a mode that the umask would narrow', () => {
    const path = join(folder, 'file');
    writeAtomically(path, Buffer.from('bytes'), { mode: 0o666 });
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['bytes', 0o666]);
  });

  it('is written from pieces, in place of what a killed process left under the temporary name', () => {
    const path = join(folder, 'file');
    const temporary = join(folder, 'next');
    writeFileSync(temporary, 'a very long rest of an earlier run', { mode: 0o644 });
    writeAtomically(path, ['one ', 'two'], { mode: 0o600, temporary, isDurable: true });
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['one two', 0o600]);
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('a file that cannot be replaced', () => {
  it('stays as it was when the content breaks off', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    function* breakOff(): Generator<string> {
      yield 'half';
      throw new Error('no more');
    }
    expect(() => writeAtomically(path, breakOff(), { mode: 0o600 })).toThrow('no more');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('leaves nothing behind if a folder has its name', () => {
    mkdirSync(join(folder, 'file'));
    expect(() => writeAtomically(join(folder, 'file'), 'new', { mode: 0o600 })).toThrow();
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('a file that another program has open', () => {
  /** Fails some times, and then does what it should. */
  function createBusy(code: string, times: number) {
    let left = times;
    return (from: string, to: string): void => {
      left -= 1;
      if (left >= 0) throw Object.assign(new Error(code), { code });
      renameSync(from, to);
    };
  }

  function createFiles(): { from: string; to: string } {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    writeFileSync(from, 'new');
    writeFileSync(to, 'old');
    return { from, to };
  }

  it.each(['EPERM', 'EACCES', 'EBUSY'])('is replaced on Windows once it is free: %s', (code) => {
    const { from, to } = createFiles();
    replaceFile(from, to, { platform: 'win32', rename: createBusy(code, 3) });
    expect(readFileSync(to, 'utf8')).toBe('new');
  });

  it.each<[what: string, platform: NodeJS.Platform, code: string, times: number]>([
    ['stays busy for more than a second on Windows', 'win32', 'EBUSY', 100],
    ['cannot be replaced for another reason', 'win32', 'ENOENT', 1],
    ['may not be replaced elsewhere', 'linux', 'EPERM', 1],
    ['may not be replaced on macOS', 'darwin', 'EACCES', 1],
  ])('stays as it was if it %s', (_, platform, code, times) => {
    const { from, to } = createFiles();
    expect(() => replaceFile(from, to, { platform, rename: createBusy(code, times) })).toThrow(code);
    expect(readFileSync(to, 'utf8')).toBe('old');
  });
});

describe.runIf(process.platform !== 'win32')('a link to what is not there yet', () => {
  it.each<[what: string, links: Record<string, string>, target: string]>([
    ['directly', { link: '../out/new' }, 'out/new'],
    ['through a link to a folder', { d: '../out', link: 'd/new' }, 'out/new'],
    ['through a link to a folder, and up from there', { d: '../out/deep', link: 'd/../new' }, 'out/new'],
    ['through two links', { e: '../out', d: 'e/deep', link: 'd/new' }, 'out/deep/new'],
    ['in a folder that is not there', { d: '../out', link: 'd/a/b/new' }, 'out/a/b/new'],
    ['through a link that leads nowhere', { d: '../out/gone', link: 'd/new' }, 'out/gone/new'],
    ['by its whole path', { d: '../out', link: '/d/new' }, 'out/new'],
    ['in a circle', { d: 'link', link: 'd' }, 'here/link'],
  ])('is followed %s', (_, links, target) => {
    const here = join(folder, 'here');
    for (const path of [here, join(folder, 'out/deep')]) mkdirSync(path, { recursive: true });
    for (const [name, to] of Object.entries(links))
      symlinkSync(to.startsWith('/') ? here + to : to, join(here, name));
    expect(followLinks(join(here, 'link'))).toBe(join(folder, target));
  });
});
