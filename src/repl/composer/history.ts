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

/** The prompt before or after the one that is shown. What is left stays as it was edited. The same objects where there is none. */
export function walkHistory(
  history: PromptHistory,
  draft: Draft,
  step: -1 | 1,
): { history: PromptHistory; draft: Draft } {
  return goToPrompt(history, draft, history.position + step);
}

/** The same for any of the prompts, as a search finds them. */
export function goToPrompt(
  history: PromptHistory,
  draft: Draft,
  position: number,
): { history: PromptHistory; draft: Draft } {
  const { entries } = history;
  if (position < 0 || position > entries.length || position === history.position) return { history, draft };
  const drafts = new Map(history.drafts).set(history.position, draft);
  const kept = drafts.get(position);
  const { pastes, pasteCount, killRing } = draft;
  return {
    history: { entries, position, drafts },
    // What was cut in one of them can be put into another.
    draft: kept
      ? { ...kept, pastes, pasteCount, killRing }
      : replaceDraft(draft, entries[position] ?? toTyped('')),
  };
}
