import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/tools/approvals/decide.ts';
import {
  findLinkStats,
  listFolder,
  readText,
  UnknownPlacesError,
} from '../../../src/tools/approvals/disk.ts';
import { parseRule } from '../../../src/tools/approvals/rule.ts';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository, env } from '../../helpers/judged-repository.ts';

const isRoot = process.getuid?.() === 0;
const long = 'b'.repeat(300);
/** Behind a file, too long, in a circle of links, and in a folder that others may not enter. */
const places = ['a/x.txt', long, 'loop', 'loop/x', 'locked/x'];

function createOdd(): string {
  const folder = createRepository(createFolder({ a: 'a\n', 'locked/x': '', 'package.json': '{}' }));
  symlinkSync('loop', join(folder, 'loop'));
  symlinkSync('circle', join(folder, 'other'));
  symlinkSync('other', join(folder, 'circle'));
  chmodSync(join(folder, 'locked'), 0);
  return folder;
}

async function judge(folder: string, command: string): Promise<string> {
  const rules = ['git', 'hg', 'svn', 'tsc', 'npm', 'cd', command.split(' ').slice(0, 2).join(' ')];
  const decision = await decide([{ kind: 'shell', command }], {
    place: { folder, home: '/nowhere', env },
    addDirs: [],
    ownFolders: ['/nowhere/own'],
    rules: rules.map((words) => ({ effect: 'allow', rule: parseRule(`shell(${words}:*)`), origin: 'flag' })),
    env,
    allowsReads: true,
    allowsAll: false,
  });
  return decision.type;
}

const programs = `
  git diff,git add,git log,git show,git blame,git commit -F,git tag -F,git apply,git stash push,git grep --untracked x,git rm,git push,git clone,git pull,
  git format-patch -1,git archive -o,git -C,git notes add -F,git add --pathspec-from-file,git hash-object,git submodule add,git worktree add,git check-ignore,
  hg add,hg commit -l,hg log,hg -R,hg import,svn add,cvs add,tsc -p,tsc --outDir,npm pack,npm test --,npm run x --,npm --prefix,pnpm -C,yarn pack,split,csplit,
  javac,javac -d,protoc,wget -r,wget -P,curl -o,curl -T,tar xf,tar -C,unzip,unzip -d,7z x,cpio -i <,rsync -a x,scp x,cp x,cp -r,mv x,ln -s,ln,rm -r,mkdir,touch,tee,
  cat,ls,find,grep -r x,rg x,sed -i s/a/b/,awk 1,python3,node,make -C,make -f,cargo build --manifest-path,go build,docker cp,docker cp x:/y,docker build,
  kubectl cp,gh pr comment 1 -F,gh release download -D,gh issue create -F,ruff check --fix,black,isort,eslint --fix,prettier --write,clang-format -i,
  cd,pushd,env -C,sudo cat,xargs -a,sh,bash,source,.,tail -f,diff,cmp,patch -i,chmod +x,chown a,install x,dd of=x,zip x,gzip,jq . ,sort -o,file -f,copilot-cli
`
  .split(',')
  .map((text) => text.trim());

describe('a command that names', () => {
  const judgeAll = async (forms: readonly string[]): Promise<void> => {
    const folder = createOdd();
    for (const program of programs)
      for (const words of forms)
        expect(await judge(folder, `${program} ${words}`)).toMatch(/^(?:ask|allow)$/);
    chmodSync(join(folder, 'locked'), 0o755);
  };

  it.each(places)('%s is judged, whatever its program is', (place) => judgeAll([place]));

  it.each(places)('%s is judged in any form', { tags: 'deep', timeout: 180_000 }, (place) =>
    judgeAll([`"./${place}"`, `x ${place}/`, `x ${place}*`, `--file=${place}`, `cd ${place} && x`]),
  );

  it.each(['a/x.txt', long, 'loop'])('%s asks no more than for what is not there', async (place) => {
    const folder = createOdd();
    for (const command of ['git diff', 'git log', 'git blame', 'git show', 'ls', 'grep x'])
      expect([command, await judge(folder, `${command} ${place}`)]).toEqual([
        command,
        await judge(folder, `${command} none/x`),
      ]);
  });
});

it.each([
  '.hg',
  '.svn',
  '.git',
  'CVS',
  '.jj',
  '.bzr',
  '.pijul',
  '_darcs',
  'package.json',
  'tsconfig.json',
  '.hgignore',
  '.gitattributes',
])('a circle of links and an odd file in the place of %s do not end the judgement', async (name) => {
  for (const make of [
    (path: string) => symlinkSync(name, path),
    (path: string) => symlinkSync('a/x', path),
    (path: string) => symlinkSync(long, path),
    (path: string) => mkdirSync(path),
    (path: string) => writeFileSync(path, 'gitdir: a/x\n'),
    (path: string) => writeFileSync(path, `gitdir: ${long}\n`),
  ]) {
    const folder = createFolder({ a: '' });
    make(join(folder, name));
    for (const command of [
      'git status',
      'git diff a',
      'hg log',
      'hg add a',
      'svn up',
      'cvs up',
      'jj st',
      'npm test',
      'tsc',
      'ls',
      'git add .',
    ])
      expect(await judge(folder, command)).toMatch(/^(?:ask|allow)$/);
  }
});

it.each([
  '.hg',
  '.svn',
  '.git',
  '.jj',
  '.hg/hgrc',
  '.hg/sharedpath',
  '.git/config',
  '.git/HEAD',
  '.git/hooks',
  '.git/objects/info/alternates',
])('nor do they in %s', async (name) => {
  for (const target of ['loop', 'a/x', long]) {
    const folder = createRepository(createFolder({ a: '', '.hg/x': '', '.svn/x': '', '.jj/x': '' }));
    symlinkSync('loop', join(folder, 'loop'));
    const path = join(folder, name.split('/')[0] ?? '', `${target === 'loop' ? 'loop' : 'x.d'}`);
    symlinkSync(target, path);
    if (name.includes('/')) {
      rmSync(join(folder, name), { recursive: true, force: true });
      mkdirSync(join(folder, name, '..'), { recursive: true });
      renameSync(path, join(folder, name));
    }
    for (const command of [
      'git status',
      'git fetch',
      'git commit -m a',
      'hg log',
      'hg push',
      'svn up',
      'jj st',
    ])
      expect(await judge(folder, command)).toMatch(/^(?:ask|allow)$/);
  }
});

describe('a look at the disk', () => {
  it.each(['a/x', long, 'none', 'a\0b', 'loop/x'])('finds nothing at %j', (name) => {
    const folder = createFolder({ a: '' });
    symlinkSync('loop', join(folder, 'loop'));
    const path = join(folder, name);
    expect([findLinkStats(path), listFolder(path), readText(path)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.skipIf(isRoot)('does not tell what is in a folder that it may not enter', () => {
    const folder = createFolder({ 'locked/x': '' });
    chmodSync(join(folder, 'locked'), 0);
    expect(() => findLinkStats(join(folder, 'locked/x'))).toThrow(UnknownPlacesError);
    chmodSync(join(folder, 'locked'), 0o755);
  });
});
