/** What a terminal sends: something typed, something pasted, a key with a name, or an answer to a question. */
export type Key =
  /** Printable characters, as many as came together. */
  | { type: 'text'; text: string }
  /** Line ends are `\n`; all else is as it was pasted, control characters too. Empty where the clipboard holds no text. */
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

/** What a terminal answers, or tells unasked. */
export type TerminalReport =
  /** From 0 to 255. */
  | { type: 'background'; red: number; green: number; blue: number }
  /** The parts of the kitty keyboard protocol that are switched on, as bits. */
  | { type: 'kitty-flags'; flags: number }
  | { type: 'focus'; focused: boolean }
  /** Both count from 1. */
  | { type: 'cursor-position'; row: number; column: number }
  /** Nearly every terminal answers this one, and answers in order: what was asked before it and is not here by then does not come. */
  | { type: 'device-attributes'; attributes: number[] };

export const keyNames: readonly string[] = [
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
