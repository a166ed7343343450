import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository, isAllowed, judge } from '../../helpers/judged-repository.ts';

const rules = ['tree', 'metadata', 'fmt', 'update'].map((name) => `shell(cargo ${name}:*)`);
const commands = [
  'cargo tree --offline',
  'cargo metadata --offline --format-version 1',
  'cargo fmt --check',
  'cargo update --dry-run --offline',
];
const pkg = '[package]\nname = "m"\nversion = "0.1.0"\nedition = "2021"\n';
const wrong = 'told = = line\n';

type Files = Record<string, string>;

/** The folder `w` of a repository, beside which lies `out`. `OUT` stands for its path. A text that begins with `-> ` is a link. */
function create(files: Files, at = '.'): { folder: string; outside: string } {
  const base = createFolder({
    'out/Cargo.toml': wrong,
    'out/src/lib.rs': 'told line',
    'out/settings.toml': wrong,
    'out/text': 'told line\n',
    'out/vendor/o/Cargo.toml': wrong,
    'out/vendor/o/.cargo-checksum.json': '{"files":{},"package":null}',
    'out/empty/a.csv': '',
    'out/tool/bin/cargo': '#!/bin/sh\necho told line\n',
    'out/run': '#!/bin/sh\necho told line\n',
  });
  const outside = join(base, 'out');
  for (const program of ['tool/bin/cargo', 'run']) chmodSync(join(outside, program), 0o755);
  const all = Object.entries({ 'Cargo.toml': pkg, 'src/lib.rs': '', a: 'a\n', ...files }).map(
    ([path, text]) => [join('w', path), text.replaceAll('OUT', outside)] as const,
  );
  for (const [path, text] of all) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), join(base, path));
    else writeFileSync(join(base, path), text);
  }
  return { folder: join(createRepository(join(base, 'w')), at), outside };
}

const config = '.cargo/config.toml';
const vendored = '[source.crates-io]\nreplace-with = "v"\n[source.v]\n';
const leaving: [what: string, files: Files, at?: string][] = [
  ['the workspace of a package', { 'Cargo.toml': `${pkg}workspace = "../out"\n` }],
  ['the workspace as a key with a dot', { 'Cargo.toml': `package.workspace = '../out'\n${pkg}` }],
  ['a member', { 'Cargo.toml': `${pkg}[workspace]\nmembers = ["src", "../out"]\n` }],
  ['a member of many lines', { 'Cargo.toml': `${pkg}[workspace]\nmembers = ["""..\\\n  /out"""]\n` }],
  ['a member behind a comment', { 'Cargo.toml': `${pkg}[workspace]\nmembers = [ # don't "\n'../out' ]\n` }],
  ['members with a wildcard', { 'Cargo.toml': `${pkg}[workspace]\nmembers = ["../o*"]\n` }],
  ['members with two wildcards', { 'Cargo.toml': `${pkg}[workspace]\nmembers = ["../[!x]*/vendor/?"]\n` }],
  ['members at any depth', { 'Cargo.toml': `${pkg}[workspace]\nmembers = ["../out/**"]\n` }],
  ['an absolute member', { 'Cargo.toml': `${pkg}[workspace]\nmembers = ["OUT"]\n` }],
  ['a member behind a link', { 'Cargo.toml': `${pkg}[workspace]\nmembers = ["c/*"]\n`, 'c/a-b': '-> OUT' }],
  [
    'a member far behind a link',
    { 'Cargo.toml': `${pkg}[workspace]\nmembers = ["c/**/o"]\n`, 'c/a-b': '-> OUT' },
  ],
  [
    'a member far below target',
    {
      'Cargo.toml': `${pkg}description = "members = ["\n[workspace]\n"members" = ["[!x]", "targ*/d/x"]\n`,
      'target/d/x/Cargo.toml': `${pkg.replace('"m"', '"n"')}[dependencies]\no = { path = "OUT" }\n`,
      'target/d/x/src/lib.rs': '',
    },
  ],
  [
    'paths far below target',
    { [config]: 'paths = ["target/d/x"]\n', 'target/d/x/Cargo.toml': '-> OUT/Cargo.toml' },
  ],
  [
    'a default member',
    { 'Cargo.toml': `${pkg}[workspace]\nmembers = ["."]\ndefault-members = ["../out"]\n` },
  ],
  ['a dependency', { 'Cargo.toml': `${pkg}[dependencies]\no = { path = "../out" }\n` }],
  ['a dependency of tests', { 'Cargo.toml': `${pkg}[dev-dependencies.o]\npath = "../out"\n` }],
  ['one of a target', { 'Cargo.toml': `${pkg}[target.'cfg(windows)'.dependencies]\no.path = "../out"\n` }],
  [
    'one of a workspace',
    {
      'Cargo.toml': `${pkg}[dependencies]\no.workspace = true\n[workspace.dependencies]\no = { path = "../out" }\n`,
    },
  ],
  ['a patch', { 'Cargo.toml': `${pkg}[patch.crates-io]\no = { path = "../out" }\n` }],
  ['a replacement', { 'Cargo.toml': `${pkg}[replace]\n"o:0.1.0" = { path = "../out" }\n` }],
  ['the file of a library', { 'Cargo.toml': `${pkg}[lib]\npath = "../out/src/lib.rs"\n` }],
  ['the file of a program', { 'Cargo.toml': `${pkg}[[bin]]\nname = "b"\npath = "../out/src/lib.rs"\n` }],
  ['a script that builds', { 'Cargo.toml': `${pkg}build = "../out/src/lib.rs"\n` }],
  ['a repository on the disk', { 'Cargo.toml': `${pkg}[dependencies]\no = { git = "file://OUT" }\n` }],
  ['paths', { [config]: 'paths = ["../out"]\n' }],
  ['paths of older settings', { '.cargo/config': 'paths = ["../out/vendor"]\n' }],
  ['paths behind a link', { [config]: 'paths = ["c-c"]\n', 'c-c': '-> OUT' }],
  ['other settings', { [config]: 'include = ["../../out/settings.toml"]\n' }],
  ['a patch of settings', { [config]: '[patch.crates-io]\no = { path = "../out" }\n' }],
  [
    'a folder with packages',
    { 'Cargo.toml': `${pkg}[dependencies]\no = "0"\n`, [config]: `${vendored}directory = "../out/vendor"\n` },
  ],
  [
    'a registry on the disk',
    { 'Cargo.toml': `${pkg}[dependencies]\no = "0"\n`, [config]: `${vendored}local-registry = "../out"\n` },
  ],
  [
    'another project of the repository that leads out',
    {
      'Cargo.toml': '[workspace]\nmembers = ["in", "other"]\n',
      'in/Cargo.toml': pkg,
      'in/src/lib.rs': '',
      'other/src/lib.rs': '',
      'other/Cargo.toml': `${pkg.replace('"m"', '"n"')}[dependencies]\no = { path = "../../out" }\n`,
    },
    'in',
  ],
  [
    'a link beside it',
    {
      'Cargo.toml': '[workspace]\nmembers = ["in", "c/*"]\n',
      'in/Cargo.toml': pkg,
      'in/src/lib.rs': '',
      'c/a-b': '-> OUT',
    },
    'in',
  ],
  [
    'a project that it names beside it',
    {
      'Cargo.toml': 'not read',
      'in/Cargo.toml': `${pkg}workspace = "../other"\n`,
      'in/src/lib.rs': '',
      'other/Cargo.toml': '[workspace]\nmembers = ["../in", "../../out"]\n',
    },
    'in',
  ],
];

const starting: [what: string, files: Files][] = [
  ['the compiler', { [config]: '[build]\nrustc = "OUT/run"\n' }],
  ['the compiler by a key in quotes', { [config]: 'build = { "rustc" = "OUT/run" }\n' }],
  ['what wraps the compiler', { [config]: 'build.rustc-wrapper = "../out/run"\n' }],
  [
    'what wraps it for the workspace',
    { '.cargo/config': '[build]\nrustc-workspace-wrapper = "../out/run"\n' },
  ],
  ['an alias of cargo fmt', { [config]: '[alias]\nfmt = "run"\n' }],
  ['a store of passwords', { [config]: '[registry]\nglobal-credential-providers = ["../out/run"]\n' }],
  ['the store of one registry', { [config]: '[registries.x]\ncredential-provider = "../out/run"\n' }],
  ['a library', { [config]: '[env]\nLD_PRELOAD = "x.so"\n' }],
  ['a library in a table', { [config]: '[env.\'LD_AUDIT\']\nvalue = "x.so"\n' }],
  ['arguments from a file', { [config]: '[build]\nrustflags = ["@../out/text"]\n' }],
  [
    'arguments of one target',
    { [config]: "[target.'cfg(all())']\nrustflags = '-C debuginfo=0 @../out/text'\n" },
  ],
  ['arguments behind a tab', { [config]: '[build]\nrustflags = "-Cdebuginfo=0 \\t@../out/text"\n' }],
  ['a library of the compiler', { [config]: '[build]\nrustflags = ["-Zcodegen_backend=./x.so"]\n' }],
  ['a file to write', { [config]: '[build]\nrustflags = ["--print=cfg=../out/x"]\n' }],
  ['a toolchain', { 'rust-toolchain.toml': '[toolchain]\npath = "OUT/tool"\n' }],
  ['a toolchain by its path alone', { 'rust-toolchain': 'OUT/tool\n' }],
];

describe('a command of cargo that builds nothing', () => {
  it.each(leaving)('is asked about for a file outside: %s', async (_, files, at) => {
    const { folder } = create(files, at);
    const isOfSources = /src\/lib\.rs/.test(files['Cargo.toml'] ?? '');
    for (const command of isOfSources ? ['cargo fmt --check'] : commands) {
      const { why, always } = await judge(folder, command, ...rules, `shell(${command})`);
      expect(why).toMatch(
        /^`.*` (?:leads out of the folder|leads to a file that is secret, hidden or no source|names a file in a way that is not understood)$/,
      );
      expect(always).toBeUndefined();
    }
  });

  it.each(starting)('is asked about for a program that settings name: %s', async (_, files) => {
    const { folder } = create(files);
    for (const command of commands)
      expect(await judge(folder, command, ...rules, `shell(${command})`)).toEqual({
        why: expect.stringMatching(/^`.*` can make cargo start another program, or print any file$/),
        always: undefined,
      });
  });

  it.each<[what: string, files: Files, at?: string]>([
    [
      'a workspace',
      {
        'Cargo.toml': `${pkg}readme = "README.md"\nlicense-file = "../LICENSE"\ninclude = ["/src/**/*.rs", "/LICENSE-*", "/etc", "/*.md", "/**/fixtures", "../**/x", "!../x"]\nexclude = ["/.github", "target/**", ".env"]\nrepository = "https://x.y/z"\n[workspace]\nresolver = "2"\nmembers = ["crates/*", "tools/**/x", "./a"]\nexclude = ["target", "../x"]\n[workspace.dependencies]\nb = { path = "crates/b", version = "1.0" }\n[features]\nx = ["b/y", "dep:b"]\n`,
        'crates/b/Cargo.toml': `description = """\nA 'b' [of] # text\n"""\n${pkg}[dependencies]\nc = { path = "../c" }\n`,
        'crates/c/Cargo.toml': `${pkg}workspace = "../.."\nreadme = "../../README.md"\n`,
        'crates/.keep': '',
        data: '-> OUT/empty',
        'data-files': '-> OUT/empty',
        'README.md': '',
      },
    ],
    [
      'a member of one',
      {
        'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\n',
        'crates/b/Cargo.toml': `${pkg}[dependencies]\nc = { path = "../c" }\n`,
        'crates/c/Cargo.toml': pkg,
        'crates/c/data-files': '-> OUT/empty',
        'elsewhere/rust-toolchain': '/opt/x',
        'elsewhere/.cargo/config.toml': '[build]\nrustc-wrapper = "sccache"\n',
      },
      'crates/b',
    ],
    [
      'settings',
      {
        [config]: `# rustc = "x", paths = ["../out"]\n[alias]\nxtask = "run -p xtask --"\nci-fmt = "fmt --all -- --check"\nx = "fmt = paths = include = rustc ="\n[build]\ntarget-dir = "target"\nrustflags = ["-C", "target-cpu=native", "-Dwarnings"]\n[target.x86_64-unknown-linux-gnu]\nlinker = "/usr/bin/clang"\nrunner = ["/bin/sh"]\nrustflags = ["-C", "link-arg=-fuse-ld=lld", "-L", "/usr/lib"]\n[net]\ngit-fetch-with-cli = true\n[env]\nROOT = { value = "", relative = true }\nRUST_LOG = "info"\n[registries.x]\nindex = "ssh://git@x.y/z"\n`,
        'rust-toolchain.toml':
          '# see ../README.md\n[toolchain]\nchannel = "1.80.0"\ncomponents = ["rustfmt", "clippy"]\ntargets = ["wasm32-unknown-unknown"]\n',
      },
    ],
    ['packages in the folder', { [config]: `${vendored}directory = "vendor"\n`, 'vendor/o/Cargo.toml': pkg }],
    ['a channel alone', { 'rust-toolchain': 'nightly-2024-01-01\n' }],
  ])('is allowed in a plain project: %s', async (_, files, at) => {
    const { folder } = create(files, at);
    for (const command of commands) expect(await judge(folder, command, ...rules)).toEqual(isAllowed);
  });
});

const hasCargo = spawnSync('cargo', ['--version']).status === 0;

describe.skipIf(!hasCargo || process.platform === 'win32')('cargo itself', () => {
  it('tells nothing from outside, and starts nothing, where it is not asked about', async () => {
    const told: string[] = [];
    for (const [what, files, at] of [...leaving, ...starting] as typeof leaving) {
      const { folder, outside } = create(files, at);
      for (const command of commands.filter((one) => /tree|fmt/.test(one))) {
        const [name = '', ...args] = command.split(' ');
        const { stdout, stderr } = spawnSync(name, args, { cwd: folder, encoding: 'utf8', timeout: 20_000 });
        if (!/told/.test(stdout + stderr) && !existsSync(join(outside, 'x'))) continue;
        told.push(what);
        const { why } = await judge(folder, command, ...rules);
        expect([what, command, why]).not.toContain('allow');
      }
    }
    // Versions differ.
    expect(new Set(told).size).toBeGreaterThan(20);
  }, 300_000);
});
