import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { isInside } from '../../is-inside.ts';
import { findStats } from '../../open-file.ts';
import { findLinkStats, findLinkTarget, findRealPath, readOwnText } from './disk.ts';
import { listPaths } from './named-paths.ts';
import { mayChangeRepository, mayReplaceFiles } from './repository-changes.ts';
import { toProgram } from './runners.ts';
import type { ShellPart } from './shell-command.ts';
import { listReadable } from './unreadable-names.ts';
import { walkPath } from './walk-path.ts';

/** In folders that are looked through. Whoever has more is asked. */
const mostFolders = 50_000;

export function isHg({ words: [name = ''] }: Pick<ShellPart, 'words'>): boolean {
  return /^c?hg$/.test(toProgram(name));
}

/**
 * Why hg may run more than the command: by the settings of its repository, or of one below, which can be part of it or be named by a commit, an
 * argument or a setting. Undefined if it does not. Throws UnknownPlacesError.
 */
export function findHgReason(parts: readonly ShellPart[], folder: string): string | undefined {
  const calls = parts.filter(isHg);
  if (calls.length === 0) return undefined;
  const { root, found } = findRoot(folder);
  const settings = found ?? findSettings(root);
  if (settings !== undefined)
    return `this repository itself makes hg run something: \`${relative(folder, settings) || '.'}\``;
  const changing = findChanging(
    parts.filter((part) => !isHg(part)),
    folder,
    findRealPath(join(root, '.hg')),
  );
  if (changing !== undefined) return `\`${changing.words[0]}\` may change what hg runs`;
  if (calls.some(({ words }) => words.some((word) => leadsIntoHg(word, folder))))
    return "it names a place in Mercurial's folder";
  // They put files where the folder of hg says.
  if (
    parts.length > 1 &&
    calls.some(({ words }) => words.some((word) => /^(?:recover|rollback)$/.test(word)))
  )
    return 'hg may change what hg runs';
  return undefined;
}

/** The part of a command that may change what is in the folder `own` of a repository. */
export function findChanging(
  parts: readonly ShellPart[],
  folder: string,
  own: string,
): ShellPart | undefined {
  return parts.find(
    (part) =>
      (toProgram(part.words[0] ?? '') === 'git' && mayReplaceFiles(part)) ||
      mayChangeRepository(part, folder, { own, common: own }),
  );
}

/** Where hg finds its repository, or the folder itself. `found` is something that is no folder of hg, which this one may take for one. */
function findRoot(folder: string): { root: string; found?: string } {
  for (let root = folder; ; root = dirname(root)) {
    const stats = findLinkStats(join(root, '.hg'));
    if (stats?.isDirectory()) return { root };
    // hg passes over a file, and follows a link.
    if (stats !== undefined) return { root, found: join(root, '.hg') };
    if (dirname(root) === root) return { root: folder };
  }
}

/** The first settings below a folder that are not known to be harmless. Repositories may also lie in the folder of hg. */
function findSettings(root: string): string | undefined {
  const left = [root];
  for (let count = 1; left.length > 0; count += 1) {
    const at = left.pop() ?? '';
    if (count > mostFolders) return root;
    for (const entry of listReadable(at)) {
      const path = join(at, entry.name);
      // hg keeps none there, and prints and writes what one leads to.
      if (entry.isSymbolicLink() && !isProbe(path) && (isOfHg(relative(root, path)) || isOther(path, root)))
        return path;
      if (/^(?:\.hg|hg~\d+)$/i.test(entry.name)) {
        if (entry.isSymbolicLink()) return path;
        if (findLinkStats(join(path, 'sharedpath'))) return join(path, 'sharedpath');
        const settings = ['hgrc', 'hgrc-not-shared']
          .map((name) => join(path, name))
          .find((file) => !isHarmless(file, dirname(path)));
        if (settings !== undefined) return settings;
      }
      if (entry.isDirectory()) left.push(path);
    }
  }
  return undefined;
}

function isOfHg(path: string): boolean {
  return /^(?:.*[/\\])?(?:\.hg|hg~\d+)[/\\]/i.test(path);
}

/** With this link, hg finds out whether the disk has links. */
function isProbe(link: string): boolean {
  return /[/\\]\.hg[/\\]w?cache[/\\]checklink$/.test(link) && findLinkTarget(link) === 'checklink-target';
}

/** Whether a link leads to a repository that is not looked at in its own place. */
function isOther(link: string, root: string): boolean {
  const target = findRealPath(link);
  if (isInside(target, findRealPath(root)) || !findStats(target)?.isDirectory()) return false;
  return findLinkStats(join(target, '.hg')) !== undefined;
}

const harmlessItems: Record<string, RegExp> = {
  phases: /^[\w.-]+\s*=\s*\w*$/,
  diff: /^[\w.-]+\s*=\s*\w*$/,
  ui: /^(?:username\s*=.*|(?:quiet|verbose|debug|interactive)\s*=\s*\w*)$/,
};

/** Whether each line of a file of settings, if there is one, starts nothing and names no repository that was not looked at. */
function isHarmless(file: string, root: string): boolean {
  const text = readOwnText(file);
  if (text === undefined) return false;
  let section = '';
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|[\r\n]/)
    .every((line) => {
      if (/^(?:[#;].*|[ \t]*)$/.test(line)) return true;
      // A line that is indented goes on with the one before.
      if (/^\s|[\0-\x08\x0b-\x1f]/.test(line)) return false;
      const name = /^\[(\w+)\][ \t]*$/.exec(line)?.[1];
      if (name !== undefined) {
        section = name;
        return section === 'paths' || Object.hasOwn(harmlessItems, section);
      }
      if (section !== 'paths') return harmlessItems[section]?.test(line.trimEnd()) === true;
      const [, option, value = ''] = /^[\w.-]+(?::([\w.]+))?\s*=(.*)$/s.exec(line) ?? [undefined, 'x'];
      return option === undefined || option === 'pushurl'
        ? isKnownPlace(value.trim(), root)
        : /^[\w.-]*$/.test(value.trim());
    });
}

/** Another machine, a repository that did not come with this one, or one in it, which is looked at in its own place. */
function isKnownPlace(value: string, root: string): boolean {
  if (/^(?:https?|ssh):\/\/(?!-)[^\s$]+$/.test(value) || value === '') return true;
  if (!/^[\w/][\w/. @+-]*$/.test(value)) return false;
  return isAbsolute(value) || isInside(findRealPath(resolve(root, value)), findRealPath(root));
}

function leadsIntoHg(word: string, folder: string): boolean {
  // `outgoing(.hg/x)` names another repository in a set of revisions.
  if (/(?:^|[^\w-])(?:\.hg|hg~\d+)(?:[^\w]|$)|\b(?:outgoing|remote)\s*\(/i.test(word)) return true;
  return listPaths(word)
    .flatMap((path) => walkPath(folder, path))
    .some((path) => /[/\\]\.hg(?:[/\\]|$)/i.test(findRealPath(path)));
}
