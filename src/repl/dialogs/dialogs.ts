import { untilAborted } from '../../pause.ts';
import { joinTexts, type PromptText, toData, toTyped } from '../../prompt-text.ts';
import { setText } from '../composer/draft.ts';
import { readDraft, setPrompt } from '../composer/pastes.ts';
import { type Key, spellKey } from '../keys/key.ts';
import { type Dispatch, isEscapeForDraft, isSearching, type ReplState } from '../state.ts';
import { type ApprovalDialog, type Decision, noteSeen, stepApproval } from './approval.ts';
import {
  type ConfirmDialog,
  cleanItems,
  createCountdown,
  type Dialog,
  type DialogStep,
  exchangedMs,
  isAnswer,
  isForDraft,
  isLeaving,
  listMatches,
  needsSeeing,
  type PickDialog,
  type PickItem,
  resizedMs,
  seenMs,
  stepDialog,
  toEntered,
  toUnread,
  toWaiting,
} from './dialog.ts';
import type { ApprovalView, Asked, Picked, PickOptions, TextOptions, Visit } from './dialog-options.ts';
import type { TextDialog } from './text-dialog.ts';

/** Questions to the person, one at a time. A new question ends the one before it, without an answer. */
export type Dialogs = {
  /** The item that was picked. Undefined if the person left. The current item is selected first, if `selected` names no other. */
  pick<T extends PickItem>(
    title: string,
    items: readonly T[],
    selected?: number,
    options?: Pick<PickOptions, 'columns' | 'signal' | 'visit'>,
  ): Promise<T | undefined>;
  /** The same for a list with further keys, such as Tab or Delete. `act` names the key's act; undefined for Enter. */
  pickAct<T extends PickItem>(
    title: string,
    items: readonly T[],
    options: PickOptions,
  ): Promise<Picked<T> | undefined>;
  /** Enter means yes, unless `byDefault` is false. Leaving the question means no. */
  confirm(question: string, options?: { byDefault?: boolean }): Promise<boolean>;
  /** The text that was entered, which may begin with one. Undefined if the person left. `onChange` gets what stands there after each key. */
  text(question: string, options?: TextOptions): Promise<string | undefined>;
  /**
   * What was decided about a call. Undefined if the person stops, or the signal does. It is asked when no text is being typed for another
   * question. With `waits`, it covers no other of its kind: whoever can open and close it at will must not choose when another comes back
   * under the hands of the person.
   */
  approve(
    dialog: ApprovalDialog,
    signal: AbortSignal,
    options?: { waits?: boolean } & Pick<Asked, 'visit'>,
  ): Promise<Decision | undefined>;
  /** False if the key is for no question. A waiting question takes only Tab, which opens it, and an Esc that ends nothing in the composer, which leaves it. */
  takeKey(key: Key): boolean;
  /** Nobody types any more: a question of yes or no, or about a call, comes back. */
  draftEmptied(): void;
  /** Changes the open question, or ends it. */
  take(step: DialogStep): void;
  /** The screen has another size: what it shows of the question is read from now on. */
  resized(): void;
  /** A program gets the terminal. Call the result when it is back: a question that came meanwhile is read from then on. */
  lent(): () => void;
  /** Ends the open question without an answer. Later ones end at once: nobody is there to answer. */
  close(): void;
  readonly isClosed: boolean;
};

type Answer = Picked<PickItem> | Decision | boolean | string | undefined;

export function createDialogs(
  getState: () => ReplState,
  dispatch: Dispatch,
  approvals: ApprovalView,
): Dialogs {
  let end: (answer: Answer) => void = () => {};
  const seeing = createCountdown();
  let isClosed = false;
  /** The visit of the question that was answered last, until a key goes to the composer. */
  let visiting: Visit | undefined;
  /** Of the open question for a text. */
  let onText: (text: string) => void = () => {};
  /** Runs while a question that was taken back may still be answered by a person who has not noticed. */
  const takenBack = createCountdown();
  /** Runs until the person has noticed that the open or waiting question stands in the place of another. */
  const noticing = createCountdown();
  const decisions = new Set<Promise<unknown>>();
  const texts = new Set<Promise<unknown>>();
  /** The run that waits for an answer. */
  const runs = new WeakMap<typeof end, AbortSignal>();

  function see({ type }: ConfirmDialog | ApprovalDialog, afterMs = seenMs): void {
    seeing.begin(afterMs, () => {
      // Keys may have changed it meanwhile. Another question would have begun this anew.
      const { dialog: open } = getState();
      if (!needsSeeing(open) || open.type !== type) return;
      const shown = open.type === 'approval' ? noteSeen(open, approvals.measure(open)) : open;
      dispatch({ type: 'dialog-seen', dialog: open, shown });
    });
  }

  /** Keys that are typed into a draft must not answer a question that nobody has read. */
  function show(dialog: Dialog, afterMs: number, { isVisited } = { isVisited: false }): void {
    const state = getState();
    const isTyping = isSearching(state) || (state.draft.text !== '' && !state.isPlaced);
    dispatch({ type: 'dialog', dialog, waits: isTyping && !isVisited });
    if (needsSeeing(dialog)) see(dialog, afterMs);
    if (afterMs === exchangedMs) noticing.begin(exchangedMs);
    else noticing.stop();
  }

  const soonest = (): number => (noticing.isRunning ? exchangedMs : seenMs);

  function open(dialog: Dialog, visit?: Visit): Promise<Answer> {
    const { dialog: shown = getState().waitingDialog } = getState();
    // A run waits for this answer; a list of a command that is typed meanwhile does not end it.
    const interrupted = shown?.type === 'approval' ? { dialog: shown, end } : undefined;
    if (!interrupted) {
      keepFilter(getState().dialog);
      end(undefined);
    }
    if (isClosed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      end = (answer) => {
        visiting = answer === undefined ? undefined : visit;
        end = interrupted?.end ?? (() => {});
        // It is a new question to whoever answered the one before it.
        if (interrupted && !runs.get(end)?.aborted)
          show(toUnread(interrupted.dialog), takenBack.isRunning ? exchangedMs : seenMs);
        else if (interrupted) end(undefined);
        else dispatch({ type: 'dialog', dialog: undefined });
        resolve(answer);
      };
      // Keys may be under way that were meant for a list, a field or another question.
      const isVisited = visit !== undefined && visit === visiting;
      show(dialog, shown || takenBack.isRunning ? exchangedMs : seenMs, { isVisited });
    });
  }

  /** Opens a dialog, which the signal closes, too. */
  async function openUntil(dialog: Dialog, { signal, visit }: Asked): Promise<Answer> {
    if (!signal) return open(dialog, visit);
    if (signal.aborted) return undefined;
    const answer = open(dialog, visit);
    const own = end;
    runs.set(own, signal);
    // Another question may stand in front of this one; it ends when that does.
    const stop = (): void => {
      if (end !== own) return;
      const { dialog: left } = getState();
      takenBack.begin(exchangedMs);
      own(undefined);
      keepTyped(left);
      if (left?.type === 'text' && left.text !== '' && !isClosed) void closeByHand(left);
    };
    signal.addEventListener('abort', stop);
    try {
      return await answer;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Whoever types an answer does not see at once that nobody asks any more, and the Enter behind it must not send half of it as a prompt. */
  async function closeByHand({ text, isSecret }: TextDialog): Promise<void> {
    let typed = text;
    const what = isSecret ? 'drops this' : 'puts this into the prompt';
    const question = `Nobody asks any more; Enter or Esc ${what}:`;
    const onChange = (changed: string): void => {
      typed = changed;
    };
    const ended = openText({ type: 'text', question, text, isSecret }, { onChange });
    // The hands are at this question, and not at the draft behind it.
    const { waitingDialog } = getState();
    if (waitingDialog) turnTo(waitingDialog);
    await ended;
    if (isSecret) return;
    addToDraft(toData(typed));
  }

  /** Nobody asks for it any more. */
  function keepReason(left: Dialog | undefined): void {
    const reason = left?.type === 'approval' ? (left.typed?.reason ?? left.left) : '';
    if (reason !== '') addToDraft(toData(reason), { isPlaced: false });
  }

  /** A filter that matches nothing was a prompt, typed before the list came. */
  function keepFilter(left: Dialog | undefined): void {
    if (left?.type !== 'pick' || left.filter.trim() === '' || listMatches(left).length > 0) return;
    addToDraft(left.entered ?? toTyped(left.filter));
  }

  function keepTyped(left: Dialog | undefined): void {
    keepReason(left);
    keepFilter(left);
  }

  function addToDraft(said: PromptText, { isPlaced } = { isPlaced: true }): void {
    const { draft } = getState();
    const whole = draft.text === '' ? said : joinTexts([readDraft(draft), said], '\n');
    dispatch({ type: 'draft', draft: setPrompt(draft, whole), isPlaced });
  }

  async function openText(
    dialog: Dialog,
    { onChange = () => {}, ...options }: TextOptions,
  ): Promise<string | undefined> {
    const answer = openUntil(dialog, options);
    texts.add(answer);
    onText = onChange;
    const entered = await answer;
    texts.delete(answer);
    if (onText === onChange) onText = () => {};
    return entered as string | undefined;
  }

  async function openPick<T extends PickItem>(
    title: string,
    items: readonly T[],
    { selected, signal, visit = title, ...options }: PickOptions,
  ): Promise<Picked<T> | undefined> {
    const shown = cleanItems(items);
    const given = new Map<PickItem, T>(items.map((item, index) => [shown[index] as PickItem, item]));
    const current = shown.findIndex(({ isCurrent }) => isCurrent);
    const dialog: PickDialog = {
      type: 'pick',
      title,
      items: shown,
      ...options,
      filter: '',
      selected: selected ?? Math.max(0, current),
    };
    const picked = (await openUntil(dialog, { signal, visit })) as Picked<T> | undefined;
    // The caller gets its own item back, unless its option was changed.
    return picked && { ...picked, item: given.get(picked.item) ?? picked.item };
  }

  /** A person who turns to a question of yes or no has read it. One about a call may be longer. */
  function turnTo(dialog: Dialog): void {
    const isRead = dialog.type === 'confirm' && !noticing.isRunning;
    dispatch({ type: 'dialog', dialog: isRead ? { ...dialog, isSeen: true } : dialog });
    if (needsSeeing(dialog) && !isRead) see(dialog, soonest());
  }

  /** Whoever leaves a question stops, and what waits may depend on its answer. */
  function holdWaiting(): void {
    if (getState().queue.length > 0) dispatch({ type: 'held', isHeld: true });
  }

  function take(step: DialogStep): void {
    if ('dialog' in step) {
      if (step.dialog.type === 'text') onText(step.dialog.text);
      dispatch({ type: 'dialog', dialog: step.dialog });
    } else if ('picked' in step) end(step.picked && { item: step.picked, act: step.act });
    else if ('decided' in step) {
      if (!step.decided?.reason) keepReason(getState().dialog);
      end(step.decided);
    } else end('confirmed' in step ? step.confirmed : step.entered);
  }

  /** The question waits, and what was typed for it is in the draft, too, unless it was entered before. */
  function putAside(dialog: ConfirmDialog | ApprovalDialog): void {
    const { draft } = getState();
    const { left, typed } = toWaiting(dialog);
    dispatch({ type: 'dialog', dialog: left, waits: true });
    if (typed !== '') dispatch({ type: 'draft', draft: setText(draft, draft.text + typed) });
  }

  /** An answer that came before the question was read needs one more Enter. It was not meant as a prompt. */
  function takeUp(waiting: ConfirmDialog | ApprovalDialog): void {
    const { draft } = getState();
    const dialog = toEntered(waiting, draft.text.trim());
    dispatch({ type: 'dialog', dialog });
    see(dialog, soonest());
    dispatch({ type: 'draft', draft: setText(draft, '') });
  }

  function takeApprovalKey(dialog: ApprovalDialog, key: Key, isFresh: boolean): boolean {
    // Ctrl+D leaves the chat, and that is a no, unless there is a draft.
    if (key.type === 'key' && key.ctrl && key.name === 'd') return getState().draft.text !== '';
    const step = stepApproval(dialog, key, approvals.measure(dialog));
    if (isFresh && !('decided' in step)) return true;
    if ('decided' in step && step.decided === undefined) holdWaiting();
    take(step);
    if ('opens' in step && step.opens) approvals.open(dialog);
    return true;
  }

  return {
    take,
    resized() {
      const { dialog } = getState();
      if (dialog?.type === 'approval' && dialog.isSeen) see(dialog, resizedMs);
    },
    lent() {
      const own = end;
      const { dialog: open } = getState();
      const isUnread = noticing.isRunning || (needsSeeing(open) && !open.isSeen);
      return () => {
        if (end === own && !isUnread) return;
        noticing.begin(exchangedMs);
        const { dialog } = getState();
        if (needsSeeing(dialog)) show(toUnread(dialog), exchangedMs);
      };
    },
    draftEmptied() {
      const { waitingDialog } = getState();
      if (needsSeeing(waitingDialog)) takeUp(waitingDialog);
    },
    get isClosed() {
      return isClosed;
    },
    close() {
      isClosed = true;
      while (getState().dialog ?? getState().waitingDialog) {
        keepTyped(getState().dialog);
        end(undefined);
      }
    },
    pick: async (title, items, selected, options) =>
      (await openPick(title, items, { ...options, selected }))?.item,
    pickAct: openPick,
    confirm: async (question, { byDefault = true } = {}) =>
      (await open({ type: 'confirm', question, byDefault })) === true,
    text: (question, { text = '', isSecret, ...options } = {}) =>
      openText({ type: 'text', question, text, isSecret }, options),
    async approve(dialog, signal, { waits, visit } = {}) {
      const listBefore = (): Promise<unknown>[] => [...texts, ...(waits ? decisions : [])];
      while (listBefore().length > 0 && !signal.aborted)
        await untilAborted(Promise.race(listBefore()), signal).catch(() => {});
      const decided = openUntil(dialog, { signal, visit });
      decisions.add(decided);
      try {
        return (await decided) as Decision | undefined;
      } finally {
        decisions.delete(decided);
      }
    },
    takeKey(key) {
      const { dialog, waitingDialog, draft, help } = getState();
      if (waitingDialog) {
        // What the search takes from it is a prompt.
        if (isSearching(getState())) return false;
        // Tab completes a word of the draft while its list is open.
        if (key.type === 'key' && key.name === 'tab' && help?.type === 'completion') return false;
        if (key.type !== 'key') return false;
        if (spellKey(key) === 'enter' && needsSeeing(waitingDialog) && isAnswer(waitingDialog, draft.text)) {
          takeUp(waitingDialog);
          return true;
        }
        if (key.name !== 'tab' && key.name !== 'escape') return false;
        if (key.name === 'escape' && isEscapeForDraft(getState())) return false;
        if (key.name === 'tab') turnTo(waitingDialog);
        else {
          // A no is an answer, and what waits behind it was sent while it was asked.
          if (waitingDialog.type !== 'confirm') holdWaiting();
          end(undefined);
        }
        return true;
      }
      if (!dialog) {
        visiting = undefined;
        return false;
      }
      const isFresh = needsSeeing(dialog) && !dialog.isSeen;
      // This Enter came too soon to be an answer.
      if (isFresh && key.type === 'key' && key.name === 'enter') return true;
      if (needsSeeing(dialog) && (isForDraft(dialog, key) || (isFresh && key.type === 'text'))) {
        putAside(dialog);
        return false;
      }
      if (dialog.type === 'approval') return takeApprovalKey(dialog, key, isFresh);
      const step = stepDialog(dialog, key);
      // Closing /queue does not hold the queue.
      if (isLeaving(step, key) && !(dialog.type === 'pick' && dialog.acts)) holdWaiting();
      take(step);
      if ('picked' in step && step.picked === undefined) keepFilter(dialog);
      return true;
    },
  };
}
