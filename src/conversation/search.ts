import { forEachPiece } from './lines-file.ts';

const newline = 10;
const tab = 9;
/** Buffer.indexOf switches algorithms for longer needles and becomes twice as slow on this kind of text. */
const maxFastBytes = 7;

/** Text in the form in which it is searched: one line, one case, one form of each character. */
export function fold(text: string): string {
  return toOneSpace(text.normalize('NFKC').toLowerCase());
}

/** White space of any kind as one blank. Blanks that stand alone are passed over: there are millions in a long text. */
function toOneSpace(text: string): string {
  return text.replaceAll(/(?! \S)\s+/g, ' ').trim();
}

/** The words of a query, folded; what stands in double quotes is one. */
export function parseQuery(query: string): string[] {
  const words = [...query.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => fold(quoted ?? bare ?? ''));
  return words.filter(Boolean);
}

/** A line of the search file. Ids hold neither tabs nor line breaks. */
export function formatSearchLine(conversation: string, turn: string, text: string): string {
  return `${conversation}\t${turn}\t${fold(text)}\n`;
}

/** The id of the conversation that a line of the search file is about. */
export function readSearchId(line: Buffer): string {
  return line.toString('latin1', 0, Math.max(0, line.indexOf(tab)));
}

/**
 * The lines of the search file in which every word stands: the ids of conversations, and of each the ids of its turns. Plain scanning of
 * one file is faster here than any index of words that has to be loaded first: a gigabyte takes half a second, and a person's
 * conversations have a tenth of that.
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
      // In the ids a word is no hit; in the text behind them it may be.
      if (at >= text && hasAll(piece, others, text, end)) {
        const conversation = piece.toString('latin1', start, turn - 1);
        // A turn that was written down twice is one hit.
        const turns = hits.get(conversation) ?? new Set();
        hits.set(conversation, turns.add(piece.toString('latin1', turn, text - 1)));
      }
      at = piece.indexOf(beginning, at < text ? text : end);
    }
  };
  forEachPiece(path, visit, pieceBytes);
  return hits;
}

/** Where the line around a place begins, its turn, its text, and where it ends. One that was torn before its text has none. */
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

/** The surroundings of the first of the words that is found, on one line; the beginning of the text where none is. */
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

/** Never in the middle of a character of two halves. */
function cut(text: string, from: number, to: number): string {
  return text.slice(from, to).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
}
