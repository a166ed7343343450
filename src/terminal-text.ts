import { once } from './once.ts';

/** Control characters (C0, C1, DEL) but newline and tab: they can move the cursor, ring the bell or open an escape sequence. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Makes foreign text harmless on a terminal. Works on any slice: the rest of a cut escape sequence is plain characters. */
export function stripControls(text: string): string {
  return text.replace(controls, '');
}

/** Characters that turn the direction of text, so that a person reads another order than a program. The inside of a character class. */
export const bidiMarks = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';

const directions = new RegExp(`[\\u0080-\\u009f${bidiMarks}]`, 'g');

/** Control characters as pictures, as a draft shows them: a person sees what was sent. Line feeds and tabs stay. */
export function showControls(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (control) =>
      String.fromCharCode(0x2400 + control.charCodeAt(0)),
    )
    .replaceAll('\u007f', '\u2421')
    .replace(directions, '\ufffd');
}

/** Characters without width: these, zero-width blanks, fillers, soft hyphens, byte-order marks and the invisible twins of ASCII. */
const invisible = new RegExp(
  `[${bidiMarks}\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}]`,
  'gu',
);
/** Joiners and variation selectors shape emoji and some scripts. After Latin text, or in a row, they only hide. */
const idleJoiners = /(?<![^\u0000-\u02ff])[\u200c\u200d]|[\u200c\u200d](?![^\u0000-\u02ff])/gu;
const idleSelectors = /(?<![#*0-9©®]|[^\u0000-\u02ff])[\ufe00-\ufe0f]|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]/gu;
const repeatedJoiners = /([\u200c\u200d])[\u200c\u200d]+/gu;

/** One line of visible characters. */
const plainLine = /^(?:[\x21-\x7e]+(?: [\x21-\x7e]+)*)?$/;

/** The same, on one line and without invisible characters, so that names that look alike are alike. For names, URLs, errors and logs. */
export function toOneLine(text: string): string {
  if (plainLine.test(text)) return text;
  return stripControls(text)
    .replace(invisible, '')
    .replace(repeatedJoiners, '$1')
    .replace(idleJoiners, '')
    .replace(idleSelectors, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Controls, line ends, and marks that turn the direction of text or have no width. */
const getUnclear = once(() => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu);

/** A name on one line, with all that is in it. Quotes, as in JSON, show that characters in it are written as escapes. */
export function showName(name: string): string {
  if (plainLine.test(name) || name.search(getUnclear()) === -1) return name;
  return quote(name, getUnclear());
}

function quote(text: string, escaped: RegExp): string {
  return JSON.stringify(text).replace(escaped, (character) =>
    Array.from({ length: character.length }, (_, at) => toEscape(character.charCodeAt(at))).join(''),
  );
}

/** What a line does not show as it is: also a blank behind another, and blanks that are none for a shell. */
const getUnshown = once(() => /(?<= ) |(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu);
const plainWord = /^(?!")[\x21-\x7e]+$/;

/** A value of somebody else beside words of ours: a single word as it is, anything else in quotes, so that no part of it is read as one of ours. */
export function quoteValue(value: string): string {
  if (plainWord.test(value)) return value;
  const isWord = value !== '' && !/^"| /.test(value) && value.search(getUnshown()) === -1;
  return isWord ? value : quote(value, getUnshown());
}

function toEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/**
 * What a reader sees: neither blanks, controls, Unicode's ignorable characters, interlinear marks nor the empty Braille cell. Made when it is
 * needed: classes of Unicode take milliseconds.
 */
const getVisible = once(() => /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]/u);
const escapeSequence =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[P\]X^_]|[\u0090\u009d\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-OQ-WYZ\\`-~]/g;
const beginsSequence = /(?:\u001b|[\u0090\u0098\u009b\u009d-\u009f])[\s\S]*$/;
/** A longer beginning of an escape sequence is text. */
const maxSequence = 4096;

/** Whether a reader sees anything of the text. */
export function isVisible(text: string): boolean {
  return getVisible().test(text) && getVisible().test(text.replace(escapeSequence, ''));
}

/** The same for a text that arrives in pieces, which may cut an escape sequence: whether anything up to this piece is seen. */
export function createVisibleCheck(): (piece: string) => boolean {
  let cut = '';
  let isSeen = false;
  return (piece) => {
    if (isSeen) return true;
    const rest = (cut + piece).replace(escapeSequence, '');
    cut = beginsSequence.exec(rest)?.[0] ?? '';
    if (cut.length > maxSequence) cut = '';
    isSeen = getVisible().test(rest.slice(0, rest.length - cut.length));
    return isSeen;
  };
}
