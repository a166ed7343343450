import { CliError } from '../../errors.ts';

/** What a terminal sends: typed text, a paste, a named key, or a report. */
export type Key =
  /** Printable characters that came together. */
  | { type: 'text'; text: string }
  /** Line ends are `\n`; everything else is as it was pasted, including control characters. Empty if the clipboard holds no text. */
  | { type: 'paste'; text: string }
  | NamedKey
  | { type: 'report'; report: TerminalReport };

export type NamedKey = {
  type: 'key';
  /** One of `keyNames`, or the lower-case character that was pressed together with Ctrl or Alt. */
  name: string;
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
};

export type Modifiers = Pick<NamedKey, 'ctrl' | 'alt' | 'shift'>;

/** What a terminal reports, asked or unasked. */
export type TerminalReport =
  /** From 0 to 255. */
  | { type: 'background'; red: number; green: number; blue: number }
  /** The enabled parts of the kitty keyboard protocol, as bits. */
  | { type: 'kitty-flags'; flags: number }
  | { type: 'focus'; focused: boolean }
  | { type: 'paste-marks'; known: boolean }
  /** Both count from 1. */
  | { type: 'cursor-position'; row: number; column: number }
  /** Nearly every terminal answers this question, and answers come in order: an earlier question without an answer by then gets none. */
  | { type: 'device-attributes'; attributes: number[] };

const keyNames: readonly string[] = [
  'enter',
  'tab',
  'escape',
  'backspace',
  'delete',
  'insert',
  'space',
  'up',
  'down',
  'left',
  'right',
  'home',
  'end',
  'page-up',
  'page-down',
  ...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
];

export function toKey(name: string, modifiers: Partial<Modifiers> = {}): NamedKey {
  return { type: 'key', name, ctrl: false, alt: false, shift: false, ...modifiers };
}

const modifierNames = new Map<string, 'ctrl' | 'alt' | 'shift'>([
  ['ctrl', 'ctrl'],
  ['control', 'ctrl'],
  ['alt', 'alt'],
  ['option', 'alt'],
  ['meta', 'alt'],
  ['shift', 'shift'],
]);
const otherNames = new Map([
  ['return', 'enter'],
  ['esc', 'escape'],
  ['del', 'delete'],
]);

/**
 * The key of a spelling such as `ctrl+alt+x` or `Shift+Enter`. Throws CliError `config` for an unknown key, and for a character without Ctrl
 * or Alt, which is text.
 */
export function parseKey(spelling: string): NamedKey {
  // The plus sign can itself be the key.
  const parts = spelling
    .trim()
    .toLowerCase()
    .split(/\+(?!$)/);
  const last = parts.pop() ?? '';
  const name = otherNames.get(last) ?? last;
  const modifiers = parts.map((part) => modifierNames.get(part));
  const key = toKey(name, Object.fromEntries(modifiers.map((modifier) => [modifier ?? '', true])));
  const isCharacter = [...name].length === 1 && (key.ctrl || key.alt);
  if (modifiers.includes(undefined) || !(isCharacter || keyNames.includes(name))) {
    throw new CliError('config', `there is no key "${spelling}"`, {
      hint: 'Write it like ctrl+x, alt+enter, shift+tab or f5; a character needs ctrl or alt.',
    });
  }
  return key;
}

/** The one spelling of a key: `ctrl+alt+shift+x`. */
export function spellKey({ name, ctrl, alt, shift }: NamedKey): string {
  return `${ctrl ? 'ctrl+' : ''}${alt ? 'alt+' : ''}${shift ? 'shift+' : ''}${name}`;
}

export function describeKey(key: NamedKey): string {
  const parts = [key.ctrl && 'Ctrl', key.alt && 'Alt', key.shift && 'Shift', capitalise(key.name)];
  return parts.filter(Boolean).join('+');
}

function capitalise(name: string): string {
  return name.replace(/(?:^|-)\p{Ll}/gu, (start) => start.toUpperCase());
}
