import type { Draft } from './composer/draft.ts';
import { continuesMention, paste, readDraft } from './composer/pastes.ts';
import { isCommand } from './is-command.ts';
import type { Dispatch, ReplState } from './state.ts';

export type PasteActions = {
  pasteImage(): void;
  /** Attaches the image that a paste names. False if it names none. `insert` is called later if the file turns out to be no image. */
  takePastedPath(text: string, insert: () => void): boolean;
  /** Whether a paste is the paths of dropped images. */
  namesImages(text: string): boolean;
};

type PasteOptions = {
  getState: () => ReplState;
  dispatch: Dispatch;
  setDraft: (draft: Draft) => void;
  actions: PasteActions;
};

const pastedNameHint = 'A pasted @ attaches nothing; type the @ to attach the file';
const commandHint = 'In a command the path is text; dropped on an empty prompt, the image is attached';

/** What a paste does. In a prompt, an image that is dropped on the terminal is attached; in a command its path is one of the words. */
export function createPasteTaker({
  getState,
  dispatch,
  setDraft,
  actions,
}: PasteOptions): (text: string) => void {
  function insert(text: string): void {
    const { draft } = getState();
    setDraft(paste(draft, text));
    if (continuesMention(draft, text)) dispatch({ type: 'hint', hint: pastedNameHint });
    else if (
      draft.text.trimStart().startsWith('/') &&
      isCommand(readDraft(draft)) &&
      actions.namesImages(text)
    )
      dispatch({ type: 'hint', hint: commandHint });
  }

  return (text) => {
    // Terminals paste an empty text if the clipboard holds an image.
    if (text === '') actions.pasteImage();
    else if (isCommand(readDraft(getState().draft))) insert(text);
    else if (!actions.takePastedPath(text, () => insert(text))) insert(text);
  };
}
