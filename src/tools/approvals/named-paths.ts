import { dirname, isAbsolute, join, parse, sep } from 'node:path';
import { findStats } from '../../open-file.ts';
import { findRealPath, UnknownPlacesError } from './disk.ts';
import type { RuleBase } from './match.ts';
import { toProgram } from './runners.ts';
import type { ShellPart } from './shell-command.ts';
import {
  compileName,
  expandBraces,
  findNames,
  findPlaces,
  listEntries,
  mayBeAbove,
  wildcard,
} from './walk-path.ts';

/** Paths that are looked at on the disk for one command. Whoever writes more does not want to be understood. */
export const mostPaths = 5000;
export const mostFolders = 32;
/** Different ones that a command goes to. Each is looked for in each folder. */
const mostTargets = 200;
/** Names on the disk that one path with wildcards is compared with. */
const mostEntries = 20_000;

const movers = /^(?:cd|pushd|chdir)$/;

/** The folders in which its parts may run: all of those that are there now, and some of those that it may make. Throws UnknownPlacesError. */
export function listFolders(
  parts: readonly ShellPart[],
  base: RuleBase,
): { folders: string[]; isKnown: boolean } {
  const targets = parts
    .flatMap(({ words }) => listTargets(words))
    .flatMap(({ path, isOption }) =>
      unique([path, ...(expandBraces(path) ?? [])]).map((one) => ({ path: one, isOption })),
    )
    .flatMap(({ path, isOption }) =>
      readWord(path === '' ? '~' : path, base).map((one) => ({ path: one, isOption })),
    );
  const areOpen = targets.some(({ path }) => /[$`]/.test(expandFolders(path, base)));
  const keys = new Set<string>();
  const known = targets.filter(({ path, isOption }) => {
    const key = `${isOption} ${path}`;
    if (path === '-' || /[$`]/.test(path) || keys.has(key)) return false;
    keys.add(key);
    return true;
  });
  if (known.length > mostTargets) throw new UnknownPlacesError();
  const { folder } = base;
  const folders = new Set([folder]);
  let present = 0;
  let isCut = false;
  const add = (path: string, isOption: boolean): void => {
    if (folders.has(path)) return;
    if (findStats(path)?.isDirectory()) {
      present += 1;
      if (present > mostFolders) throw new UnknownPlacesError();
      folders.add(path);
    } else if (isOption) return;
    else if (folders.size - present > mostFolders) isCut = true;
    else folders.add(path);
  };
  let from = [folder];
  // In a loop, `cd ..` goes up and up.
  for (let round = 0; round < 8 && from.length > 0; round += 1) {
    const before = folders.size;
    for (const at of from)
      for (const { path: target, isOption } of known)
        for (const path of findPlaces(at, target).flatMap(expandGlob))
          for (const one of [path, findRealPath(path)]) add(one, isOption);
    from = [...folders].slice(before);
  }
  return { folders: [...folders], isKnown: !areOpen && !isCut };
}

/**
 * What `cd`, `env -C` and their like name. An empty text is the home folder. Long options may be cut short, so any of them may name a folder, and
 * letters may stand before the one that does.
 */
export function listTargets([name = '', ...args]: readonly string[]): { path: string; isOption: boolean }[] {
  if (movers.test(toProgram(name)))
    return [{ path: args.find((arg) => arg === '-' || !arg.startsWith('-')) ?? '', isOption: false }];
  return args.flatMap((arg, at) => {
    const [, behind] = /^(?:-[A-Za-z\d#:]*[CD]|--[A-Za-z][\w-]*=)(.*)$/s.exec(arg) ?? [];
    const isNext = behind === '' || /^--[A-Za-z][\w-]*$/.test(arg);
    const path = behind || (isNext ? args[at + 1] : undefined);
    return path === undefined ? [] : [{ path, isOption: true }];
  });
}

/**
 * `--file=a`, `-fa/b`, `a:b` and `@a` hold a path behind or in front of something else. In a URL it may be percent-encoded, and `curl` expands
 * braces there itself, also around a single word.
 */
export function listPaths(word: string): string[] {
  const decoded = /%[\da-f]{2}/i.test(word) ? decode(word) : word;
  const urls = /^file:/i.test(decoded) ? expandBraces(decoded.replaceAll(/\{([^{},]*)\}/g, '$1')) : [];
  if (urls === undefined) throw new UnknownPlacesError();
  return unique([word, decoded, ...urls]).flatMap(listPlainPaths);
}

export function decode(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}

/** A word with more marks is code, or a message: a name alone is no path there. */
const mostMarks = 32;
const mostTails = 200;

function listPlainPaths(word: string): string[] {
  // A slash behind a name or a wildcard begins no path.
  const marks = [...word.matchAll(/[=:,@]|(?=(?<![\w.*?\]})/-])\/|~|\.\.?\/)/g)];
  const mayLead = (path: string): boolean => marks.length <= mostMarks || /[/~]|^\.\.?$/.test(path);
  // Thousands of tails are looked at in no more time than one.
  const lastLead = Math.max(word.lastIndexOf('/'), word.lastIndexOf('~'));
  const tails = marks
    .map(({ index, 0: mark }) => index + mark.length)
    .filter((start) => lastLead >= start || mayLead(word.slice(start, start + 3)))
    .map((start) => word.slice(start));
  const heads = word.split(/[=:,@]/).filter(mayLead);
  if (tails.length + heads.length > mostTails) throw new UnknownPlacesError();
  return [word, ...tails, ...heads, ...(/^-\w./.test(word) ? [word.slice(2)] : [])].filter(
    (path) => path !== '',
  );
}

/** The real paths that a glob means on this disk now, links followed. */
export function expandGlob(path: string): string[] {
  return unique(listNames(path, findRealPath).map(findRealPath));
}

/** The paths that a shell puts in the place of a glob. `toEntry` gives the path of a link. Throws UnknownPlacesError. */
export function listNames(path: string, toEntry = (link: string): string => link): string[] {
  if (!wildcard.test(path)) return [path];
  const { root } = parse(path);
  let found = [root];
  let left = mostEntries;
  for (const name of path.slice(root.length).split(sep).filter(Boolean)) {
    const matches = wildcard.test(name) && compileName(name);
    found = found.flatMap((folder) => {
      if (!matches) return [join(folder, name)];
      left -= listEntries(folder).length;
      if (left < 0) throw new UnknownPlacesError();
      const above = mayBeAbove(name) ? [dirname(folder)] : [];
      const below = findNames(folder, name, matches).map((entry) => {
        const at = join(folder, entry.name);
        return entry.isLink ? toEntry(at) : at;
      });
      return [...above, ...below];
    });
  }
  return found;
}

/** Names of folders without which a path is not known: `~`, and variables. The home folders of others are taken to be beside this one. */
export function expandFolders(text: string, { folder, home, env = {} }: RuleBase): string {
  const toFolder = (user: string): string => (user === 'root' ? '/root' : join(dirname(home), user));
  const toValue = (name: string): string | undefined => {
    if (name === 'HOME') return home;
    // A shell sets it anew.
    if (name === 'PWD') return folder;
    const value = (Object.hasOwn(env, name) && env[name]) || '';
    return isAbsolute(value) ? value : undefined;
  };
  return expandOperators(text, toValue)
    .replaceAll(/(?<![\w.])~(?=\/|$)/g, () => home)
    .replaceAll(/(?<![\w./~-])~([a-z_][\w.-]*)(?=\/|$)/g, (_, user: string) => toFolder(user))
    .replaceAll(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (all, braced: string | undefined, bare: string | undefined) => toValue(braced ?? bare ?? '') ?? all,
    );
}

/** A word as it is written, and as a shell gives it on: the name of a file may have a `~` in it, too. */
export function readWord(word: string, base: RuleBase): string[] {
  return unique([word, expandFolders(word, base)]);
}

/** The same of all words of a command. */
export function listReadings(part: ShellPart, base: RuleBase): ShellPart[] {
  const words = part.words.map((word) => expandFolders(word, base));
  return words.every((word, at) => word === part.words[at]) ? [part] : [part, { ...part, words }];
}

const deepestExpansion = 5;

/** `${NAME:-$HOME/x}` is the value of the variable, or the words behind it. What else is done to a value is left out. */
function expandOperators(text: string, toValue: (name: string) => string | undefined): string {
  let expanded = text;
  for (let depth = 0; depth < deepestExpansion; depth += 1) {
    const before = expanded;
    expanded = before.replaceAll(
      /\$\{(\w+)(:?[-=+?]|[%#^,/:@])((?:[^{}$]|\$(?=\w)|\$\{\w+\})*)\}/g,
      (all, name: string, operator: string, words: string) => {
        if (operator.endsWith('+')) return words;
        return toValue(name) ?? (/[-=]$/.test(operator) ? words : all);
      },
    );
    if (expanded === before) break;
  }
  return expanded;
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
