/** Control characters (C0, C1, DEL) but newline and tab: they can move the cursor, ring the bell or open an escape sequence. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Makes foreign text harmless on a terminal. Works on any slice: the rest of a cut escape sequence is plain characters. */
export function stripControls(text: string): string {
  return text.replace(controls, '');
}

/** Characters that turn the direction of text, so that a person reads another order than a program. The inside of a character class. */
export const bidiMarks = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';

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
