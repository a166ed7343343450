import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, createTestStore, say, type TestStore } from './stores.ts';

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
});
