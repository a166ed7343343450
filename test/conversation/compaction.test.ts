import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  compact,
  findCompacted,
  findUncompacted,
  listExchanges,
  planCompaction,
} from '../../src/conversation/compaction.ts';
import { findSystem, toPlainText } from '../../src/conversation/conversation.ts';
import type { ConversationFile } from '../../src/conversation/conversation-file.ts';
import { listBranch } from '../../src/conversation/current-branch.ts';
import { listSpent, sumByModel } from '../../src/conversation/spending.ts';
import type { ChatEvent, Usage } from '../../src/dialects/chat-event.ts';
import { answer, createTestStore, say, type TestStore } from './stores.ts';

const usage: Usage = {
  inputTokens: 10,
  cachedInputTokens: 4,
  cacheWriteTokens: undefined,
  outputTokens: 5,
  reasoningTokens: undefined,
  credits: 0.5,
};

const summary = {
  prompt: 'Sum up.',
  text: 'They counted.',
  model: 'gpt-5.5',
  usage: { ...usage, credits: 0.25 },
  finish: 'stop' as const,
};

const reply = (text: string): ChatEvent[] => [
  { type: 'reasoning-delta', index: 0, text: 'Hm.', opaque: 'SEAL' },
  { type: 'text-delta', text },
  { type: 'usage', usage },
  { type: 'finish', reason: 'stop' },
];

/** Five prompts and their answers, the second prompt pinned. */
async function countToFive(store: TestStore): Promise<ConversationFile> {
  const file = store.create();
  for (const number of ['one', 'two', 'three', 'four', 'five']) {
    say(file, number, number === 'one' ? 'Be brief.' : undefined);
    await answer(file, reply(`answer ${number}`));
  }
  file.pin(listExchanges(file.conversation)[1]?.prompt.id ?? '', true);
  return file;
}

const readTexts = (file: ConversationFile): string[] => listBranch(file.conversation).map(toPlainText);

describe('what a summary takes the place of', () => {
  it('is all but the last two exchanges and those that are pinned', async () => {
    const { conversation } = await countToFive(createTestStore());
    const { dropped, kept } = planCompaction(conversation);
    expect(dropped.map(({ prompt }) => toPlainText(prompt))).toEqual(['one', 'three']);
    expect(kept.map(({ prompt }) => toPlainText(prompt))).toEqual(['two', 'four', 'five']);
  });

  it('is nothing in a short conversation', () => {
    const file = createTestStore().create();
    say(file, 'one');
    expect(planCompaction(file.conversation).dropped).toEqual([]);
  });
});

describe('a compacted conversation', () => {
  it('begins with the summary, and has what was kept word by word, for the next process too', async () => {
    const store = createTestStore();
    const file = await countToFive(store);
    compact(file, planCompaction(file.conversation), summary);
    const read = store.reopen().open(file.conversation.id);
    for (const one of [file, read]) {
      expect(readTexts(one)).toEqual([
        'Sum up.',
        'They counted.',
        ...['two', 'answer two', 'four', 'answer four', 'five', 'answer five'],
      ]);
      expect(findSystem(listBranch(one.conversation))).toBe('Be brief.');
      expect(planCompaction(one.conversation).kept.map(({ prompt }) => prompt.pinned)).toEqual([
        true,
        undefined,
        undefined,
      ]);
    }
    expect(listBranch(read.conversation).flatMap(({ parts }) => parts.map(({ type }) => type))).not.toContain(
      'reasoning',
    );
  });

  it('leads back to what it stands for, and there again', async () => {
    const file = await countToFive(createTestStore());
    const before = file.conversation.head;
    compact(file, planCompaction(file.conversation), summary);
    const after = file.conversation.head;
    expect(findUncompacted(file.conversation)).toBe(before);
    file.moveTo(before);
    expect(readTexts(file)).toHaveLength(10);
    expect(findUncompacted(file.conversation)).toBeUndefined();
    expect(findCompacted(file.conversation)).toBe(after);
  });

  it('is paid for once, and found once', async () => {
    const store = createTestStore();
    const file = await countToFive(store);
    compact(file, planCompaction(file.conversation), summary);
    expect(sumByModel(listSpent(file.conversation))).toEqual([
      {
        model: 'gpt-5.5',
        answers: 6,
        inputTokens: 60,
        cachedInputTokens: 24,
        outputTokens: 30,
        credits: 2.75,
        isEstimated: false,
      },
    ]);
    const again = store.reopen();
    expect(again.list()[0]).toMatchObject({ credits: 2.75, turns: 12 });
    expect(again.search('"answer four"', { limit: 9 }).total).toBe(1);
    expect(again.search('counted', { limit: 9 }).total).toBe(1);
  });

  it('can be copied into a conversation of its own', async () => {
    const store = createTestStore();
    const file = await countToFive(store);
    compact(file, planCompaction(file.conversation), summary);
    const copy = store.create({ from: file.conversation });
    say(copy, 'six');
    const read = store.reopen().open(copy.conversation.id);
    expect(readTexts(read)).toHaveLength(9);
    expect(findUncompacted(read.conversation)).toBeUndefined();
    expect(planCompaction(read.conversation).kept[0]?.prompt.pinned).toBe(true);
  });
});

describe('a journal', () => {
  it('that has records of a kind of tomorrow is read without a complaint', async () => {
    const store = createTestStore();
    const file = await countToFive(store);
    const path = join(store.folder, 'conversations', `${file.conversation.id}.jsonl`);
    appendFileSync(path, '{"type":"mood","at":"2026-11-21T12:00:00.000Z"}\n');
    const again = store.reopen();
    expect(readTexts(again.open(file.conversation.id))).toHaveLength(10);
    expect(again.notices).toEqual([]);
    expect(readFileSync(path, 'utf8')).toContain('"type":"pin"');
  });
});
