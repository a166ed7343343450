import wrapAnsi from 'wrap-ansi';
import { cellWidth } from './cell-width.ts';

const tab = /\t/g;
/** Blanks at the start of a row, behind the codes of its look. */
const leadingBlanks = /^((?:\u001b\[[\d;]*m)*) +/;

/**
 * Wraps a text, which may be painted, to this width, between words if possible. The rows of a line keep its indentation if there is room.
 * A row that continues a line begins with a word: the blank between two rows is in neither.
 */
export function wrapText(text: string, columns: number): string[] {
  const width = Math.max(1, columns);
  return text
    .replace(tab, '  ')
    .split('\n')
    .flatMap((line) => wrapLine(line.trimEnd(), width));
}

function wrapLine(line: string, width: number): string[] {
  if (cellWidth(line) <= width) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  if (indent.length > width / 2) return wrapWords(line.trimStart(), width);
  return wrapWords(line.slice(indent.length), width - indent.length).map((row) => indent + row);
}

function wrapWords(words: string, width: number): string[] {
  const rows = wrapAnsi(words, width, { hard: true, trim: false }).split('\n');
  return rows.map((row, index) => (index === 0 ? row : row.replace(leadingBlanks, '$1')).trimEnd());
}
