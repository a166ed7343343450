import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../../helpers/folder.ts';
import { agree, createRepository, git, isAllowed, judge } from '../../helpers/judged-repository.ts';

/** A repository whose commits have a submodule that is not staged. What it sets would run at a difference in it. */
function createHidden(): { folder: string; sub: string; ran: string; commit(name: string): void } {
  const folder = createRepository();
  const ran = join(createFolder(), 'ran');
  const at = join(folder, 'sub');
  mkdirSync(at);
  git(at, 'init', '-q', '-b', 'main');
  const heads = ['1', '2'].map((text) => {
    writeFileSync(join(at, 'x'), text);
    git(at, 'add', '.');
    git(at, 'commit', '-qm', text);
    return git(at, 'rev-parse', 'HEAD');
  });
  git(at, 'config', 'diff.external', `touch ${ran}; true`);
  for (const head of heads) {
    git(folder, 'update-index', '--add', '--cacheinfo', `160000,${head},sub`);
    git(folder, 'commit', '-qm', head);
  }
  const commit = (name: string): void => {
    git(folder, 'commit', '-qm', name);
  };
  return { folder, sub: at, ran, commit };
}

const why = expect.stringContaining('`diff.external`');

describe('a submodule that is not staged', () => {
  it('is looked at if the repository shows the differences in it', async () => {
    const { folder, ran, commit } = createHidden();
    git(folder, 'rm', '-q', '--cached', 'sub');
    commit('gone');
    for (const command of ['git log -p', 'git show HEAD~1', 'git diff HEAD~2 HEAD~1'])
      expect(await judge(folder, command)).toEqual(isAllowed);
    git(folder, 'config', 'diff.submodule', 'diff');
    for (const command of ['git log -p', 'git show HEAD~1', 'git diff HEAD~2 HEAD~1'])
      expect((await judge(folder, command)).why).toEqual(why);
    expect(existsSync(ran)).toBe(false);
    git(folder, 'log', '-p');
    expect(existsSync(ran)).toBe(true);
  });

  it.each([
    ['diff.submodule', 'log', 'git diff'],
    ['status.submoduleSummary', 'true', 'git status'],
    ['submodule.recurse', 'true', 'git show'],
    ['push.recurseSubmodules', 'on-demand', 'git push'],
    ['fetch.recurseSubmodules', 'true', 'git fetch'],
  ])('is looked at under %s = %s', async (name, value, command) => {
    const { folder, commit } = createHidden();
    git(folder, 'rm', '-q', '--cached', 'sub');
    commit('gone');
    git(folder, 'config', name, value);
    expect((await judge(folder, command)).why).toEqual(why);
  });

  it.each(['git log -p --submodule=diff', 'git diff --submodule HEAD~2 HEAD~1', 'git fetch', 'git pull'])(
    'is looked at by %s',
    async (command) => {
      const { folder, commit } = createHidden();
      git(folder, 'rm', '-q', '--cached', 'sub');
      commit('gone');
      expect((await judge(folder, command)).why).toEqual(why);
    },
  );

  it('is looked at if something else is staged in its place', async () => {
    const { folder } = createHidden();
    git(folder, 'rm', '-q', '--cached', 'sub');
    git(folder, 'update-index', '--add', '--cacheinfo', `100644,${git(folder, 'hash-object', 'a')},sub`);
    expect(await judge(folder, 'git status')).toEqual(isAllowed);
    git(folder, 'config', 'status.submoduleSummary', 'true');
    expect((await judge(folder, 'git status')).why).toEqual(why);
  });

  it('is looked at for the hooks that a push to it runs', async () => {
    const { folder, sub, commit } = createHidden();
    git(folder, 'rm', '-q', '--cached', 'sub');
    commit('gone');
    git(sub, 'config', '--unset', 'diff.external');
    writeFileSync(join(sub, '.git/hooks/pre-push'), '#!/bin/sh\n', { mode: 0o755 });
    expect(await judge(folder, 'git push')).toEqual(isAllowed);
    git(folder, 'config', 'push.recurseSubmodules', 'on-demand');
    expect((await judge(folder, 'git push')).why).toContain('the hook `pre-push`');
  });

  it('is looked at in the folder of git if it is not checked out', async () => {
    const { folder, sub, ran } = createHidden();
    writeFileSync(join(folder, '.gitmodules'), '[submodule "sub"]\n\tpath = sub\n\turl = x\n');
    git(folder, 'add', '.gitmodules');
    mkdirSync(join(folder, '.git/modules'));
    renameSync(join(sub, '.git'), join(folder, '.git/modules/sub'));
    rmSync(sub, { recursive: true });
    expect(await judge(folder, 'git diff', await agree(folder))).toEqual(isAllowed);
    git(folder, 'config', 'diff.submodule', 'diff');
    expect((await judge(folder, 'git diff HEAD~1')).why).toEqual(why);
    expect(existsSync(ran)).toBe(false);
  });

  it('is looked at for a setting of the person, too', async () => {
    const { folder, commit } = createHidden();
    git(folder, 'rm', '-q', '--cached', 'sub');
    commit('gone');
    const person = createFolder({ '.gitconfig': '[diff]\n\tsubmodule = diff\n' });
    expect(await judge(folder, 'git log -p')).toEqual(isAllowed);
    expect((await judge(folder, 'git log -p', { home: person })).why).toEqual(why);
  });
});

it('takes the hooks of a worktree for those of its repository', async () => {
  const folder = createRepository();
  git(folder, 'worktree', 'add', '-q', '.worktrees/b');
  writeFileSync(join(folder, '.git/hooks/pre-push'), '#!/bin/sh\n', { mode: 0o755 });
  const { why, always = '' } = await judge(folder, 'git fetch');
  expect(why).toContain("`worktrees` in git's folder, the hook `pre-push`");
  expect(await judge(folder, 'git fetch', always)).toEqual(isAllowed);
});
