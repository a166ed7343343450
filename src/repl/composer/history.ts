import { isTyped, type PromptText, toTyped } from '../../prompt-text.ts';
import type { KeptPrompt } from '../turns/kept-attachments.ts';
import type { Draft } from './draft.ts';
import { readDraft, replaceDraft, setPrompt } from './pastes.ts';

/** The sent prompts, and the position of the person in them. Immutable. */
export type PromptHistory = {
  /** The oldest first. */
  readonly entries: readonly KeptPrompt[];
  /** The index of the prompt that is shown. Behind the last one stands the unsent draft. */
  readonly position: number;
  /** Edited prompts that the person left again, and the unsent draft, by position. */
  readonly drafts: ReadonlyMap<number, Draft>;
};

export function createPromptHistory(entries: readonly KeptPrompt[]): PromptHistory {
  return { entries, position: entries.length, drafts: new Map() };
}

/**
 * Adds a prompt that was sent from the composer, unless it is empty or the same as the last one. An unsent draft that the person left for
 * the history is one step forward.
 */
export function addPrompt(history: PromptHistory, prompt: PromptText): PromptHistory {
  return addWaited(leaveHistory(history), prompt);
}

/** Adds a prompt that waited and is sent now. The person stays where they are in the history, with the unsent draft behind the last prompt. */
export function addWaited({ entries, position, drafts }: PromptHistory, prompt: KeptPrompt): PromptHistory {
  if (!isWorthKeeping(prompt, entries.at(-1)))
    return { entries: prompt.kept ? appendPrompt([...entries], prompt) : entries, position, drafts };
  const end = entries.length;
  const kept = new Map([...drafts].map(([at, draft]) => [at === end ? end + 1 : at, draft]));
  return { entries: [...entries, prompt], position: position === end ? end + 1 : position, drafts: kept };
}

/** Adds a prompt to a list, unless it is empty or the same as the last one, which then has the attachments of the newest. */
export function appendPrompt(prompts: KeptPrompt[], prompt: KeptPrompt): KeptPrompt[] {
  const last = prompts.at(-1);
  if (isWorthKeeping(prompt, last)) prompts.push(prompt);
  else if (last && prompt.text.trim() !== '' && (last.kept || prompt.kept)) {
    const { text, typed } = last;
    prompts[prompts.length - 1] = { text, typed, ...(prompt.kept && { kept: prompt.kept }) };
  }
  return prompts;
}

export function isWorthKeeping(prompt: PromptText, last: PromptText | undefined): boolean {
  if (prompt.text.trim() === '') return false;
  if (last === undefined) return true;
  // The same text may be a command if its first character was typed.
  return prompt.text !== last.text || isTyped(prompt, 0, 1) !== isTyped(last, 0, 1);
}

/** Called after the shown prompt was cleared: the next step back shows the newest prompt again, and one step forward the unsent draft. */
export function leaveHistory({ entries, drafts }: PromptHistory): PromptHistory {
  const unsent = drafts.get(entries.length);
  const isKept = unsent !== undefined && unsent.text !== '';
  return { entries, position: entries.length, drafts: new Map(isKept ? [[entries.length, unsent]] : []) };
}

/** Called after a draft was cleared: the next step back shows it again. A prompt of the history that was not edited is not added twice. */
export function keepCleared(history: PromptHistory, draft: Draft): PromptHistory {
  const prompt = readDraft(draft);
  const { entries, position, drafts } = leaveHistory(history);
  if (isAsSent(history, draft) || !isWorthKeeping(prompt, entries.at(-1)))
    return { entries, position, drafts };
  const unsent = drafts.get(position);
  const kept = new Map([[position, draft]]);
  return {
    entries: [...entries, prompt],
    position: position + 1,
    drafts: unsent ? kept.set(position + 1, unsent) : kept,
  };
}

/** The draft that the person left for the history, unless it is shown. */
export function findUnsent({ entries, drafts }: PromptHistory): Draft | undefined {
  const unsent = drafts.get(entries.length);
  return unsent && readDraft(unsent).text.trim() !== '' ? unsent : undefined;
}

/** Whether the draft is a prompt of the history as it was sent. */
export function isAsSent({ entries, position }: PromptHistory, draft: Draft): boolean {
  return readDraft(draft).text === entries[position]?.text;
}

/** Called when another text stands where the unsent draft was left: it becomes the newest prompt. Returns the same object if there is none. */
export function settleUnsent(history: PromptHistory): PromptHistory {
  const { entries, position, drafts } = history;
  const unsent = findUnsent(history);
  if (!unsent || position < entries.length) return history;
  const prompt = readDraft(unsent);
  if (!isWorthKeeping(prompt, entries.at(-1)))
    return { entries, position, drafts: withoutKey(drafts, position) };
  return { entries: [...entries, prompt], position: position + 1, drafts };
}

/** Forgets the unsent draft that the person left for the history, if it has these words. Returns the same object if it has others. */
export function forgetUnsent(history: PromptHistory, text: string): PromptHistory {
  const unsent = findUnsent(history);
  if (!unsent || readDraft(unsent).text !== text) return history;
  return { ...history, drafts: withoutKey(history.drafts, history.entries.length) };
}

/** Steps to the prompt before or after the shown one, and keeps edits. Returns the same objects if there is none. */
export function walkHistory(
  history: PromptHistory,
  draft: Draft,
  step: -1 | 1,
): { history: PromptHistory; draft: Draft } {
  const { entries, drafts } = history;
  const position = history.position + step;
  // The person left an unsent draft for the history, and cleared the prompt that was shown there.
  const unsent = position > entries.length && draft.text === '' ? drafts.get(entries.length) : undefined;
  if (unsent) return { history: createPromptHistory(entries), draft: withPieces(unsent, draft) };
  if (position < 0 || position > entries.length) return { history, draft };
  const kept = drafts.get(position);
  const left = leavePosition(history, draft, position);
  return {
    // The unsent draft is in the composer again.
    history: position === entries.length ? { ...left, drafts: withoutKey(left.drafts, position) } : left,
    draft: kept ? withPieces(kept, draft) : replaceDraft(draft, entries[position] ?? toTyped('')),
  };
}

/** Shows the prompt at a position, as it was sent. An undo brings back the draft that it replaced. */
export function takePrompt(
  history: PromptHistory,
  draft: Draft,
  position: number,
): { history: PromptHistory; draft: Draft } {
  return {
    history: leavePosition(history, draft, position),
    draft: setPrompt(draft, history.entries[position] ?? toTyped('')),
  };
}

/** Keeps the draft for when the person comes back. An empty draft does not replace one that is kept. */
function leavePosition(
  { entries, drafts, position: left }: PromptHistory,
  draft: Draft,
  position: number,
): PromptHistory {
  const isLost = draft.text === '' && drafts.has(left);
  return { entries, position, drafts: isLost ? drafts : new Map(drafts).set(left, draft) };
}

function withoutKey<T>(map: ReadonlyMap<number, T>, key: number): ReadonlyMap<number, T> {
  return new Map([...map].filter(([other]) => other !== key));
}

/** A draft with the pastes and the kill ring of another, so that cut text can be inserted there. */
export function withPieces(kept: Draft, { pastes, pasteCount, killRing }: Draft): Draft {
  return { ...kept, pastes: new Map([...kept.pastes, ...pastes]), pasteCount, killRing };
}

/** An incremental search in the sent prompts, from the newest back. Immutable. */
export type HistorySearch = {
  readonly query: string;
  /** Indexes of the matches so far. The last one is shown. A prompt that was sent twice appears once. */
  readonly seen: readonly number[];
  /** Whether the last step found no further match. */
  readonly failed: boolean;
};

/** Searches for a text, from the newest prompt. Case matters if the query has capital letters. Every prompt has the empty text. */
export function searchFor(entries: readonly string[], query: string): HistorySearch {
  return findOlder(entries, { query, seen: [], failed: false });
}

/** Steps to the next older match. Without one, the shown match stays. */
export function findOlder(entries: readonly string[], search: HistorySearch): HistorySearch {
  const { query, seen } = search;
  const matches = createMatcher(query);
  const shown = new Set(seen.map((index) => entries[index]));
  for (let index = (seen.at(-1) ?? entries.length) - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry !== undefined && !shown.has(entry) && matches(entry))
      return { query, seen: [...seen, index], failed: false };
  }
  return { ...search, failed: true };
}

/** The index of the match that is shown. Undefined without one. */
export function getMatch({ seen }: HistorySearch): number | undefined {
  return seen.at(-1);
}

function createMatcher(query: string): (entry: string) => boolean {
  if (query !== query.toLowerCase()) return (entry) => entry.includes(query);
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), 'i');
  return (entry) => pattern.test(entry);
}
