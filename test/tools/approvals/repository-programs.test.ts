import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Decision, decide } from '../../../src/tools/approvals/decide.ts';
import { parseRule } from '../../../src/tools/approvals/rule.ts';
import { splitRules } from '../../../src/tools/approvals/rule-text.ts';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository, env, git, judge as judgeFirst } from '../../helpers/judged-repository.ts';

async function judge(
  folder: string,
  command: string,
  { rule = 'shell(git:*)', home = '/nowhere', allowsAll = false } = {},
): Promise<string> {
  const decision: Decision = await decide([{ kind: 'shell', command }], {
    place: { folder, home },
    addDirs: [],
    rules: splitRules(rule).map((text) => ({ effect: 'allow', rule: parseRule(text), origin: 'flag' })),
    env: { ...env, HOME: home },
    allowsReads: true,
    allowsAll,
  });
  if (decision.type !== 'ask') return decision.type;
  return decision.asked.map(({ why }) => why).join('; ');
}

/** The rule that a person would keep. */
async function offerAlways(folder: string, command: string): Promise<string | undefined> {
  return (await judgeFirst(folder, command)).always;
}

const asks = (what: string): string => `this repository itself makes git run something: ${what}`;

describe('an allowed command of git', () => {
  it.each([
    ['diff.external', 'touch RUN', 'git diff'],
    ['diff.x.textconv', 'touch RUN', 'git log -p'],
    ['diff.x.command', 'touch RUN', 'git diff'],
    ['filter.x.clean', 'touch RUN', 'git status'],
    ['filter.x.process', 'touch RUN', 'git add a'],
    ['core.hooksPath', 'docs', 'git commit -m a'],
    ['core.editor', 'touch RUN;', 'git commit'],
    ['core.sshCommand', 'touch RUN', 'git fetch'],
    ['gpg.program', './x', 'git verify-commit HEAD'],
    ['gpg.ssh.program', './x', 'git log'],
    ['alias.st', '!touch RUN', 'git status'],
    ['credential.helper', '!touch RUN', 'git fetch'],
    ['credential.https://example.com.helper', '!touch RUN', 'git fetch'],
    ['merge.x.driver', 'touch RUN', 'git merge b'],
    ['remote.origin.uploadpack', 'touch RUN', 'git fetch'],
    ['protocol.ext.allow', 'always', 'git fetch'],
    ['trailer.x.cmd', 'touch RUN', 'git commit -m a'],
  ])('is asked about where the repository sets %s', async (name, value, command) => {
    const folder = createRepository();
    expect(await judge(folder, command)).toBe('allow');
    git(folder, 'config', name, value);
    const listed = name.replace('hooksPath', 'hookspath').replace('sshCommand', 'sshcommand');
    expect(await judge(folder, command)).toBe(asks(`\`${listed}\``));
    expect(await judge(folder, command, { rule: `shell(${command})` })).toBe(asks(`\`${listed}\``));
  });

  it('is asked about for settings in a file that those of the repository include', async () => {
    const folder = createRepository();
    writeFileSync(join(folder, 'more'), '[diff]\n\texternal = touch RUN\n');
    git(folder, 'config', 'include.path', '../more');
    expect(await judge(folder, 'git diff')).toBe(asks('`diff.external`'));
  });

  it('is asked about for settings of one worktree', async () => {
    const folder = createRepository();
    git(folder, 'config', 'extensions.worktreeConfig', 'true');
    git(folder, 'config', '--worktree', 'diff.external', 'touch RUN');
    expect(await judge(folder, 'git diff')).toBe(asks('`diff.external`'));
  });

  it('is asked about where there is a hook that it may run', async () => {
    const folder = createRepository();
    const write = (name: string): void => {
      writeFileSync(join(folder, '.git/hooks', name), '#!/bin/sh\ntouch RUN\n');
      chmodSync(join(folder, '.git/hooks', name), 0o755);
    };
    write('pre-commit');
    expect(await judge(folder, 'git commit -m a')).toBe(asks('the hook `pre-commit`'));
    expect(await judge(folder, 'git status && git log')).toBe('allow');
    write('post-index-change');
    expect(await judge(folder, 'git status')).toBe(asks('the hook `post-index-change`'));
  });

  it.each([
    ['in the folder of git', '.git/hooks', undefined, ['.git/hooks/pre-commit']],
    ['of husky', '.husky/_', '.husky/_', ['.husky/_/pre-commit', '.husky/_/h', '.husky/pre-commit']],
  ])(
    'is not asked about for hooks %s to which the person said always, until they change',
    async (_, place, setting, files) => {
      const folder = createRepository();
      mkdirSync(join(folder, place), { recursive: true });
      const write = (path: string, text: string): void => {
        writeFileSync(join(folder, path), text);
        chmodSync(join(folder, path), 0o755);
      };
      for (const file of files) write(file, '#!/bin/sh\ntouch RUN\n');
      if (setting !== undefined) git(folder, 'config', 'core.hooksPath', setting);
      const rule = await offerAlways(folder, 'git commit -m a');
      expect(rule).toMatch(/^shell\(git hooks@[\da-f]{32}\)$/);
      const said = { rule: `shell(git:*),${rule}` };
      expect(await judge(folder, 'git commit -m a', said)).toBe('allow');
      for (const file of files) {
        write(file, '#!/bin/sh\ntouch OTHER\n');
        expect(await judge(folder, 'git commit -m a', said)).toContain('this repository itself');
        expect(await offerAlways(folder, 'git commit -m a')).not.toBe(rule);
        write(file, '#!/bin/sh\ntouch RUN\n');
        expect(await judge(folder, 'git commit -m a', said)).toBe('allow');
      }
      write(`${place}/post-commit`, '');
      expect(await judge(folder, 'git commit -m a', said)).toContain('this repository itself');
    },
  );

  it.each([
    ['git add a && git commit -m a; git push || true', true],
    ['git commit -m a && cp b .git/hooks/post-commit && git push', false],
    ['git checkout b', false],
    ['git pull && git commit -m a', false],
  ])(
    'is not asked about for hooks to which the person said always if it cannot change them: %s',
    async (command, isAllowed) => {
      const folder = createRepository();
      writeFileSync(join(folder, '.git/hooks/pre-commit'), '#!/bin/sh\n', { mode: 0o755 });
      const rule = `shell(git:*),shell(cp:*),${await offerAlways(folder, 'git commit -m a')}`;
      const judged = await judge(folder, command, { rule });
      expect(judged === 'allow').toBe(isAllowed);
    },
  );

  it('offers nothing for hooks beside a setting that starts something', async () => {
    const folder = createRepository();
    writeFileSync(join(folder, '.git/hooks/pre-commit'), '#!/bin/sh\n', { mode: 0o755 });
    expect(await offerAlways(folder, 'git commit -m a')).toContain('git hooks@');
    git(folder, 'config', 'diff.external', 'touch RUN');
    expect(await offerAlways(folder, 'git commit -m a')).toBeUndefined();
  });

  it('is asked about for what a submodule sets, which runs although git is told otherwise', async () => {
    const [folder, module] = [createRepository(), createRepository()];
    git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', module, 'sub');
    expect(await judge(folder, 'git status')).toContain('submodules, `modules` in git');
    git(join(folder, 'sub'), 'config', 'core.fsmonitor', 'touch RUN');
    expect(await judge(folder, 'git status')).toBe(asks('`core.fsmonitor` of the submodule sub'));
  });

  it('is not asked about for what the person sets, for git-lfs, and for what starts nothing', async () => {
    const folder = createRepository();
    const home = createFolder({
      '.gitconfig': '[diff]\n\texternal = x\n[alias]\n\tst = !x\n[core]\n\thooksPath = /x\n',
    });
    git(folder, 'config', 'filter.lfs.process', 'git-lfs filter-process');
    git(folder, 'config', 'remote.origin.url', 'https://example.com/a.git');
    git(folder, 'config', 'core.fsmonitor', 'true');
    expect(await judge(folder, 'git diff', { home })).toBe('allow');
    expect(await judge(folder, 'git commit -m a', { home })).toBe('allow');
  });

  it('is not asked about under a rule for all commands, and nor are other commands', async () => {
    const folder = createRepository();
    git(folder, 'config', 'diff.external', 'touch RUN');
    expect(await judge(folder, 'git diff', { rule: 'shell' })).toBe('allow');
    expect(await judge(folder, 'git diff', { allowsAll: true })).toBe('allow');
    expect(await judge(folder, 'ls', { rule: 'shell(ls:*)' })).toBe('allow');
    expect(await judge(createFolder(), 'git status')).toBe('allow');
  });

  it.each([
    'gh pr checkout 5',
    'gh pr merge 5 --squash',
    'gh repo sync',
    'gh issue develop 5 -c',
    'gh pr create -R a/b --fill',
    'npm version patch',
    'yarn version --patch minor',
    'git-lfs pull',
    'hub sync',
    'lerna version',
    'go build ./...',
    'go list -json ./...',
    'gh repo rename y',
    'glab mr checkout 5',
    'jj git fetch',
    'pnpm publish',
    'pre-commit run -a',
    'python3 -m pre_commit run',
    'npx lerna@8 version',
    'pnpm exec lint-staged',
    'gitleaks detect .',
    'npm exec -- git-lfs pull',
  ])('is also asked about if another program starts it: %s', async (command) => {
    const folder = createRepository();
    const programs = 'npm yarn pnpm git-lfs hub lerna go glab jj pre-commit gitleaks'.split(' ');
    const words = [
      'gh',
      'npx lerna@8',
      'pnpm exec lint-staged',
      'npm exec -- git-lfs',
      'pre-commit run',
      'python3 -m pre_commit run',
    ];
    const rule = [...programs, ...words].map((name) => `shell(${name}:*)`).join();
    expect(await judge(folder, command, { rule })).toBe('allow');
    git(folder, 'config', 'filter.x.clean', 'touch RUN');
    expect(await judge(folder, command, { rule })).toBe(asks('`filter.x.clean`'));
    for (const other of [
      'gh pr view 5',
      'gh issue create -t a -b b',
      'npm version',
      'npm test',
      'go vet ./...',
      'gh pr list',
    ])
      expect(await judge(folder, other, { rule })).toBe('allow');
  });

  it.each(['pre-commit run -a', 'npx lint-staged', 'gh pr create --fill', 'npm version patch'])(
    'is not asked about for hooks to which the person said always if another program starts it: %s',
    async (command) => {
      const folder = createRepository();
      writeFileSync(join(folder, '.git/hooks/pre-commit'), '#!/bin/sh\n', { mode: 0o755 });
      const rule = 'shell(pre-commit run:*),shell(npx lint-staged),shell(gh:*),shell(npm version:*)';
      expect(await judge(folder, command, { rule })).toBe(asks('the hook `pre-commit`'));
      const hooks = await offerAlways(folder, 'git commit -m a');
      expect(await judge(folder, command, { rule: `${rule},${hooks}` })).toBe('allow');
    },
  );

  it('is asked about by the name of a hook of a submodule that is not checked out, and again when it changes', async () => {
    const folder = createRepository(createFolder({ a: '', 'sub/a': '' }));
    git(folder, 'init', '-q', '--bare', '.git/modules/sub');
    const rule = await offerAlways(folder, 'git checkout main');
    expect(rule).toMatch(/git settings@/);
    expect(await judge(folder, 'git checkout main', { rule: `shell(git:*),${rule}` })).toBe('allow');
    const hook = join(folder, '.git/modules/sub/hooks/post-index-change');
    writeFileSync(hook, '#!/bin/sh\ntouch RUN\n', { mode: 0o755 });
    const said = { rule: `shell(git:*),${rule}` };
    expect(await judge(folder, 'git checkout main', said)).toContain(
      'the hook post-index-change in .git/modules/sub',
    );
    const again = await offerAlways(folder, 'git status');
    expect(await judge(folder, 'git status', { rule: `shell(git:*),${again}` })).toBe('allow');
    writeFileSync(hook, '#!/bin/sh\ntouch OTHER\n');
    expect(await judge(folder, 'git status', { rule: `shell(git:*),${again}` })).toContain('the hook');
  });

  it.each([
    ['has no settings yet', '.git/modules/sub', ['HEAD', 'objects', 'refs', 'hooks']],
    ['is called as a folder of objects', '.git/modules/lib/ab', undefined],
    ['is called as one in a folder of objects', '.git/modules/objects/ab', undefined],
    ['is called as one of git-lfs', '.git/modules/lfs/objects/ab/cd', undefined],
    ['is one of another submodule', '.git/modules/sub/modules/cd', undefined],
  ])('is asked about where a submodule with hooks %s', async (_, place, keeps) => {
    const folder = createRepository(createFolder({ a: '', 'sub/a': '' }));
    git(folder, 'init', '-q', '--bare', place);
    if (keeps)
      for (const name of readdirSync(join(folder, place)))
        if (!keeps.includes(name)) rmSync(join(folder, place, name), { recursive: true });
    const rule = await offerAlways(folder, 'git checkout main');
    const said = { rule: `shell(git:*),${rule}` };
    expect(await judge(folder, 'git checkout main', said)).toBe('allow');
    writeFileSync(join(folder, place, 'hooks/post-index-change'), '', { mode: 0o755 });
    expect(await judge(folder, 'git checkout main', said)).toContain(
      `the hook post-index-change in ${place}`,
    );
  });

  it('is asked about again where the folder of a submodule is a link, and a hook is put behind it', async () => {
    const folder = createRepository();
    const other = createRepository(createFolder({ a: '' }));
    mkdirSync(join(folder, '.git/modules'));
    symlinkSync(join(other, '.git'), join(folder, '.git/modules/sub'));
    const said = { rule: `shell(git:*),${await offerAlways(folder, 'git checkout main')}` };
    expect(await judge(folder, 'git checkout main', said)).toBe('allow');
    writeFileSync(join(other, '.git/hooks/post-index-change'), '', { mode: 0o755 });
    expect(await judge(folder, 'git checkout main', said)).toContain('the hook post-index-change in');
  });

  it('is asked about each time where another commit may change the hooks of a submodule', async () => {
    const folder = createRepository(createFolder({ a: '', 'docs/post-checkout': '' }));
    git(folder, 'init', '-q', '--bare', '.git/modules/sub');
    rmSync(join(folder, '.git/modules/sub/hooks'), { recursive: true });
    symlinkSync('../../../docs', join(folder, '.git/modules/sub/hooks'));
    chmodSync(join(folder, 'docs/post-checkout'), 0o755);
    expect(await offerAlways(folder, 'git checkout main')).toBeUndefined();
    expect(await offerAlways(folder, 'git status')).toContain('git settings@');
  });

  it('is asked about again where the settings of another worktree change', async () => {
    const folder = createRepository();
    git(folder, 'worktree', 'add', '-q', 'other');
    const said = { rule: `shell(git:*),${await offerAlways(folder, 'git status')}` };
    expect(await judge(folder, 'git status', said)).toBe('allow');
    writeFileSync(join(folder, '.git/worktrees/other/config.worktree'), '[core]\n\thooksPath = docs\n');
    expect(await judge(folder, 'git status', said)).toContain("`worktrees` in git's folder");
  });
});
