import { keyBindings } from '../composer/key-bindings.ts';
import { type Key, spellKey } from '../keys/key.ts';

/** A question whose answer is a text, mostly of one line. The keys for a new line are those of the composer. */
export type TextDialog = {
  type: 'text';
  question: string;
  /** The text so far. The cursor stands behind it. */
  text: string;
  /** Whether it is kept nowhere. */
  isSecret?: boolean | undefined;
};

/** Another state, or the end: undefined if the person left. */
type TextStep = { dialog: TextDialog } | { entered: string | undefined };

const newLine = keyBindings.find(({ command }) => command === 'new-line')?.keys ?? [];

export function stepText(dialog: TextDialog, key: Key): TextStep {
  const change = (text: string): TextStep => ({ dialog: { ...dialog, text } });
  if (key.type === 'text') return change(dialog.text + key.text);
  if (key.type === 'paste') return change(dialog.text + key.text.trimEnd());
  if (key.type !== 'key') return { dialog };
  if (newLine.includes(spellKey(key))) return change(`${dialog.text}\n`);
  switch (key.ctrl ? `ctrl+${key.name}` : key.name) {
    case 'enter':
      // An even number of backslashes is what it looks like.
      if (/(?<!\\)(?:\\\\)*\\$/.test(dialog.text)) return change(`${dialog.text.slice(0, -1)}\n`);
      return { entered: dialog.text };
    case 'escape':
    case 'ctrl+c':
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
