import { mkdirSync, rmdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { holdsSecret } from '../../../src/credential-files.ts';
import { maskedKeys, maskedTexts } from '../../helpers/masked-texts.ts';
import { createWorkspace, type TestWorkspace } from './workspace.ts';

/** The folder of ripgrep for this machine, if the development dependency has one for it. */
function findRipgrep(): string | undefined {
  try {
    const { resolve } = createRequire(createRequire(import.meta.url).resolve('@vscode/ripgrep'));
    return dirname(resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/rg`));
  } catch {
    return undefined;
  }
}

const ripgrep = findRipgrep();

/** Without ripgrep, and with it. */
const engines = [
  { engine: 'our own search', path: '' },
  ...(ripgrep === undefined ? [] : [{ engine: 'ripgrep', path: ripgrep }]),
];

it.skipIf(ripgrep !== undefined)(
  'ripgrep is not installed for this machine, so only our own search is tested',
  () => {
    expect(engines).toHaveLength(1);
  },
);

const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nneedle\n';
const files: Record<string, string | Uint8Array> = {
  '.gitignore': 'dist/\n*.log\n!keep.log\n/top.txt\n',
  '.hidden/a.txt': 'needle\n',
  '.env': 'needle\n',
  '.ignore': 'src/\n',
  '.rgignore': 'src/\n',
  'dist/a.txt': 'needle\n',
  'debug.log': 'needle\n',
  'keep.log': 'needle\n',
  'top.txt': 'needle\n',
  'sub/top.txt': 'needle\n',
  'sub/.gitignore': 'local.txt\n',
  'sub/local.txt': 'needle\n',
  'server.pem': 'needle\n',
  'notes.txt': key,
  'binary.bin': Buffer.from('needle\0needle'),
  'src/a.ts': 'first\nneedle one\nthird\nNEEDLE two\nneedle_three needle\nlast\n',
  'src/b.ts': 'const a = { b: [1, 2] };\nfoo(bar)\nx.y\nx+y\n\tindent\n  \nend',
  'src/dos.txt': 'a needle\r\nend\r\n',
  'src/words.txt': 'grün größe\nnaïve café\nΣίσυφος\n日本語\n\u00a0nbsp\nfoo123 foo_bar\n-dash\n$money\n',
  'src/old.txt': Buffer.from('needle gr\xfcn\nother\n', 'latin1'),
  'src/utf16.txt': Buffer.from('\ufeffneedle sixteen\n', 'utf16le'),
  'odd name\n.txt': 'needle\n',
  'bundle.js': `${'y'.repeat(900)}"sk-proj-${'a1B2'.repeat(40)}CANARY";behind${'z'.repeat(900)}\n`,
};

const create = (path: string, more: Record<string, string> = {}): TestWorkspace =>
  createWorkspace({ ...files, ...more }, { env: { PATH: path, RIPGREP_CONFIG_PATH: '/nowhere' } });

describe.each(engines)('grep by $engine finds', ({ path }) => {
  const rows: [string, Record<string, unknown>, string][] = [
    [
      'lines, but not of files that are hidden, ignored, secret or binary',
      { pattern: 'needle' },
      [
        'keep.log\n1:needle\n',
        '"odd name\\n.txt"\n1:needle\n',
        'src/a.ts\n2:needle one\n--\n5:needle_three needle\n',
        'src/dos.txt\n1:a needle\n',
        'src/old.txt\n1:needle grün\n',
        'src/utf16.txt\n1:needle sixteen\n',
        'sub/top.txt\n1:needle',
      ].join('\n'),
    ],
    ['lines without regard to case', { pattern: 'needle TWO', '-i': true }, 'src/a.ts\n4:NEEDLE two'],
    ['lines without regard to case, by a flag', { pattern: '(?i)needle TWO' }, 'src/a.ts\n4:NEEDLE two'],
    ['lines around', { pattern: 'one$', '-C': 1 }, 'src/a.ts\n1-first\n2:needle one\n3-third'],
    ['lines before', { pattern: 'one$', '-B': 1, '-A': 0 }, 'src/a.ts\n1-first\n2:needle one'],
    [
      'paths',
      { pattern: 'needle', output_mode: 'files_with_matches', path: 'src' },
      'src/a.ts\nsrc/dos.txt\nsrc/old.txt\nsrc/utf16.txt',
    ],
    ['counts', { pattern: 'needle', output_mode: 'count', glob: '*.ts' }, 'src/a.ts:2'],
    ['in one file', { pattern: 'first', path: 'src/a.ts' }, 'src/a.ts\n1:first'],
    ['in a hidden folder that is named', { pattern: 'needle', path: '.hidden' }, '.hidden/a.txt\n1:needle'],
    ['in an ignored folder that is named', { pattern: 'needle', path: 'dist' }, 'dist/a.txt\n1:needle'],
    ['in a folder below an ignore file', { pattern: 'needle', path: 'sub' }, 'sub/top.txt\n1:needle'],
    ['in files of a glob with a folder', { pattern: 'needle', glob: 'sub/*.txt' }, 'sub/top.txt\n1:needle'],
    ['nothing', { pattern: 'haystack' }, 'No line matches.'],
    ['a dash at the start', { pattern: '-dash' }, 'src/words.txt\n7:-dash'],
    ['what looks like a flag', { pattern: '--files' }, 'No line matches.'],
    ['braces that count nothing', { pattern: '= { b' }, 'src/b.ts\n1:const a = { b: [1, 2] };'],
    ['escapes that need none', { pattern: '\\{ b\\: \\[1\\,' }, 'src/b.ts\n1:const a = { b: [1, 2] };'],
    ['parentheses', { pattern: 'foo\\(bar\\)' }, 'src/b.ts\n2:foo(bar)'],
    ['a dot as any character', { pattern: '^x.y$' }, 'src/b.ts\n3:x.y\n4:x+y'],
    ['an escaped dot', { pattern: 'x\\.y' }, 'src/b.ts\n3:x.y'],
    ['a money sign', { pattern: '\\$money' }, 'src/words.txt\n8:$money'],
    [
      'the end of a line with a carriage return',
      { pattern: 'needle$', path: 'src/dos.txt' },
      'src/dos.txt\n1:a needle',
    ],
    ['blank lines', { pattern: '^\\s+$', path: 'src' }, 'src/b.ts\n6:  '],
    ['tabs', { pattern: '^\\tin' }, 'src/b.ts\n5:\tindent'],
    ['nothing in a token', { pattern: 'CANARY', path: 'bundle.js' }, 'No line matches.'],
    ['nothing in a token', { pattern: '(?<=sk-proj-.{20}).', path: 'bundle.js' }, 'No line matches.'],
    [
      'nothing in a token, and does not count it',
      { pattern: 'sk-proj-a', path: 'bundle.js', output_mode: 'count' },
      'No line matches.',
    ],
    [
      'what stands behind a token, and cuts none in two',
      { pattern: 'behind', path: 'bundle.js' },
      `bundle.js\n1:[…] ${'y'.repeat(114)}"[secret]";behind${'z'.repeat(369)} […]`,
    ],
    [
      'words',
      { pattern: '\\bneedle\\b.*\\bneedle\\b|\\bone\\b', path: 'src/a.ts' },
      'src/a.ts\n2:needle one',
    ],
    ['words in the way of grep', { pattern: '\\<one\\>' }, 'src/a.ts\n2:needle one'],
    ['digits', { pattern: 'o\\d{3}\\s' }, 'src/words.txt\n6:foo123 foo_bar'],
    ['no digits', { pattern: '^\\D+ gr\\Dn$' }, 'src/old.txt\n1:needle grün'],
    ['classes', { pattern: 'foo[[:digit:]]+[^\\w]foo[_-]' }, 'src/words.txt\n6:foo123 foo_bar'],
    [
      'a bracket in a class',
      { pattern: '[]] [}]', path: 'src/b.ts' },
      'src/b.ts\n1:const a = { b: [1, 2] };',
    ],
    ['letters with marks', { pattern: 'gr.n gr[öo]ße' }, 'src/words.txt\n1:grün größe'],
    [
      'letters with marks, without regard to case',
      { pattern: 'GRÜN GR', '-i': true },
      'src/words.txt\n1:grün größe',
    ],
    ['Greek without regard to case', { pattern: 'σίσυφοσ', '-i': true }, 'src/words.txt\n3:Σίσυφος'],
    ['characters by number', { pattern: '\\u65e5\\x{672c}' }, 'src/words.txt\n4:日本語'],
    ['a blank that does not break', { pattern: '^\\snbsp' }, 'src/words.txt\n5:\u00a0nbsp'],
    ['alternatives in a named group', { pattern: '(?P<a>caf|xyz)é' }, 'src/words.txt\n2:naïve café'],
    [
      'what is not followed',
      { pattern: 'needle(?! one)', path: 'src/a.ts' },
      'src/a.ts\n5:needle_three needle',
    ],
    ['what was found before', { pattern: '(needle).*\\1' }, 'src/a.ts\n5:needle_three needle'],
    ['letters of any script', { pattern: '^\\p{Script=Han}+$' }, 'src/words.txt\n4:日本語'],
    ['lazily', { pattern: 'n.*?e two', '-i': true }, 'src/a.ts\n4:NEEDLE two'],
    ['each line', { pattern: 'x?', path: 'src/dos.txt' }, 'src/dos.txt\n1:a needle\n2:end'],
    [
      'at most some',
      { pattern: 'needle', path: 'src/a.ts', head_limit: 1 },
      'src/a.ts\n2:needle one\n[There are more matches. Use a narrower pattern, a glob or head_limit.]',
    ],
  ];

  it('the lines of the table', async () => {
    const workspace = create(path);
    const found: Record<string, string> = {};
    for (const [what, input] of rows) found[what] = await workspace.call('grep', input);
    expect(found).toEqual(Object.fromEntries(rows.map(([what, , expected]) => [what, expected])));
  });

  it('the same in a repository, where ignore files above the folder count', async () => {
    const workspace = create(path, {
      '.git/HEAD': '',
      'sub/deep/a.log': 'needle',
      'sub/deep/b.txt': 'needle',
    });
    expect(await workspace.call('grep', { pattern: 'needle', path: 'sub/deep' })).toBe(
      'sub/deep/b.txt\n1:needle',
    );
    const outside = create(path, { 'sub/deep/a.log': 'needle' });
    expect(await outside.call('grep', { pattern: 'needle', path: 'sub/deep' })).toBe(
      'sub/deep/a.log\n1:needle',
    );
  });

  it('no file that is hidden or ignored, though an ignore file takes it back', async () => {
    const workspace = create(path, {
      '.git/config': 'needle\n',
      '.gitignore':
        '!.git\n!.git/**\n!.hidden\n!.hidden/**\n!.profile\n!.deep\n!.deep/**\ndist/\n!dist/a.txt\n',
      '.profile': 'needle\n',
      'sub/.gitignore': '!.deep\n!.deep/**\n!.rc\n',
      'sub/.deep/a/b.txt': 'needle\n',
      'sub/.rc': 'needle\n',
      'sub/shown.txt': 'needle\n',
      '.ignore': '!*\n!.*\n',
      '.rgignore': '!*\n!.*\n',
    });
    const found = await workspace.call('grep', { pattern: 'needle', output_mode: 'files_with_matches' });
    expect(found.split('\n').filter((file) => /(?:^|\/)\.|^dist/.test(file))).toEqual([]);
    expect(found).toContain('sub/shown.txt');
    const named = await workspace.call('grep', { pattern: 'needle', path: 'sub/.deep' });
    expect(named).toBe('sub/.deep/a/b.txt\n1:needle');
  });

  it('no file behind a link, and no file of ten gigabytes', async () => {
    const workspace = create(path, { '../beside/a.txt': 'needle', 'holes.txt': 'needle' });
    symlinkSync('../beside', join(workspace.cwd, 'src/link'));
    symlinkSync('../../beside/a.txt', join(workspace.cwd, 'src/link.txt'));
    truncateSync(join(workspace.cwd, 'holes.txt'), 10 * 1024 ** 3);
    const text = await workspace.call('grep', { pattern: 'needle', output_mode: 'files_with_matches' });
    expect(text).not.toMatch(/link|beside|holes\.txt/);
  });

  it.each([
    ['beside the mask', (guess: string) => `sk-proj-${guess}|\\[secret\\]`],
    ['in a negative look', (guess: string) => `^(?!.*sk-proj-${guess})`],
    ['behind a look', (guess: string) => `(?<=sk-proj-)${guess}|const`],
    ['among letters that the mask has not', (guess: string) => `^const key = "[^${guess}]*";$`],
    ['in a word that ends with the mask', (guess: string) => `sk-proj-${guess}|"\\B`],
    ['alone', (guess: string) => `sk-proj-${guess}`],
  ])('the same for a right and a wrong guess of a masked token, %s', async (_, toPattern) => {
    const workspace = create(path, { 'conf.js': 'const key = "sk-proj-Qa7Zr4Tm9Lp2X";\nend\n' });
    const calls = ['content', 'count', 'files_with_matches'].flatMap((output_mode) => [
      { output_mode, glob: 'conf.js' },
      { output_mode, path: 'conf.js' },
    ]);
    for (const call of calls) {
      const [right, wrong] = await Promise.all(
        ['Q', 'R'].map((guess) => workspace.call('grep', { ...call, pattern: toPattern(guess) })),
      );
      expect(right).toBe(wrong);
    }
  });

  it('the place of each secret that is masked, whatever it is', async () => {
    const texts = [...maskedTexts, ...maskedKeys].map(([, text]) => text);
    const secrets = Object.fromEntries(texts.map((text, at) => [`masked/${at}.txt`, `first\n${text}\n`]));
    const workspace = create(path, secrets);
    const isSearched = (text: string): boolean => !holdsSecret(text);
    const found = await workspace.call('grep', {
      pattern: '\\[secret\\]',
      path: 'masked',
      output_mode: 'count',
    });
    expect(found.split('\n').map((line) => line.replace(/:\d+$/, ''))).toEqual(
      texts.flatMap((text, at) => (isSearched(text) ? [`masked/${at}.txt`] : [])).sort(),
    );
  });

  it('the lines behind a key of a file that may be read, with their numbers', async () => {
    const lines = [
      'first',
      key.trim(),
      'MIIEpAIBAAKCAQEA'.repeat(4),
      '-----END OPENSSH PRIVATE KEY-----',
      'last',
    ];
    const workspace = create(path, { 'server.pem': lines.join('\n') });
    expect(await workspace.call('grep', { pattern: 'last|secret|MII|needle', path: 'server.pem' })).toBe(
      'server.pem\n2:[secret]\n--\n6:last',
    );
  });

  it('the part around the match of a long line', async () => {
    const workspace = create(path, { 'long.js': `${'a'.repeat(100_000)}needle${'b'.repeat(100_000)}` });
    const text = await workspace.call('grep', { pattern: 'needle', glob: 'long.js' });
    expect(text).toMatch(/^long\.js\n1:\[…\] a+needleb+ \[…\]/);
    expect(text.length).toBeLessThan(700);
  });

  it('no more than fits an answer', async () => {
    const workspace = create(path, { 'many.txt': 'a needle and some words behind it\n'.repeat(100_000) });
    const text = await workspace.call('grep', { pattern: 'needle', path: 'many.txt', head_limit: 5000 });
    expect(text.length).toBeLessThan(41_000);
    expect(text).toMatch(/There are more matches/);
  });
});

describe('grep', () => {
  it('finds a needle in 20,000 files, while others go on', { tags: 'deep', timeout: 180_000 }, async () => {
    const { cwd } = createWorkspace();
    for (let folder = 0; folder < 20; folder += 1) {
      mkdirSync(join(cwd, `d${folder}`));
      for (let file = 0; file < 1000; file += 1)
        writeFileSync(join(cwd, `d${folder}`, `f${file}.txt`), `${folder * 1000 + file}\n`);
    }
    const delay = monitorEventLoopDelay({ resolution: 10 });
    for (const { path } of engines) {
      const workspace = createWorkspace({}, { cwd, roots: [cwd], env: { PATH: path } });
      delay.enable();
      expect(await workspace.call('grep', { pattern: '^19998$' })).toBe('d19/f998.txt\n1:19998');
      const files = await workspace.call('glob', { pattern: '**/f*.txt' });
      delay.disable();
      expect(files).toMatch(/\[\d+ more files match\. Use a narrower pattern\.\]$/);
    }
    expect(delay.max / 1e6).toBeLessThan(1000);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{}, /`pattern` is missing/],
    [{ pattern: '' }, /`pattern` is empty/],
    [{ pattern: '(a' }, /not a regular expression: Unterminated group/],
    [{ pattern: 'a\nb' }, /holds a line end/],
    [{ pattern: 'a\\' }, /lone backslash/],
    [{ pattern: '[a' }, /\[ without a \]/],
    [{ pattern: '\\q' }, /\\q, which means nothing/],
    [{ pattern: 'x'.repeat(5000) }, /too long/],
    [{ pattern: 'a', output_mode: 'lines' }, /`output_mode` must be one of/],
    [{ pattern: 'a', '-A': -1 }, /at least 0/],
    [{ pattern: 'a', '-i': 'yes' }, /`-i` must be true or false/],
    [{ pattern: 'a', glob: '!(a)' }, /`glob` cannot be used/],
    [{ pattern: 'a', path: 'nowhere' }, /nowhere does not exist/],
  ])('refuses %o in words', async (input, expected) => {
    await expect(create('').call('grep', input)).rejects.toThrow(expected);
  });

  it.each<[string, string | undefined]>([
    ['.', undefined],
    ['src/a.ts', undefined],
    ['..', 'outside'],
    ['.hidden', 'hidden'],
    ['dist', 'ignored'],
    ['server.pem', 'credential'],
    ['notes.txt', 'credential'],
  ])('of %s is an access that is special: %s', async (path, special) => {
    const { accesses } = await create('').plan('grep', { pattern: 'a', path });
    expect(accesses).toEqual([
      {
        kind: 'read',
        path: expect.any(String),
        ...(special && { special }),
        ...(!path.includes('.') || /^\.+$|^\.hidden/.test(path) ? { folder: 'files' } : {}),
      },
    ]);
  });

  it('does not search a folder that became a link after the yes', async () => {
    const workspace = create('', { '../beside/a.txt': 'needle' });
    mkdirSync(join(workspace.cwd, 'new'));
    const { run } = await workspace.plan('grep', { pattern: 'needle', path: 'new' });
    rmdirSync(join(workspace.cwd, 'new'));
    symlinkSync('../beside', join(workspace.cwd, 'new'));
    await expect(run()).rejects.toThrow('new is not what it was when it was approved');
  });

  it('stops with the signal, even in a pattern that takes for ever', async () => {
    const workspace = createWorkspace({ 'a.txt': `${'a'.repeat(60)}!` }, { env: { PATH: '' } });
    const controller = new AbortController();
    const searching = workspace.callWhole('grep', { pattern: '^(a+)+$' }, controller.signal);
    const ticks = new Promise<void>((resolve) => {
      let left = 5;
      const timer = setInterval(() => {
        left -= 1;
        if (left > 0) return;
        clearInterval(timer);
        resolve();
      }, 20);
    });
    // Our own thread goes on.
    await ticks;
    controller.abort(new Error('enough'));
    await expect(searching).rejects.toThrow('enough');
  });

  it('says nothing of secrets, not even whether they match, and searches them after a yes', async () => {
    const workspace = create('');
    expect(await workspace.call('grep', { pattern: 'OPENSSH' })).toBe('No line matches.');
    writeFileSync(join(workspace.cwd, 'long.txt'), `${'x\n'.repeat(40_000)}${key}`);
    expect(await workspace.call('grep', { pattern: 'OPENSSH' })).toBe('No line matches.');
    expect(await workspace.call('grep', { pattern: 'needle', path: 'notes.txt' })).toBe(
      'notes.txt\n2:needle',
    );
    expect(await workspace.call('grep', { pattern: 'needle', path: '.env' })).toBe('.env\n1:needle');
  });

  it.each(['binary.bin', 'large.txt'])('says that it cannot search %s', async (path) => {
    const workspace = create('', { 'large.txt': 'needle\n'.repeat(2_000_000) });
    await expect(workspace.call('grep', { pattern: 'needle', path })).rejects.toThrow(
      `${path} is too large to search, or is not a text file.`,
    );
  });

  it('tells that a pattern takes too long', { tags: 'deep', timeout: 60_000 }, async () => {
    let time = 0;
    // Each look at the clock finds it 28 s later, so two of the 30 s are left for the thread.
    let step = 28_000;
    const now = (): number => {
      time += step;
      return time;
    };
    const workspace = createWorkspace({ 'a.txt': `${'a'.repeat(60)}!` }, { env: { PATH: '' }, now });
    await expect(workspace.call('grep', { pattern: '^(a+)+$' })).rejects.toThrow(/took longer than 30 s/);
    step = 0;
    // The next search has a thread of its own.
    expect(await workspace.call('grep', { pattern: '!' })).toMatch(/^a\.txt/);
  });

  it('makes several searches at once', async () => {
    const workspace = create('');
    const searches = ['first', 'third', 'last', 'NEEDLE'].map((pattern) =>
      workspace.call('grep', { pattern, path: 'src/a.ts' }),
    );
    expect(await Promise.all(searches)).toEqual([
      'src/a.ts\n1:first',
      'src/a.ts\n3:third',
      'src/a.ts\n6:last',
      'src/a.ts\n4:NEEDLE two',
    ]);
  });

  it('passes over files that vanish', async () => {
    const workspace = createWorkspace({ 'a.txt': 'needle' }, { env: { PATH: '' } });
    symlinkSync('/etc/passwd', join(workspace.cwd, 'b.txt'));
    writeFileSync(join(workspace.cwd, 'c.txt'), 'needle');
    expect(await workspace.call('grep', { pattern: 'needle|root' })).toBe(
      'a.txt\n1:needle\n\nc.txt\n1:needle',
    );
  });
});

describe.runIf(process.platform === 'linux').each(engines)(
  'an ignore file without an end',
  ({ engine, path }) => {
    it.each(['.gitignore', 'sub/.gitignore', '.git/info/exclude'])(
      `does not hold up ${engine}: %s`,
      async (name) => {
        const workspace = createWorkspace(
          { 'a.txt': 'needle', 'sub/b.txt': 'needle' },
          { env: { PATH: path } },
        );
        mkdirSync(dirname(join(workspace.cwd, name)), { recursive: true });
        symlinkSync('/dev/zero', join(workspace.cwd, name));
        expect(await workspace.call('grep', { pattern: 'needle' })).toContain('a.txt\n1:needle');
      },
    );
  },
);
