import type { Theme } from '../terminal/theme.ts';
import type { ThemeRole } from '../terminal/theme-palettes.ts';

/** A piece of text on one line, without control characters. */
export type Span = {
  text: string;
  /** The outermost first. */
  roles: readonly ThemeRole[];
  /** An address that is safe to put into an escape sequence. */
  href?: string;
};

/** What stands on one line. */
export type Line = readonly Span[];

export function toSpan(text: string, ...roles: ThemeRole[]): Span {
  return { text, roles };
}

export function toLineText(line: Line): string {
  let text = '';
  for (const span of line) text += span.text;
  return text;
}

/** The line as the terminal is to get it, closed: no look and no link goes on after it. */
export function paintLine(line: Line, theme: Theme): string {
  let painted = '';
  for (let at = 0; at < line.length; ) {
    const href = line[at]?.href;
    let text = '';
    for (; at < line.length && line[at]?.href === href; at += 1) text += paintSpan(line[at] as Span, theme);
    // BEL and not ST ends the sequence: it survives what cuts and wraps lines after us.
    painted += href === undefined ? text : `\u001b]8;;${href}\u0007${text}\u001b]8;;\u0007`;
  }
  return painted;
}

function paintSpan({ text, roles }: Span, theme: Theme): string {
  let painted = text;
  for (let at = roles.length - 1; at >= 0; at -= 1) painted = theme.paint(roles[at] as ThemeRole, painted);
  return painted;
}

/** The part of a line that lies between two places of its text, in UTF-16 code units. Ask for parts in the order in which they stand. */
export type LineCutter = (start: number, end: number) => Line;

/** Cuts a line in time that grows with its length, however many parts there are. */
export function createLineCutter(line: Line): LineCutter {
  let index = 0;
  let indexStart = 0;
  return (start, end) => {
    const part: Span[] = [];
    while (index < line.length) {
      const span = line[index] as Span;
      const spanEnd = indexStart + span.text.length;
      if (indexStart >= end) break;
      if (spanEnd > start) {
        const text = span.text.slice(Math.max(0, start - indexStart), end - indexStart);
        if (text !== '') part.push({ ...span, text });
      }
      if (spanEnd > end) break;
      index += 1;
      indexStart = spanEnd;
    }
    return part;
  };
}
