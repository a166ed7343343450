import { toOneLine } from '../../terminal-text.ts';
import { setText } from '../composer/draft.ts';
import type { Key } from '../keys/key.ts';
import type { Dispatch, ReplState } from '../state.ts';
import { type DialogStep, listMatches, type PickItem, stepDialog } from './dialog.ts';

/** Questions to the person. One at a time; a new one takes the place of what was asked before, which ends unanswered. */
export type Dialogs = {
  /** The item that was picked; undefined where the person left. */
  pick<T extends PickItem>(title: string, items: readonly T[], selected?: number): Promise<T | undefined>;
  /** Enter means yes, unless `byDefault` is false. Leaving means no. */
  confirm(question: string, options?: { byDefault?: boolean }): Promise<boolean>;
  /** The text that was entered; undefined where the person left. */
  text(question: string): Promise<string | undefined>;
  /** Takes a key while a dialog is open. */
  takeKey(key: Key): void;
  /** Goes on with a dialog, or ends it. */
  take(step: DialogStep): void;
};

type Answer = PickItem | boolean | string | undefined;

export function createDialogs(getState: () => ReplState, dispatch: Dispatch): Dialogs {
  let end: (answer: Answer) => void = () => {};

  function open(dialog: NonNullable<ReplState['dialog']>): Promise<Answer> {
    end(undefined);
    return new Promise((resolve) => {
      end = (answer) => {
        end = () => {};
        dispatch({ type: 'dialog', dialog: undefined });
        resolve(answer);
      };
      dispatch({ type: 'dialog', dialog });
    });
  }

  function take(step: DialogStep): void {
    if ('dialog' in step) dispatch({ type: 'dialog', dialog: step.dialog });
    else if ('picked' in step) end(step.picked);
    else end('confirmed' in step ? step.confirmed : step.entered);
  }

  return {
    take,
    async pick<T extends PickItem>(title: string, items: readonly T[], selected = 0) {
      // Names of models, files and conversations, which others gave.
      const shown = items.map((item) => ({
        ...item,
        text: toOneLine(item.text),
        description: toOneLine(item.description),
      }));
      return (await open({ type: 'pick', title, items: shown, filter: '', selected })) as T | undefined;
    },
    confirm: async (question, { byDefault = true } = {}) =>
      (await open({ type: 'confirm', question, byDefault })) === true,
    text: async (question) => (await open({ type: 'text', question, text: '' })) as string | undefined,
    takeKey(key) {
      const { dialog, draft } = getState();
      if (!dialog) return;
      const step = stepDialog(dialog, key);
      take(step);
      // Words that found nothing were a prompt, typed before the list came.
      const isLeft = 'picked' in step && step.picked === undefined;
      if (isLeft && dialog.type === 'pick' && draft.text === '' && listMatches(dialog).length === 0)
        dispatch({ type: 'draft', draft: setText(draft, dialog.filter), isPlaced: true });
    },
  };
}
