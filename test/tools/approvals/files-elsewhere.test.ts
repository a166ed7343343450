import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/tools/approvals/decide.ts';
import { parseRule } from '../../../src/tools/approvals/rule.ts';
import { splitRules } from '../../../src/tools/approvals/rule-text.ts';
import { createFolder } from '../../helpers/folder.ts';
import { agree, createRepository, git } from '../../helpers/judged-repository.ts';

async function judge(folder: string, command: string, rule: string, home = '/home/me'): Promise<string> {
  const decision = await decide([{ kind: 'shell', command }], {
    place: { folder, home },
    addDirs: [],
    rules: splitRules(rule).map((text) => ({ effect: 'allow', rule: parseRule(text), origin: 'flag' })),
    env: process.env,
    allowsReads: true,
    allowsAll: false,
  });
  return decision.type;
}

const rows = [
  ['git diff e .env', 'shell(git diff:*)'],
  ['git --no-pager diff e .env', 'shell(git:*)'],
  ['git diff --stat -p e .env', 'shell(git diff --stat:*)'],
  ['git diff -- - .env', 'shell(git diff:*)'],
  ['git diff e sub/*', 'shell(git diff:*)'],
] as const;

it.each(rows)('outside of a repository, files are not compared without a yes: %s', async (command, rule) => {
  const folder = createFolder({ e: '', '.env': 'SECRET=1', 'sub/a': '' });
  expect(await judge(folder, command, rule)).toBe('ask');
  expect(await judge(folder, 'git diff HEAD~1 HEAD', rule.replace(' --stat', ''))).toBe('allow');
});

it('a rule for exactly this command allows it', async () => {
  const folder = createFolder({ e: '', '.env': 'SECRET=1' });
  expect(await judge(folder, 'git diff e .env', 'shell(git diff e .env)')).toBe('allow');
  expect(await judge(folder, 'git diff e ./.env', 'shell(git diff e .env)')).toBe('ask');
});

it.each(rows)('in a repository that knows them they are: %s', async (command, rule) => {
  const folder = createFolder({ e: '', '.env': 'SECRET=1', 'sub/a': '' });
  execFileSync('git', ['init', '-q', folder]);
  if (command.includes('.env')) expect(await judge(folder, command, rule)).toBe('ask');
  execFileSync('git', ['-C', folder, 'add', '.']);
  expect(await judge(folder, command, rule)).toBe('allow');
  expect(await judge(join(folder, 'sub'), 'git diff a', 'shell(git diff:*)')).toBe('allow');
});

it.each([
  ['an empty folder', (folder: string) => mkdirSync(join(folder, '.git'))],
  ['a file that leads nowhere', (folder: string) => writeFileSync(join(folder, '.git'), 'gitdir: nowhere')],
  ['a file without a folder', (folder: string) => writeFileSync(join(folder, '.git'), '')],
])('%s is no repository', async (_, make) => {
  const folder = createFolder({ e: '', '.env': 'SECRET=1' });
  make(folder);
  for (const command of ['git diff e .env', 'git status', 'git log -p'])
    expect(await judge(folder, command, 'shell(git:*)')).toBe('ask');
});

it.each([
  ['a blank before its common folder', 'commondir', ' .\n'],
  ['a head that names nothing', 'HEAD', 'ref: x\n'],
  ['a later version', 'config', '[core]\n\trepositoryformatversion = 99\n'],
  ['an unknown extension', 'config', '[core]\n\trepositoryformatversion = 1\n[extensions]\n\tnone = 1\n'],
])('what git takes for none because of %s is no repository', async (_, name, text) => {
  const folder = createFolder({ e: '', '.env': 'SECRET=1' });
  execFileSync('git', ['init', '-q', folder]);
  execFileSync('git', ['-C', folder, 'add', '.']);
  expect(await judge(folder, 'git diff e .env', 'shell(git diff:*)')).toBe('allow');
  writeFileSync(join(folder, '.git', name), text);
  mkdirSync(join(folder, 'sub'));
  const rules = 'shell(git:*),shell(npm version:*)';
  for (const command of [
    'git diff e .env',
    'git diff',
    'git status',
    'git commit -m a',
    'git init',
    'npm version 1',
  ])
    for (const at of [folder, join(folder, 'sub')]) expect(await judge(at, command, rules)).toBe('ask');
});

it('a link in the place of its head makes it none, too, and a link that leads nowhere is one that git does not find', async () => {
  const folder = createFolder({ e: '', h: 'ref: refs/heads/main\n' });
  execFileSync('git', ['init', '-q', folder]);
  rmSync(join(folder, '.git/HEAD'));
  symlinkSync('../h', join(folder, '.git/HEAD'));
  expect(await judge(folder, 'git log', 'shell(git:*)')).toBe('ask');
  rmSync(join(folder, '.git'), { recursive: true });
  expect(await judge(folder, 'git log', 'shell(git:*)')).toBe('allow');
  symlinkSync('nowhere', join(folder, '.git'));
  expect(await judge(folder, 'git log', 'shell(git:*)')).toBe('ask');
});

it('a submodule that git finds to be no repository is asked about', async () => {
  const folder = createRepository(createFolder({ a: '', 'sub/a': '' }));
  createRepository(join(folder, 'sub'));
  git(folder, 'update-index', '--add', '--cacheinfo', `160000,${git(folder, 'rev-parse', 'HEAD')},sub`);
  const rules = `shell(git:*),${await agree(folder)}`;
  expect(await judge(folder, 'git status', rules)).toBe('allow');
  writeFileSync(join(folder, 'sub/.git/config'), '[core]\n\trepositoryformatversion = 99\n');
  expect(await judge(folder, 'git status', rules)).toBe('ask');
});

it.each([
  ['git tag -a v1 -F L', 'shell(git tag:*)'],
  ['git grep -f L', 'shell(git grep:*)'],
  ['git archive --add-file=L HEAD', 'shell(git archive:*)'],
  ['git checkout evil && git commit -F text', 'shell(git:*)'],
  ['git worktree add d evil && git commit -F d/text', 'shell(git:*)'],
  ['git clone https://example.com/x d && git commit -F d/text', 'shell(git:*)'],
  ['git submodule update && git commit -F text', 'shell(git submodule:*),shell(git commit:*)'],
  ['git worktree move d e && git tag -F e/text v1', 'shell(git:*)'],
  ['git notes add -m -- -F L', 'shell(git notes:*)'],
  ['git tag -m -- -F L v1', 'shell(git tag:*)'],
  ['git tag -aiF L v1', 'shell(git tag:*)'],
  ['git tag -sefF L v1', 'shell(git tag:*)'],
  ['git am L', 'shell(git am:*)'],
  ['git am --patch-format=stgit .env', 'shell(git am:*)'],
  ['git apply -- L', 'shell(git apply:*)'],
  ['git hash-object -w .env', 'shell(git hash-object:*)'],
  ['git interpret-trailers L', 'shell(git interpret-trailers:*)'],
])('a file of an option of git needs a yes if it is elsewhere or has secrets: %s', async (command, rule) => {
  const folder = createFolder({ a: '', text: 'Say why\n', '.env': 'SECRET=1' });
  symlinkSync(join(createFolder({ secret: 'x' }), 'secret'), join(folder, 'L'));
  execFileSync('git', ['init', '-q', folder]);
  expect(await judge(folder, command, rule)).toBe('ask');
  if (command.includes('text')) return;
  const usual = command.replace(/L(?= |$)|\.env/, 'text');
  expect([usual, await judge(folder, usual, rule)]).toEqual([usual, 'allow']);
  expect(await judge(folder, command, `shell(${command.replace('--no-pager ', '')})`)).toBe('allow');
});

it.each([
  'git blame --ignore-revs-file L a',
  'git blame --ignore-revs-file=L a',
  'git blame -S L a',
  'git add --pathspec-from-file=L',
  'git --no-pager add --pathspec-from=L',
  'git commit -F L',
  'git commit -aqFL',
  'git commit --file L',
  'git commit -F .env',
  'git ls-files -ciX L',
  'git commit --trailer -- -F L',
  'git commit --trailer -- -F .env',
  'git commit -m -- --pathspec-from-file=L',
  'git commit -m -m -F L',
  'git commit --author -m -F L',
  'git commit -a0F L',
  'git commit -t L',
  'git rev-list --stdin < L',
  'git status --pathspec-from-file=L',
  'git add --renormalize --pathspec-from-file=L',
])('an option of git that names a file needs a yes, whatever this file is: %s', async (command) => {
  const folder = createFolder({ a: '', text: 'Say why\n', '.env': 'SECRET=1' });
  symlinkSync(join(createFolder({ secret: 'x' }), 'secret'), join(folder, 'L'));
  execFileSync('git', ['init', '-q', folder]);
  const usual = command.replace(/L(?= |$)|\.env/, 'text');
  const words = command.replace('--no-pager ', '').split(' ');
  for (const one of [command, usual])
    for (const rule of [`shell(${words.slice(0, 2).join(' ')}:*)`, 'shell(git:*)'])
      expect([one, await judge(folder, one, rule)]).toEqual([one, 'ask']);
  if (command.includes('<')) return;
  expect(await judge(folder, usual, `shell(${usual.replace('--no-pager ', '')})`)).toBe('allow');
});

it.each([
  'git add . && git commit -mFix',
  'git commit -m L',
  'git commit -F -',
  'git log -- -F',
  'git commit -m fix -- a',
  'git commit -m -F L',
  'git commit -m fix -- -Fa',
  'git add -- a',
  'git tag -m -F v1',
  'git stash push -m wip -- a',
  'git blame -L 1,2 a',
])('words that are no such option need none: %s', async (command) => {
  const folder = createFolder({ a: '' });
  symlinkSync('/nowhere', join(folder, 'L'));
  execFileSync('git', ['init', '-q', folder]);
  expect(await judge(folder, command, 'shell(git:*)')).toBe('allow');
});

it.each([
  'gh pr comment 1 -F .env',
  'gh pr create --body-file=.env -t a',
  'gh issue comment 1 --body-file .env',
  'gh release create v1 -F.env',
  'gh release upload v1 .env',
  "gh release upload v1 '.env#notes'",
  'gh release upload v1 link.txt',
  'gh api /x --input .env',
  'gh api list --input .env',
  'gh api /x -F a=@.env',
  'gh api /x -Fa=@.env',
  'kubectl cp .env p:/x',
  'docker cp .env c:/x',
  'docker compose cp id_rsa web:/x',
  'docker cp . c:/y',
  'docker cp ./sub c:/y',
  'kubectl cp sub p:/x',
  'gh pr comment 1 -F a.md && cp .env a.md',
  'gh pr comment 1 -F "conf dir/credentials.json"',
  'gh pr comment 1 --body-file="conf dir/credentials.json"',
  'gh pr comment 1 -F "credentials (1).json"',
  'gh release upload v1 "conf dir/credentials.json"',
  'gh release upload v1 "conf dir/credentials.json#a b"',
  'kubectl cp "conf dir" p:/x',
  'gh pr comment 1 -F "d/a b.md" && git worktree add d evil',
])('a file with secrets is not sent without a yes: %s', async (command) => {
  const folder = createFolder({
    '.env': 'SECRET=1',
    'a.md': '',
    id_rsa: '',
    'sub/deep/.env': '',
    'conf dir/credentials.json': '',
    'credentials (1).json': '',
  });
  symlinkSync('.env', join(folder, 'link.txt'));
  const rules = ['gh pr', 'gh issue', 'gh release', 'gh api', 'kubectl', 'docker', 'cp', 'git worktree'];
  expect(await judge(folder, command, rules.map((name) => `shell(${name}:*)`).join(','))).toBe('ask');
});

it.each([
  'gh pr comment 1 -F a.md',
  'gh pr create -t a -b "see .env"',
  'gh issue create -t a --body-file=a.md',
  'gh release upload v1 a.md .env.example',
  'gh api /x -F a=b -f b=@c',
  'kubectl cp a.md p:/x',
  'docker cp src c:/y',
])('and others are: %s', async (command) => {
  const folder = createRepository(createFolder({ a: '', 'a.md': '', '.env.example': '', 'src/b': '' }));
  const rules = ['gh pr', 'gh issue', 'gh release', 'gh api', 'kubectl', 'docker'];
  expect(await judge(folder, command, rules.map((name) => `shell(${name}:*)`).join(','))).toBe('allow');
});

it.each([
  'git add .',
  'git add -A',
  "git add '*env'",
  'git add -N . && git diff',
  'git add --all',
  'git add sub',
  'git stash -u',
  'git stash push --include-untracked',
  'git add . -- -p',
  'git stash --i',
  'git stash -ku -m text',
  'git grep --untracked S',
  'git grep --unt S -- sub',
  'git grep -n --untracked -e S',
  'git grep -e -- --untracked -e S',
  'git stash push -m -- -u',
])('git keeps and prints no file with secrets that it does not ignore without a yes: %s', async (command) => {
  const folder = createRepository(
    createFolder({
      a: '',
      'sub/.env': 'SECRET=1',
      '.env': 'SECRET=1',
      list: 'a\n.env\n',
      '-p': '',
    }),
  );
  expect(await judge(folder, command, 'shell(git:*)')).toBe('ask');
  expect(await judge(folder, command.replace(' add', ' stage'), 'shell(git stage:*),shell(git:*)')).toBe(
    'ask',
  );
  expect(
    await judge(
      folder,
      command,
      command
        .split(' && ')
        .map((one) => `shell(${one})`)
        .join(','),
    ),
  ).toBe('allow');
  writeFileSync(join(folder, '.gitignore'), '.env\n');
  expect(await judge(folder, command, 'shell(git:*)')).toBe('allow');
});

it('a name behind two dashes may begin with a dash', async () => {
  const folder = createRepository(createFolder({ a: '', '-k.pem': '', '-b': '' }));
  expect(await judge(folder, 'git add -- a -k.pem', 'shell(git:*)')).toBe('ask');
  expect(await judge(folder, 'git add -- a -b', 'shell(git:*)')).toBe('allow');
});

it.each([
  'git stash -a',
  'git stash --all',
  'git stash save --a',
  'git stash push -qa',
  'git stash push -ua -- .env',
  'git stash -m text --all',
  'git grep --untracked --no-exclude-standard S',
  'git grep --no-excl --untr S -- sub',
  'git stash -a; cp a id_rsa',
  'git stash push -m -- -a',
  'git stash -m -m -a',
  'git stash push --message -- --all',
  'git stash -m fix -m -m -qa',
  'git grep -e -- --untracked --no-exclude-standard -e S',
])('nor one that it ignores, if it takes these: %s', async (command) => {
  const files = { a: '', 'sub/.env': 'SECRET=1', '.env': 'SECRET=1', '.gitignore': '.env\n' };
  const folder = createRepository(createFolder(files));
  const rules = 'shell(git stash:*),shell(git grep:*),shell(cp:*)';
  expect(await judge(folder, command, rules)).toBe('ask');
  for (const name of ['.env', 'sub/.env']) rmSync(join(folder, name));
  expect(await judge(folder, command, rules)).toBe(command.includes('id_rsa') ? 'ask' : 'allow');
});

it.each([
  'git add src',
  'git add a .env.example',
  'git grep S',
  'git grep --no-exclude-standard S',
  'git grep --untracked S -- src',
  'git grep S --untracked -e src -- src',
  'git stash push -m -- a',
  'git stash push -- -a',
  'git stash',
  'git stash -m -a',
  'git stash push -k -q --message=text -- a',
  'git stash show -u',
  'git stash pop',
  'git add -u',
  'git add -vu -- .',
  'git add -p',
  'git add --update .',
])('and other files are kept: %s', async (command) => {
  const folder = createRepository(createFolder({ a: '', '.env': '', '.env.example': '', 'src/b': '' }));
  expect(await judge(folder, command, 'shell(git:*)')).toBe('allow');
});

it.each([
  'cp a .env && git add .',
  'mv a id_rsa; git add -A',
  'touch sub/.env && git --no-pager add sub',
  'cp a .env && git stash -u',
])('nor one that another part makes: %s', async (command) => {
  const folder = createRepository(createFolder({ a: '', 'sub/b': '' }));
  const rules = 'shell(git:*),shell(cp:*),shell(mv:*),shell(touch:*)';
  expect(await judge(folder, command, rules)).toBe('ask');
  expect(await judge(folder, command.replace(/(?<= |\/)(?:\.env|id_rsa)/, 'c'), rules)).toBe('allow');
});

it('but one that git ignores is made beside it', async () => {
  const folder = createRepository(createFolder({ a: '', '.gitignore': '.env\n', '.env.example': '' }));
  const rules = 'shell(git:*),shell(cp:*),shell(rm:*),shell(cat:*)';
  for (const command of [
    'cp .env.example .env && git add .',
    'rm -f id_rsa && git add .',
    'cat .env && git add .',
  ])
    expect([command, await judge(folder, command, rules)]).toEqual([command, 'allow']);
});

const filesOfHg = { a: '', '.env': '', 'sub/.env': '', '.hg/requires': '', '.hg/store/x': '' };

it.each([
  'hg add',
  'hg add .',
  'hg add .env',
  "hg add a 'glob:s*'",
  'hg add -I .env',
  'hg addremove',
  'hg addremove sub',
  'hg commit -A -m a',
  'hg commit -qA -m a',
  'hg ci --addremove -m a',
  'hg ci -vA',
  'hg commit --amend -A',
  'hg amend -A',
  'hg amend --addremove',
  'hg shelve -A',
  'hg shelve -u',
  'hg shelve -ku',
  'hg shelve --unknown',
  'hg shelve -A -m a',
  'hg commit -u -- -A -m a',
  'hg commit -X -- --addremove -m a',
  'hg shelve -n -- -u',
  'hg -v -- add',
])('nor does hg: %s', async (command) => {
  const folder = createFolder(filesOfHg);
  expect(await judge(folder, command, 'shell(hg:*)')).toBe('ask');
  writeFileSync(join(folder, '.hgignore'), 'syntax: regexp\n\\.env$\n');
  if (!command.includes('.env')) expect(await judge(folder, command, 'shell(hg:*)')).toBe('allow');
});

it.each([
  ['hg com -A', 'hg com:*'],
  ['hg comm --addr', 'hg comm:*'],
  ['hg amen -A', 'hg amen:*'],
  ['hg shel -u', 'hg shel:*'],
  ['hg record -A', 'hg record:*'],
  ['hg qcommit -A', 'hg qcommit:*'],
  ['hg commit --a', 'hg commit:*'],
  ['hg shelve --unk', 'hg shelve:*'],
  ['hg import .env', 'hg import:*'],
  ['hg imp .env', 'hg imp:*'],
  ['hg qimport .env', 'hg qimport:*'],
])('nor by a name that is cut short, or a command of an extension: %s', async (command, rule) => {
  expect(await judge(createFolder(filesOfHg), command, `shell(${rule})`)).toBe('ask');
});

it.each(['# .env\n', '.env.local\n', 'x-.env\n', '.envrc\n'])(
  'nor if another name is ignored: %j',
  async (ignored) => {
    const folder = createFolder({ ...filesOfHg, '.hgignore': `syntax: glob\n${ignored}` });
    expect(await judge(folder, 'hg commit -A -m a', 'shell(hg:*)')).toBe('ask');
  },
);

it.each(['cp a .env && hg add', 'touch .env && hg commit -A -m a', 'mv a .env; hg amend -A'])(
  'nor one that another part makes: %s',
  async (command) => {
    const folder = createFolder({ a: '', '.hg/requires': '' });
    const rules = 'shell(hg:*),shell(cp:*),shell(mv:*),shell(touch:*)';
    expect(await judge(folder, command, rules)).toBe('ask');
    expect(await judge(folder, command.replace('.env', 'c'), rules)).toBe('allow');
  },
);

it.each([
  ['hg commit -l L', 'hg commit:*'],
  ['hg commit -lL', 'hg commit:*'],
  ['hg commit -Al L', 'hg commit:*'],
  ['hg commit --logfile L', 'hg commit:*'],
  ['hg commit --logfile=L', 'hg commit:*'],
  ['hg commit --logf L', 'hg commit:*'],
  ['hg ci -ql L', 'hg ci:*'],
  ['hg com -l L', 'hg com:*'],
  ['hg amend -l L', 'hg amend:*'],
  ['hg amend -l L', 'hg:*'],
  ['hg backout -l L -r 1', 'hg backout:*'],
  ['hg import -l L a', 'hg import:*'],
  ['hg rebase --collapse -l L', 'hg rebase:*'],
  ['hg record -l L', 'hg record:*'],
  ['hg uncommit -l L', 'hg uncommit:*'],
  ['hg qnew -l L p', 'hg qnew:*'],
  ['hg qrefresh -sl L', 'hg qrefresh:*'],
  ['hg qimport L', 'hg qimport:*'],
  ['hg status listfile:L', 'hg status:*'],
  ['hg status -m listfile:L', 'hg status:*'],
  ['hg commit -m -m listfile:L', 'hg commit:*'],
  ['hg commit -u -m include:L', 'hg commit:*'],
  ['hg log -X -- -I listfile:L', 'hg log:*'],
  ['hg commit -u -- -l L', 'hg commit:*'],
  ['hg status -I listfile0:L', 'hg status:*'],
  ['hg files include:L', 'hg:*'],
  ['hg log -r "file(\'listfile:L\')"', 'hg log:*'],
  ['hg diff --include=listfile:L', 'hg diff:*'],
])('hg takes a file that an option names, and none with secrets: %s', async (command, rule) => {
  const folder = createFolder({ a: '', text: '', '.env': '', '.hg/requires': '', '.hgignore': '.env\n' });
  symlinkSync('.env', join(folder, 'link'));
  const told = (path: string): Promise<string> => judge(folder, command.replace('L', path), `shell(${rule})`);
  expect(await told('.env')).toBe('ask');
  expect(await told('./link')).toBe('ask');
  expect(await told('../text')).toBe('ask');
  // An option that is not known asks in any case.
  if (!/ --logf|-lL/.test(command)) expect(await told('text')).toBe('allow');
});

it.each([
  'hg add a',
  'hg add src',
  'hg commit -m a',
  'hg commit -m "include: .env"',
  'hg commit -m include:.env',
  'hg status',
  'hg status -A',
  'hg status -u',
  'hg log -l 5',
  'hg log -vl5',
  'hg shelve -l',
  'hg resolve -l',
  'hg copy -A a b',
  'hg mv -A a b',
  'hg commit -u me -m a',
  'hg import a',
  'hg log --all',
])('and hg keeps others: %s', async (command) => {
  const folder = createFolder({ a: '', '.env': '', 'src/b': '', '.hg/requires': '' });
  expect(await judge(folder, command, 'shell(hg:*)')).toBe('allow');
});

it.each([
  'hg cp -A a .env',
  'hg copy --after a .env',
  'hg mv --after a .env',
  'hg rename --aft a conf',
  'hg mov -fA a conf',
  'hg cp -u -- -A a .env',
  'hg status "listfile:conf dir/credentials.json"',
  'hg status "listfile:conf dir/credentials (1).json"',
  `hg log -r "file('listfile:conf dir/credentials.json')"`,
])('hg neither takes nor prints one that is there, ignored or not: %s', async (command) => {
  const folder = createFolder({
    a: '',
    '.env': '',
    'conf/sub/id_rsa': '',
    'conf dir/credentials.json': '',
    'conf dir/credentials (1).json': '',
    '.hg/requires': '',
    '.hgignore': 'syntax: glob\n.env\nconf*\n',
  });
  const rules = 'cp copy mv rename mov status log'.split(' ').map((name) => `shell(hg ${name}:*)`);
  expect(await judge(folder, command, rules.join(','))).toBe('ask');
});

it.each([
  'hg backout -m -- -t ./a 1',
  'hg log -X -- -T ./a',
  'hg log -l 1 -X -- -vT ./a',
  'hg log -X -- --style ./a',
])(
  'an option of hg behind the two dashes that are a value runs nothing without a yes: %s',
  async (command) => {
    const folder = createFolder({ a: '', '.hg/requires': '' });
    expect(await judge(folder, command, 'shell(hg backout:*),shell(hg log:*)')).toBe('ask');
    expect(await judge(folder, 'hg log -X a -- -T', 'shell(hg log:*)')).toBe('allow');
  },
);

describe('a wildcard in the place of a name', () => {
  const create = (): string => {
    const folder = createRepository(
      createFolder({
        a: '',
        '.env': 'A=1',
        'conf/credentials.json': '{}',
        'conf/plain.json': '{}',
        'notes.md': '',
      }),
    );
    symlinkSync('/etc/hostname', join(folder, 'link.txt'));
    return folder;
  };
  const rules = ['git', 'gh', 'kubectl', 'docker', 'hg'].map((name) => `shell(${name}:*)`).join(',');
  it.each([
    'git commit -F conf/cred*.json',
    'git commit --file=./.en?',
    'git commit -F ./link.tx?',
    'git commit -F ./l[i]nk.txt',
    'git tag -F conf/c* v1',
    'git grep -f conf/cred* .',
    'gh pr comment 1 -F conf/c*',
    'gh release upload v1 ./.en[v]',
    'kubectl cp conf/cred* p:/x',
    'docker cp ./con? c:/x',
    'hg add ./.en?',
    'hg commit -l conf/cred*',
  ])('hides no file with secrets, and none from elsewhere: %s', async (command) => {
    expect(await judge(create(), command, rules)).toBe('ask');
  });

  it.each(['git tag -F ./not*.md v1', 'git grep -f conf/pl* .', 'gh pr comment 1 -F conf/p*'])(
    'may stand for others: %s',
    async (command) => {
      expect(await judge(create(), command, rules)).toBe('allow');
    },
  );
});

describe('a name that begins with ~ is one of the home folder', () => {
  const rules = ['gh', 'docker', 'hg', 'cp', 'git stage', 'git diff']
    .map((name) => `shell(${name}:*)`)
    .join(',');
  const create = (): { home: string; folder: string } => {
    const home = createFolder({
      'r/a': '',
      'r/.hg/requires': '',
      'r/.env': 'A=1',
      'r/a.md': '',
      'r/conf/credentials.json': '{}',
      'r/src/b': '',
      'r/~/a.md': '',
    });
    const folder = join(home, 'r');
    for (const at of [folder, join(folder, '~')]) symlinkSync(join(folder, '.env'), join(at, 'notes.txt'));
    symlinkSync('.git/hooks', join(folder, 'hk'));
    createRepository(folder);
    return { home, folder };
  };

  it.each([
    'gh pr comment 1 -F ~/r/notes.txt',
    'gh pr comment 1 --body-file=~/r/notes.txt',
    'gh pr comment 1 -F "~/notes.txt"',
    'gh pr comment 1 -F ~/r/not*.txt',
    'docker cp ~/r/conf p:/x',
    'hg commit -l ~/r/notes.txt',
    'hg add ~/r/conf',
    'cp a.md ~/r/hk/pre-commit',
  ])('with secrets, or in the folder of git: %s', async (command) => {
    const { home, folder } = create();
    expect(await judge(folder, command, rules, home)).toBe('ask');
  });

  it.each(['gh pr comment 1 -F ~/r/a.md', 'docker cp ~/r/src p:/x', 'cp a.md ~/r/src/c'])(
    'or an ordinary one: %s',
    async (command) => {
      const { home, folder } = create();
      expect(await judge(folder, command, rules, home)).toBe('allow');
    },
  );
});

describe('a wildcard of the shell means a folder', () => {
  const rules = 'shell(git add:*),shell(git grep:*),shell(git stash:*)';

  it.each([
    'git add ./su?',
    'git add s*',
    'git add ./[s]ub',
    'git add {sub,a}',
    'git grep --untracked S -- ./su?',
  ])('in which there are secrets: %s', async (command) => {
    const folder = createRepository(createFolder({ a: '', 'sub/.env': 'A=1', 'src/b': '' }));
    expect(await judge(folder, command, rules)).toBe('ask');
  });

  it.each(['git add ./sr?', 'git add ./a*', 'git grep --untracked S -- ./sr?'])(
    'in which there are none: %s',
    async (command) => {
      const folder = createRepository(createFolder({ a: '', 'sub/.env': 'A=1', 'src/b': '' }));
      expect(await judge(folder, command, rules)).toBe('allow');
    },
  );
});

describe('in a folder below the top of a repository', () => {
  const rules = 'shell(git add:*),shell(git stage:*),shell(git stash:*)';
  const create = (files: Record<string, string>): string => {
    const top = createRepository(createFolder({ a: '', 'sub/b': '', ...files }));
    return join(top, 'sub');
  };

  it.each([
    'git add -A',
    'git add --all',
    'git stage -Av',
    'git stash -u',
    'git stash push --include-untracked',
  ])('a file above it needs a yes: %s', async (command) => {
    expect(await judge(create({ 'plan.txt': '' }), command, rules)).toBe('ask');
    expect(await judge(create({}), command, rules)).toBe('allow');
  });

  it.each(['git add .', 'git add b', 'git add -A .', 'git add -u', 'git stash'])(
    'and others need none: %s',
    async (command) => {
      expect(await judge(create({ 'plan.txt': '' }), command, rules)).toBe('allow');
    },
  );
});
