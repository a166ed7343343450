import { bidiMarks, stripControls } from '../terminal-text.ts';
import { type Line, type Span, toSpan } from './line.ts';

const bidi = new RegExp(`[${bidiMarks}]`, 'g');

/** These, and invisible characters: zero-width blanks, misplaced byte-order marks, and the invisible twins of ASCII. */
const hiddenClass = `[${bidiMarks}\\u200b\\u2060\\ufeff\\u{e0000}-\\u{e007f}]`;
const hidden = new RegExp(hiddenClass, 'u');
const hiddenParts = new RegExp(`(${hiddenClass})`, 'u');

/** Removes what could drive the terminal or break the line, except tabs. */
export function cleanLine(line: string): string {
  return stripControls(line)
    .replace(/[\u2028\u2029]/g, ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Prose without direction marks. Line feeds stay. */
export function toProse(text: string): string {
  return cleanLine(text).replace(bidi, '').replaceAll('\t', '    ');
}

/** Code of a cleaned line. Names everything that hides in it: `⟪U+202E⟫`. */
export function toVisibleCode(text: string, ...roles: Span['roles']): Line {
  if (!hidden.test(text)) return [{ text, roles }];
  return text
    .split(hiddenParts)
    .map((part) => (hidden.test(part) ? toSpan(`⟪U+${toHex(part)}⟫`, 'warning') : { text: part, roles }))
    .filter((span) => span.text !== '');
}

function toHex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

const tabStop = 4;

/** Expands tabs to multiples of four characters. */
export function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  const [first = '', ...rest] = text.split('\t');
  let expanded = first;
  for (const part of rest) expanded += ' '.repeat(tabStop - (expanded.length % tabStop)) + part;
  return expanded;
}
