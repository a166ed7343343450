import { describe, expect, it } from 'vitest';
import type { Env } from '../src/env.ts';
import { findProgram, withAbsolutePath } from '../src/find-program.ts';

/** Where a name is found among the files of a machine. */
function findAmong(files: string[], name: string, env: Env, platform: NodeJS.Platform): string | undefined {
  const known = files.map((file) => file.toLowerCase());
  return findProgram(name, {
    env,
    platform,
    look: (path) =>
      known.includes(platform === 'win32' ? path.toLowerCase() : path) ? 'program' : undefined,
  });
}

describe('a program on Windows', () => {
  const files = [
    'C:\\bin\\gh.exe',
    'C:\\tools\\code.cmd',
    'C:\\tools\\gh.bat',
    'gh.exe',
    '.\\gh.exe',
    'D:\\gh.exe',
  ];

  it.each<[what: string, name: string, path: string, found: string | undefined]>([
    ['is found in a folder of PATH', 'gh', 'C:\\bin', 'C:\\bin\\gh.exe'],
    ['is found in a quoted folder', 'gh', '"C:\\bin"', 'C:\\bin\\gh.exe'],
    ['is found in the first folder that has it', 'gh', 'C:\\empty;C:\\tools;C:\\bin', 'C:\\tools\\gh.bat'],
    ['is found by another extension of PATHEXT', 'code', 'C:\\tools', 'C:\\tools\\code.cmd'],
    ['is found by its whole name', 'gh.exe', 'C:\\bin', 'C:\\bin\\gh.exe'],
    ['is not found in the current folder', 'gh', '', undefined],
    ['is not found through an empty entry, a dot or a relative folder', 'gh', ';.;bin;..\\x', undefined],
    [
      'is not found through a folder on the current drive, or the folder of a drive',
      'gh',
      '\\;D:',
      undefined,
    ],
    ['is a path where it has a slash', '.\\gh.exe', 'C:\\bin', '.\\gh.exe'],
  ])('%s', (_, name, path, found) => {
    expect(findAmong(files, name, { Path: path, PATHEXT: '.COM;.EXE;.BAT;.CMD' }, 'win32')).toBe(found);
  });

  it('is found without PATHEXT', () => {
    expect(findAmong(files, 'gh', { PATH: 'C:\\bin' }, 'win32')).toBe('C:\\bin\\gh.exe');
  });
});

describe('a program elsewhere', () => {
  it.each<[what: string, name: string, path: string, found: string | undefined]>([
    ['is found in the first folder that has it', 'gh', '/empty:/usr/bin:/bin', '/usr/bin/gh'],
    ['is not found through an empty entry, a dot or a relative folder', 'gh', ':.:bin:', undefined],
    ['is a path where it has a slash', './gh', '/usr/bin', './gh'],
    ['is not found without a name', '', '/usr/bin', undefined],
  ])('%s', (_, name, path, found) => {
    const files = ['/usr/bin/gh', '/bin/gh', 'gh', './gh', 'bin/gh', '/usr/bin'];
    expect(findAmong(files, name, { PATH: path }, 'linux')).toBe(found);
  });

  it('is one that can be run before one that cannot', () => {
    const look = (path: string): 'program' | 'file' => (path === '/a/x' ? 'file' : 'program');
    expect(findProgram('x', { env: { PATH: '/a:/b' }, platform: 'linux', look })).toBe('/b/x');
    expect(findProgram('x', { env: { PATH: '/a' }, platform: 'linux', look })).toBe('/a/x');
  });
});

it.each<[Env, NodeJS.Platform, Env]>([
  [{ PATH: './node_modules/.bin:/usr/bin::.:bin:/bin', A: 'b' }, 'linux', { PATH: '/usr/bin:/bin', A: 'b' }],
  [{ PATH: '' }, 'linux', { PATH: '' }],
  [{ A: 'b' }, 'linux', { A: 'b' }],
  [{ Path: '.;C:\\bin;tools;"D:\\a b"' }, 'win32', { Path: 'C:\\bin;D:\\a b' }],
])('programs that are started have a PATH of absolute folders: %j on %s', (env, platform, expected) => {
  expect(withAbsolutePath(env, platform)).toEqual(expected);
});
