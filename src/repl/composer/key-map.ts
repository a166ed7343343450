import { CliError } from '../../errors.ts';
import type { NamedKey } from '../keys/key.ts';
import { parseKey, spellKey } from '../keys/key-spelling.ts';
import { type Command, type KeyBinding, keyBindings } from './key-bindings.ts';

/** What the keys do. */
export type KeyMap = { findCommand(key: NamedKey): Command | undefined };

/** Throws CliError `config` where two commands have the same key, or a key does not exist. */
export function createKeyMap(bindings: readonly KeyBinding[] = keyBindings): KeyMap {
  const commands = new Map<string, Command>();
  for (const { keys, command } of bindings) {
    for (const key of keys.map(toSpelling)) {
      const other = commands.get(key);
      if (other !== undefined && other !== command) throwConflict(key, other, command);
      commands.set(key, command);
    }
  }
  return {
    findCommand(key) {
      const found = commands.get(spellKey(key));
      // With Caps Lock, older terminals send Alt+B for Alt+b. Ctrl+Shift is never meant by accident.
      if (found !== undefined || !key.shift || !key.alt || key.ctrl) return found;
      return commands.get(spellKey({ ...key, shift: false }));
    },
  };
}

/** Two spellings of one key are the same. */
function toSpelling(key: string): string {
  return spellKey(parseKey(key));
}

function throwConflict(key: string, first: string, second: string): never {
  throw new CliError('config', `${key} is bound to ${first} and to ${second}`, {
    hint: 'Give it to one of them.',
  });
}
