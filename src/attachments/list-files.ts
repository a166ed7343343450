import { type Dirent, existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CliError } from '../errors.ts';
import { readFileStart } from '../file-start.ts';
import { compileGlob, type Glob, splitGlob } from '../glob.ts';

type ListOptions = {
  /** What the person called the folder or the glob. */
  label: string;
  pattern?: string;
  signal?: AbortSignal | undefined;
};

/** More than fit into any model; each has a name that is sent. */
const maxFiles = 200_000;
/** For how long a folder is looked through, in milliseconds. */
const maxMs = 60_000;
/** How often the signals get their turn, in milliseconds. */
const turnMs = 50;

/**
 * The files of a folder, relative to it, in the order of their paths. What git ignores is left out. So are hidden files, whatever
 * the pattern says: secrets tend to lie there. Links are not followed. Throws CliError `input_too_large` for too many files or too much time.
 */
export async function listFiles(
  folder: string,
  { label, pattern = '**', signal }: ListOptions,
): Promise<string[]> {
  const glob = compileGlob(pattern, { dot: false, braces: true });
  if (!glob) {
    throw new CliError('usage', `the pattern ${label.slice(0, 80)} cannot be used`, {
      hint: 'Use *, **, ?, […] and {a,b}; !(…) is not supported.',
    });
  }
  const rules = await loadIgnoreRules(folder, signal);
  if (isInsideOfIgnored(folder, rules)) return [];
  const found: string[] = [];
  const checkTime = createClock(label, signal);
  const walk = { folder, glob, found, label, checkTime };
  const left: Visit[] = [{ path: '', rules }];
  for (let visit = left.pop(); visit; visit = left.pop()) left.push(...(await visitFolder(visit, walk)));
  return found.sort();
}

type Visit = { path: string; rules: IgnoreRules };
type Walk = {
  folder: string;
  glob: Glob;
  found: string[];
  label: string;
  checkTime: () => Promise<void> | undefined;
};

/** Adds the files of one folder, and gives the folders in it. One that cannot be read has none. */
async function visitFolder({ path, rules }: Visit, walk: Walk): Promise<Visit[]> {
  const { folder, glob, found, label, checkTime } = walk;
  await checkTime();
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch((): Dirent[] => []);
  const folders: Visit[] = [];
  for (const entry of entries) {
    const turn = checkTime();
    if (turn) await turn;
    if (entry.name.startsWith('.')) continue;
    const below = path + entry.name;
    const full = join(folder, below);
    if (entry.isFile() && glob.matches(below) && !rules.ignores(full, false)) found.push(below);
    else if (entry.isDirectory() && glob.reaches(below) && !rules.ignores(full, true))
      folders.push({ path: `${below}/`, rules: await rules.enter(full) });
    if (found.length > maxFiles)
      throw createEndlessError(`${label} has more than ${maxFiles.toLocaleString('en-US')} files`);
  }
  return folders;
}

/** A folder of a repository that git ignores, or that lies in one. */
function isInsideOfIgnored(folder: string, rules: IgnoreRules): boolean {
  return listFoldersOfRepository(folder)
    .slice(1)
    .some((ancestor) => rules.ignores(ancestor, true));
}

/** Lets signals and timers run between pieces of long work, and ends the work after a minute. */
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

export type GlobFiles = {
  /** The glob's own beginning, up to its first star. */
  base: string;
  files: string[];
};

/** The files that a glob names. Undefined if `spec` is not a glob. Throws CliError `usage` if nothing matches. */
export async function expandGlob(
  spec: string,
  cwd: string,
  signal: AbortSignal | undefined,
): Promise<GlobFiles | undefined> {
  // From its fixed beginning, so that the ignore files of that folder count wherever it lies.
  const split = splitGlob(spec);
  if (!split) return undefined;
  const { base, glob } = split;
  const found = await listFiles(resolve(cwd, base), { label: spec, pattern: glob, signal });
  if (found.length === 0) {
    throw new CliError('usage', `no file matches ${spec}`, {
      hint: 'Files that git ignores and hidden files are sent only if you name them.',
    });
  }
  return { base, files: found.map((file) => posix.join(base, file)) };
}

/** What the ignore files of git say of the files of a folder, and of those around it. */
type IgnoreRules = {
  /** `path` is absolute; the folders above it are not asked. */
  ignores(path: string, isFolder: boolean): boolean;
  /** The same rules, and those of a folder below. */
  enter(folder: string): Promise<IgnoreRules>;
};

/** One line of an ignore file. Patterns without a slash are for names, the others for paths below the folder of the file. */
type Rule = { folder: string; glob: Glob; isOfName: boolean; isForFolders: boolean; isException: boolean };

/** No ignore file is longer; what a longer one says counts up to here. */
const maxBytes = 256 * 1024;

/** The rules that hold in a folder: its own, and those up to the root of its repository. */
async function loadIgnoreRules(folder: string, signal: AbortSignal | undefined): Promise<IgnoreRules> {
  let rules = createRules([], signal);
  for (const ancestor of listFoldersOfRepository(folder)) rules = await rules.enter(ancestor);
  return rules;
}

/** From the root of the repository down to the folder; only the folder if it is in no repository. */
function listFoldersOfRepository(folder: string): string[] {
  const folders: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    folders.unshift(at);
    if (existsSync(join(at, '.git'))) return folders;
    if (dirname(at) === at) return [folder];
  }
}

function createRules(rules: readonly Rule[], signal: AbortSignal | undefined): IgnoreRules {
  return {
    // The last rule that matches decides.
    ignores(path, isFolder) {
      const name = basename(path);
      const found = rules.findLast(
        ({ folder, glob, isOfName, isForFolders }) =>
          (isFolder || !isForFolders) && glob.matches(isOfName ? name : toSlashes(relative(folder, path))),
      );
      return found !== undefined && !found.isException;
    },
    async enter(folder) {
      const own = await readRules(folder, signal);
      return own.length === 0 ? this : createRules([...rules, ...own], signal);
    },
  };
}

/** An ignore file that cannot be read has no rules, as for git. */
async function readRules(folder: string, signal: AbortSignal | undefined): Promise<Rule[]> {
  const path = join(folder, '.gitignore');
  const isFile = await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) return [];
  const bytes = await readFileStart(path, maxBytes, signal).catch(() => Buffer.alloc(0));
  signal?.throwIfAborted();
  const lines = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?(?:\n|$)/);
  return lines.flatMap((line) => parseRule(line, folder) ?? []);
}

function parseRule(line: string, folder: string): Rule | undefined {
  const text = dropBlanks(line);
  if (text === '' || text.startsWith('#')) return undefined;
  const isException = text.startsWith('!');
  const pattern = isException ? text.slice(1) : text;
  const isForFolders = pattern.endsWith('/');
  const bare = isForFolders ? pattern.slice(0, -1) : pattern;
  const glob = compileGlob(bare.replace(/^\//, ''), {
    dot: true,
    braces: false,
    // As git has it on these systems.
    ignoreCase: process.platform === 'darwin' || process.platform === 'win32',
  });
  return glob && { folder, glob, isOfName: !bare.includes('/'), isForFolders, isException };
}

/** Blanks at the end count only behind a backslash. */
function dropBlanks(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ' && line[end - 2] !== '\\') end -= 1;
  return line.slice(0, end);
}

function toSlashes(path: string): string {
  return path.replaceAll(sep, '/');
}
