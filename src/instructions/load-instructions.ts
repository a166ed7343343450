import { existsSync, readdirSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { CliError } from '../errors.ts';
import { readFileStart } from '../file-start.ts';
import { compileGlob } from '../glob.ts';
import { parseFrontMatter } from './front-matter.ts';
import { findRoot, listAncestors } from './repository.ts';

/** `path` is relative to the root of the repository, with slashes. */
export type Instructions = { path: string; text: string; appliesTo?: string[] };

export type InstructionsOptions = {
  cwd: string;
  home: string;
  /** The files that the prompt is about, absolute or relative to `cwd`. */
  files: readonly string[];
  onNotice: (sentence: string) => void;
};

const maxBytes = 100 * 1024;
const repositoryFile = '.github/copilot-instructions.md';
const scopedFolder = '.github/instructions';

/**
 * What a repository tells a model, from the general to the particular: the file for all of it, the nearest AGENTS.md, and the files for
 * some of its paths. Throws CliError `config` for front matter that cannot be read.
 */
export async function loadInstructions(options: InstructionsOptions): Promise<Instructions[]> {
  const root = findRoot(options.cwd, options.home);
  const read = (path: string): Promise<string | undefined> => readInside(root, path, options.onNotice);
  const found: Instructions[] = [];
  for (const path of [repositoryFile, findAgentsFile(root, options.cwd)]) {
    const text = path === undefined ? undefined : await read(path);
    if (path !== undefined && text?.trim()) found.push({ path, text });
  }
  for (const path of listScopedFiles(root)) {
    const text = await read(path);
    if (text === undefined) continue;
    const { appliesTo, body } = await parseFrontMatter(text, path);
    if (body.trim() && (await applies(appliesTo, root, options))) found.push({ path, text: body, appliesTo });
  }
  return found;
}

function findAgentsFile(root: string, cwd: string): string | undefined {
  const folder = listAncestors(cwd, root).find((ancestor) => existsSync(join(ancestor, 'AGENTS.md')));
  return folder === undefined ? undefined : toSlashes(relative(root, join(folder, 'AGENTS.md')));
}

/** Folders behind links are not entered. */
function listScopedFiles(root: string): string[] {
  try {
    return readdirSync(join(root, scopedFolder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name.endsWith('.instructions.md'))
      .map((entry) => toSlashes(relative(root, join(entry.parentPath, entry.name))))
      .sort();
  } catch {
    return [];
  }
}

async function applies(
  globs: readonly string[],
  root: string,
  { cwd, files }: InstructionsOptions,
): Promise<boolean> {
  if (globs.some((glob) => glob === '**' || glob === '**/*')) return true;
  if (globs.length === 0 || files.length === 0) return false;
  const compiled = globs.flatMap((glob) => compileGlob(glob, { dot: true, braces: true }) ?? []);
  const paths = files.map((file) => toSlashes(relative(root, resolve(cwd, file))));
  return compiled.some((glob) => paths.some((path) => glob.matches(path)));
}

/** The text of a regular file of the repository, its beginning where it is long; undefined where there is none. */
async function readInside(
  root: string,
  path: string,
  onNotice: (sentence: string) => void,
): Promise<string | undefined> {
  const target = await findTarget(join(root, path));
  if (target === undefined) return undefined;
  if (!target.startsWith(join(await realpath(root), sep))) {
    onNotice(`${path} is left out: it is a link out of the repository.`);
    return undefined;
  }
  const bytes = await readFileStart(target, maxBytes).catch((error: unknown) => {
    throw new CliError('config', `${path} cannot be read`, { hint: 'Check who may read it.', cause: error });
  });
  if (bytes.length > maxBytes) onNotice(`Only the first 100 KB of ${path} are used.`);
  // A character that the cut goes through is left out.
  return new TextDecoder().decode(bytes.subarray(0, maxBytes), { stream: bytes.length > maxBytes });
}

/** Where a path leads in the end; undefined where to no file. */
async function findTarget(path: string): Promise<string | undefined> {
  try {
    const target = await realpath(path);
    return (await stat(target)).isFile() ? target : undefined;
  } catch {
    return undefined;
  }
}

function toSlashes(path: string): string {
  return path.replaceAll(sep, '/');
}
