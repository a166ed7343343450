import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFinder } from '../../src/attachments/found.ts';
import { expandGlob } from '../../src/attachments/held-files.ts';
import type { Person } from '../../src/attachments/ignore-files.ts';
import { isIgnoredIn, listFiles } from '../../src/attachments/list-files.ts';
import { createFolder } from '../helpers/folder.ts';
import { createRandom } from '../helpers/random.ts';
import { itRepeats } from '../helpers/sampled.ts';

/** Whoever runs git in these tests. */
const me = (): Person => ({ home: process.env.HOME ?? '/', env: process.env });

/** Without hidden files, which we leave out and git does not. */
function listByGit(folder: string): string[] {
  const output = execFileSync('git', ['ls-files', '-zco', '--exclude-standard'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return output
    .split('\0')
    .filter((path) => path !== '' && !/(?:^|\/)\./.test(path))
    .sort();
}

function createRepository(files: Record<string, string>): string {
  const folder = createFolder(files);
  execFileSync('git', ['init', '-q'], { cwd: folder });
  return folder;
}

const paths = ['a', 'b', 'ab', 'a.b', 'x y', 'x ', '#c', '!d', '[e]', 'B', 'é', 'aé'];
const tree = (): Record<string, string> =>
  Object.fromEntries(
    paths.flatMap((path) => [
      [`${path}/${path}`, ''],
      [`${path}/sub/ab`, ''],
      [`deep/${path}/a/b`, ''],
      [`files/${path}`, ''],
    ]),
  );

describe('the files of a folder', () => {
  it.each([
    'a',
    '/a',
    'a/',
    '*b',
    '??',
    'files/?',
    'files/a??',
    '[!a]?',
    'é',
    '*[é]',
    '/*/b',
    '**/b',
    'deep/**',
    'deep/**/b',
    'deep/*',
    '*\n!deep\n!deep/a',
    'files/*\n!files/ab',
    'x\\ y',
    'x\\ ',
    'x ',
    '\\#c',
    '#c',
    '\\!d',
    '!d',
    '[[]e]',
    '[!a]',
    '?',
    'a**b',
    '**',
    'a?b',
    'files/[a-b]',
    'sub',
    'sub/',
    '/sub',
    '/deep/a/',
    '*\n!*/\n!ab',
    'a\\',
    '[',
    '[a',
    '{a,b}',
    '\ufeffa',
    'a\r',
    '/',
    '//',
    '!',
    '**/',
    '/**',
    '**/sub/**',
    'deep/***/b',
    '***/sub/***',
    'deep/****',
    '/***/a/b',
    'deep/**\\/b',
    'd**/b',
    'dee**/a/b',
    'files**/**/',
    'b ',
  ])('are those of git with the ignore file %j', async (text) => {
    const folder = createRepository({ ...tree(), '.gitignore': text });
    expect(await listFiles(folder, { label: '.', person: me() })).toEqual(listByGit(folder));
  });

  itRepeats(60, 'are those of git with any ignore files', async (rounds) => {
    const random = createRandom(3);
    const pieces = [
      'a',
      'b',
      '*',
      '**',
      '***',
      '/',
      '/',
      '\\/',
      '?',
      '[ab]',
      '[!a]',
      'deep',
      'sub',
      'files',
      '.',
      '\\a',
      ' ',
      '!',
    ];
    const line = (): string =>
      (random.chance(0.2) ? '!' : '') +
      Array.from({ length: 1 + random.integer(3) }, () => random.pick(pieces)).join('');
    const folder = createRepository(tree());
    for (let round = 0; round < rounds; round += 1) {
      const texts = ['.', 'deep', 'files'].map((below) => {
        const text = Array.from({ length: 3 }, line).join('\n');
        writeFileSync(join(folder, below, '.gitignore'), text);
        return text;
      });
      expect(await listFiles(folder, { label: '.', person: me() }), JSON.stringify(texts)).toEqual(
        listByGit(folder),
      );
    }
  });

  it.each([
    ['an ignore file', { '.gitignore': `${'*a'.repeat(30)}b\n${'?*a*'.repeat(30)}b\nsecret\n` }, '**'],
    ['a pattern', {}, `${'*a'.repeat(30)}*`],
  ])('are found at once past thirty stars in %s', async (_, more, pattern) => {
    const name = 'a'.repeat(200);
    const folder = createRepository({ [name]: '', secret: '', ...more });
    const startedAt = performance.now();
    expect(await listFiles(folder, { label: '.', pattern, person: me() })).toEqual([name]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('are looked for until the signal aborts', async () => {
    const controller = new AbortController();
    const listing = listFiles('/usr', { label: '/usr', person: me(), signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(listing).rejects.toThrow('enough');
  });
});

describe.skipIf(process.platform !== 'linux')('a name that is not UTF-8', () => {
  it('is left out, since its path would be that of another file', async () => {
    const folder = createFolder({ 'docs/a.txt': '' });
    const odd = (name: string): Buffer =>
      Buffer.concat([Buffer.from(join(folder, 'docs', name)), Buffer.from([0xff])]);
    writeFileSync(odd('a'), '');
    mkdirSync(odd('d'));
    writeFileSync(Buffer.concat([odd('d'), Buffer.from('/notes.txt')]), '');
    symlinkSync('/etc/passwd', join(folder, 'docs/a\ufffd'));
    symlinkSync('/etc', join(folder, 'docs/d\ufffd'));
    expect(await listFiles(folder, { label: 'x', person: me() })).toEqual(['docs/a.txt']);
  });
});

describe('a pattern with backslashes', () => {
  const expand = (spec: string, platform: NodeJS.Platform) => {
    const folder = createFolder({ 'src/a.ts': '', 'src/deep/b.ts': '', 'src/c.md': '' });
    const finder = createFinder(folder);
    return expandGlob(spec, { finder, person: me(), signal: undefined }, platform).then((found) =>
      found?.files.map((file) => posix.join(found.base, file)),
    );
  };

  it.each([
    ['src\\*.ts', ['src/a.ts']],
    ['src\\**\\*.ts', ['src/a.ts', 'src/deep/b.ts']],
    ['src\\deep/*', ['src/deep/b.ts']],
    ['.\\src\\{a,c}.*', ['src/a.ts', 'src/c.md']],
  ])('means folders on Windows: %s', async (spec, files) => {
    expect(await expand(spec, 'win32')).toEqual(files);
  });

  it('means the character behind it elsewhere', async () => {
    await expect(expand('src\\*.ts', 'linux')).resolves.toBeUndefined();
    await expect(expand('src\\*/*.ts', 'darwin')).rejects.toThrow('no file matches');
  });
});

describe('ignore rules beside those of folders', () => {
  const files = { a: '', 'b.log': '', 'sub/b.log': '', 'sub/kept.log': '', 'big/x': '' };
  /** In values of variables, `~` is the home folder. */
  const setHome = (more: Record<string, string>, env: Record<string, string> = {}): string => {
    const home = createFolder(more);
    vi.stubEnv('HOME', home);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value.replace('~', home));
    onTestFinished(() => void vi.unstubAllEnvs());
    return home;
  };

  it.each<[string, Record<string, string>, Record<string, string>, Record<string, string>?]>([
    ['of the clone', {}, { '.git/info/exclude': '# mine\n*.log\n/big/\n' }],
    ['of the person', { '.config/git/ignore': '*.log\n' }, {}],
    [
      'that settings of the person name',
      { '.gitconfig': '[core]\n\texcludesFile = ~/mine # x\n', mine: '*.log' },
      {},
    ],
    [
      'that settings of the clone name',
      { mine: 'a' },
      { '.git/config': '[core]\n  excludesfile = "~/mine"\n' },
    ],
    [
      'with an exception in a folder',
      { '.config/git/ignore': '*.log\n' },
      { 'sub/.gitignore': '!kept.log\n' },
    ],
    [
      'that are overridden by the clone',
      { '.config/git/ignore': '*.log\n' },
      { '.git/info/exclude': '!b.log\n' },
    ],
    ['of the person in a folder of settings', { 'x/git/ignore': '*.log' }, {}, { XDG_CONFIG_HOME: '~/x' }],
    [
      'that settings of the person in that folder name',
      { 'x/git/config': '[core]\n excludesFile = ~/mine\n', mine: '*.log', '.config/git/ignore': 'a' },
      {},
      { XDG_CONFIG_HOME: '~/x' },
    ],
    [
      'that the only settings of the person name',
      {
        'my.cfg': '[core]\n excludesFile = ~/mine\n',
        mine: '*.log',
        '.gitconfig': '[core]\n excludesFile = ~/other',
        other: 'a',
      },
      {},
      { GIT_CONFIG_GLOBAL: '~/my.cfg' },
    ],
    [
      'that settings of the machine name',
      { 'sys.cfg': '[core]\n excludesFile = ~/mine\n', mine: '*.log' },
      {},
      { GIT_CONFIG_SYSTEM: '~/sys.cfg' },
    ],
    [
      'that a variable names',
      { mine: '*.log', '.gitconfig': '[core]\n excludesFile = ~/other', other: 'a' },
      {},
      { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.excludesFile', GIT_CONFIG_VALUE_0: '~/mine' },
    ],
    [
      'that settings of the worktree name',
      { mine: '*.log' },
      {
        '.git/config':
          '[core]\n repositoryformatversion = 1\n excludesFile = ~/other\n[extensions]\n worktreeConfig = true\n',
        '.git/config.worktree': '[core]\n excludesFile = ~/mine\n',
      },
    ],
    [
      'whose name goes on in the next line',
      { '.gitconfig': '[core]\n excludesFile = ~/\\\nmine\n', mine: '*.log' },
      {},
    ],
    [
      'that included settings name',
      {
        '.gitconfig': '[include]\n path = more/git.cfg\n',
        'more/git.cfg': '[include]\npath = deep.cfg',
        'more/deep.cfg': '[core]\n excludesFile = ~/mine\n',
        mine: '*.log',
      },
      {},
    ],
    ...['gitdir:/', 'gitdir/i:/TMP/', 'gitdir:**/.git', 'onbranch:ma*', 'onbranch:**'].map(
      (condition): [string, Record<string, string>, Record<string, string>] => [
        `that settings name which are included if ${condition}`,
        {
          '.gitconfig': `[includeIf "${condition}"]\n path = ~/git.cfg\n`,
          'git.cfg': '[core]\n excludesFile = ~/mine\n',
          mine: '*.log',
        },
        { '.git/HEAD': 'ref: refs/heads/main\n' },
      ],
    ),
    ...['gitdir:~/elsewhere/', 'gitdir:x/y', 'onbranch:release/'].map(
      (condition): [string, Record<string, string>, Record<string, string>] => [
        `beside those that are not included, as ${condition} is not met,`,
        {
          '.gitconfig': `[core]\n excludesFile = ~/mine\n[includeIf "${condition}"]\n path = ~/git.cfg\n`,
          'git.cfg': '[core]\n excludesFile = ~/other\n',
          mine: '*.log',
          other: 'a',
        },
        { '.git/HEAD': 'ref: refs/heads/main\n' },
      ],
    ),
    [
      'of a clone on a disk that ignores case',
      {},
      { '.git/config': '[core]\n ignorecase = true\n', 'sub/.gitignore': 'KEPT.LOG\n' },
    ],
    [
      'of a clone whose ignoring of case a variable ends',
      { '.gitconfig': '[core]\n ignoreCase\n' },
      { '.gitignore': 'A.TXT\n*.log\n' },
      { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.ignorecase', GIT_CONFIG_VALUE_0: 'false' },
    ],
  ])('%s count as in git', async (_what, home, more, env) => {
    setHome(home, env);
    const folder = createRepository(files);
    for (const [path, text] of Object.entries(more)) writeFileSync(join(folder, path), text);
    const expected = listByGit(folder);
    expect(expected).not.toEqual(Object.keys(files).sort());
    expect(await listFiles(folder, { label: 'x', person: me() })).toEqual(expected);
  });

  it('count twice where nobody knows here whether settings are included', async () => {
    setHome({
      '.gitconfig':
        '[core]\n excludesFile = ~/mine\n[includeIf "hasconfig:remote.*.url:x"]\n path = ~/git.cfg\n',
      'git.cfg': '[core]\n excludesFile = ~/other\n',
      mine: '*.log',
      other: 'a',
    });
    const folder = createRepository(files);
    expect(await listFiles(folder, { label: 'x', person: me() })).toEqual(['big/x']);
  });

  it('are found in settings that include each other in every way', async () => {
    const include = Array.from(
      { length: 8 },
      (_, at) => `[include]\n path = ${at % 2 === 0 ? '.gitconfig' : 'b.cfg'}\n`,
    );
    const text = `${include.join('')}[core]\n excludesFile = ~/mine\n`;
    // git refuses them.
    const folder = createRepository(files);
    setHome({ '.gitconfig': text, 'b.cfg': text, mine: '*.log' });
    expect(await listFiles(folder, { label: 'x', person: me() })).toEqual(['a', 'big/x']);
  });

  it.skipIf(process.platform === 'win32')('of a link in a folder do not count, as in git', async () => {
    setHome({});
    const folder = createRepository({ 'sub/a': '', 'sub/b': '', mine: 'b\n' });
    symlinkSync('../mine', join(folder, 'sub/.gitignore'));
    expect(listByGit(folder)).toEqual(['mine', 'sub/a', 'sub/b']);
    expect(await listFiles(folder, { label: 'x', person: me() })).toEqual(['mine', 'sub/a', 'sub/b']);
  });

  it('of a repository in a folder count there as in git', async () => {
    setHome({});
    const folder = createRepository({ 'sub/a': '', 'sub/b': '', b: '' });
    execFileSync('git', ['init', '-q', 'sub'], { cwd: folder });
    writeFileSync(join(folder, 'sub/.git/info/exclude'), 'b\n');
    expect(listByGit(join(folder, 'sub'))).toEqual(['a']);
    expect(await listFiles(folder, { label: 'x', person: me() })).toEqual(['b', 'sub/a']);
    const isFolder = false;
    const options = { isFolder, person: me(), signal: undefined };
    expect(await isIgnoredIn(folder, join(folder, 'sub/b'), options)).toBe(true);
    expect(await isIgnoredIn(folder, join(folder, 'b'), options)).toBe(false);
  });

  it('are those of the person who is named', async () => {
    setHome({ '.config/git/ignore': '*.log\n' });
    const home = createFolder({ '.config/git/ignore': 'a\n' });
    const found = await listFiles(createRepository(files), { label: 'x', person: { home, env: {} } });
    expect(found).toEqual(['b.log', 'big/x', 'sub/b.log', 'sub/kept.log']);
  });

  it('of a clone hold in its worktrees', async () => {
    setHome({});
    const folder = createRepository({ a: '' });
    const git = (...words: string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd: folder });
    git('add', 'a');
    git('commit', '-qm', 'a');
    git('worktree', 'add', '-q', join(folder, 'tree'));
    writeFileSync(join(folder, '.git/info/exclude'), 'b.log\n');
    writeFileSync(join(folder, 'tree/b.log'), '');
    expect(await listFiles(join(folder, 'tree'), { label: 'x', person: me() })).toEqual(['a']);
  });

  it.skipIf(process.platform === 'win32')('that are pipes are waited for by nobody', async () => {
    const folder = createRepository({ a: '' });
    setHome({ '.gitconfig': `[core]\nexcludesFile = ${join(folder, 'pipe')}\n` });
    for (const path of ['.git/commondir', 'pipe', '.gitignore']) execFileSync('mkfifo', [join(folder, path)]);
    expect(await listFiles(folder, { label: 'x', person: me() })).not.toContain('pipe');
  });

  it('outside of a repository are those of folders alone', async () => {
    setHome({ '.config/git/ignore': '*.log\n' });
    expect(await listFiles(createFolder({ 'b.log': '' }), { label: 'x', person: me() })).toEqual(['b.log']);
  });

  it('of a file too long to read may mean any file', async () => {
    const folder = createRepository({
      a: '',
      '.gitignore': `${'# x\n'.repeat(300_000)}secret\n`,
      secret: '',
    });
    expect(await listFiles(folder, { label: 'x', person: me() })).toEqual([]);
    expect(
      await isIgnoredIn(folder, join(folder, 'secret'), { isFolder: false, person: me(), signal: undefined }),
    ).toBe(true);
  });
});
