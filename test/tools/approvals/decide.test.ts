import { mkdirSync, symlinkSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide, type HeldRule } from '../../../src/tools/approvals/decide.ts';
import { type Effect, parseRule } from '../../../src/tools/approvals/rule.ts';
import { goesElsewhere } from '../../../src/tools/approvals/walk-path.ts';
import type { Access } from '../../../src/tools/tool.ts';
import { createFolder } from '../../helpers/folder.ts';

type Options = {
  reads?: boolean;
  all?: boolean;
  folder?: string;
  addDirs?: string[];
  ownFolders?: string[];
};

async function judge(access: Access, rules: string[], options: Options = {}): Promise<string> {
  const held = rules.map((text): HeldRule => {
    const effect: Effect = text.startsWith('-') ? 'deny' : text.startsWith('?') ? 'ask' : 'allow';
    return { effect, rule: parseRule(text.replace(/^[-?]/, '')), origin: 'flag' };
  });
  const decision = await decide([access], {
    place: { folder: options.folder ?? '/w', home: '/home/me' },
    addDirs: options.addDirs ?? [],
    ownFolders: options.ownFolders ?? [],
    rules: held,
    allowsReads: options.reads ?? false,
    allowsAll: options.all ?? false,
  });
  return decision.type;
}

const read = (path: string, special?: 'own' | 'credential' | 'outside' | 'hidden' | 'ignored'): Access => ({
  kind: 'read',
  path,
  ...(special && { special }),
});
const readFolder = (folder: 'names' | 'files'): Access => ({
  kind: 'read',
  path: '/lib',
  special: 'outside',
  folder,
});
const write = (path: string): Access => ({ kind: 'write', path });
const url = (address: string): Access => ({ kind: 'url', url: address });
const mcp = (server: string, tool: string): Access => ({ kind: 'mcp', server, tool });

/** Of this machine, as URLs write them. */
function listOwnAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one ? [one.family === 'IPv6' ? `[${one.address}]` : one.address] : []));
}

describe('reading', () => {
  const ordinary = read('/w/src/a.ts');
  it.each([
    ['an ordinary file', ordinary, [], {}, 'ask'],
    ['an ordinary file, if the folder is read', ordinary, [], { reads: true }, 'allow'],
    ['an ordinary file, by a rule', ordinary, ['read'], {}, 'allow'],
    ['the folder itself', read('/w'), ['read'], {}, 'allow'],
    ['a file that a rule names', ordinary, ['read(src/a.ts)'], {}, 'allow'],
    ['a file by a glob', ordinary, ['read(src/*.ts)'], {}, 'allow'],
    ['a file deeper than a glob', read('/w/src/b/a.ts'), ['read(src/*.ts)'], {}, 'ask'],
    ['a file in any depth', read('/w/src/b/a.ts'), ['read(src/**)'], {}, 'allow'],
    ['another file', ordinary, ['read(src/b.ts)'], {}, 'ask'],
    ['a file in a folder that a rule names', ordinary, ['read(src)'], {}, 'ask'],
    ['a file in another case', ordinary, ['read(SRC/A.ts)'], {}, 'ask'],
    ['a file by a rule for writing', ordinary, ['write'], {}, 'ask'],
    ['a file outside that the tool took for ordinary', read('/etc/passwd'), ['read'], { reads: true }, 'ask'],
    ['a file beside the folder', read('/work/a'), ['read'], { reads: true }, 'ask'],
    ['a file of an added folder', read('/lib/a.ts'), [], { reads: true, addDirs: ['/lib'] }, 'allow'],
    ['a file outside by a glob', read('/lib/a.ts', 'outside'), ['read(../lib/*)'], { reads: true }, 'ask'],
    ['a file outside by its path', read('/lib/a.ts', 'outside'), ['read(../lib/a.ts)'], {}, 'allow'],
    ['a file outside by its absolute path', read('/lib/a.ts', 'outside'), ['read(/lib/a.ts)'], {}, 'allow'],
    ['a file of the home folder by its path', read('/home/me/x', 'outside'), ['read(~/x)'], {}, 'allow'],
    ['a file outside, if all is allowed', read('/lib/a.ts', 'outside'), [], { all: true }, 'allow'],
    ['the names of a folder outside', readFolder('names'), ['read(/lib/)'], {}, 'allow'],
    ['the names of a folder outside by its path', readFolder('names'), ['read(/lib)'], {}, 'allow'],
    ['all of a folder outside by a rule for its names', readFolder('files'), ['read(/lib/)'], {}, 'ask'],
    ['all of a folder outside by its path', readFolder('files'), ['read(/lib)'], {}, 'allow'],
    ['a file outside by a rule for names', read('/lib/a.ts', 'outside'), ['read(/lib/)'], {}, 'ask'],
    ['a file outside by a rule for its names', read('/lib/a.ts', 'outside'), ['read(/lib/a.ts/)'], {}, 'ask'],
    [
      'the names of a folder that is denied',
      readFolder('names'),
      ['read(/lib/)', '-read(/lib/)'],
      {},
      'deny',
    ],
    [
      'a denied folder with brackets',
      read('/w/app/[id]/a.ts'),
      ['-read(app/[id]/**)'],
      { reads: true },
      'deny',
    ],
    ['a denied class of names', read('/w/app/i/a.ts'), ['-read(app/[id]/**)'], { reads: true }, 'deny'],
    [
      'another folder beside brackets',
      read('/w/app/x/a.ts'),
      ['-read(app/[id]/**)'],
      { reads: true },
      'allow',
    ],
    [
      'a denied folder with brackets, deeper',
      read('/w/b/app/[...all]/c/a.ts'),
      ['-read(app/[...all]/**)'],
      { reads: true },
      'deny',
    ],
    [
      'brackets of a name with braces',
      read('/w/app/[id]/a.ts'),
      ['-read(app/[id]/*.{ts,tsx})'],
      { reads: true },
      'deny',
    ],
    ['a denied folder with braces', read('/w/{a,b}/c.ts'), ['-read({a,b}/*.ts)'], { reads: true }, 'deny'],
    [
      'a denied folder in parentheses',
      read('/w/@(x)/(group)/c.ts'),
      ['-read(@(x)/(group)/*)'],
      { reads: true },
      'deny',
    ],
    [
      'a folder with brackets, asked about',
      read('/w/app/[id]/a.ts'),
      ['?read(app/[id]/a.*)'],
      { reads: true },
      'ask',
    ],
    ['a hidden file', read('/w/.x', 'hidden'), ['read', 'read(**)', 'read(.*)'], { reads: true }, 'ask'],
    ['a hidden file by its path', read('/w/.x', 'hidden'), ['read(.x)'], {}, 'allow'],
    ['an ignored file', read('/w/dist/a', 'ignored'), ['read', 'read(dist/*)'], { reads: true }, 'ask'],
    ['an ignored file by its path', read('/w/dist/a', 'ignored'), ['read(./dist/a)'], {}, 'allow'],
    [
      'a credential',
      read('/w/.env', 'credential'),
      ['read', 'read(**)', 'read(.e*)'],
      { reads: true, all: true },
      'ask',
    ],
    ['a credential by its path', read('/w/.env', 'credential'), ['read(.env)'], {}, 'allow'],
    [
      'our own file',
      read('/home/me/.config/copilot-cli/credentials.json', 'own'),
      ['read(~/**)'],
      { all: true },
      'ask',
    ],
    [
      'a file that is denied',
      ordinary,
      ['-read(src/a.ts)', 'read(src/a.ts)'],
      { reads: true, all: true },
      'deny',
    ],
    ['a file of a folder that is denied', ordinary, ['-read(src)'], { reads: true, all: true }, 'deny'],
    ['a denied name in any folder', read('/w/a/b/.env'), ['-read(.env)'], { all: true }, 'deny'],
    ['a denied name in another case', read('/w/a/Secret.TXT'), ['-read(secret.txt)'], { all: true }, 'deny'],
    ['a hidden name by a denied glob', read('/w/a/.env.local'), ['-read(*.local)'], { all: true }, 'deny'],
    ['a file that keeps asking', ordinary, ['?read(src/**)', 'read'], { reads: true, all: true }, 'ask'],
    ['a file that is denied and asked for', ordinary, ['?read', '-read(src)'], { all: true }, 'deny'],
  ] as [string, Access, string[], Options, string][])(
    '%s',
    async (_title, access, rules, options, outcome) => {
      expect(await judge(access, rules, options)).toBe(outcome);
    },
  );
});

describe('reading a whole folder', () => {
  it.each([
    [[], '.', 'allow'],
    [['-read(notes/plan.txt)'], '.', 'ask'],
    [['-read(notes)'], '.', 'ask'],
    [['?read(*.sql)'], '.', 'ask'],
    [['-read(notes/plan.txt)'], 'notes', 'ask'],
    [['-read(notes/plan.txt)'], 'src', 'allow'],
    [['-read(notes/plan.txt)'], 'src/a.ts', 'allow'],
    [['-read(.env)', '-read(**/.git/**)', '-read(secret.key)'], '.', 'allow'],
    [['-read(x.sql)', '?read(y.sql)', '-read(**/a.ts)'], 'src', 'ask'],
    [['-read(x.sql)', '?read(y.sql)'], 'src', 'allow'],
    [['-read(/etc/passwd)'], '.', 'allow'],
  ])('with %j: %s', async (rules, path, outcome) => {
    const folder = createFolder({ 'notes/plan.txt': '', 'src/a.ts': '' });
    expect(await judge(read(join(folder, path)), rules, { folder, all: true })).toBe(outcome);
  });

  it.each([
    ['-read(.github/**)', '.github', 'ask'],
    ['-read(.github/notes.txt)', '.github', 'ask'],
    ['-read(.github/sub/**)', '.github', 'ask'],
    ['-read(**/notes.txt)', '.github', 'ask'],
    ['-read(notes.txt)', '.github', 'ask'],
    ['-read(.github/sub/b.txt)', '.github/sub', 'ask'],
    ['?read(*.txt)', '.github/sub', 'ask'],
    ['-read(**/a.ts)', 'src', 'ask'],
    ['-read(A.TS)', 'src', 'ask'],
    ['-read(.github/**)', '.', 'allow'],
    ['-read(.github/.inner/**)', '.github', 'allow'],
    ['-read(*.sql)', 'src', 'allow'],
    ['-read(notes.txt)', 'src', 'allow'],
    ['-read(src/**)', '.github', 'allow'],
  ])('that is hidden, or holds what a rule means in any folder, with %s: %s', async (rule, path, outcome) => {
    const folder = createFolder({
      '.github/notes.txt': '',
      '.github/sub/b.txt': '',
      '.github/.inner/c': '',
      'src/a.ts': '',
    });
    const special = path.startsWith('.g') ? 'hidden' : undefined;
    expect(await judge(read(join(folder, path), special), [rule], { folder, all: true })).toBe(outcome);
  });
});

describe('writing', () => {
  it.each([
    [write('/w/a.ts'), [], 'ask'],
    [write('/w/a.ts'), ['write'], 'allow'],
    [write('/w/a.ts'), ['write(a.ts)'], 'allow'],
    [write('/w/b/a.ts'), ['write(a.ts)'], 'ask'],
    [write('/w/b/a.ts'), ['write(../w/b/a.ts)'], 'allow'],
    [write('/x'), ['write', 'write(**)'], 'ask'],
    [write('/w/[a].ts'), ['write([a].ts)'], 'allow'],
    [write('/w/a.ts'), ['write([a].ts)'], 'allow'],
    [write('/w/[a].ts'), ['write(\\[a\\].ts)'], 'allow'],
    [write('/w/a.ts'), ['write(\\[a\\].ts)'], 'ask'],
    [write('/w/a.ts'), ['read'], 'ask'],
    [write('/w/a.ts'), ['write', '-write'], 'deny'],
    [write('/w/.git/hooks/x'), ['write(**)'], 'ask'],
  ] as [Access, string[], string][])('%j with %j: %s', async (access, rules, outcome) => {
    expect(await judge(access, rules)).toBe(outcome);
  });

  it('follows no link of a rule that allows, and each of one that denies', async () => {
    const folder = createFolder({ 'w/docs/a.md': '', 'elsewhere/b.md': '' });
    const place = join(folder, 'w');
    symlinkSync(join(folder, 'elsewhere'), join(place, 'link'));
    mkdirSync(join(place, 'other'));
    const target = { ...write(join(folder, 'elsewhere', 'b.md')), special: 'outside' } as Access;
    expect(await judge(target, ['write(link/b.md)', 'write(link/**)'], { folder: place })).toBe('ask');
    expect(await judge(target, ['-write(link/b.md)'], { folder: place, all: true })).toBe('deny');
    expect(await judge(target, ['-write(link/*)'], { folder: place, all: true })).toBe('deny');
    expect(await judge(target, ['-write(link)'], { folder: place, all: true })).toBe('deny');
  });
});

describe('a page', () => {
  it.each([
    ['https://example.com/a', [], 'ask'],
    ['https://example.com/a', ['url'], 'allow'],
    ['https://example.com/a', ['url(example.com)'], 'allow'],
    ['https://EXAMPLE.com./a', ['url(example.com)'], 'allow'],
    ['https://example.com:443/', ['url(example.com)'], 'allow'],
    ['https://example.com:8443/', ['url(example.com)'], 'ask'],
    ['https://example.com:8443/', ['url(example.com:8443)'], 'allow'],
    ['http://example.com/', ['url(example.com)'], 'ask'],
    ['http://example.com/', ['url(http://example.com)'], 'allow'],
    ['https://www.example.com/', ['url(example.com)'], 'ask'],
    ['https://www.example.com/', ['url(*.example.com)'], 'allow'],
    ['https://example.com/', ['url(*.example.com)'], 'ask'],
    ['https://badexample.com/', ['url(*.example.com)'], 'ask'],
    ['https://example.com.evil.net/', ['url(example.com)', 'url(*.example.com)'], 'ask'],
    ['https://example.com@evil.net/', ['url(example.com)'], 'ask'],
    ['https://example.com%2eevil.net/', ['url(example.com)'], 'ask'],
    ['https://evil.net/#example.com', ['url(example.com)'], 'ask'],
    ['https://b\u00fccher.de/', ['url(xn--bcher-kva.de)'], 'allow'],
    ['https://xn--bcher-kva.de/', ['url(b\u00fccher.de)'], 'allow'],
    ['https://ex\u0430mple.com/', ['url(example.com)'], 'ask'],
    ['http://0x7f.1/', ['url(127.0.0.1)'], 'allow'],
    ['http://2130706433/', ['url(http://127.0.0.1)'], 'allow'],
    ['http://localhost:3000/', ['url(localhost:3000)'], 'allow'],
    ['http://localhost:3001/', ['url(localhost:3000)'], 'ask'],
    ['http://[::1]:80/', ['url([::1])'], 'allow'],
    ['file:///etc/passwd', ['url', 'url(localhost)'], 'ask'],
    ['no url', ['url(example.com)'], 'ask'],
    ['https://example.com/', ['-url(example.com)', 'url'], 'deny'],
    ['http://example.com:81/', ['-url(example.com)', 'url'], 'deny'],
    ['https://example.com/', ['-url(*.example.com)', 'url'], 'deny'],
    ['http://[::ffff:127.0.0.1]/', ['-url(127.0.0.1)', 'url'], 'deny'],
    ['http://localhost/', ['-url(127.0.0.1)', 'url'], 'deny'],
    [`http://${hostname()}:81/`, ['-url(127.0.0.1)', 'url'], 'deny'],
    [`http://${hostname()}/`, ['url(127.0.0.1)'], 'ask'],
    ['http://0/', ['-url(localhost)', 'url'], 'deny'],
    ['http://ip6-localhost/', ['-url(127.0.0.1)', 'url'], 'deny'],
    ['http://[::ffff:0:7f00:1]/', ['-url(127.0.0.1)', 'url'], 'deny'],
    ...listOwnAddresses().map((address) => [`http://${address}:81/`, ['-url(127.0.0.1)', 'url'], 'deny']),
    ['http://[::1]/', ['-url(localhost)', 'url'], 'deny'],
    ['http://a.localhost/', ['?url(127.0.0.1)', 'url'], 'ask'],
    ['http://localhost:81/', ['-url(127.0.0.1:80)', 'url'], 'allow'],
    ['http://127.0.0.1/', ['url(localhost)'], 'ask'],
    ['https://example.com./', ['-url(example.com)', 'url'], 'deny'],
    ['https://example.com/', ['?url', 'url(example.com)'], 'ask'],
  ] as [string, string[], string][])('%s with %j: %s', async (address, rules, outcome) => {
    expect(await judge(url(address), rules)).toBe(outcome);
  });
});

describe('a tool of a server', () => {
  it.each([
    [mcp('docs', 'get'), [], 'ask'],
    [mcp('docs', 'get'), ['docs'], 'allow'],
    [mcp('docs', 'get'), ['docs(get)'], 'allow'],
    [mcp('docs', 'set'), ['docs(get)'], 'ask'],
    [mcp('docs2', 'get'), ['docs'], 'ask'],
    [mcp('Docs', 'get'), ['docs'], 'ask'],
    [mcp('shell', 'get'), ['shell'], 'ask'],
    [mcp('docs', 'drop'), ['docs', '-docs(drop)'], 'deny'],
    [mcp('docs', 'drop'), ['docs', '?docs(drop)'], 'ask'],
    [mcp('docs', 'get'), ['docs', '?docs(drop)'], 'allow'],
    [mcp('docs', 'get'), ['mcp'], 'allow'],
    [mcp('docs', 'get'), ['docs', '-mcp'], 'deny'],
    [mcp('docs', 'get'), ['mcp', '?mcp'], 'ask'],
    [mcp('docs', 'drop'), ['docs', '-docs__drop'], 'deny'],
    [mcp('docs', 'drop'), ['docs', '-mcp__docs__drop'], 'deny'],
    [mcp('docs', 'drop'), ['docs', '-mcp__docs'], 'deny'],
    [mcp('docs', 'drop'), ['docs', '-DOCS(drop)'], 'deny'],
    [mcp('docs', 'drop'), ['docs', '?Docs__Drop'], 'ask'],
    [mcp('docs', 'get'), ['docs', '-docs__drop'], 'allow'],
    [mcp('docs', 'get'), ['docs__get'], 'ask'],
    [mcp('docs', 'get'), ['docs', '-doc'], 'allow'],
  ] as [Access, string[], string][])('%j with %j: %s', async (access, rules, outcome) => {
    expect(await judge(access, rules)).toBe(outcome);
  });

  it.each([
    [['?docs(drop)'], 'ask'],
    [['-docs'], 'deny'],
    [[], 'allow'],
  ])('with everything allowed, and %j: %s', async (rules, outcome) => {
    expect(await judge(mcp('docs', 'drop'), rules, { all: true })).toBe(outcome);
  });
});

describe.skipIf(process.platform === 'win32')('where there is no bash', () => {
  async function judge(
    command: string,
    options: { path: string; rule?: string; deny?: string },
  ): Promise<string> {
    const toRule = (effect: 'allow' | 'deny', text: string) => ({
      effect,
      rule: parseRule(text),
      origin: 'flag' as const,
    });
    const decision = await decide([{ kind: 'shell', command }], {
      place: { folder: createFolder({}), home: '/home/me' },
      addDirs: [],
      rules: [
        ...(options.rule === undefined ? [] : [toRule('allow', options.rule)]),
        ...(options.deny === undefined ? [] : [toRule('deny', options.deny)]),
      ],
      env: { PATH: options.path },
      allowsReads: true,
      allowsAll: options.rule === undefined,
    });
    return decision.type;
  }

  const none = '/nowhere';

  it.each(['ls &>/dev/null touch x', 'ls &>>/dev/null touch x', 'ls&>/dev/null touch x'])(
    'a second command behind `&>` is seen: %s',
    async (command) => {
      expect(await judge(command, { path: none, rule: 'shell(ls:*)' })).toBe('ask');
      expect(await judge(command, { path: none, deny: 'shell(touch:*)' })).toBe('ask');
    },
  );

  it('it is one command where there is one, but not to the shell in an argument', async () => {
    const path = process.env.PATH ?? '';
    expect(await judge('ls &>/dev/null x', { path, rule: 'shell(ls:*)' })).toBe('allow');
    expect(await judge("sh -c 'ls &>/dev/null touch x'", { path, deny: 'shell(touch:*)' })).toBe('ask');
  });
});

// Where it takes quadratic time, one of them takes minutes, in which nothing else is done: the time limit of a test fails it.
describe('a command as long as commands may be', () => {
  const ownFolders = ['/home/me/.config/copilot-cli', '/home/me/.local/share/copilot-cli'];
  const pieces = [
    'a/',
    '~/',
    '$HOME/',
    'a@',
    ',',
    '=',
    '[a',
    'alias =',
    'setopt ',
    ' -execdir ',
    '../',
    'file:',
    '{a,',
  ];
  it.each(pieces)('is decided all the same: %s', async (piece) => {
    const command = `ls ${piece.repeat(99_000 / piece.length)}`;
    for (const rules of [['shell(ls:*)'], ['shell', '-shell(git push:*)']])
      expect(await judge({ kind: 'shell', command }, rules, { ownFolders })).toMatch(/^(?:allow|ask)$/);
  });

  it.each(['docker run ', 'git bisect run ', 'npm exec ', 'sh -c '])(
    'is decided however often it says what it starts: %s',
    async (words) => {
      const command = words + `${words.split(' ').at(-2)} `.repeat(20_000);
      expect(
        await judge({ kind: 'shell', command }, ['shell', '-shell(git push:*)'], { ownFolders }),
      ).toMatch(/^(?:allow|ask)$/);
    },
  );

  it('is decided where the beginnings and the ends of what is looked for are apart', async () => {
    const command = `ls ${'alias '.repeat(8_000)}${'='.repeat(50_000)}`;
    expect(await judge({ kind: 'shell', command }, ['shell(ls:*)'], { ownFolders })).toBe('ask');
  });
});

describe('what is looked for behind something else', () => {
  it.each([
    ['a[b[.c', true],
    ['a[b] [.c', false],
    ['[[.', true],
    ['a[b c[.d', false],
    ['find . -execdir x ..', true],
    ['find . -execdir x y', false],
    ['find .. -execdir x y', false],
    ['shopt -s x; y $z', false],
    ['shopt -s $z', true],
    ['setopt a; setopt {b', true],
    ["set'o'pt $z", true],
    ['cd ~+', true],
  ])('is found in linear time, too: %s', (text, isFound) => {
    expect(goesElsewhere(text)).toBe(isFound);
  });
});

describe('a denied name with brackets and a class', () => {
  const deny = (pattern: string, path: string, folder = '/w'): Promise<string> =>
    judge(read(join(folder, path)), [`-read(${pattern})`], { reads: true, folder });

  it.each([
    ['app/[id]/[A-Z]*.tsx', 'app/[id]/Page.tsx'],
    ['app/[id]/[A-Z]*.tsx', 'b/app/i/Page.tsx'],
    ['app/[...all]/[!y].ts', 'app/[...all]/x.ts'],
    ['app/[[...slug]]/[xX].ts', 'app/[[...slug]]/x.ts'],
    ['src/[id=int]/+page@(app).[jt]s', 'src/[id=int]/+page@(app).ts'],
    ['app/(auth)/[id]/@(x|y).ts', 'app/(auth)/[id]/x.ts'],
    ['{a,b}/[xX]*.ts', '{a,b}/x.ts'],
    ['a[b/[xX]*.ts', 'a[b/x.ts'],
  ])('means each bracket both ways: %s and %s', async (pattern, path) => {
    expect(await deny(pattern, path)).toBe('deny');
  });

  it('means no more than that', async () => {
    expect(await deny('app/[id]/[0-9]*.tsx', 'app/[id]/page.tsx')).toBe('allow');
    expect(await deny('app/[id]/[A-Z]*.tsx', 'app/x/Page.tsx')).toBe('allow');
  });

  it('means what a link with such a name leads to', async () => {
    const folder = createFolder({ 'shared/Page.tsx': '', 'app/a': '' });
    symlinkSync(join(folder, 'shared'), join(folder, 'app/[id]'));
    expect(await deny('app/[id]/[A-Z]*.tsx', 'shared/Page.tsx', folder)).toBe('deny');
    expect(await deny('app/[id]/[B-O]*.[jt]sx', 'shared/9.tsx', folder)).toBe('allow');
  });
});
