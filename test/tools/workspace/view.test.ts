import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from './workspace.ts';

const numbers = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n');

describe('view shows a text file', () => {
  const files = { 'a.txt': 'one\ntwo\nthree\n', 'dos.txt': 'one\r\ntwo\r\n', 'empty.txt': '' };

  it.each<[string, Record<string, unknown>, string]>([
    ['whole', { path: 'a.txt' }, '1. one\n2. two\n3. three'],
    ['by a path with dots', { path: './x/../a.txt' }, '1. one\n2. two\n3. three'],
    ['from a line on', { path: 'a.txt', view_range: [2, -1] }, '2. two\n3. three'],
    ['a range', { path: 'a.txt', view_range: [2, 2] }, '2. two'],
    ['a range that ends behind the file', { path: 'a.txt', view_range: [3, 90] }, '3. three'],
    ['without the carriage returns', { path: 'dos.txt' }, '1. one\n2. two'],
    ['that is empty', { path: 'empty.txt' }, '(empty file)'],
    ['with a range of null', { path: 'a.txt', view_range: null }, '1. one\n2. two\n3. three'],
  ])('%s', async (_what, input, expected) => {
    expect(await createWorkspace(files).call('view', input)).toBe(expected);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no path', {}, /`path` is missing/],
    ['a path that is no text', { path: 3 }, /`path` must be a text/],
    ['an empty path', { path: '' }, /path is empty/],
    ['a NUL', { path: 'a\0b' }, /NUL/],
    ['a file that is not there', { path: 'b.txt' }, /b\.txt does not exist/],
    ['a path through a file', { path: 'a.txt/b' }, /does not exist/],
    ['a range of one number', { path: 'a.txt', view_range: [1] }, /two whole numbers/],
    ['a range that begins at 0', { path: 'a.txt', view_range: [0, 2] }, /line 1 or later/],
    ['a range that runs backwards', { path: 'a.txt', view_range: [3, 2] }, /ends before it begins/],
    ['a range behind the end', { path: 'a.txt', view_range: [9, 10] }, /has 3 lines/],
    ['a device', { path: '/dev/zero' }, /belongs to the system/],
    ['what a process shows of itself', { path: '/proc/self/environ' }, /belongs to the system/],
    ['an open file of ours', { path: '/dev/fd/0' }, /belongs to the system|does not exist|cannot/],
  ])('and refuses %s', async (_what, input, expected) => {
    await expect(createWorkspace(files).call('view', input)).rejects.toThrow(expected);
  });

  it('of many lines up to a limit, and says how to see more', async () => {
    const workspace = createWorkspace({ 'long.txt': numbers(9000) });
    const first = await workspace.call('view', { path: 'long.txt' });
    expect(first.length).toBeLessThan(41_000);
    const next = /\[Lines 1 to (\d+) of 9000\. For more: view_range \[(\d+), (\d+)\]\.\]$/.exec(first);
    expect(Number(next?.[2])).toBe(Number(next?.[1]) + 1);
    const more = await workspace.call('view', {
      path: 'long.txt',
      view_range: [Number(next?.[2]), Number(next?.[3])],
    });
    expect(more).toMatch(new RegExp(`^${next?.[2]}\\. line ${next?.[2]}\n`));
  });

  it('of one endless line up to a limit', async () => {
    const text = await createWorkspace({ 'a.js': 'x'.repeat(3_000_000) }).call('view', { path: 'a.js' });
    expect(text).toBe(`1. ${'x'.repeat(2000)} [… 2998000 characters are left out …]`);
  });

  it('shows no part of a private key that may be read, and the lines behind it with their numbers', async () => {
    const rows = Array.from({ length: 6 }, (_, at) => `MIICdQ${'Ab3+'.repeat(14)}${at}/`);
    const key = ['-----BEGIN PRIVATE KEY-----', ...rows, '-----END PRIVATE KEY-----'];
    const workspace = createWorkspace({ 'server.pem': ['a', ...key, 'b', ''].join('\n') });
    const text = await workspace.call('view', { path: 'server.pem', view_range: [4, 9] });
    expect(text).toBe('4. \n5. \n6. \n7. \n8. \n9. ');
    expect(await workspace.call('view', { path: 'server.pem', view_range: [10, 10] })).toBe('10. b');
  });

  it.each<[string, Uint8Array, string]>([
    ['UTF-16', Buffer.from('\ufeffgrün\n', 'utf16le'), '[The file is encoded as utf-16le.]\n1. grün'],
    ['Windows-1252', Buffer.from('gr\xfcn\n', 'latin1'), '[The file is encoded as windows-1252.]\n1. grün'],
    ['UTF-8 with a byte-order mark', Buffer.from('\ufeffgrün\n'), '1. grün'],
  ])('in %s', async (_what, bytes, expected) => {
    expect(await createWorkspace({ 'a.txt': bytes }).call('view', { path: 'a.txt' })).toBe(expected);
  });
});

describe('view', () => {
  it('shows an image as an image', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const { parts } = await createWorkspace({ 'a.txt': png }).callWhole('view', { path: 'a.txt' });
    expect(parts).toEqual([
      { type: 'text', text: 'a.txt' },
      { type: 'image', source: { mediaType: 'image/png', data: png.toString('base64') } },
    ]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['binary data', Buffer.from([1, 0, 2]), /a is not a text file/],
    ['a PDF', Buffer.from('%PDF-1.7\n'), /application\/pdf document/],
    ['a HEIC image', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0'), /HEIC/],
  ])('refuses %s in words', async (_what, bytes, expected) => {
    await expect(createWorkspace({ a: bytes }).call('view', { path: 'a' })).rejects.toThrow(expected);
  });

  it('writes the name of a file as it is at the beginning of a sentence, too', async () => {
    const broken = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(8 * 1024 * 1024)]);
    const workspace = createWorkspace({ 'plan.png': broken });
    await expect(workspace.call('view', { path: 'plan.png' })).rejects.toThrow(
      /^plan\.png: the image is damaged/,
    );
  });

  it('does not read a file of ten gigabytes', async () => {
    const workspace = createWorkspace({ text: numbers(100_000), holes: 'a\n' });
    truncateSync(join(workspace.cwd, 'text'), 10 * 1024 ** 3);
    truncateSync(join(workspace.cwd, 'holes'), 10 * 1024 ** 3);
    await expect(workspace.call('view', { path: 'holes' })).rejects.toThrow('holes is not a text file');
    await expect(workspace.call('view', { path: 'text' })).rejects.toThrow('text is not a text file');
  });

  it('refuses a pipe, and does not wait for it', async () => {
    const workspace = createWorkspace({ 'plain.txt': 'x' });
    execFileSync('mkfifo', [join(workspace.cwd, 'pipe')]);
    await expect(workspace.call('view', { path: 'pipe' })).rejects.toThrow(
      'pipe is neither a file nor a folder',
    );
    const plan = await workspace.plan('view', { path: 'plain.txt' });
    unlinkSync(join(workspace.cwd, 'plain.txt'));
    execFileSync('mkfifo', [join(workspace.cwd, 'plain.txt')]);
    await expect(plan.run()).rejects.toThrow('plain.txt is neither a file nor a folder');
  });

  it.skipIf(process.getuid?.() === 0)('says that it may not read a file', async () => {
    const workspace = createWorkspace({ 'a.txt': 'x' });
    chmodSync(join(workspace.cwd, 'a.txt'), 0);
    await expect(workspace.call('view', { path: 'a.txt' })).rejects.toThrow(
      'a.txt cannot be read: permission denied',
    );
  });

  it('lists a folder two levels deep, without hidden and ignored entries', async () => {
    const workspace = createWorkspace({
      '.gitignore': 'build/\n*.log\n',
      'a.txt': '',
      'build/out.js': '',
      'src/b.ts': '',
      'src/.secret': '',
      'src/deep/c.ts': '',
      'src/debug.log': '',
    });
    symlinkSync('/etc', join(workspace.cwd, 'link'));
    expect(await workspace.call('view', { path: '.' })).toBe(
      [
        'a.txt',
        'link@',
        'src/',
        'src/b.ts',
        'src/deep/',
        '[Hidden or ignored entries that are left out: 4.]',
      ].join('\n'),
    );
  });

  it('lists odd names on one line each', async () => {
    const workspace = createWorkspace({
      'a\nb': '',
      'c\u202egnp.exe': '',
      'd\u001b[31m': '',
      'plain "q"': '',
    });
    expect(await workspace.call('view', { path: '.' })).toBe(
      ['"a\\nb"', '"c\\u202egnp.exe"', '"d\\u001b[31m"', 'plain "q"'].join('\n'),
    );
  });

  it('lists at most 500 entries', async () => {
    const files = Array.from({ length: 700 }, (_, index) => [`f${String(index).padStart(3, '0')}`, '']);
    const text = await createWorkspace(Object.fromEntries(files)).call('view', { path: '.' });
    expect(text.split('\n')).toHaveLength(501);
    expect(text).toMatch(/\[200 or more entries are left out/);
  });
});

describe('the access of view', () => {
  const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n';
  const files = {
    'src/a.ts': 'a',
    '.github/ci.yml': 'b',
    'src/.hidden/c': 'c',
    '.gitignore': 'dist/\n*.log\n',
    'dist/deep/d.js': 'd',
    'debug.log': 'e',
    'server.pem': 'f',
    'notes.txt': key,
    'long.txt': `${'x'.repeat(70_000)}\n${key}`,
    'named.txt': 'harmless',
    '../outside.txt': 'g',
    '../.ssh/id_rsa': key,
    '../.config/copilot-cli/config.json': '{}',
    '../.cache/copilot-cli/outputs/bash-1.txt': 'h',
    '../workshop/h.txt': 'h',
  };

  it.each<[string, string, string | undefined]>([
    ['an ordinary file', 'src/a.ts', undefined],
    ['a folder', 'src', undefined],
    ['the folder itself', '.', undefined],
    ['a hidden file', '.gitignore', 'hidden'],
    ['a file in a hidden folder', '.github/ci.yml', 'hidden'],
    ['a hidden folder further down', 'src/.hidden/c', 'hidden'],
    ['an ignored file', 'debug.log', 'ignored'],
    ['a file in an ignored folder', 'dist/deep/d.js', 'ignored'],
    ['a file that looks secret', 'server.pem', 'credential'],
    ['a private key far behind in an ordinary file', 'long.txt', 'credential'],
    ['a private key under a harmless name', 'notes.txt', 'credential'],
    ['a file beside the folder', '../outside.txt', 'outside'],
    ['a folder whose name begins alike', '../workshop/h.txt', 'outside'],
    ['a file of the home folder', '~/outside.txt', 'outside'],
    ['the root', '/', 'outside'],
    ['a key of the person', '~/.ssh/id_rsa', 'credential'],
    ['a file of ours', '~/.config/copilot-cli/config.json', 'own'],
    ['an output that was too long', '~/.cache/copilot-cli/outputs/bash-1.txt', undefined],
    ['a link to a file outside', 'to-outside', 'outside'],
    ['a file behind a link to a folder outside', 'to-home/outside.txt', 'outside'],
    ['a link to a key', 'to-key', 'credential'],
    ['a link to a hidden file', 'to-hidden', 'hidden'],
    ['a link to an ordinary file', 'to-plain', undefined],
    ['dots behind a link', 'to-home/../src/a.ts', undefined],
  ])('for %s (%s) tells what is special: %s', async (_what, path, special) => {
    const workspace = createWorkspace(files);
    const link = (target: string, name: string): void => symlinkSync(target, join(workspace.cwd, name));
    link('../outside.txt', 'to-outside');
    link('..', 'to-home');
    link(join(workspace.home, '.ssh/id_rsa'), 'to-key');
    link('.github/ci.yml', 'to-hidden');
    link('src/a.ts', 'to-plain');
    const { accesses } = await workspace.plan('view', { path });
    expect(accesses.map((access) => (access as { special?: string }).special)).toEqual([special]);
    expect(accesses[0]).toMatchObject({ kind: 'read', path: expect.not.stringMatching(/\.\.|to-/) });
  });

  it('is that of a key for a second name of a key', async () => {
    const workspace = createWorkspace({ ...files, '../.ssh/known': 'who knows' });
    linkSync(join(workspace.home, '.ssh/known'), join(workspace.cwd, 'readme.txt'));
    const { accesses } = await workspace.plan('view', { path: 'readme.txt' });
    expect(accesses).toEqual([
      { kind: 'read', path: join(workspace.cwd, 'readme.txt'), special: 'credential' },
    ]);
  });

  it.each(['.env', 'packages/a/server.key'])(
    'is that of a secret for a second name of %s of the folder, and grep leaves it out',
    async (secret) => {
      const workspace = createWorkspace({ ...files, [secret]: 'KEY=CANARY\n', 'src/other.txt': 'CANARY\n' });
      linkSync(join(workspace.cwd, secret), join(workspace.cwd, 'readme.txt'));
      linkSync(join(workspace.cwd, 'src/other.txt'), join(workspace.cwd, 'src/second.txt'));
      const { accesses } = await workspace.plan('view', { path: 'readme.txt' });
      expect(accesses).toEqual([
        { kind: 'read', path: join(workspace.cwd, 'readme.txt'), special: 'credential' },
      ]);
      const found = await workspace.call('grep', { pattern: 'CANARY', output_mode: 'files_with_matches' });
      expect(found).toBe('src/other.txt\nsrc/second.txt');
    },
  );

  it('of a folder that git ignores, in which the person stands, is ordinary', async () => {
    const home = createWorkspace({
      '.gitignore': 'dist/\n',
      '.git/HEAD': '',
      'dist/a.js': 'a',
      'dist/b/c.js': '',
    });
    const workspace = createWorkspace({}, { cwd: join(home.cwd, 'dist'), roots: [join(home.cwd, 'dist')] });
    expect(await workspace.plan('view', { path: 'a.js' })).toMatchObject({
      accesses: [{ kind: 'read', path: join(home.cwd, 'dist/a.js') }],
    });
    expect(await workspace.call('view', { path: '.' })).toBe('a.js\nb/\nb/c.js');
  });

  it.each<[string, (workspace: { cwd: string; home: string }) => void]>([
    [
      'became a link to a key',
      ({ cwd, home }) => {
        unlinkSync(join(cwd, 'src/a.ts'));
        symlinkSync(join(home, '.ssh/id_rsa'), join(cwd, 'src/a.ts'));
      },
    ],
    [
      'lies in a folder that became a link',
      ({ cwd, home }) => {
        renameSync(join(cwd, 'src'), join(cwd, 'old'));
        mkdirSync(join(home, 'elsewhere'));
        writeFileSync(join(home, 'elsewhere/a.ts'), 'not yours');
        symlinkSync(join(home, 'elsewhere'), join(cwd, 'src'));
      },
    ],
    [
      'became a second name of a key',
      ({ cwd, home }) => {
        unlinkSync(join(cwd, 'src/a.ts'));
        linkSync(join(home, '.ssh/id_rsa'), join(cwd, 'src/a.ts'));
      },
    ],
    ['got a key', ({ cwd }) => writeFileSync(join(cwd, 'src/a.ts'), key)],
  ])('is not that of a file that %s after the yes', async (_what, change) => {
    const workspace = createWorkspace(files);
    const { run } = await workspace.plan('view', { path: 'src/a.ts' });
    change(workspace);
    await expect(run()).rejects.toThrow('src/a.ts is not what it was when it was approved');
  });

  it.each([
    ['a circle of links', 'circle', /circle of links/],
    ['a link that leads nowhere', 'nowhere', /leads nowhere/],
    ['a path through one', 'nowhere/a/b', /leads nowhere/],
    ['too long a name', `${'x'.repeat(300)}`, /too long a path/],
  ])('is refused for %s', async (_what, path, expected) => {
    const workspace = createWorkspace();
    symlinkSync('circle', join(workspace.cwd, 'circle'));
    symlinkSync('missing', join(workspace.cwd, 'nowhere'));
    await expect(workspace.call('view', { path })).rejects.toThrow(expected);
  });
});
