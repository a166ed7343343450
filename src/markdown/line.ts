import { type Cell, cellWidth, toCells } from '../terminal/cell-width.ts';
import type { Theme, ThemeRole } from '../terminal/theme.ts';

/** Text on one line, without control characters. */
export type Span = {
  text: string;
  /** Outermost first. */
  roles: readonly ThemeRole[];
  /** A URL that is safe in an escape sequence. */
  href?: string;
};

export type Line = readonly Span[];

export function toSpan(text: string, ...roles: ThemeRole[]): Span {
  return { text, roles };
}

export function toLineText(line: Line): string {
  let text = '';
  for (const span of line) text += span.text;
  return text;
}

/** The line for a terminal. No look or link continues after it. */
export function paintLine(line: Line, theme: Theme): string {
  let painted = '';
  for (let at = 0; at < line.length; ) {
    const href = line[at]?.href;
    let text = '';
    for (; at < line.length && line[at]?.href === href; at += 1) text += paintSpan(line[at] as Span, theme);
    // BEL, not ST, ends the sequence, because it survives code that cuts and wraps lines after us.
    painted += href === undefined ? text : `\u001b]8;;${href}\u0007${text}\u001b]8;;\u0007`;
  }
  return painted;
}

function paintSpan({ text, roles }: Span, theme: Theme): string {
  let painted = text;
  for (let at = roles.length - 1; at >= 0; at -= 1) painted = theme.paint(roles[at] as ThemeRole, painted);
  return painted;
}

/** A part of a line, in UTF-16 code units of its text. Ask for parts in order. */
type LineCutter = (start: number, end: number) => Line;

/** Its time grows with the length of the line, and not with the number of parts. */
function createLineCutter(line: Line): LineCutter {
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

/** A part of a text that is broken only if it is wider than the line. */
type Unit = { start: number; end: number; width: number };

type Range = { start: number; end: number };

/** Breaks a line between words, to parts of at most `width` cells. Breaks a wider word inside. */
export function wrapLine(line: Line, width: number): Line[] {
  const text = toLineText(line);
  if (cellWidth(text) <= width) return [line];
  const cut = createLineCutter(line);
  return toRanges(text, width).map(({ start, end }) => cut(start, end));
}

/** How much further in than its line the rest of a long line of code stands, in cells. */
const hangingIndent = 2;

/**
 * Breaks a line of code to parts of at most `width` cells: at a blank in the last third of a part, else exactly at the width. What continues
 * stands further in than the line itself, so that it is not taken for a line of its own.
 */
export function breakCode(line: Line, width: number): Line[] {
  const text = toLineText(line);
  if (cellWidth(text) <= width) return [line];
  const indent = (/^ */.exec(text)?.[0].length ?? 0) + hangingIndent;
  const hanging = indent <= width / 2 ? indent : width > 4 * hangingIndent ? hangingIndent : 0;
  const cut = createLineCutter(line);
  return breakAtBlanks(text, width, hanging).map(({ start, end }, index) =>
    index === 0 || hanging === 0 ? cut(start, end) : [toSpan(' '.repeat(hanging)), ...cut(start, end)],
  );
}

function breakAtBlanks(text: string, width: number, hanging: number): Range[] {
  const ranges: Range[] = [];
  let room = width;
  let from = 0;
  let at = 0;
  let used = 0;
  /** The last blank of this part at which it may end. */
  let blank: { at: number; used: number } | undefined;
  const end = (before: number, next: number, left: number): void => {
    ranges.push({ start: from, end: before });
    from = next;
    used = left;
    room = width - hanging;
    blank = undefined;
  };
  for (const cell of toCells(text)) {
    const isBlank = cell.text === ' ';
    if (used + cell.width > room && at > from) {
      if (isBlank) {
        end(at, at + 1, 0);
        at += 1;
        continue;
      }
      if (blank) end(blank.at, blank.at + 1, used - blank.used - 1);
      else end(at, at, 0);
    }
    if (isBlank && used >= (room * 2) / 3) blank = { at, used };
    at += cell.text.length;
    used += cell.width;
  }
  ranges.push({ start: from, end: at });
  return ranges;
}

function toRanges(text: string, width: number): Range[] {
  const ranges: Range[] = [];
  let start = 0;
  let end = 0;
  let used = 0;
  for (const unit of toUnits(text)) {
    const gap = unit.start - end;
    if (used > 0 && used + gap + unit.width > width) {
      ranges.push({ start, end });
      start = unit.start;
      used = 0;
    } else {
      used += gap;
    }
    const parts =
      used + unit.width > width
        ? breakUnit(text, { ...unit, start: Math.max(start, unit.start) }, width)
        : [];
    const last = parts.pop();
    if (last) {
      // Indentation wider than the line is lost.
      ranges.push(...parts);
      start = last.start;
      used = cellWidth(text.slice(last.start, last.end));
    } else {
      used += unit.width;
    }
    end = unit.end;
  }
  ranges.push({ start, end });
  return ranges;
}

/** Must not begin a line of Chinese or Japanese. */
const closing = /^[、。，．！？：；）］｝」』】〉》〕…ー々ゝゞ％”’]/;

/** Words; in East Asian scripts and emoji, single characters. */
function* toUnits(text: string): Generator<Unit> {
  for (const match of text.matchAll(/[^ ]+/g)) {
    const [word] = match;
    const width = cellWidth(word);
    // As many cells as code units: nothing is wide, except in cases too rare to matter.
    if (width === word.length) yield { start: match.index, end: match.index + word.length, width };
    else yield* toCharacterUnits(word, match.index);
  }
}

function* toCharacterUnits(word: string, offset: number): Generator<Unit> {
  let unit: Unit | undefined;
  let isOpen = false;
  let at = offset;
  for (const cell of toCells(word)) {
    const end = at + cell.text.length;
    const isWide = cell.width > 1;
    if (unit && (closing.test(cell.text) || cell.width === 0 || (isOpen && !isWide))) {
      unit = { start: unit.start, end, width: unit.width + cell.width };
    } else {
      if (unit) yield unit;
      unit = { start: at, end, width: cell.width };
      isOpen = !isWide;
    }
    at = end;
  }
  if (unit) yield unit;
}

function breakUnit(text: string, { start, end }: Unit, width: number): Range[] {
  const ranges: Range[] = [];
  let from = start;
  let at = start;
  let used = 0;
  for (const cell of toCells(text.slice(start, end)) as Cell[]) {
    if (used + cell.width > width && at > from) {
      ranges.push({ start: from, end: at });
      from = at;
      used = 0;
    }
    at += cell.text.length;
    used += cell.width;
  }
  ranges.push({ start: from, end: at });
  return ranges;
}
