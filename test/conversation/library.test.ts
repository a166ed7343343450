import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createSnippet,
  fold,
  formatSearchLine,
  parseQuery,
  searchFile,
} from '../../src/conversation/search.ts';
import { createRandom } from '../helpers/random.ts';
import { itRepeats } from '../helpers/sampled.ts';
import { answer, createTestFolder, createTestStore, say, stream, type TestStore } from './stores.ts';

async function converse(store: TestStore, question: string, reply: string, name?: string): Promise<string> {
  const file = store.create({ name });
  say(file, question);
  await answer(file, reply);
  return file.conversation.id;
}

const search = (store: TestStore, query: string, limit = 20) => {
  const { total, found } = store.search(query, { limit });
  return { total, found: found.map(({ summary, turn, snippet }) => [summary.id, turn.role, snippet.match]) };
};

describe('the last conversation', () => {
  it('is one in which something was answered, if there is one', async () => {
    const store = createTestStore();
    const unanswered = store.create({});
    say(unanswered, 'Nobody hears');
    expect(store.reopen().findLast()).toBe(unanswered.conversation.id);
    const answered = await converse(store, 'Hi', 'Hello');
    const later = store.create({});
    say(later, 'Nobody hears this, either');
    expect(store.reopen().findLast()).toBe(answered);
    await answer(later, 'I do.');
    expect(store.reopen().findLast()).toBe(later.conversation.id);
  });
});

describe('the list', () => {
  it('has the newest first, and what is worth knowing of each', async () => {
    const store = createTestStore();
    const first = await converse(store, 'What is\n  a monad?', 'A burrito.');
    const second = await converse(store, 'Hi', 'Hello', 'greetings');
    const file = store.open(first);
    say(file, 'Again');
    await answer(file, [
      {
        type: 'usage',
        usage: {
          inputTokens: 1,
          cachedInputTokens: 0,
          cacheWriteTokens: 0,
          outputTokens: 1,
          reasoningTokens: 0,
          credits: 0.25,
        },
      },
      { type: 'finish', reason: 'stop' },
    ]);
    expect(store.reopen().list()).toMatchObject([
      {
        id: first,

        title: 'What is a monad?',
        turns: 4,
        model: 'gpt-5.5',
        credits: 0.25,
        open: false,
      },
      { id: second, name: 'greetings', title: 'greetings', turns: 2 },
    ]);
  });

  it('is made again from the journals where it is missing or torn', async () => {
    const store = createTestStore();
    const first = await converse(store, 'One', 'first');
    const second = await converse(store, 'Two', 'second');
    rmSync(join(store.folder, 'index.jsonl'));
    rmSync(join(store.folder, 'search.txt'));
    expect(
      store
        .list()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([first, second].sort());
    expect(search(store, 'second').total).toBe(1);
    const index = readFileSync(join(store.folder, 'index.jsonl'), 'utf8');
    writeFileSync(join(store.folder, 'index.jsonl'), index.slice(0, -40));
    expect(store.list()).toHaveLength(2);
  });

  it('knows what was said before a process was killed in the middle of an answer', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'Tell me of whales');
    const events = file.record(
      stream([
        { type: 'text-delta', text: 'They sing '.repeat(8000) },
        { type: 'finish', reason: 'stop' },
      ]),
      { model: 'm' },
    );
    await events.next();
    // Nobody ever asks for the rest.
    const next = store.reopen();
    expect(next.list()).toMatchObject([{ title: 'Tell me of whales', turns: 2 }]);
    expect(search(next, 'they sing').total).toBe(1);
  });

  it('stays small, however often a conversation goes on', async () => {
    const store = createTestStore();
    const file = store.create();
    for (let round = 0; round < 700; round += 1) {
      say(file, `Round ${round}`);
      await answer(file, 'ok');
    }
    const countLines = (): number =>
      readFileSync(join(store.folder, 'index.jsonl'), 'utf8').split('\n').length;
    expect(countLines()).toBeGreaterThan(1000);
    expect(store.list()).toMatchObject([{ turns: 1400 }]);
    expect(countLines()).toBe(2);
  });
});

describe('a name', () => {
  it('an id and its beginning stand for a conversation', async () => {
    const store = createTestStore();
    const id = await converse(store, 'Hi', 'Hello', 'greetings');
    expect(store.find('greetings')).toBe(id);
    expect(store.find(id)).toBe(id);
    expect(store.find(id.slice(0, -2))).toBe(id);
    expect(store.find('2026')).toBe(id);
    expect(store.find('nothing')).toBeUndefined();
    await converse(store, 'Hi', 'Hello');
    expect(store.find('2026')).toBeUndefined();
  });

  it('given later counts', async () => {
    const store = createTestStore();
    const id = await converse(store, 'Hi', 'Hello', 'greetings');
    store.rename(id, 'welcome');
    expect(store.find('greetings')).toBeUndefined();
    expect(store.reopen().find('welcome')).toBe(id);
    expect(store.list()).toMatchObject([{ name: 'welcome', title: 'welcome' }]);
  });
});

describe('a search', () => {
  it.each([
    ['whales', 1],
    ['WHALES', 1],
    ['sing whales', 1],
    ['whale song', 0],
    ['"whales sing"', 1],
    ['"sing whales"', 0],
    ['grüße', 1],
    ['世界', 1],
    ['ｗｏｒｌｄ', 1],
    ['fi', 1],
    ['gpt-5.5', 0],
    ['2026', 0],
    ['', 0],
  ])('for %s finds %i', async (query, total) => {
    const store = createTestStore();
    await converse(store, 'Do Whales\nsing?', 'Grüße, 世界 world. ﬁn');
    expect(search(store, query).total).toBe(total);
  });

  it('finds each turn once, those of the newest conversations first', async () => {
    const store = createTestStore();
    const first = await converse(store, 'whales', 'whales, whales');
    const second = await converse(store, 'no', 'Whales');
    expect(search(store, 'whales')).toEqual({
      total: 3,
      found: [
        [second, 'assistant', 'Whales'],
        [first, 'user', 'whales'],
        [first, 'assistant', 'whales'],
      ],
    });
    expect(search(store, 'whales', 1)).toMatchObject({ total: 3, found: [[second, 'assistant', 'Whales']] });
  });

  it('finds nothing of a conversation that was deleted, and nothing of it is left', async () => {
    const store = createTestStore();
    const first = await converse(store, 'my secret is 42', 'I see');
    const second = await converse(store, 'whales', 'yes');
    store.delete(first);
    expect(search(store, 'secret').total).toBe(0);
    expect(store.list().map(({ id }) => id)).toEqual([second]);
    for (const file of ['index.jsonl', 'search.txt']) {
      expect(readFileSync(join(store.folder, file), 'utf8')).not.toMatch(/secret/);
    }
    expect(existsSync(join(store.folder, 'conversations', `${first}.jsonl`))).toBe(false);
    expect(search(store, 'whales').total).toBe(1);
    expect(() => store.delete(first)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('finds nothing of several that were deleted at once, and all where one of them is unknown', async () => {
    const store = createTestStore();
    const first = await converse(store, 'first', 'yes');
    const second = await converse(store, 'second', 'yes');
    const third = await converse(store, 'third', 'yes');
    expect(() => store.delete(first, 'unknown')).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(search(store, 'yes').total).toBe(3);
    store.delete(first, third);
    expect(search(store.reopen(), 'yes')).toMatchObject({ total: 1, found: [[second, 'assistant', 'yes']] });
  });

  itRepeats(300, 'of a file is the same, whatever is read at a time', (rounds) => {
    const random = createRandom(7);
    const path = join(createTestFolder(), 'search.txt');
    for (let run = 0; run < rounds; run += 1) {
      const texts = Array.from({ length: 1 + random.integer(20) }, () =>
        Array.from({ length: 1 + random.integer(30) }, () =>
          random.pick(['ab', 'abc', 'bca', '世界', 'x']),
        ).join(' '),
      );
      writeFileSync(path, texts.map((text, index) => formatSearchLine('c', `t${index}`, text)).join(''));
      const words = [random.pick(['ab', 'abc', '世', 'c a', 'nothing']), random.pick(['x', 'b'])];
      const expected = texts.flatMap((text, index) =>
        words.every((word) => text.includes(word)) ? [`t${index}`] : [],
      );
      for (const pieceBytes of [1, 7, 64, 1000])
        expect([...(searchFile(path, words, pieceBytes).get('c') ?? [])]).toEqual(expected);
    }
  });
});

it.each([
  ['two words', ['two', 'words']],
  ['"a phrase" word', ['a phrase', 'word']],
  ['"open', ['"open']],
  ['  ', []],
  ['""', []],
])('the query %s has the words %j', (query, words) => {
  expect(parseQuery(query)).toEqual(words);
});

it('a snippet shows what is around the first word, and no half character', () => {
  const text = `${'😀'.repeat(40)}\n\nThe Whales sing ${'😀'.repeat(40)}`;
  const { before, match, after } = createSnippet(text, [fold('whales')]);
  expect(match).toBe('Whales');
  expect(before).toMatch(/^…😀+ The $/u);
  expect(after).toMatch(/^ sing 😀+…$/u);
  expect(encodeURIComponent(before + after)).toContain('The');
  expect(createSnippet('short', ['nowhere'])).toEqual({ before: '', match: '', after: 'short' });
});
