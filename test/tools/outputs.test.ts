import {
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  makeOutputFolder,
  removeOldOutputs,
  removeOutputs,
  toOutputFolder,
} from '../../src/tools/outputs.ts';
import { createFolder } from '../helpers/folder.ts';

const day = 24 * 3600;

/** Of a conversation. */
const toName = (letter: string): string => `20260101-0101-${letter.repeat(5)}`;

function fill(cache: string, conversation: string, { days = 0 } = {}): string {
  const folder = toOutputFolder(cache, toName(conversation));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '1.txt'), 'output');
  const at = Date.now() / 1000 - days * day;
  utimesSync(folder, at, at);
  return folder;
}

describe('long outputs of commands', () => {
  it('go with their conversations, and no others', () => {
    const cache = createFolder({});
    const [one, other] = [fill(cache, 'a'), fill(cache, 'b')];
    removeOutputs(cache, [toName('a'), toName('c')]);
    expect([existsSync(one), existsSync(other)]).toEqual([false, true]);
  });

  it('go after 30 days', () => {
    const cache = createFolder({});
    const [old, young, own] = [
      fill(cache, 'a', { days: 31 }),
      fill(cache, 'b', { days: 29 }),
      fill(cache, 'c'),
    ];
    removeOldOutputs(own, Date.now());
    expect([old, young, own].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  });

  it('that were never there are no failure', () => {
    expect(() => removeOldOutputs('/nowhere/outputs/one', Date.now())).not.toThrow();
    expect(() => removeOutputs('/nowhere', ['one'])).not.toThrow();
  });

  it.skipIf(process.platform === 'win32')('are neither made nor removed behind a link', () => {
    const home = createFolder({ 'project/a': '', [`${toName('a')}/a`]: '', 'cache/x': '' });
    const cache = join(home, 'cache');
    symlinkSync('..', join(cache, 'outputs'));
    const old = Date.now() / 1000 - 40 * day;
    for (const name of ['project', toName('a')]) utimesSync(join(home, name), old, old);
    const names = readdirSync(home);
    const own = toOutputFolder(cache, toName('b'));
    expect(() => makeOutputFolder(own)).toThrow();
    removeOldOutputs(own, Date.now());
    removeOutputs(cache, [toName('a')]);
    expect(readdirSync(home)).toEqual(names);
    expect(existsSync(join(home, toName('a'), 'a'))).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('are not made where a link leads to nothing', () => {
    const cache = createFolder({});
    symlinkSync('../nothing', join(cache, 'outputs'));
    expect(() => makeOutputFolder(toOutputFolder(cache, toName('a')))).toThrow();
    const other = createFolder({ 'outputs/x': '' });
    symlinkSync('../x', toOutputFolder(other, toName('a')));
    expect(() => makeOutputFolder(toOutputFolder(other, toName('a')))).toThrow();
    expect(existsSync(join(cache, '..', 'nothing'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('go as a link alone if a link is called like one', () => {
    const home = createFolder({ 'project/a': '', 'cache/outputs/x': '' });
    const cache = join(home, 'cache');
    const link = toOutputFolder(cache, toName('a'));
    symlinkSync('../../project', link);
    const old = Date.now() / 1000 - 40 * day;
    lutimesSync(link, old, old);
    removeOldOutputs(toOutputFolder(cache, toName('b')), Date.now());
    expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
    expect(existsSync(join(home, 'project', 'a'))).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('may lie in a cache folder that is a link of the person', () => {
    const home = createFolder({ 'disk/x': '' });
    symlinkSync('disk', join(home, 'cache'));
    const cache = join(home, 'cache');
    makeOutputFolder(toOutputFolder(cache, toName('b')));
    const old = fill(cache, 'a', { days: 31 });
    removeOldOutputs(toOutputFolder(cache, toName('b')), Date.now());
    expect(existsSync(old)).toBe(false);
    expect(readdirSync(join(home, 'disk', 'outputs'))).toEqual([toName('b')]);
  });

  it.each(['project', '..', '20260101', `${toName('a')}.d`, 'x/../../..'])(
    'are no folder called %s, however old it is',
    (name) => {
      const home = createFolder({ 'cache/outputs/x': '' });
      const cache = join(home, 'cache');
      const folder = join(cache, 'outputs', name);
      mkdirSync(folder, { recursive: true });
      const old = Date.now() / 1000 - 40 * day;
      utimesSync(folder, old, old);
      removeOldOutputs(toOutputFolder(cache, toName('a')), Date.now());
      removeOutputs(cache, [name]);
      expect(existsSync(folder)).toBe(true);
      expect(existsSync(cache)).toBe(true);
    },
  );
});
