/** C0 and C1 control characters and DEL, all but newline and tab: what can move a cursor, ring a bell or open an escape sequence. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Takes the power out of text that somebody else wrote and a terminal is to show. Works on any slice of a
 * stream: what is left of a cut escape sequence is plain characters.
 */
export function stripControls(text: string): string {
  return text.replace(controls, '');
}

/** The same for what must stay on one line, such as a code or an address from a server. */
export function toOneLine(text: string): string {
  return stripControls(text).replace(/\s+/g, ' ').trim();
}
