import { readFileNow } from '../read-file-now.ts';
import { forEachPiece, splitPiece } from './lines-file.ts';
import { rewriteFile } from './rewrite-file.ts';
import { parseSummary, type Summary } from './summary.ts';

/** A line of the index, of which only what is needed to find it was read: to parse ten thousand takes longer than a search. */
export type IndexEntry = {
  id: string;
  /** The bytes of the line as characters, so that nothing is decoded that is not shown. */
  line: string;
  /** An answer is being written, or was when its process was killed. */
  isOpen: boolean;
  isOneShot: boolean;
};

const lineStart = '{"id":"';
const closingBrace = 0x7d;
const isAscii = /^[ -~]*$/;

/** The last line of each id, the last of all first. A line that was torn or erased is passed over for the one before it. */
export function readIndex(path: string): { entries: IndexEntry[]; lineCount: number } {
  const text = readText(path);
  const seen = new Set<string>();
  const entries: IndexEntry[] = [];
  let lineCount = 0;
  for (let end = text.length; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const entry = readEntry(text.slice(start, end));
    if (entry && !seen.has(entry.id)) {
      seen.add(entry.id);
      entries.push(entry);
    }
    lineCount += 1;
    end = start - 1;
  }
  return { entries, lineCount };
}

function readText(path: string): string {
  try {
    return readFileNow(path).toString('latin1');
  } catch {
    return '';
  }
}

export function toEntry(summary: Summary): IndexEntry {
  const { id, open, isOneShot = false } = summary;
  return { id, line: Buffer.from(JSON.stringify(summary)).toString('latin1'), isOpen: open, isOneShot };
}

function readEntry(line: string): IndexEntry | undefined {
  if (!line.startsWith(lineStart) || !line.endsWith('}')) return undefined;
  const id = line.slice(lineStart.length, line.indexOf('"', lineStart.length));
  return { id, line, isOpen: line.endsWith('"open":true}'), isOneShot: line.includes('"isOneShot":true,') };
}

/** Undefined where the line is no summary. */
export function parseEntry({ line }: IndexEntry): Summary | undefined {
  return parseSummary(isAscii.test(line) ? line : Buffer.from(line, 'latin1').toString());
}

type Dated = Pick<Summary, 'updatedAt'>;

/** Newest first. */
export function compareByTime(a: Dated, b: Dated): number {
  if (a.updatedAt === b.updatedAt) return 0;
  return a.updatedAt < b.updatedAt ? 1 : -1;
}

/** Newest first, unparsed. */
export function sortByTime(entries: readonly IndexEntry[]): IndexEntry[] {
  return entries
    .map((entry) => ({ entry, updatedAt: readUpdatedAt(entry) }))
    .sort(compareByTime)
    .map(({ entry }) => entry);
}

/** As it stands in the line: the quotes around the name of a field are nowhere else in JSON. */
function readUpdatedAt({ line }: IndexEntry): string {
  const field = '"updatedAt":"';
  const start = line.lastIndexOf(field) + field.length;
  return line.slice(start, line.indexOf('"', start));
}

/** Whether the conversation has exactly this name. */
export function hasName({ line }: IndexEntry, name: string): boolean {
  return line.includes(Buffer.from(`"name":${JSON.stringify(name)},`).toString('latin1'));
}

/** The id that a line of the index is about, torn or not. */
export function readIndexId(line: Buffer): string {
  const end = line.indexOf('"', lineStart.length);
  return end === -1 ? '' : line.toString('latin1', lineStart.length, end);
}

/** Leaves only the last line of each id. */
export function shortenIndex(path: string): void {
  const isWhole = (line: Buffer): boolean => line.at(-1) === closingBrace;
  rewriteFile(path, () => {
    const last = new Map<string, number>();
    forEachPiece(path, (piece, position) => {
      for (const { line, start } of splitPiece(piece))
        if (isWhole(line)) last.set(readIndexId(line), position + start);
    });
    return (line, position) => isWhole(line) && position >= (last.get(readIndexId(line)) ?? 0);
  });
}
