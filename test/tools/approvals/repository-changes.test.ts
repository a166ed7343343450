import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../../helpers/folder.ts';
import { agree, createRepository, everyday, git, isAllowed, judge } from '../../helpers/judged-repository.ts';

/** A repository with another one in it that git does not know yet, and that runs something when git looks into it. */
function createWithEmbedded({ ignored = false } = {}): { folder: string; sub: string } {
  const folder = createRepository(createFolder({ a: 'a\n', 'lib/sub/a': 'a\n' }));
  const sub = join(folder, 'lib/sub');
  if (ignored) writeFileSync(join(folder, '.git/info/exclude'), 'sub\n');
  createRepository(sub);
  git(sub, 'config', 'filter.x.clean', 'touch RUN; cat');
  return { folder, sub };
}

describe('a command of several parts is asked about if an earlier one can change what git runs', () => {
  const why =
    'this repository itself makes git run something: `filter.x.clean` of the repository lib/sub in this one';

  it.each(['git add . && git status', 'git add -A; git commit -m a', 'git add lib && git diff'])(
    'by a repository that becomes a submodule: %s',
    async (command) => {
      const { folder, sub } = createWithEmbedded();
      expect((await judge(folder, command)).why).toBe(why);
      expect(await judge(folder, 'git status && git add .')).toEqual({ why, always: undefined });
      expect(await judge(folder, 'git status; git commit -m a')).toEqual(isAllowed);
      git(sub, 'config', '--unset', 'filter.x.clean');
      expect(await judge(folder, command)).toEqual(isAllowed);
    },
  );

  it('by a repository that git ignores', async () => {
    const { folder } = createWithEmbedded({ ignored: true });
    expect(await judge(folder, 'git add . && git status')).toEqual(isAllowed);
    for (const command of ['git add -f . && git status', 'git checkout evil', 'git merge evil; git diff'])
      expect((await judge(folder, command, 'shell(git add -f .)')).why).toBe(why);
  });

  it.each([
    'xz -d --force .git/config.xz && git status',
    'gunzip -kN x.gz; git status',
    'zstd -d x.zst && git status',
    'cp -r new/. . && git status',
    'cp new/conf .git/config && git status',
    'mv new/conf linked; git status',
    'cp new/conf folder && git status',
    'cp new/* . && git status',
    'mv new other && git status',
    'chmod -R +x . && git commit -m a',
    'ln -s .git x && git status',
    'rm -rf .git && git status',
    'git diff | tee linked',
    'cp new/conf deep/../sub/config && git diff',
    'xz -d --force .git/config.xz && git diff',
    'gunzip -kN a.gz; git status',
    'bunzip2 a.bz2 && git status',
    'zstd -d a.zst; git status',
    'rename a b c && git status',
    'openssl base64 -d -in a -out .git/config && git status',
    'unknown-program a; git status',
    'cp a up/.gitconfig && git diff',
    'cp a ~/.gitconfig && git diff',
    'cp .gitconfig ~ && git diff',
    'cp a /nowhere/.config/git/attributes && git diff',
    'cp a up/x.inc && git diff',
    'cp a up && git diff',
    'git log | tee up/x.inc; git diff',
    'mv a ../included; git diff',
    'ln -sf up/key rev && git blame a',
    'cp a .gitconfig && git diff',
    'mv a ~/.ssh/config && git fetch',
  ])('by files that it writes: %s', async (command) => {
    const folder = createRepository(
      createFolder({ a: '', 'new/conf': '', 'new/.git/x': '', 'folder/b': '' }),
    );
    symlinkSync('.git/config', join(folder, 'linked'));
    symlinkSync('../.git/config', join(folder, 'folder/conf'));
    mkdirSync(join(folder, '.git/sub'));
    symlinkSync('.git/sub', join(folder, 'deep'));
    symlinkSync('..', join(folder, 'up'));
    git(folder, 'config', 'include.path', join(folder, '../included'));
    const programs = 'tar cp mv chmod ln rm tee xz gunzip bunzip2 zstd rename openssl unknown-program';
    const rules = programs.split(' ').map((name) => `shell(${name}:*)`);
    expect((await judge(folder, command, ...rules)).why).toContain('may change what git runs');
  });

  it.each([
    'cp a b && git add . && git status',
    'mv a folder && git status',
    'mv folder other && git add -A && git status',
    'rm -rf folder && git status',
    'rm b*.log; git status',
    'mkdir -p d/y && touch d/y/z && git add d',
    'chmod +x a && git commit -m a',
    'cp a /tmp/copy && git diff',
    'mkdir -p ../other && git status',
    'npm test && git commit -m a',
    'prettier --check a && eslint a && git diff',
    'git log --oneline | head -5 | sort; date; git status',
    './build.sh && git status',
  ])('and not for others: %s', async (command) => {
    const folder = createRepository(createFolder({ a: '', 'folder/b': '' }));
    const programs = 'npm cp mv chmod rm mkdir touch prettier eslint head sort date ./build.sh';
    const rules = programs.split(' ').map((name) => `shell(${name}:*)`);
    expect(await judge(folder, command, ...rules)).toEqual(isAllowed);
  });
});

describe('a command of git that prints lines of a file that a setting names', () => {
  const createWithFile = (): string => {
    const folder = createRepository(createFolder({ a: '', rev: '', 'dir/a': '' }));
    symlinkSync('../../key', join(folder, 'dir/rev'));
    symlinkSync('../key', join(folder, 'link'));
    git(folder, 'config', 'blame.ignoreRevsFile', 'rev');
    return folder;
  };

  it.each([
    'mv link rev && git blame a',
    'cp -a link rev; git blame a',
    'mv dir/rev rev && git --no-pager blame a',
    'git checkout evil && git blame a',
    'git stash pop; git annotate a',
    'git checkout evil && git check-ignore -v a',
  ])('is asked about where another part may put a link in its place: %s', async (command) => {
    const rules = ['cp', 'mv', 'git annotate'].map((name) => `shell(${name}:*)`);
    expect((await judge(createWithFile(), command, ...rules)).why).toContain('`blame.ignorerevsfile`');
  });

  it.each(['git blame a', 'mv a b && git status', 'git checkout b && git log', 'git blame a | head -5'])(
    'is not otherwise: %s',
    async (command) => {
      const rules = ['shell(mv:*)', 'shell(head:*)'];
      expect(await judge(createWithFile(), command, ...rules)).toEqual(isAllowed);
    },
  );
});

describe('a command of git beside a program that writes where settings say', () => {
  const options = (text: string): Record<string, string> => ({
    'tsconfig.json': `{"compilerOptions":{${text}}}`,
  });
  const rules = ['tsc', 'npx tsc', 'npx', 'yarn', 'black', 'ruff', 'isort', 'uvx ruff', 'python3'].map(
    (words) => `shell(${words}:*)`,
  );

  it.each([
    ['npx tsc && git diff', options('"outFile":".git/config"')],
    ['tsc; git status', options('"o\\u0075tFile":".git/config"')],
    ['tsc; git status', options('"outFile":".git/config"},"compilerOptions":{')],
    ['tsc --noEmit false && git diff', options('"outFile":"x"')],
    ...['\r', '\u2028', '\u2029'].map((end): [string, Record<string, string>] => [
      'tsc; git diff',
      options(`// x${end}"outDir":"link/hooks"\n`),
    ]),
    ['tsc -p sub && git diff', { 'sub/tsconfig.json': '{"compilerOptions":{"outFile":"../.git/config"}}' }],
    [
      'yarn tsc && git diff',
      {
        'tsconfig.json': '{"extends":"./base"}',
        'base.json': options('"outFile":"x"')['tsconfig.json'] ?? '',
      },
    ],
    ['npx typescript@5 && git diff', options('"outDir":"link/hooks"')],
    ['tsc -b && git diff', {}],
    ['tsc && git diff', { 'tsconfig.json': '{"extends":"nowhere"}' }],
    ['black . && git diff', { 'pyproject.toml': '[tool.black]\ninclude = ".*"\n' }],
    ['python3 -m black . && git diff', { 'pyproject.toml': 'tool.black.include = ".*"\n' }],
    ['uvx ruff format && git diff', { 'ruff.toml': 'extend-include = ["*"]\n' }],
    ['ruff format && git diff', { 'ruff.toml': 'extend = "x.toml"\n' }],
    ['black . -- --check && git diff', { 'pyproject.toml': '[tool.black]\ninclude = ".*"\n' }],
    ['black --include --check . && git diff', { 'pyproject.toml': '[tool.black]\ninclude = ".*"\n' }],
    ['ruff format . -- --diff && git diff', { 'ruff.toml': 'extend = "x.toml"\n' }],
    ['isort . && git status', { 'setup.cfg': '[isort]\nsupported_extensions = x\n' }],
  ])('is asked about if the settings may mean git: %s', async (command, files) => {
    const folder = createRepository(createFolder({ a: '', ...files }));
    symlinkSync('.git', join(folder, 'link'));
    expect((await judge(folder, command, ...rules)).why).toMatch(
      /may change what git runs|no rule allows it|does not cover|outside of the folder/,
    );
  });

  it.each([
    ['npx tsc && git diff', options('"outDir":"dist","rootDir":"src"')],
    ['tsc --noEmit && git commit -m a', options('"outFile":"x"')],
    [
      'npx tsc -p . && git diff',
      {
        'tsconfig.json': '// x\n{"extends":"./base.json","compilerOptions":{"strict":true,},}',
        'base.json': '{}',
      },
    ],
    ['tsc && git diff', {}],
    [
      'black . && git add -A && git commit -m a',
      {
        'pyproject.toml':
          '[tool.black]\nline-length = 100\ninclude = \'\\.pyi?$\'\n\n[tool.hatch]\ninclude = ["a"]\n',
      },
    ],
    ['black -q --check . && git diff', { 'pyproject.toml': '[tool.black]\ninclude = ".*"\n' }],
    ['black --check . && git diff', { 'pyproject.toml': '[tool.black]\ninclude = ".*"\n' }],
    ['ruff check . && git commit -m a', { 'ruff.toml': 'line-length = 100\n' }],
    ['isort . && git diff', { 'setup.cfg': '[isort]\nprofile = black\n' }],
  ])('is not otherwise: %s', async (command, files) => {
    const folder = createRepository(createFolder({ a: '', ...files }));
    expect(await judge(folder, command, ...rules)).toEqual(isAllowed);
  });
});

describe('a command of git that reaches further folders of git is asked about', () => {
  it.each([
    'git push ./up.git main',
    'git fetch up',
    'git pull up.git',
    'git clone up.git new',
    'git push sub',
  ])('if it is another repository of this folder: %s', async (command) => {
    const folder = createRepository(createFolder({ a: '', 'sub/a': '' }));
    createRepository(join(folder, 'sub'));
    git(folder, 'clone', '-q', '--bare', '.', 'up.git');
    expect((await judge(folder, command)).why).toContain('hooks and settings of');
    expect(await judge(folder, 'git push origin main')).toEqual(isAllowed);
    git(folder, 'remote', 'add', 'sub', 'https://example.com/x');
    expect(await judge(folder, 'git push sub main')).toEqual(isAllowed);
  });

  it.each([
    'git mv h .git/hooks/pre-commit',
    'git mv -f h .git/config; git diff',
    'git mv h link/hooks/pre-commit',
    'git mv h .g*/hooks',
    'git mv h folder/../.git/config',
    'git mv h $X',
    'git mv -f h .git',
    'git worktree add .git/rebase-merge evil && git rebase --continue',
    'git clone . .git/modules/x',
    'git init --separate-git-dir=.git/x y',
    'gh release download v1 -O .git/config && git diff',
    'gh run download -D.git/hooks && git commit -m a',
    'gh pr checkout 5 && git commit -m a',
    'cargo vendor .git/hooks && git commit -m a',
    'npm pack --pack-destination=.git/hooks; git commit -m a',
    'docker cp c:/x . && git diff',
    'podman cp c:/config .git/config && git diff',
    'kubectl cp pod:/x . && git status',
    'helm pull x --untar -d x && git status',
    "git mv h 'b c d e/../.git/config'",
    'git checkout-index --prefix=.git/hooks/ h',
    'git bundle create .git/hooks/pre-commit main',
    'git submodule add ./x .git/modules/x',
    'git fast-export --export-marks=.git/config main',
    'git restore -s evil .git/config',
    'git rev-list --objects main; git mv h x/.GIT/config',
  ])('if something is put into the folder of git: %s', async (command) => {
    const folder = createRepository(createFolder({ a: '', h: '', 'folder/a': '' }));
    symlinkSync('.git', join(folder, 'link'));
    mkdirSync(join(folder, 'b c d e'));
    const named =
      'gh,gh run download,cargo,npm,docker,podman,kubectl,helm pull,git checkout-index,git bundle,git submodule,git fast-export';
    const rules = named.split(',').map((words) => `shell(${words}:*)`);
    expect((await judge(folder, command, ...rules)).why).not.toBe('allow');
  });

  it.each([
    'git mv h folder',
    'git worktree add ../other',
    "git commit -m 'see .git/config for it'",
    'cat .git/HEAD && git status',
    'git commit -m "$(cat .git/x)"',
    'gh pr view 5 && git log',
    'docker compose up -d && git status',
    'kubectl get pods; git status',
  ])('and not for other places: %s', async (command) => {
    const folder = createRepository(createFolder({ a: '', h: '', 'folder/a': '' }));
    const { why } = await judge(
      folder,
      command,
      ...['cat', 'gh', 'docker', 'kubectl'].map((name) => `shell(${name}:*)`),
    );
    expect(why).not.toMatch(/git's folder|may change/);
  });

  it.each([
    'git checkout evil && git mv h link/pre-commit',
    'git merge evil; cp h link/pre-commit',
    'git stash pop && mkdir -p link/x',
    'git mv b folder/c && git mv h folder/c/pre-commit',
    'git switch evil; git status | tee link/x',
  ])('if a link in the way may be brought by another part of it: %s', async (command) => {
    const folder = createRepository(createFolder({ a: '', h: '', b: '', 'folder/a': '' }));
    const rules = ['cp', 'mkdir', 'tee'].map((name) => `shell(${name}:*)`);
    expect((await judge(folder, command, ...rules)).why).toContain('may bring a link');
    for (const harmless of ['git mv a folder && git mv b folder', 'cp a b && git checkout evil'])
      expect(await judge(folder, harmless, ...rules)).toEqual(isAllowed);
  });

  it.each([
    'cp h .git/hooks/pre-commit',
    'cargo vendor .git/hooks',
    'mkdir -p .git/rr-cache',
    'cp h link/hooks',
    'chmod +x .git/hooks/x',
    'touch folder/../.git/x',
    'npm pack --pack-destination=.git/hooks',
  ])('and so is another command that puts something there, unless a rule names it: %s', async (command) => {
    const folder = createRepository(createFolder({ a: '', h: '', 'folder/a': '' }));
    symlinkSync('.git', join(folder, 'link'));
    const rules = ['cp', 'cargo', 'mkdir', 'chmod', 'touch', 'npm'].map((name) => `shell(${name}:*)`);
    expect((await judge(folder, command, ...rules)).why).toContain("in git's folder");
    expect(await judge(folder, command, ...rules, `shell(${command})`)).toEqual(isAllowed);
  });

  it.each([
    'cp -r x/. .',
    'cp -R x/ .',
    'cp -rT x .',
    'cp --recursive x/. ./',
    'cp -a -t . x/.',
    'cp -rL y/. .',
    'cp -r --d y/. .',
    'npx ncp x/. .',
    'npx -y cpx x/** .',
    'npx cpy-cli x/ other',
    'cp -r z/. .',
    'python3 -m tarfile --extract a.tar .',
    'python3 -m zipfile --ex a.zip',
    'python3 -Im tarfile --extract a.tar && git status',
    'pip install -t . x.whl',
    'pip3 install -qt . x.whl',
    'pip install --target=. x.whl && git status',
    'python3 -m pip install --root . x.whl',
    'pip install --roo . x.whl',
    'pip install --pre --ta . x.whl',
    'uv pip install --target . x.whl',
    'wheel unpack x.whl',
    'jar --extract --file a.jar',
    'cpio -0id -F a',
    'docker compose cp web:/x .',
    'gsutil cp -r gs://x/y .',
    'adb pull /x .',
  ])('and so is one that may bring a folder of git with hooks: %s', async (command) => {
    const folder = createRepository(
      createFolder({ a: '', 'x/.git/hooks/pre-commit': '', 'y/a': '', 'z/s/.GIT/x': '' }),
    );
    symlinkSync('../x', join(folder, 'y/b'));
    const programs = 'cp pip pip3 uv wheel jar cpio docker gsutil adb'.split(' ');
    programs.push('npx ncp', 'npx -y cpx', 'npx cpy-cli');
    programs.push(
      ...['-m tarfile', '-m zipfile', '-Im tarfile', '-m pip'].map((words) => `python3 ${words}`),
    );
    const rules = programs.map((name) => `shell(${name}:*)`);
    expect((await judge(folder, command, ...rules)).why).toMatch(/in git's folder|may change|leads out/);
  });

  it.each([
    'cp -r folder other',
    'npx ncp folder other',
    'npx cpx folder/** other',
    'cp -r folder .',
    'cp -a folder/. other',
    'cp -rt . folder',
    'cp -L a b',
    'python3 -m tarfile --list a.tar',
    'pip install -r requirements.txt',
    'pip install --pre --root-user-action ignore a',
    'jar --list --file a.jar',
  ])('but not one without: %s', async (command) => {
    const folder = createRepository(createFolder({ a: '', 'folder/a': '' }));
    const rules = ['cp', 'npx ncp', 'npx cpx', 'python3 -m tarfile', 'pip', 'jar'].map(
      (name) => `shell(${name}:*)`,
    );
    expect(await judge(folder, command, ...rules)).toEqual(isAllowed);
  });

  it.each([
    'tar xf a.tar -C ../lib',
    'tar -C ../lib -xf a.tar',
    'unzip a.zip -d ../lib',
    'patch -p1 -d ../lib -i x.patch',
    'git status; tar xf a.tar -C ../lib',
    'cp -r x/. ../lib',
    'python3 -m tarfile --extract a.tar ../lib',
  ])('and also for a repository that was added: %s', async (command) => {
    const root = createFolder({ 'w/a': '', 'w/x/.git/hooks/x': '', 'lib/a': '' });
    createRepository(join(root, 'lib'));
    const rules = ['tar', 'unzip', 'patch', 'cp', 'python3 -m tarfile'].map((name) => `shell(${name}:*)`);
    const { why } = await judge(join(root, 'w'), command, { addDirs: [join(root, 'lib')] }, ...rules);
    expect(why).toContain("in git's folder");
  });

  it.each([
    "find . -not -path './.git/*' -name x",
    'grep -r --exclude-dir=.git x .',
    'tar -tf a.tar --exclude .git',
    'cat .git/HEAD',
    'ls .git/hooks',
    'prettier --check . --ignore-path .git/x',
    'cp .gitignore folder',
  ])('but not one that only looks: %s', async (command) => {
    const folder = createRepository(createFolder({ a: '', h: '', '.gitignore': '', 'folder/a': '' }));
    const rules = ['find', 'grep', 'tar', 'cat', 'ls', 'prettier', 'cp'].map((name) => `shell(${name}:*)`);
    expect(await judge(folder, command, ...rules)).toEqual(isAllowed);
  });

  it('if a file leads to another repository of this folder', async () => {
    const folder = createRepository(createFolder({ a: '', upstream: 'gitdir: up.git\n' }));
    git(folder, 'init', '-q', '--bare', 'up.git');
    for (const command of ['git push upstream main', 'git fetch upstream'])
      expect((await judge(folder, command)).why).toContain('hooks and settings of `upstream`');
  });

  it.each(['git push --repo=./up.git', 'git archive --remote=up.git HEAD'])(
    'if an option names another repository of this folder: %s',
    async (command) => {
      const folder = createRepository();
      git(folder, 'init', '-q', '--bare', 'up.git');
      expect((await judge(folder, command)).why).toContain('hooks and settings of');
    },
  );

  it('if another commit may bring it', async () => {
    const folder = createRepository();
    expect(await judge(folder, 'git push up main')).toEqual(isAllowed);
    for (const command of ['git checkout evil && git push up main', 'git merge evil; git pull ./up.git'])
      expect((await judge(folder, command)).why).toContain('hooks and settings of');
    git(folder, 'config', 'remote.up.url', 'https://example.com/x');
    for (const remote of ['up', '-q up', ''])
      expect(await judge(folder, `git checkout main && git pull ${remote} && git push`)).toEqual(isAllowed);
    git(folder, 'config', 'remote.pushDefault', 'gone');
    expect(await judge(folder, 'git push')).toEqual(isAllowed);
    expect((await judge(folder, 'git checkout evil && git push')).why).toContain('`remote.pushdefault`');
  });

  it('if it is called as a remote usually is', async () => {
    const folder = createRepository();
    git(folder, 'clone', '-q', '--bare', '.', 'origin');
    expect((await judge(folder, 'git fetch')).why).toContain('hooks and settings of `origin`');
    expect(await judge(folder, 'git diff')).toEqual(isAllowed);
  });

  it('if a submodule that is not checked out sets something', async () => {
    const folder = createRepository();
    mkdirSync(join(folder, '.git/modules/lib'), { recursive: true });
    git(folder, 'init', '-q', '--bare', '.git/modules/lib/x');
    git(folder, '--git-dir', '.git/modules/lib/x', 'config', 'core.worktree', '../../../../lib/x');
    const agreed = await agree(folder);
    for (const command of everyday) expect(await judge(folder, command, agreed)).toEqual(isAllowed);
    git(folder, '--git-dir', '.git/modules/lib/x', 'config', 'core.sshCommand', 'touch RUN');
    expect((await judge(folder, 'git status', agreed)).why).toContain('`modules` in git');
    expect((await judge(folder, 'git fetch')).why).toContain(
      '`core.sshcommand` in .git/modules/lib/x/config',
    );
    writeFileSync(join(folder, '.git/modules/lib/HEAD'), '');
    expect((await judge(folder, 'git fetch')).why).toContain('`core.sshcommand`');
  });

  it('if a submodule leads back to the repository, and so has its monitor of files', async () => {
    const folder = createRepository(createFolder({ a: '', 'sub/.git': 'gitdir: ../.git\n' }));
    git(folder, 'update-index', '--add', '--cacheinfo', `160000,${git(folder, 'rev-parse', 'HEAD')},sub`);
    const agreed = await agree(folder);
    expect(await judge(folder, 'git status', agreed)).toEqual(isAllowed);
    git(folder, 'config', 'core.fsmonitor', 'touch RUN');
    expect((await judge(folder, 'git status', agreed)).why).toContain(
      '`core.fsmonitor` of the submodule sub',
    );
  });

  it('if a link may become a submodule', async () => {
    const other = createRepository();
    git(other, 'config', 'core.fsmonitor', 'touch RUN');
    const folder = createRepository();
    symlinkSync(other, join(folder, 'sub'));
    expect((await judge(folder, 'git checkout evil')).why).toContain(
      '`core.fsmonitor` of the repository sub',
    );
  });

  it('if it is its own remote and has a monitor of files', async () => {
    const folder = createRepository();
    git(folder, 'config', 'core.fsmonitor', 'touch RUN');
    expect(await judge(folder, 'git push . main:b')).toEqual(isAllowed);
    git(folder, 'config', 'receive.denyCurrentBranch', 'updateInstead');
    expect((await judge(folder, 'git push . b:main')).why).toContain('`core.fsmonitor`');
  });

  it('if a rebase was begun that runs commands', async () => {
    const folder = createRepository();
    mkdirSync(join(folder, '.git/rebase-merge'));
    writeFileSync(join(folder, '.git/rebase-merge/git-rebase-todo'), 'pick 1 a\n# x\n\nfixup -C 2 b\n');
    expect(await judge(folder, 'git rebase --continue')).toEqual(isAllowed);
    writeFileSync(join(folder, '.git/rebase-merge/git-rebase-todo'), 'pick 1 a\nexec touch RUN\n');
    expect((await judge(folder, 'git rebase --continue')).why).toContain('the steps left of what was begun');
  });

  it.each([
    ['rebase-merge/strategy', 'ort\n', 'a/x\n', 'git rebase --continue'],
    [
      'sequencer/opts',
      '[options]\n\tstrategy-option = ours\n',
      '[options] Strategy = a/x\n',
      'git cherry-pick --continue',
    ],
    ['sequencer/opts', '[options]\n\tsignoff = true\n', '[options]\nstrategy=a/x\n', 'git revert --skip'],
  ])('if %s names a program in the place of a strategy', async (name, usual, text, command) => {
    const folder = createRepository();
    mkdirSync(dirname(join(folder, '.git', name)));
    writeFileSync(join(folder, '.git', name), usual);
    expect(await judge(folder, command)).toEqual(isAllowed);
    writeFileSync(join(folder, '.git', name), text);
    expect((await judge(folder, command)).why).toContain('the steps left of what was begun');
  });

  it('if another worktree sets something and is removed', async () => {
    const folder = createRepository();
    git(folder, 'worktree', 'add', '-q', 'other');
    expect(await judge(folder, 'git worktree remove other', await agree(folder))).toEqual(isAllowed);
    git(folder, 'config', 'extensions.worktreeConfig', 'true');
    git(join(folder, 'other'), 'config', '--worktree', 'core.fsmonitor', 'touch RUN');
    expect((await judge(folder, 'git worktree remove other')).why).toContain('`core.fsmonitor`');
  });
});
