import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isInside } from '../../is-inside.ts';
import { findRealPath, type RuleBase } from './match.ts';
import { expandHome, listPaths } from './named-paths.ts';
import type { CommandPattern } from './rule.ts';
import { onlyPrints, toProgram } from './runners.ts';
import type { ShellPart } from './shell-command.ts';
import { walkPath } from './walk-path.ts';

/** What leads out of a folder begins so, or goes up in the middle. */
const mayLeave = /^(?:\/|~|\.\.?(?:\/|$))|\/\.\.(?:\/|$)/;
const harmless = new Set(['/dev/null', '/dev/stdout', '/dev/stderr', '/dev/stdin', '/dev/tty']);

/**
 * The argument of a command that names a place outside of the folders, where the command may write, or which it may serve to others. The words of
 * a rule are named by the person. Tools for text are trusted with any path, and git has options of its own.
 */
export function findPlaceOutside(
  { words }: ShellPart,
  rules: readonly CommandPattern[],
  folders: readonly string[],
  place: RuleBase,
): string | undefined {
  const [name = '', ...args] = words;
  if (toProgram(name) === 'git' || onlyPrints(words)) return undefined;
  const named = new Set(rules.flatMap((rule) => rule.words));
  const roots = folders.map(findRealPath);
  const isOutside = (path: string): boolean =>
    mayLeave.test(path) &&
    !harmless.has(path) &&
    walkPath(place.folder, expandHome(path, place.home))
      .map(findRealPath)
      .some((at) => !roots.some((root) => isInside(at, root)) && mayBePath(at));
  return args.find((arg) => !named.has(arg) && !arg.includes('://') && listPaths(arg).some(isOutside));
}

/** A slash in front may also be that of a route or a pattern: such a place is not on the disk. */
function mayBePath(path: string): boolean {
  const above = dirname(path);
  return existsSync(path) || (dirname(above) !== above && existsSync(above));
}
