import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type ConversationFile, createConversationFile } from '../../src/conversation/conversation-file.ts';
import { listMessages } from '../../src/conversation/current-branch.ts';
import {
  applyRecord,
  createConversation,
  type JournalRecord,
} from '../../src/conversation/journal-record.ts';
import { answer, createTestFolder, createTestStore, say } from './stores.ts';

it('what a full disk did not take is written with the next words', async () => {
  const head: JournalRecord = { type: 'conversation', version: 1, id: 'c1', at: '2026-11-21T12:00:00.000Z' };
  const journal: JournalRecord[] = [];
  let isFull = true;
  const file = createConversationFile({
    conversation: createConversation(head),
    pending: [head],
    isKept: true,
    isBehind: () => isFull,
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

it('an image that could not be written is written with the next words, and one that was cut is none', async () => {
  const store = createTestStore();
  const file = store.create();
  const image = { type: 'image' as const, source: { mediaType: 'image/png', data: 'aGVsbG8gdGhlcmU=' } };
  const inTheWay = join(store.folder, 'attachments');
  writeFileSync(inTheWay, '');
  file.say([image]);
  await answer(file, 'I see');
  expect(store.notices).toEqual([expect.stringMatching(/not saved/)]);
  rmSync(inTheWay);
  say(file, 'And now?');
  expect(store.catchUp()).toBe(0);
  const { id } = file.conversation;
  expect(listMessages(store.reopen().open(id).conversation)).toEqual(listMessages(file.conversation));
  const [name = ''] = readdirSync(inTheWay);
  writeFileSync(join(inTheWay, name), 'hell');
  const [cut] = listMessages(store.reopen().open(id).conversation);
  expect(JSON.stringify(cut)).toContain(`[an attachment that is damaged: ${name}]`);
  const other = store.reopen().create();
  other.say([image]);
  const [whole] = listMessages(store.reopen().open(id).conversation);
  expect(whole?.parts).toEqual([image]);
  expect(readdirSync(inTheWay)).toEqual([name]);
});

it.each([
  ['cut', (path: string) => writeFileSync(path, 'on')],
  ['gone', (path: string) => rmSync(path)],
])(
  'a file that a model changed is not taken for one that was not there if its copy is %s',
  async (_, damage) => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'Change it');
    await answer(file, [
      { type: 'tool-call-delta', index: 0, id: 'c1', name: 'edit', arguments: '{}' },
      { type: 'finish', reason: 'tool-calls' },
    ]);
    const turn = file.conversation.head ?? '';
    file.recordCall(turn, 0);
    const change = { path: '/a.txt', before: 'one', after: 'hash', made: 'two' };
    file.recordResult(turn, { call: 0, parts: [], changes: [change] });
    const read = (from: ConversationFile): unknown => {
      const last = from.conversation.turns.get(turn);
      return last?.role === 'assistant' && last.results?.[0]?.changes;
    };
    const { id } = file.conversation;
    expect(read(store.reopen().open(id))).toEqual([change]);
    const folder = join(store.folder, 'attachments');
    for (const name of readdirSync(folder)) damage(join(folder, name));
    const lost = [{ path: '/a.txt', before: undefined, after: 'hash', isLost: true }];
    const later = store.reopen();
    expect(read(later.open(id))).toEqual(lost);
    const copy = later.create({ from: later.open(id).conversation });
    say(copy, 'And now?');
    expect([...later.reopen().open(copy.conversation.id).conversation.turns.values()]).toContainEqual(
      expect.objectContaining({ results: [expect.objectContaining({ changes: lost })] }),
    );
  },
);

it.each([
  ['a dangling link', 'link', ''],
  ['below a dangling link', 'link', 'data'],
  ['far below a dangling link', 'link', 'data/copilot-cli'],
])('a folder that could not be made was not deleted, and takes all later: %s', async (_, link, below) => {
  const base = createTestFolder();
  symlinkSync('nowhere', join(base, link));
  const store = createTestStore(join(base, link, below));
  const [file, named] = [store.create(), store.create({ name: 'two' })];
  say(file, 'One');
  await answer(file, 'I see');
  say(named, 'Two');
  expect(store.notices).toEqual(
    Array(2).fill(expect.stringMatching(/^the conversation is not saved: ENOENT: .*link/)),
  );
  mkdirSync(join(base, 'nowhere'));
  say(store.create(), 'Three');
  expect(store.catchUp()).toBe(0);
  expect(store.reopen().list()).toHaveLength(3);
});
