import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Turn } from '../../src/conversation/conversation.ts';
import type { ConversationFile } from '../../src/conversation/conversation-file.ts';
import { listBranch } from '../../src/conversation/current-branch.ts';
import { readLinesBackwards } from '../../src/conversation/lines-file.ts';
import { readRecentTurns } from '../../src/conversation/recent-turns.ts';
import { createRandom, type Random } from '../helpers/random.ts';
import { itRepeats } from '../helpers/sampled.ts';
import { answer, createTestFolder, createTestStore, say, type TestStore } from './stores.ts';

const toPath = (store: TestStore, file: ConversationFile): string =>
  join(store.folder, 'conversations', `${file.conversation.id}.jsonl`);

const readRecent = (store: TestStore, file: ConversationFile, count: number, maxBytes = 1e6) =>
  readRecentTurns(toPath(store, file), {
    count,
    maxBytes,
    loadPart: (part) => part as Turn['parts'][number] & { type: 'text' },
  });

/** Talks, goes back, goes elsewhere, and is renamed. */
async function converseAtRandom(file: ConversationFile, random: Random, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    const { conversation } = file;
    const event = random.integer(9);
    if (event === 0) file.moveTo(listBranch(conversation).findLast(({ role }) => role === 'user')?.parent);
    else if (event === 1) file.moveTo(random.pick([...conversation.turns.keys(), undefined]));
    else if (event === 2) file.rename(random.text(9));
    else {
      say(file, random.text(40), random.chance(0.2) ? random.text(9) : undefined);
      if (random.chance(0.9)) await answer(file, random.text(200));
    }
  }
}

describe('the last turns of a conversation', () => {
  itRepeats(60, 'are those that the whole journal has, whatever happened in it', async (rounds) => {
    const random = createRandom(3);
    for (let run = 0; run < rounds; run += 1) {
      const store = createTestStore();
      const file = store.create();
      say(file, 'first');
      await converseAtRandom(file, random, random.integer(15));
      const branch = listBranch(store.open(file.conversation.id).conversation);
      for (const count of [1, 2, 3, 100]) {
        const recent = readRecent(store, file, count);
        expect(recent?.turns).toEqual(branch.slice(-count));
        expect(recent?.isWhole).toBe(branch.length <= count);
      }
    }
  });

  it('are fewer, or unknown, where they lie too far back', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'first');
    await answer(file, 'x'.repeat(5000));
    const end = file.conversation.head;
    file.moveTo(undefined);
    say(file, 'second');
    await answer(file, 'y'.repeat(5000));
    expect(readRecent(store, file, 9, 3000)).toBeUndefined();
    file.moveTo(end);
    expect(readRecent(store, file, 9, 3000)).toBeUndefined();
    say(file, 'third');
    const recent = readRecent(store, file, 9, 3000);
    expect(recent).toMatchObject({ isWhole: false, turns: [{ parts: [{ text: 'third' }] }] });
    expect(recent?.turns).toHaveLength(1);
    expect(readRecent(store, file, 9)?.turns).toHaveLength(3);
  });

  it('are none where everything was undone', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'first');
    await answer(file, 'yes');
    file.moveTo(undefined);
    expect(readRecent(store, file, 2)).toEqual({ turns: [], isWhole: true });
  });

  it('are there although the last line was torn, and an answer never ended', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'first');
    await answer(file, 'yes');
    say(file, 'second');
    const path = toPath(store, file);
    appendFileSync(path, '{"type":"assistant","id":"a2","parent":"');
    expect(store.readRecent(file.conversation.id, { count: 1 })?.turns).toMatchObject([{ role: 'user' }]);
    const { head } = file.conversation;
    appendFileSync(
      path,
      `\n{"type":"assistant","id":"a2","parent":"${head}","at":"2026","model":"m"}\n{"type":"te`,
    );
    expect(store.readRecent(file.conversation.id, { count: 2 })?.turns).toMatchObject([
      { parts: [{ text: 'second' }] },
      { id: 'a2', parts: [] },
    ]);
  });

  it('of what is no journal, or of a newer version, are refused as the whole is', () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'first');
    const path = toPath(store, file);
    const whole = readFileSync(path, 'utf8');
    const { id } = file.conversation;
    for (const text of ['', 'hello\n', whole.replace('"version":1', '"version":9')]) {
      writeFileSync(path, text);
      expect(() => store.readRecent(id, { count: 1 })).toThrow(expect.objectContaining({ code: 'config' }));
      expect(() => store.open(id)).toThrow(expect.objectContaining({ code: 'config' }));
    }
    expect(() => store.readRecent('none', { count: 1 })).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('opening in steps', () => {
  it('gives what opening at once gives', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'first');
    await answer(file, 'yes');
    const { signal } = new AbortController();
    const { id } = file.conversation;
    expect((await store.openInSteps(id, { signal })).conversation).toEqual(store.open(id).conversation);
    await expect(store.openInSteps('none', { signal })).rejects.toMatchObject({ code: 'usage' });
  });

  it('ends with the reason of the signal, and lets other things happen before', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'x'.repeat(600_000));
    say(file, 'second');
    const controller = new AbortController();
    const opening = store.openInSteps(file.conversation.id, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
  });
});

itRepeats(100, 'lines are read backwards, whatever is read at a time', (rounds) => {
  const random = createRandom(5);
  const path = join(createTestFolder(), 'lines.txt');
  for (let run = 0; run < rounds; run += 1) {
    const text = Array.from({ length: random.integer(12) }, () => random.text(30)).join('\n');
    writeFileSync(path, text);
    const lines = text.split('\n').filter(Boolean).reverse();
    for (const blockBytes of [1, 3, 64, 10_000]) {
      const read = [...readLinesBackwards(path, blockBytes)];
      expect(read.map(({ line }) => line.toString())).toEqual(lines);
      const bytes = readFileSync(path);
      for (const { line, position } of read)
        expect(bytes.subarray(position, position + line.length).equals(line)).toBe(true);
    }
  }
});
