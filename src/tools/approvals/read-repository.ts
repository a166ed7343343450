import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '../../env.ts';
import { findProgram } from '../../find-program.ts';
import { isInside } from '../../is-inside.ts';
import { toOwnGit } from '../../own-git.ts';
import { findReal, readText } from './disk.ts';
import { findUnusual } from './git-folder.ts';
import { findRealFrom, isEntering, type Setting } from './repository-settings.ts';
import { checkText, listReadable } from './unreadable-names.ts';

const mostBytes = 32 * 1024 * 1024;
const maxMs = 10_000;

export type Git = {
  /**
   * What git prints. Throws if there is too much, or if it takes too long, and UnreadableNameError if it is not UTF-8. With `hasAnyNames`, the names that
   * matter in it are the caller's to check.
   */
  run(
    folder: string,
    words: readonly string[],
    options?: { hasAnyNames: boolean },
  ): Promise<{ text: string; isFailed: boolean }>;
  /** Whether a setting is one of ours and not one of the person's. */
  isOwn(name: string, value: string): boolean;
};

/** Undefined if there is none. */
export function createGit(env: Env): Git | undefined {
  const program = findProgram('git', { env });
  if (program === undefined) return undefined;
  const own = toOwnGit(env);
  const pairs = new Set(own.words.map((word) => word.toLowerCase()));
  return {
    async run(folder, words, { hasAnyNames } = { hasAnyNames: false }) {
      const options = {
        cwd: folder,
        env: own.env,
        maxBuffer: mostBytes,
        timeout: maxMs,
        windowsHide: true,
      };
      const printed = await promisify(execFile)(program, [...own.words, ...words], options).then(
        ({ stdout }) => ({ text: stdout, isFailed: false }),
        (error: unknown) => {
          const { killed, code, stdout } = error as { killed?: boolean; code?: unknown; stdout: string };
          if (killed || typeof code !== 'number') throw error;
          return { text: stdout, isFailed: true };
        },
      );
      if (!hasAnyNames) checkText(printed.text, 'a path of this repository');
      return printed;
    },
    isOwn: (name, value) => pairs.has(`${name}=${value}`.toLowerCase()),
  };
}

/** All paths are real. */
export type Repository = {
  /** The folder with its files, or git's own if it is said to have none. */
  top: string;
  /** Git's folder of this worktree, and the one that all worktrees share. */
  own: string;
  common: string;
  /** Whether `top` is the folder in which git's folder, or the file that names it, was found. */
  isNatural: boolean;
  /** Those of the repository, and none of the person's. */
  settings: Setting[];
  /** Where hooks are. Undefined if no setting says so. */
  hooksPath: { value: string; isOfPerson: boolean } | undefined;
  /** Whether a setting, also one of the person's, takes git into submodules that are not staged. */
  enters: boolean;
  /** The paths of submodules. */
  entries: string[];
};

/** No commit has such a path. A disk may ignore case, and Windows has short names. */
const leavingPath = /^\/|(?:^|[/\\])(?:\.{1,2}|\.git|git~\d+)(?:[/\\]|$)/i;

/** Undefined if git finds no repository. */
export async function readRepository(folder: string, git: Git): Promise<Repository | undefined> {
  const [listed, places, staged] = await Promise.all([
    git.run(folder, ['config', '--list', '--show-scope', '--null', '--includes'], { hasAnyNames: true }),
    // The last fails if there are no files.
    git.run(folder, ['rev-parse', '--absolute-git-dir', '--git-common-dir', '--show-toplevel']),
    git.run(folder, ['ls-files', '--stage', '-z', '--full-name', '--', ':/'], { hasAnyNames: true }),
  ]);
  const [own = '', common = '', top = '', ...further] = places.text.split('\n');
  if (own === '') return undefined;
  // A path with a line feed in it would hide the real one.
  if ((places.isFailed ? top : further.join('\n')) !== '' || (!places.isFailed && further.length !== 1))
    throw new Error('a path with a line feed');
  const isOfPerson = new Set(['system', 'global', 'command']);
  const fields = listed.text.split('\0');
  const settings: Setting[] = [];
  let hooksPath: Repository['hooksPath'];
  let enters = false;
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const scope = fields[at] ?? '';
    const [name, value] = toSetting(fields[at + 1] ?? '');
    if (scope === 'command' && git.isOwn(name, value)) continue;
    if (name === 'core.hookspath') hooksPath = { value, isOfPerson: isOfPerson.has(scope) };
    enters ||= isEntering([name, value]);
    if (!isOfPerson.has(scope)) settings.push([name, value]);
  }
  if (listed.isFailed) settings.push(['settings that cannot be read', '']);
  if (staged.isFailed && top !== '') settings.push(['an index that cannot be read', '']);
  // Git writes what is staged wherever its path leads: it looks at a path when it is staged, and not when it reads the index.
  const outside = staged.text
    .split('\0')
    .find((line) => leavingPath.test(line.slice(line.indexOf('\t') + 1)));
  if (outside !== undefined) settings.push(['what is staged in a place of git or elsewhere', outside]);
  const realTop = findReal(top || own);
  return {
    top: realTop,
    own: findReal(own),
    common: findRealFrom(folder, common),
    isNatural: realTop === findNatural(folder),
    settings,
    hooksPath,
    enters,
    entries: [...staged.text.matchAll(/(?<=^|\0)160000 [^\t]*\t([^\0]+)/g)].map(([, path = '']) =>
      checkText(path, `the path of the submodule \`${path}\``),
    ),
  };
}

/** The settings in one file, with those that it includes. */
export async function readSettings(path: string, git: Git): Promise<Setting[]> {
  const words = ['config', '--file', path, '--list', '--null', '--includes'];
  const { text, isFailed } = await git.run(dirname(path), words, { hasAnyNames: true });
  const settings = text.split('\0').slice(0, -1).map(toSetting);
  return isFailed ? [...settings, ['settings that cannot be read', '']] : settings;
}

function toSetting(pair: string): Setting {
  const end = pair.indexOf('\n');
  return end === -1 ? [pair, 'true'] : [pair.slice(0, end), pair.slice(end + 1)];
}

function findNatural(folder: string): string {
  let at = findReal(folder);
  while (!existsSync(join(at, '.git')) && dirname(at) !== at) at = dirname(at);
  return at;
}

/**
 * Places from which git reads although they are not of this repository: another repository that has no worktree or submodule here, objects of
 * others, and what a link stands for. Git prints what is in many of its files, also in those of a rebase that was begun, and quotes a line of
 * some that it cannot read.
 */
export function findElsewhere({ top, own, common, settings }: Repository): Setting[] {
  const found: Setting[] = [];
  const isModule = settings.some(([name]) => name === 'core.worktree');
  const isWorktree = findRealFrom(own, readLine(join(own, 'gitdir')) ?? '') === join(top, '.git');
  if (!isInside(own, top) && !isModule && !isWorktree)
    found.push(['`.git` leads to another repository', own]);
  if (common !== own && dirname(dirname(own)) !== common)
    found.push(['`commondir` leads to another repository', common]);
  for (const root of isInside(own, common) ? [common] : [own, common])
    found.push(...findUnusual(root, { top, folders: [own, common] }));
  // Remotes in a form of long ago: their settings are not listed.
  for (const path of ['remotes', 'branches'].map((name) => join(common, name)))
    for (const { name } of listReadable(path))
      found.push([`the remote ${name} in a file`, readText(join(path, name)) ?? '']);
  // Git unquotes a line, and the objects there may have others again.
  for (const line of (readText(join(common, 'objects/info/alternates')) ?? '').split('\n'))
    if (line !== '' && !line.startsWith('#')) found.push(['objects of another repository', line]);
  return found;
}

function readLine(path: string): string | undefined {
  return readText(path)?.replace(/\r?\n$/, '');
}
