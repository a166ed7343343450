import { type Dirent, existsSync } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CliError } from '../errors.ts';
import { readFileStart } from '../file-start.ts';
import { compileGlob, type Glob } from '../glob.ts';
import { listHeldFolder } from '../held-folder.ts';
import { isInside, isOddName } from '../is-inside.ts';
import type { Found } from './found.ts';
import { findIgnoreSettings, type Person } from './ignore-files.ts';

export type ListOptions = {
  /** The person's name for the folder or glob. */
  label: string;
  pattern?: string;
  /** Lists a folder that git ignores as if it stood alone. */
  evenIfIgnored?: boolean;
  /** The folder is given by its real path, and what is exchanged for a link while it is listed is left out. */
  isReal?: boolean;
  /** The rules for what lies in the folder, if they are loaded already. */
  loaded?: LoadedRules;
  /** Gets each odd name that is left out for that alone, of a file or a folder, relative to the folder. */
  onOdd?: (path: string) => void;
  person: Person;
  signal?: AbortSignal | undefined;
};

/** More would fit into no model: each file has a name that is sent. */
const maxFiles = 200_000;
/** Time limit for listing a folder, in milliseconds. */
const maxMs = 60_000;
/** How often signals are handled, in milliseconds. */
const turnMs = 50;

/**
 * The files of a folder, relative to it and sorted. Leaves out hidden files, which often hold secrets, what git ignores, and odd names. Does
 * not follow links. Throws CliError `input_too_large` for too many files or too much time.
 */
export async function listFiles(
  folder: string,
  {
    label,
    pattern = '**',
    evenIfIgnored = false,
    isReal = false,
    loaded,
    onOdd,
    person,
    signal,
  }: ListOptions,
): Promise<string[]> {
  const glob = compileGlob(pattern, { dot: false, braces: true });
  if (!glob) {
    throw new CliError('usage', `the pattern ${label.slice(0, 80)} cannot be used`, {
      hint: 'Use *, **, ?, […] and {a,b}; !(…) is not supported.',
    });
  }
  const { rules, isAlone } = loaded ?? (await loadRulesFrom(folder, { person, signal }));
  if (isAlone && !evenIfIgnored) return [];
  const found: string[] = [];
  const checkTime = createClock(label, signal);
  const list = isReal ? listHeldFolder : (at: string) => readdir(at, { withFileTypes: true });
  const walk = { folder, glob, found, onOdd, label, checkTime, list: async (at: string) => list(at) };
  const left: Visit[] = [{ path: '', rules }];
  for (let visit = left.pop(); visit; visit = left.pop()) left.push(...(await visitFolder(visit, walk)));
  return found.sort();
}

type Visit = { path: string; rules: IgnoreRules };
type Walk = {
  folder: string;
  glob: Glob;
  found: string[];
  onOdd: ((path: string) => void) | undefined;
  label: string;
  checkTime: () => Promise<void> | undefined;
  list: (folder: string) => Promise<Dirent[]>;
};

/** Adds the files of one folder and returns its subfolders. An unreadable folder has none. */
async function visitFolder({ path, rules }: Visit, walk: Walk): Promise<Visit[]> {
  const { folder, glob, found, onOdd, label, checkTime, list } = walk;
  await checkTime();
  const entries = await list(join(folder, path)).catch((): Dirent[] => []);
  const folders: Visit[] = [];
  for (const entry of entries) {
    const turn = checkTime();
    if (turn) await turn;
    if (entry.name.startsWith('.')) continue;
    const below = path + entry.name;
    const full = join(folder, below);
    const isFolder = entry.isDirectory();
    const isMeant = isFolder ? glob.reaches(below) : entry.isFile() && glob.matches(below);
    if (!isMeant || rules.ignores(full, isFolder)) continue;
    if (isOddName(entry.name)) onOdd?.(below);
    else if (isFolder) folders.push({ path: `${below}/`, rules: await rules.enter(full) });
    else found.push(below);
    if (found.length > maxFiles)
      throw createEndlessError(`${label} has more than ${maxFiles.toLocaleString('en-US')} files`);
  }
  return folders;
}

/**
 * The files among these that `listFiles` would list, relative to the folder, with slashes. Other programs read ignore files otherwise: ripgrep shows
 * hidden files that one takes back.
 */
export async function selectListed(
  folder: string,
  files: readonly string[],
  { rules }: LoadedRules,
): Promise<string[]> {
  const visited = new Map<string, Promise<IgnoreRules | undefined>>([['', Promise.resolve(rules)]]);

  /** Undefined if a folder is hidden or ignored, or lies in one that is. */
  function visit(path: string): Promise<IgnoreRules | undefined> {
    const known = visited.get(path);
    if (known) return known;
    const entered = enter(path);
    visited.set(path, entered);
    return entered;
  }

  async function enter(path: string): Promise<IgnoreRules | undefined> {
    const around = await visit(toHolder(path));
    const full = join(folder, path);
    if (!around || isHidden(path) || around.ignores(full, true)) return undefined;
    return around.enter(full);
  }

  const listed: string[] = [];
  for (const file of files) {
    const around = isHidden(file) ? undefined : await visit(toHolder(file));
    if (around && !around.ignores(join(folder, file), false)) listed.push(file);
  }
  return listed;
}

function toHolder(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function isHidden(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith('.');
}

export type Loading = { person: Person; signal: AbortSignal | undefined };

/** Whether git ignores a file or a folder, or one that contains it. */
export async function isIgnored(
  path: string,
  { isFolder, ...loading }: { isFolder: boolean } & Loading,
): Promise<boolean> {
  const holder = dirname(path);
  const rules = await loadIgnoreRules(holder, loading);
  return rules.ignores(path, isFolder) || isInsideOfIgnored(holder, rules);
}

/**
 * Whether a path led to its target by a link: a repository may hide something behind harmless names. Only links below `cwd` count, or below the
 * folder that the path and `cwd` have in common.
 */
async function isLed({ path, target = path }: Found, cwd: string): Promise<boolean> {
  let base = cwd;
  while (!isInside(path, base)) base = dirname(base);
  return target !== resolve(await realpath(base), relative(base, path));
}

/**
 * Whether a link on the way to a path leads to what git ignores. That git ignores its name, too, nobody sees in the name. The target may lie in
 * a repository of its own below an ignored folder.
 */
export async function leadsToIgnored(
  found: Found,
  { cwd, ...loading }: { cwd: string } & Parameters<typeof isIgnored>[1],
): Promise<boolean> {
  const { target } = found;
  if (target === undefined || !(await isLed(found, cwd))) return false;
  if (await isIgnored(target, loading)) return true;
  const here = await realpath(cwd);
  return isInside(target, here) && isIgnoredIn(here, target, loading);
}

/**
 * Whether git ignores what lies in a folder, or a folder on the way to it. If git ignores `root` itself, only the ignore files in it count.
 * Both paths are absolute.
 */
export async function isIgnoredIn(
  root: string,
  path: string,
  { isFolder, ...loading }: { isFolder: boolean } & Loading,
): Promise<boolean> {
  if (path === root) return false;
  let { rules } = await loadRulesFrom(root, loading);
  let at = root;
  for (const part of relative(root, dirname(path)).split(sep).filter(Boolean)) {
    at = join(at, part);
    if (rules.ignores(at, true)) return true;
    rules = await rules.enter(at);
  }
  return rules.ignores(path, isFolder);
}

type LoadedRules = { rules: IgnoreRules; isAlone: boolean; isInRepository: boolean };

/**
 * The rules for what lies in a folder. `isAlone`: git ignores the folder, so these are its own rules. `isInRepository`: those of folders above
 * it may be among them.
 */
export async function loadRulesFrom(folder: string, loading: Loading): Promise<LoadedRules> {
  const rules = await loadIgnoreRules(folder, loading);
  const isInRepository = existsSync(join(listFoldersOfRepository(folder)[0] ?? folder, '.git'));
  if (!isInsideOfIgnored(folder, rules)) return { rules, isAlone: false, isInRepository };
  return { rules: await createRules([], loading).enter(folder), isAlone: true, isInRepository };
}

/** Whether git ignores the folder or one that contains it. */
function isInsideOfIgnored(folder: string, rules: IgnoreRules): boolean {
  return listFoldersOfRepository(folder)
    .slice(1)
    .some((ancestor) => rules.ignores(ancestor, true));
}

/** Lets signals and timers run during long work, and stops the work after a minute. */
function createClock(label: string, signal: AbortSignal | undefined): () => Promise<void> | undefined {
  const endsAt = performance.now() + maxMs;
  let turnAt = performance.now() + turnMs;
  return () => {
    signal?.throwIfAborted();
    const now = performance.now();
    if (now < turnAt) return undefined;
    if (now > endsAt) throw createEndlessError(`looking through ${label} takes longer than a minute`);
    turnAt = now + turnMs;
    return nextTurn();
  };
}

function createEndlessError(message: string): CliError {
  return new CliError('input_too_large', message, {
    hint: 'Name a smaller folder, or a pattern such as src/**/*.ts.',
  });
}

/** git's ignore rules for a folder, with those of the folders around it. */
export type IgnoreRules = {
  /** `path` is absolute. Does not check the folders above it. */
  ignores(path: string, isFolder: boolean): boolean;
  /** The same rules and those of a subfolder. */
  enter(folder: string): Promise<IgnoreRules>;
};

/** A line of an ignore file. A pattern without a slash matches names, any other matches paths below `folder`. */
type Rule = { folder: string; glob: Glob; isOfName: boolean; isForFolders: boolean; isException: boolean };

/** The rest of a longer ignore file is not read. */
const maxBytes = 1024 * 1024;

/** The rules of a folder and of those above it, up to the root of its repository. */
async function loadIgnoreRules(folder: string, loading: Loading): Promise<IgnoreRules> {
  const folders = listFoldersOfRepository(folder);
  let rules = createRules([], loading);
  for (const ancestor of folders) rules = await rules.enter(ancestor);
  return rules;
}

/** From the root of the repository down to the folder. Outside a repository, only the folder. */
function listFoldersOfRepository(folder: string): string[] {
  const folders: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    folders.unshift(at);
    if (existsSync(join(at, '.git'))) return folders;
    if (dirname(at) === at) return [folder];
  }
}

function createRules(rules: readonly Rule[], loading: Loading, ignoresCase = ignoresCaseHere): IgnoreRules {
  return {
    // The last matching rule decides.
    ignores(path, isFolder) {
      const name = basename(path);
      const found = rules.findLast(
        ({ folder, glob, isOfName, isForFolders }) =>
          (isFolder || !isForFolders) &&
          glob.matches(toBytes(isOfName ? name : toSlashes(relative(folder, path)))),
      );
      return found !== undefined && !found.isException;
    },
    async enter(folder) {
      const { signal, person } = loading;
      const found = await findIgnoreSettings(folder, person);
      const isCaseless = found ? (found.ignoresCase ?? ignoresCaseHere) : ignoresCase;
      const read = (path: string, look: Look): Promise<Rule[]> =>
        readRules(path, folder, { signal, look, ignoreCase: isCaseless });
      const own = [
        ...(await Promise.all((found?.files ?? []).map((path) => read(path, stat)))).flat(),
        // As in git, a link has no rules: a repository may have made it one to a file outside.
        ...(await read(join(folder, '.gitignore'), lstat)),
      ];
      return own.length === 0 && isCaseless === ignoresCase
        ? this
        : createRules([...rules, ...own], loading, isCaseless);
    },
  };
}

type Look = typeof stat | typeof lstat;

/** What git takes for granted on these systems. */
const ignoresCaseHere = process.platform === 'darwin' || process.platform === 'win32';

/** As in git, an unreadable ignore file has no rules. Behind the end of what is read of a long one, anything may be ignored. */
async function readRules(
  path: string,
  folder: string,
  { signal, look, ignoreCase }: { signal: AbortSignal | undefined; look: Look; ignoreCase: boolean },
): Promise<Rule[]> {
  const stats = await look(path).catch(() => undefined);
  if (!stats?.isFile()) return [];
  const bytes = await readFileStart(path, maxBytes, signal).catch(() => Buffer.alloc(0));
  signal?.throwIfAborted();
  const lines = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?(?:\n|$)/);
  const known = stats.size > maxBytes ? [...lines.slice(0, -1), '*'] : lines;
  return known.flatMap((line) => parseRule(line, folder, ignoreCase) ?? []);
}

function parseRule(line: string, folder: string, ignoreCase: boolean): Rule | undefined {
  const text = dropBlanks(line);
  if (text === '' || text.startsWith('#')) return undefined;
  const isException = text.startsWith('!');
  const pattern = isException ? text.slice(1) : text;
  const isForFolders = pattern.endsWith('/');
  const bare = isForFolders ? pattern.slice(0, -1) : pattern;
  const glob = compileGlob(toBytes(bare.replace(/^\//, '')), {
    dot: true,
    braces: false,
    ignoreCase,
  });
  return glob && { folder, glob, isOfName: !bare.includes('/'), isForFolders, isException };
}

/** For git, `?` and `[…]` are one byte: `??` is `é`. */
function toBytes(text: string): string {
  return beyondAscii.test(text) ? Buffer.from(text).toString('latin1') : text;
}

const beyondAscii = /[^ -~]/;

/** Trailing blanks count only after a backslash. */
function dropBlanks(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ' && line[end - 2] !== '\\') end -= 1;
  return line.slice(0, end);
}

function toSlashes(path: string): string {
  return path.replaceAll(sep, '/');
}
