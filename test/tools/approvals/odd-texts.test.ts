import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UnknownPlacesError } from '../../../src/tools/approvals/disk.ts';
import { describeFollowed } from '../../../src/tools/approvals/followed-sources.ts';
import { findUnusual, hasCommandsLeft } from '../../../src/tools/approvals/git-folder.ts';
import { findHgReason } from '../../../src/tools/approvals/mercurial.ts';
import { findOtherReason } from '../../../src/tools/approvals/other-repositories.ts';
import { runsOwnProgram } from '../../../src/tools/approvals/own-program.ts';
import { findHandedOn, listCommandsOfScript } from '../../../src/tools/approvals/package-scripts.ts';
import { findOutputElsewhere, mayWriteWhereSet } from '../../../src/tools/approvals/set-places.ts';
import { parseShellCommand } from '../../../src/tools/approvals/shell-command.ts';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository, judge } from '../../helpers/judged-repository.ts';

/** Far less than a million, because a time that grows faster shows early. */
const length = 60_000;
const mostMs = 150;

const pieces = [
  ...[
    '"',
    "'",
    '`',
    '\\',
    '"\\',
    '\\"',
    "'\\''",
    '`"',
    '"""',
    "'''",
    '"""\\',
    '[',
    ']',
    '{',
    '(',
    '/*',
    '//',
  ],
  ...[
    '#',
    '\\\n',
    '\n',
    ' ',
    '\u2028',
    'a',
    'a ',
    ',',
    '=',
    ':',
    '../',
    '\\u0041',
    '"a":',
    'a=["',
    '"../a",\n',
  ],
];

type Reader = [title: string, file: string, beginnings: string[], read: (folder: string) => unknown];

const follow =
  (command: string) =>
  (folder: string): unknown =>
    describeFollowed(command.split(' '), folder, [folder]);
const write =
  (command: string) =>
  (folder: string): unknown =>
    mayWriteWhereSet(command.split(' '), folder, [join(folder, '.git')]);
const part = (...words: string[]) => ({ words, isVague: false });
const own = (folder: string): string => join(folder, '.git');
const lookAtGit = (folder: string): unknown => [
  findUnusual(own(folder), { top: folder, folders: [own(folder)] }),
  hasCommandsLeft(own(folder)),
];

const readers: Reader[] = [
  [
    'tsc',
    'tsconfig.json',
    ['{\n"', '"path":[', '"outDir":"', '"extends": ['],
    (folder) => findOutputElsewhere(['tsc'], folder, [folder]),
  ],
  ['tsc, for the folder of git', 'tsconfig.json', ['{\n"', '"extends": [', '{"a":1, '], write('tsc')],
  ['black', 'pyproject.toml', ['[tool.black]\n', '[tool.black]\ninclude', 'include='], write('black')],
  ['isort', 'setup.cfg', ['isort\n', 'isort\nextend-include'], write('isort')],
  ['ruff', 'ruff.toml', ['extend'], write('ruff')],
  ['go vet', 'a.go', ['package m\n', 'import (', 'import('], follow('go vet')],
  ['go vet of assembler', 'a.s', ['#include ', '#'], follow('go vet')],
  ['go list', 'go.mod', ['module m\n', 'replace x => '], follow('go list')],
  ['go list of a workspace', 'go.work', ['use (\n'], follow('go list')],
  ['cargo tree', 'Cargo.toml', ['members=[', 'path = ', 'x = """', "x = '"], follow('cargo tree')],
  ['cargo tree, by its settings', '.cargo/config.toml', ['paths = [', '[env]\nLD_'], follow('cargo tree')],
  ['cargo tree, by its toolchain', 'rust-toolchain.toml', ['path'], follow('cargo tree')],
  ['cargo fmt', 'src/a.rs', ['#[path = "', '#[path', 'r#', 'path/*', 'cr'], follow('cargo fmt')],
  [
    'npm run',
    'package.json',
    ['{"scripts":{"a":"', '{"name":', '{"scripts":{"a":"tsc -p '],
    (folder) => [
      findHandedOn(['npm', 'run', 'a', 'b'], [], folder),
      listCommandsOfScript(['npm', 'run', 'a'], folder),
    ],
  ],
  [
    'npx ., if it is our own program',
    'package.json',
    ['{"name":', '{"bin": {'],
    (folder) => runsOwnProgram(parseShellCommand('npx .', folder), 'npx .', { folder, home: '/nowhere' }),
  ],
  ...[
    ...['BISECT_NAMES', 'BISECT_START', 'BISECT_TERMS', 'MERGE_HEAD', 'MERGE_AUTOSTASH', 'MERGE_RR'],
    ...['rebase-apply/apply-opt', 'rebase-apply/gpg_sign_opt', 'rebase-merge/strategy', 'sequencer/opts'],
    ...['sequencer/todo', 'rebase-merge/git-rebase-todo'],
  ].map(
    (name): Reader => [`git, by ${name}`, `.git/${name}`, ["'", 'pick', "'-p1'", 'a'.repeat(40)], lookAtGit],
  ),
  [
    'hg',
    '.hg/hgrc',
    ['[paths]\na', '[paths]\na = ', '[ui]\nusername'],
    (folder) => findHgReason([part('hg', 'status')], folder),
  ],
  ...[
    ['jj', '.jj/repo/config.toml', 'name = "'],
    ['sl', '.sl/config', 'username = '],
    ['brz', '.bzr/branch/branch.conf', 'nickname = '],
  ].map(
    ([name = '', file = '', start = '']): Reader => [
      name,
      file,
      [start, start.trim()],
      (folder) => findOtherReason([part(name, 'status')], folder),
    ],
  ),
];

async function measure(read: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  try {
    await read();
  } catch (error) {
    if (!(error instanceof UnknownPlacesError)) throw error;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

describe('a file of the folder with very many odd characters', () => {
  it.each(readers)(
    'is looked at in a time that grows with its length: %s, %s',
    async (_, file, beginnings, read) => {
      const folder = createFolder({ 'go.mod': 'module m\n', 'Cargo.toml': '', [file]: '' });
      const slow: string[] = [];
      for (const beginning of ['', ...beginnings])
        for (const piece of pieces) {
          writeFileSync(join(folder, file), `${beginning}${piece.repeat(length / piece.length)}\u0001\\`);
          if ((await measure(() => read(folder))) > mostMs && (await measure(() => read(folder))) > mostMs)
            slow.push(JSON.stringify([beginning, piece]));
        }
      expect(slow).toEqual([]);
    },
  );

  it.each([
    ['npx tsc --noEmit', 'tsconfig.json', `{\n"${'\\"'.repeat(500_000)}`],
    ['go vet', 'a.go', `package m\n"${'\\"'.repeat(500_000)}`],
    ['cargo tree', 'Cargo.toml', 'members=['.repeat(110_000)],
    ['git status', '.git/BISECT_TERMS', `${'a'.repeat(60)}!`],
    ['git status', '.git/MERGE_HEAD', `${'a'.repeat(2000)}!`],
  ])('is judged within a second: %s, %s', async (command, file, text) => {
    const folder = createRepository(createFolder({ a: 'a\n', 'go.mod': 'module m\n', [file]: '' }));
    writeFileSync(join(folder, file), text);
    expect(await measure(() => judge(folder, command, 'shell(git status)'))).toBeLessThan(1000);
  });

  it.each([
    ['go vet', 'a.go', `import "${'\\"'.repeat(5_000_000)}`],
    ['go vet', 'a.go', `/*${' '.repeat(2_000_000)}*/ import "C"\n`],
    ['go list', 'go.mod', `replace a => ${'./a '.repeat(1_000_000)}`],
    ['go vet', 'a.s', '#include "textflag.h"\n'.repeat(200_000)],
    ['cargo fmt', 'src/a.rs', `#[path = "b.rs"] mod b;${'"'.repeat(5_000_000)}`],
  ])('is not understood if it is longer than anybody writes: %s, %s', async (command, file, text) => {
    const folder = createFolder({ 'go.mod': 'module m\n', 'Cargo.toml': '', 'src/b.rs': '', [file]: text });
    const start = process.cpuUsage();
    expect(await describeFollowed(command.split(' '), folder, [folder])).toMatch(/not understood$/);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000);
  });

  it.each([
    ['go vet', 'a.go', `package m\nimport "fmt"\nvar a = "${'\\x00'.repeat(1_000_000)}"\n`],
    ['cargo fmt', 'src/a.rs', `const A: &str = "${'\\x00'.repeat(1_000_000)}";\n`],
  ])('is as good as a short one if it is long by its data: %s, %s', async (command, file, text) => {
    const folder = createFolder({ 'go.mod': 'module m\n', 'Cargo.toml': '', 'src/b.rs': '', [file]: text });
    expect(await describeFollowed(command.split(' '), folder, [folder])).toBeUndefined();
  });

  it('ends when the call is stopped meanwhile', async () => {
    const source = `${'fn a() { b("c"); }\n'.repeat(10_000)}#[path = "b.rs"] mod b;\n`;
    const files = Array.from({ length: 50 }, (_, at) => [`src/a${at}.rs`, source]);
    const folder = createFolder({ 'Cargo.toml': '', 'src/b.rs': '', ...Object.fromEntries(files) });
    const stopped = AbortSignal.timeout(50);
    await expect(describeFollowed(['cargo', 'fmt'], folder, [folder], stopped)).rejects.toThrow(/timeout/);
  });

  it('leaves room for signals and keys meanwhile, if there is much to look at', async () => {
    const source = `${'fn a() { b("c"); }\n'.repeat(10_000)}#[path = "b.rs"] mod b;\n`;
    const files = Array.from({ length: 20 }, (_, at) => [`src/a${at}.rs`, source]);
    const folder = createFolder({ 'Cargo.toml': '', 'src/b.rs': '', ...Object.fromEntries(files) });
    let turns = 0;
    const clock = setInterval(() => {
      turns += 1;
    }, 1);
    expect(await describeFollowed(['cargo', 'fmt'], folder, [folder])).toBeUndefined();
    clearInterval(clock);
    expect(turns).toBeGreaterThan(2);
  });
});
