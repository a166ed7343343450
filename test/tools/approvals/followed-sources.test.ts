import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listModulePaths } from '../../../src/tools/approvals/rust-paths.ts';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository, isAllowed, judge } from '../../helpers/judged-repository.ts';

const rules = [
  ...['doc', 'fmt', 'list', 'vet', 'version', 'build', 'mod', 'get'].map((name) => `shell(go ${name}:*)`),
  ...['fmt', 'tree', 'metadata', 'check'].map((name) => `shell(cargo ${name}:*)`),
  'shell(gofmt:*)',
  'shell(npx tsc:*)',
  'shell(tsc:*)',
  'shell(rustfmt:*)',
  'shell(npm run format)',
];

function createOutside(): string {
  return createFolder({
    '.env': 'A=1\n',
    'x.rs': '',
    'o.go': 'package o\n',
    'dir/mod.rs': '',
    'go/o.go': 'package o\n',
    'ts/a.ts': '',
    'data/a.csv': '',
    'crate/Cargo.toml': '',
  });
}

/** `OUT` stands for a folder elsewhere. A text that begins with `-> ` is a link. */
function create(files: Record<string, string>, outside = createOutside()): string {
  const all = Object.entries({
    a: 'a\n',
    '.env': 'A=1\n',
    'conf/credentials.json': '{}',
    'go.mod': 'module m\n\ngo 1.18\n',
    'a.go': 'package m\n',
    'Cargo.toml': '[package]\nname = "m"\nversion = "0.1.0"\n',
    'src/main.rs': 'fn main() {}\n',
    'package.json': '{"scripts":{"format":"cargo fmt && go fmt ./..."}}',
    ...files,
  }).map(([path, text]) => [path, text.replaceAll('OUT', outside)] as const);
  const plain = all.filter(([, text]) => !text.startsWith('-> '));
  const folder = createRepository(createFolder(Object.fromEntries(plain)));
  for (const [path, text] of all) {
    if (!text.startsWith('-> ')) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(text.slice(3), join(folder, path));
  }
  return folder;
}

const leading = /leads out of the folder$|leads to a file that is secret, hidden or no source$/;
const unclear = /names a file in a way that is not understood$/;

describe('a program for sources, by any rule', () => {
  it.each<[command: string, at: string, text: string]>([
    ['go doc -u -src ./p apiKey', 'p/k.go', '-> OUT/o.go'],
    ['go fmt', 'q/q.go', '-> OUT/o.go'],
    ['go fmt ./...', 'q/q.go', '-> ../.env'],
    ['go list -json ./...', 'testdata/q.go', '-> ../conf/credentials.json'],
    ['go vet', 'vendor/x/q.go', '-> OUT/none.go'],
    ['go doc lk', 'vendor/lk', '-> OUT/go'],
    ['go list lk.K', 'q/lk', '-> OUT/go'],
    ['go get ./...', 'q/q.go', '-> OUT/o.go'],
    ['gofmt -l .', '_x/k.go', '-> OUT/o.go'],
    ['go list', 'go.mod', '-> OUT/.env'],
    ['go list -m all', 'go.sum', '-> .env'],
    ['go version', 'go.work', '-> OUT/.env'],
    ['go mod graph', 'go.work.sum', '-> OUT/.env'],
    ['go doc x', 'go.mod', 'module m\nrequire x v0.0.0\nreplace x => OUT/go\n'],
    ['go doc x', 'go.mod', 'module m\nreplace x v1.0.0 => "OUT/go" // here\n'],
    ['go list ./...', 'go.work', 'go 1.18\nuse (\n\t.\n\t../../..\n)\n'],
    ['npx tsc --noEmit --pretty', 'src/a.ts', '-> ../.env'],
    ['tsc --noEmit', 'src/a.tsx', '-> OUT/none.tsx'],
    ['npx tsc', 'x.json', '-> OUT/.env'],
    ['npx tsc -p .', 'shared', '-> OUT/ts'],
    ['cargo fmt --check', 'src/d.rs', '-> OUT/x.rs'],
    ['cargo -q fmt', 'src/d.rs', '-> ../.env'],
    ['cargo fmt', 'src/dir', '-> OUT/dir'],
    ['cargo fmt', 'src/dir', '-> ../target/dir'],
    ['rustfmt --check src/main.rs', 'src/d.rs', '-> OUT/x.rs'],
    ['cargo tree', 'Cargo.toml', '-> OUT/.env'],
    ['cargo metadata', 'Cargo.lock', '-> conf/credentials.json'],
    ['cargo tree', '.cargo/config.toml', '-> OUT/.env'],
    ['cargo tree', '.cargo/config', '-> ../.env'],
    ['cargo tree', '.cargo', '-> OUT/crate'],
    ['cargo fmt', 'rust-toolchain', '-> OUT/.env'],
    ['cargo fmt', 'rust-toolchain.toml', '-> OUT/.env'],
    ['cargo fmt', 'rustfmt.toml', '-> OUT/.env'],
    ['cargo fmt', 'src/.rustfmt.toml', '-> OUT/.env'],
    ['cargo tree', '.hidden/y/Cargo.toml', '-> OUT/.env'],
    ['cargo tree', 'target/Cargo.toml', '-> OUT/.env'],
    ['cargo fmt', 'src/main.rs', '#[path = "OUT/.env"] mod e;'],
    ['cargo fmt', 'src/main.rs', '#[path = "../../x.rs"] mod e;'],
    ['cargo fmt', 'src/main.rs', '#[path = "../.env"] mod e;'],
    ['cargo fmt', 'src/main.rs', '#[path = "../.x/a.rs"] mod e;'],
    ['cargo fmt', 'src/main.rs', '#[path = "../target/a.rs"] mod e;'],
    ['cargo fmt', 'tests/a.rs', '#[cfg_attr(unix, cfg_attr(windows, path = "../.env"))] mod e;'],
    ['npm run format', 'src/main.rs', '#[path = r#"../../../x.rs"#] mod e;'],
    ['cargo --color never fmt --check', 'src/d.rs', '-> OUT/x.rs'],
    ['cargo -q --color always fmt', 'src/d.rs', '-> OUT/x.rs'],
    ['cargo -v --color never -q fmt', 'src/main.rs', '#[path = "../.env"] mod e;'],
    ['go doc -u -src lk/p apiKey', 'vendor', '-> OUT'],
    ['go list go', 'vendor', '-> OUT'],
    ['go vet ./...', 'q/vendor', '-> OUT/go'],
    ['go mod graph', 'vendor', '-> /'],
    ['cargo fmt', 'Cargo.toml', '[lib]\npath = "OUT/.env"\n[package]\nname = "m"\n'],
    ['cargo fmt', 'Cargo.toml', "[package]\nbuild='.env'\n"],
    ['cargo fmt -- --check', 'Cargo.toml', '[[bin]]\nname = "x"\n"path" = "conf/credentials.json"\n'],
    ['cargo tree', 'Cargo.toml', '[dependencies]\nx = { version = "1", path = "OUT/crate" }\n'],
  ])('is asked about for a file that it would open: %s with %s, %s', async (command, at, text) => {
    const { why, always } = await judge(create({ [at]: text, 'target/dir/mod.rs': '' }), command, ...rules);
    const exact = await judge(create({ [at]: text, 'target/dir/mod.rs': '' }), command, `shell(${command})`);
    if (/(?:^|[ /])(?:-> )/.test(text)) expect(why).toContain(`\`${at}\``);
    expect([why, exact.why]).toEqual([expect.stringMatching(leading), expect.stringMatching(leading)]);
    expect(always).toBeUndefined();
  });

  it.each<[command: string, at: string, text: string]>([
    ['cargo fmt', 'src/main.rs', '#[path = "../\\x2eenv"] mod e;'],
    ['cargo fmt', 'src/main.rs', '#[path = concat!("../", ".env")] mod e;'],
    ['cargo fmt', 'src/main.rs', '#[path = "../conf"] mod a { #[path = "x.rs"] mod e; }'],
    ['npm run format', 'src/main.rs', 'mod a { #[path = r#"../../../x.rs"#] mod e; }'],
    ['cargo fmt', 'src/main.rs', 'mod a { #[path = "x-y/c.rs"] mod b; }'],
    ['cargo fmt --check', 'src/main.rs', 'mod a { #[path = "x-y"] mod b { mod c; } }'],
    ['cargo fmt', 'src/main.rs', 'fn f() {} mod a { mod b {} #[cfg_attr(unix, path = "main.rs")] mod c; }'],
    ['rustfmt src/main.rs', 'src/main.rs', 'foo! { #[path = "main.rs"] mod c; }'],
    ['cargo fmt', 'src/main.rs', '---\n"\n---\n#[path = "a.rs"] mod e;'],
    ['cargo fmt', 'Cargo.toml', '[lib]\n"p\\u0061th" = ".env"\n'],
    ['cargo fmt', 'Cargo.toml', '[lib]\npath = """.env"""\n'],
    ['cargo tree', 'Cargo.toml', '[workspace]\nmembers = [\n  "target/x",\n]\n'],
    ['cargo tree', '.cargo/config.toml', 'include = ["../a.toml"]\n'],
    ['go vet ./...', 'c/c.go', 'package c\n// #include "../.env"\nimport "C"\n'],
    ['go vet ./...', 'c/c.go', 'package c\nimport (\n\t"fmt"\n\t/* x */ `C`\n)\n'],
    ['go list -compiled ./...', 'c/c.go', 'package c\nimport "\\x43"\n'],
    ['go list -export ./...', 'c/c.s', '#include "../.env"\n'],
    ['go vet', 'c/c.go', 'package c\nimport x "x" ; import c "C"\n'],
    ['go vet', 'c/c.go', 'package c\nimport(/* ) */ "x"; // )\n"C")\n'],
    ['go vet', 'c/c.go', '/* const " */ package c\n// func `\nimport "\\x43"\n'],
    ['go vet', 'c/c.s', '#include "own.h"\n'],
    ['go vet', 'c/c.s', '#inc\\\nlude "textflag.h"\n'],
    ['go vet', 'c/x.swig', ''],
    ['go doc x', 'go.mod', 'module m\nreplace x => "\\x2e./x"\n'],
  ])('is asked about if that is not known: %s with %s, %j', async (command, at, text) => {
    const { why } = await judge(create({ [at]: text }), command, ...rules);
    expect(why).toMatch(unclear);
    expect(why).toContain(`\`${at}\``);
  });

  it.each([
    'go list',
    'go fmt ./...',
    'cargo fmt',
    'cargo tree',
    'gofmt -l .',
    'rustfmt src/main.rs',
    'npm run format',
  ])('is allowed with links and names that stay in the folder: %s', async (command) => {
    const folder = create({
      'p/k.go': '-> ../a.go',
      q: '-> p',
      'go.work': 'go 1.18\nuse ./p\nuse .\n',
      'go.mod': 'module m // ../x\nreplace example.com/x => ./p\n',
      'src/x.rs': '-> lib.rs',
      'src/lib.rs':
        '#[path = "../tests/common/mod.rs"]\nmod c;\n/* #[path = "../.env"] */ const A: &str = "#[path = \\"../.env\\"]";\n#[path = "sub"] mod s {}',
      'src/sub/a.rs': 'fn f<\'a>(path: &\'a str) { let path = "../.env"; g(path = "../.env", \'"\'); }',
      'src/api.rs': '#[utoipa::path(get, path = "/etc/passwd")] #[template(path = "../.env")] fn f() {}',
      'src/macros.rs': 'include!("../.env");',
      'tests/common/mod.rs': '',
      'README.md': '-> docs/a.md',
      'docs/a.md': '',
      data: '-> OUT/data',
      'bazel-out': '-> OUT/go',
      'bazel-bin': '-> OUT/dir',
      'asm/a.s': '#include "textflag.h"\n#include "go_asm.h"\n',
      'notes.txt': '-> OUT/.env',
      'target/debug/x.rs': '-> OUT/x.rs',
      'node_modules/x/index.js': '-> OUT/.env',
      'rust-toolchain.toml': '-> conf/rust.toml',
      'conf/rust.toml': '',
      'web/config': '-> OUT/.env',
      'Cargo.toml':
        '[package]\nreadme = "README.md"\nbuild = "build.rs"\n[lib]\npath = "src/lib.rs"\n[workspace]\nmembers = ["crates/*"]\nexclude = ["target"]\n',
      'build.rs': '',
      '.cargo/config.toml': '[alias]\nx = "run"\n',
    });
    expect(await judge(folder, command, ...rules)).toEqual(isAllowed);
  });

  it.each([
    'go vet -c=5 ./...',
    'go vet -c 5 ./...',
    'go vet --c=0 .',
    'go vet -json --c 5',
    'go vet -p 4 "-c"=-1 ./p',
    'go fix -diff -c=5 ./...',
    '/usr/bin/go vet -c=5',
  ])('is asked about each time if it prints lines of a file that a source names: %s', async (command) => {
    const exact = await judge(create({}), command, `shell(${command})`);
    expect(exact).toEqual({
      why: expect.stringMatching(/prints lines of any file that a source names$/),
      always: undefined,
    });
    for (const rule of [
      'go vet:*',
      'go vet -c=5:*',
      'go vet -c:*',
      'go vet --c=0:*',
      'go:*',
      'go vet -json:*',
    ]) {
      const { why, always } = await judge(create({}), command, `shell(${rule})`, ...rules);
      expect([why, always]).toEqual([expect.not.stringMatching(/^allow$/), undefined]);
    }
  });

  it.each(['go vet -vettool=x -c=5', 'GOFLAGS=-c=5 go vet ./...', 'env GOFLAGS=--c=5 go vet'])(
    'is asked about for another reason, too: %s',
    async (command) => {
      for (const rule of [command, 'go vet:*', 'go vet -vettool=x:*', 'GOFLAGS=-c=5 go vet:*'])
        expect((await judge(create({}), command, `shell(${rule})`)).why).not.toBe('allow');
    },
  );

  it.each(['go doc -c x', 'go vet ./c', 'go vet -composites=false ./...', 'go test -c=x'])(
    'is not asked about for another option: %s',
    async (command) => {
      expect(await judge(create({}), command, `shell(${command})`)).toEqual(isAllowed);
    },
  );

  it('is allowed for the folders that a person added', async () => {
    const outside = createOutside();
    const folder = create({ 'src/d.rs': '-> OUT/x.rs', 'p/k.go': '-> OUT/o.go' }, outside);
    for (const command of ['cargo fmt', 'go fmt']) {
      expect((await judge(folder, command, ...rules)).why).toMatch(leading);
      expect(await judge(folder, command, ...rules, { addDirs: [outside] })).toEqual(isAllowed);
    }
  });

  it('is not asked about if it builds or runs the code of the folder anyway', async () => {
    const folder = create({ 'src/d.rs': '-> OUT/x.rs', 'p/k.go': '-> OUT/o.go' });
    for (const command of ['cargo check', 'go build ./...', 'cargo tree'])
      expect(await judge(folder, command, ...rules)).toEqual(isAllowed);
  });

  it.each([
    'go fmt all',
    'go fmt std',
    'go fmt sort ./...',
    'go fmt -n m/p',
    'go fmt -x cmd',
    'go fmt -mod vendor none.go',
    'go fix runtime',
    'go fmt github.com/x/...',
  ])('is asked about each time if it writes to packages by their names: %s', async (command) => {
    for (const rule of [command, 'go:*']) {
      const { why, always } = await judge(create({}), command, `shell(${rule})`);
      expect(why).toMatch(/which may be a package of any folder$|no rule allows it$|does not cover/);
      expect(always === undefined || rule === 'go:*').toBe(true);
    }
  });

  it.each([
    'go fmt',
    'go fmt .',
    'go fmt ./...',
    'go fmt a.go',
    'go fmt -x -mod=vendor ./p',
    'go list std',
    'go vet fmt',
  ])('is allowed for folders and files, and if it only reads: %s', async (command) => {
    expect(await judge(create({ 'p/a.go': 'package p\n' }), command, `shell(${command})`)).toEqual(isAllowed);
  });

  describe('in a folder of a project', () => {
    const project = { 'src/sub/a': '', 'src/sub/b.ts': '', 'p/a.go': 'package p\n', 'tsconfig.json': '{}' };

    it.each([
      ['cargo fmt --check', 'src/main.rs', '#[path = "../../x.rs"] mod e;'],
      ['cargo fmt', 'src/d.rs', '-> OUT/x.rs'],
      ['cargo --color never fmt', 'tests/d.rs', '-> OUT/x.rs'],
      ['cargo tree', 'other/Cargo.toml', '-> OUT/.env'],
      ['go doc -u -src m/p apiKey', 'p/k.go', '-> OUT/o.go'],
      ['go fmt ./...', 'p/k.go', '-> OUT/o.go'],
      ['go list m/p', 'vendor', '-> OUT'],
      ['go vet', 'p/k.go', '-> ../.env'],
      ['tsc --pretty', 'src/t.ts', '-> OUT/ts/a.ts'],
      ['npx tsc --noEmit', 'src/t.ts', '-> ../.env'],
    ])('is asked about for what it opens above: %s with %s, %s', async (command, at, text) => {
      const folder = create({ ...project, [at]: text });
      const { why, always } = await judge(join(folder, 'src/sub'), command, `shell(${command})`);
      expect(why).toMatch(leading);
      expect(why).toContain(`\`${relative('src/sub', at)}\``);
      expect(always).toBeUndefined();
    });

    it('is asked about for other modules of its workspace', async () => {
      const folder = create({
        ...project,
        'go.work': 'go 1.18\nuse ./w\nuse .\n',
        'w/k.go': '-> OUT/o.go',
        'q/go.mod': 'module q\n',
      });
      expect((await judge(join(folder, 'q'), 'go doc w.K', ...rules)).why).toBe(
        '`../w/k.go` leads out of the folder',
      );
    });

    it.each([
      'cargo fmt',
      'cargo fmt --check',
      'cargo tree',
      'go doc m/p',
      'go fmt ./...',
      'go vet',
      'npx tsc --noEmit',
      'gofmt -l .',
    ])('is allowed if all of it stays there: %s', async (command) => {
      const folder = create({
        ...project,
        'src/e.rs': '',
        'src/main.rs': '#[path = "e.rs"] mod e;',
        'src/f.rs': '-> ../src/e.rs',
      });
      expect(await judge(join(folder, 'src/sub'), command, `shell(${command})`)).toEqual(isAllowed);
    });

    it.each([
      'go -C sub fmt',
      'go -C=../sub/deep doc',
      'cargo -Z unstable-options -C sub fmt',
      'cargo -C sub/deep --color never fmt',
    ])('is looked at where an option in a script says: %s', async (script) => {
      const folder = create({
        'run/package.json': JSON.stringify({
          scripts: { format: script.replace('sub', '../sub').replace('../../', '../') },
        }),
        'run/a': '',
        'sub/go.mod': 'module s\n',
        'sub/Cargo.toml': '',
        'sub/deep/a.go': 'package s\n',
        'sub/k.go': '-> OUT/o.go',
        'sub/k.rs': '-> OUT/x.rs',
      });
      expect((await judge(join(folder, 'run'), 'npm run format', ...rules)).why).toMatch(leading);
    });

    it('is not looked for in another repository', async () => {
      const folder = create({ ...project, 'src/d.rs': '-> OUT/x.rs' });
      createRepository(join(folder, 'src/sub'));
      expect(await judge(join(folder, 'src/sub'), 'cargo fmt', ...rules)).toEqual(isAllowed);
    });
  });

  it('looks at settings above, up to the top of the repository', async () => {
    const folder = create({
      'crates/b/Cargo.toml': '[dependencies]\nx = { path = "../x" }\n',
      'crates/x/Cargo.toml': '',
      'crates/b/go.mod': 'module b\nreplace x => ../x\n',
    });
    const inside = join(folder, 'crates/b');
    for (const command of ['cargo fmt', 'go list'])
      expect(await judge(inside, command, ...rules)).toEqual(isAllowed);
    const outside = createOutside();
    symlinkSync(join(outside, '.env'), join(folder, 'rust-toolchain'));
    symlinkSync(join(outside, '.env'), join(folder, 'crates/go.work'));
    expect((await judge(inside, 'cargo fmt', ...rules)).why).toBe(
      '`../../rust-toolchain` leads out of the folder',
    );
    expect((await judge(inside, 'go list', ...rules)).why).toBe('`../go.work` leads out of the folder');
  });
});

it.each<[text: string, paths: (string | undefined)[]]>([
  ['#[path = "a.rs"] mod a;', ['a.rs']],
  ['#![path = "a.rs"]', ['a.rs']],
  ['# /* /* ] */ */ [ path // x\n = r##"a"b.rs"## ]', [undefined]],
  ['# /* /* ] */ */ [ r#path // x\n = r##"ab.rs"## ]', ['ab.rs']],
  ['#[unsafe(path = "a.rs")] #[doc = "]"] #[cfg_attr(all(x, y), path = "b.rs", z)]', ['a.rs', 'b.rs']],
  ["'\"' 'a '\\'' b'\"' #[path = \"c.rs\"] '\\u{1F600}' '😀'", ['c.rs']],
  ['#!/bin/x "\n#[path = "a.rs"]', ['a.rs']],
  ['"\\"" r"\\" b"\\\\" br#"""# #[path = "a.rs"]', ['a.rs']],
  ['foo!{ #[path = "a.rs"] mod e; }', [undefined]],
  [
    'foo!{ {} } } mod b { fn f() { } } #[path = "a.rs"] mod e; mod c { #[path = "b.rs"] mod d; }',
    ['a.rs', undefined],
  ],
  ['#[path == "a.rs"] #[x(path = "b.rs")] path = "c.rs"; // #[path = "d.rs"]\n/* #[path = "e.rs"] */', []],
  ['"#[path = "a.rs"]"', []],
  ['#[path = "a.rs" "b.rs"]', [undefined]],
  ['cr"\\" #[path="a.rs"]', ['a.rs', undefined]],
])('the files of modules in %s', (text, paths) => {
  expect(listModulePaths(text)).toEqual(paths);
});

it('reads what never ends in linear time', () => {
  const start = performance.now();
  for (const part of ['r#"', 'r###"x', '/*', '#[', '#[path=', '"', "'", 'cfg_attr(', '(path = '])
    listModulePaths(`#[path = x]${part.repeat(100_000)}`);
  expect(performance.now() - start).toBeLessThan(5000);
});
