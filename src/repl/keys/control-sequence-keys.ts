import { isPrintable, toCharacterKey } from './character-keys.ts';
import { type Key, type Modifiers, type NamedKey, toKey } from './key.ts';

/** Keys whose sequence ends in a letter, after `CSI` or after `SS3`. */
const letterNames: Record<string, string> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};

/** The keys `CSI number ~`. rxvt has 7 and 8 where others have 1 and 4; 11 to 14 are of the VT220. */
const numberNames: Record<number, string> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};

/** In rxvt the last character of a numbered key gives the modifiers. */
const rxvtModifiers: Record<string, Partial<Modifiers>> = {
  '~': {},
  $: { shift: true },
  '^': { ctrl: true },
  '@': { ctrl: true, shift: true },
};

/** The keypad in the kitty protocol, from 57399 on. */
const kittyKeypad = [
  ...'0123456789./*-+',
  'enter',
  '=',
  ',',
  'left',
  'right',
  'up',
  'down',
  'page-up',
  'page-down',
  'home',
  'end',
  'insert',
  'delete',
];
const kittyKeypadStart = 57_399;

/** The application keypad of the VT100, after `SS3`. */
const keypadKeys: Record<string, Key> = {
  M: toKey('enter'),
  I: toKey('tab'),
  ' ': { type: 'text', text: ' ' },
  X: { type: 'text', text: '=' },
  ...Object.fromEntries(
    [...'*+,-./0123456789'].map((text, index) => [
      String.fromCharCode(106 + index),
      { type: 'text', text } satisfies Key,
    ]),
  ),
};

/** The key of `CSI parameters final`. Undefined for an unknown key, a release, and a key held with the system key (Cmd, Windows). */
export function toControlSequenceKey(parameters: string, final: string): Key | undefined {
  if (parameters.startsWith('[')) return toLinuxKey(parameters, final);
  if (!/^[\d:;]*$/.test(parameters)) return undefined;
  const fields = parameters.split(';').map((field) => field.split(':').map(toNumber));
  const [code = 1] = fields[0] ?? [];
  if (final === '~' && code === 27 && fields.length === 3) {
    const [pressed = 0] = fields[2] ?? [];
    return pressCharacter(fields[1], { code: pressed, shifted: pressed });
  }
  if (final === 'u') return toKittyKey(fields);
  if (/^[abcd]$/.test(final)) return toKey(letterNames[final.toUpperCase()] ?? '', { shift: true });
  if (final === 'Z') return press('tab', fields[1], { shift: true });
  const rxvt = rxvtModifiers[final];
  const name = rxvt ? numberNames[code] : letterNames[final];
  return name === undefined ? undefined : press(name, fields[1], rxvt);
}

/** The key of `SS3 final`. In rxvt lower-case letters are arrows with Ctrl. Some terminals put the modifiers in front. */
export function toShiftedKey(parameters: string, final: string): Key | undefined {
  const name = letterNames[final];
  const modifiers = parameters.split(';').at(-1);
  if (name) return press(name, modifiers ? [Number(modifiers)] : undefined);
  if (/^[abcd]$/.test(final)) return toKey(letterNames[final.toUpperCase()] ?? '', { ctrl: true });
  return keypadKeys[final];
}

/** F1 to F5 of the Linux console: `CSI [ A` to `CSI [ E`. */
function toLinuxKey(parameters: string, final: string): Key | undefined {
  const index = final.charCodeAt(0) - 65;
  return parameters === '[' && index >= 0 && index < 5 ? toKey(`f${index + 1}`) : undefined;
}

/** `code:shifted:base ; modifiers:event ; text`, the text as code points. */
function toKittyKey(fields: (number | undefined)[][]): Key | undefined {
  const [[code = 1, shifted, base] = [], modifiers, codes] = fields;
  const keypad = kittyKeypad[code - kittyKeypadStart];
  if (keypad && keypad.length > 1) return press(keypad, modifiers);
  const text = codes
    ?.filter((point): point is number => point !== undefined && isPrintable(point))
    .map((point) => String.fromCodePoint(point))
    .join('');
  return pressCharacter(modifiers, { code: keypad?.codePointAt(0) ?? code, shifted, base, text });
}

function pressCharacter(
  field: (number | undefined)[] | undefined,
  character: Omit<Parameters<typeof toCharacterKey>[0], 'modifiers'>,
): Key | undefined {
  const modifiers = toModifiers(field);
  return modifiers && toCharacterKey({ ...character, modifiers });
}

function press(
  name: string,
  field: (number | undefined)[] | undefined,
  others: Partial<Modifiers> = {},
): NamedKey | undefined {
  const modifiers = toModifiers(field);
  return modifiers && toKey(name, { ...modifiers, ...others });
}

/** Reads `modifiers:event`. The first is one more than the sum of the bits; event 3 is a release. Undefined if the key is to be ignored. */
function toModifiers([sum = 1, event = 1]: (number | undefined)[] = []): Modifiers | undefined {
  const bits = Math.max(0, sum - 1);
  const isOfSystem = (bits & 0b111000) !== 0;
  if (event === 3 || isOfSystem) return undefined;
  return { shift: (bits & 1) !== 0, alt: (bits & 2) !== 0, ctrl: (bits & 4) !== 0 };
}

function toNumber(digits: string): number | undefined {
  return digits === '' ? undefined : Number(digits);
}
