import { type ChangeObject, diffArrays, structuredPatch } from 'diff';

/**
 * A line of a diff. `before` and `after` are its numbers in the two texts, from 1. A `gap` stands for lines that are the same, and a `note`
 * says something about the line above it. Text of others.
 */
export type DiffLine = {
  kind: 'same' | 'removed' | 'added' | 'gap' | 'note';
  text: string;
  before?: number;
  after?: number;
};

export type FileDiff = {
  lines: DiffLine[];
  /** Lines in all, shown or not. */
  removed: number;
  added: number;
  /** Lines of the diff that are not shown. */
  left: number;
  /** Whether all of it is shown: each line, to its end. */
  isWhole: boolean;
};

type DiffOptions = {
  /** Lines around a change. */
  context?: number;
  /** Lines that are shown. */
  most?: number;
};

/** Two texts that differ more are shown as one removed and one added part. The time is in milliseconds. */
const mostEdits = 4000;
const mostMs = 250;
const longestLine = 100_000;

/** How a file changes, by line. Undefined: there is no such file before, or after. Takes bounded time. */
export function diffLines(
  before: string | undefined,
  after: string | undefined,
  { context = 3, most = 400 }: DiffOptions = {},
): FileDiff {
  const [old, next] = [before ?? '', after ?? ''];
  const hunks = compare(old, next, context) ?? [replaceMiddle(old, next, context)];
  const lines: DiffLine[] = [];
  let isCut = false;
  for (const [index, hunk] of hunks.entries()) {
    if (index > 0 || hunk.oldStart > 1) lines.push({ kind: 'gap', text: '' });
    let [oldNumber, newNumber] = [hunk.oldStart, hunk.newStart];
    for (const line of hunk.lines) {
      const text = cutLine(line.slice(1));
      isCut ||= line.length - 1 > longestLine;
      if (line.startsWith('-')) lines.push({ kind: 'removed', text, before: oldNumber++ });
      else if (line.startsWith('+')) lines.push({ kind: 'added', text, after: newNumber++ });
      else if (line.startsWith('\\'))
        lines.push({ kind: 'note', text: 'no line end at the end of the file' });
      else lines.push({ kind: 'same', text, before: oldNumber++, after: newNumber++ });
    }
  }
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  const shown = lines.slice(0, most);
  return {
    lines: shown,
    removed: count('removed'),
    added: count('added'),
    left: lines.length - shown.length,
    isWhole: shown.length === lines.length && !isCut,
  };
}

/** Which pieces of two texts are the same, removed or added, in order. Undefined if it takes longer, in milliseconds. */
export function comparePieces(
  before: string[],
  after: string[],
  mostMs: number,
): ChangeObject<string[]>[] | undefined {
  return diffArrays(before, after, { timeout: mostMs });
}

type Hunk = { oldStart: number; newStart: number; lines: string[] };

/** Undefined if it takes too long. */
function compare(old: string, next: string, context: number): Hunk[] | undefined {
  const options = { context, maxEditLength: mostEdits, timeout: mostMs };
  return structuredPatch('', '', old, next, '', '', options)?.hunks;
}

/** What the texts have in common at both ends, and between them all that differs. */
function replaceMiddle(oldText: string, nextText: string, context: number): Hunk {
  const [old, next] = [splitLines(oldText), splitLines(nextText)];
  const shortest = Math.min(old.length, next.length);
  let start = 0;
  while (start < shortest && old[start] === next[start]) start++;
  let end = 0;
  while (end < shortest - start && old.at(-1 - end) === next.at(-1 - end)) end++;
  const first = Math.max(0, start - context);
  const same = (line: string): string[] => markLine(' ', line);
  return {
    oldStart: first + 1,
    newStart: first + 1,
    lines: [
      ...old.slice(first, start).map(same),
      ...old.slice(start, old.length - end).map((line) => markLine('-', line)),
      ...next.slice(start, next.length - end).map((line) => markLine('+', line)),
      ...old.slice(old.length - end, old.length - end + context).map(same),
    ].flat(),
  };
}

/** With their line ends: a last line without one is another line. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** A line of a hunk, and below it the mark of one that has no end. */
function markLine(mark: string, line: string): string[] {
  return line.endsWith('\n') ? [mark + line.slice(0, -1)] : [mark + line, '\\'];
}

function cutLine(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}
