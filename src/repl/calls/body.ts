import { breakSafely } from '../../terminal/safe-width.ts';
import { showHidden } from '../../terminal/show-hidden.ts';
import type { Theme, ThemeRole } from '../../terminal/theme.ts';

/**
 * A line of what a call would do, or has done. `number` is its place in the file: in the new one, or in the old one if it is removed. `gap`
 * stands for lines that are not shown.
 */
export type BodyLine = {
  kind: 'added' | 'removed' | 'context' | 'gap' | 'title' | 'text' | 'quoted';
  text: string;
  number?: number | undefined;
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
export function speakLine({ kind, text }: BodyLine): string {
  const words = showHidden(text).replace(/(?<=\S) {9,}/g, (blanks) => ` (${blanks.length} blanks) `);
  return (spokenMarks[kind] ?? '') + words;
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

function layOutLine(
  { kind, text, number }: BodyLine,
  { width, theme, digits }: { width: number; theme: Theme; digits: number },
): string[] {
  const { mark, role } = marks[kind];
  const hasNumbers = mark !== '' && digits > 0 && width - digits - 1 - mark.length >= leastWords;
  const gutter = hasNumbers ? digits + 1 : 0;
  const room = Math.max(1, width - gutter - mark.length);
  const paint = (words: string): string => (role === undefined ? words : theme.paint(role, words));
  // Between characters: where a command or code breaks between words, nobody knows how many blanks were there.
  return breakSafely(showHidden(text), room).map((row, index) => {
    const shownNumber =
      index === 0 && number !== undefined ? String(number).padStart(digits) : ' '.repeat(digits);
    const before = hasNumbers ? `${theme.paint('dim', shownNumber)} ` : '';
    const repeated = kind === 'quoted' ? mark : ' '.repeat(mark.length);
    return (before + paint((index === 0 ? mark : repeated) + row)).trimEnd();
  });
}

/** The first lines, and how many more there are. */
export function cutBody(
  lines: readonly BodyLine[],
  most: number,
): { shown: readonly BodyLine[]; more: number } {
  if (lines.length <= most) return { shown: lines, more: 0 };
  return { shown: lines.slice(0, most), more: lines.length - most };
}
