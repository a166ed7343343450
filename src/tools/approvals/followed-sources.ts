import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isInside } from '../../is-inside.ts';
import { findStats } from '../../open-file.ts';
import { isSecret } from './beyond-prefix.ts';
import { isProject, listBases } from './cargo-settings.ts';
import { findRealPath, UnknownPlacesError } from './disk.ts';
import type { Named } from './named-files.ts';
import { describeUnbound, findChosenFolder, findLook, isSetting, type Look, none } from './source-looks.ts';
import { isUnreadable, listEntries, walkPath } from './walk-path.ts';

/** Names that are looked at. */
const mostNames = 100_000;
/** Of another folder, to see whether it has sources. */
const mostNamesElsewhere = 5000;
const mostParents = 40;
/** Of all files that are read. */
const mostBytes = 64 * 1024 * 1024;

/** Places that files name. */
const mostNamed = 20_000;

/** In milliseconds: signals, keys and the end of the time are heeded that often. */
const longestTurn = 50;

/** Why such a program may open a file outside of these folders, or one that is no source. Throws UnknownPlacesError. */
export async function describeFollowed(
  words: readonly string[],
  start: string,
  folders: readonly string[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  const look = findLook(words);
  if (look === undefined) return undefined;
  const chosen = resolve(start, findChosenFolder(words));
  const unbound = describeUnbound(words, chosen);
  if (unbound !== undefined) return unbound;
  const folder = findTop(chosen, look);
  const above = listAbove(folder);
  const given = [...folders, folder].map(findRealPath);
  const wide = [...given, ...above.slice(-1).map(findRealPath)];
  const roots = look.isWide ? wide : given;
  const { files, links } = listFiles(folder, look);
  const around = listAround(files, folder, above, look);
  // Packages of others are taken from beside the first go.mod or go.work alone.
  const names = look.settings.filter((name) => !name.startsWith('vendor/'));
  const settings = above
    .flatMap((at) => names.map((name) => join(at, name)))
    .filter((path) => findStats(path)?.isFile());
  const show = (path: string): string => relative(start, path);
  for (const link of links) {
    const why = judgeLink(link, { look, roots, wide });
    if (why !== undefined) return `\`${show(link)}\` ${why}`;
  }
  for (const link of around.links) {
    const why = judgeLink(link, { look: toLookAround(look), roots: wide, wide });
    if (why !== undefined) return `\`${show(link)}\` ${why}`;
  }
  for (const path of settings) {
    const why = judgePlace(path, { roots: wide, isMeant: (file) => isLike(path, file) });
    if (why !== undefined) return `\`${show(path)}\` ${why}`;
  }
  const targets = links
    .filter((path) => findStats(path)?.isDirectory())
    .map(findRealPath)
    .filter((target) => roots.some((root) => isInside(target, root)));
  let bytes = 0;
  let left = mostNamed;
  let turn = performance.now();
  for (const path of new Set([...settings, ...files, ...around.files])) {
    bytes += findStats(path)?.size ?? 0;
    if (bytes > mostBytes) throw new UnknownPlacesError();
    if (performance.now() - turn > longestTurn) {
      await nextTurn();
      signal?.throwIfAborted();
      turn = performance.now();
    }
    const all = listUnique(look.listNamed(path));
    left -= all.length;
    if (left < 0) throw new UnknownPlacesError();
    for (const named of all) {
      const why = named.isGuess
        ? judgeGuess(path, named.path ?? '', { look, roots: wide })
        : judgeNamed(path, named, { look, roots: named.isOfSettings ? wide : roots, targets });
      if (why !== undefined) return `\`${show(path)}\` ${why}`;
    }
  }
  return undefined;
}

function listUnique(all: readonly Named[]): Named[] {
  return [...new Map(all.map((one) => [`${one.path}\n${one.isGuess}\n${one.isOfSettings}`, one])).values()];
}

/** The other projects of the repository, if one of them may be opened, too. */
function listAround(files: readonly string[], folder: string, above: readonly string[], look: Look): Listed {
  const top = above.at(-1);
  const leaves = (path: string): boolean =>
    isSetting(path, look) &&
    listUnique(look.listNamed(path)).some(({ path: named, isGuess, isOfSettings }) => {
      if (named === undefined || !(isGuess || isOfSettings)) return false;
      const places = listBases(path).map((base) => resolve(base, named.replace(/[*?[].*/s, '')));
      return places.some((place) => !isInside(place, folder) && findStats(place)?.isDirectory());
    });
  const isReached = look.findsProjects && top !== undefined && (above.some(isProject) || files.some(leaves));
  return isReached ? listFiles(top, toLookAround(look)) : { files: [], links: [] };
}

function toLookAround(look: Look): Look {
  return { ...look, settings: ['Cargo.toml'], sources: none, readsSources: false };
}

/** Where such a program begins that is started in a folder of a project. */
function findTop(folder: string, { tops }: Look): string {
  const folders = [folder, ...listAbove(folder)];
  const found = tops.map((name) => folders.find((at) => findStats(join(at, name))?.isFile()));
  return found.find((at) => at !== undefined) ?? folder;
}

/** The folders above, up to the top of the repository: settings there count, too. */
function listAbove(folder: string): string[] {
  const above: string[] = [];
  for (let at = folder; above.length < mostParents; at = dirname(at)) {
    if (at !== folder) above.push(at);
    if (findStats(join(at, '.git')) !== undefined) return above;
    if (dirname(at) === at) return [];
  }
  return [];
}

type Listed = { files: string[]; links: string[] };

/** All files with a meaning, and all links that may have one. */
function listFiles(folder: string, look: Look): Listed {
  const files: string[] = [];
  const links: string[] = [];
  const folders = [folder];
  let left = mostNames;
  for (const at of folders)
    for (const entry of listEntries(at)) {
      left -= 1;
      if (left < 0 || isUnreadable(entry)) throw new UnknownPlacesError();
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (!isSkipped(path, look)) folders.push(path);
      } else if (entry.isSymbolicLink()) links.push(path);
      if (isSetting(path, look) || (look.readsSources && look.sources.test(entry.name))) files.push(path);
    }
  return { files: files.filter((path) => findStats(path)?.isFile()), links };
}

function isSkipped(folder: string, { skipped }: Look): boolean {
  if (!skipped?.test(basename(folder))) return false;
  return !isProject(folder) && !listEntries(folder).some(({ name }) => isProject(join(folder, name)));
}

type Ways = { look: Look; roots: readonly string[]; wide: readonly string[] };

function judgeLink(link: string, { look, roots, wide }: Ways): string | undefined {
  const name = basename(link);
  if (isSetting(link, look)) return judgePlace(link, { roots: wide, isMeant: (file) => isLike(link, file) });
  if (findStats(link)?.isDirectory()) {
    if (!look.enters(name) && !look.findsProjects) return undefined;
    const why = judgePlace(link, { roots, skipped: look.skipped });
    const held = look.enters(name) ? look : { ...look, sources: none };
    return why !== undefined && (name === '.cargo' || holdsSource(findRealPath(link), held))
      ? why
      : undefined;
  }
  if (!look.sources.test(name)) return undefined;
  const isMeant = (file: string): boolean => look.isWide === true || look.sources.test(file);
  return judgePlace(link, { roots, skipped: look.skipped, isMeant });
}

/** Whether a link is called like what it leads to, at least at the end. */
function isLike(link: string, file: string): boolean {
  return basename(file) === basename(link) || (extname(link) !== '' && extname(file) === extname(link));
}

const hidden = /(?:^|[/\\])\.(?!(?:cargo|rustfmt\.toml)(?:[/\\]|$)|\.?(?:[/\\]|$))/;
const kept = 'leads to a file that is secret, hidden or no source';
const outside = 'leads out of the folder';
const unclear = 'names a file in a way that is not understood';

type Meant = { roots: readonly string[]; skipped?: RegExp | undefined; isMeant?: (file: string) => boolean };

function judgePlace(path: string, { roots, skipped, isMeant = () => true }: Meant): string | undefined {
  const places = walkPath(dirname(path), path).map(findRealPath);
  const found = places.map((place) => ({ place, root: roots.find((root) => isInside(place, root)) }));
  if (found.some(({ root }) => root === undefined)) return outside;
  const isKept = found.some(({ place, root = '' }) => {
    const names = relative(root, place);
    return (
      isSecret(place) ||
      hidden.test(names) ||
      names.split(/[/\\]/).some((name) => skipped?.test(name)) ||
      !isMeant(place)
    );
  });
  return isKept ? kept : undefined;
}

/** Whether a folder has what the program would read. One that is too large, or has links, may have it. */
function holdsSource(folder: string, look: Look): boolean {
  const folders = [folder];
  let left = mostNamesElsewhere;
  for (const at of folders)
    for (const entry of listEntries(at)) {
      left -= 1;
      const isMeant = look.sources.test(entry.name) || isSetting(join(at, entry.name), look);
      if (left < 0 || entry.isSymbolicLink() || isUnreadable(entry) || isMeant) return true;
      if (entry.isDirectory()) folders.push(join(at, entry.name));
    }
  return false;
}

type Around = { look: Look; roots: readonly string[]; targets: readonly string[] };

function judgeNamed(
  from: string,
  { path, isOfSettings, why: reason = unclear }: Named,
  { look, roots, targets }: Around,
): string | undefined {
  if (path === undefined) return reason;
  const at = resolve(dirname(from), path);
  const isFolder = findStats(at)?.isDirectory() === true;
  if (isOfSettings && !isFolder && !(look.readsSources && findStats(at))) return undefined;
  const isMeant = isFolder ? undefined : (file: string) => look.sources.test(file);
  // In a module within another, it begins further below, and a folder further up.
  if (!isOfSettings && isFolder && /^\/|\.\./.test(path)) return unclear;
  if (!isFolder && !look.sources.test(path)) return kept;
  const bases = !isOfSettings && path.includes('..') ? [dirname(from), ...targets] : [dirname(from)];
  for (const base of bases)
    for (const place of walkPath(base, path)) {
      const why = judgePlace(place, { roots, skipped: look.skipped, ...(isMeant && { isMeant }) });
      if (why !== undefined) return why;
    }
  return undefined;
}

/** Whether a text leads to a project, or to any folder if it is one of `.cargo/config.toml`. */
function judgeGuess(
  from: string,
  path: string,
  { look, roots }: Omit<Around, 'targets'>,
): string | undefined {
  const isAny = basename(from) !== 'Cargo.toml';
  const isFolder = (place: string): boolean => findStats(place)?.isDirectory() === true;
  for (const base of listBases(from)) {
    for (const place of walkPath(base, path)) {
      if (isProject(place)) {
        const why = judgePlace(place, { roots, skipped: look.skipped });
        if (why !== undefined) return why;
      }
      if (isAny && isFolder(place) && judgePlace(place, { roots }) === outside) return outside;
    }
    // These go down through any number of folders.
    const [first = '', more] = path.split('**');
    if (
      more !== undefined &&
      isFolder(resolve(base, first)) &&
      judgePlace(resolve(base, first), { roots }) === outside
    )
      return outside;
  }
  return undefined;
}
