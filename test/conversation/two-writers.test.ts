import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, createTestStore, say } from './stores.ts';

const notice =
  'Another program added to this conversation at the same time; both are kept, each on its own branch: /branches in the chat.';

async function begin() {
  const store = createTestStore();
  const file = store.create();
  say(file, 'One');
  await answer(file, 'first');
  const { id } = file.conversation;
  return { store, file, id, path: join(store.folder, 'conversations', `${id}.jsonl`) };
}

describe('a conversation that two programs have open', () => {
  it('says so once to each, when it finds what the other has said', async () => {
    const { store, file, id } = await begin();
    const others = store.reopen();
    const other = others.open(id);
    say(file, 'from one');
    expect(store.notices).toEqual([]);
    say(other, 'from other');
    expect(others.notices).toEqual([notice]);
    await Promise.all([answer(file, 'to one'), answer(other, 'to other')]);
    say(file, 'again');
    say(other, 'again');
    expect(store.notices).toEqual([notice]);
    expect(others.notices).toEqual([notice]);
  });

  it('says so where one of them opened it in steps', async () => {
    const { store, file, id } = await begin();
    const others = store.reopen();
    const other = await others.openInSteps(id, { signal: new AbortController().signal });
    say(file, 'from one');
    say(other, 'from other');
    expect(others.notices).toEqual([notice]);
  });

  it('says nothing where the other only gave it a name', async () => {
    const { store, file, id } = await begin();
    store.reopen().rename(id, 'notes');
    say(file, 'Two');
    await answer(file, 'second');
    expect(store.notices).toEqual([]);
  });

  it('says nothing where nobody else was there, whatever is in it', async () => {
    const { store, file, id, path } = await begin();
    appendFileSync(path, '{"type":"text","turn":"to');
    const again = store.reopen();
    const reopened = again.open(id);
    again.notices.length = 0;
    for (const text of ['Grüße 👋', '世界']) {
      say(reopened, text);
      await answer(reopened, text);
      reopened.moveTo(undefined);
    }
    expect(again.notices).toEqual([]);
    const copy = store.create({ from: file.conversation });
    say(copy, 'Two');
    await answer(copy, 'second');
    expect(store.notices).toEqual([]);
  });
});
