import stringWidth from 'string-width';

const printableAscii = /^[\x20-\x7e]*$/;

/** How many cells of a terminal a text takes; escape sequences and control characters take none. */
export function cellWidth(text: string): number {
  return printableAscii.test(text) ? text.length : stringWidth(text);
}
