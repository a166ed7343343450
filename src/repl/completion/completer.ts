import type { Draft } from '../composer/draft.ts';
import type { Candidate, Dispatch, ReplState } from '../state.ts';
import { acceptCandidate, acceptPrefix, type CompletionTarget } from './completion-target.ts';
import { findCommonPrefix } from './rank.ts';

/** The list of candidates, as keys reach it. */
export type Completer = {
  /** Updates the list after a key changed the draft. Never waits. */
  edited(): void;
  /** Tab: inserts what all candidates share, then the selected one. Opens the list if none is open. */
  complete(): void;
  /** Selects the next candidate. False if no list is open. */
  move(step: -1 | 1): boolean;
  /** Inserts the selected candidate. False if `move` selected none. */
  accept(): boolean;
  /** Closes the list. False if none is open. */
  close(): boolean;
};

type CompleterOptions = {
  getState: () => ReplState;
  dispatch: Dispatch;
  findTarget: (draft: Draft) => CompletionTarget | undefined;
  findSource: (target: CompletionTarget) => CompletionSource | undefined;
};

/** The list on the screen, and the draft that it belongs to. */
type OpenList = {
  draft: Draft;
  target: CompletionTarget;
  candidates: readonly Candidate[];
  selected: number | undefined;
};

/** The most rows of a list. */
const maxListRows = 8;

export function createCompleter({ getState, dispatch, findTarget, findSource }: CompleterOptions): Completer {
  let list: OpenList | undefined;
  /** The current source. Without `find` it is still being opened. */
  let source: { key: string; find: FindCandidates | undefined } | undefined;
  let editedDraft: Draft | undefined;
  /** The word at which the person closed the list. The list stays closed while that word is typed. */
  let closedAt: string | undefined;
  /** The rows of the list. It keeps them while a word is typed, so that nothing jumps. */
  let height = 0;

  function hide(): void {
    if (list && getState().help?.type === 'completion') dispatch({ type: 'help', help: undefined });
    list = undefined;
  }

  function show(next: OpenList): void {
    list = next;
    height = Math.max(height, Math.min(maxListRows, next.candidates.length));
    const { candidates, selected } = next;
    dispatch({ type: 'help', help: { type: 'completion', candidates, selected, height } });
  }

  function forget(): void {
    hide();
    source = undefined;
    closedAt = undefined;
    height = 0;
  }

  function open(found: CompletionSource): void {
    const opening: NonNullable<typeof source> = { key: found.key, find: undefined };
    source = opening;
    height = 0;
    const finish = (find: FindCandidates): void => {
      opening.find = find;
    };
    const opened = found.open();
    if (!(opened instanceof Promise)) {
      finish(opened);
      return;
    }
    opened
      // A source that fails has no candidates. The command that uses the parameter reports the reason.
      .catch(() => () => [])
      .then((find) => {
        finish(find);
        const isWanted = source === opening && getState().draft === editedDraft;
        if (isWanted) update({ isAsked: false });
      });
  }

  function update({ isAsked }: { isAsked: boolean }): void {
    const { draft, dialog, help } = getState();
    if (dialog || help?.type === 'history-search') return;
    const target = findTarget(draft);
    const found = target && findSource(target);
    if (!target || !found) {
      forget();
      return;
    }
    const word = `${target.type} ${target.start}`;
    if (isAsked || closedAt !== word) closedAt = undefined;
    if (closedAt !== undefined) return;
    if (source?.key !== found.key) {
      hide();
      open(found);
    }
    const candidates = source?.find?.(target.query) ?? [];
    const exact = candidates.find(({ text }) => text === target.query);
    if (exact && isAsked) take(acceptCandidate(draft, target, exact));
    else if (exact || candidates.length === 0) hide();
    else show({ draft, target, candidates, selected: undefined });
  }

  function take(draft: Draft): void {
    if (draft.text === getState().draft.text) return;
    dispatch({ type: 'draft', draft });
    edited();
  }

  function edited(): void {
    editedDraft = getState().draft;
    update({ isAsked: false });
  }

  /** The open list, if it still belongs to the draft. */
  function findOpen(): OpenList | undefined {
    return list && getState().draft === list.draft && getState().help?.type === 'completion'
      ? list
      : undefined;
  }

  return {
    edited,
    complete() {
      const shown = findOpen();
      if (!shown) {
        editedDraft = getState().draft;
        update({ isAsked: true });
        return;
      }
      const { draft, target, candidates, selected } = shown;
      const texts = candidates.map(({ text }) => text);
      const prefix = findCommonPrefix(texts, target.query);
      const isSure = selected === undefined && candidates.length > 1 && prefix.length > target.query.length;
      const chosen = candidates[selected ?? 0];
      if (isSure) take(acceptPrefix(draft, target, prefix));
      else if (chosen) take(acceptCandidate(draft, target, chosen));
    },
    move(step) {
      const shown = findOpen();
      if (!shown) return false;
      const count = shown.candidates.length;
      const from = shown.selected ?? (step === 1 ? -1 : 0);
      show({ ...shown, selected: (from + step + count) % count });
      return true;
    },
    accept() {
      const shown = findOpen();
      const chosen = shown?.selected === undefined ? undefined : shown.candidates[shown.selected];
      if (!shown || !chosen) return false;
      take(acceptCandidate(shown.draft, shown.target, chosen));
      return true;
    },
    close() {
      const shown = findOpen();
      if (!shown) return false;
      closedAt = `${shown.target.type} ${shown.target.start}`;
      hide();
      return true;
    },
  };
}

/** Returns the candidates for the typed text, the best first. */
export type FindCandidates = (query: string) => readonly Candidate[];

/** A source of candidates. */
export type CompletionSource = {
  /** The same key means that the opened source can be used again. */
  key: string;
  /** Rejects if the candidates cannot be read. */
  open(): FindCandidates | Promise<FindCandidates>;
};
