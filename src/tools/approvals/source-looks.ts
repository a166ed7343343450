import { basename, dirname, resolve } from 'node:path';
import { findStats } from '../../open-file.ts';
import { listNamedByCargo } from './cargo-settings.ts';
import { readText } from './disk.ts';
import { listNamedByGo } from './go-paths.ts';
import type { Named } from './named-files.ts';
import { toProgram } from './runners.ts';
import { listModulePaths } from './rust-paths.ts';
import { toStarted } from './set-places.ts';

/**
 * What a program for sources opens although no word of the command names it: links among the sources, and whatever files of settings and sources
 * name. It prints a line of what it cannot read, and a formatter writes there.
 */
export type Look = {
  sources: RegExp;
  settings: readonly string[];
  /** Folders that it does not look through. */
  skipped?: RegExp;
  /** Whether it goes through a link with this name to a folder. */
  enters(name: string): boolean;
  /** Whether it goes through any link to a folder with settings. */
  findsProjects?: true;
  /** Whether links among the sources may lead to any ordinary file of the repository. */
  isWide?: true;
  /** Files that stand where such a program begins, also if it is started further below: the first counts most. */
  tops: readonly string[];
  /** Whether the sources are read, too. */
  readsSources: boolean;
  /** What a file names, in words that are not understood if undefined. */
  listNamed(path: string): Named[];
};

export const none = /^(?!)/;
/** Some with their folder: other programs have files with these names. */
const settingsOfGo = ['go.mod', 'go.sum', 'go.work', 'go.work.sum', 'vendor/modules.txt'];
const settingsOfCargo = [
  ...['Cargo.toml', 'Cargo.lock', '.cargo/config', '.cargo/config.toml', 'rust-toolchain'],
  ...['rust-toolchain.toml', 'rustfmt.toml', '.rustfmt.toml'],
];

/** They run the code of the folder, or build it. */
const buildsGo = /^(?:build|generate|install|run|test|tool)$/;
const buildsCargo =
  /^(?:b|build|bench|c|check|clippy|d|doc|fix|install|miri|nextest|package|publish|r|run|rustc|rustdoc|t|test)$/;

/** Undefined for a program that opens no more than its words say, or that runs the code of the folder anyway. */
export function findLook(words: readonly string[]): Look | undefined {
  const [name = '', ...args] = toStarted(words);
  switch (toProgram(name)) {
    case 'gofmt':
    case 'gofumpt':
    case 'goimports':
      return { ...lookOfGo(args, false), tops: [] };
    case 'go': {
      const command = findCommandOfGo(args);
      if (buildsGo.test(command)) return undefined;
      const compiles = command === 'list' && args.some((arg) => /^--?(?:compiled|export)/.test(arg));
      return lookOfGo(args, compiles || command === 'vet');
    }
    case 'rustfmt':
      return { ...lookOfRust, tops: [] };
    case 'cargo-fmt':
      return lookOfRust;
    case 'cargo': {
      const command =
        args.find((arg, at) => !/^[-+]/.test(arg) && !valuedOfCargo.test(args[at - 1] ?? '')) ?? '';
      if (buildsCargo.test(command)) return undefined;
      return command === 'fmt' ? lookOfRust : { ...lookOfRust, sources: none, readsSources: false };
    }
    case 'tsc':
    case 'tsgo':
    case 'vue-tsc':
      return lookOfTsc;
    default:
      return undefined;
  }
}

/** In front of the subcommand. */
const valuedOfCargo = /^(?:--color|--config|-Z|-C)$/;

function findCommandOfGo(args: readonly string[]): string {
  return args.find((arg, at) => !arg.startsWith('-') && !/^--?C$/.test(args[at - 1] ?? '')) ?? '';
}

/** The folder in which go and cargo are told to run. */
export function findChosenFolder(words: readonly string[]): string {
  const [name = '', ...args] = toStarted(words);
  if (!/^(?:go|cargo)$/.test(toProgram(name))) return '.';
  const at = args.findIndex((arg) => /^--?C(?:=|$)/.test(arg));
  return at === -1 ? '.' : args[at]?.replace(/^--?C=?/, '') || (args[at + 1] ?? '.');
}

/** Why a command of go prints or writes files that nobody can tell from it. */
export function describeUnbound(words: readonly string[], folder: string): string | undefined {
  const [name = '', ...args] = toStarted(words);
  if (toProgram(name) !== 'go') return undefined;
  const command = findCommandOfGo(args);
  // Sources name it in `//line`. Of `go doc`, the option means something else.
  if (command !== 'doc' && args.some((arg) => /^--?c(?:=|$)/.test(arg)))
    return '`go vet -c` prints lines of any file that a source names';
  if (command !== 'fmt' && command !== 'fix') return undefined;
  const named = args.slice(args.indexOf(command) + 1).find((arg, at, all) => {
    if (arg.startsWith('-') || /^--?mod$/.test(all[at - 1] ?? '')) return false;
    const isFile = arg.endsWith('.go') && findStats(resolve(folder, arg))?.isFile() === true;
    return !isFile && !/^(?:\.{0,2}\/|\.{1,2}$)/.test(arg);
  });
  return named && `\`go ${command}\` writes to \`${named}\`, which may be a package of any folder`;
}

/** Only a word takes it through a link to a folder, or the place of packages of others. */
function lookOfGo(args: readonly string[], readsSources: boolean): Look {
  const names = new Set(args.flatMap((arg) => arg.split('/').flatMap((part) => [part, part.split('.')[0]])));
  return {
    sources: /\.(?:go|[sS]|swig(?:cxx)?)$/,
    settings: settingsOfGo,
    enters: (name) => name === 'vendor' || names.has(name),
    tops: ['go.work', 'go.mod'],
    readsSources,
    listNamed: listNamedByGo,
  };
}

/** The name of a module is a word. */
const lookOfRust: Look = {
  sources: /\.rs$/,
  settings: settingsOfCargo,
  skipped: /^(?:\.git|target|node_modules)$/,
  enters: (name) => name === '.cargo' || /^\p{ID_Continue}+$/u.test(name),
  findsProjects: true,
  tops: ['Cargo.toml'],
  readsSources: true,
  listNamed: listNamedByRust,
};

/** Its settings are looked at for the places that they name. */
const lookOfTsc: Look = {
  sources: /\.(?:[cm]?[jt]sx?|json|vue)$/,
  settings: [],
  skipped: /^(?:\.git|node_modules)$/,
  enters: () => true,
  isWide: true,
  tops: ['tsconfig.json'],
  readsSources: false,
  listNamed: () => [],
};

function listNamedByRust(path: string): Named[] {
  const text = readText(path) ?? '';
  if (path.endsWith('.rs')) return listModulePaths(text).map((named) => ({ path: named }));
  return isSetting(path, lookOfRust) && !/\.lock$|rustfmt/.test(basename(path))
    ? listNamedByCargo(path, text)
    : [];
}

export function isSetting(path: string, { settings }: Pick<Look, 'settings'>): boolean {
  const name = basename(path);
  return settings.includes(name) || settings.includes(`${basename(dirname(path))}/${name}`);
}
