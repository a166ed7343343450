import { createConversationStore } from '../conversation/store.ts';
import type { Candidate, Known } from './complete.ts';

/** More than a person reads. */
const maxConversations = 50;

/** By name, or else by the id with the first words. */
export function listConversations({ dataFolder, now }: Pick<Known, 'dataFolder' | 'now'>): Candidate[] {
  const store = createConversationStore({ folder: dataFolder, now, onNotice: () => {} });
  return store
    .list()
    .slice(0, maxConversations)
    .map(({ id, name, title }) => ({ value: name ?? id, about: name === undefined ? title : undefined }));
}
