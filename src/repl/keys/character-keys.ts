import { type Key, type NamedKey, toKey } from './key.ts';

/** Control characters that are keys of their own. Ctrl+J is not one of them: it makes a new line, while Enter sends. */
const namedControls: Record<number, string> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  127: 'backspace',
};

/** The key of a C0 character or DEL. Since the VT100, Ctrl subtracts 64 from the code of a character. */
export function toControlKey(code: number): NamedKey {
  const name = namedControls[code];
  return name ? toKey(name) : toKey(String.fromCharCode(code + 64).toLowerCase(), { ctrl: true });
}

/** The key of a character after ESC: the same character with Alt. Undefined if no key sends it. */
export function toAltKey(character: string): NamedKey | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code < 32 || code === 127) return { ...toControlKey(code), alt: true };
  if (isC1(code)) return undefined;
  if (character === ' ') return toKey('space', { alt: true });
  const name = character.toLowerCase();
  return toKey(name, { alt: true, shift: name !== character });
}

/** A C1 control character. In UTF-8 no terminal sends one for a key. */
export function isC1(code: number): boolean {
  return code >= 128 && code < 160;
}

type PressedCharacter = {
  /** The character of the key: `code` in the kitty protocol and in modifyOtherKeys. */
  code: number;
  /** The character of the same key with Shift. */
  shifted?: number | undefined;
  /** The character in the same place of a US keyboard. */
  base?: number | undefined;
  /** The text that the key types. */
  text?: string | undefined;
  modifiers: { ctrl: boolean; alt: boolean; shift: boolean };
};

/**
 * The key of a character that a terminal reports with its code and modifiers: text, or a named key with Ctrl or Alt. On a keyboard of
 * another script, Ctrl uses the place of the key, so that Ctrl+С in Cyrillic is Ctrl+C. Undefined if no key sends it.
 */
export function toCharacterKey({ code, shifted, base, text, modifiers }: PressedCharacter): Key | undefined {
  const named = namedControls[code];
  if (named) return toKey(named, modifiers);
  const { ctrl, alt, shift } = modifiers;
  const isTyped = !ctrl && !alt;
  // An input method sends composed text without a key.
  if (isTyped && text !== undefined && text !== '') return { type: 'text', text };
  if (!isKeyCode(code)) return undefined;
  const character = String.fromCodePoint(code);
  const capital = shift && shifted !== undefined && isKeyCode(shifted) ? String.fromCodePoint(shifted) : '';
  if (isTyped) return { type: 'text', text: capital || (shift ? character.toUpperCase() : character) };
  if (code === 32) return toKey('space', modifiers);
  if (code > 127 && base !== undefined && isKeyCode(base))
    return toKey(String.fromCodePoint(base).toLowerCase(), modifiers);
  // A sign that needs Shift is named by itself: Ctrl+_ rather than Ctrl+Shift+-.
  if (capital && !isLetter(capital)) return toKey(capital, { ...modifiers, shift: false });
  const name = character.toLowerCase();
  return toKey(name, { ...modifiers, shift: shift || name !== character });
}

function isLetter(character: string): boolean {
  return character.toLowerCase() !== character.toUpperCase();
}

/** In the kitty protocol, codes of the private use area name keys; most of them mean nothing here. */
function isKeyCode(code: number): boolean {
  return isPrintable(code) && !(code >= 0xe000 && code <= 0xf8ff);
}

/** Whether a code point is a character that text can contain: no control character and no half of a pair. */
export function isPrintable(code: number): boolean {
  if (code < 32 || code === 127 || isC1(code) || code > 0x10ffff) return false;
  return !(code >= 0xd800 && code <= 0xdfff);
}
