import { type PromptText, toTyped } from '../prompt-text.ts';
import type { ReplApp } from './app.ts';
import { readDraft } from './composer/pastes.ts';
import { listBegun } from './dialogs/begun-answers.ts';
import type { HistoryKeys, LeftPrompt } from './history-keys.ts';
import type { ReplState } from './state.ts';
import type { KeptPrompt } from './turns/kept-attachments.ts';

type Source = {
  app: Pick<ReplApp, 'state' | 'dialogs'>;
  history: Pick<HistoryKeys, 'listDrafts' | 'findAlone' | 'has'>;
};

/**
 * What is left when the chat ends: the queue, the stash and the drafts, in this order. The history and the last lines of the chat are made from
 * it. A draft that was put back is in the history already, and must not be there twice.
 */
export function listLeft(source: Source): LeftPrompt[] {
  const { state, dialogs } = source.app;
  const others = [...(state.stash ? [state.stash.prompt] : []), ...listBegun(dialogs), ...listSought(state)];
  const waiting: LeftPrompt[] = [
    ...state.queue.map((prompt) => ({ prompt, from: 'queue' as const })),
    ...others.map((prompt) => ({ prompt, from: 'draft' as const })),
  ];
  const from = source.history.findAlone()?.command ? 'attachments' : 'draft';
  const drafts = source.history.listDrafts().map((prompt): LeftPrompt => ({ prompt, from }));
  if (!state.isPlaced || state.queue.length === 0) return [...waiting, ...drafts];
  // Right behind its words, its attachments are added to them.
  return [...drafts.map((one) => ({ ...one, isThere: isThere(source, one.prompt) })), ...waiting];
}

/** What the person is typing. What was typed for the values of a prompt is no draft on the screen. The words of what was put back are kept elsewhere. */
export function listTyped(source: Source): KeptPrompt[] {
  const drafts = source.history.listDrafts().filter((draft) => !isThere(source, draft));
  return [...listBegun(source.app.dialogs), ...listSought(source.app.state), ...drafts];
}

/** Words in the search of earlier prompts that none of them has. */
function listSought({ help }: ReplState): PromptText[] {
  const isFound = help?.type !== 'history-search' || help.found !== undefined;
  return isFound || help.query.trim() === '' ? [] : [toTyped(help.query)];
}

/** Whether it was put back into the composer, and the history has it. Words that came back from a list were never sent. */
function isThere({ app: { state }, history }: Source, { text, kept }: KeptPrompt): boolean {
  return state.isPlaced && !kept && text === readDraft(state.draft).text && history.has(text);
}
