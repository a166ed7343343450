import { isObject, parseJson } from '../json-value.ts';
import { readFileNow } from '../read-file-now.ts';
import { type Conversation, isAnswer, toTitle } from './conversation.ts';
import { forEachPiece, rewriteFile, splitPiece } from './lines-file.ts';

/** A conversation in a list. */
export type Summary = {
  id: string;
  name: string | undefined;
  /** The name, or the first words. */
  title: string;
  /** ISO 8601. */
  createdAt: string;
  updatedAt: string;
  /** On every branch. */
  turns: number;
  /** Of the last answer. */
  model: string | undefined;
  /** The known cost of all answers, in AI credits. */
  credits: number | undefined;
  /** Set if nothing was ever answered. */
  isUnanswered?: true;
  /** See Conversation. Undefined in the index of an older version. */
  isOneShot?: boolean;
  /** An answer is being written, or its process was killed: the journal has more. */
  open: boolean;
};

export function toSummary(conversation: Conversation, open: boolean): Summary {
  const { id, name, createdAt, updatedAt, sums, isOneShot, turns } = conversation;
  const title = toTitle(conversation);
  const isUnanswered = ![...turns.values()].some(isAnswer);
  return {
    id,
    name,
    title,
    createdAt,
    updatedAt,
    ...sums,
    ...(isUnanswered && { isUnanswered }),
    isOneShot,
    open,
  };
}

/** Without one-shots. */
export function listChats(summaries: readonly Summary[]): Summary[] {
  return summaries.filter(({ isOneShot }) => !isOneShot);
}

/** Shorter beginnings of an id are ignored. */
const minIdLength = 4;

/** The conversations whose id begins like this. */
export function listBegun(summaries: readonly Summary[], beginning: string): Summary[] {
  return beginning.length < minIdLength ? [] : summaries.filter(({ id }) => id.startsWith(beginning));
}

/** Takes a name, an id or the beginning of an id. */
export function findSummary(summaries: readonly Summary[], nameOrId: string): Summary | undefined {
  const named = summaries.find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (named) return named;
  const begun = listBegun(summaries, nameOrId);
  return begun.length === 1 ? begun[0] : undefined;
}

/** A line of the index, parsed only as far as searching needs: parsing ten thousand lines takes longer than a search. */
export type IndexEntry = {
  id: string;
  /** The bytes of the line as Latin-1, so that only shown lines are decoded. */
  line: string;
  /** An answer is being written, or its process was killed. */
  isOpen: boolean;
  isOneShot: boolean;
  isUnanswered: boolean;
};

const lineStart = '{"id":"';
const closingBrace = 0x7d;
const isAscii = /^[ -~]*$/;

/** The last whole line of each id, newest line first. Torn and erased lines are skipped. */
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
  const { id, open, isOneShot = false, isUnanswered = false } = summary;
  const line = Buffer.from(JSON.stringify(summary)).toString('latin1');
  return { id, line, isOpen: open, isOneShot, isUnanswered };
}

function readEntry(line: string): IndexEntry | undefined {
  if (!line.startsWith(lineStart) || !line.endsWith('}')) return undefined;
  const id = line.slice(lineStart.length, line.indexOf('"', lineStart.length));
  return {
    id,
    line,
    isOpen: line.endsWith('"open":true}'),
    isOneShot: line.includes('"isOneShot":true,'),
    isUnanswered: line.includes('"isUnanswered":true,'),
  };
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

/** Searches the raw line: JSON has the quoted field name nowhere else. */
function readUpdatedAt({ line }: IndexEntry): string {
  const field = '"updatedAt":"';
  const start = line.lastIndexOf(field) + field.length;
  return line.slice(start, line.indexOf('"', start));
}

/** Whether the conversation has exactly this name. */
export function hasName({ line }: IndexEntry, name: string): boolean {
  return line.includes(Buffer.from(`"name":${JSON.stringify(name)},`).toString('latin1'));
}

export function readIndexId(line: Buffer): string {
  const end = line.indexOf('"', lineStart.length);
  return end === -1 ? '' : line.toString('latin1', lineStart.length, end);
}

/** Keeps only the last line of each id. */
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
