import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listBranch } from '../../src/conversation/current-branch.ts';
import { createJournalFiles } from '../../src/conversation/journal-files.ts';
import { answer, createTestFolder, createTestStore, say, stream, type TestStore } from './stores.ts';

const picture = (content: string) => ({
  type: 'image' as const,
  source: { mediaType: 'image/png', data: Buffer.from(content).toString('base64') },
});

function show(store: TestStore, ...contents: string[]): string {
  const file = store.create();
  file.say([{ type: 'text', text: 'Look' }, ...contents.map(picture)]);
  return file.conversation.id;
}

const readAttachments = (store: TestStore): string[] => {
  const folder = join(store.folder, 'attachments');
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .sort();
};

const readDerived = (store: TestStore): string =>
  ['index.jsonl', 'search.txt'].map((file) => readFileSync(join(store.folder, file), 'utf8')).join('');

describe('deleting a conversation', () => {
  it('removes its attachments, and keeps those that another one has', () => {
    const store = createTestStore();
    const first = show(store, 'mine', 'ours');
    const second = show(store, 'ours', 'theirs');
    store.delete(first);
    expect(readAttachments(store)).toEqual(['ours', 'theirs']);
    store.delete(second);
    expect(readAttachments(store)).toEqual([]);
  });

  it('removes what several had in common, where all of them go', () => {
    const store = createTestStore();
    store.delete(show(store, 'ours'), show(store, 'ours'));
    expect(readAttachments(store)).toEqual([]);
  });

  it('keeps what a conversation of a newer version has', () => {
    const store = createTestStore();
    const first = show(store, 'ours');
    const second = show(store, 'ours');
    const journal = join(store.folder, 'conversations', `${second}.jsonl`);
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"version":1', '"version":99'));
    expect(() => store.open(second)).toThrow(/newer version/);
    store.delete(first);
    expect(readAttachments(store)).toEqual(['ours']);
  });

  it('goes by what was attached, and not by what was said', () => {
    const store = createTestStore();
    const first = show(store, 'mine');
    const [file = ''] = readdirSync(join(store.folder, 'attachments'));
    say(store.create(), `{"file":"${file}"}`);
    store.delete(first);
    expect(readAttachments(store)).toEqual([]);
  });

  it('leaves no title of it in the list, although nothing was ever searched', async () => {
    const store = createTestStore();
    const file = store.create({ name: 'my secret' });
    file.say([picture('mine')]);
    await answer(file, []);
    expect(existsSync(join(store.folder, 'search.txt'))).toBe(false);
    store.delete(file.conversation.id);
    expect(readFileSync(join(store.folder, 'index.jsonl'), 'utf8')).not.toContain('secret');
  });

  it('is finished by the next process where it was killed', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'my secret');
    await answer(file, 'I see');
    const other = store.create();
    say(other, 'whales');
    await answer(other, 'yes');
    rmSync(join(store.folder, 'conversations', `${file.conversation.id}.jsonl`));
    expect(store.reopen().list()).toHaveLength(1);
    expect(readDerived(store)).not.toContain('secret');
    expect(store.search('whales', { limit: 9 }).total).toBe(1);
  });

  it('that goes on in another process leaves nothing of it, and says so there', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'my secret');
    await answer(file, 'a secret');
    say(file, 'one more secret');
    store.reopen().delete(file.conversation.id);
    await answer(file, 'the last secret');
    say(file, 'and what was the secret?');
    expect(store.notices).toEqual(['the conversation is not saved: it was deleted meanwhile']);
    expect(readdirSync(join(store.folder, 'conversations'))).toEqual([]);
    expect(readDerived(store)).not.toContain('secret');
    expect(file.conversation.turns.size).toBe(5);
  });

  it('keeps what other conversations add meanwhile', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'whales');
    const events = file.record(stream([{ type: 'text-delta', text: 'They sing' }]), { model: 'm' });
    await events.next();
    const id = show(store, 'mine');
    store.reopen().delete(id);
    for await (const _ of events);
    expect(store.search('sing', { limit: 9 }).total).toBe(1);
  });
});

describe('an attachment of a conversation that is deleted', () => {
  const part = picture('ours');

  it('stays where another process begins to use it at that moment', () => {
    const folder = createTestFolder();
    const mine = createJournalFiles(folder);
    const theirs = createJournalFiles(folder);
    const stored = mine.store(part);
    mine.keep(stored);
    const file = readdirSync(folder);
    let asked = 0;
    mine.remove(file, () => {
      asked += 1;
      // The other journal mentions it, and the other process finds the file in its place, or not.
      if (asked === 1) return new Set();
      return new Set(file);
    });
    theirs.keep(theirs.store(part));
    expect(readdirSync(folder)).toEqual(file);
    expect(createJournalFiles(folder).load(stored)).toEqual(part);
  });

  it('is written again where another process mentions it too late', () => {
    const folder = createTestFolder();
    const mine = createJournalFiles(folder);
    mine.keep(mine.store(part));
    const theirs = createJournalFiles(folder);
    const stored = theirs.store(part);
    mine.remove(readdirSync(folder), () => new Set());
    expect(readdirSync(folder)).toEqual([]);
    theirs.keep(stored);
    expect(createJournalFiles(folder).load({ ...stored })).toEqual(part);
  });

  it('goes with the next one where the process was killed in the middle', () => {
    const store = createTestStore();
    const first = show(store, 'mine');
    const attachments = join(store.folder, 'attachments');
    writeFileSync(join(attachments, `${'0'.repeat(32)}.png.removed`), 'left over');
    store.delete(first);
    expect(readdirSync(attachments)).toEqual([]);
  });

  it('that cannot be written is said, and the model is shown it all the same', () => {
    const store = createTestStore();
    writeFileSync(join(store.folder, 'attachments'), 'in the way');
    const file = store.create();
    file.say([part]);
    expect(store.notices).toEqual([expect.stringMatching(/is not saved/)]);
    expect(listBranch(file.conversation)[0]?.parts).toEqual([part]);
  });
});
