import { forEachPiece } from './lines-file.ts';

const newline = 10;
const tab = 9;
/** Buffer.indexOf switches algorithms for longer needles and becomes twice as slow on this kind of text. */
const maxFastBytes = 7;

/** The form that is searched: one line, one case, one form of each character. */
export function fold(text: string): string {
  return toOneSpace(text.normalize('NFKC').toLowerCase());
}

/** Makes all white space one blank. Single blanks are skipped: a long text has millions. */
function toOneSpace(text: string): string {
  return text.replaceAll(/(?! \S)\s+/g, ' ').trim();
}

/** The folded words of a query. Double quotes keep words together. */
export function parseQuery(query: string): string[] {
  const words = [...query.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => fold(quoted ?? bare ?? ''));
  return words.filter(Boolean);
}

/** A line of the search file. Ids hold neither tabs nor line breaks. */
export function formatSearchLine(conversation: string, turn: string, text: string): string {
  return `${conversation}\t${turn}\t${fold(text)}\n`;
}

export function readSearchId(line: Buffer): string {
  return line.toString('latin1', 0, Math.max(0, line.indexOf(tab)));
}

/**
 * Ids of conversations whose turns contain every word, with the ids of these turns. Scanning one file is faster than loading an index of
 * words: a gigabyte takes half a second, and a person has a tenth of that.
 */
export function searchFile(
  path: string,
  words: readonly string[],
  pieceBytes?: number,
): Map<string, Set<string>> {
  const hits = new Map<string, Set<string>>();
  const sought = words.map((word) => Buffer.from(word)).sort((a, b) => b.length - a.length);
  const [rarest] = sought;
  if (!rarest) return hits;
  const beginning = rarest.subarray(0, maxFastBytes);
  const others = rarest.length > beginning.length ? sought : sought.slice(1);
  const visit = (piece: Buffer): void => {
    for (let at = piece.indexOf(beginning); at !== -1; ) {
      const { start, turn, text, end } = findLine(piece, at);
      // A match in the ids is no hit; the text after them may have one.
      if (at >= text && hasAll(piece, others, text, end)) {
        const conversation = piece.toString('latin1', start, turn - 1);
        // A turn that was written twice is one hit.
        const turns = hits.get(conversation) ?? new Set();
        hits.set(conversation, turns.add(piece.toString('latin1', turn, text - 1)));
      }
      at = piece.indexOf(beginning, at < text ? text : end);
    }
  };
  forEachPiece(path, visit, pieceBytes);
  return hits;
}

/** The line around a place: its start, turn, text and end. A line that was torn before its text has no text. */
function findLine(piece: Buffer, at: number): { start: number; turn: number; text: number; end: number } {
  const start = piece.lastIndexOf(newline, at) + 1;
  const found = piece.indexOf(newline, at);
  const end = found === -1 ? piece.length : found;
  const turn = piece.indexOf(tab, start) + 1;
  const text = piece.indexOf(tab, turn) + 1;
  return { start, turn, text: turn === 0 || text === 0 || text > end ? end : text, end };
}

function hasAll(piece: Buffer, words: readonly Buffer[], start: number, end: number): boolean {
  const text = words.length === 0 ? piece : piece.subarray(start, end);
  return words.every((word) => text.includes(word));
}

/** A piece of text around a match. */
export type Snippet = { before: string; match: string; after: string };

const reach = 60;

/** The text around the first match, on one line, or the beginning of the text if nothing matches. */
export function createSnippet(text: string, words: readonly string[]): Snippet {
  const line = toOneSpace(text.normalize('NFKC'));
  const pattern = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const match = new RegExp(pattern, 'iu').exec(line);
  if (!match) return { before: '', match: '', after: cut(line, 0, 2 * reach) };
  const { index } = match;
  const end = index + match[0].length;
  return {
    before: `${index > reach ? '…' : ''}${cut(line, Math.max(0, index - reach), index)}`,
    match: match[0],
    after: `${cut(line, end, end + reach)}${line.length > end + reach ? '…' : ''}`,
  };
}

/** Never cuts a surrogate pair. */
function cut(text: string, from: number, to: number): string {
  return text.slice(from, to).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
}
