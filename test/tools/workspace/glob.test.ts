import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from './workspace.ts';

const files = {
  '.gitignore': 'dist/\n',
  '.github/ci.yml': '',
  'README.md': '',
  'dist/a.js': '',
  'server.pem': '',
  'src/a.ts': '',
  'src/b/c.ts': '',
  'src/b/d.css': '',
  'test/a.test.ts': '',
  '../beside/e.ts': '',
};

describe('glob finds', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['files at any depth', { pattern: '**/*.ts' }, ['src/a.ts', 'src/b/c.ts', 'test/a.test.ts']],
    ['files of a folder of the pattern', { pattern: 'src/**/*.ts' }, ['src/a.ts', 'src/b/c.ts']],
    ['files of a folder of the input', { pattern: '**/*.ts', path: 'src' }, ['src/a.ts', 'src/b/c.ts']],
    ['files in the words of others', { pattern: '*.ts', paths: ['src'] }, ['src/a.ts']],
    ['one of several endings', { pattern: 'src/b/*.{ts,css}' }, ['src/b/c.ts', 'src/b/d.css']],
    ['a file without wildcards', { pattern: 'src/a.ts' }, ['src/a.ts']],
    ['the names of secrets', { pattern: '*.pem' }, ['server.pem']],
    ['hidden files in a folder that is named', { pattern: '.github/*' }, ['.github/ci.yml']],
    ['ignored files in a folder that is named', { pattern: '*', path: 'dist' }, ['dist/a.js']],
  ])('%s', async (_what, input, expected) => {
    expect((await createWorkspace(files).call('glob', input)).split('\n')).toEqual(expected);
  });

  it.each([['**/*.js'], ['**/*.yml'], ['*.rs'], ['.*']])(
    'nothing for %s, and says what is left out',
    async (pattern) => {
      expect(await createWorkspace(files).call('glob', { pattern })).toMatch(
        /^No file matches\. Hidden files/,
      );
    },
  );

  it('at most 1000 files', async () => {
    const many = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`f${index}`, '']));
    const text = await createWorkspace(many).call('glob', { pattern: '*' });
    expect(text.split('\n')).toHaveLength(1001);
    expect(text).toMatch(/\[200 more files match\. Use a narrower pattern\.\]$/);
  });

  it('names with line ends and marks, one a line', async () => {
    const text = await createWorkspace({ 'a\nb.ts': '', 'c\u202e.ts': '' }).call('glob', { pattern: '*.ts' });
    expect(text).toBe('"a\\nb.ts"\n"c\\u202e.ts"');
  });

  it('no file behind a link, and no name of ours', async () => {
    const workspace = createWorkspace({ 'a.ts': '', 'ours/b.ts': '' }, {});
    symlinkSync('../beside', join(workspace.cwd, 'link'));
    const other = createWorkspace(
      {},
      { cwd: workspace.cwd, roots: [workspace.cwd], ownFolders: [join(workspace.cwd, 'ours')] },
    );
    expect(await other.call('glob', { pattern: '**/*.ts' })).toBe('a.ts');
  });
});

describe('the access of glob', () => {
  it.each<[string, Record<string, unknown>, string, string | undefined]>([
    ['the folder', { pattern: '**' }, 'work', undefined],
    ['the fixed part of the pattern', { pattern: 'src/b/*.ts' }, 'work/src/b', undefined],
    ['a folder beside it', { pattern: '../beside/*' }, 'beside', 'outside'],
    ['a folder beside it, by dots in the middle', { pattern: 'src/../../beside/*' }, 'beside', 'outside'],
    ['the home folder', { pattern: '~/**/*' }, '.', 'outside'],
    ['a hidden folder', { pattern: '.github/**' }, 'work/.github', 'hidden'],
    ['an ignored folder', { pattern: '*', path: 'dist' }, 'work/dist', 'ignored'],
  ])('is to %s', async (_what, input, path, special) => {
    const workspace = createWorkspace(files);
    const { accesses } = await workspace.plan('glob', input);
    expect(accesses).toEqual([
      {
        kind: 'read',
        path: join(workspace.home, path),
        ...(special !== undefined && { special }),
        folder: 'names',
      },
    ]);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ pattern: '' }, /`pattern` is empty/],
    [{ pattern: '*', path: 'README.md' }, /README\.md is not a folder/],
    [{ pattern: '*', path: 'nothing' }, /nothing does not exist/],
    [{ pattern: '*', paths: ['src', 'test'] }, /one folder/],
    [{ pattern: '!(a)' }, /cannot be used/],
  ])('is not asked for %o', async (input, expected) => {
    await expect(createWorkspace(files).call('glob', input)).rejects.toThrow(expected);
  });
});
