import { closeSync, openSync, readSync } from 'node:fs';

/** A place where the words of a query stand together. */
export type SearchHit = { conversation: string; turn: string };

const newline = 10;
const tab = 9;
const usualPieceBytes = 16 * 1024 * 1024;

/** Text in the form in which it is searched: one line, one case, one form of each character. */
export function fold(text: string): string {
  return toOneSpace(text.normalize('NFKC').toLowerCase());
}

/** White space of any kind as one blank. Blanks that stand alone are passed over: there are millions in a long text. */
export function toOneSpace(text: string): string {
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

/**
 * The lines of the search file in which every word stands, each as its ids. Plain scanning of one file is faster here than any index of
 * words that has to be loaded first: a gigabyte takes half a second, and a person's conversations have a tenth of that.
 */
export function searchFile(
  path: string,
  words: readonly string[],
  pieceBytes = usualPieceBytes,
): SearchHit[] {
  const needles = words.map((word) => Buffer.from(word)).sort((a, b) => b.length - a.length);
  const [rarest, ...others] = needles;
  if (!rarest) return [];
  const hits: SearchHit[] = [];
  forEachPiece(path, pieceBytes, (piece) => {
    for (let at = piece.indexOf(rarest); at !== -1; ) {
      const start = piece.lastIndexOf(newline, at) + 1;
      const end = piece.indexOf(newline, at);
      const hit = readHit(piece.subarray(start, end), others, rarest);
      if (hit) hits.push(hit);
      at = piece.indexOf(rarest, end);
    }
  });
  return hits;
}

/** The words must stand in the text, and not in the ids before it. */
function readHit(line: Buffer, others: readonly Buffer[], first: Buffer): SearchHit | undefined {
  const idEnd = line.indexOf(tab);
  const textStart = line.indexOf(tab, idEnd + 1) + 1;
  const text = line.subarray(textStart);
  if (![first, ...others].every((word) => text.includes(word))) return undefined;
  return {
    conversation: line.toString('latin1', 0, idEnd),
    turn: line.toString('latin1', idEnd + 1, textStart - 1),
  };
}

/** Pieces of whole lines, each as long as `pieceBytes` or its only line. The file may grow while it is read, and may be missing. */
function forEachPiece(path: string, pieceBytes: number, visit: (piece: Buffer) => void): void {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    let buffer = Buffer.allocUnsafe(pieceBytes);
    let held = 0;
    for (;;) {
      if (held === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
      const count = readSync(file, buffer, held, buffer.length - held, null);
      if (count === 0) return;
      const end = buffer.lastIndexOf(newline, held + count - 1) + 1;
      if (end > 0) visit(buffer.subarray(0, end));
      buffer.copy(buffer, 0, end, held + count);
      held = held + count - end;
    }
  } finally {
    closeSync(file);
  }
}
