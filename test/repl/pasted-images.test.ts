import { describe, expect, it } from 'vitest';
import { parseDroppedPath } from '../../src/repl/pasted-images.ts';

describe('a path that a terminal pastes', () => {
  it.each([
    ['/tmp/a.png', '/tmp/a.png'],
    ['/tmp/a.png ', '/tmp/a.png'],
    ["'/tmp/my shot.PNG'\n", '/tmp/my shot.PNG'],
    ['"/tmp/my shot.jpeg"', '/tmp/my shot.jpeg'],
    ['/tmp/my\\ shot\\ \\(1\\).webp', '/tmp/my shot (1).webp'],
    ['/tmp/my shot.gif', '/tmp/my shot.gif'],
    ['file:///tmp/my%20shot.png', '/tmp/my shot.png'],
    ['~/shot.png', '~/shot.png'],
    ['shot.png', 'shot.png'],
  ])('%j is %j', (pasted, path) => {
    expect(parseDroppedPath(pasted, 'linux')).toBe(path);
  });

  it.each([
    '',
    'look at shot.png',
    '/tmp/a.txt',
    '/tmp/a.png\n/tmp/b.png',
    "'/tmp/a.png' '/tmp/b.png'",
    'file://%',
    `/${'a'.repeat(5_000)}.png`,
  ])('%j is none', (pasted) => {
    expect(parseDroppedPath(pasted, 'linux')).toBeUndefined();
  });

  it('has backslashes of its own on Windows', () => {
    expect(parseDroppedPath('C:\\shots\\a.png', 'win32')).toBe('C:\\shots\\a.png');
  });
});
