import type { PromptText } from '../prompt-text.ts';
import type { Draft } from './composer/draft.ts';
import {
  addPrompt,
  addWaited,
  createPromptHistory,
  findOlder,
  getMatch,
  type HistorySearch,
  keepCleared,
  leaveHistory,
  type PromptHistory,
  searchFor,
  startSearch,
  takePrompt,
  walkHistory,
} from './composer/history.ts';
import type { HistoryFile } from './composer/history-file.ts';
import { readDraft } from './composer/pastes.ts';
import type { Key } from './keys/key.ts';
import type { Dispatch, ReplState } from './state.ts';

/** The prompts of all chats, as keys reach them. The file is read when a key first needs it. */
export type HistoryKeys = {
  /** Adds a prompt that is sent from the composer. */
  add(prompt: PromptText): void;
  /** Adds a prompt that waited and is sent now, while the person may be somewhere in the history. */
  addWaited(prompt: PromptText): void;
  /** Keeps unsent prompts for the next chat, even if a signal ends the program. Never rejects. */
  keep(prompts: readonly PromptText[]): Promise<void>;
  walk(step: -1 | 1): void;
  /** The next walk starts at the newest prompt. */
  leave(): void;
  /** Makes the draft that is about to be cleared the newest prompt, in this chat only: the person may have cleared it so that nobody reads it. */
  keepCleared(): void;
  startSearch(): void;
  /** Takes a key during a search. False if the search has ended and the key has its usual meaning. */
  takeKey(key: Key): boolean;
};

type HistoryKeysOptions = {
  file: HistoryFile;
  getState: () => ReplState;
  dispatch: Dispatch;
  /** Called with the reason why a prompt is not kept. */
  onFailure: (error: unknown) => void;
};

/** How long to wait for another process that writes the file, in milliseconds. */
const keepMs = 500;

export function createHistoryKeys({ file, getState, dispatch, onFailure }: HistoryKeysOptions): HistoryKeys {
  let history: PromptHistory | undefined;
  let search: HistorySearch | undefined;
  let hasFailed = false;

  function load(): PromptHistory {
    history ??= createPromptHistory(file.load());
    return history;
  }

  function show(next: { history: PromptHistory; draft: Draft }): void {
    history = next.history;
    dispatch({ type: 'draft', draft: next.draft });
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
    search = undefined;
    dispatch({ type: 'help', help: undefined });
    if (isAccepted && match !== undefined && history) show(takePrompt(history, getState().draft, match));
  }

  function write(prompt: PromptText): void {
    file.add(prompt).catch((error: unknown) => {
      // One report is enough: every write will fail.
      if (!hasFailed) onFailure(error);
      hasFailed = true;
    });
  }

  return {
    add(prompt) {
      if (history) history = addPrompt(history, prompt);
      write(prompt);
    },
    addWaited(prompt) {
      if (history) history = addWaited(history, prompt);
      write(prompt);
    },
    async keep(prompts) {
      const within = AbortSignal.timeout(keepMs);
      await Promise.all(prompts.map((prompt) => file.add(prompt, within).catch(() => {})));
    },
    leave() {
      if (history) history = leaveHistory(history);
    },
    keepCleared() {
      const { draft } = getState();
      history = keepCleared(load(), draft, readDraft(draft));
    },
    walk: (step) => show(walkHistory(load(), getState().draft, step)),
    startSearch() {
      load();
      showSearch(startSearch());
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
