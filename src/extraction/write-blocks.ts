import { closeSync, lstatSync, openSync, realpathSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ensureFolder } from '../ensure-folder.ts';
import { CliError } from '../errors.ts';
import { describeFileProblem, isDiskFailure } from '../file-problem.ts';
import { reachesHidden } from '../is-inside.ts';
import { toOneLine } from '../terminal-text.ts';
import type { CodeBlock } from './code-blocks.ts';
import { toExtension } from './languages.ts';

/** Writes each block into a file below `dir`, and gives the paths. Throws CliError `usage`, with nothing written, if a block cannot be written. */
export function writeBlocks(dir: string, blocks: readonly CodeBlock[]): string[] {
  const paths = toFileNames(blocks).map((name) => join(dir, name));
  for (const path of paths) checkFolder(resolve(dir), resolve(dirname(path)));
  const present = paths.filter((path) => statLink(path) !== undefined);
  if (present.length > 0) {
    throw new CliError(
      'usage',
      `${present.join(', ')} ${present.length === 1 ? 'is' : 'are'} there already`,
      {
        hint: 'Name another folder. Nothing was written.',
      },
    );
  }
  const begun: string[] = [];
  try {
    for (const [index, path] of paths.entries())
      writeText(path, blocks[index]?.text ?? '', () => begun.push(path));
  } catch (error) {
    // What a full disk cut off would look whole, and stand in the way of the next try.
    for (const path of begun) rmSync(path, { force: true });
    throw error;
  }
  return paths;
}

/** A link below the folder may lead out of it, and a file may stand where a folder is needed. */
function checkFolder(dir: string, folder: string): void {
  const existing = findExisting(folder);
  if (existing === undefined) return;
  const real = attempt(existing, () => realpathSync(existing));
  const top = statLink(dir) && attempt(dir, () => realpathSync(dir));
  if (top !== undefined && existing.length > dir.length && !`${real}${sep}`.startsWith(`${top}${sep}`)) {
    throw new CliError('usage', `${existing} is a link that leads out of ${dir}`, {
      hint: 'Name another folder. Nothing was written.',
    });
  }
  if (top !== undefined && reachesHidden(relative(dir, existing), relative(top, real))) {
    throw new CliError('usage', `${existing} is a link that leads to ${real}`, {
      hint: 'Name another folder. Nothing was written.',
    });
  }
  if (!lstatSync(real).isDirectory()) {
    throw new CliError('usage', `${existing} is not a folder`, {
      hint: 'Name another folder. Nothing was written.',
    });
  }
}

/** The folder, or the nearest one above it that is there. */
function findExisting(folder: string): string | undefined {
  for (let path = folder; ; path = dirname(path)) {
    if (statLink(path)) return path;
    if (path === dirname(path)) return undefined;
  }
}

function statLink(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A file stands in the place of a folder; the folder's own check says so.
    if ((error as { code?: string }).code === 'ENOTDIR') return undefined;
    throw toWriteError(path, error);
  }
}

function writeText(path: string, text: string, onBegun: () => void): void {
  attempt(path, () => {
    ensureFolder(dirname(path));
    const file = openSync(path, 'wx');
    onBegun();
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
  });
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toWriteError(path, error);
  }
}

function toWriteError(path: string, error: unknown): CliError {
  const { reason, hint } = describeFileProblem(error);
  const code = isDiskFailure(error) ? 'internal' : 'usage';
  return new CliError(code, `${path} cannot be written: ${reason}`, { hint, cause: error });
}

/** Names that Windows gives to devices, with any extension. */
const deviceName = /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])\s*(?:\.|$)/i;
/** Names with a dot in front that a project has. Shells, editors and tools run or obey many others, such as `.bashrc` and `.ssh`. */
const harmlessDotName =
  /^\.(?:git(?:ignore|attributes|keep|hub)|gitlab-ci\.yml|(?:docker|npm|prettier|eslint|stylelint|vscode)ignore|editorconfig|env(?:[.-].+)?|(?:prettier|eslint|stylelint|babel|swc|mocha|nyc|browserslist)rc(?:\..+)?|(?:node|python|ruby|java|terraform)-version|nvmrc|tool-versions|clang-(?:format|tidy)|flake8|pylintrc|rubocop\.yml|markdownlint\..+|travis\.yml|htaccess)$/i;

/**
 * A path for each block, relative to the folder that they go to, with `/`: the name that the answer gives it, or `block-1.py`. None leaves
 * the folder, none is there twice, whether or not the system tells capitals from small letters, and none is a folder of another.
 */
export function toFileNames(blocks: readonly CodeBlock[]): string[] {
  const taken = new Set<string>();
  const folders = new Set<string>();
  const isFree = (path: string): boolean => {
    const key = toKey(path);
    return !taken.has(key) && !folders.has(key) && !listFolders(key).some((folder) => taken.has(folder));
  };
  return blocks.map((block, index) => {
    const path = findFree(toSafePath(block.fileName), isFree) ?? nameByNumber(block, index + 1, isFree);
    taken.add(toKey(path));
    for (const folder of listFolders(toKey(path))) folders.add(folder);
    return path;
  });
}

/** Letters that a file system may hold to be the same. */
function toKey(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function nameByNumber(block: CodeBlock, number: number, isFree: (path: string) => boolean): string {
  const extension = toExtension(block.language);
  return findFree(`block-${number}.${extension}`, isFree) ?? `block-${number}.${extension}`;
}

/** The path, or the same with a number; undefined if another file stands in the place of its folder. */
function findFree(path: string | undefined, isFree: (path: string) => boolean): string | undefined {
  if (path === undefined || isFree(path)) return path;
  const [, stem = path, extension = ''] = /^(.*?[^/])(\.[^./]*)?$/.exec(path) ?? [];
  for (let number = 2; number < 10_000; number += 1) {
    const candidate = `${stem}-${number}${extension}`;
    if (isFree(candidate)) return candidate;
  }
  return undefined;
}

/** The path below the folder, or undefined for one that leaves it, or that Git or Windows would take for something else. */
function toSafePath(fileName: string | undefined): string | undefined {
  const path = fileName
    ?.trim()
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '');
  if (!path || path.length > 255 || /^[/~]|[\u0000-\u001f\u007f:*?"<>|]/.test(path)) return undefined;
  // What nobody sees hides in a name, and some systems pass over it.
  if (toOneLine(path) !== path) return undefined;
  const segments = path.split('/');
  return segments.every(isSafeSegment) ? segments.join('/') : undefined;
}

/**
 * `rm *` takes a name that begins with a dash for a flag, and a shell takes one that begins with a tilde for a home folder. `GIT~1` is what Windows calls `.git`, in
 * which Git runs hooks and configuration alike.
 */
function isSafeSegment(segment: string): boolean {
  if (segment === '' || /^[-~\s]|[. ]$|~\d/.test(segment)) return false;
  if (segment.startsWith('.') && !harmlessDotName.test(segment)) return false;
  return !deviceName.test(segment);
}

function listFolders(path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}
