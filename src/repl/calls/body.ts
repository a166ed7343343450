import { describeCount } from '../../describe-count.ts';
import { breakSafely } from '../../terminal/safe-width.ts';
import { showExactly, showHidden, showRow, splitMarks } from '../../terminal/show-hidden.ts';
import type { Theme, ThemeRole } from '../../terminal/theme.ts';

/**
 * A line of what a call would do, or has done. `number` is its place in the file: in the new one, or in the old one if it is removed. `gap`
 * stands for lines that are not shown.
 */
export type BodyLine = {
  kind: 'added' | 'removed' | 'context' | 'gap' | 'title' | 'text' | 'quoted';
  text: string;
  number?: number | undefined;
  /** What hides in the text has its names already. */
  isNamed?: boolean;
};

const marks: Record<BodyLine['kind'], { mark: string; role: ThemeRole | undefined }> = {
  added: { mark: '+ ', role: 'added' },
  removed: { mark: '- ', role: 'removed' },
  context: { mark: '  ', role: undefined },
  gap: { mark: '', role: 'dim' },
  title: { mark: '', role: 'strong' },
  text: { mark: '', role: undefined },
  // A text of others: no line of it can look like a line of ours.
  quoted: { mark: '│ ', role: undefined },
};

const spokenMarks: Partial<Record<BodyLine['kind'], string>> = {
  added: 'Added: ',
  removed: 'Removed: ',
  context: 'Unchanged: ',
  title: 'File: ',
};

/**
 * A line for somebody who hears it: a word in place of its mark. A line of a file sounds like none of ours, and blanks move no words of it to
 * where ours stand.
 */
export function speakLine({ kind, text, isNamed = false }: BodyLine): string {
  const shown = isNamed ? showHidden(text) : showExactly(text, (tabs) => speakCount(tabs, 'tab'));
  const words = shown
    .replace(/(?<=\S) {9,}(?=\S)/g, (blanks) => ` ${speakCount(blanks, 'blank')} `)
    .replace(/ +$/, (blanks) => speakCount(blanks, 'blank'));
  return (spokenMarks[kind] ?? '') + words;
}

function speakCount({ length }: string, noun: string): string {
  return `⟪${describeCount(length, noun)}⟫`;
}

/** The lines of a text, such as a command or a result. */
export function toBody(text: string): BodyLine[] {
  return text.split('\n').map((line) => ({ kind: 'text', text: line }));
}

/**
 * Lays lines out in rows of at most `width` cells, in whichever way a terminal counts them. No character is left out, however narrow it is: a long
 * line goes on in the next row, behind its number and its mark.
 */
export function layOutBody(
  lines: readonly BodyLine[],
  { width, theme }: { width: number; theme: Theme },
): string[] {
  const digits = Math.max(
    0,
    ...lines.map(({ number }) => (number === undefined ? 0 : String(number).length)),
  );
  return lines.flatMap((line) => layOutLine(line, { width, theme, digits }));
}

/** With fewer cells for the words, the numbers are left out. */
const leastWords = 16;

/** In front of a row that goes on with a line: a new line has another mark. */
const goesOn = '↳ ';

function layOutLine(
  line: BodyLine,
  { width, theme, digits }: { width: number; theme: Theme; digits: number },
): string[] {
  const { kind, number } = line;
  const { mark, role } = marks[kind];
  const hasNumbers = mark !== '' && digits > 0 && width - digits - 1 - mark.length >= leastWords;
  const room = width - (hasNumbers ? digits + 1 : 0);
  const [first = '', ...rest] = breakLine(line, room - mark.length, room - goesOn.length);
  const paint = (words: string): string => (role === undefined ? words : theme.paint(role, words));
  const paintRow = (row: string): string =>
    splitMarks(row)
      .map((part, index) => (index % 2 === 1 ? theme.paint('dim', part) : paint(part)))
      .join('');
  const shownNumber = number === undefined ? '' : String(number);
  const place = (text: string): string => (hasNumbers ? `${theme.paint('dim', text.padStart(digits))} ` : '');
  return [
    place(shownNumber) + paintRow(mark + first),
    ...rest.map((row) => place('') + (kind === 'text' ? '' : theme.paint('dim', goesOn)) + paintRow(row)),
  ].map((row) => row.trimEnd());
}

/** Between characters: where a command or code breaks between words, nobody knows how many blanks were there. */
function breakLine({ kind, text, isNamed = false }: BodyLine, room: number, roomBehind: number): string[] {
  if (kind === 'text') return breakSafely(showHidden(text), Math.max(1, room));
  const shown = isNamed ? showHidden(text) : showExactly(text);
  const [first = ''] = breakSafely(shown, Math.max(1, room));
  const rest = shown.slice(first.length);
  const rows = rest === '' ? [first] : [first, ...breakSafely(rest, Math.max(1, roomBehind))];
  return rows.map(showRow);
}

/** The first lines, and how many more there are. */
export function cutBody(
  lines: readonly BodyLine[],
  most: number,
): { shown: readonly BodyLine[]; more: number } {
  if (lines.length <= most) return { shown: lines, more: 0 };
  return { shown: lines.slice(0, most), more: lines.length - most };
}
