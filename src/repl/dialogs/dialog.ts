import type { Key, NamedKey } from '../keys/key.ts';

export type PickItem = {
  /** The text that is shown first, and that the filter finds. */
  text: string;
  description: string;
  /** Painted lines that show an example while the item is selected. */
  sample?: readonly string[];
};

/** A question. It takes the keys until it is answered. */
export type Dialog = PickDialog | ConfirmDialog | TextDialog;

export type PickDialog = {
  type: 'pick';
  title: string;
  items: readonly PickItem[];
  /** What other keys do with the selected item. */
  acts?: readonly PickAct[];
  /** What Enter does: `picks`, if nothing else is said. */
  enter?: string;
  filter: string;
  /** An index among the items that match the filter. */
  selected: number;
};

/** `keys` are names such as `shift+up`. `label` says at the list what they do. */
export type PickAct = { name: string; keys: readonly string[]; label?: string };

/** What the keys do in a list. */
export function describePickKeys({ acts = [], enter = 'picks' }: PickDialog): string {
  return [`Enter ${enter}`, ...acts.flatMap(({ label }) => label ?? []), 'Esc leaves'].join(' · ');
}

/** `byDefault` is what Enter means. `isSeen` is set after a moment: keys that came before were meant for something else. */
export type ConfirmDialog = { type: 'confirm'; question: string; byDefault: boolean; isSeen?: boolean };

/** A waiting question in one line. */
export function describeWaitingDialog(dialog: Dialog): string {
  return `${dialog.type === 'pick' ? dialog.title : dialog.question} · Tab answers, Esc leaves it`;
}

/** The items whose text and description contain all words of the filter. */
export function listMatches({ items, filter }: PickDialog): readonly PickItem[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items.filter(({ text, description }) => {
    const searched = `${text} ${description}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
}

/** What a key does to a question: another state, or its end. */
export type DialogStep =
  | { dialog: Dialog }
  | { picked: PickItem | undefined; act?: string }
  | { confirmed: boolean }
  | { entered: string | undefined };

export function stepDialog(dialog: Dialog, key: Key): DialogStep {
  switch (dialog.type) {
    case 'pick':
      return stepPick(dialog, key);
    case 'confirm':
      return stepConfirm(dialog, key);
    case 'text':
      return stepText(dialog, key);
    default:
      return dialog satisfies never;
  }
}

function stepPick(dialog: PickDialog, key: Key): DialogStep {
  const matches = listMatches(dialog);
  const select = (index: number): DialogStep => ({
    dialog: { ...dialog, selected: Math.min(Math.max(0, index), Math.max(0, matches.length - 1)) },
  });
  const search = (filter: string): DialogStep => ({ dialog: { ...dialog, filter, selected: 0 } });
  if (key.type === 'text' || key.type === 'paste')
    return search(dialog.filter + key.text.replaceAll('\n', ' '));
  if (key.type !== 'key') return { dialog };
  const act = dialog.acts?.find(({ keys }) => keys.includes(toName(key)));
  if (act) return matches.length === 0 ? { dialog } : { picked: matches[dialog.selected], act: act.name };
  switch (key.ctrl ? `ctrl+${key.name}` : key.name) {
    case 'enter':
    case 'tab':
      // Text that was typed ahead does not answer a later question.
      return matches.length === 0 ? { dialog } : { picked: matches[dialog.selected] };
    case 'escape':
    case 'ctrl+c':
    case 'ctrl+g':
      return { picked: undefined };
    case 'up':
    case 'ctrl+p':
      return select(dialog.selected - 1);
    case 'down':
    case 'ctrl+n':
      return select(dialog.selected + 1);
    case 'page-up':
      return select(dialog.selected - 10);
    case 'page-down':
      return select(dialog.selected + 10);
    case 'home':
      return select(0);
    case 'end':
      return select(matches.length - 1);
    case 'backspace':
      return search(dialog.filter.slice(0, -1));
    case 'ctrl+u':
      return search('');
    default:
      return { dialog };
  }
}

function toName({ name, ctrl, alt, shift }: NamedKey): string {
  return `${ctrl ? 'ctrl+' : ''}${alt ? 'alt+' : ''}${shift ? 'shift+' : ''}${name}`;
}

function stepConfirm(dialog: ConfirmDialog, key: Key): DialogStep {
  if (key.type === 'text') {
    const word = key.text.trim().toLowerCase();
    if (word === 'y' || word === 'yes') return { confirmed: true };
    if (word === 'n' || word === 'no') return { confirmed: false };
    return { dialog };
  }
  if (key.type !== 'key') return { dialog };
  if (key.name === 'enter') return { confirmed: dialog.byDefault };
  if (key.name === 'escape' || (key.ctrl && key.name === 'c')) return { confirmed: false };
  return { dialog };
}

/** A question whose answer is a line of text. */
type TextDialog = {
  type: 'text';
  question: string;
  /** The text so far. The cursor stands behind it. */
  text: string;
};

/** Another state, or the end: undefined if the person left. */
type TextStep = { dialog: TextDialog } | { entered: string | undefined };

export function stepText(dialog: TextDialog, key: Key): TextStep {
  const change = (text: string): TextStep => ({ dialog: { ...dialog, text } });
  if (key.type === 'text') return change(dialog.text + key.text);
  if (key.type === 'paste') return change(dialog.text + key.text.trimEnd());
  if (key.type !== 'key') return { dialog };
  switch (key.ctrl ? `ctrl+${key.name}` : key.name) {
    case 'enter':
      return { entered: dialog.text };
    case 'escape':
    case 'ctrl+c':
    case 'ctrl+g':
      return { entered: undefined };
    case 'backspace':
    case 'ctrl+h':
      return change(Array.from(dialog.text).slice(0, -1).join(''));
    case 'ctrl+w':
      return change(dialog.text.replace(/\S*\s*$/, ''));
    case 'ctrl+u':
      return change('');
    default:
      return { dialog };
  }
}
