import type { TerminalReport } from './key.ts';

/** The report in `CSI parameters final`, or undefined where it is none that we know. */
export function parseControlReport(parameters: string, final: string): TerminalReport | undefined {
  if (parameters === '' && (final === 'I' || final === 'O')) return { type: 'focus', focused: final === 'I' };
  const isPrivate = parameters.startsWith('?');
  const numbers = (isPrivate ? parameters.slice(1) : parameters).split(';').map(Number);
  if (parameters === '' || numbers.some(Number.isNaN)) return undefined;
  const [first = 0, second = 0] = numbers;
  if (isPrivate && final === 'u') return { type: 'kitty-flags', flags: first };
  if (isPrivate && final === 'c') return { type: 'device-attributes', attributes: numbers };
  // F3 with modifiers looks the same in xterm. Nothing is bound to it, and a position would go unanswered.
  if (final === 'R' && numbers.length >= 2) return { type: 'cursor-position', row: first, column: second };
  return undefined;
}

/** The report in the text of `OSC text ST`. */
export function parseSystemReport(text: string): TerminalReport | undefined {
  const colour = /^11;(?:rgba?:)([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(text);
  if (!colour) return undefined;
  const [red = 0, green = 0, blue = 0] = colour.slice(1).map(toByte);
  return { type: 'background', red, green, blue };
}

/** X11 writes a part of a colour with one to four hexadecimal digits, all ones being the whole of it. */
function toByte(digits: string): number {
  return Math.round((Number.parseInt(digits, 16) / (16 ** digits.length - 1)) * 255);
}
