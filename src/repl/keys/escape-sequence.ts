import { isC1, toAltKey } from './character-keys.ts';
import { toControlSequenceKey, toShiftedKey } from './control-sequence-keys.ts';
import { type Key, type TerminalReport, toKey } from './key.ts';

type EscapeMatch =
  /** `length` characters were read. Without `key` they mean nothing here, and are not text either. */
  | { type: 'read'; length: number; key?: Key | undefined }
  /** A person may have typed this much: Esc alone, or Alt+[. */
  | { type: 'ambiguous' }
  /** The rest is still to come: no person types this. */
  | { type: 'partial' }
  | { type: 'paste-start'; length: number };

const esc = '\u001b';
const pasteStart = '200';

/** Reads the escape sequence that begins at `start`, where an ESC stands. */
export function matchEscape(text: string, start: number): EscapeMatch {
  const next = text.codePointAt(start + 1);
  if (next === undefined) return { type: 'ambiguous' };
  const character = String.fromCodePoint(next);
  switch (character) {
    case esc:
      return matchDoubleEscape(text, start);
    case '[':
      return matchControlSequence(text, start);
    case 'O':
      return matchShiftedKey(text, start);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      return matchString(text, start);
    case '\\':
      // The end of a string whose beginning we did not see.
      return { type: 'read', length: 2 };
    default: {
      const key = isC1(next) ? undefined : toAltKey(character);
      return { type: 'read', length: 1 + character.length, key };
    }
  }
}

/** The key of the first two characters, if the rest of a sequence did not come. */
export function toAbandonedKey(text: string, start: number): { length: number; key: Key } {
  const character = text[start + 1];
  const key = character === undefined || character === esc ? undefined : toAltKey(character);
  return key ? { length: 2, key } : { length: 1, key: toKey('escape') };
}

/** rxvt and others send ESC before the sequence of a key that is pressed with Alt. Otherwise the first ESC is the Esc key. */
function matchDoubleEscape(text: string, start: number): EscapeMatch {
  const third = text[start + 2];
  if (third === undefined) return { type: 'ambiguous' };
  if (third !== '[' && third !== 'O') return { type: 'read', length: 1, key: toKey('escape') };
  const match = matchEscape(text, start + 1);
  if (match.type === 'paste-start') return { type: 'read', length: 1, key: toKey('escape') };
  if (match.type !== 'read') return match;
  if (match.key?.type === 'report') return { type: 'read', length: 1, key: toKey('escape') };
  const key = match.key?.type === 'key' ? { ...match.key, alt: true } : match.key;
  return { type: 'read', length: match.length + 1, key };
}

/** `CSI`: parameters, then intermediate signs, then the final character. Any other character ends it early, and is read again. */
function matchControlSequence(text: string, start: number): EscapeMatch {
  let end = start + 2;
  // The Linux console sends F1 as CSI [ A.
  if (text[end] === '[') end += 1;
  while (isBetween(text.charCodeAt(end), 0x30, 0x3f)) end += 1;
  const parameters = text.slice(start + 2, end);
  if (text[end] === '$' && /^\d+$/.test(parameters)) return readSequence(parameters, '$', end - start);
  while (isBetween(text.charCodeAt(end), 0x20, 0x2f)) end += 1;
  const hasSigns = end > start + 2 + parameters.length;
  const final = text[end];
  if (final === undefined) return { type: end === start + 2 ? 'ambiguous' : 'partial' };
  if (!isBetween(final.charCodeAt(0), 0x40, 0x7e)) return { type: 'read', length: end - start };
  if (final === 'M' && parameters === '') return matchOldMouse(text, start);
  if (hasSigns)
    return { type: 'read', length: end - start + 1, key: toModeReport(text.slice(start, end + 1)) };
  return readSequence(parameters, final, end - start);
}

function readSequence(parameters: string, final: string, finalOffset: number): EscapeMatch {
  const length = finalOffset + 1;
  if (final === '~' && parameters === pasteStart) return { type: 'paste-start', length };
  const report = parseControlReport(parameters, final);
  const key: Key | undefined = report ? { type: 'report', report } : toControlSequenceKey(parameters, final);
  return { type: 'read', length, key };
}

/** Another program left the mouse switched on. The three characters that follow are not text. */
function matchOldMouse(text: string, start: number): EscapeMatch {
  const length = 6;
  return text.length < start + length ? { type: 'partial' } : { type: 'read', length };
}

function matchShiftedKey(text: string, start: number): EscapeMatch {
  let end = start + 2;
  while (/[\d;]/.test(text[end] ?? '')) end += 1;
  const final = text[end];
  if (final === undefined) return { type: end === start + 2 ? 'ambiguous' : 'partial' };
  if (!isBetween(final.charCodeAt(0), 0x20, 0x7e)) return { type: 'read', length: end - start };
  const key = toShiftedKey(text.slice(start + 2, end), final);
  return { type: 'read', length: end - start + 1, key };
}

/** `OSC`, `DCS` and the like, up to `ST` or BEL. A control character ends it: if the end was lost, Enter and Ctrl+C must still work. */
function matchString(text: string, start: number): EscapeMatch {
  let end = start + 2;
  while (end < text.length && text.charCodeAt(end) >= 32) end += 1;
  if (end === text.length) return { type: end === start + 2 ? 'ambiguous' : 'partial' };
  const isOver = text[end] === '\u0007' || (text[end] === esc && text[end + 1] === '\\');
  if (!isOver && text[end] === esc && end + 1 === text.length) return { type: 'partial' };
  const length = end - start + (isOver ? (text[end] === esc ? 2 : 1) : 0);
  const report =
    isOver && text[start + 1] === ']' ? parseSystemReport(text.slice(start + 2, end)) : undefined;
  return { type: 'read', length, key: report && { type: 'report', report } };
}

function isBetween(code: number, first: number, last: number): boolean {
  return code >= first && code <= last;
}

/** The report in `CSI parameters final`. Undefined if it is not a known report. */
function parseControlReport(parameters: string, final: string): TerminalReport | undefined {
  if (parameters === '' && (final === 'I' || final === 'O')) return { type: 'focus', focused: final === 'I' };
  const isPrivate = parameters.startsWith('?');
  const numbers = (isPrivate ? parameters.slice(1) : parameters).split(';').map(Number);
  if (parameters === '' || numbers.some(Number.isNaN)) return undefined;
  const [first = 0, second = 0] = numbers;
  if (isPrivate && final === 'u') return { type: 'kitty-flags', flags: first };
  if (isPrivate && final === 'c') return { type: 'device-attributes', attributes: numbers };
  // F3 with modifiers looks the same in xterm. Nothing is bound to that key, and the position must not get lost.
  if (final === 'R' && numbers.length >= 2) return { type: 'cursor-position', row: first, column: second };
  return undefined;
}

/** Whether the terminal knows how to mark pastes. Undefined for reports of other modes. */
function toModeReport(sequence: string): Key | undefined {
  const state = /^\u001b\[\?2004;(\d)\$y$/.exec(sequence)?.[1];
  return state === undefined
    ? undefined
    : { type: 'report', report: { type: 'paste-marks', known: '123'.includes(state) } };
}

/** The report in the text of `OSC text ST`. */
function parseSystemReport(text: string): TerminalReport | undefined {
  const colour = /^11;(?:rgba?:)([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(text);
  if (!colour) return undefined;
  const [red = 0, green = 0, blue = 0] = colour.slice(1).map(toByte);
  return { type: 'background', red, green, blue };
}

/** X11 writes each part of a colour in one to four hexadecimal digits. `f`, `ff`, `fff` and `ffff` are the same value. */
function toByte(digits: string): number {
  return Math.round((Number.parseInt(digits, 16) / (16 ** digits.length - 1)) * 255);
}
