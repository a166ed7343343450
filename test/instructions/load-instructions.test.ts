import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Instructions, loadInstructions } from '../../src/instructions/load-instructions.ts';
import { createFolder } from '../helpers/folder.ts';

type Loaded = { found: Instructions[]; paths: string[]; notices: string[] };

async function load(
  cwd: string,
  files: string[] = [],
  home = '/home/nobody',
  maxTotalBytes = 1_000_000,
): Promise<Loaded> {
  const notices: string[] = [];
  const found = await loadInstructions({
    cwd,
    home,
    files,
    maxTotalBytes,
    isIgnored: async (_root, path) => path.includes('ignored'),
    onNotice: (sentence) => notices.push(sentence),
  });
  return { found, paths: found.map(({ path }) => path), notices };
}

const scope = (applyTo: string, body = 'Rules'): string => `---\napplyTo: ${applyTo}\n---\n${body}\n`;

const repository = (files: Record<string, string | Uint8Array>): string =>
  createFolder({ '.git/HEAD': 'ref: refs/heads/main', ...files });

describe('AGENTS.md', () => {
  const files = { 'AGENTS.md': 'root', 'a/AGENTS.md': 'a', 'a/b/c/x': '', 'd/x': '' };

  it.each<[cwd: string, path: string, text: string]>([
    ['.', 'AGENTS.md', 'root'],
    ['a', 'a/AGENTS.md', 'a'],
    ['a/b/c', 'a/AGENTS.md', 'a'],
    ['d', 'AGENTS.md', 'root'],
  ])('for %s is the nearest, %s', async (cwd, path, text) => {
    expect((await load(join(repository(files), cwd))).found).toEqual([{ path, text }]);
  });

  it('of above the repository does not count', async () => {
    const folder = createFolder({ 'AGENTS.md': 'above', 'inner/.git/HEAD': '', 'inner/x/y': '' });
    expect((await load(join(folder, 'inner/x'))).paths).toEqual([]);
  });

  it('of a worktree, where .git is a file, counts', async () => {
    const folder = createFolder({ '.git': 'gitdir: elsewhere', 'AGENTS.md': 'tree', 'x/y': '' });
    expect((await load(join(folder, 'x'))).paths).toEqual(['AGENTS.md']);
  });

  it('outside of a repository counts in the current folder alone', async () => {
    const folder = createFolder({ 'AGENTS.md': 'above', 'x/y': '' });
    expect((await load(join(folder, 'x'))).paths).toEqual([]);
    expect((await load(folder)).paths).toEqual(['AGENTS.md']);
  });

  it('of a repository that is the home folder counts in the home folder alone', async () => {
    const home = repository({ 'AGENTS.md': 'home', 'work/x': '' });
    expect((await load(join(home, 'work'), [], home)).paths).toEqual([]);
    expect((await load(home, [], home)).paths).toEqual(['AGENTS.md']);
  });

  it('is left out if there is nothing in it', async () => {
    expect((await load(repository({ 'AGENTS.md': ' \n' }))).paths).toEqual([]);
  });
});

describe('the instructions of a repository', () => {
  it('come from the general to the particular', async () => {
    const root = repository({
      'x/AGENTS.md': 'agents',
      '.github/copilot-instructions.md': '\ufeffall',
      '.github/instructions/b.instructions.md': scope('"**"', 'b'),
      '.github/instructions/a/z.instructions.md': scope('"**"', 'z'),
    });
    expect((await load(join(root, 'x'))).found).toEqual([
      { path: '.github/copilot-instructions.md', text: 'all' },
      { path: 'x/AGENTS.md', text: 'agents' },
      { path: '.github/instructions/a/z.instructions.md', text: 'z\n', appliesTo: ['**'] },
      { path: '.github/instructions/b.instructions.md', text: 'b\n', appliesTo: ['**'] },
    ]);
  });

  it('are none if there are none', async () => {
    expect(await load(repository({}))).toEqual({ found: [], paths: [], notices: [] });
  });
});

describe('instructions for some paths', () => {
  it.each<[applyTo: string, files: string[], applies: boolean]>([
    ['"**"', [], true],
    ['**', [], true],
    ['**/*.ts', ['src/a.ts'], true],
    ['"**/*"', [], true],
    ['"**/*.ts"', ['src/a.ts'], true],
    ['"**/*.ts"', ['a.ts'], true],
    ['"**/*.ts"', ['src/a.tsx'], false],
    ['"**/*.ts"', [], false],
    ['"**/*.ts, docs/**"', ['docs/x/y.md'], true],
    ['"**/*.ts,docs/**"', ['readme.md', 'src/a.ts'], true],
    ['"**/*.{ts,tsx}"', ['src/a.tsx'], true],
    ['"src/*.ts"', ['src/a/b.ts'], false],
    ['"*.ts"', ['src/a.ts'], false],
    ['["*.md", "src/*.ts"]', ['src/a.ts'], true],
    ['".github/**"', ['.github/workflows/ci.yml'], true],
    ['""', ['src/a.ts'], false],
  ])('%s and the files %j: %s', async (applyTo, files, applies) => {
    const root = repository({ '.github/instructions/x.instructions.md': scope(applyTo) });
    expect((await load(root, files)).paths).toHaveLength(applies ? 1 : 0);
  });

  it('are compared with paths from the root, wherever the command runs', async () => {
    const root = repository({
      '.github/instructions/x.instructions.md': scope('"src/*.ts"'),
      'src/deep/x': '',
    });
    for (const file of ['../a.ts', join(root, 'src/a.ts')])
      expect((await load(join(root, 'src/deep'), [file])).paths).toHaveLength(1);
    expect((await load(join(root, 'src/deep'), ['a.ts'])).paths).toEqual([]);
  });

  it.each<[name: string, text: string]>([
    ['without front matter', 'Rules'],
    ['without applyTo', '---\ndescription: x\n---\nRules'],
    ['with empty front matter', '---\n---\nRules'],
    ['without a text', '---\napplyTo: "**"\n---\n'],
    ['without anything', ''],
  ])('are left out %s', async (_, text) => {
    const root = repository({
      '.github/instructions/x.instructions.md': text,
      '.github/instructions/notes.md': scope('"**"'),
    });
    expect((await load(root, ['src/a.ts'])).paths).toEqual([]);
  });

  it('may have line ends of Windows', async () => {
    const text = scope('"**"', 'one\ntwo').replaceAll('\n', '\r\n');
    const root = repository({ '.github/instructions/x.instructions.md': text });
    expect((await load(root)).found[0]).toMatchObject({ text: 'one\r\ntwo\r\n', appliesTo: ['**'] });
  });

  it('keep lines of dashes that are their own', async () => {
    const root = repository({ '.github/instructions/x.instructions.md': scope('"**"', 'a\n---\nb') });
    expect((await load(root)).found[0]?.text).toBe('a\n---\nb\n');
  });

  it.each<[name: string, text: string, message: string]>([
    ['no YAML', '---\napplyTo: "a\n---\nx', 'is not YAML (line N)'],
    ['a tab where none may be', '---\na:\n\t- b: [\n---\nx', 'is not YAML (line N)'],
    ['an alias of nothing', '---\nname: *x\n---\nx', 'is not YAML (line N)'],
    ['no end', '---\napplyTo: "**"\nRules', 'has no second line of ---'],
    ['a list', '---\n- applyTo\n---\nx', 'is not a list of fields'],
    ['a word', '---\nhello\n---\nx', 'is not a list of fields'],
    ['a number of paths', '---\napplyTo: 7\n---\nx', 'has an applyTo that is not text'],
    ['a number among the paths', '---\napplyTo: ["a", 7]\n---\nx', 'has an applyTo that is not text'],
    [
      'aliases without end',
      `---\na: &a [x]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`)}]`).join('\n')}\n---\nx`,
      'is not YAML (line N)',
    ],
  ])('whose front matter is %s are left out with a warning that names the file', async (_, text, message) => {
    const root = repository({ '.github/instructions/x.instructions.md': text, 'AGENTS.md': 'kept' });
    const { paths, notices } = await load(root);
    expect(paths).toEqual(['AGENTS.md']);
    const path = '.github/instructions/x.instructions.md';
    expect(notices.map((notice) => notice.replace(/line \d+/, 'line N'))).toEqual([
      `${path} is left out: its front matter ${message}.`,
    ]);
  });
});

describe('a file of instructions', () => {
  const limit = 100 * 1024;

  it.each<[name: string, text: string, kept: string, notices: string[]]>([
    ['of 100 KB is whole', 'x'.repeat(limit), 'x'.repeat(limit), []],
    [
      'over 100 KB is cut',
      'x'.repeat(limit + 1),
      'x'.repeat(limit),
      ['Only the first 100 KB of AGENTS.md are used.'],
    ],
    [
      'is cut between two characters',
      `x${'é'.repeat(limit)}`,
      `x${'é'.repeat(limit / 2 - 1)}`,
      ['Only the first 100 KB of AGENTS.md are used.'],
    ],
  ])('%s', async (_, text, kept, notices) => {
    const loaded = await load(repository({ 'AGENTS.md': text }));
    expect(loaded.found[0]?.text === kept).toBe(true);
    expect(loaded.notices).toEqual(notices);
  });

  it('may be a link inside the repository', async () => {
    const root = repository({ 'CLAUDE.md': 'shared' });
    symlinkSync('CLAUDE.md', join(root, 'AGENTS.md'));
    expect((await load(root)).found).toEqual([{ path: 'AGENTS.md', text: 'shared' }]);
  });

  it.each([
    ['AGENTS.md', '.git/config'],
    ['AGENTS.md', '.git/notes.md'],
    ['AGENTS.md', 'ignored/prod.txt'],
    ['.github/copilot-instructions.md', '../.git/config'],
    ['.github/instructions/a.instructions.md', '../../.git/config'],
  ])('is not read if %s is a link to %s, which only this copy has', async (path, target) => {
    const root = repository({ 'ignored/prod.txt': 'x', '.github/instructions/b.md': '' });
    writeFileSync(join(root, '.git/config'), '[remote "origin"]\n\turl = https://me:CANARY@example.com/x\n');
    writeFileSync(join(root, '.git/notes.md'), 'x');
    symlinkSync(target, join(root, path));
    const { found, notices } = await load(root);
    expect(found).toEqual([]);
    expect(notices).toEqual([`${path} is left out: it is a link to a file that is not Markdown.`]);
  });

  it.each([
    ['.obs/x.md', 'a hidden file'],
    ['.github/.x.md', 'a hidden file'],
    ['ignored/n.md', 'a file that git ignores'],
    ['.claude/ignored.md', 'a file that git ignores'],
  ])('is not read if it is a link to %s', async (target, what) => {
    const root = repository({ [target]: 'x' });
    symlinkSync(target, join(root, 'AGENTS.md'));
    const { found, notices } = await load(root);
    expect([found, notices]).toEqual([[], [`AGENTS.md is left out: it is a link to ${what}.`]]);
  });

  it.each(['.github/copilot-instructions.md', '.agents/x.md', '.claude/CLAUDE.md', '.cursor/rules/x.mdc'])(
    'may be a link to %s',
    async (target) => {
      const root = repository({ [target]: 'x' });
      symlinkSync(target, join(root, 'AGENTS.md'));
      expect((await load(root)).found).toContainEqual({ path: 'AGENTS.md', text: 'x' });
    },
  );

  it.each([
    ['is a second name of a file with a token', 'AGENTS.md', `{"token":"ghu_${'0123456789abcdefghij'}"}`],
    ['holds a private key', 'AGENTS.md', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n'],
    ['has a token behind 70 KB', 'AGENTS.md', `${'x\n'.repeat(35_000)}ghu_${'0123456789abcdefghij'}`],
    ['is for all of it', '.github/copilot-instructions.md', `ghp_${'0123456789abcdefghij'}`],
    [
      'is for some of it',
      '.github/instructions/a.instructions.md',
      scope('"**"', `tid=${'0'.repeat(32)};exp=1`),
    ],
  ])('is not read if it %s', async (_, path, text) => {
    const outside = createFolder({ kept: text });
    const root = repository({ 'x/y': '' });
    mkdirSync(dirname(join(root, path)), { recursive: true });
    linkSync(join(outside, 'kept'), join(root, path));
    const { found, notices } = await load(join(root, 'x'));
    expect([found, notices]).toEqual([[], [`${path} is left out: it holds a key or a token.`]]);
  });

  it('is not read if it is a link out of the repository, or behind one, with a notice', async () => {
    const outside = createFolder({ 'secret.md': 'secret', 'x.instructions.md': scope('"**"', 'secret') });
    const root = repository({ 'x/y': '' });
    symlinkSync(join(outside, 'secret.md'), join(root, 'AGENTS.md'));
    mkdirSync(join(root, '.github/instructions'), { recursive: true });
    symlinkSync(join(outside, 'secret.md'), join(root, '.github/copilot-instructions.md'));
    symlinkSync(outside, join(root, '.github/instructions/linked'));
    symlinkSync(join(outside, 'x.instructions.md'), join(root, '.github/instructions/a.instructions.md'));
    expect(await load(join(root, 'x'))).toEqual({
      found: [],
      paths: [],
      notices: ['.github/copilot-instructions.md', 'AGENTS.md', '.github/instructions/a.instructions.md'].map(
        (path) => `${path} is left out: it is a link out of the repository.`,
      ),
    });
  });

  it('is found from a folder that is reached through a link', async () => {
    const root = repository({ 'AGENTS.md': 'root' });
    const link = join(createFolder(), 'link');
    symlinkSync(root, link);
    expect((await load(link)).found).toEqual([{ path: 'AGENTS.md', text: 'root' }]);
  });

  it('is left out if it is a folder, or a link to nothing', async () => {
    const root = repository({ '.github/copilot-instructions.md/x': 'x' });
    symlinkSync('nothing', join(root, 'AGENTS.md'));
    expect(await load(root)).toEqual({
      found: [],
      paths: [],
      notices: [
        '.github/copilot-instructions.md is left out: it is not a file.',
        'AGENTS.md is left out: it cannot be read.',
      ],
    });
  });

  it('is left out if it is a pipe or is binary, for the next one above', async () => {
    const root = repository({ 'AGENTS.md': 'above', 'x/y': '', '.github/copilot-instructions.md': 'a\0b' });
    execFileSync('mkfifo', [join(root, 'x/AGENTS.md')]);
    const { found, notices } = await load(join(root, 'x'));
    expect(found).toEqual([{ path: 'AGENTS.md', text: 'above' }]);
    expect(notices).toEqual([
      '.github/copilot-instructions.md is left out: it is not a text file.',
      'x/AGENTS.md is left out: it is not a file.',
    ]);
  });

  it('is cut or left out if all of them have more than the model has room for', async () => {
    const root = repository({
      '.github/copilot-instructions.md': 'one',
      'AGENTS.md': 'twothree',
      '.github/instructions/x.instructions.md': scope('"**"'),
    });
    const { found, notices } = await load(root, [], '/home/nobody', 6);
    expect(found.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(notices).toEqual([
      'Only the first 3 bytes of AGENTS.md are used: there is no room for more.',
      '.github/instructions/x.instructions.md is left out: the files before it use all the room for instructions.',
    ]);
  });

  it('is left out if its pattern cannot be used', async () => {
    const root = repository({ '.github/instructions/x.instructions.md': scope('"!(a)"') });
    expect((await load(root, ['b'])).notices).toEqual([
      '.github/instructions/x.instructions.md is left out: its pattern !(a) cannot be used.',
    ]);
  });
});
