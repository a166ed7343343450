import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { readFileStart } from '../file-start.ts';
import { compileGlob, type Glob } from '../glob.ts';

/** What the ignore files of git say of the files of a folder, and of those around it. */
export type IgnoreRules = {
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
export async function loadIgnoreRules(folder: string, signal: AbortSignal | undefined): Promise<IgnoreRules> {
  let rules = createRules([], signal);
  for (const ancestor of listFoldersOfRepository(folder)) rules = await rules.enter(ancestor);
  return rules;
}

/** From the root of the repository down to the folder; the folder alone where it is in none. */
export function listFoldersOfRepository(folder: string): string[] {
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
