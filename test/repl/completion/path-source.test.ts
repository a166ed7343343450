import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPathSource, createProjectFiles } from '../../../src/repl/completion/path-source.ts';
import { createFolder } from '../../helpers/folder.ts';
import { createPartialClone, fetchings } from '../../helpers/partial-clone.ts';

const env = { PATH: process.env.PATH };

function writeFiles(folder: string, paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
}

async function list(cwd: string, query: string, { home = cwd, path = env.PATH } = {}): Promise<string[]> {
  const project = createProjectFiles({ cwd, env: { PATH: path }, now: () => 0 });
  const find = await createPathSource(query, { cwd, home, project }).open(() => {});
  return find(query).map(({ text }) => text);
}

describe('the paths of a project', () => {
  it('are those that git does not ignore, including new ones', async () => {
    const folder = createFolder();
    execFileSync('git', ['init', '-q'], { cwd: folder });
    writeFiles(folder, ['src/a.ts', 'src/b.log', 'dist/out.js', 'new file.txt']);
    writeFileSync(join(folder, '.gitignore'), 'dist/\n*.log\n');
    expect(await list(folder, '')).toEqual(['new file.txt', 'src/']);
    expect(await list(folder, 'src/')).toEqual(['src/a.ts']);
    expect((await list(folder, '.'))[0]).toBe('.gitignore');
  });

  it('are never those of the home folder', async () => {
    const folder = createFolder({ '~/todo.md': '', '~x/todo.md': '' });
    execFileSync('git', ['init', '-q'], { cwd: folder });
    expect(await list(folder, 'todo')).toEqual(['./~/todo.md', './~x/todo.md']);
  });

  it('run no program that the repository names', async () => {
    const folder = createFolder();
    execFileSync('git', ['init', '-q'], { cwd: folder });
    const proof = join(folder, 'ran');
    writeFiles(folder, ['a.ts']);
    writeFileSync(join(folder, 'hook'), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    execFileSync('git', ['config', 'core.fsmonitor', join(folder, 'hook')], { cwd: folder });
    expect(await list(folder, 'a')).toEqual(['a.ts']);
    expect(await list(folder, 'ran')).toEqual([]);
  });

  it.each(fetchings)('fetch nothing that the repository lacks, by %s', async (_, settings) => {
    const { folder, ran } = createPartialClone(settings);
    expect(await list(folder, 'a/')).toContain('a/1');
    expect(existsSync(ran)).toBe(false);
    // Another git may look for other ways: this one has them.
    execFileSync('git', ['-C', folder, 'ls-files'], { stdio: 'ignore', env: { ...env, HOME: '/nowhere' } });
    expect(existsSync(ran)).toBe(true);
  });

  it('are all files without a repository or without git', async () => {
    const folder = createFolder();
    writeFiles(folder, ['src/deep/a.ts', 'node_modules/x/y.js', '.cache/z']);
    for (const path of [env.PATH, '/nonexistent']) {
      expect(await list(folder, '', { path: path ?? '' })).toEqual(['node_modules/', 'src/']);
      expect(await list(folder, 'a.ts', { path: path ?? '' })).toEqual(['src/deep/a.ts']);
    }
  });

  it('are listed once, and again after some seconds', async () => {
    const folder = createFolder();
    let now = 0;
    const project = createProjectFiles({ cwd: folder, env, now: () => now, keepMs: 100 });
    expect((await project.list()).paths).toEqual([]);
    writeFiles(folder, ['a.ts']);
    expect((await project.list()).paths).toEqual([]);
    now = 101;
    expect((await project.list()).paths).toEqual(['a.ts']);
  });
});

describe('paths that lead out of the project', () => {
  it('are those of the one folder', async () => {
    const folder = createFolder();
    writeFiles(folder, ['home/notes/today.md', 'home/.secret', 'project/x.ts', 'other/y.ts']);
    symlinkSync(join(folder, 'other'), join(folder, 'project/link'));
    const cwd = join(folder, 'project');
    const home = join(folder, 'home');
    expect(await list(cwd, '~/', { home })).toEqual(['~/notes/']);
    expect(await list(cwd, '~/.s', { home })).toEqual(['~/.secret']);
    expect(await list(cwd, '~/notes/to', { home })).toEqual(['~/notes/today.md']);
    expect(await list(cwd, '../', { home })).toEqual(['../home/', '../other/', '../project/']);
    expect(await list(cwd, './', { home })).toEqual(['./link/', './x.ts']);
    expect(await list(cwd, `${folder}/oth`, { home })).toEqual([`${folder}/other/`]);
  });

  it('are none if the folder does not exist', async () => {
    await expect(list(createFolder(), '../missing/')).rejects.toThrow('ENOENT');
  });
});
