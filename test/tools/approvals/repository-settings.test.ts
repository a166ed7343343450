import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../../helpers/folder.ts';
import {
  agree,
  createRepository,
  env,
  everyday,
  git,
  isAllowed,
  judge,
} from '../../helpers/judged-repository.ts';
import { createPartialClone, fetchings } from '../../helpers/partial-clone.ts';

describe('a command of git in a repository from elsewhere', () => {
  it.each(fetchings)('is asked about if git would fetch what is not here, by %s', async (_, settings) => {
    const { folder, ran } = createPartialClone(settings);
    for (const command of everyday) expect((await judge(folder, command)).why).not.toBe('allow');
    expect(existsSync(ran)).toBe(false);
  });

  it.each([
    ['protocol.ext.allow', 'user', 'git fetch'],
    ['remote.origin.promisor', 'true', 'git diff'],
    ['extensions.partialClone', 'origin', 'git diff'],
    ['remote.origin.url', 'ext::sh -c touch% RUN', 'git fetch'],
    ['remote.origin.url', './up.git', 'git push'],
    ['remote.origin.pushurl', '../up.git', 'git push'],
    ['branch.main.remote', './up.git', 'git pull'],
    ['branch.main.remote', 'folder', 'git push'],
    ['remote.pushDefault', 'folder', 'git push'],
    ['submodule.x.url', './up.git', 'git pull'],
    ['url../up.git.insteadOf', 'https://example.com/', 'git push'],
    ['branch.main.mergeOptions', '--strategy=x', 'git merge b'],
    ['pull.twohead', 'x', 'git pull'],
    ['gc.recentObjectsHook', 'touch RUN', 'git commit -m a'],
    ['blame.ignoreRevsFile', '/nowhere/.git-credentials', 'git blame a'],
    ['blame.ignoreRevsFile', '../x', 'git blame a'],
    ['blame.ignoreRevsFile', '.env', 'git blame a'],
    ['blame.ignoreRevsFile', '.git/config', 'git blame a'],
    ['core.excludesFile', '~/.ssh/id_rsa', 'git check-ignore -v a'],
    ['http.cookieFile', '/nowhere/x', 'git fetch'],
    ['http.proxy', 'http://localhost:1', 'git fetch'],
    ['include.path', '../conf', 'git status'],
    ['includeIf.onbranch:evil.path', 'inc', 'git checkout evil'],
    ['format.suffix', '/../../x', 'git format-patch -1'],
    ['core.somethingNew', 'x', 'git diff'],
  ])('is asked about if it sets %s to %s', async (name, value, command) => {
    const folder = createRepository(createFolder({ a: 'a\n', 'folder/b': '' }));
    expect(await judge(folder, command)).toEqual(isAllowed);
    git(folder, 'config', name, value);
    const listed = git(folder, 'config', '--list', '--name-only').split('\n').at(-1);
    expect((await judge(folder, command)).why).toContain(`\`${listed}\``);
  });

  it('is asked about if its remote is in the folder by a whole path or URL', async () => {
    const folder = createRepository();
    for (const place of [join(folder, 'up.git'), `file://${folder}/up.git`]) {
      git(folder, 'config', 'remote.origin.url', place);
      expect((await judge(folder, 'git push')).why).toContain('`remote.origin.url`');
      expect(await judge(folder, 'git diff')).toEqual(isAllowed);
    }
    for (const place of [createFolder(), `file://${createFolder()}`]) {
      git(folder, 'config', 'remote.origin.url', place);
      expect(await judge(folder, 'git push')).toEqual(isAllowed);
    }
  });

  it('is asked about if hooks, or a remote, lie behind a link and the folder above its target', async () => {
    const folder = createRepository(createFolder({ a: '', 'x/y/z': '', 'x/hk/a': '' }));
    symlinkSync('x/y', join(folder, 'l'));
    writeFileSync(join(folder, 'x/hk/post-index-change'), '', { mode: 0o755 });
    git(folder, 'config', 'core.hooksPath', 'l/../hk');
    expect((await judge(folder, 'git status')).why).toContain('the hook `post-index-change`');
    git(folder, 'config', '--unset', 'core.hooksPath');
    git(folder, 'init', '-q', '--bare', 'x/up.git');
    git(folder, 'config', 'branch.main.remote', 'l/../up.git');
    expect((await judge(folder, 'git push')).why).not.toBe('allow');
  });

  it('is asked about if hooks lie where only git knows', async () => {
    const folder = createRepository();
    git(folder, 'config', 'core.hooksPath', '%(prefix)/../tmp');
    expect((await judge(folder, 'git status')).why).toContain('`core.hookspath`');
    git(folder, 'config', 'core.hooksPath', '');
    expect((await judge(folder, 'git commit -m a')).why).toContain('`core.hookspath`');
  });

  it('is asked about if its files are those of a folder around it', async () => {
    const home = createFolder({ '.ssh/id_rsa': 'secret' });
    const folder = join(home, 'project');
    mkdirSync(folder);
    git(folder, 'init', '-q');
    git(folder, 'config', 'core.worktree', '../..');
    for (const command of ['git diff', 'git checkout .'])
      expect((await judge(folder, command)).why).toContain('`core.worktree`');
  });

  it('is asked about what it sets if it says that it has no files', async () => {
    const folder = createRepository();
    git(folder, 'config', 'diff.external', 'touch RUN');
    git(folder, 'config', 'core.bare', 'true');
    expect((await judge(folder, 'git log -p --ext-diff')).why).not.toBe('allow');
    expect((await judge(folder, 'git log -p')).why).toContain('`diff.external`');
  });

  it('is asked about if a file or a link leads git to another repository', async () => {
    const other = createRepository();
    const folder = createFolder({ a: 'a\n', '.git': `gitdir: ${other}/.git\n` });
    expect((await judge(folder, 'git log -p')).why).toContain('`.git` leads to another repository');
    rmSync(join(folder, '.git'));
    symlinkSync(join(other, '.git'), join(folder, '.git'));
    expect((await judge(folder, 'git log -p')).why).toContain('`.git` leads to another repository');
  });

  it.each([
    ['packed-refs', 'git log', "`packed-refs` in git's folder leads elsewhere"],
    ['MERGE_MSG', 'git commit', "`MERGE_MSG` in git's folder leads elsewhere"],
    ['logs/refs/heads/main', 'git commit -m a', "`logs/refs/heads/main` in git's folder leads elsewhere"],
    ['COMMIT_EDITMSG', 'git commit -m a', "`COMMIT_EDITMSG` in git's folder leads elsewhere"],
    ['info/grafts', 'git log', "`info/grafts` in git's folder leads elsewhere"],
    ['rebase-merge/head-name', 'git status', "`rebase-merge/head-name` in git's folder leads elsewhere"],
    ['rebase-apply/head-name', 'git status', "`rebase-apply/head-name` in git's folder leads elsewhere"],
    ['worktrees/w/locked', 'git worktree list', "`worktrees/w/locked` in git's folder leads elsewhere"],
    ['objects/pack', 'git log --all -p', "`objects/pack` in git's folder leads elsewhere"],
    ['refs/tags', 'git log --all -p', "`refs/tags` in git's folder leads elsewhere"],
    ['rr-cache/0/thisimage', 'git merge b', "`rr-cache/0/thisimage` in git's folder leads elsewhere"],
    [
      'worktrees/hooks/locked',
      'git worktree list',
      "`worktrees/hooks/locked` in git's folder leads elsewhere",
    ],
    [
      'modules/hooks/logs/HEAD',
      'git checkout b',
      "`modules/hooks/logs/HEAD` in git's folder leads elsewhere",
    ],
    ['modules/x/logs/HEAD', 'git checkout b', "`modules/x/logs/HEAD` in git's folder leads elsewhere"],
    [
      'modules/objects/ab/logs/HEAD',
      'git checkout b',
      "`modules/objects/ab/logs/HEAD` in git's folder leads elsewhere",
    ],
    ['objects/01', 'git add a', "`objects/01` in git's folder leads elsewhere"],
    ['lfs/objects/x', 'git checkout b', "`lfs/objects/x` in git's folder leads elsewhere"],
  ])('is asked about if %s is a link to a file elsewhere', async (name, command, why) => {
    const folder = createRepository();
    mkdirSync(join(folder, '.git', dirname(name)), { recursive: true });
    rmSync(join(folder, '.git', name), { force: true, recursive: true });
    symlinkSync(join(createFolder({ secret: 's' }), 'secret'), join(folder, '.git', name));
    expect((await judge(folder, command)).why).toContain(why);
  });

  it.each([
    ['git', '\nd'],
    ['git', 'd\nd'],
    ['the repository', 'a\nb'],
  ])('is asked about if the path of %s has a line feed: %j', async (what, name) => {
    const parent = createFolder({ 'x/a': '' });
    const folder = join(parent, what === 'git' ? 'x' : name);
    renameSync(join(parent, 'x'), folder);
    createRepository(folder);
    if (what === 'git') {
      renameSync(join(folder, '.git'), join(folder, name));
      writeFileSync(join(folder, '.git'), `gitdir: ./${name}\n`);
    }
    for (const command of ['git status', 'git commit -m a'])
      expect((await judge(folder, command)).why).toContain('more than can be looked through');
  });

  it('is asked about, once, if there is something that git is not known to have', async () => {
    const folder = createRepository();
    writeFileSync(join(folder, '.git/newthing'), '');
    const { why, always = '' } = await judge(folder, 'git status');
    expect(why).toContain('`newthing` in git');
    expect(await judge(folder, 'git status', always)).toEqual(isAllowed);
  });

  it.each([
    ['COMMIT_EDITMSG', 'config'],
    ['logs/HEAD', '../config'],
    ['rebase-merge/msgnum', '../config'],
  ])("is asked about if %s is a link in git's folder", async (name, target) => {
    const folder = createRepository();
    mkdirSync(join(folder, '.git', dirname(name)), { recursive: true });
    rmSync(join(folder, '.git', name), { force: true });
    symlinkSync(target, join(folder, '.git', name));
    expect((await judge(folder, 'git status')).why).toContain(`\`${name}\` in git's folder is a link`);
  });

  it.each([
    ['MERGE_RR', `${'1'.repeat(40)}\t../secret\0`],
    ['MERGE_RR', `${'1'.repeat(40)}\tl/secret\0`],
    ['MERGE_RR', `${'1'.repeat(40)}\ta\0${'1'.repeat(40)}\t.git/config\0`],
    ['MERGE_AUTOSTASH', '--index\n'],
    ['BISECT_START', '--detach\n'],
    ['BISECT_NAMES', "'a' $(touch RUN)\n"],
    ['rebase-apply/apply-opt', " '--directory=../x'"],
    ['rebase-merge/newthing', ''],
    ['info/grafts', ''],
    ['sequencer/x', ''],
    ['worktrees/w/newthing', ''],
    ['worktrees/w/sequencer/x', ''],
  ])('is asked about, once, if git is not known to write such a file: %s %j', async (name, text) => {
    const folder = createRepository();
    const path = join(folder, '.git', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync('..', join(folder, 'l'));
    writeFileSync(path, text);
    const { why, always = '' } = await judge(folder, 'git status');
    expect(why).toContain(`\`${name}\` in git's folder`);
    expect(await judge(folder, 'git status', always)).toEqual(isAllowed);
    writeFileSync(path, `${text}x`);
    expect((await judge(folder, 'git status', always)).why).not.toBe('allow');
  });

  it.each(['.git/hooks/post-checkout', '.GIT/config', '../x', 'l/../../x', 'GIT~1/x'])(
    'is asked about if git would write what is staged to %s',
    async (path) => {
      const folder = createRepository();
      const other = path.replaceAll('.', ',').replace('~', '-');
      const blob = git(folder, 'hash-object', '-w', 'a');
      git(folder, 'update-index', '--add', '--cacheinfo', `100755,${blob},${other}`);
      expect((await judge(folder, 'git checkout -- .')).why).toBe('allow');
      const index = readFileSync(join(folder, '.git/index'), 'latin1').slice(0, -20).replace(other, path);
      const sum = createHash('sha1').update(index, 'latin1').digest();
      writeFileSync(join(folder, '.git/index'), Buffer.concat([Buffer.from(index, 'latin1'), sum]));
      expect((await judge(folder, 'git checkout -- .')).why).toContain('what is staged');
    },
  );

  it('is asked about if git would print a file of the folder as its own', async () => {
    const folder = createRepository(createFolder({ a: 'a\n', '.env': 'KEY=x' }));
    mkdirSync(join(folder, '.git/rebase-merge'));
    symlinkSync('../../.env', join(folder, '.git/rebase-merge/head-name'));
    expect((await judge(folder, 'git status')).why).toContain('`rebase-merge/head-name`');
  });

  it('is asked about if it has objects of another one', async () => {
    const folder = createRepository();
    mkdirSync(join(folder, '.git/objects/info'), { recursive: true });
    const other = join(createRepository(), '.git/objects');
    mkdirSync(join(folder, 'alt/info'), { recursive: true });
    for (const line of [other, `"${other}"`, '../../alt']) {
      writeFileSync(join(folder, '.git/objects/info/alternates'), `${line}\n`);
      expect((await judge(folder, 'git show')).why).toContain('objects of another repository');
    }
  });
});

describe('what a person agreed to for longer', () => {
  it('are the settings of a repository as they are', async () => {
    const folder = createRepository();
    git(folder, 'config', 'some.tool', 'x');
    const { always = '' } = await judge(folder, 'git status');
    expect(always).toMatch(/^shell\(git settings@[\da-f]{32}\)$/);
    for (const command of ['git status', 'git checkout main && git log'])
      expect(await judge(folder, command, always)).toEqual(isAllowed);
    git(folder, 'config', 'some.tool', 'y');
    expect((await judge(folder, 'git status', always)).why).toContain('`some.tool`');
    git(folder, 'config', 'some.tool', 'x');
    git(folder, 'config', 'diff.external', 'x');
    expect(await judge(folder, 'git status', always)).toEqual({
      why: expect.stringContaining('`diff.external`'),
      always: undefined,
    });
  });

  it('is not a file of settings that another commit may change', async () => {
    const folder = createRepository();
    writeFileSync(join(folder, 'conf'), '[some]\n\ttool = x\n');
    git(folder, 'config', 'include.path', '../conf');
    const { always = '' } = await judge(folder, 'git status');
    expect(await judge(folder, 'git status && git commit -m a', always)).toEqual(isAllowed);
    for (const command of ['git checkout b', 'git merge b; git diff'])
      expect((await judge(folder, command, always)).why).toContain('`include.path`');
  });

  it('are the settings and the hooks, which run with a fetch of what is not here', async () => {
    const { folder } = createPartialClone(() => ({ 'remote.origin.url': 'https://example.com/a.git' }));
    rmSync(join(folder, 'b'), { recursive: true, force: true });
    git(folder, 'config', 'core.sparseCheckout', 'false');
    const { why, always = '' } = await judge(folder, 'git diff');
    expect(why).toContain('the hook `pre-auto-gc`');
    expect(await judge(folder, 'git diff', always)).toEqual(isAllowed);
    writeFileSync(join(folder, '.git/hooks/pre-auto-gc'), '#!/bin/sh\ntouch OTHER\n');
    expect((await judge(folder, 'git diff', always)).why).toContain('the hook `pre-auto-gc`');
  });
});

describe('everyday commands of git are not asked about', () => {
  const expectAllowed = async (folder: string, ...rules: string[]): Promise<void> => {
    for (const command of everyday)
      expect([command, await judge(folder, command, ...rules)]).toEqual([command, isAllowed]);
  };

  it('in a clone, and in its worktree after one yes', async () => {
    const folder = createFolder();
    git(folder, 'clone', '-q', createRepository(), 'clone');
    await expectAllowed(join(folder, 'clone'));
    git(join(folder, 'clone'), 'worktree', 'add', '-q', '../other');
    const other = join(folder, 'other');
    await expectAllowed(other, await agree(other));
    await expectAllowed(join(folder, 'clone'), await agree(join(folder, 'clone')));
    // As a newer git writes it.
    writeFileSync(join(folder, 'clone/.git/worktrees/other/gitdir'), '../../../../other/.git\n');
    await expectAllowed(other, await agree(other));
  });

  it.each([
    ['a merge with a conflict', 'git merge other'],
    ['a rebase with a conflict', 'git rebase other'],
    ['a cherry-pick with a conflict', 'git cherry-pick other'],
    ['a revert with a conflict', 'git revert --no-edit main~1'],
    ['a bisect', 'git bisect start HEAD HEAD~2'],
    ['a stash', 'git stash'],
    ['notes and tags', 'git notes add -m x; git tag a; git tag -am x b'],
    ['packs', 'git gc; git commit-graph write; git multi-pack-index write; git maintenance run'],
    ['a split index', 'git update-index --split-index --untracked-cache'],
    ['rerere', 'git config rerere.enabled true; git merge other; git merge --abort'],
    ['a patch that does not apply', 'git format-patch -1 --stdout other | git am'],
  ])('in the middle of %s', async (_, command) => {
    const folder = createRepository();
    git(folder, 'checkout', '-qb', 'other');
    const commit = (text: string): void => {
      writeFileSync(join(folder, 'a'), text);
      git(folder, 'commit', '-qam', text);
    };
    commit('1');
    git(folder, 'checkout', '-q', 'main');
    commit('2');
    commit('3');
    writeFileSync(join(folder, 'b'), '');
    git(folder, 'add', 'b');
    git(folder, 'commit', '-qm', 'b');
    execFileSync('sh', ['-c', `(${command}) >out 2>&1 || true`], { cwd: folder, env });
    await expectAllowed(folder);
  });

  it('in a repository with a submodule after one yes, and in the submodule', async () => {
    const folder = createRepository();
    git(
      folder,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      createRepository(),
      'lib/x',
    );
    await expectAllowed(folder, await agree(folder));
    await expectAllowed(join(folder, 'lib/x'));
    git(folder, 'commit', '-qm', 'b');
    git(folder, 'worktree', 'add', '-q', '.worktrees/b');
    git(
      join(folder, '.worktrees/b'),
      ...['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init'],
    );
    await expectAllowed(join(folder, '.worktrees/b'), await agree(join(folder, '.worktrees/b')));
    await expectAllowed(join(folder, '.worktrees/b/lib/x'));
  });

  it('in a folder of a sparse checkout', async () => {
    const folder = createRepository(createFolder({ a: '', 'b/a': '', 'c/a': '' }));
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'b');
    git(folder, 'sparse-checkout', 'init', '--cone', '--sparse-index');
    git(folder, 'sparse-checkout', 'set', 'b');
    await expectAllowed(join(folder, 'b'));
  });

  it('with settings that git, editors, forges and build servers write', async () => {
    const folder = createRepository();
    const settings = [
      ['remote.origin.url', 'git@github.com:a/b.git'],
      ['remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*'],
      ['remote.origin.gh-resolved', 'base'],
      ['remote.pushDefault', 'up'],
      ['remote.up.url', 'ssh://git@example.com:22/a/b.git'],
      ['remote.up.pushurl', 'no_push'],
      ['branch.main.remote', 'origin'],
      ['branch.b.remote', 'https://github.com/c/b.git'],
      ['branch.main.merge', 'refs/heads/main'],
      ['branch.main.vscode-merge-base', 'origin/main'],
      ['branch.main.github-pr-owner-number', 'a#b#1'],
      ['submodule.x.url', 'https://example.com/x.git'],
      ['submodule.x.active', 'true'],
      ['user.email', 'a@b'],
      ['user.signingKey', '~/.ssh/id_ed25519.pub'],
      ['gpg.format', 'ssh'],
      ['commit.gpgSign', 'true'],
      ['pull.rebase', 'true'],
      ['push.default', 'simple'],
      ['rerere.enabled', 'true'],
      ['core.autocrlf', 'input'],
      ['core.untrackedCache', 'true'],
      ['core.fsmonitor', 'true'],
      ['color.ui', 'auto'],
      ['blame.ignoreRevsFile', '.git-blame-ignore-revs'],
      ['commit.template', '.gitmessage'],
      ['gc.auto', '0'],
      ['http.https://github.com/.extraheader', 'AUTHORIZATION: basic x'],
      ['url.https://github.com/.insteadOf', 'git@github.com:'],
      [`includeIf.gitdir:${folder}/.git.path`, '/nowhere/credentials.config'],
      ['filter.lfs.clean', 'git-lfs clean -- %f'],
      ['filter.lfs.smudge', 'git-lfs smudge -- %f'],
      ['filter.lfs.process', 'git-lfs filter-process'],
      ['filter.lfs.required', 'true'],
      ['lfs.https://github.com/a/b.git/info/lfs.access', 'basic'],
      ['lfs.repositoryformatversion', '0'],
      ['merge.ours.driver', 'true'],
      ['core.editor', 'true'],
      ['core.askPass', ''],
      ['credential.helper', ''],
      ['http.https://gitlab.com.sslCAInfo', '/builds/a/b.tmp/CI_SERVER_TLS_CA_FILE'],
      ['github.user', 'a'],
      ['credential.https://dev.azure.com.useHttpPath', 'true'],
    ] as const;
    for (const [name, value] of settings) git(folder, 'config', name, value);
    await expectAllowed(folder);
  });
});
