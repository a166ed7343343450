import { stat } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { groupBy } from '../group-by.ts';
import { findGuardedFolder } from '../guarded-folder.ts';
import { attach } from '../hint.ts';
import { isInside, isOddName, reachesHidden } from '../is-inside.ts';
import { toRealGuarded } from './check-link.ts';
import { type Finder, type Found, toRealPath } from './found.ts';
import type { Person } from './ignore-files.ts';
import { createNothingLeftError, type LeftOutReason, tellRemarks } from './left-out.ts';
import { isIgnored, leadsToIgnored } from './list-files.ts';

/**
 * The paths that a shell's `*` may have put there: each is one of several after one flag. A person named a path that stands alone, and one that
 * a shell made for `<(…)`.
 */
export function findListed(
  specs: readonly string[],
  lists: readonly (readonly string[])[],
): ReadonlySet<string> {
  const listed = groupBy(lists.flat(), (spec) => spec);
  // A path that also has a flag of its own was named.
  const isListed = ([spec, { length }]: [string, string[]]): boolean =>
    length <= (listed.get(spec)?.length ?? 0) && !/^\/(?:dev|proc)\//.test(spec);
  return new Set([...groupBy(specs, (spec) => spec)].filter(isListed).map(([spec]) => spec));
}

type ListedReason = Extract<
  LeftOutReason,
  'unreadable' | 'odd' | 'special' | 'hidden' | 'ignored' | 'outside'
>;

/** Why a path that a shell may have listed is left out, as a folder or a glob of ours would leave it out. */
export async function judgeListed(
  spec: string,
  found: Found,
  { cwd, person, signal }: { cwd: string; person: Person; signal?: AbortSignal | undefined },
): Promise<ListedReason | undefined> {
  const { path, target = path } = found;
  const info = await stat(target).catch(() => undefined);
  // A link may lead nowhere.
  if (!info) return isOddName(spec) ? 'odd' : 'unreadable';
  // Of `../a`, the dots were typed, but `.*` may find `..` itself.
  if (basename(spec).startsWith('.')) return 'hidden';
  if (!info.isFile() && !info.isDirectory()) return 'special';
  const here = findGuardedFolder(path, cwd);
  const base = here ?? dirname(path);
  const real = here === undefined ? ((await toRealPath(base)) ?? base) : await toRealGuarded(here, cwd);
  // A link leads out of a folder around it, or to something hidden.
  if (!isInside(target, real) || reachesHidden(relative(base, path), relative(real, target)))
    return 'outside';
  const loading = { cwd: here ?? cwd, isFolder: info.isDirectory(), person, signal };
  return (await isIgnored(path, loading)) || (await leadsToIgnored(found, loading)) ? 'ignored' : undefined;
}

/** The paths without those that `judgeListed` leaves out, with a notice. Throws CliError `usage` if a list loses all its paths. */
export async function leaveOutListed(
  specs: readonly string[],
  {
    lists,
    onNotice,
    finder,
    ...options
  }: {
    cwd: string;
    finder: Finder;
    person: Person;
    signal?: AbortSignal | undefined;
    lists: readonly (readonly string[])[];
    onNotice: (sentence: string) => void;
  },
): Promise<string[]> {
  const leftOut = new Map<string, ListedReason>();
  const kept: string[] = [];
  const listed = findListed(specs, lists);
  for (const spec of specs) {
    const reason = listed.has(spec) ? await judgeListed(spec, await finder.find(spec), options) : undefined;
    if (reason === undefined) kept.push(spec);
    else leftOut.set(spec, reason);
  }
  const byReason = groupBy(leftOut.keys(), (spec) => leftOut.get(spec) ?? 'unreadable');
  tellRemarks(byReason, onNotice);
  const lost = lists.find((list) => list.length > 0 && list.every((spec) => leftOut.has(spec)));
  const [first] = lost ?? [];
  if (lost && first !== undefined)
    throw createNothingLeftError(
      { spec: first, found: new Map(lost.map((spec) => [spec, spec])) },
      leftOut,
      attach,
    );
  return kept;
}
