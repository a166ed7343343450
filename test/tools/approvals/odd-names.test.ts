import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { decide } from '../../../src/tools/approvals/decide.ts';
import { parseRule } from '../../../src/tools/approvals/rule.ts';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository } from '../../helpers/judged-repository.ts';

async function judge(
  folder: string,
  command: string,
  { allowsAll = false, ownFolder = '/nowhere', env = process.env as Env } = {},
): Promise<string> {
  const [program = '', subcommand = ''] = command.split(' ');
  const given = ['ls', 'cat', 'grep', 'cp'].includes(program) ? program : `${program} ${subcommand}`;
  const decision = await decide([{ kind: 'shell', command }], {
    place: { folder, home: '/home/me' },
    addDirs: [],
    ownFolders: [ownFolder],
    rules: allowsAll ? [] : [{ effect: 'allow', rule: parseRule(`shell(${given}:*)`), origin: 'flag' }],
    env,
    allowsReads: true,
    allowsAll,
  });
  return decision.type;
}

/** A link out of the folder, one to secrets, and an ordinary file, with names that JavaScript, a shell or a pattern reads otherwise. */
function createLinks(name: string | Buffer): string {
  const folder = createRepository(createFolder({ a: '', '.env': 'A=1', 'e/plain': '' }));
  symlinkSync('/etc/hostname', Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]));
  return folder;
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('a link out of the folder is found behind', () => {
  it.each([
    ['brackets in quotes', 'n[1].txt', "git tag -F 'n[1].txt'"],
    ['a brace in quotes', '{a,b}.txt', "git tag -F '{a,b}.txt'"],
    ['a star in quotes', 'a*.txt', "git tag -F 'a*.txt'"],
    ['brackets in quotes before a wildcard', 'n[1].txt', "git tag -F 'n[1]'.*"],
    ['a group in quotes before a wildcard', '+(n).txt', "git tag -F '+(n)'.*"],
    ['a backslash', 'a\\b.txt', "git tag -F 'a\\b'.*"],
    ['a backslash in the place of a wildcard', 'a\\b.txt', 'git tag -F a?b.txt'],
    ['an emoji, which is one character', '😀', 'git tag -F ./?'],
    ['an emoji, which is four bytes', '😀', 'LC_ALL=C git tag -F ./????'],
    ['a letter of two bytes', 'é', 'git tag -F ./??'],
    ['a letter in a class', 'né', 'git tag -F ./n[!a]'],
    ['what is no UTF-8', latin1('nÿ.txt'), 'git tag -F ./n*.txt'],
    ['what is no UTF-8, in a class', latin1('nÿ.txt'), 'git tag -F ./n[^a].txt'],
    ['what is no UTF-8, in a tag', latin1('ÿ'), 'git tag -F ./? v1'],
  ])('%s', async (_, name, command) => {
    expect(await judge(createLinks(name), command)).toBe('ask');
    const bare = command.replace('LC_ALL=C ', '').split(' ').slice(0, 2).join(' ');
    expect(await judge(createLinks(name), `${bare} -m a`)).toBe('allow');
  });

  it.each([
    ['a word in quotes', "git tag -F 'x[1].md'"],
    ['a wildcard', 'git tag -F ./x*.md'],
    ['a wildcard at its end', 'git tag -F ./x*.m?'],
  ])('no ordinary file with brackets, named by %s', async (_, command) => {
    const folder = createLinks('l');
    writeFileSync(join(folder, 'x[1].md'), '');
    expect(await judge(folder, command)).toBe('allow');
  });
});

describe('in a folder whose own name looks like a pattern', () => {
  const names = ['[id]', '[[...slug]]', '{a,b}', '(group)', 'a*', 'what?', 'a\\b', '@(x)', 'é', '[!a]'];

  it.each(names)('%s, files with secrets and links are found', async (name) => {
    const folder = join(createFolder(), name);
    mkdirSync(join(folder, 'conf'), { recursive: true });
    writeFileSync(join(folder, 'a'), '');
    writeFileSync(join(folder, '.env'), 'A=1');
    writeFileSync(join(folder, 'notes.md'), '');
    writeFileSync(join(folder, 'conf/credentials.json'), '{}');
    symlinkSync('/etc/hostname', join(folder, 'link'));
    createRepository(folder);
    for (const command of [
      'git tag -F .env',
      'git tag -F ./.en?',
      'git tag -F link',
      'git tag -F ./l*k',
      'git tag -F conf/c*',
      'gh pr -F .env',
      'hg commit -l .env',
    ])
      expect([command, await judge(folder, command)]).toEqual([command, 'ask']);
    for (const command of ['git tag -F notes.md', 'git tag -F ./n*.md'])
      expect([command, await judge(folder, command)]).toEqual([command, 'allow']);
  });

  it.each(names)('%s, our own files are found', async (name) => {
    const home = createFolder({ 'config/copilot-cli/credentials.json': '{}' });
    const folder = join(home, name);
    mkdirSync(join(folder, 'sub'), { recursive: true });
    symlinkSync(join(home, 'config'), join(folder, 'cfg'));
    const given = { allowsAll: true, ownFolder: join(home, 'config/copilot-cli') };
    for (const command of [
      'cat cf*/*/cred*.json',
      'cat ./*/copilot-cli/c*',
      'grep -R . .',
      'cd sub; cat ../c??/*/cred*',
      'cat ../conf*/*/cred*.json',
    ])
      expect([command, await judge(folder, command, given)]).toEqual([command, 'ask']);
    expect(await judge(folder, 'cat sub/*', given)).toBe('allow');
  });

  it('our own files are found before they are there', async () => {
    const folder = createFolder({ 'app/[id]/a': '' });
    const given = { allowsAll: true, ownFolder: join(folder, 'app/[id]/c/copilot-cli') };
    expect(await judge(join(folder, 'app/[id]'), 'cat c*/*/cred*', given)).toBe('ask');
    expect(await judge(join(folder, 'app/[id]'), 'cat d*/*/cred*', given)).toBe('allow');
  });
});

describe('a folder that nobody can look into, because its name is no UTF-8', () => {
  it.each([
    ['cat l*/*/cred*.json', true],
    ['cat ./?/copilot-cli/*', true],
    ['cat ./?z/copilot-cli/*', false],
    ['grep -R x .', true],
    ['cp a ./l*/copilot-cli/', true],
    ['cat a', false],
    ['ls e/*', false],
  ])('is asked about where it matters: %s', async (command, isAsked) => {
    const home = createFolder({ 'config/copilot-cli/credentials.json': '{}', 'w/a': '', 'w/e/b': '' });
    const folder = join(home, 'w');
    symlinkSync(join(home, 'config'), Buffer.concat([Buffer.from(`${folder}/`), latin1('lÿ')]));
    const given = { allowsAll: true, ownFolder: join(home, 'config/copilot-cli') };
    expect(await judge(folder, command, given)).toBe(isAsked ? 'ask' : 'allow');
  });

  it('an ordinary file is nothing to ask about', async () => {
    const folder = createFolder({ a: '' });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), latin1('résumé.txt')]), '');
    for (const command of ['ls ./*', 'cat ./r*.txt']) expect(await judge(folder, command)).toBe('allow');
  });
});

it.each(['c/..', 'c/../x', 'c2/..', "'q{1,2}'/.."])(
  'the folder above the target of a link is found, though its name looks like a pattern: %s',
  async (path) => {
    const outside = createFolder({ 'd/a': '', x: '' });
    const folder = createFolder({ a: '' });
    symlinkSync('x[1]', join(folder, 'c'));
    symlinkSync(join(outside, 'd'), join(folder, 'x[1]'));
    symlinkSync('y{1,2}', join(folder, 'c2'));
    symlinkSync(join(outside, 'd'), join(folder, 'y{1,2}'));
    symlinkSync(join(outside, 'd'), join(folder, 'q{1,2}'));
    const decision = await decide([{ kind: 'shell', command: `python3 -m http.server -d ${path}` }], {
      place: { folder, home: '/home/me' },
      addDirs: [],
      rules: [{ effect: 'allow', rule: parseRule('shell(python3 -m http.server:*)'), origin: 'flag' }],
      env: process.env,
      allowsReads: true,
      allowsAll: false,
    });
    expect(decision.type).toBe('ask');
  },
);

it.each([
  ['', 'a-file-with-a-longer-name-'],
  [' that are no ASCII', 'é'],
])('hundreds of wildcards in a folder of many files%s are decided soon', async (_, name) => {
  const folder = createFolder(
    Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`${name}${at}`, ''])),
  );
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const words = letters.flatMap((one) => letters.slice(0, 12).map((two) => `./*${one}${two}*`));
  const before = process.cpuUsage();
  expect(await judge(folder, `ls ${words.join(' ')}`)).toBe('ask');
  expect(await judge(folder, 'ls ./*ab* ./*99*')).toBe('allow');
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(10_000);
});

describe('a name in quotes that looks like a folder of the shell', () => {
  const create = (name: string): { folder: string; given: { allowsAll: true; ownFolder: string } } => {
    const home = createFolder({ 'config/copilot-cli/credentials.json': '{}', 'w/sub/a': '' });
    const folder = join(home, 'w');
    symlinkSync(join(home, 'config'), join(folder, name));
    return { folder, given: { allowsAll: true, ownFolder: join(home, 'config/copilot-cli') } };
  };

  it.each(['d-~', 'd^~', '~', '$HOME', '~root'])('%s leads to our own files', async (name) => {
    const { folder, given } = create(name);
    expect(await judge(folder, `wc -c '${name}/copilot-cli/credentials.json'`, given)).toBe('ask');
    expect(await judge(folder, "wc -c 'sub/~/a'", given)).toBe('allow');
  });

  it.each(['d-~', 'd^~', '~'])('%s leads out of the folder', async (name) => {
    const { folder } = create(name);
    expect(await judge(folder, `go vet './${name}/none/x'`)).toBe('ask');
    expect(await judge(folder, 'go vet ./sub/a')).toBe('allow');
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'a variable that is called like what every object has, $%s, is none',
    async (name) => {
      const { folder, given } = create('l');
      expect(await judge(folder, `wc -c $${name}/sub/a`, { ...given, env: {} })).toBe('allow');
      expect(await judge(folder, `cd $${name}; wc -c l/copilot-cli/c*`, { ...given, env: {} })).toBe('ask');
    },
  );

  it('the folder of a command is where it runs, whatever a variable says', async () => {
    const { folder, given } = create('l');
    const env = { ...process.env, PWD: '/elsewhere', OLDPWD: '/elsewhere' };
    expect(await judge(folder, 'wc -c $PWD/l/copilot-cli/credentials.json', { ...given, env })).toBe('ask');
    expect(await judge(folder, 'wc -c $PWD/sub/a', { ...given, env })).toBe('allow');
  });
});
