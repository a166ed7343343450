/** What a list is searched by. */
export type Ranked = { text: string; description: string; cells?: readonly string[] };

/** From this length on, a query is also looked for in descriptions: shorter ones are in all of them. */
const minDescribed = 3;

/**
 * The candidates that match, in their order. First those that begin with the query, an exact one before the others; if there are none, those
 * that contain it, at the start of a word first; if there are none either, those that contain its characters in this order. Unless a candidate
 * begins with the query, those follow whose description has a word that does. Case does not matter.
 */
export function rankCandidates<T extends Ranked>(candidates: readonly T[], query: string): T[] {
  const wanted = query.toLowerCase();
  const folded = candidates.map((candidate) => ({ candidate, text: candidate.text.toLowerCase() }));
  const take = (matches: (text: string) => boolean): T[] =>
    folded.filter(({ text }) => matches(text)).map(({ candidate }) => candidate);

  const isBegun = folded.some(({ text }) => text.startsWith(wanted));
  if (isBegun)
    return [
      ...take((text) => text === wanted),
      ...take((text) => text !== wanted && text.startsWith(wanted)),
    ];
  const inWord = (text: string): boolean => beginsWord(text, wanted);
  const inside = [...take(inWord), ...take((text) => !inWord(text) && text.includes(wanted))];
  const named = inside.length > 0 ? inside : take((text) => hasInOrder(text, wanted));
  if (wanted.length < minDescribed) return named;
  const isNamed = new Set(named);
  const described = candidates.filter(
    (candidate) => !isNamed.has(candidate) && beginsWord(` ${toDetails(candidate)}`, wanted),
  );
  return [...named, ...described];
}

/** All that is said about a candidate, in lower case. */
function toDetails({ description, cells = [] }: Ranked): string {
  return [...cells, description].join(' ').toLowerCase();
}

/**
 * The items of a list that have all words of the filter in their text or their details: those whose text has them come first. If there are
 * none, those whose text contains the characters of the filter in this order.
 */
export function filterItems<T extends Ranked>(items: readonly T[], filter: string): readonly T[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  const hasAll = (text: string): boolean => words.every((word) => text.includes(word));
  const named = items.filter(({ text }) => hasAll(text.toLowerCase()));
  const begins = ({ text }: T): boolean => text.toLowerCase().startsWith(words[0] ?? '');
  const isNamed = new Set(named);
  const others = items.filter(
    (item) => !isNamed.has(item) && hasAll(`${item.text.toLowerCase()} ${toDetails(item)}`),
  );
  const found = [...named.filter(begins), ...named.filter((item) => !begins(item)), ...others];
  return found.length > 0
    ? found
    : items.filter(({ text }) => hasInOrder(text.toLowerCase(), words.join('')));
}

function beginsWord(text: string, wanted: string): boolean {
  for (let at = text.indexOf(wanted, 1); at !== -1; at = text.indexOf(wanted, at + 1))
    if (/[^\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
  return false;
}

/** Whether `text` contains all code units of `wanted` in this order, with others between them. */
function hasInOrder(text: string, wanted: string): boolean {
  let at = 0;
  for (let index = 0; index < wanted.length; index += 1) {
    at = text.indexOf(wanted.charAt(index), at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** The longest beginning of all texts that begin with the query, or the query itself. The case of the query does not matter. */
export function findCommonPrefix(texts: readonly string[], query: string): string {
  const wanted = query.toLowerCase();
  const [first, ...others] = texts.filter((text) => text.toLowerCase().startsWith(wanted));
  if (first === undefined) return query;
  let length = first.length;
  for (const other of others) {
    let common = 0;
    while (common < length && first[common] === other[common]) common += 1;
    length = common;
  }
  // Surrogate pairs stay together.
  if (/[\ud800-\udbff]/.test(first.charAt(length - 1))) length -= 1;
  return length > query.length ? first.slice(0, length) : query;
}

/** The paths of a project, ready to be searched. Folders end with `/`, and shallow paths come first. */
export type PathIndex = {
  readonly paths: readonly string[];
  /** The same paths in lower case. */
  readonly folded: readonly string[];
};

/** Adds the folders of the files. The separator is `/`. */
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
 * The paths that match a query, the best first: paths that begin with it, then names that begin with it, then path segments that begin with
 * it, then paths that contain it. If there are none, paths that contain its characters in this order. A hidden path needs a dot in the query.
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

/** 0 is the best. Undefined if the path does not match, or lies below a folder that does. */
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
