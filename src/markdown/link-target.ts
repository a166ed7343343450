import { toOneLine } from '../terminal-text.ts';
import { toProse } from './visible-text.ts';

/** Terminals take no longer one, and nobody reads it. */
const longestTarget = 2_000;

/** The address of a link as a person may read it: on one line, without anything that hides. */
export function toReadableTarget(target: string): string {
  return toOneLine(toProse(target));
}

/** The address as it may stand in an escape sequence; undefined where a click on it could do other than open a page, a mail or a file. */
export function toClickableTarget(target: string): string | undefined {
  const readable = toReadableTarget(target);
  if (!/^(?:https?|mailto|file):/i.test(readable)) return undefined;
  const encoded = readable.replace(/[^\u0021-\u007e]+/g, encodeURIComponent);
  return encoded.length > longestTarget ? undefined : encoded;
}

/** Whether the text of a link already says where it leads. */
export function isSameTarget(text: string, target: string): boolean {
  return toCore(text) === toCore(target);
}

function toCore(address: string): string {
  return address
    .trim()
    .replace(/^(?:https?:\/\/|mailto:)/i, '')
    .replace(/\/$/, '')
    .toLowerCase();
}

/** Whether the text of a link reads like an address, and so could promise another one than it leads to. */
export function looksLikeAddress(text: string): boolean {
  return /^\s*(?:https?:\/\/|www\.)\S+\s*$|^\s*[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}(?:[/:?#]\S*)?\s*$/i.test(
    text,
  );
}
