import { existsSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { Env } from '../env.ts';
import { readFileNow } from '../read-file-now.ts';

/** Whose ignore files count. */
export type Person = { home: string; env: Env };

/**
 * Files with ignore rules beside those in the folders of a repository, by how little they count: the person's own, which `core.excludesFile`
 * names, and that of this clone. None outside of a repository. Files that settings include are not looked at.
 */
export async function findIgnoreFiles(root: string, { home, env }: Person): Promise<string[]> {
  if (!existsSync(join(root, '.git'))) return [];
  const common = await findCommonFolder(root);
  const ofGit = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'git');
  const usual = [join(ofGit, 'config'), join(home, '.gitconfig')];
  const own = env.GIT_CONFIG_GLOBAL === undefined ? usual : [env.GIT_CONFIG_GLOBAL];
  const settings = [...own, join(common, 'config')];
  const named = settings.map(readExcludesFile).findLast((value) => value !== undefined);
  const ignored = named === undefined ? join(ofGit, 'ignore') : toPath(named, home, root);
  return [ignored, join(common, 'info/exclude')];
}

/** A worktree and a submodule have a file that names their folder, and that names the one that all worktrees share. */
async function findCommonFolder(root: string): Promise<string> {
  const path = join(root, '.git');
  const isFile = await lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  const [, target] = isFile ? (/^gitdir: (.+)/.exec(read(path)) ?? []) : [];
  const folder = target === undefined ? path : resolve(root, target.trim());
  const common = read(join(folder, 'commondir'));
  return common === '' ? folder : resolve(folder, common.trim());
}

function readExcludesFile(path: string): string | undefined {
  let isCore = false;
  let found: string | undefined;
  for (const line of read(path).split(/\r?\n/)) {
    const [, section, rest = ''] = /^\s*\[([^\]]*)\]\s*(.*)$/.exec(line) ?? [];
    if (section !== undefined) isCore = section.trim().toLowerCase() === 'core';
    const [, value] = /^\s*excludesfile\s*=\s*(.*)$/i.exec(section === undefined ? line : rest) ?? [];
    if (isCore && value !== undefined) found = toValue(value);
  }
  return found;
}

/** Without quotes, escapes, and what follows a mark of a comment. */
function toValue(text: string): string {
  const [bare = ''] = /^(?:"(?:\\.|[^"\\])*"|[^#;])*/.exec(text) ?? [];
  return bare.trim().replaceAll('"', '').replaceAll(/\\(.)/g, '$1');
}

function toPath(value: string, home: string, root: string): string {
  const path = value.startsWith('~/') ? join(home, value.slice(2)) : value;
  return isAbsolute(path) ? path : resolve(root, path);
}

const maxBytes = 1024 * 1024;

/** Empty if it cannot be read. In the folder of somebody else it may be a pipe, which nobody writes to. */
function read(path: string): string {
  try {
    return readFileNow(path, maxBytes).toString('utf8');
  } catch {
    return '';
  }
}
