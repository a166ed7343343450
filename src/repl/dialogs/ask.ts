import type { Key } from '../keys/key.ts';
import type { Dispatch, ReplState } from '../state.ts';
import { type DialogStep, type PickItem, stepDialog } from './dialog.ts';

/** Questions to the person. One at a time; a new one takes the place of what was asked before, which ends unanswered. */
export type Dialogs = {
  /** The item that was picked; undefined where the person left. */
  pick<T extends PickItem>(title: string, items: readonly T[], selected?: number): Promise<T | undefined>;
  confirm(question: string): Promise<boolean>;
  /** Takes a key while a dialog is open. */
  takeKey(key: Key): void;
  /** Goes on with a dialog, or ends it. */
  take(step: DialogStep): void;
};

export function createDialogs(getState: () => ReplState, dispatch: Dispatch): Dialogs {
  let end: (answer: PickItem | boolean | undefined) => void = () => {};

  function open(dialog: NonNullable<ReplState['dialog']>): Promise<PickItem | boolean | undefined> {
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
    else end('picked' in step ? step.picked : step.confirmed);
  }

  return {
    take,
    async pick<T extends PickItem>(title: string, items: readonly T[], selected = 0) {
      return (await open({ type: 'pick', title, items, filter: '', selected })) as T | undefined;
    },
    confirm: async (question) => (await open({ type: 'confirm', question })) === true,
    takeKey(key) {
      const { dialog } = getState();
      if (dialog) take(stepDialog(dialog, key));
    },
  };
}
