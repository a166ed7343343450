import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CollectOptions, collectFiles, type TextFile } from '../../src/attachments/collect-files.ts';
import { createFolder } from '../helpers/folder.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';

const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');

type Collected = { labels: string[]; files: TextFile[]; notices: string[] };

async function collect(cwd: string, specs: string[], more: Partial<CollectOptions> = {}): Promise<Collected> {
  const notices: string[] = [];
  const files = await collectFiles(specs, {
    cwd,
    person: { home: cwd, env: {} },
    onNotice: (sentence) => notices.push(sentence),
    ...more,
  });
  return { labels: files.map(({ label }) => label), files, notices };
}

const project = (): string =>
  createFolder({
    '.git/HEAD': 'ref: refs/heads/main',
    '.gitignore': 'build/\n*.log\n!keep.log\n',
    '.env': 'TOKEN=x',
    '.github/ci.yml': 'on: push',
    'readme.md': 'Read me',
    'debug.log': 'noise',
    'keep.log': 'kept',
    'build/out.js': 'built',
    'src/b.ts': 'b',
    'src/a/z.ts': 'z',
    'src/a.ts': 'a',
    'src/.hidden.ts': 'hidden',
    'src/generated/.gitignore': '*.ts',
    'src/generated/g.ts': 'g',
    'src/generated/g.txt': 'text',
    'src/[id].ts': 'brackets',
  });

describe('what is collected', () => {
  it.each<[name: string, specs: string[], labels: string[]]>([
    ['a file', ['src/a.ts'], ['src/a.ts']],
    ['files in the order given', ['src/b.ts', 'readme.md'], ['src/b.ts', 'readme.md']],
    [
      'a folder by its paths, without what git ignores',
      ['src'],
      ['src/[id].ts', 'src/a.ts', 'src/a/z.ts', 'src/b.ts', 'src/generated/g.txt'],
    ],
    ['a folder with a slash behind it', ['src/a/'], ['src/a/z.ts']],
    [
      'all of it',
      ['.'],
      ['keep.log', 'readme.md', 'src/[id].ts', 'src/a.ts', 'src/a/z.ts', 'src/b.ts', 'src/generated/g.txt'],
    ],
    ['a glob', ['src/*.ts'], ['src/[id].ts', 'src/a.ts', 'src/b.ts']],
    ['a glob of all levels', ['**/*.log'], ['keep.log']],
    ['a glob with alternatives', ['src/{a,b}.ts'], ['src/a.ts', 'src/b.ts']],
    ['a name that looks like a glob', ['src/[id].ts'], ['src/[id].ts']],
    ['an ignored file that is named', ['debug.log'], ['debug.log']],
    ['a hidden file that is named', ['.env'], ['.env']],
    ['what a hidden folder holds where it is named', ['.github/*'], ['.github/ci.yml']],
    ['each file once', ['src/a.ts', 'src/*.ts', './src/b.ts'], ['src/a.ts', 'src/[id].ts', 'src/b.ts']],
  ])('is %s', async (_, specs, labels) => {
    expect(await collect(project(), specs)).toMatchObject({ labels, notices: [] });
  });

  it('respects the ignore files above a folder that is not the current one', async () => {
    const root = project();
    expect((await collect(join(root, 'src'), ['../*.log', '..'])).labels.slice(0, 2)).toEqual([
      '../keep.log',
      '../readme.md',
    ]);
    expect((await collect('/', [join(root, '*.log')])).labels).toEqual([join(root, 'keep.log')]);
    expect((await collect('/', [join(root, 'src/a')])).labels).toEqual([join(root, 'src/a/z.ts')]);
  });

  it('is text, without its byte-order mark', async () => {
    const cwd = createFolder({
      'bom.txt': '\ufeffhéllo',
      'wide.txt': Buffer.from('\ufeffhéllo', 'utf16le'),
      'old.txt': Buffer.from('h\xe9llo', 'latin1'),
      'empty.txt': '',
    });
    const { files, notices } = await collect(cwd, ['bom.txt', 'wide.txt', 'old.txt', 'empty.txt']);
    expect(files.map(({ text }) => text)).toEqual(['héllo', 'héllo', 'héllo', '']);
    expect(notices).toEqual([
      'old.txt is not UTF-8, and is read as Windows-1252.',
      'empty.txt is empty: only its name is sent.',
    ]);
  });

  const empty = (path: string): string => `${path} is empty: only its name is sent.`;

  it.each([
    ['a folder with others is usual', ['some'], []],
    ['a glob with others is usual', ['some/*.txt'], []],
    [
      'a folder of empty files has one notice',
      ['none'],
      ['none has only empty files: only their names are sent.'],
    ],
    [
      'a glob of empty files has one notice',
      ['none/*'],
      ['none/* has only empty files: only their names are sent.'],
    ],
    [
      'a glob that finds nothing else has a notice',
      ['some/e*'],
      ['some/e* has only empty files: only their names are sent.'],
    ],
    ['a file with a name has a notice', ['some/e.txt'], [empty('some/e.txt')]],
    ['a file that is named before its folder has a notice', ['some/e.txt', 'some'], [empty('some/e.txt')]],
    [
      'files that a shell listed have a notice each',
      ['some/e.txt', 'some/t.txt', 'some/z.txt'],
      ['some/e.txt', 'some/z.txt'].map(empty),
    ],
  ])('is sent by its name where it is empty; %s', async (_, specs, expected) => {
    const files = {
      'some/e.txt': '',
      'some/t.txt': 't',
      'some/z.txt': ' \n',
      'none/a.txt': '',
      'none/b.txt': '\n',
    };
    const { notices, labels } = await collect(createFolder(files), specs);
    expect(notices).toEqual(expected);
    expect(labels).toContain(specs[0]?.startsWith('some') ? 'some/e.txt' : 'none/a.txt');
  });

  it('leaves out a binary file of a folder, with a notice', async () => {
    const cwd = createFolder({ 'pics/logo.png': png, 'pics/logo.txt': 'a logo' });
    expect(await collect(cwd, ['pics'])).toMatchObject({
      labels: ['pics/logo.txt'],
      notices: ['pics/logo.png is left out: it is not a text file.'],
    });
  });

  it('leaves out a file of a folder with a key far behind its beginning', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n';
    const cwd = createFolder({ 'logs/a.txt': 'a', 'logs/long.txt': `${'a line\n'.repeat(20_000)}${key}` });
    expect((await collect(cwd, ['logs'])).labels).toEqual(['logs/a.txt']);
  });

  it('does not follow links out of a folder, nor round and round', async () => {
    const cwd = createFolder({ 'dir/a.txt': 'a', 'outside/secret.txt': 's' });
    symlinkSync(join(cwd, 'outside'), join(cwd, 'dir/link'));
    symlinkSync(join(cwd, 'outside/secret.txt'), join(cwd, 'dir/secret.txt'));
    symlinkSync(join(cwd, 'dir'), join(cwd, 'dir/loop'));
    expect((await collect(cwd, ['dir'])).labels).toEqual(['dir/a.txt']);
    expect((await collect(cwd, ['dir/secret.txt'])).files).toMatchObject([
      { label: 'dir/secret.txt', text: 's' },
    ]);
  });
});

describe.runIf(process.platform !== 'win32')('a link to a folder', () => {
  const files = { 'ign/i.txt': 'i', 'ign/sub/k.txt': 'k', '.hid/h.txt': 'h', '.hid/sub/h.txt': 'h' };
  const create = (): string => {
    const cwd = createFolder({
      ...files,
      '.git/HEAD': '',
      '.gitignore': 'ign/\ndocs/ig*\n',
      'src/a.txt': 'a',
      'docs/ig.txt': 'ig',
      'docs/d.txt': 'd',
    });
    symlinkSync('../ign', join(cwd, 'src/lk'));
    symlinkSync('../.hid', join(cwd, 'src/hid'));
    symlinkSync('../docs', join(cwd, 'src/docs'));
    symlinkSync(createFolder({ 'o.txt': 'o', 'sub/o.txt': 'o' }), join(cwd, 'src/out'));
    symlinkSync('../src/out', join(cwd, 'docs/out'));
    mkdirSync(join(cwd, 't'));
    symlinkSync('../src/lk', join(cwd, 't/m'));
    return cwd;
  };

  it.each<[name: string, specs: string[]]>([
    ['a folder that git ignores', ['src/lk']],
    ['one by another link', ['t/m']],
    ['a folder below it', ['src/lk/sub']],
    ['a hidden folder', ['src/hid']],
    ['a folder below that', ['src/hid/sub']],
    ['a glob in an ignored folder', ['src/lk/*.txt']],
    ['a glob in a hidden folder', ['src/hid/*.txt']],
    ['a glob by another link', ['t/m/**/*.txt']],
    ['a folder outside', ['src/out']],
    ['a folder outside, with a slash', ['src/out/']],
    ['a folder below that', ['docs/out/sub']],
    ['a glob outside', ['src/out/*.txt']],
    ['a glob outside by a link of a link', ['src/docs/out/**']],
  ])('does not send what is hidden, ignored or outside behind it: %s', async (_, specs) => {
    await expect(collect(create(), ['src/a.txt', ...specs])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(
        / is a link to .*, which is (?:outside|hidden|ignored)|^no file matches/,
      ),
    });
  });

  it.each([['src/lk/i.txt'], ['t/m/i.txt'], ['src/lk/sub/k.txt'], ['src/hid/h.txt'], ['src/lk/sub']])(
    'nor in a list of a shell: %s',
    async (spec) => {
      const specs = ['src/a.txt', spec, 'src/docs/d.txt'];
      const { labels } = await collect(create(), specs, { lists: [specs] });
      expect(labels).toEqual(['src/a.txt', 'src/docs/d.txt']);
    },
  );

  it('nor in a list from elsewhere', async () => {
    const specs = ['../src/lk/i.txt', '../src/a.txt'];
    const { labels } = await collect(join(create(), 'docs'), specs, { lists: [specs] });
    expect(labels).toEqual(['../src/a.txt']);
  });

  it('is that of a person if the folder at hand is behind it', async () => {
    const home = createFolder({
      'repo/.git/HEAD': '',
      'repo/.gitignore': 'build/',
      'repo/build/p/a': 'a',
      'repo/build/p/b': 'b',
    });
    symlinkSync('repo/build/p', join(home, 'p'));
    const specs = ['a', 'b'];
    expect((await collect(join(home, 'p'), specs, { lists: [specs] })).labels).toEqual(specs);
  });

  it('sends other files behind it', async () => {
    expect((await collect(create(), ['src/docs/*.txt'])).labels).toEqual(['src/docs/d.txt']);
    expect((await collect(create(), ['src/docs', 'docs/*.txt'])).labels).toEqual([
      'src/docs/d.txt',
      'docs/d.txt',
    ]);
  });

  it.each([
    ['src/out/o.txt', 'outside of this folder'],
    ['src/lk/i.txt', 'ignored by git'],
  ])('sends no file of it that only a shell may have named: %s', async (spec, place) => {
    await expect(collect(create(), [spec])).rejects.toThrow(
      new RegExp(`^${spec} is a link to .*, which is ${place}$`),
    );
  });
});

describe('what cannot be collected', () => {
  it.each<[name: string, specs: string[], failure: object]>([
    [
      'a typing mistake',
      ['src/bb.ts'],
      { message: 'there is no file src/bb.ts', hint: 'Did you mean src/b.ts?' },
    ],
    ['the beginning of a name', ['src/gen'], { hint: 'Did you mean src/generated?' }],
    ['a glob that only leaves out', ['!*.md'], { message: 'no file matches !*.md' }],
    ['another case', ['README.MD'], { hint: 'Did you mean readme.md?' }],
    ['nothing like it', ['nonsense'], { message: 'there is no file nonsense', hint: 'Check the path.' }],
    [
      'a missing folder',
      ['nowhere/a.ts'],
      { message: 'there is no file nowhere/a.ts', hint: 'Check the path.' },
    ],
    ['a file as a folder', ['readme.md/x'], { message: 'there is no file readme.md/x' }],
    ['an empty name', [`${'x'.repeat(5000)}`], { hint: 'Check the path.' }],
    ['a glob without matches', ['src/*.py'], { message: 'no file matches src/*.py' }],
    ['a glob of a missing folder', ['nowhere/*.py'], { message: 'no file matches nowhere/*.py' }],
    ['a glob of ignored files', ['build/*.js'], { message: 'no file matches build/*.js' }],
    ['an ignored folder', ['build'], { message: 'there is no file to send in build' }],
    ['a page without a network', ['https://example.com/'], { message: 'pages cannot be fetched here' }],
  ])('is told: %s', async (_, specs, failure) => {
    await expect(collect(project(), specs)).rejects.toMatchObject({ code: 'usage', ...failure });
  });

  it('is a binary file that is named, with the way to attach it', async () => {
    const cwd = createFolder({ 'logo.png': png });
    await expect(collect(cwd, ['logo.png'])).rejects.toMatchObject({
      code: 'usage',
      message: 'logo.png is not a text file',
      hint: hintSaying('If it is an image or a PDF, attach it with -a logo.png'),
    });
  });

  it.each<[name: string, sizes: number[], fits: boolean]>([
    ['ten megabytes', [10 * 1024 * 1024], true],
    ['one byte more', [10 * 1024 * 1024 + 1], false],
    ['ten megabytes in two files', [6 * 1024 * 1024, 4 * 1024 * 1024], true],
    ['one byte more in two files', [6 * 1024 * 1024, 4 * 1024 * 1024 + 1], false],
  ])('is more than 10 MB in all: %s', async (_, sizes, fits) => {
    const cwd = createFolder();
    const specs = sizes.map((size, index) => {
      writeFileSync(join(cwd, `${index}.txt`), Buffer.alloc(size, 'x'));
      return `${index}.txt`;
    });
    const collecting = collect(cwd, specs);
    if (fits) expect((await collecting).labels).toEqual(specs);
    else await expect(collecting).rejects.toMatchObject({ code: 'input_too_large', exitCode: 9 });
  });

  it('is a file of which only a part was read, though its text would fit', async () => {
    const cwd = createFolder({ 'wide.txt': Buffer.from(`\ufeff${'x'.repeat(6 * 1024 * 1024)}`, 'utf16le') });
    await expect(collect(cwd, ['wide.txt'])).rejects.toMatchObject({ code: 'input_too_large' });
  });

  it('is a device without an end', async () => {
    await expect(collect('/', ['/dev/zero'])).rejects.toMatchObject({ code: 'usage' });
  });

  it('is an empty folder', async () => {
    const cwd = createFolder();
    mkdirSync(join(cwd, 'empty'));
    await expect(collect(cwd, ['empty'])).rejects.toMatchObject({
      message: 'there is no file to send in empty',
    });
  });
});

describe('a URL', () => {
  it('is fetched, each once, and labelled without its password', async () => {
    const asked: string[] = [];
    const fetchText = async (url: string): Promise<string> => `page ${asked.push(url)}`;
    const specs = ['https://me:secret@example.com/a?b=c', 'HTTP://example.com/', 'HTTP://example.com/'];
    const { files } = await collect(createFolder(), specs, { fetchText });
    expect(asked).toEqual(['https://me:secret@example.com/a?b=c', 'HTTP://example.com/']);
    expect(files).toEqual([
      { label: 'https://example.com/a?b=c', text: 'page 1' },
      { label: 'HTTP://example.com/', text: 'page 2' },
    ]);
  });

  it('counts into the 10 MB', async () => {
    const fetchText = async (): Promise<string> => 'é'.repeat(4 * 1024 * 1024);
    await expect(collect('/', ['http://a/', 'http://b/'], { fetchText })).rejects.toMatchObject({
      code: 'input_too_large',
    });
  });
});
