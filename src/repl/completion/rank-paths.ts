import { hasInOrder } from './rank-candidates.ts';

/** The paths of a project, ready to be searched: folders end with `/`, and what is less deep comes first. */
export type PathIndex = {
  readonly paths: readonly string[];
  /** The same in lower case. */
  readonly folded: readonly string[];
};

/** Adds the folders that the files lie in. Paths are separated by `/`. */
export function createPathIndex(files: Iterable<string>): PathIndex {
  const byDepth: string[][] = [];
  const folders = new Set<string>();
  const add = (path: string, depth: number): void => {
    byDepth[depth] ??= [];
    byDepth[depth].push(path);
  };
  for (const file of files) {
    let depth = 0;
    for (let slash = file.indexOf('/'); slash !== -1; slash = file.indexOf('/', slash + 1)) {
      const folder = file.slice(0, slash + 1);
      if (!folders.has(folder)) {
        folders.add(folder);
        add(folder, depth);
      }
      depth += 1;
    }
    if (!folders.has(file) && !file.endsWith('/')) add(file, depth);
  }
  const paths = byDepth.flatMap((group) => group.sort());
  return { paths, folded: paths.map((path) => path.toLowerCase()) };
}

/**
 * The paths that a query can mean, the best first: what the query leads to step by step, then files and folders whose names begin with it,
 * then those with it at the start of a part of the path, then those with it anywhere, and where there are none, those with its characters
 * in their order. What is hidden is found only by a query with a dot for it.
 */
export function rankPaths({ paths, folded }: PathIndex, query: string, limit: number): string[] {
  const wanted = query.toLowerCase();
  const wantsHidden = /(?:^|\/)\./.test(query);
  const tiers: string[][] = [[], [], [], []];
  for (const [index, text] of folded.entries()) {
    const tier = toTier(text, wanted);
    const found = tier === undefined ? undefined : tiers[tier];
    if (!found || found.length >= limit || (!wantsHidden && isHidden(text))) continue;
    found.push(paths[index] as string);
    if (tier === 0 && found.length >= limit) break;
  }
  const found = tiers.flat().slice(0, limit);
  if (found.length > 0) return found;
  const loose: string[] = [];
  for (const [index, text] of folded.entries()) {
    if (loose.length >= limit) break;
    if (hasInOrder(text, wanted) && (wantsHidden || !isHidden(text))) loose.push(paths[index] as string);
  }
  return loose;
}

/** What lies deeper below a folder that matches is left to that folder. */
function toTier(text: string, wanted: string): number | undefined {
  const at = text.indexOf(wanted);
  if (at === -1) return undefined;
  const nameStart = text.lastIndexOf('/', text.length - 2) + 1;
  const isFolderItself = text === wanted && text.endsWith('/');
  if (at === 0 && wanted.length >= nameStart) return isFolderItself ? undefined : 0;
  if (wanted === '') return undefined;
  if (text.startsWith(wanted, nameStart)) return 1;
  if (at === 0) return undefined;
  return text.includes(`/${wanted}`) ? 2 : 3;
}

function isHidden(path: string): boolean {
  return path.startsWith('.') || path.includes('/.');
}
