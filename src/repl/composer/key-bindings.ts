import { CliError } from '../../errors.ts';
import { describeKey, type NamedKey, parseKey, spellKey } from '../keys/key.ts';
import type { EditingCommand } from './edit-draft.ts';

/** What a key does: it edits the draft, or does something else. */
export type Command =
  | EditingCommand
  | 'send'
  | 'stop'
  | 'cancel'
  | 'leave-or-delete'
  | 'history-up'
  | 'history-down'
  | 'history-search'
  | 'complete'
  | 'editor'
  | 'paste-image'
  | 'stash'
  | 'toggle-reasoning'
  | 'redraw'
  | 'suspend';

export type KeyBinding = {
  /** Spelled as `parseKey` reads them. */
  keys: readonly string[];
  command: Command;
  /** Shown in the list of keys. */
  description: string;
};

/**
 * The keys of the chat. Most are those of readline, which people know from their shell. Undo has three keys because some terminals send
 * Ctrl+_, Ctrl+/ and Ctrl+- as one, and others as three.
 */
export const keyBindings: readonly KeyBinding[] = [
  { keys: ['enter'], command: 'send', description: 'Send the prompt' },
  {
    // The status names the first one, which every terminal can send.
    keys: ['ctrl+j', 'alt+enter', 'shift+enter', 'ctrl+enter', 'ctrl+alt+j'],
    command: 'new-line',
    description: 'Begin a new line',
  },
  { keys: ['escape'], command: 'stop', description: 'Stop the answer' },
  {
    keys: ['ctrl+c'],
    command: 'cancel',
    description: 'Clear the prompt (Up brings it back), or stop the answer; twice: leave the chat',
  },
  {
    keys: ['ctrl+d'],
    command: 'leave-or-delete',
    description: 'Leave the chat if the prompt is empty, or delete the next character',
  },
  { keys: ['tab'], command: 'complete', description: 'Complete the word' },
  { keys: ['ctrl+s'], command: 'stash', description: 'Put the prompt aside, or bring it back' },
  { keys: ['ctrl+g'], command: 'editor', description: 'Edit the prompt in your editor' },
  { keys: ['ctrl+v'], command: 'paste-image', description: 'Paste an image' },
  { keys: ['alt+v'], command: 'expand-paste', description: 'Unfold the pasted text nearest to the cursor' },

  {
    keys: ['up'],
    command: 'up',
    description: 'Up a row, or to the previous prompt; on an empty prompt, take back the last queued one',
  },
  { keys: ['down'], command: 'down', description: 'Down a row, or to the next prompt' },
  { keys: ['ctrl+p'], command: 'history-up', description: 'The previous prompt, skipping queued ones' },
  { keys: ['ctrl+n'], command: 'history-down', description: 'The next prompt' },
  {
    keys: ['ctrl+r'],
    command: 'history-search',
    description: 'Search your earlier prompts; again: an older match',
  },

  { keys: ['left', 'ctrl+b'], command: 'left', description: 'Left' },
  { keys: ['right', 'ctrl+f'], command: 'right', description: 'Right' },
  { keys: ['alt+b', 'ctrl+left', 'alt+left'], command: 'word-left', description: 'Left by a word' },
  { keys: ['alt+f', 'ctrl+right', 'alt+right'], command: 'word-right', description: 'Right by a word' },
  { keys: ['ctrl+a', 'home'], command: 'line-start', description: 'To the start of the line' },
  { keys: ['ctrl+e', 'end'], command: 'line-end', description: 'To the end of the line' },
  { keys: ['alt+<', 'ctrl+home'], command: 'draft-start', description: 'To the start of the prompt' },
  { keys: ['alt+>', 'ctrl+end'], command: 'draft-end', description: 'To the end of the prompt' },

  {
    keys: ['backspace', 'ctrl+h', 'shift+backspace'],
    command: 'delete-back',
    description: 'Delete the previous character; at the start, drop the last attachment',
  },
  { keys: ['delete'], command: 'delete-forward', description: 'Delete the next character' },
  {
    keys: ['ctrl+w', 'alt+backspace', 'ctrl+backspace'],
    command: 'delete-word-back',
    description: 'Cut the previous word',
  },
  {
    keys: ['alt+d', 'alt+delete', 'ctrl+delete'],
    command: 'delete-word-forward',
    description: 'Cut the next word',
  },
  { keys: ['ctrl+u'], command: 'delete-to-line-start', description: 'Cut to the start of the line' },
  { keys: ['ctrl+k'], command: 'delete-to-line-end', description: 'Cut to the end of the line' },
  { keys: ['ctrl+y'], command: 'yank', description: 'Insert what was cut' },
  { keys: ['alt+y'], command: 'yank-pop', description: 'After that: replace it with an earlier cut' },
  { keys: ['ctrl+t'], command: 'transpose', description: 'Swap two characters' },
  { keys: ['ctrl+_', 'ctrl+/', 'ctrl+-'], command: 'undo', description: 'Undo' },
  { keys: ['alt+e', 'ctrl+shift+z'], command: 'redo', description: 'Redo' },
  { keys: [], command: 'clear', description: 'Clear the prompt' },

  {
    keys: ['ctrl+o'],
    command: 'toggle-reasoning',
    description: 'Open the newest result of a tool, or show or hide the thinking',
  },
  { keys: ['ctrl+l'], command: 'redraw', description: 'Redraw the screen' },
  { keys: ['ctrl+z'], command: 'suspend', description: 'Go to the shell; type fg to return' },
];

/** Sequences of keys, and characters that mean something in a certain place. They are listed with the keys. */
export const gestures: readonly { keys: string; label: string; description: string; isKey?: boolean }[] = [
  { keys: '\\ Enter', label: 'new line', description: 'Begin a new line' },
  {
    keys: 'Esc Esc',
    label: 'edit earlier prompt',
    description: 'On an empty prompt: edit an earlier one',
    isKey: true,
  },
  { keys: '/', label: 'a command', description: 'At the start: a command' },
  { keys: '@', label: 'attach a file', description: 'Attach a file' },
  { keys: '!', label: 'a shell command', description: 'At the start: a shell command' },
  { keys: '?', label: 'this list', description: 'On an empty prompt: show the keys' },
];

/** Hints speak of the built-in keys, by these names. */
const namedInHints: Readonly<Record<string, Command>> = {
  Enter: 'send',
  Esc: 'stop',
  'Ctrl+J': 'new-line',
  'Ctrl+C': 'cancel',
  'Ctrl+S': 'stash',
  Tab: 'complete',
};

/** Gives a hint with the keys that by these bindings do what it says. Empty if no key does. */
export function createKeyNamer(bindings: readonly KeyBinding[]): (hint: string) => string {
  const listKeys = (from: readonly KeyBinding[], command: Command): readonly string[] =>
    from.find((binding) => binding.command === command)?.keys ?? [];

  function toName(name: string): string | undefined {
    const command = namedInHints[name];
    if (command === undefined) return name;
    const [usual = ''] = listKeys(keyBindings, command);
    const keys = listKeys(bindings, command);
    const [first] = keys;
    if (keys.includes(usual)) return name;
    return first === undefined ? undefined : describeKey(parseKey(first));
  }

  return (hint) => {
    let isDone = true;
    const named = hint.replace(/(?<![\w+])(?:Enter|Esc|Tab|Ctrl\+[JCS])(?![\w+])/g, (name) => {
      const own = toName(name);
      isDone &&= own !== undefined;
      return own ?? name;
    });
    return isDone ? named : '';
  };
}

/** What the keys do. */
type KeyMap = { findCommand(key: NamedKey): Command | undefined };

/** Throws CliError `config` if two commands have the same key, or a key does not exist. */
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
      // With Caps Lock, older terminals send Alt+B for Alt+b. Ctrl+Shift is always intended.
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
