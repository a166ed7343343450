import { describe, expect, it } from 'vitest';
import {
  createKeyMap,
  createKeyNamer,
  type KeyBinding,
  keyBindings,
} from '../../../src/repl/composer/key-bindings.ts';
import { describeKey, type NamedKey, parseKey, spellKey } from '../../../src/repl/keys/key.ts';
import { createKeyDecoder } from '../../../src/repl/keys/key-decoder.ts';

function decode(bytes: string): NamedKey {
  const keys: NamedKey[] = [];
  const decoder = createKeyDecoder({ onKey: (key) => key.type === 'key' && keys.push(key) });
  decoder.push(bytes);
  decoder.end();
  if (!keys[0]) throw new Error('no key came');
  return keys[0];
}

const commandOf = (bytes: string): string | undefined => createKeyMap().findCommand(decode(bytes));

describe('the keys of the chat', () => {
  it.each([
    ['\r', 'send'],
    ['\n', 'new-line'],
    ['\u001b\r', 'new-line'],
    ['\u001b[13;2u', 'new-line'],
    ['\u001b[27;2;13~', 'new-line'],
    ['\u001b[106;5u', 'new-line'],
    ['\u001b', 'stop'],
    ['\u0003', 'cancel'],
    ['\u0004', 'leave-or-delete'],
    ['\u007f', 'delete-back'],
    ['\b', 'delete-back'],
    ['\u001b[3~', 'delete-forward'],
    ['\u001b\u007f', 'delete-word-back'],
    ['\u001b[127;5u', 'delete-word-back'],
    ['\u001f', 'undo'],
    ['\u001b[45;5u', 'undo'],
    ['\u001b[45:95;6u', 'undo'],
    ['\u001a', 'suspend'],
    ['\u000f', 'toggle-reasoning'],
    ['\u0012', 'history-search'],
    ['\u001b[A', 'up'],
    ['\u001b[1;5C', 'word-right'],
    ['\u001bf', 'word-right'],
    ['\u001bF', 'word-right'],
    ['\u001b[99;6u', undefined],
    ['\u001b[24~', undefined],
  ])('%j means %j', (bytes, command) => {
    expect(commandOf(bytes)).toBe(command);
  });

  it('are bound once each, and every command is described', () => {
    const keys = keyBindings.flatMap((binding) => binding.keys.map((key) => spellKey(parseKey(key))));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    const commands = keyBindings.map(({ command }) => command);
    expect(new Set(commands).size).toBe(commands.length);
    expect(keyBindings.filter(({ description }) => description === '')).toEqual([]);
  });
});

describe('a table of keys', () => {
  it.each([
    ['x', 'there is no key "x"'],
    ['hyper+x', 'there is no key "hyper+x"'],
    ['constructor+f5', 'there is no key "constructor+f5"'],
    ['ctrl+', 'there is no key "ctrl+"'],
    ['f13', 'there is no key "f13"'],
  ])('that has %j is refused', (key, message) => {
    expect(() => createKeyMap([{ keys: [key], command: 'editor', description: '' }])).toThrow(
      expect.objectContaining({ code: 'config', message }),
    );
  });

  it('with one key for two commands is refused, however the key is spelled', () => {
    const bindings: KeyBinding[] = [
      { keys: ['f2'], command: 'undo', description: 'x' },
      { keys: ['F2'], command: 'redo', description: 'y' },
    ];
    expect(() => createKeyMap(bindings)).toThrow('f2 is bound to undo and to redo');
  });
});

describe('the spelling of a key', () => {
  it.each([
    ['ctrl+a', 'ctrl+a', 'Ctrl+A'],
    ['Shift+Alt+Ctrl+X', 'ctrl+alt+shift+x', 'Ctrl+Alt+Shift+X'],
    ['control+Return', 'ctrl+enter', 'Ctrl+Enter'],
    ['option+page-up', 'alt+page-up', 'Alt+Page-Up'],
    ['esc', 'escape', 'Escape'],
    ['ctrl++', 'ctrl++', 'Ctrl++'],
    ['ctrl+_', 'ctrl+_', 'Ctrl+_'],
    ['alt+é', 'alt+é', 'Alt+É'],
    ['shift+tab', 'shift+tab', 'Shift+Tab'],
    ['ctrl+space', 'ctrl+space', 'Ctrl+Space'],
  ])('%j is %j, and %j for people', (spelling, spelled, described) => {
    expect(spellKey(parseKey(spelling))).toBe(spelled);
    expect(describeKey(parseKey(spelling))).toBe(described);
  });
});

describe('a hint', () => {
  const change = (changes: Partial<Record<string, readonly string[]>>) =>
    createKeyNamer(
      keyBindings.map((binding) => ({ ...binding, keys: changes[binding.command] ?? binding.keys })),
    );

  it.each<[hint: string, changes: Partial<Record<string, readonly string[]>>, shown: string]>([
    ['Enter sends', {}, 'Enter sends'],
    ['Enter sends', { send: ['ctrl+x'], 'new-line': ['enter'] }, 'Ctrl+X sends'],
    ['Enter sends', { send: ['ctrl+x', 'enter'] }, 'Enter sends'],
    ['Ctrl+J new line', { send: ['ctrl+x'], 'new-line': ['enter'] }, 'Enter new line'],
    ['Esc stops', { stop: ['ctrl+g'] }, 'Ctrl+G stops'],
    ['Esc stops', { stop: [] }, ''],
    [
      'On an empty prompt: Enter sends the queue',
      { send: ['alt+enter'] },
      'On an empty prompt: Alt+Enter sends the queue',
    ],
    ['Ctrl+C clears it', { cancel: ['ctrl+k'] }, 'Ctrl+K clears it'],
    ['/compact makes room', { send: [] }, '/compact makes room'],
    [
      'Entering Escape, Ctrl+Japan',
      { send: ['ctrl+x'], stop: [], 'new-line': [] },
      'Entering Escape, Ctrl+Japan',
    ],
  ])('names the keys that do what it says: %s with %j', (hint, changes, shown) => {
    expect(change(changes)(hint)).toBe(shown);
  });
});
