import { AsyncLocalStorage } from 'node:async_hooks';
import type { Dirent } from 'node:fs';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { compileGlob } from '../../glob.ts';
import { isOddName } from '../../is-inside.ts';
import { findLinkStats, findLinkTarget, listFolder, longestPath, UnknownPlacesError } from './disk.ts';

/** Places that one path with wildcards may mean. */
const mostPlaces = 5000;
/** As many as Linux follows. */
const mostLinks = 40;

/** Whether the paths of a command begin in folders that nothing in it names, or have wildcards that are read by nobody but a shell. */
export function goesElsewhere(text: string): boolean {
  if (/\bCDPATH\b|(?<![\w.@^])~[+\d-]/.test(text)) return true;
  if (holdsBehind(text, { before: /\s-(?:exec|ok)dir\s/, end: /$/, behind: /\.\.|[$`*?]/ })) return true;
  if (holdsBehind(text, { before: /\[/, end: /[\]\s]/, behind: /\[[.=]/ })) return true;
  // With such an option, `cd NAME` goes where a variable says.
  const bare = text.replaceAll(/["'\\]/g, '').toLowerCase();
  if (/cdable_?vars|\bcdpath\b/.test(bare)) return true;
  return holdsBehind(bare, { before: /\b(?:shopt|setopt)\s/, end: /[\n;&|]/, behind: /[$`*?[{]/ });
}

type Sought = { before: RegExp; end: RegExp; behind: RegExp };

/** Whether something stands behind something else, before the text ends there. In linear time: one expression with `.*` in it takes quadratic time. */
export function holdsBehind(text: string, { before, end, behind }: Sought): boolean {
  const [begins, ends] = [new RegExp(before, 'g'), new RegExp(end, 'g')];
  for (let found = begins.exec(text); found; found = begins.exec(text)) {
    ends.lastIndex = begins.lastIndex;
    const to = ends.exec(text)?.index ?? text.length;
    if (behind.test(text.slice(begins.lastIndex, to))) return true;
    // Further beginnings before the end have less behind them.
    begins.lastIndex = Math.max(begins.lastIndex, to);
  }
  return false;
}

/**
 * The places that a path may mean: as the system finds them, where `..` behind a link leads to the folder above its target, and at the end by its
 * words alone. Below `/proc` links are not followed.
 */
export function walkPath(folder: string, path: string): string[] {
  if (path.length > longestPath) return [resolve(folder, path)];
  return [...follow(folder, path, 0), resolve(folder, path)];
}

/** The same for a path that is looked at on the disk later. Only `..` behind a link makes a difference then. */
export function findPlaces(folder: string, path: string): string[] {
  return /(?:^|\/)\.\.(?:\/|$)/.test(path) ? [...new Set(walkPath(folder, path))] : [resolve(folder, path)];
}

function follow(folder: string, path: string, links: number): string[] {
  let places = [isAbsolute(path) ? sep : folder];
  for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
    places = [...new Set(places.flatMap((at) => (name === '..' ? leave(at) : enter(at, name, links))))];
    if (places.length > mostPlaces) throw new UnknownPlacesError();
  }
  return places;
}

/** Below `/proc`, what is not the folder of a process by its number may be a link, as `net` is, and so may doors in that folder. */
const mayBeLink =
  /^\/proc\/(?:(?!(?:\d+|self)(?:\/|$))[^/]+$|[^/]+\/(?:root|cwd|task|map_files|fd|[^/]*[*?[{$]))|\/\.\.$/;

/** What is above a link, nobody knows: there, `..` stays in the path. */
function leave(folder: string): string {
  return isOfProc(folder) && mayBeLink.test(folder) ? `${folder}/..` : dirname(folder);
}

/** The link to the process that looks at it would lead to us. */
function enter(folder: string, name: string, links: number): string[] {
  if (isOfProc(folder)) return [`${folder}/${name}`];
  const names = wildcard.test(name) ? findNames(folder, name).map((one) => one.name) : [name];
  if (names.length > mostPlaces) throw new UnknownPlacesError();
  const above = mayBeAbove(name) ? [leave(folder)] : [];
  const below = names.flatMap((one) => {
    const target = findLinkTarget(join(folder, one));
    if (target === undefined || links >= mostLinks) return [join(folder, one)];
    return follow(folder, target, links + 1);
  });
  return [...above, ...below];
}

/** Whether a name with wildcards, or `..` itself, may mean the folder above: older shells find it by `.?`. */
export function mayBeAbove(name: string): boolean {
  return name === '..' || (name.startsWith('.') && wildcard.test(name) && compileName(name)('..'));
}

export function isOfProc(path: string): boolean {
  return path === '/proc' || path.startsWith('/proc/');
}

/** What is looked at on the disk for one command. */
type Look = { listed: Map<string, readonly Dirent[]>; left: number };

/** Names that are compared with wildcards for one command: a second's work. */
const mostCompared = 100_000;

const looking = new AsyncLocalStorage<Look>();

/** Lists each folder once as long as it works. Then it throws UnknownPlacesError if it compares too many names with wildcards. */
export function lookOnce<T>(work: () => Promise<T>): Promise<T> {
  return looking.run({ listed: new Map(), left: mostCompared }, work);
}

/** Nothing is in a folder that cannot be listed. */
export function listEntries(folder: string): readonly Dirent[] {
  const listed = looking.getStore()?.listed;
  const known = listed?.get(folder);
  if (known) return known;
  const entries = listFolder(folder) ?? [];
  listed?.set(folder, entries);
  return entries;
}

export const wildcard = /[*?[{]/;

/**
 * The names in a folder that a shell, of whatever language, may put in the place of one with wildcards, and the one that has this name itself: it may
 * stand in quotes. Throws UnknownPlacesError if one of them may lead to where nobody can look.
 */
export function findNames(
  folder: string,
  pattern: string,
  matches = compileName(pattern),
): { name: string; isLink: boolean }[] {
  const found = listEntries(folder).filter((entry) => matches(entry.name));
  if (found.some(isUnreadable)) throw new UnknownPlacesError();
  const names = found.map((entry) => ({ name: entry.name, isLink: entry.isSymbolicLink() }));
  if (names.some(({ name }) => name === pattern)) return names;
  const own = findLinkStats(join(folder, pattern));
  return own ? [...names, { name: pattern, isLink: own.isSymbolicLink() }] : names;
}

/** A shell may count them in bytes, and may have read them in quotes. */
const counted = /[^ -~]|[\\*?[\]{}()]/;

/** Whether a name matches one with wildcards. What it begins and ends with is compared first: that is quick. */
export function compileName(pattern: string): (name: string) => boolean {
  const glob = compileGlob(pattern, { dot: true, braces: true, ignoreCase: true });
  const [first = ''] = pattern.toLowerCase().split(/[*?[{\\]|[@+!]\(|[^ -~]/);
  const last =
    pattern
      .toLowerCase()
      .split(/[*?\]})\\]|[^ -~]/)
      .at(-1) ?? '';
  const look = looking.getStore();
  return (name) => {
    const lower = name.toLowerCase();
    if (!lower.startsWith(first) || !lower.endsWith(last)) return false;
    if (look && --look.left < 0) throw new UnknownPlacesError();
    return !glob || pattern.includes('\\') || counted.test(name) || glob.matches(name);
  };
}

/** Node gives what is no UTF-8 as U+FFFD, and finds nothing there: what it links to or holds cannot be looked at. */
export function isUnreadable(entry: Dirent): boolean {
  return isOddName(entry.name) && !entry.isFile();
}

/** Names of one folder that are looked through, those near first. */
const mostNames = 100_000;

/** The first link in a folder, however deep, that is wanted: its path. Throws UnknownPlacesError as `findEntry` does. */
export function findLink(folder: string, isWanted: (path: string) => boolean): string | undefined {
  return findEntry(folder, (path, entry) => entry.isSymbolicLink() && isWanted(path));
}

/** The same for whatever is in it. Throws UnknownPlacesError for a folder with too many names, or with one that cannot be looked at. */
export function findEntry(
  folder: string,
  isWanted: (path: string, entry: Dirent) => boolean,
): string | undefined {
  const folders = [folder];
  let left = mostNames;
  for (const at of folders)
    for (const entry of listEntries(at)) {
      left -= 1;
      if (left < 0) throw new UnknownPlacesError();
      const path = join(at, entry.name);
      if (isWanted(path, entry)) return path;
      if (isUnreadable(entry)) throw new UnknownPlacesError();
      if (entry.isDirectory()) folders.push(path);
    }
  return undefined;
}

const mostAlternatives = 1000;

/** What a word with braces stands for: `a{b,c}` for two words, and `{1..9}`, at most, for whatever a `*` means. Undefined if it is too much. */
export function expandBraces(word: string): string[] | undefined {
  let words = [word.replaceAll(/\{[^{},./]{1,12}\.\.[^{},/]{1,24}\}/g, '*')];
  for (let found = true; found; ) {
    found = false;
    words = words.flatMap((one) => {
      const braces = /\{([^{}]*,[^{}]*)\}/.exec(one);
      if (!braces) return [one];
      found = true;
      const [whole, inside = ''] = braces;
      return inside
        .split(',')
        .map((text) => one.slice(0, braces.index) + text + one.slice(braces.index + whole.length));
    });
    if (words.length > mostAlternatives) return undefined;
  }
  return [...new Set(words)];
}
