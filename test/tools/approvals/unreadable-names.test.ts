import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository, env, everyday, isAllowed, judge } from '../../helpers/judged-repository.ts';

/** Makes what Node cannot: names that are not UTF-8. */
function run(folder: string, script: string): string {
  execFileSync('bash', ['-ec', script], { cwd: folder, env, stdio: 'pipe' });
  return folder;
}

const filter = String.raw`printf '[filter "f"]\n\tclean = touch RUN; cat\n' >> `;
const makeInner = `
  git init -q $'s\\xff' && cd $'s\\xff' && echo 1 > b && echo 'b filter=f' > .gitattributes
  git add b .gitattributes && git commit -qm s && cd ..
`;

const notUtf8 = /^(?:the|a) .*is not UTF-8, so what it leads to cannot be looked at$/;

const hostile: [what: string, script: string, command: string][] = [
  [
    'the folder of hooks',
    String.raw`mkdir $'h\xff' && printf '#!/bin/sh\n' > $'h\xff/post-index-change' && chmod +x $'h\xff/post-index-change'
      printf '[core]\n\thooksPath = h\xff\n' >> .git/config`,
    'git status',
  ],
  [
    'the folder of hooks, in the settings of a worktree',
    String.raw`git config extensions.worktreeConfig true && printf '[core]\n\thooksPath = h\xff\n' > .git/config.worktree`,
    'git commit -m a',
  ],
  [
    'the folder that the file `.git` names',
    String.raw`mv .git $'g\xff' && printf 'gitdir: g\xff\n' > .git`,
    'git status',
  ],
  [
    'the folder that `commondir` names',
    String.raw`mkdir x && mv .git $'c\xff' && mkdir .git && cp $'c\xff/HEAD' .git/ && printf '../c\xff\n' > .git/commondir`,
    'git log',
  ],
  [
    'a template',
    String.raw`ln -s /etc/hostname $'t\xff' && printf '[commit]\n\ttemplate = t\xff\n' >> .git/config`,
    'git commit --allow-empty --no-edit',
  ],
  [
    'a list of commits to ignore',
    String.raw`ln -s /etc/hostname $'t\xff' && printf '[blame]\n\tignoreRevsFile = t\xff\n' >> .git/config`,
    'git blame a',
  ],
  [
    'an included file',
    String.raw`printf '[include]\n\tpath = /nowhere/t\xff\n' >> .git/config`,
    'git status',
  ],
  [
    'a repository that is added',
    makeInner + filter + String.raw`$'s\xff/.git/config'`,
    'git add . && git status',
  ],
  [
    'a repository that another commit may make a submodule',
    makeInner + filter + String.raw`$'s\xff/.git/config'`,
    'git pull',
  ],
  [
    'a link to a repository that another commit may make a submodule',
    String.raw`mkdir .git/z && git init -q .git/z/r && ln -s .git/z/r $'l\xff' && rm -rf .git/z`,
    'git checkout b',
  ],
  [
    'a submodule',
    `${makeInner}\n git add $'s\\xff' 2>/dev/null; git commit -qm two; ${filter} $'s\\xff/.git/config'`,
    'git status',
  ],
  [
    'the folder of git of a submodule',
    String.raw`git init -q s && cd s && echo 1 > b && git add b && git commit -qm s && cd .. && git add s 2>/dev/null && mkdir .git/modules
      mv s/.git $'.git/modules/m\xff' && printf 'gitdir: ../.git/modules/m\xff\n' > s/.git`,
    'git status',
  ],
  ['a folder in that of git', String.raw`mkdir $'.git/refs/heads/d\xff'`, 'git log'],
  ['a link in the folder of git', String.raw`ln -s /etc/hostname $'.git/refs/heads/l\xff'`, 'git log'],
];

describe.skipIf(process.platform !== 'linux')('a name that is not UTF-8', () => {
  it.each(hostile)('is asked about as %s, and nothing is offered', async (_, script, command) => {
    const folder = run(createRepository(), script);
    const { why, always } = await judge(folder, command);
    expect(why).toMatch(notUtf8);
    expect(always).toBeUndefined();
  });

  it.each([
    String.raw`printf '[x]\n\ty = b\xe9\n' >> .git/config`,
    String.raw`mkdir -p .git/objects/info && printf '/nowhere/o\xff\n' > .git/objects/info/alternates`,
    String.raw`mkdir -p .git/remotes && printf 'URL: /x\n' > $'.git/remotes/r\xff'`,
  ])('offers nothing for what is only unknown: %s', async (script) => {
    const folder = run(createRepository(), script);
    const { why, always } = await judge(folder, 'git log');
    expect(why).toContain('may itself make git run, fetch or read something else');
    expect(always).toBeUndefined();
  });

  it('is not that of a remote with other bytes', async () => {
    const folder = run(
      createRepository(),
      String.raw`git init -q --bare $'\ufffd.git'
        printf '[remote "\xff"]\n\turl = https://example.com\n[branch "main"]\n\tremote = \xfe\n' >> .git/config`,
    );
    expect((await judge(folder, 'git push \ufffd')).why).not.toBe('allow');
    expect((await judge(folder, 'git push')).why).not.toBe('allow');
    expect(await judge(folder, 'git status')).toEqual(isAllowed);
  });

  it('is not that of a conflict that git may resolve', async () => {
    const folder = run(
      createRepository(),
      String.raw`ln -s /etc $'l\xff' && printf '0123456789012345678901234567890123456789\tl\xff/x\0' > .git/MERGE_RR`,
    );
    expect((await judge(folder, 'git commit -m a')).why).toContain("`MERGE_RR` in git's folder");
  });

  it.each(['COMMIT_X', 'modules/m/config'])(
    'makes another rule if only such bytes of %s change',
    async (file) => {
      const write = (byte: string): string =>
        String.raw`mkdir -p .git/modules/m && printf '[user]\n\tname = \x${byte}\n' > .git/${file}`;
      const folder = run(createRepository(), write('e8'));
      const { always } = await judge(folder, 'git status');
      expect(always).toMatch(/^shell\(git settings@/);
      expect(await judge(folder, 'git status', always ?? '')).toEqual(isAllowed);
      run(folder, write('e9'));
      expect((await judge(folder, 'git status', always ?? '')).why).toContain('may itself make git run');
    },
  );

  it('is no matter where git follows it nowhere', async () => {
    const folder = run(
      createRepository(),
      String.raw`mkdir d && echo 1 > $'d\xe9' && echo 1 > $'d/\xe9' && git add . && git commit -qm b && echo 2 > $'d\xe9'
        echo 1 > $'new\xe9' && git config user.name $'Jos\xe9' && git branch $'caf\xe9'
        printf '[branch "caf\xe9"]\n\tremote = origin\n\tmerge = refs/heads/caf\xe9\n[remote "origin"]\n\turl = https://example.com\n' >> .git/config`,
    );
    for (const command of [...everyday, 'git add . && git status', 'git pull', 'git checkout main'])
      expect([command, await judge(folder, command)]).toEqual([command, isAllowed]);
  });

  it.each([
    String.raw`mkdir -p $'s\xff/.hg' && printf '[hooks]\npre-status = touch RUN\n' > $'s\xff/.hg/hgrc'`,
    String.raw`ln -s /tmp $'s\xff'`,
    String.raw`mkdir $'.hg/store/x\xff'`,
  ])('is asked about before hg: %s', async (script) => {
    const folder = run(createFolder({ '.hg/store/x': '', '.hgsub': 'a = a\n' }), script);
    const { why, always } = await judge(folder, 'hg status -S', 'shell(hg:*)');
    expect(why).toMatch(notUtf8);
    expect(always).toBeUndefined();
  });

  it('is no matter to hg if it is that of a file', async () => {
    const folder = run(createFolder({ '.hg/store/x': '', a: '' }), String.raw`echo 1 > $'caf\xe9'`);
    expect(await judge(folder, 'hg status', 'shell(hg:*)')).toEqual(isAllowed);
  });

  it('is asked about in the folder of another program for versions', async () => {
    const folder = run(
      createFolder({ '.jj/repo/x': '' }),
      String.raw`mkdir $'.jj/repo/d\xff' && ln -s /tmp $'.jj/repo/d\xff/l'`,
    );
    expect(await judge(folder, 'jj log', 'shell(jj:*)')).toEqual({
      why: 'the places that it names cannot all be told',
      always: undefined,
    });
  });

  it.each(['tar xf a.tar', 'unzip a.zip', 'git format-patch -1', 'wget -x https://example.com/a'])(
    'is asked about if a link by it is in the way of %s',
    async (command) => {
      const rules = ['shell(tar xf:*)', 'shell(unzip:*)', 'shell(wget:*)'];
      const plain = run(createRepository(), String.raw`echo 1 > $'caf\xe9' && ln -s a l`);
      expect((await judge(plain, command, ...rules)).why).not.toMatch(/leads|UTF-8/);
      const folder = run(createRepository(), String.raw`ln -s /tmp $'l\xff'`);
      const { why, always } = await judge(folder, command, ...rules);
      expect(why).toMatch(notUtf8);
      expect(always).toBeUndefined();
    },
  );
});
