import { describe, expect, it } from 'vitest';
import { compileGlob, splitGlob } from '../src/glob.ts';

const matches = (glob: string, path: string, dot = false): boolean | undefined =>
  compileGlob(glob, { dot, braces: true })?.matches(path);

describe('a glob', () => {
  it.each<[string, string[], string[]]>([
    ['*.ts', ['a.ts', 'a.b.ts'], ['a.tsx', 'src/a.ts', '.ts', '.a.ts']],
    ['.*', ['.env'], ['env', '.git/config']],
    ['**/*.ts', ['a.ts', 'src/a.ts', 'src/b/a.ts'], ['src/.b/a.ts', 'a.js']],
    ['src/**', ['src/a', 'src/b/a.ts'], ['srcs/a', 'src/.env']],
    ['src/**/a.ts', ['src/a.ts', 'src/b/c/a.ts'], ['src/ba.ts']],
    ['a**b', ['ab', 'axb'], ['a/b']],
    ['?at', ['cat'], ['at', '/at', 'chat']],
    ['[cb]at', ['cat', 'bat'], ['rat']],
    ['[!cb]at', ['rat'], ['cat', '/at']],
    ['[a-c]x[]]', ['bx]'], ['dx]']],
    ['v[[:digit:]]', ['v1'], ['vx']],
    ['*.{ts,tsx}', ['a.ts', 'a.tsx'], ['a.js', 'a.{ts,tsx}']],
    ['{src,test}/**/*.ts', ['src/a.ts', 'test/b/a.ts'], ['lib/a.ts']],
    ['{a,{b,c}d}e', ['ae', 'bde', 'cde'], ['be', 'ade']],
    ['{**/a,b}', ['a', 'x/y/a', 'b'], ['x/b']],
    ['page{8..11}', ['page8', 'page10'], ['page7', 'page12']],
    ['{a}', ['{a}'], ['a']],
    ['@(a|b).c', ['a.c', 'b.c'], ['ab.c']],
    ['+(ab)', ['ab', 'abab'], ['', 'aba']],
    ['*(ab)c', ['c', 'ababc'], ['abac']],
    ['?(a)b', ['b', 'ab'], ['aab']],
    ['\\*', ['*'], ['a']],
    ['[x', ['[x'], ['x']],
    ['a{b', ['a{b'], ['ab']],
    ['*{.ts,.js}', ['a.ts'], ['.ts']],
    ['{.,}a', ['.a', 'a'], ['ba']],
    ['*/.env', ['a/.env'], ['.env']],
    ['!a*', ['!a', '!ab'], ['b']],
  ])('%s matches what a shell makes of it', (glob, those, others) => {
    expect(those.filter((path) => !matches(glob, path))).toEqual([]);
    expect(others.filter((path) => matches(glob, path))).toEqual([]);
  });

  it('takes hidden names where it is told to', () => {
    expect(matches('**', '.github/a.yml', true)).toBe(true);
    expect(matches('**', '.github/a.yml')).toBe(false);
  });

  it('knows below which folders something may match', () => {
    const glob = compileGlob('src/*/a.ts', { dot: false, braces: true });
    expect(['src', 'src/b', 'src/.b', 'src/b/c', 'lib'].filter((folder) => glob?.reaches(folder))).toEqual([
      'src',
      'src/b',
    ]);
  });

  it.each([
    ['stars', '*a'.repeat(1000)],
    ['stars and slashes', '**/*a'.repeat(500)],
    ['groups that repeat', '+(+(+(+(a*)*)*)*)b'],
    ['braces', '{a,{a,{a,*}}}'.repeat(200)],
    ['open braces', `${'{'.repeat(4000)}}`],
    ['braces in braces', `${'{a,'.repeat(900)}a${'}'.repeat(900)}`],
    ['open braces and one end', `${'{'.repeat(31)}}`],
    ['open groups, each with a whole one', `${'@({a,b}'.repeat(31)}`],
    ['open groups', '@('.repeat(1500)],
    ['open brackets', '['.repeat(4000)],
    ['classes', '[ab]'.repeat(1000)],
    ['brackets before one end', `${'['.repeat(4000)}]`],
    ['groups in groups', `${'@('.repeat(1000)}a${')'.repeat(1000)}`],
    ['groups with classes', '@(*[a]|{[a],b})'.repeat(200)],
  ])('of many %s is answered at once', (_, pattern) => {
    for (const literals of [false, true]) {
      const startedAt = performance.now();
      compileGlob(pattern, { dot: false, braces: true, literals })?.matches('a'.repeat(1000));
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
  });

  it('that excludes, or that is longer than any path, is none', () => {
    expect(compileGlob('!(a)', { dot: false, braces: true })).toBeUndefined();
    expect(compileGlob('a'.repeat(5000), { dot: false, braces: true })).toBeUndefined();
  });

  it('is split where its wildcards begin', () => {
    expect(splitGlob('src/a/*.ts')).toEqual({ base: 'src/a', glob: '*.ts' });
    expect(splitGlob('/*.ts')).toEqual({ base: '/', glob: '*.ts' });
    expect(splitGlob('/usr/**')).toEqual({ base: '/usr', glob: '**' });
    expect(splitGlob('src\\[1\\]/*')).toEqual({ base: 'src[1]', glob: '*' });
    expect(splitGlob('src/a(1).ts')).toBeUndefined();
  });
});

describe('brackets, braces and groups that also mean themselves', () => {
  const options = { dot: true, braces: true, ignoreCase: true };
  const matches = (pattern: string, path: string): boolean | undefined =>
    compileGlob(pattern, { ...options, literals: true })?.matches(path);

  it.each([
    ['app/[id]/[A-Z]*.tsx', 'app/[id]/Page.tsx'],
    ['app/[id]/[A-Z]*.tsx', 'app/i/Page.tsx'],
    ['app/[id]/[!y].ts', 'app/[id]/x.ts'],
    ['app/[[...slug]]/@(x|y).ts', 'app/[[...slug]]/x.ts'],
    ['app/(auth)/[id]/{a,b}.[jt]s', 'app/(auth)/[id]/b.ts'],
    ['{a,b}/[xX]*', '{a,b}/x.ts'],
    ['{a,b}/[xX]*', 'b/x.ts'],
    ['a[b/[xX]*.ts', 'a[b/x.ts'],
    ['a]b/[xX]*.ts', 'a]b/x.ts'],
    ['+page@(app)/[ab].ts', '+page@(app)/a.ts'],
    ['+page@(app)/[ab].ts', '+pageapp/a.ts'],
    ['**/{x,[id]}/[k]*.ts', 'd/[id]/k.ts'],
    ['**/{x,[id]}/[k]*.ts', 'd/i/k.ts'],
    ['[id=int]/[[a]b]', '[id=int]/[[a]b]'],
    ['[id=int]/[[a]b]', '[id=int]/[ab]'],
    ['?(x)/[a]', 'y(x)/a'],
    ['*(x)/[a]', 'yy(x)/a'],
  ])('%s means %s', (pattern, path) => {
    expect(matches(pattern, path)).toBe(true);
  });

  it.each([
    ['app/[id]/[A-Z]*.tsx', 'app/x/Page.tsx'],
    ['app/[id]/[A-Z]*.tsx', 'app/[id]/1.tsx'],
    ['app/[id]/[A-Z]*.tsx', 'app/[i/Page.tsx'],
    ['{a,b}/[xX]*', 'a,b/x'],
    ['@(x|y).ts', '@(x.ts'],
  ])('%s does not mean %s', (pattern, path) => {
    expect(matches(pattern, path)).toBe(false);
  });

  it('mean what any reading of each of them means', () => {
    const pieces = [
      '[id]',
      '[a-c]',
      '[!a]',
      '[...s]',
      '[[a]]',
      '(a)',
      '@(a|b)',
      '?(a)',
      '*(b)',
      '{a,b}',
      '{{c}}',
      '{1..3}',
      'a',
      '/',
      '/',
      '*',
      '[',
      ']',
    ];
    let seed = 1;
    const pick = (texts: readonly string[]): string => {
      seed = (seed * 48_271) % 2_147_483_647;
      return texts[seed % texts.length] ?? '';
    };
    const join = (count: number): string => Array.from({ length: count }, () => pick(pieces)).join('');
    const listReadings = (pattern: string): string[] =>
      [...pattern.matchAll(/\[|\{|(?<=[@?*+])\(/g)].reduceRight(
        (readings, { index }) =>
          readings.flatMap((one) => [one, `${one.slice(0, index)}\\${one.slice(index)}`]),
        [pattern],
      );
    for (let count = 0; count < 300; count += 1) {
      const pattern = join(5);
      const readings = listReadings(pattern).map((one) => compileGlob(one, options));
      for (const path of [
        pattern,
        ...Array.from(
          { length: 20 },
          () =>
            pick(['a', 'b', '[id]', '[', 'a]', '@(a|b)', '{a,b}', '2', '(a)', '']) +
            pick(['', '/', '/a', 'b/[a]']) +
            join(1),
        ),
      ])
        expect([pattern, path, matches(pattern, path)]).toEqual([
          pattern,
          path,
          readings.some((one) => one?.matches(path)),
        ]);
    }
  });
});
