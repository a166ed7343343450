import { lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ShellPart } from './shell-command.ts';

/**
 * Whether a command is `git diff` where git finds no repository: it then compares any two files, and so prints them. Names that are no files are
 * left out, because nothing is printed of them.
 */
export function readsBesideRepository({ words, isVague }: ShellPart, folder: string): boolean {
  const [program, ...rest] = words;
  const args = rest[0] === '--no-pager' ? rest.slice(1) : rest;
  if (program !== 'git' || args[0] !== 'diff' || isInRepository(folder)) return false;
  return isVague || args.slice(1).some((arg) => exists(resolve(folder, arg)));
}

/** As git finds it: one that belongs to another user, or that lacks something, does not count. */
function isInRepository(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (isGitFolder(findGitFolder(at))) return true;
    if (dirname(at) === at) return false;
  }
}

/** A worktree and a submodule have a file that names the folder. */
function findGitFolder(folder: string): string {
  const path = join(folder, '.git');
  try {
    if (!lstatSync(path).isFile()) return path;
    const [, target] = /^gitdir: (.+?)\s*$/.exec(readFileSync(path, 'utf8')) ?? [];
    return target === undefined ? path : resolve(folder, target);
  } catch {
    return path;
  }
}

function isGitFolder(path: string): boolean {
  try {
    const common = exists(join(path, 'commondir'))
      ? resolve(path, readFileSync(join(path, 'commondir'), 'utf8').trim())
      : path;
    const isOwn = process.getuid === undefined || statSync(path).uid === process.getuid();
    const isHead = /^(?:ref: *refs\/|[\da-f]{40})/.test(readFileSync(join(path, 'HEAD'), 'utf8'));
    return isOwn && isHead && ['objects', 'refs'].every((name) => statSync(join(common, name)).isDirectory());
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
