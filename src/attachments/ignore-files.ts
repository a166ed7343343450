import { existsSync, realpathSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Env } from '../env.ts';
import { compileGlob } from '../glob.ts';
import { readFileNow } from '../read-file-now.ts';

/** Whose ignore files count. */
export type Person = { home: string; env: Env };

export type IgnoreSettings = {
  /** Files with ignore rules beside those in the folders of the repository, by how little they count: the person's own, and that of this clone. */
  files: string[];
  /** `core.ignoreCase`: git sets it in a clone on a disk that ignores case, and a copy of the clone keeps it. */
  ignoresCase: boolean | undefined;
};

/** Undefined outside of a repository. */
export async function findIgnoreSettings(
  root: string,
  { home, env }: Person,
): Promise<IgnoreSettings | undefined> {
  if (!existsSync(join(root, '.git'))) return undefined;
  const { folder, common } = await findFolders(root);
  const ofGit = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'git');
  const usual = [join(ofGit, 'config'), join(home, '.gitconfig')];
  const own = env.GIT_CONFIG_GLOBAL === undefined ? usual : [env.GIT_CONFIG_GLOBAL];
  const ofClone = [join(common, 'config'), join(folder, 'config.worktree')];
  const files = [...listSystemFiles(env), ...own, ...ofClone];
  const place = { home, folder, left: mostFiles };
  const settings = [...files.flatMap((path) => [...readCore(path, place)]), ...readVariables(env)];
  const find = (name: string): string | undefined =>
    settings.findLast((setting) => setting.name === name && !setting.isUnsure)?.value;
  const named = find('excludesfile');
  const ignoresCase = find('ignorecase');
  const unsure = settings.filter((setting) => setting.name === 'excludesfile' && setting.isUnsure);
  return {
    files: [
      named === undefined ? join(ofGit, 'ignore') : toPath(named, home, root),
      ...unsure.map(({ value }) => toPath(value, home, root)),
      join(common, 'info/exclude'),
    ],
    ignoresCase: ignoresCase === undefined ? undefined : isTrue.test(ignoresCase),
  };
}

const isTrue = /^(?:true|yes|on|[1-9]\d*)$/i;

/** Where git is usually built to look for the settings of the machine. */
function listSystemFiles(env: Env): string[] {
  if (isTrue.test(env.GIT_CONFIG_NOSYSTEM ?? '')) return [];
  if (env.GIT_CONFIG_SYSTEM !== undefined) return [env.GIT_CONFIG_SYSTEM];
  if (process.platform === 'win32')
    return env.ProgramFiles === undefined ? [] : [join(env.ProgramFiles, 'Git/etc/gitconfig')];
  return ['/etc/gitconfig', '/usr/local/etc/gitconfig', '/opt/homebrew/etc/gitconfig'];
}

/** A worktree and a submodule have a file that names their folder, and that names the one that all worktrees share. */
async function findFolders(root: string): Promise<{ folder: string; common: string }> {
  const path = join(root, '.git');
  const isFile = await lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  const [, target] = isFile ? (/^gitdir: (.+)/.exec(read(path)) ?? []) : [];
  const folder = target === undefined ? path : resolve(root, target.trim());
  const common = read(join(folder, 'commondir'));
  return { folder, common: common === '' ? folder : resolve(folder, common.trim()) };
}

/** A setting of `core`, with its name in lower case. */
type Setting = {
  name: string;
  value: string;
  /** Nobody knows here whether the condition is met under which it counts. */
  isUnsure?: boolean;
};

/** As in git. */
const mostIncludes = 10;
/** They may include each other in many ways. */
const mostFiles = 100;

type Place = { home: string; folder: string; left: number };

/** With those of included files. A line that ends with a backslash goes on. A name alone is true. */
function* readCore(
  path: string,
  place: Place,
  around: readonly string[] = [],
  isUnsure = false,
): Generator<Setting> {
  place.left -= 1;
  if (place.left < 0 || around.length > mostIncludes || around.includes(path)) return;
  let section = '';
  let isIncluded: boolean | undefined = false;
  for (const line of read(path)
    .replaceAll(/\\\r?\n/g, '')
    .split(/\r?\n/)) {
    const [, begun, words = '', behind = ''] =
      /^\s*\[([\w.-]+)\s*("(?:\\.|[^"\\])*")?\s*\]\s*(.*)$/.exec(line) ?? [];
    if (begun !== undefined) {
      section = begun.toLowerCase();
      isIncluded = section === 'include' || (section === 'includeif' && isMet(toValue(words), path, place));
    }
    const [, name = '', value = 'true'] =
      /^\s*([a-z][a-z\d-]*)\s*(?:=\s*(.*))?$/i.exec(begun === undefined ? line : behind) ?? [];
    if (isIncluded !== false && name.toLowerCase() === 'path') {
      const included = toPath(toValue(value), place.home, dirname(path));
      yield* readCore(included, place, [...around, path], isUnsure || isIncluded === undefined);
    }
    if (section === 'core' && name !== '')
      yield { name: name.toLowerCase(), value: toValue(value), isUnsure };
  }
}

/** Whether a condition of an include is met. Undefined for those that nobody knows here. */
function isMet(condition: string, path: string, { home, folder }: Place): boolean | undefined {
  const [, kind = '', given = ''] = /^(gitdir|gitdir\/i|onbranch):(.+)$/s.exec(condition) ?? [];
  const open = (pattern: string): string => (pattern.endsWith('/') ? `${pattern}**` : pattern);
  if (kind === '') return undefined;
  if (kind === 'onbranch') {
    const [, branch] = /^ref: refs\/heads\/(.+)/.exec(read(join(folder, 'HEAD'))) ?? [];
    return branch !== undefined && matches(open(given), branch.trim(), false);
  }
  const isRooted = isAbsolute(given) || /^(?:~|\.\/)/.test(given);
  const pattern = open(isRooted ? toPath(given, home, dirname(path)) : `**/${given}`);
  return [folder, toReal(folder)].some((one) => matches(pattern, one, kind === 'gitdir/i'));
}

function matches(pattern: string, name: string, ignoreCase: boolean): boolean {
  const bare = (text: string): string => text.replaceAll('\\', '/').replace(/^\//, '');
  return compileGlob(bare(pattern), { dot: true, braces: false, ignoreCase })?.matches(bare(name)) ?? true;
}

function toReal(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Settings that variables hold, as in `GIT_CONFIG_KEY_0=core.excludesFile`. */
function readVariables(env: Env): Setting[] {
  const count = Math.min(Number.parseInt(env.GIT_CONFIG_COUNT ?? '', 10) || 0, maxVariables);
  return Array.from({ length: count }, (_, at) => {
    const [section, name = ''] = (env[`GIT_CONFIG_KEY_${at}`] ?? '').toLowerCase().split('.');
    return { name: section === 'core' ? name : '', value: env[`GIT_CONFIG_VALUE_${at}`] ?? '' };
  });
}

const maxVariables = 1000;

/** Without quotes, escapes, and what follows a mark of a comment. */
function toValue(text: string): string {
  const [bare = ''] = /^(?:"(?:\\.|[^"\\])*"|[^#;])*/.exec(text) ?? [];
  return bare.trim().replaceAll('"', '').replaceAll(/\\(.)/g, '$1');
}

/** `~name` is taken for a folder beside that of the person. */
function toPath(value: string, home: string, root: string): string {
  const [, name, rest = ''] = /^~([^/]*)\/(.*)$/.exec(value) ?? [];
  const path = name === undefined ? value : join(name === '' ? home : join(dirname(home), name), rest);
  return isAbsolute(path) ? path : join(root, path);
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
