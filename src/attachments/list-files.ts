import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CliError } from '../errors.ts';
import { compileGlob, type Glob, splitGlob } from '../glob.ts';
import { type IgnoreRules, listFoldersOfRepository, loadIgnoreRules } from './ignore-rules.ts';

export type ListOptions = {
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
 * The files of a folder, relative to it, in the order of their paths. What git ignores is left out, and so is what is hidden, whatever
 * the pattern says, for secrets tend to lie there; links are not followed. Throws CliError `input_too_large` where there is no end to it.
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

/** Lets signals and timers have their turn in a long row of work, and ends it after a minute. */
function createClock(label: string, signal: AbortSignal | undefined): () => Promise<void> | undefined {
  const endsAt = performance.now() + maxMs;
  let turnAt = performance.now() + turnMs;
  return () => {
    signal?.throwIfAborted();
    const now = performance.now();
    if (now < turnAt) return undefined;
    if (now > endsAt) throw createEndlessError(`to look through ${label} takes longer than a minute`);
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

/** The files that a glob names. Undefined where it is none. Throws CliError `usage` where nothing matches. */
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
      hint: 'What git ignores and hidden files count only where they are named.',
    });
  }
  return { base, files: found.map((file) => posix.join(base, file)) };
}
