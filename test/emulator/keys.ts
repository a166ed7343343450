/** What a terminal can tell of its keys: what all can, or more by xterm's modifyOtherKeys or kitty's protocol. */
export type Keyboard = 'legacy' | 'modify-other-keys' | 'kitty';

/** How it writes them down just now. The first level of modifyOtherKeys leaves alone what has an old meaning. */
export type KeyEncoding = 'legacy' | 'modify-other-keys-1' | 'modify-other-keys-2' | 'kitty';

export type KeyModes = {
  encoding: KeyEncoding;
  /** Arrows, Home and End begin with ESC O. */
  applicationCursor: boolean;
};

type Key = { name: string; modifiers: number };

const modifierBits: Record<string, number> = { shift: 1, alt: 2, ctrl: 4, super: 8 };
const [shift, alt, ctrl] = [1, 2, 4];

/** Keys with a code of their own, which every encoding has. */
const plainKeys: Record<string, { code: number; legacy: string }> = {
  enter: { code: 13, legacy: '\r' },
  tab: { code: 9, legacy: '\t' },
  escape: { code: 27, legacy: '\u001b' },
  backspace: { code: 127, legacy: '\u007f' },
  space: { code: 32, legacy: ' ' },
};

const letterKeys: Record<string, string> = {
  up: 'A',
  down: 'B',
  right: 'C',
  left: 'D',
  end: 'F',
  home: 'H',
  f1: 'P',
  f2: 'Q',
  f3: 'R',
  f4: 'S',
};

const numberKeys: Record<string, number> = {
  insert: 2,
  delete: 3,
  pageup: 5,
  pagedown: 6,
  f5: 15,
  f6: 17,
  f7: 18,
  f8: 19,
  f9: 20,
  f10: 21,
  f11: 23,
  f12: 24,
};

/** What a terminal sends for a key such as `enter`, `shift+enter`, `ctrl+c`, `alt+b` or `up`. Throws at a key it does not know. */
export function encodeKey(description: string, modes: KeyModes): string {
  const key = parseKey(description);
  return (
    encodeLetterKey(key, modes) ??
    encodeNumberKey(key) ??
    (modes.encoding === 'kitty' ? encodeKitty(key) : undefined) ??
    (modes.encoding === 'modify-other-keys-1' && !hasOldMeaning(key) ? encodeOtherKey(key) : undefined) ??
    (modes.encoding === 'modify-other-keys-2' ? encodeOtherKey(key) : undefined) ??
    encodeLegacy(key)
  );
}

function parseKey(description: string): Key {
  // The last one may be the plus itself.
  const [, prefix = '', name = ''] = /^((?:\w+\+)*)(.+)$/su.exec(description) ?? [];
  const parts = prefix.split('+').slice(0, -1);
  const modifiers = parts.reduce((sum, part) => sum + (modifierBits[part] ?? Number.NaN), 0);
  const isKnown = name in plainKeys || name in letterKeys || name in numberKeys || [...name].length === 1;
  if (!isKnown || Number.isNaN(modifiers)) throw new Error(`there is no key '${description}'`);
  return { name, modifiers };
}

function encodeLetterKey({ name, modifiers }: Key, { applicationCursor }: KeyModes): string | undefined {
  const letter = letterKeys[name];
  if (letter === undefined) return undefined;
  if (modifiers > 0) return `\u001b[1;${modifiers + 1}${letter}`;
  return applicationCursor || /^f\d/.test(name) ? `\u001bO${letter}` : `\u001b[${letter}`;
}

function encodeNumberKey({ name, modifiers }: Key): string | undefined {
  const number = numberKeys[name];
  if (number === undefined) return undefined;
  return modifiers > 0 ? `\u001b[${number};${modifiers + 1}~` : `\u001b[${number}~`;
}

/** The flag that tells keys apart: Escape and what has modifiers are escape sequences, text stays text. */
function encodeKitty({ name, modifiers }: Key): string | undefined {
  const code = toCode(name);
  if (name === 'escape' && modifiers === 0) return '\u001b[27u';
  const isText = !(name in plainKeys) && (modifiers & ~shift) === 0;
  return modifiers === 0 || isText ? undefined : `\u001b[${code};${modifiers + 1}u`;
}

function encodeOtherKey({ name, modifiers }: Key): string | undefined {
  const isText = !(name in plainKeys) && (modifiers & ~shift) === 0;
  if (modifiers === 0 || isText || (name === 'tab' && modifiers === shift)) return undefined;
  return `\u001b[27;${modifiers + 1};${toCode(name)}~`;
}

/** Letters with Ctrl or Alt, and Backspace: shells have always known these. */
function hasOldMeaning({ name, modifiers }: Key): boolean {
  if (name === 'backspace' || name === 'space') return true;
  if (name in plainKeys) return false;
  return modifiers === alt || toControl(name) !== name;
}

function toCode(name: string): number {
  return plainKeys[name]?.code ?? name.codePointAt(0) ?? 0;
}

/** Shift is lost on Enter and Ctrl on most keys, as in real terminals. */
function encodeLegacy({ name, modifiers }: Key): string {
  const prefix = modifiers & alt ? '\u001b' : '';
  if (name === 'tab' && modifiers & shift) return `${prefix}\u001b[Z`;
  if (name === 'backspace' && modifiers & ctrl) return `${prefix}\b`;
  if (name === 'space' && modifiers & ctrl) return `${prefix}\0`;
  const text = plainKeys[name]?.legacy;
  if (text !== undefined) return prefix + text;
  const letter = modifiers & shift ? name.toUpperCase() : name;
  return prefix + (modifiers & ctrl ? toControl(letter) : letter);
}

/** Ctrl takes the two upper bits of a letter away; `?` is the exception that gives DEL. */
function toControl(character: string): string {
  if (character === '?') return '\u007f';
  const code = character.toUpperCase().codePointAt(0) ?? 0;
  return code >= 0x40 && code < 0x60 ? String.fromCodePoint(code & 0x1f) : character;
}
