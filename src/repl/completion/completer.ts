import { toOneLine } from '../../terminal-text.ts';
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
  /** Selects another candidate. False if no list is open. */
  move(step: Step): boolean;
  /** Enter: puts the selected candidate into the draft. Undefined if none is selected; `send` if the draft is now a whole command. */
  accept(): 'inserted' | 'send' | undefined;
  /** Closes the list. False if none is open. */
  close(): boolean;
  /** How the typed command is used, if words that it needs are missing. */
  findMissing(): string | undefined;
};

/** To a neighbour, where the ends of a list meet; by a page; to an end. */
export type Step = -1 | 1 | 'page-up' | 'page-down' | 'first' | 'last';

type CompleterOptions = {
  getState: () => ReplState;
  dispatch: Dispatch;
  findTarget: (draft: Draft) => CompletionTarget | undefined;
  findSource: (target: CompletionTarget) => CompletionSource | undefined;
  findMissing: (draft: Draft) => string | undefined;
};

/** The list on the screen, and the draft that it belongs to. */
type OpenList = {
  draft: Draft;
  target: CompletionTarget;
  candidates: readonly Candidate[];
  measured: readonly Candidate[];
  selected: number | undefined;
};

/** The most rows of a list. */
const maxListRows = 8;

export function createCompleter({
  getState,
  dispatch,
  findTarget,
  findSource,
  findMissing,
}: CompleterOptions): Completer {
  let list: OpenList | undefined;
  /** The current source. Without `find` it is still being opened. */
  let source: { key: string; find: FindCandidates | undefined; measured: readonly Candidate[] } | undefined;
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
    const { candidates, selected, measured } = next;
    const enter = describeEnter(next);
    const ghost = toGhost(next);
    dispatch({
      type: 'help',
      help: { type: 'completion', candidates, measured, selected, height, enter, ghost },
    });
  }

  function forget(): void {
    hide();
    source = undefined;
    closedAt = undefined;
    height = 0;
  }

  function open(found: CompletionSource): void {
    const opening: NonNullable<typeof source> = { key: found.key, find: undefined, measured: [] };
    source = opening;
    height = 0;
    const refresh = (): void => {
      const isWanted = source === opening && getState().draft === editedDraft;
      const before = findOpen()?.selected;
      if (isWanted) update({ isAsked: false });
      const after = findOpen();
      if (after && before !== undefined && before < after.candidates.length)
        show({ ...after, selected: before });
    };
    const finish = (find: FindCandidates): void => {
      opening.find = find;
    };
    const opened = found.open(refresh);
    if (!(opened instanceof Promise)) {
      finish(opened);
      return;
    }
    opened
      // A source that fails has no candidates. The command that uses the parameter reports the reason.
      .catch(() => () => [])
      .then((find) => {
        finish(find);
        refresh();
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
    // The list says what a whole command does. Any other whole word needs no list.
    else if (candidates.length === 0 || (exact && target.type !== 'command')) hide();
    else
      show({
        draft,
        target,
        candidates,
        measured: measure(target, candidates),
        selected: preselect(target, candidates),
      });
  }

  /** The candidates that the columns are measured by: all of the source, so that nothing moves while a word is typed. */
  function measure(target: CompletionTarget, candidates: readonly Candidate[]): readonly Candidate[] {
    // Each key finds other files, and nothing stands behind their names.
    if (!source?.find || target.type === 'path') return candidates.slice(0, maxMeasured);
    if (source.measured.length === 0) source.measured = source.find('').slice(0, maxMeasured);
    const known = new Set(source.measured.map(({ text }) => text));
    // Aliases are listed only once a letter is typed.
    const others = candidates
      .slice(0, maxMeasured - source.measured.length)
      .filter(({ text }) => !known.has(text));
    if (others.length > 0) source.measured = [...source.measured, ...others];
    return source.measured;
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
      // What is highlighted is what Tab takes. In a path, it takes the shared beginning first, as in a shell.
      const isSure = selected === undefined && candidates.length > 1 && prefix.length > target.query.length;
      const chosen = candidates[selected ?? 0];
      if (isSure) take(acceptPrefix(draft, target, prefix));
      else if (chosen) take(acceptCandidate(draft, target, chosen));
    },
    move(step) {
      const shown = findOpen();
      if (!shown) return false;
      show({ ...shown, selected: stepTo(step, shown, height) });
      return true;
    },
    accept() {
      const shown = findOpen();
      const chosen = shown?.selected === undefined ? undefined : shown.candidates[shown.selected];
      if (!shown || !chosen) return undefined;
      const { draft, target } = shown;
      if (!isCompleteCommand(target, chosen)) {
        take(acceptCandidate(draft, target, chosen));
        return 'inserted';
      }
      hide();
      dispatch({ type: 'draft', draft: acceptCandidate(draft, target, { ...chosen, ending: '' }) });
      return 'send';
    },
    close() {
      const shown = findOpen();
      if (!shown) return false;
      closedAt = `${shown.target.type} ${shown.target.start}`;
      hide();
      return true;
    },
    findMissing: () => findMissing(getState().draft),
  };
}

/** A long list is measured by its first rows. */
const maxMeasured = 500;

/** What Enter takes unless something else is chosen: a command, or a parameter that must be one of the candidates, that begins as was typed. */
function preselect(target: CompletionTarget, candidates: readonly Candidate[]): number | undefined {
  const [first] = candidates;
  const query = target.query.toLowerCase();
  const text = first?.text.toLowerCase();
  if (!first || !text?.startsWith(query)) return undefined;
  if (target.type === 'command') return first.isAlias && text !== query ? undefined : 0;
  return target.type === 'parameter' && query !== '' && first.isComplete ? 0 : undefined;
}

/** A command whose name is there in full runs if it asks for what is missing. */
function isCompleteCommand(target: CompletionTarget, candidate: Candidate): boolean {
  const { text, isComplete = false, asks = false } = candidate;
  return target.type !== 'path' && (isComplete || (asks && text === target.query));
}

function stepTo(step: Step, { selected, candidates }: OpenList, height: number): number {
  const last = candidates.length - 1;
  const from = selected ?? (step === 1 ? -1 : 0);
  switch (step) {
    case 'first':
      return 0;
    case 'last':
      return last;
    case 'page-up':
      return Math.max(0, from - height);
    case 'page-down':
      return Math.min(last, from + height);
    default:
      return (from + step + candidates.length) % candidates.length;
  }
}

function findSelected({ selected, candidates }: OpenList): Candidate | undefined {
  return selected === undefined ? undefined : candidates[selected];
}

/** What Enter does, if it takes a candidate. */
function describeEnter(list: OpenList): string | undefined {
  const chosen = findSelected(list);
  if (!chosen) return undefined;
  const { target } = list;
  const name = toOneLine((chosen.label ?? chosen.text).slice(0, maxShown));
  if (!isCompleteCommand(target, chosen)) return `Enter completes ${name}`;
  return `Enter runs ${target.type === 'parameter' ? `/${target.command} ${name}` : name}`;
}

/** The rest of the selected candidate; all of it if the query is not its beginning. Only at the end of the draft. */
function toGhost(list: OpenList): string {
  const chosen = findSelected(list);
  const { target, draft } = list;
  if (!chosen || target.type === 'path' || draft.cursor !== draft.text.length) return '';
  const { text, label = text, parameters = '' } = chosen;
  const isBegun = text.toLowerCase().startsWith(target.query.toLowerCase());
  const rest = isBegun ? text.slice(target.query.length) : ` → ${label}`;
  const lead = rest === '' || rest.startsWith(' ') ? ' ' : '';
  return (lead + toOneLine(`${rest} ${parameters}`.slice(0, maxShown))).trimEnd();
}

const maxShown = 200;

/** Returns the candidates for the typed text, the best first. */
export type FindCandidates = (query: string) => readonly Candidate[];

/** A source of candidates. */
export type CompletionSource = {
  /** The same key means that the opened source can be used again. */
  key: string;
  /** Rejects if the candidates cannot be read. `refresh` is called if more becomes known of them later. */
  open(refresh: () => void): FindCandidates | Promise<FindCandidates>;
};
