import { type Command, gestures, type KeyBinding, keyBindings } from '../composer/key-bindings.ts';
import { describeKey, parseKey } from '../keys/key.ts';
import type { Sheet } from './sheet.ts';

/** A row of the sheet: one command, or two that are a pair, such as left and right. */
type KeyRow = { commands: readonly Command[]; label: string };

/** In the order of the sheet. The keys of each command come from the table of bindings. */
const groups: Readonly<Record<string, readonly KeyRow[]>> = {
  Prompt: [
    { commands: ['send'], label: 'send' },
    { commands: ['new-line'], label: 'new line' },
    { commands: ['stop'], label: 'stop the answer' },
    { commands: ['cancel'], label: 'stop, clear, leave' },
    { commands: ['leave-or-delete'], label: 'leave, when empty' },
    { commands: ['complete'], label: 'complete the word' },
    { commands: ['editor'], label: 'your editor' },
    { commands: ['paste-image'], label: 'paste an image' },
    { commands: ['expand-paste'], label: 'unfold a paste' },
    { commands: ['stash'], label: 'put aside, get back' },
  ],
  'Earlier prompts': [
    { commands: ['up', 'down'], label: 'rows, then prompts' },
    { commands: ['history-up', 'history-down'], label: 'prompts' },
    { commands: ['history-search'], label: 'search them' },
  ],
  Move: [
    { commands: ['left', 'right'], label: 'by a character' },
    { commands: ['word-left', 'word-right'], label: 'by a word' },
    { commands: ['line-start', 'line-end'], label: 'line start, end' },
    { commands: ['draft-start', 'draft-end'], label: 'first, last line' },
  ],
  Change: [
    { commands: ['delete-back', 'delete-forward'], label: 'delete' },
    { commands: ['delete-word-back', 'delete-word-forward'], label: 'cut a word' },
    { commands: ['delete-to-line-start', 'delete-to-line-end'], label: 'cut to line ends' },
    { commands: ['yank', 'yank-pop'], label: 'insert what was cut' },
    { commands: ['transpose'], label: 'swap characters' },
    { commands: ['undo', 'redo'], label: 'undo, redo' },
  ],
  Screen: [
    { commands: ['toggle-reasoning'], label: 'results, thinking' },
    { commands: ['redraw'], label: 'redraw' },
    { commands: ['suspend'], label: 'go to the shell' },
  ],
};

/** In vi mode, before the keys that it leaves alone. */
const viRows: readonly [string, string][] = [
  ['Esc', 'normal mode'],
  ['i, a, o', 'insert mode'],
  ['h, j, k, l', 'move'],
  ['w, b, e', 'by a word'],
  ['d, c, y, p', 'cut, change, copy, put'],
  ['v, V', 'select'],
  ['u, .', 'undo, repeat'],
  ['/', 'search earlier prompts'],
];

/** The keys in groups. A command that no group names stands at the end, with its own words. */
export function createKeySheet(
  bindings: readonly KeyBinding[] = keyBindings,
  { isVi = false }: { isVi?: boolean } = {},
): Sheet {
  const named = new Set(Object.values(groups).flatMap((rows) => rows.flatMap(({ commands }) => commands)));
  const others = bindings.filter(({ keys, command }) => keys.length > 0 && !named.has(command));
  const sheet = Object.entries(groups).map(([title, rows]) => ({
    title,
    rows: rows
      .map(({ commands, label }): [string, string] => [describeKeys(commands, bindings), label])
      .filter(([keys]) => keys !== ''),
  }));
  const signs = gestures.map(({ keys, label }): [string, string] => [keys, label]);
  const rest = others.map(({ command, description }): [string, string] => [
    describeKeys([command], bindings),
    description,
  ]);
  const vi = isVi ? [{ title: 'Vi mode', rows: viRows }] : [];
  return [...vi, ...sheet, { title: 'Signs', rows: signs }, { title: 'More', rows: rest }];
}

/** What is typed in plain lines, where the terminal edits them: no other key reaches the chat. */
export function createLineKeySheet(): Sheet {
  const signs = gestures.filter(({ isKey = false }) => !isKey);
  return [
    {
      title: 'Keys',
      rows: [
        ['Enter', 'send; alone: send what is queued'],
        ['Ctrl+C', 'stop the answer; twice: leave'],
        ['Ctrl+D', 'leave, on an empty line'],
      ],
    },
    { title: 'Signs', rows: signs.map(({ keys, label }) => [keys, label]) },
  ];
}

/** More keys of one command are listed if they fit into these cells. */
const room = 17;

/** The first key of each command; of a single command as many as there is room for. */
function describeKeys(commands: readonly Command[], bindings: readonly KeyBinding[]): string {
  const all = commands.map((command) =>
    bindings
      .filter((binding) => binding.command === command)
      .flatMap(({ keys }) => keys.map((key) => describeKey(parseKey(key)))),
  );
  const [only = []] = all;
  if (all.length > 1) return all.flatMap((keys) => keys.slice(0, 1)).join(', ');
  return only.reduce((line, key) => {
    if (line === '') return key;
    return line.length + key.length + 2 <= room ? `${line}, ${key}` : line;
  }, '');
}
