import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createConversationFile } from '../../src/conversation/conversation-file.ts';
import { listMessages } from '../../src/conversation/current-branch.ts';
import {
  applyRecord,
  createConversation,
  type JournalRecord,
} from '../../src/conversation/journal-record.ts';
import { answer, createTestStore, say } from './stores.ts';

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

it('what several conversations could not write is told of each, and written with the next prompt that is', async () => {
  const store = createTestStore();
  const inTheWay = join(store.folder, 'conversations');
  writeFileSync(inTheWay, '');
  const [first, second, empty] = [store.create(), store.create({ name: 'two' }), store.create()];
  say(first, 'One');
  await answer(first, 'I see');
  say(second, 'Two');
  expect(store.notices).toHaveLength(2);
  expect([first.catchUp(), second.catchUp(), empty.catchUp(), store.catchUp()]).toEqual([
    false,
    false,
    true,
    2,
  ]);
  // As it is, and not as the disk has it.
  expect(store.open(first.conversation.id)).toBe(first);
  rmSync(inTheWay);
  const third = store.create();
  say(third, 'Three');
  expect(store.catchUp()).toBe(0);
  const later = store.reopen();
  expect(later.list()).toHaveLength(3);
  expect(listMessages(later.open(first.conversation.id).conversation)).toEqual(
    listMessages(first.conversation),
  );
  expect(later.find('two')).toBe(second.conversation.id);
});

it('what was deleted meanwhile is not written again', async () => {
  const store = createTestStore();
  const file = store.create();
  say(file, 'One');
  store.reopen().delete(file.conversation.id);
  await answer(file, 'I see');
  expect(store.catchUp()).toBe(0);
  say(store.create(), 'Two');
  expect(store.reopen().list()).toHaveLength(1);
});
