import { type Draft, emptyDraft, expandDraft, insertPaste, insertText } from './composer/draft.ts';
import { findBinding } from './composer/key-bindings.ts';
import { reduceDraft } from './composer/reduce-draft.ts';
import type { Key } from './keys/key.ts';
import type { Dispatch, ReplState } from './state.ts';

/** What keys do besides editing. */
export type ReplActions = {
  /** Takes what was typed; false where it cannot be taken, and stays. */
  submit(text: string): void;
  /** Stops what goes on. */
  stop(): void;
  leave(): void;
  rewind(): void;
  /** Candidates for what stands before the cursor. */
  complete(direction: 1 | -1): void;
  openEditor(): void;
  walkHistory(direction: 'older' | 'newer'): void;
  searchHistory(): void;
  toggleReasoning(): void;
  redraw(): void;
  suspend(): void;
  takeBack(): void;
};

export type ControllerOptions = {
  getState: () => ReplState;
  dispatch: Dispatch;
  actions: ReplActions;
  /** Milliseconds, from any beginning. */
  now: () => number;
};

/** How soon the second of two keys must follow the first, in milliseconds. */
const leaveMs = 2_000;
const doubleEscapeMs = 600;

/** Makes actions of the keys that are pressed while no question is open. */
export function createController({
  getState,
  dispatch,
  actions,
  now,
}: ControllerOptions): (key: Key) => void {
  let leaveAskedAt = Number.NEGATIVE_INFINITY;
  let escapeAt = Number.NEGATIVE_INFINITY;

  function setDraft(draft: Draft): void {
    if (draft !== getState().draft) dispatch({ type: 'draft', draft });
  }

  function send(): void {
    const text = expandDraft(getState().draft);
    const isBlank = text.trim() === '';
    if (!isBlank) setDraft(emptyDraft);
    actions.submit(isBlank ? '' : text);
  }

  function interrupt(): void {
    const { work, draft } = getState();
    if (work) actions.stop();
    else if (draft.text !== '') setDraft(reduceDraft(draft, 'clear'));
    else if (now() - leaveAskedAt < leaveMs) actions.leave();
    else {
      leaveAskedAt = now();
      dispatch({ type: 'hint', hint: 'Ctrl+C again leaves' });
    }
  }

  function goBack(): void {
    const { work, draft, help } = getState();
    if (help) dispatch({ type: 'help', help: undefined });
    else if (work) actions.stop();
    else if (draft.text === '') {
      if (now() - escapeAt < doubleEscapeMs) actions.rewind();
      escapeAt = now();
    }
  }

  function moveUp(command: string): void {
    const { draft, queue } = getState();
    const moved = reduceDraft(draft, command);
    if (moved !== draft) setDraft(moved);
    else if (queue.length > 0 && draft.text === '') actions.takeBack();
    else actions.walkHistory('older');
  }

  function moveDown(command: string): void {
    const { draft } = getState();
    const moved = reduceDraft(draft, command);
    if (moved !== draft) setDraft(moved);
    else actions.walkHistory('newer');
  }

  const commands: Record<string, () => void> = {
    send,
    interrupt,
    escape: goBack,
    'history-search': actions.searchHistory,
    complete: () => actions.complete(1),
    'complete-back': () => actions.complete(-1),
    editor: actions.openEditor,
    'toggle-reasoning': actions.toggleReasoning,
    redraw: actions.redraw,
    suspend: actions.suspend,
  };

  return (key) => {
    const { draft } = getState();
    if (key.type === 'text') return setDraft(insertText(draft, key.text));
    if (key.type === 'paste') return setDraft(insertPaste(draft, key.text));
    if (key.type !== 'key') return;
    const command = findBinding(key)?.command;
    if (command === undefined) return;
    if (command === 'row-up') return moveUp(command);
    if (command === 'row-down') return moveDown(command);
    if (command === 'delete-forward-or-leave' && draft.text === '') return actions.leave();
    const act = commands[command];
    if (act) return act();
    setDraft(reduceDraft(draft, command));
  };
}
