import { describe, expect, it } from 'vitest';
import { listDroppedPaths } from '../../src/repl/pasted-images.ts';

describe('a path that a terminal pastes', () => {
  it.each([
    ['/tmp/a.png', '/tmp/a.png'],
    ['/tmp/a.png ', '/tmp/a.png'],
    ["'/tmp/my shot.PNG'\n", '/tmp/my shot.PNG'],
    ['"/tmp/my shot.jpeg"', '/tmp/my shot.jpeg'],
    ['/tmp/my\\ shot\\ \\(1\\).webp', '/tmp/my shot (1).webp'],
    ['/tmp/my shot.gif', '/tmp/my shot.gif'],
    ['file:///tmp/my%20shot.png', '/tmp/my shot.png'],
  ])('%j is %j', (pasted, path) => {
    expect(listDroppedPaths(pasted, 'linux')[0]).toEqual([path]);
  });

  it.each([
    '',
    'look at shot.png',
    '/tmp/a.txt',
    'a.png b.png',
    // No terminal drops these: they were copied.
    'shot.png',
    './shot.png',
    "'my shot.png'",
    'my\\ shot.png',
    '../shots/a.png',
    '~/shot.png',
    '/tmp/a.png\n/tmp/b.txt',
    'file://%',
    `/${'a'.repeat(5_000)}.png`,
  ])('%j is none', (pasted) => {
    expect(listDroppedPaths(pasted, 'linux')).toEqual([]);
  });

  it.each([
    ['/tmp/a.png\n/tmp/b.png\n', ['/tmp/a.png', '/tmp/b.png']],
    ["'/tmp/a.png' '/tmp/my b.png'", ['/tmp/a.png', '/tmp/my b.png']],
    ['/tmp/a\\ 1.png /b.png file:///c%20d.png', ['/tmp/a 1.png', '/b.png', '/c d.png']],
  ])('%j may be several: %j', (pasted, paths) => {
    expect(listDroppedPaths(pasted, 'linux').at(-1)).toEqual(paths);
  });

  it('has backslashes of its own on Windows', () => {
    expect(listDroppedPaths('C:\\shots\\a.png', 'win32')[0]).toEqual(['C:\\shots\\a.png']);
    expect(listDroppedPaths('"C:\\my shots\\a.png" C:\\b.png', 'win32').at(-1)).toEqual([
      'C:\\my shots\\a.png',
      'C:\\b.png',
    ]);
    expect(listDroppedPaths('\\\\server\\shots\\a.png', 'win32')[0]).toEqual(['\\\\server\\shots\\a.png']);
    expect(listDroppedPaths('shots\\a.png', 'win32')).toEqual([]);
  });
});
