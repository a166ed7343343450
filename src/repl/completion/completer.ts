import type { Draft } from '../composer/draft.ts';
import type { Candidate, Dispatch, ReplState } from '../state.ts';
import { acceptCandidate, acceptPrefix, type CompletionTarget } from './completion-target.ts';
import { findCommonPrefix } from './rank.ts';

/** The list of what could be typed, as the keys reach it. */
export type Completer = {
  /** The draft was changed by a key: shows what fits it now. Never waits. */
  edited(): void;
  /** Tab: what is sure first, then the selected candidate. Opens the list where there is none. */
  complete(): void;
  /** Selects the next candidate. False where no list is open. */
  move(step: -1 | 1): boolean;
  /** Takes the selected candidate. False where none was selected by `move`. */
  accept(): boolean;
  /** False where no list is open. */
  close(): boolean;
};

type CompleterOptions = {
  getState: () => ReplState;
  dispatch: Dispatch;
  findTarget: (draft: Draft) => CompletionTarget | undefined;
  findSource: (target: CompletionTarget) => CompletionSource | undefined;
};

/** The list that is shown, for this very draft. */
type OpenList = {
  draft: Draft;
  target: CompletionTarget;
  candidates: readonly Candidate[];
  selected: number | undefined;
};

/** The most rows that a list takes. */
const maxListRows = 8;

export function createCompleter({ getState, dispatch, findTarget, findSource }: CompleterOptions): Completer {
  let list: OpenList | undefined;
  /** The source in use; without `find`, it is still being opened. */
  let source: { key: string; find: FindCandidates | undefined } | undefined;
  let editedDraft: Draft | undefined;
  /** Where the person closed the list: it stays closed for as long as the same word is typed. */
  let closedAt: string | undefined;
  /** The rows of the list so far, which it keeps while a word is typed, so that nothing jumps. */
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
      // What cannot be listed has no candidates; whoever uses it says why.
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

  /** The list, where it still belongs to what is typed. */
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

/** Gives the candidates for what was typed, the best first. */
export type FindCandidates = (query: string) => readonly Candidate[];

/** Where candidates come from. */
export type CompletionSource = {
  /** The same for as long as one opened source serves what is typed. */
  key: string;
  /** Rejects where there are none to be had. */
  open(): FindCandidates | Promise<FindCandidates>;
};
