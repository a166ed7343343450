import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../../src/find-program.ts';
import { once } from '../../../src/once.ts';
import { knownOfCargo } from '../../../src/tools/approvals/known-cargo.ts';
import { knownOfFamilies } from '../../../src/tools/approvals/known-families.ts';
import { knownOfGo } from '../../../src/tools/approvals/known-go.ts';
import type { Known } from '../../../src/tools/approvals/known-options.ts';
import { createFolder } from '../../helpers/folder.ts';

/** How a program takes an option, by what it says to the words behind it. */
type Taking = 'alone' | 'with the next word' | 'unknown';

/** `words` are those of the subcommand. */
type Ask = (words: readonly string[], option: string, folder: string) => Taking;

const path = [...(process.env.PATH ?? '').split(delimiter), dirname(process.execPath)].join(delimiter);

/** Without settings and sign-ins of the person, and without servers. */
function run(program: string, args: readonly string[], folder: string): string {
  const { stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: path,
      HOME: folder,
      CARGO_HOME: folder,
      RUSTUP_HOME: process.env.RUSTUP_HOME ?? `${process.env.HOME}/.rustup`,
      GOCACHE: `${folder}/.cache`,
      GOFLAGS: '-mod=mod',
      GOPROXY: 'off',
      DOCKER_HOST: 'unix:///none/such.sock',
      KUBECONFIG: '/none/such',
      npm_config_registry: 'http://127.0.0.1:9/',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 10_000,
  });
  return stdout + stderr;
}

function quote(text: string): string {
  return text.replaceAll(/[^\w]/g, '\\$&');
}

/** By an option behind that does not exist: it is told, unless it is the value of the one in front. */
function asksByUnknown(program: string, other: string, rejects: (option: string) => string): Ask {
  return (words, option, folder) => {
    const said = run(program, [...words, option, other], folder);
    if (new RegExp(rejects(option), 'm').test(said)) return 'unknown';
    return new RegExp(rejects(other), 'm').test(said) ? 'alone' : 'with the next word';
  };
}

/** Of these options, those that are seen to take the word behind them, or to be unknown: few processes show it for many. */
type FindValued = (words: readonly string[], options: readonly string[], folder: string) => string[];

/** By an option behind each that does not exist. The program names the first that is nobody's value, that is of the wrong form, or that it does not know. */
function findValuedOfCobra(program: string): FindValued {
  return (words, options, folder) => {
    const found: string[] = [];
    for (let left = [...options]; left.length > 0; ) {
      const pairs = left.flatMap((option, index) => [option, `--none-such-${index}`]);
      const said = run(program, [...words, ...pairs, `--none-such-${left.length}`], folder);
      const unplaced = /unknown flag: --none-such-(\d+)$/m.exec(said)?.[1];
      const named = /invalid argument "--none-such-(\d+)"/.exec(said)?.[1];
      const unknown = left.findIndex((option) => new RegExp(rejectsOfCobra(option), 'm').test(said));
      const count = Number(unplaced ?? Number(named ?? unknown) + 1);
      found.push(...left.slice(0, count));
      left = left.slice(unplaced === undefined && count > 0 ? count : count + 1);
    }
    return found;
  };
}

function rejectsOfCobra(option: string): string {
  return option.startsWith('--')
    ? `unknown flag: ${quote(option)}$`
    : `unknown shorthand flag: '${quote(option.slice(1))}'`;
}

/** The first word that clap cannot place. It takes no value that begins with a dash. */
function findUnplaced(words: readonly string[], folder: string): string | undefined {
  const said = run('cargo', ['--offline', ...words, 'one', 'two', '--none-such'], folder);
  return /unexpected argument '([^']*)'/.exec(said)?.[1];
}

const unplacedWithout = new Map<string, string | undefined>();

const askCargo: Ask = (words, option, folder) => {
  const unplaced = findUnplaced([...words, option], folder);
  if (unplaced === option) return 'unknown';
  const command = words.join(' ');
  if (!unplacedWithout.has(command)) unplacedWithout.set(command, findUnplaced(words, folder));
  return unplaced === unplacedWithout.get(command) ? 'alone' : 'with the next word';
};

/** npm takes any option. A word that is not the value of one is the name of a package, which is not there. */
const askNpm: Ask = (_words, option, folder) =>
  /\bdep@1|--workspace=none-such/.test(run('npm', ['ls', option, 'none-such'], folder))
    ? 'with the next word'
    : 'alone';

const crate = { 'Cargo.toml': '[package]\nname = "a"\nversion = "0.1.0"\n', 'src/lib.rs': '' };
const module = { 'go.mod': 'module a\n', 'a.go': 'package a\n' };
const packages = {
  'package.json': '{ "name": "a", "version": "1.0.0", "dependencies": { "dep": "1.0.0" } }',
  'node_modules/dep/package.json': '{ "name": "dep", "version": "1.0.0" }',
};

function rejectsOfGetopt(option: string): string {
  const name = quote(option);
  return option.startsWith('--')
    ? `unrecognized option '${name}'|Unknown option '${quote(option.slice(2))}'|(?<!missing URL\\n)Usage: wget `
    : `(?:invalid|Unknown) option (?:-- )?'-?${name.slice(2)}'`;
}

function rejectsOfGo(option: string): string {
  return option.includes('=')
    ? 'invalid boolean (?:value|flag)'
    : `flag provided but not defined: -${quote(option.replace(/^-+/, ''))}$`;
}

const readHelpOfGo = once(() =>
  ['testflag', 'build'].map((topic) => run('go', ['help', topic], tmpdir())).join(''),
);

/** A program of tests is given what `go test` does not know: whether it knows an option, its help tells. */
const askGo: Ask = (words, option, folder) => {
  const isTest = words[0] === 'test';
  if (isTest && !readHelpOfGo().includes(`\t${option.slice(1)}`)) return 'unknown';
  const other = isTest ? '-race=none-such' : '-none-such';
  return asksByUnknown('go', other, rejectsOfGo)(words, option, folder);
};

type Files = Record<string, string>;
type Judge = [
  program: string,
  commands: Readonly<Record<string, Known>>,
  ask: Ask,
  files?: Files,
  findValued?: FindValued,
];

const { rustc: _rustc, rustdoc: _rustdoc, ...ofCargo } = knownOfCargo;

function judgeFamily(program: string, ask: Ask): Judge {
  return [program, knownOfFamilies[program] ?? {}, ask];
}

const judges: Judge[] = [
  ...['gh', 'docker', 'kubectl'].map((program): Judge => {
    const ask = asksByUnknown(program, '--none-such', rejectsOfCobra);
    return [program, knownOfFamilies[program] ?? {}, ask, {}, findValuedOfCobra(program)];
  }),
  ...['wget', 'wget2'].map((program) =>
    judgeFamily(program, asksByUnknown(program, '--unknown-such', rejectsOfGetopt)),
  ),
  // The compilers are given any words, and have the options of clippy.
  ['cargo', ofCargo, askCargo, crate],
  ['go', knownOfGo, askGo, module],
  // Others of its commands ask a server, and have the same options.
  ['npm', { ls: knownOfFamilies.npm?.ls ?? {} }, askNpm, packages],
];

/** They show the help, and read nothing behind. Whatever wget gets with `-n` must be letters. */
const notJudged = /^(?:--help|--version|-[hVn])$/;

describe.each(judges)('%s', (program, commands, ask, files = {}, findValued = () => []) => {
  const isInstalled = findProgram(program, { env: process.env }) !== undefined;
  const title = isInstalled ? '%s' : '%s (not judged: the program is not installed)';

  it.skipIf(!isInstalled).for(Object.keys(commands))(
    `takes values behind the options of which this is known, and behind no others: ${title}`,
    { tags: 'deep', timeout: 120_000 },
    (command) => {
      const { flags = '', long = [], valued = '', longValued = [] } = commands[command] ?? {};
      const folder = createFolder(files);
      const words = command.split(' ').filter(Boolean);
      const known: [option: string, takes: boolean][] = [
        ...Array.from(flags, (letter): [string, boolean] => [`-${letter}`, false]),
        ...long
          .filter((name) => !longValued.includes(name))
          .map((name): [string, boolean] => [`--${name}`, false]),
        ...Array.from(valued, (letter): [string, boolean] => [`-${letter}`, true]),
        ...longValued.filter((name) => name !== '').map((name): [string, boolean] => [`--${name}`, true]),
      ];
      const judged = known.filter(([option]) => !notJudged.test(option));
      const valuedOnes = judged.filter(([, takes]) => takes).map(([option]) => option);
      const seen = new Set(findValued(words, valuedOnes, folder));
      const wrong = judged.flatMap(([option, takes]) => {
        if (takes && seen.has(option)) return [];
        const taken = ask(words, option, folder);
        return taken === 'unknown' || (taken === 'with the next word') === takes
          ? []
          : [`${option}: ${taken}`];
      });
      expect(wrong).toEqual([]);
    },
  );
});
