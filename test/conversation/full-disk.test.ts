import { expect, it } from 'vitest';
import { createConversationFile } from '../../src/conversation/conversation-file.ts';
import { listMessages } from '../../src/conversation/current-branch.ts';
import {
  applyRecord,
  createConversation,
  type JournalRecord,
} from '../../src/conversation/journal-record.ts';
import { answer, say } from './stores.ts';

it('what a full disk did not take is written with the next words', async () => {
  const head: JournalRecord = { type: 'conversation', version: 1, id: 'c1', at: '2026-11-21T12:00:00.000Z' };
  const journal: JournalRecord[] = [];
  let isFull = true;
  const file = createConversationFile({
    conversation: createConversation(head),
    pending: [head],
    isKept: true,
    append(records) {
      if (!isFull) journal.push(...records);
      return !isFull;
    },
    storePart: (part) => part as never,
    loadPart: (part) => part as never,
    onAnswer: () => {},
    takeName: (_name, work) => work(),
    onRename: () => {},
    now: () => 0,
  });
  say(file, 'first');
  await answer(file, 'lost?');
  isFull = false;
  say(file, 'second');
  expect(journal[0]).toEqual(head);
  const read = createConversation(head);
  for (const record of journal) applyRecord(read, record, (part) => part as never);
  expect(listMessages(read)).toEqual(listMessages(file.conversation));
});
