import { type PromptText, toTyped } from '../../prompt-text.ts';
import { type Draft, replaceDraft } from './draft.ts';

/** The prompts that were sent, and where in them the person is. Nothing in it is ever changed. */
export type PromptHistory = {
  /** The oldest first. */
  readonly entries: readonly PromptText[];
  /** The index of the prompt that is shown; behind the last one, the draft that was being typed. */
  readonly position: number;
  /** What was made of the prompts that were left again, and the draft, by their positions. */
  readonly drafts: ReadonlyMap<number, Draft>;
};

export function createPromptHistory(entries: readonly PromptText[]): PromptHistory {
  return { entries, position: entries.length, drafts: new Map() };
}

/** After a prompt was sent. It is kept as it is, but for an empty one, and for one that was the last one too. */
export function addPrompt(history: PromptHistory, prompt: PromptText): PromptHistory {
  return createPromptHistory(
    isWorthKeeping(prompt, history.entries.at(-1)) ? [...history.entries, prompt] : history.entries,
  );
}

export function isWorthKeeping(prompt: PromptText, last: PromptText | undefined): boolean {
  return prompt.text.trim() !== '' && prompt.text !== last?.text;
}

/** After the prompt that was shown was cleared: the next step back shows the newest one again. An unsent draft is one step forth. */
export function leaveHistory({ entries, drafts }: PromptHistory): PromptHistory {
  const unsent = drafts.get(entries.length);
  return { entries, position: entries.length, drafts: new Map(unsent ? [[entries.length, unsent]] : []) };
}

/**
 * After a draft was cleared: the next step back shows it again, as it stood. A prompt that was shown as it was sent is there already, and is left.
 */
export function keepCleared(history: PromptHistory, draft: Draft, prompt: PromptText): PromptHistory {
  const { entries, position, drafts } = leaveHistory(history);
  const isKept = prompt.text === history.entries[history.position]?.text;
  if (isKept || !isWorthKeeping(prompt, entries.at(-1))) return { entries, position, drafts };
  const unsent = history.position < entries.length ? drafts.get(position) : undefined;
  const kept = new Map([[position, draft]]);
  return {
    entries: [...entries, prompt],
    position: position + 1,
    drafts: unsent ? kept.set(position + 1, unsent) : kept,
  };
}

/** The prompt before or after the one that is shown. What is left stays as it was edited. The same objects where there is none. */
export function walkHistory(
  history: PromptHistory,
  draft: Draft,
  step: -1 | 1,
): { history: PromptHistory; draft: Draft } {
  const { entries, drafts } = history;
  const position = history.position + step;
  // A draft that was left for the history, which was left in turn.
  const unsent = position > entries.length && draft.text === '' ? drafts.get(entries.length) : undefined;
  if (unsent) return { history: createPromptHistory(entries), draft: withPieces(unsent, draft) };
  if (position < 0 || position > entries.length) return { history, draft };
  const kept = drafts.get(position);
  return {
    history: leavePosition(history, draft, position),
    draft: kept ? withPieces(kept, draft) : replaceDraft(draft, entries[position] ?? toTyped('')),
  };
}

/** The prompt that a search shows, just as it was sent. */
export function takePrompt(
  history: PromptHistory,
  draft: Draft,
  position: number,
): { history: PromptHistory; draft: Draft } {
  return {
    history: leavePosition(history, draft, position),
    draft: replaceDraft(draft, history.entries[position] ?? toTyped('')),
  };
}

/** What stands there now is kept for when the person comes back, unless there is nothing and something is kept already. */
function leavePosition(
  { entries, drafts, position: left }: PromptHistory,
  draft: Draft,
  position: number,
): PromptHistory {
  const isLost = draft.text === '' && drafts.has(left);
  return { entries, position, drafts: isLost ? drafts : new Map(drafts).set(left, draft) };
}

/** What was cut or folded in one of them can be put into another. */
function withPieces(kept: Draft, { pastes, pasteCount, killRing }: Draft): Draft {
  return { ...kept, pastes, pasteCount, killRing };
}

/** An incremental search in the prompts that were sent, from the newest back. Nothing in it is ever changed. */
export type HistorySearch = {
  readonly query: string;
  /** Indexes of the matches seen so far, the last being the one that is shown. Prompts that were sent twice are there once. */
  readonly seen: readonly number[];
  /** Whether the last search found nothing more. */
  readonly failed: boolean;
};

export function startSearch(): HistorySearch {
  return { query: '', seen: [], failed: false };
}

/** Searches for another text, from the newest prompt. Capital letters count where there are some in the query. */
export function searchFor(entries: readonly string[], query: string): HistorySearch {
  if (query === '') return startSearch();
  return findOlder(entries, { query, seen: [], failed: false });
}

/** The next older prompt that matches. The match that is shown stays where there is none. */
export function findOlder(entries: readonly string[], search: HistorySearch): HistorySearch {
  const { query, seen } = search;
  if (query === '') return search;
  const matches = createMatcher(query);
  const shown = new Set(seen.map((index) => entries[index]));
  for (let index = (seen.at(-1) ?? entries.length) - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry !== undefined && !shown.has(entry) && matches(entry))
      return { query, seen: [...seen, index], failed: false };
  }
  return { ...search, failed: true };
}

/** The index of the prompt that is shown, if there is one. */
export function getMatch({ seen }: HistorySearch): number | undefined {
  return seen.at(-1);
}

function createMatcher(query: string): (entry: string) => boolean {
  if (query !== query.toLowerCase()) return (entry) => entry.includes(query);
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), 'i');
  return (entry) => pattern.test(entry);
}
