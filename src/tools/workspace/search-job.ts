import type { Stats } from 'node:fs';
import { decodeText } from '../../attachments/decode-text.ts';
import { holdsSecret } from '../../credential-files.ts';
import { maskLines } from '../../redact.ts';
import { readPlace } from './open-place.ts';
import { toIdentity } from './places.ts';

/** A search in files, by their real paths. A job of `worker.ts`: a hostile pattern takes very long. */
export type SearchOrder = {
  files: string[];
  /** For the flag `u`. */
  pattern: string;
  ignoreCase: boolean;
  /** Whether the pattern may look at the lines around a line if it sees them. */
  looksAround: boolean;
  /** Lines before and after a line that matches. */
  before: number;
  after: number;
  /** Lines that match in one file; the others are only counted. */
  mostLines: number;
  /** Whether secrets may be read. */
  readsSecrets: boolean;
};

export type SearchedFile = {
  path: string;
  /** `toIdentity`, of a file that has other names, too. */
  identity?: string;
  /** Lines that match. */
  count: number;
  /** `number` counts from 1. */
  lines: { number: number; text: string; isMatch: boolean }[];
};

export type SearchResult = {
  found: SearchedFile[];
  /** Whether a file is too large or no text. A file of secrets does not count: whether it matches is a secret, too. */
  hasUnfit: boolean;
};

export const mostSearchedBytes = 10 * 1024 * 1024;
const longestLine = 500;

export function searchFiles(order: SearchOrder): SearchResult {
  const result: SearchResult = { found: [], hasUnfit: false };
  for (const path of order.files) {
    const read = readSearched(path);
    if (!read) {
      result.hasUnfit = true;
      continue;
    }
    const { text, stats } = read;
    const isSecret = !order.readsSecrets && holdsSecret(text);
    const found = isSecret ? undefined : searchText(text, order);
    if (found) result.found.push({ path, ...(stats.nlink > 1 && { identity: toIdentity(stats) }), ...found });
  }
  return result;
}

function readSearched(path: string): { text: string; stats: Stats } | undefined {
  try {
    const { bytes, isWhole, stats } = readPlace(path, mostSearchedBytes);
    const text = isWhole ? decodeText(bytes)?.text : undefined;
    return text === undefined ? undefined : { text, stats };
  } catch {
    return undefined;
  }
}

/** Undefined if no line matches. What matches is told, letter by letter if the pattern asks so: it is looked for in what may be shown. */
export function searchText(
  raw: string,
  {
    pattern,
    ignoreCase,
    looksAround,
    before,
    after,
    mostLines,
  }: Pick<SearchOrder, 'pattern' | 'ignoreCase' | 'looksAround' | 'before' | 'after' | 'mostLines'>,
): Omit<SearchedFile, 'path'> | undefined {
  const text = maskLines(raw);
  const flags = ignoreCase ? 'iu' : 'u';
  // A line matches only if the text does, and most texts do not.
  if (!looksAround && !new RegExp(pattern, `${flags}m`).test(text)) return undefined;
  const regExp = new RegExp(pattern, flags);
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  const shown = new Map<number, boolean>();
  let count = 0;
  for (const [index, line] of lines.entries()) {
    if (!regExp.test(line)) continue;
    count += 1;
    if (count > mostLines) continue;
    for (let at = Math.max(0, index - before); at <= Math.min(lines.length - 1, index + after); at += 1)
      shown.set(at, (shown.get(at) ?? false) || at === index);
  }
  if (count === 0) return undefined;
  const numbers = [...shown].sort(([one], [other]) => one - other);
  return {
    count,
    lines: numbers.map(([index, isMatch]) => ({
      number: index + 1,
      text: cutLine(lines[index] ?? '', isMatch ? regExp : undefined),
      isMatch,
    })),
  };
}

/** Of a long line, what is around the match. */
function cutLine(line: string, regExp: RegExp | undefined): string {
  if (line.length <= longestLine) return line;
  const at = regExp?.exec(line)?.index ?? 0;
  const start = Math.max(0, Math.min(at - Math.floor(longestLine / 4), line.length - longestLine));
  const end = start + longestLine;
  return `${start > 0 ? '[…] ' : ''}${line.slice(start, end)}${end < line.length ? ' […]' : ''}`;
}
