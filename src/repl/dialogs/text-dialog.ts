import type { Key } from '../keys/key.ts';

/** A question whose answer is a line of text. */
export type TextDialog = {
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
