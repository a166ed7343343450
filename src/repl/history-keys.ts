import { randomUUID } from 'node:crypto';
import { describeFileProblem } from '../file-problem.ts';
import { type PromptText, toTyped } from '../prompt-text.ts';
import { type Draft, startNextDraft } from './composer/draft.ts';
import {
  addPrompt,
  addWaited,
  createPromptHistory,
  findOlder,
  findUnsent,
  forgetUnsent,
  getMatch,
  type HistorySearch,
  isAsSent,
  keepCleared,
  leaveHistory,
  type PromptHistory,
  searchFor,
  settleUnsent,
  takePrompt,
  walkHistory,
  withPieces,
} from './composer/history.ts';
import type { HistoryFile } from './composer/history-file.ts';
import { readDraft, setPrompt } from './composer/pastes.ts';
import type { HistoryAttachments } from './history-attachments.ts';
import type { Key } from './keys/key.ts';
import type { Dispatch, ReplState } from './state.ts';
import type { Attachment, SentPrompt } from './turns/attachment.ts';
import type { KeptAlone, KeptPrompt } from './turns/kept-attachments.ts';
import type { Session } from './turns/session.ts';

/** The prompts of all chats, as keys reach them. The file is read when a key first needs it. */
export type HistoryKeys = {
  /** Adds a prompt that is sent from the composer. */
  add(prompt: PromptText): void;
  /** Adds what was typed and never sent. Resolves when it is written, or cannot be. */
  addUnsent(prompts: readonly KeptPrompt[]): Promise<void>;
  /**
   * What was typed and not sent: the draft, unless it is an earlier prompt as it was sent, and the one that was left for the history. With what
   * is kept of their attachments. Attachments without words are the command that attaches them.
   */
  listDrafts(): KeptPrompt[];
  /** What is attached without words. Undefined if there are words. */
  findAlone(): KeptAlone | undefined;
  /** Whether a prompt with these words was added in this chat. */
  has(text: string): boolean;
  /** Called when the draft is another one. If it stands in the place of one that was left for the history, that one becomes an earlier prompt. */
  changed(): void;
  /** Makes a prompt that was sent the newest one, with what was attached to it. The person stays where they are. */
  putBehind(prompt: PromptText, along: readonly Attachment[]): void;
  /** Adds a prompt that waited and is sent now, while the person may be somewhere in the history. */
  addWaited(prompt: SentPrompt): void;
  /** Writes a prompt that has to wait to the disk. It is no history of this chat yet. Returns the prompt with its id. */
  wait<T extends SentPrompt>(prompt: T): T & SentPrompt;
  /** Called when a waiting prompt becomes the draft. It stays on the disk until the draft is sent or cleared. */
  takeBack(prompt: SentPrompt): void;
  /** Whether a prompt that was taken back is still the draft, edited or not. */
  isDrafted(prompt: SentPrompt): boolean;
  /** Removes a waiting prompt that is not sent from the disk. */
  drop(prompt: SentPrompt): void;
  /** Keeps what is left for the next chat, even if a signal ends the program. Resolves with what became of it. */
  keep(left: readonly LeftPrompt[]): Promise<Ending>;
  walk(step: -1 | 1): void;
  /** The next walk starts at the newest prompt. */
  leave(): void;
  /**
   * Makes the draft that is about to be cleared the newest prompt, in this chat only: the person may have cleared it so that nobody reads it. With
   * attachments: those that came with it return with it.
   */
  keepCleared(options?: { withAttachments: boolean }): void;
  /** Puts the draft aside with what is attached beside it, on the disk, too; on an empty draft, brings back what was put aside. With both, they change places. */
  stash(attachments: Pick<Session, 'attach' | 'leaveToDraft' | 'bindAttachments'>): void;
  /** A prompt with these words, which stands behind another one or was put aside, is not to be sent any more. */
  takeOut(text: string): void;
  startSearch(): void;
  /** Takes a key during a search. False if the search has ended and the key has its usual meaning. */
  takeKey(key: Key): boolean;
};

/** A prompt that waits, or a draft with what is kept of its attachments. */
export type UnsentPrompt = SentPrompt & KeptPrompt;

/** A prompt that is left when the chat ends. `attachments` is the command that attaches what has no words; `isThere`: the history has it already. */
export type LeftPrompt = {
  prompt: UnsentPrompt;
  from: 'queue' | 'draft' | 'attachments';
  isThere?: boolean;
};

/** What became of what is left. What is not kept has a reason. */
export type Ending = {
  kept: readonly LeftPrompt[];
  unkept: readonly LeftPrompt[];
  reason?: string | undefined;
};

type HistoryKeysOptions = {
  /** The signal ends writes that wait for another process. */
  openFile: (signal: AbortSignal) => HistoryFile;
  getState: () => ReplState;
  dispatch: Dispatch;
  attachments: HistoryAttachments;
  /** Called with the reason why a prompt is not kept, as the end of a sentence. */
  onFailure: (reason: string) => void;
};

/** How long to wait at the end for another process that writes the file, in milliseconds. */
const keepMs = 500;

export function createHistoryKeys({
  openFile,
  getState,
  dispatch,
  attachments,
  onFailure,
}: HistoryKeysOptions): HistoryKeys {
  let history: PromptHistory | undefined;
  let search: HistorySearch | undefined;
  let hasFailed = false;
  /** The ids of waiting prompts that are on the disk. */
  const onDisk = new Set<string>();
  /** The prompts of the history that were cleared in this chat and not sent since: the disk has none of them. */
  const cleared = new Set<PromptText>();
  /** The ids of waiting prompts that became the draft. */
  let drafted: readonly string[] = [];
  // The signal that ends the chat must not end these writes.
  const writing = new AbortController();
  const { add: addToFile, ...file } = openFile(writing.signal);
  const added = new Set<string>();
  let written: Promise<void> = Promise.resolve();

  function addLine(prompt: KeptPrompt, options?: { instead: readonly string[] }): Promise<void> {
    added.add(prompt.text);
    return addToFile(prompt, options);
  }

  function load(): PromptHistory {
    history ??= createPromptHistory(file.load());
    return history;
  }

  function show(next: { history: PromptHistory; draft: Draft }): void {
    history = next.history;
    dispatch({ type: 'draft', draft: next.draft });
    attachments.show(history.entries[history.position]);
  }

  function showSearch(next: HistorySearch): void {
    search = next;
    const match = getMatch(next);
    const found = match === undefined ? undefined : history?.entries[match]?.text;
    dispatch({
      type: 'help',
      help: { type: 'history-search', query: next.query, found, failed: next.failed },
    });
  }

  function endSearch(isAccepted: boolean): void {
    const match = search && getMatch(search);
    const query = search?.query ?? '';
    search = undefined;
    dispatch({ type: 'help', help: undefined });
    if (match === undefined) keepSought(toTyped(query), isAccepted);
    else if (isAccepted && history) show(takePrompt(history, getState().draft, match));
  }

  /** Words that no prompt has may be one: they are the draft, or one step back in this chat if there is another or the person cancelled. */
  function keepSought(words: PromptText, isAccepted: boolean): void {
    const { draft, queue, waitingDialog } = getState();
    if (words.text.trim() === '') return;
    if (isAccepted && draft.text === '') {
      dispatch({ type: 'draft', draft: setPrompt(draft, words) });
      return;
    }
    history = addWaited(load(), words);
    const added = history.entries.at(-1);
    if (added) cleared.add(added);
    // A question that waits says what its keys are, and on an empty prompt Up is for the queue.
    const isShown = !waitingDialog && (draft.text !== '' || queue.length === 0);
    if (isShown) dispatch({ type: 'hint', hint: 'Up brings back what the search did not find' });
  }

  function report(work: Promise<void>): void {
    written = work.catch((error: unknown) => {
      if (writing.signal.aborted) return;
      // One report is enough: every write will fail.
      if (!hasFailed) onFailure(describeFailure(error));
      hasFailed = true;
    });
  }

  const isWalking = (): boolean => history !== undefined && history.position < history.entries.length;

  /** The ids of what became the draft, and is replaced by it. None while that draft stands behind another text. */
  function takeDrafted(): readonly string[] {
    if (history && (isWalking() || findUnsent(history))) return [];
    return takeIds();
  }

  function takeIds(): readonly string[] {
    const ids = drafted;
    drafted = [];
    return ids;
  }

  function wait<T extends SentPrompt>(prompt: T, { isQueued } = { isQueued: true }): T & SentPrompt {
    const waits = randomUUID();
    const waiting = { ...prompt, kept: attachments.findAlong(prompt, { isQueued }) };
    attachments.sent(prompt);
    report(file.addWaiting(waits, waiting, { instead: takeDrafted() }).then(() => void onDisk.add(waits)));
    return { ...prompt, waits };
  }

  function noteSent({ text }: PromptText): void {
    for (const one of cleared) if (one.text === text) cleared.delete(one);
  }

  /** Whether the draft is one that the next chat has in its history anyway. */
  function isOnDisk(draft: Draft): boolean {
    if (!history || !isAsSent(history, draft)) return false;
    const entry = history.entries[history.position];
    return entry !== undefined && !cleared.has(entry);
  }

  function takeBack(prompt: SentPrompt): void {
    drafted = [...drafted, ...listIds(prompt)];
  }

  /** Whether what is attached has no words beside it. */
  function isAlone(): boolean {
    const isBlank = readDraft(getState().draft).text.trim() === '';
    return isBlank && !(history && findUnsent(history));
  }

  function dropWaiting(prompt: SentPrompt): void {
    const ids = listIds(prompt);
    if (ids.length > 0) report(file.removeWaiting(ids));
  }

  return {
    add(prompt) {
      const instead = takeDrafted();
      if (history) history = addPrompt(history, prompt);
      noteSent(prompt);
      attachments.sent(prompt);
      report(addLine(prompt, { instead }));
    },
    async addUnsent(prompts) {
      for (const prompt of prompts) {
        if (history) history = addWaited(history, prompt);
        report(addLine(prompt));
      }
      await written;
    },
    has: (text) => added.has(text),
    findAlone: () => (isAlone() ? attachments.findAlone() : undefined),
    listDrafts() {
      const { command } = isAlone() ? attachments.findAlone() : {};
      if (command) return [command];
      const { draft, setAside } = getState();
      const unsent = history && findUnsent(history);
      const isStored = isOnDisk(draft) && (unsent !== undefined || !attachments.hasOwn);
      const kept = attachments.findBeside(unsent ? 'shown' : 'only');
      // A command is typed in its place, and takes none of its files.
      const replaced = setAside && kept ? [{ ...readDraft(setAside), kept }] : [];
      const shown = { ...readDraft(draft), kept: setAside ? undefined : kept };
      const left = unsent && { ...readDraft(unsent), kept: attachments.findBeside('left') };
      return [...replaced, ...(isStored ? [] : [shown]), ...(left ? [left] : [])].filter(
        ({ text }) => text.trim() !== '',
      );
    },
    changed() {
      if (!history || isWalking() || getState().draft.text === '') return;
      const unsent = findUnsent(history);
      if (!unsent) return;
      history = settleUnsent(history);
      report(addLine(readDraft(unsent), { instead: takeIds() }));
    },
    putBehind(prompt, along) {
      history = addWaited(load(), prompt);
      const entry = history.entries.at(-1);
      if (entry) report(addLine({ ...prompt, kept: attachments.bring(entry, along) }));
    },
    addWaited(prompt) {
      if (history) history = addWaited(history, prompt);
      noteSent(prompt);
      report(addLine(prompt, { instead: listIds(prompt) }));
    },
    wait,
    takeBack,
    isDrafted: (prompt) => listIds(prompt).some((id) => drafted.includes(id)),
    drop: dropWaiting,
    async keep(left) {
      const timer = setTimeout(() => writing.abort(), keepMs);
      const ids = takeIds();
      const kept: LeftPrompt[] = left.filter(({ isThere }) => isThere);
      const unkept: LeftPrompt[] = [];
      let reason: string | undefined;
      const adding = left.map(async ({ prompt: given, from, isThere }) => {
        if (isThere) return;
        const prompt = { ...given, kept: given.kept ?? attachments.findAlong(given) };
        try {
          await addLine(prompt, { instead: listIds(prompt) });
          kept.push({ prompt, from });
        } catch (error) {
          const isOnFile = listIds(prompt).some((id) => onDisk.has(id));
          (isOnFile ? kept : unkept).push({ prompt, from });
          if (!isOnFile) reason = describeFailure(error);
        }
      });
      if (ids.length > 0) adding.push(file.removeWaiting(ids).catch(() => {}));
      await Promise.all([written, ...adding]);
      clearTimeout(timer);
      return { kept, unkept, reason };
    },
    leave() {
      if (history) history = leaveHistory(history);
      attachments.leave();
    },
    keepCleared({ withAttachments } = { withAttachments: false }) {
      const { draft } = getState();
      const ids = takeDrafted();
      if (ids.length > 0) report(file.removeWaiting(ids));
      const before = load();
      history = keepCleared(before, draft);
      const added = history.entries.length > before.entries.length ? history.entries.at(-1) : undefined;
      if (added) cleared.add(added);
      const entry = added ?? history.entries.findLast(({ text }) => text === readDraft(draft).text);
      if (entry && withAttachments) attachments.putAway(entry);
    },
    stash({ attach, leaveToDraft, bindAttachments }) {
      const { draft, stash } = getState();
      if (draft.text === '' && !stash) {
        dispatch({ type: 'hint', hint: 'Nothing to put aside: the prompt is empty' });
        return;
      }
      if (draft.text !== '') leaveToDraft();
      const next =
        draft.text === ''
          ? undefined
          : { draft, prompt: wait(bindAttachments(readDraft(draft)), { isQueued: false }) };
      if (history) history = leaveHistory(history);
      dispatch({ type: 'stash', stash: next });
      dispatch({ type: 'draft', draft: stash ? withPieces(stash.draft, draft) : startNextDraft(draft) });
      if (stash) takeBack(stash.prompt);
      for (const attachment of stash?.prompt.along ?? []) attach(attachment);
    },
    takeOut(text) {
      if (history) history = forgetUnsent(history, text);
      const { stash } = getState();
      const isOther = stash?.prompt.along?.some(({ returnedWith }) => returnedWith !== text);
      if (stash?.prompt.text !== text || isOther) return;
      dropWaiting(stash.prompt);
      dispatch({ type: 'stash', stash: undefined });
    },
    walk: (step) => show(walkHistory(load(), getState().draft, step)),
    startSearch() {
      const entries = load().entries.map(({ text }) => text);
      showSearch(searchFor(entries, ''));
    },
    takeKey(key) {
      if (!search || !history) return false;
      const entries = history.entries.map(({ text }) => text);
      if (key.type === 'text') showSearch(searchFor(entries, search.query + key.text));
      else if (key.type !== 'key') return false;
      else if (key.ctrl && key.name === 'r') showSearch(findOlder(entries, search));
      else if (key.name === 'backspace') showSearch(searchFor(entries, search.query.slice(0, -1)));
      else if (key.name === 'escape' || (key.ctrl && (key.name === 'c' || key.name === 'g')))
        endSearch(false);
      else {
        endSearch(true);
        // The person can read and change the match before it is sent.
        return key.name === 'enter' || key.name === 'tab';
      }
      return true;
    },
  };
}

function describeFailure(error: unknown): string {
  const { code, message } = error as { code?: unknown; message: string };
  return typeof code === 'string' ? describeFileProblem(error).reason : message;
}

function listIds({ waits }: SentPrompt): string[] {
  return waits === undefined ? [] : [waits];
}
