import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { isInside } from '../../is-inside.ts';
import { findStats } from '../../open-file.ts';
import { findLeavingOption, namesItsFiles } from './brought-files.ts';
import { findRealPath } from './disk.ts';
import type { RuleBase } from './match.ts';
import { listPaths, readWord } from './named-paths.ts';
import { findMessages } from './option-words.ts';
import { findPackageFolder } from './package-scripts.ts';
import { passesBy } from './program-options.ts';
import { toSubcommand } from './repository-changes.ts';
import type { CommandPattern } from './rule.ts';
import { onlyPrints, toProgram } from './runners.ts';
import { toScriptCall } from './script-words.ts';
import type { ShellPart } from './shell-command.ts';
import { checkText } from './unreadable-names.ts';
import { findLink, listEntries, mayBeAbove, walkPath } from './walk-path.ts';

/** What leads out of a folder begins so, or goes up in the middle. */
const mayLeave = /^(?:\/|~|\.\.(?:\/|$))|\/\.\.(?:\/|$)/;
const harmless = new Set(['/dev/null', '/dev/stdout', '/dev/stderr', '/dev/stdin', '/dev/tty']);

/** A link itself is theirs, and not what it leads to. Others of git put files where an argument says. */
const leavingLinks =
  /^(?:add|rm|status|diff|log|show|blame|grep|ls-files|ls-tree|commit|checkout|restore|reset|stash|check-ignore|rev-parse|rev-list)$/;

/** They give their files names of their own, and write through a link that is called so. */
const namesFiles =
  /^(?:git format-patch|c?split|(?:npm|pnpm|yarn) pack|gh (?:release|run) download|javac|protoc|wget2?)(?: |$)/;

/** Of `git format-patch`, beside the option with which it writes no file. */
const harmlessOfPatches =
  /^-(?:\d+|[ksMCpnN]|[nv]\d+)$|^--(?:signoff|binary|full-index|no-signature|no-stat|stat|keep-subject|root|zero-commit|always|no-pager)$/;

/**
 * The argument of a command, or the link in its way, that names a place outside of the folders, where the command may write, or which it may
 * serve to others. The words at which a rule begins are named by the person. Tools for text are trusted with any path. Paths that lead out by
 * their words are among the options of git. Throws UnknownPlacesError.
 */
export function findPlaceOutside(
  { words }: ShellPart,
  rules: readonly CommandPattern[],
  folders: readonly string[],
  base: RuleBase,
): string | undefined {
  const [name = '', ...args] = words;
  const isGit = toProgram(name) === 'git';
  const leavesLinks = isGit && leavingLinks.test(toSubcommand(args));
  // A subcommand of git is no path, whatever the folder has.
  const most = Math.max(isGit ? 2 : 1, ...rules.map((rule) => rule.words.length));
  const named = most - 1 + (isGit && args[0] === '--no-pager' ? 1 : 0);
  const roots = folders.map(findRealPath);
  const isOutside = (path: string): boolean => {
    const leaves = mayLeave.test(path);
    if (harmless.has(path)) return false;
    const meant = leavesLinks && !mayBeAbove(basename(path)) ? dirname(path) : path;
    return readWord(meant, base)
      .flatMap((one) => walkPath(base.folder, one))
      .map(findRealPath)
      .some((at) => !roots.some((root) => isInside(at, root)) && (!leaves || mayBePath(at)));
  };
  const said = words.filter((word) => word !== '--no-pager').join(' ');
  if (namesItsFiles(words)) {
    const leaving = findLeavingOption(words);
    if (leaving !== undefined) return leaving;
    const inTheWay = findLink(base.folder, (path) => isOutside(checkLink(relative(base.folder, path))));
    if (inTheWay !== undefined) return relative(base.folder, inTheWay);
  }
  if (onlyPrints(words)) return undefined;
  if (namesFiles.test(said) && !passesBy(args, /^--stdout$/, harmlessOfPatches)) {
    const links = listEntries(base.folder).filter((entry) => entry.isSymbolicLink());
    const inTheWay = links.find(
      ({ name }) => !isFolder(join(base.folder, checkLink(name))) && isOutside(name),
    );
    if (inTheWay) return inTheWay.name;
  }
  const messages = findMessages(words);
  const runsIn = toScriptCall(toProgram(name), words) && findPackageFolder(base.folder);
  // A script runs above, where a word may be a name of a test as well.
  const isOutsideOfScript = (path: string): boolean =>
    runsIn !== undefined &&
    runsIn !== base.folder &&
    readWord(path, base)
      .flatMap((one) => walkPath(runsIn, one))
      .map(findRealPath)
      .some((at) => existsSync(at) && !roots.some((root) => isInside(at, root)));
  return args.find((arg, at) => {
    if (at < named || messages.has(at + 1)) return false;
    const paths = isUrl(arg, base.folder) ? [] : listPaths(arg);
    return (
      [...paths, ...(leavesLinks ? [] : listImplied(arg))].some(isOutside) || paths.some(isOutsideOfScript)
    );
  });
}

/** Throws UnreadableNameError. */
function checkLink(path: string): string {
  return checkText(path, `the path of the link \`${path}\``);
}

function isFolder(path: string): boolean {
  return findStats(path)?.isDirectory() ?? false;
}

/** What is loaded, or cloned, goes into a folder or file with the last name of where it comes from. */
function listImplied(arg: string): string[] {
  if (arg.startsWith('-') || !/[:/]/.test(arg)) return [];
  const name = basename(arg.replace(/[?#].*$/s, '').replace(/(?:\/\.git)?\/*$/, '')).replace(/^.*:/s, '');
  return [name, name.replace(/\.(?:git|bundle)$/, '')].filter((one) => !/^\.{0,2}$/.test(one));
}

/** A folder may be called `x:`. */
function isUrl(arg: string, folder: string): boolean {
  const scheme = /^(?:--?[\w-]+=)?([a-z][\w+.-]*:)\/\//i.exec(arg)?.[1];
  return scheme !== undefined && !existsSync(join(folder, scheme));
}

/** A slash in front may also be that of a route or a pattern: such a place is not on the disk. */
function mayBePath(path: string): boolean {
  const above = dirname(path);
  return existsSync(path) || (dirname(above) !== above && existsSync(above));
}
