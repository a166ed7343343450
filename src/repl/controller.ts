import { describeCount } from '../describe-count.ts';
import { type PromptText, toTyped } from '../prompt-text.ts';
import type { Completer, Step } from './completion/completer.ts';
import { type Draft, startNextDraft } from './composer/draft.ts';
import {
  continueLine,
  continuesLine,
  type EditingCommand,
  insert,
  insertPiece,
  isEditingCommand,
  reduceDraft,
} from './composer/edit-draft.ts';
import { withPieces } from './composer/history.ts';
import { type Command, createKeyMap, type KeyBinding } from './composer/key-bindings.ts';
import type { RowOptions } from './composer/layout-draft.ts';
import { hidesPaste, readDraft } from './composer/pastes.ts';
import type { ViKeys } from './composer/vi/vi-keys.ts';
import { isCommand } from './is-command.ts';
import type { Key } from './keys/key.ts';
import type { Dispatch, ReplState } from './state.ts';
import { createPasteTaker, type PasteActions } from './take-paste.ts';
import { isWordCommand } from './word-commands.ts';

/** What keys do, apart from editing. */
type ReplActions = PasteActions & {
  /** Takes the prompt that was typed. An empty one sends the prompts that wait. */
  submit(prompt: PromptText, options?: { isReturned: boolean }): void;
  /** Stops the current work. */
  stop(): void;
  leave(): void;
  rewind(): void;
  openEditor(): void;
  walkHistory(step: -1 | 1): void;
  searchHistory(): void;
  /** What the person should hear before this is sent. */
  findDoubt(prompt: PromptText): string | undefined;
  dropAttachments(): void;
  cancelRevision(): void;
  /** Ends the walk through the history: the prompt that it showed was cleared. */
  leaveHistory(): void;
  /** Whether a prompt or a command with these words was entered in this chat. */
  hasEntered(text: string): boolean;
  /** Makes the draft the newest prompt of the history, before it is cleared; with what is attached, if that came with it. */
  keepCleared(options: { withAttachments: boolean }): void;
  /** Puts the draft aside; on an empty one, brings back what was put aside. */
  stash(): void;
  /** Drops the last attachment. */
  detachLast(): void;
  /** False if there was nothing to open. */
  toggleReasoning(): boolean;
  redraw(): void;
  suspend(): void;
  /** Puts the last waiting prompt back into the composer. */
  takeBack(): void;
  /** The person took out all that was typed. */
  emptied(): void;
};

type ControllerOptions = {
  completer: Completer;
  getState: () => ReplState;
  dispatch: Dispatch;
  actions: ReplActions;
  /** The current width of the draft's rows. */
  rows: () => RowOptions;
  /** In milliseconds, from any starting point. */
  now: () => number;
  /** Vi mode, if it is on. It gets the keys first. */
  vi: () => ViKeys | undefined;
  keyBindings: readonly KeyBinding[];
};

/** What vi mode does through the controller. */
export type Controller = {
  take(key: Key): void;
  /** Takes a key that is for the program and the screen, whatever is asked. False if it is for something else. */
  takeForProgram(key: Key): boolean;
  setDraft(draft: Draft): void;
  type(text: string): void;
  up(): void;
  down(): void;
  escape(): void;
};

/** Time allowed between the first and the second key of a pair, in milliseconds. */
const leaveMs = 2_000;
const doubleEscapeMs = 600;

/** Whether a text that begins like a command may become one: no name of a command has a dot, but behind a colon, or a slash. */
function mayBeCommand(text: string): boolean {
  return !/^\/[^\s:]*[./\\~]/.test(text);
}

function describeLeaving({ queue, stash }: ReplState): string {
  const waiting = queue.length + (stash ? 1 : 0);
  return `Ctrl+C again leaves${waiting === 0 ? '' : `; ${describeCount(waiting, 'prompt')} not sent`}`;
}

function describeNothingToOpen({ waitingDialog, work }: ReplState): string {
  if (waitingDialog) return 'Tab turns to the question, which opens there';
  return work ? 'There is nothing to open yet' : 'The last answer has nothing more to open';
}

const attachedHint = 'What is attached goes with your next prompt';

const escapeHint = 'Ctrl+C clears the prompt; Esc Esc then edits an earlier one';

/** A key that is held down repeats faster than this, in milliseconds. */
const repeatMs = 150;

/** Turns keys into actions while no question is open. */
export function createController({
  getState,
  dispatch,
  actions,
  completer,
  rows,
  now,
  vi,
  keyBindings,
}: ControllerOptions): Controller {
  let leaveAskedAt = Number.NEGATIVE_INFINITY;
  let leaveTimer: NodeJS.Timeout | undefined;
  let escapeAt = Number.NEGATIVE_INFINITY;
  let deletedAt = Number.NEGATIVE_INFINITY;
  /** The draft that was put into the composer, if the person typed behind it. */
  let typedBehind: Draft | undefined;
  /** What is left of a draft that was put into the composer, if the person only deleted its end. */
  let shortened: Draft | undefined;

  function setDraft(draft: Draft): void {
    const wasEmpty = getState().draft.text === '';
    replace(draft);
    if (!wasEmpty && getState().draft.text === '') actions.emptied();
  }

  function replace(draft: Draft): void {
    const { draft: before, setAside, attachments } = getState();
    if (draft === before) return;
    const isCleared = draft.text === '' && before.text !== '';
    // The draft that a command replaced comes back when the command is cleared.
    const shown = isCleared && setAside ? setAside : draft;
    const becomesCommand = attachments.length > 0 && before.text !== '' && !isCommand(readDraft(before));
    if (isCleared && !setAside) actions.leaveHistory();
    if (isCleared) dispatch({ type: 'set-aside', draft: undefined });
    if (isCleared) typedBehind = undefined;
    dispatch({ type: 'draft', draft: shown, isPlaced: shown !== draft });
    if (becomesCommand && isCommand(readDraft(shown))) dispatch({ type: 'hint', hint: attachedHint });
    completer.edited();
  }

  /**
   * What is typed behind a draft that was put back is a part of it, but for a command, which is typed in its place; the draft returns
   * afterwards. What turns out to be none, such as the rest of a path, goes behind the draft.
   */
  function type(text: string): void {
    const { draft, isPlaced } = getState();
    const isPutBack = isPlaced || draft === shortened;
    const before = readDraft(draft);
    // A refused command is at the newest place of the history, and not one that a list gave back. Words behind it are not part of it, but for those behind a space.
    if (isPlaced && /^\S/.test(text) && isCommand(before) && actions.hasEntered(before.text)) {
      setDraft(insert(startNextDraft(draft), text));
      return;
    }
    if (isPutBack && draft.text !== '' && /^[/!]/.test(text)) {
      dispatch({ type: 'set-aside', draft });
      dispatch({ type: 'draft', draft: insert(startNextDraft(draft), text) });
      completer.edited();
    } else {
      if (isPlaced) typedBehind = draft;
      setDraft(insert(draft, text));
    }
    if (!mayBeCommand(getState().draft.text)) joinSetAside();
    if (text === '?' && draft.text === '')
      dispatch({ type: 'help', help: { type: 'keys', bindings: keyBindings, isVi: vi() !== undefined } });
  }

  /** Puts what was typed in the place of a draft behind it. False if nothing was set aside. */
  function joinSetAside(): boolean {
    const { draft, setAside } = getState();
    if (!setAside) return false;
    dispatch({ type: 'set-aside', draft: undefined });
    typedBehind = undefined;
    replace(insertPiece(withPieces(setAside, draft), draft.text));
    return true;
  }

  function edit(command: EditingCommand): Draft {
    return reduceDraft(getState().draft, command, rows());
  }

  /** A word for the chat, such as `exit`, typed behind a draft that was put back. Not `?`, which ends a question. */
  function readWordBehind(draft: Draft): string | undefined {
    if (!typedBehind?.text || !draft.text.startsWith(typedBehind.text)) return undefined;
    const word = draft.text.slice(typedBehind.text.length);
    if (word === '?' || /^\s/.test(word) || !isWordCommand(toTyped(word))) return undefined;
    dispatch({ type: 'draft', draft: typedBehind, isPlaced: true });
    return word;
  }

  function send(): void {
    const isInserted = completer.accept() === 'inserted';
    const missing = completer.findMissing();
    if (missing !== undefined) dispatch({ type: 'hint', hint: `Go on typing: ${missing}` });
    if (isInserted || missing !== undefined) return;
    const { draft, isReturned } = getState();
    if (continuesLine(draft)) {
      setDraft(continueLine(draft));
      return;
    }
    if (draft.text.startsWith('!') && hidesPaste(draft)) {
      dispatch({ type: 'hint', hint: 'Alt+V shows what was pasted; Enter then runs it' });
      return;
    }
    // A prompt may end with it; alone it runs nothing.
    if (draft.text.trim() === '!' && joinSetAside()) {
      send();
      return;
    }
    const word = readWordBehind(draft);
    typedBehind = undefined;
    if (word !== undefined) {
      actions.submit(toTyped(word));
      return;
    }
    const prompt = readDraft(draft);
    const isBlank = prompt.text.trim() === '';
    const doubt = actions.findDoubt(prompt);
    if (doubt !== undefined) {
      dispatch({ type: 'hint', hint: doubt });
      return;
    }
    if (!isBlank) replace(startNextDraft(draft));
    if (!isBlank) vi()?.reset();
    actions.submit(isBlank ? toTyped('') : prompt, { isReturned });
  }

  function interrupt(): void {
    const { work, draft, setAside, attachments, revision } = getState();
    if (work) actions.stop();
    else if (draft.text !== '' && setAside) clear();
    else if (revision) cancelRevision();
    else if (draft.text !== '') clear();
    else if (attachments.length > 0) actions.dropAttachments();
    else if (now() - leaveAskedAt < leaveMs) actions.leave();
    else {
      leaveAskedAt = now();
      const leaveHint = describeLeaving(getState());
      dispatch({ type: 'hint', hint: leaveHint });
      clearTimeout(leaveTimer);
      leaveTimer = setTimeout(() => {
        if (getState().hint === leaveHint) dispatch({ type: 'hint', hint: undefined });
      }, leaveMs).unref();
    }
  }

  function goBack(): void {
    if (completer.close()) return;
    const { work, draft, setAside, revision, help } = getState();
    if (help?.type === 'keys') {
      setDraft(edit('clear'));
      return;
    }
    if (work) actions.stop();
    else if (draft.text !== '' && setAside) clear();
    else if (revision) cancelRevision();
    else {
      const isTwice = now() - escapeAt < doubleEscapeMs;
      escapeAt = now();
      if (isTwice && draft.text === '') actions.rewind();
      // In vi mode, people press Esc more often than it is needed.
      else if (isTwice && !vi()) dispatch({ type: 'hint', hint: escapeHint });
    }
  }

  function clear(): void {
    const { draft, setAside } = getState();
    actions.keepCleared({ withAttachments: !setAside && !isCommand(readDraft(draft)) });
    setDraft(edit('clear'));
  }

  function cancelRevision(): void {
    clear();
    actions.cancelRevision();
  }

  /** At the start of the draft the last attachment is dropped, unless the key is held down to delete text. */
  function deleteBack(): void {
    const { draft, attachments, isPlaced } = getState();
    const isRepeated = now() - deletedAt < repeatMs;
    deletedAt = now();
    const after = edit('delete-back');
    if (isPlaced || draft === shortened) shortened = after.cursor === after.text.length ? after : undefined;
    if (after !== draft) setDraft(after);
    else if (attachments.length > 0 && !isRepeated) actions.detachLast();
  }

  function moveUp(): void {
    if (completer.move(-1)) return;
    const { draft, queue } = getState();
    const moved = edit('up');
    if (moved !== draft) setDraft(moved);
    else if (queue.length > 0 && draft.text === '') actions.takeBack();
    else actions.walkHistory(-1);
  }

  function moveDown(): void {
    if (completer.move(1)) return;
    const { draft } = getState();
    const moved = edit('down');
    if (moved !== draft) setDraft(moved);
    else actions.walkHistory(1);
  }

  const takePaste = createPasteTaker({ getState, dispatch, setDraft, actions });
  const keyMap = createKeyMap(keyBindings);
  const commands: Partial<Record<Command, () => void>> = {
    send,
    cancel: interrupt,
    stop: goBack,
    up: moveUp,
    down: moveDown,
    'history-up': () => actions.walkHistory(-1),
    'history-down': () => actions.walkHistory(1),
    'history-search': actions.searchHistory,
    complete: completer.complete,
    editor: actions.openEditor,
    'paste-image': actions.pasteImage,
    stash() {
      actions.stash();
      joinSetAside();
    },
    'toggle-reasoning': () => {
      if (!actions.toggleReasoning()) dispatch({ type: 'hint', hint: describeNothingToOpen(getState()) });
    },
    redraw: actions.redraw,
    suspend: actions.suspend,
    'delete-back': deleteBack,
    'expand-paste': () => {
      const { draft } = getState();
      const expanded = edit('expand-paste');
      if (expanded === draft) dispatch({ type: 'hint', hint: 'No pasted text is folded here' });
      else setDraft(expanded);
    },
    'leave-or-delete': () => {
      if (getState().draft.text === '') actions.leave();
      else setDraft(edit('delete-forward'));
    },
  };

  /** While a list is open, these keys move in it. */
  const listSteps: Readonly<Record<string, Step>> = {
    home: 'first',
    end: 'last',
    'page-up': 'page-up',
    'page-down': 'page-down',
  };

  function movesList(key: Key): boolean {
    if (key.type !== 'key' || key.ctrl || key.alt || key.shift) return false;
    const step = listSteps[key.name];
    return step !== undefined && completer.move(step);
  }

  function takeForProgram(key: Key): boolean {
    const command = key.type === 'key' ? keyMap.findCommand(key) : undefined;
    if (command !== 'suspend' && command !== 'redraw') return false;
    commands[command]?.();
    return true;
  }

  function take(key: Key): void {
    if (key.type === 'key' && vi()?.take(key)) return;
    const command = key.type === 'key' ? keyMap.findCommand(key) : undefined;
    if (command !== 'cancel') leaveAskedAt = Number.NEGATIVE_INFINITY;
    if (key.type === 'text') {
      if (!vi()?.take(key)) type(key.text);
    } else if (key.type === 'paste') takePaste(key.text);
    else if (movesList(key)) return;
    else if (key.type === 'key') {
      const act = command === undefined ? undefined : commands[command];
      if (act) act();
      else if (command !== undefined && isEditingCommand(command)) setDraft(edit(command));
    }
  }

  return { take, takeForProgram, setDraft, type, up: moveUp, down: moveDown, escape: goBack };
}
