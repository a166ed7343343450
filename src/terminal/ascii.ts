import type { Env } from '../env.ts';

/** What stands in for our marks and rules, cell by cell. */
const twins: Record<string, string> = {
  '›': '>',
  '●': '*',
  '⋮': ':',
  // As in a shell: something is done on this machine.
  '▸': '$',
  '✻': '~',
  '⎿': '\\',
  '·': '-',
  '✗': 'x',
  '✓': '*',
  '‹': '<',
  '←': '<',
  '→': '>',
  '⇥': '>',
  '↳': '>',
  '␣': '_',
  '⟪': '<',
  '⟫': '>',
  // Not the sign between two facts of the rule.
  '─': '=',
  '│': '|',
  '┼': '+',
  '•': '-',
  '◦': 'o',
  '▪': '+',
  '–': '-',
  '—': '-',
  '…': '.',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '×': 'x',
  '↑': '^',
  '↓': 'v',
  '░': '.',
  '█': '#',
};
/** Frames of the spinner are Braille, which few fonts of consoles have. */
const spinner = /[\u2800-\u28ff]/g;
/** Pictures of control characters, and the sign for bytes that are no text. */
const unreadable = /[\u2400-\u243f\ufffd]/g;
const marks = new RegExp(`[${Object.keys(twins).join('')}]`, 'g');

/** Whether the terminal can only be trusted with ASCII: its locale says so, or it is the Linux console, whose font has no room for more. */
export function needsAscii({ LC_ALL, LC_CTYPE, LANG, TERM }: Env): boolean {
  // Programs without a locale, such as those of a container, usually have a terminal of our time.
  const locale = LC_ALL || LC_CTYPE || LANG;
  return TERM === 'linux' || (locale !== undefined && locale !== '' && !/utf-?8/i.test(locale));
}

/** How text of ours is written to this terminal. */
export function chooseEncoding(env: Env): (text: string) => string {
  return needsAscii(env) ? toAscii : (text) => text;
}

/** Replaces marks and rules by ASCII of the same width. Letters of other scripts stay as they are. */
export function toAscii(text: string): string {
  return text
    .replace(marks, (mark) => twins[mark] ?? mark)
    .replace(spinner, '*')
    .replace(unreadable, '?');
}
