import { appendFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toPlainText } from '../../src/conversation/conversation.ts';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import { answer, createTestStore, say, stream, type TestStore } from './stores.ts';

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

describe('the list after several programs added to one conversation', () => {
  const counts = {
    inputTokens: 1,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 1,
    reasoningTokens: 0,
  };
  const paid = (credits: number): ChatEvent[] => [
    { type: 'text-delta', text: 'words' },
    { type: 'usage', usage: { ...counts, credits } },
    { type: 'finish', reason: 'stop' },
  ];
  const listWhole = (store: TestStore) => {
    const again = store.reopen();
    const [summary] = again.list();
    const { conversation } = again.open(summary?.id ?? '');
    return { summary, conversation };
  };

  it.each([
    ['all begin it by its name at once', 'begin'],
    ['all opened it at once', 'open'],
    ['the first began it, and the others joined', 'join'],
  ])('counts all turns and credits, where %s, whoever ends last', async (_, how) => {
    const store = createTestStore();
    const create = () => store.reopen().create({ name: 'notes' });
    const first = create();
    if (how !== 'begin') {
      say(first, 'first');
      await answer(first, paid(1));
    }
    const others = [1, 2, 3].map(() =>
      how === 'open' ? store.reopen().open(first.conversation.id) : create(),
    );
    const files = [first, ...others];
    for (const file of files) say(file, 'prompt');
    const open = files.map((file) => file.record(stream(paid(1)), { model: 'gpt-5.5' }));
    for (const answers of open) await answers.next();
    // The first one knows the least, and ends last.
    for (const answers of open.reverse()) for await (const _ of answers);

    const { summary, conversation } = listWhole(store);
    const count = how === 'begin' ? 4 : 5;
    expect(summary).toMatchObject({ turns: 2 * count, credits: count, open: false });
    expect(summary?.turns).toBe(conversation.turns.size);
  });

  it('counts what another added while a name was given', async () => {
    const { store, file, id } = await begin();
    const other = store.reopen().open(id);
    say(other, 'from other');
    await answer(other, paid(2));
    file.rename('notes');
    expect(listWhole(store).summary).toMatchObject({ name: 'notes', turns: 4, credits: 2 });
  });

  it('has what another began, and was killed before its end', async () => {
    const { store, file, id } = await begin();
    const other = store.reopen().open(id);
    say(other, 'from killed');
    await other.record(stream(paid(1)), { model: 'gpt-5.5' }).next();
    say(file, 'Two');
    await answer(file, 'second');
    const again = store.reopen();
    expect(again.list()).toMatchObject([{ id, turns: 6 }]);
    expect(again.search('killed', { limit: 9 }).total).toBe(1);
  });

  it('keeps the name that another gave', async () => {
    const { store, file, id } = await begin();
    store.reopen().rename(id, 'notes');
    say(file, 'Two');
    await answer(file, 'second');
    expect(listWhole(store).summary).toMatchObject({ name: 'notes', turns: 4 });
    expect(store.find('notes')).toBe(id);
  });
});

describe('a name that two programs give', () => {
  const listNames = (store: TestStore) => store.list().map(({ name }) => name);
  const taken = 'another conversation is already called "notes"';

  it('at their start is that of one conversation, with a branch for each, and is said', async () => {
    const store = createTestStore();
    const others = store.reopen();
    const [one, other] = [store.create({ name: 'notes' }), others.create({ name: 'notes' })];
    say(one, 'from one');
    say(other, 'from other');
    await Promise.all([answer(one, 'to one'), answer(other, 'to other')]);

    const again = store.reopen();
    expect(listNames(again)).toEqual(['notes']);
    expect(other.conversation.id).toBe(one.conversation.id);
    const { turns } = again.open(again.find('notes') ?? '').conversation;
    expect([...turns.values()].map(toPlainText).sort()).toEqual(
      ['from one', 'to one', 'from other', 'to other'].sort(),
    );
    expect([store.notices, others.notices]).toEqual([[notice], [notice]]);
    // The list tells of all of it, and not of what the second one knows.
    expect(again.list()).toMatchObject([{ turns: 4, createdAt: one.conversation.createdAt }]);
  });

  it('at the start of a copy, whose turns go into the one that is there', async () => {
    const { store, file } = await begin();
    const others = store.reopen();
    const copy = store.create({ name: 'notes', from: file.conversation });
    say(others.create({ name: 'notes' }), 'from other');
    say(copy, 'Two');

    expect(listNames(store).sort()).toEqual(['notes', undefined]);
    const { turns } = store.open(store.find('notes') ?? '').conversation;
    expect([...turns.values()].map(toPlainText)).toContain('Two');
    expect([...turns.values()].map(toPlainText)).toContain('from other');
  });

  it('where one gives it to a conversation that is there, while the other has not said anything yet', async () => {
    const { store, id } = await begin();
    const others = store.reopen();
    const other = others.create({ name: 'notes' });
    expect(store.rename(id, 'notes')).toBe(true);
    say(other, 'from other');

    expect(listNames(store)).toEqual(['notes']);
    expect(other.conversation.id).toBe(id);
  });

  it.each(['is there', 'has not begun'])(
    'is refused to a conversation that %s, if the other has begun with it',
    async (what) => {
      const { store, file } = await begin();
      const renamed = what === 'is there' ? file : store.create();
      say(store.reopen().create({ name: 'notes' }), 'from other');

      expect(() => renamed.rename('notes')).toThrow(taken);
      expect(renamed.rename('others')).toBe(true);

      expect(listNames(store).sort()).toEqual(
        what === 'is there' ? ['notes', 'others'] : ['notes', 'others', undefined].sort(),
      );
    },
  );

  it('stays the own one, and that of a conversation which is not kept', async () => {
    const { store, file } = await begin();
    expect([file.rename('notes'), file.rename('notes')]).toEqual([true, true]);
    const unkept = store.create({ name: 'notes', save: false });
    say(unkept, 'not kept');
    expect(listNames(store)).toEqual(['notes']);
    expect(unkept.conversation.id).not.toBe(file.conversation.id);
  });

  it('is given although a program was killed while it gave one', () => {
    const store = createTestStore();
    writeFileSync(join(store.folder, 'names.lock'), '');
    utimesSync(join(store.folder, 'names.lock'), 1, 1);
    say(store.create({ name: 'notes' }), 'One');
    expect(listNames(store)).toEqual(['notes']);
    expect(readdirSync(store.folder)).not.toContain('names.lock');
  });
});
