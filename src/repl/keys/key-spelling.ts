import { CliError } from '../../errors.ts';
import { keyNames, type NamedKey, toKey } from './key.ts';

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
 * The key of a spelling such as `ctrl+alt+x` or `Shift+Enter`. Throws CliError `config` where it is none, and for a character without Ctrl or
 * Alt, which is text.
 */
export function parseKey(spelling: string): NamedKey {
  // The plus sign itself may be the key.
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

/** For people: `Ctrl+Alt+X`. */
export function describeKey(key: NamedKey): string {
  const parts = [key.ctrl && 'Ctrl', key.alt && 'Alt', key.shift && 'Shift', capitalise(key.name)];
  return parts.filter(Boolean).join('+');
}

function capitalise(name: string): string {
  return name.replace(/(?:^|-)\p{Ll}/gu, (start) => start.toUpperCase());
}
