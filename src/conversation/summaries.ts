import { isObject, parseJson } from '../json-value.ts';
import { readFileNow } from '../read-file-now.ts';
import { type Conversation, toTitle } from './conversation.ts';
import { forEachPiece, rewriteFile, splitPiece } from './lines-file.ts';

/** What a list shows of a conversation. */
export type Summary = {
  id: string;
  name: string | undefined;
  /** The name, or the first words. */
  title: string;
  /** ISO 8601. */
  createdAt: string;
  updatedAt: string;
  /** All that were ever said, on every branch. */
  turns: number;
  /** Of the last answer. */
  model: string | undefined;
  /** What the answers cost together, as far as it is known, in AI credits. */
  credits: number | undefined;
  /** See Conversation. Undefined in an index that an older version wrote. */
  isOneShot?: boolean;
  /** An answer is being written, or was when its process was killed: the journal knows more than this. */
  open: boolean;
};

export function toSummary(conversation: Conversation, open: boolean): Summary {
  const { id, name, createdAt, updatedAt, sums, isOneShot } = conversation;
  return { id, name, title: toTitle(conversation), createdAt, updatedAt, ...sums, isOneShot, open };
}

/** Those that somebody may want to go on with. */
export function listChats(summaries: readonly Summary[]): Summary[] {
  return summaries.filter(({ isOneShot }) => !isOneShot);
}

/** A shorter beginning of an id stands for nothing. */
const minIdLength = 4;

/** Those whose id begins so. */
export function listBegun(summaries: readonly Summary[], beginning: string): Summary[] {
  return beginning.length < minIdLength ? [] : summaries.filter(({ id }) => id.startsWith(beginning));
}

/** The one that a name, an id or the beginning of an id stands for. */
export function findSummary(summaries: readonly Summary[], nameOrId: string): Summary | undefined {
  const named = summaries.find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (named) return named;
  const begun = listBegun(summaries, nameOrId);
  return begun.length === 1 ? begun[0] : undefined;
}

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

/** Undefined if the line is not a summary. */
export function parseEntry({ line }: IndexEntry): Summary | undefined {
  const value = parseJson(isAscii.test(line) ? line : Buffer.from(line, 'latin1').toString());
  return isObject(value) && typeof value.id === 'string' && typeof value.updatedAt === 'string'
    ? (value as unknown as Summary)
    : undefined;
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
