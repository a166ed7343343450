import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRedo } from '../../src/conversation/branches.ts';
import { toPlainText } from '../../src/conversation/conversation.ts';
import { listBranch, listMessages, toMessages } from '../../src/conversation/current-branch.ts';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import { createRandom } from '../helpers/random.ts';
import { answer, createTestFolder, createTestStore, say, stream, type TestStore } from './stores.ts';

const readBranch = (store: TestStore, id: string): string[] =>
  listBranch(store.open(id).conversation).map((turn) => `${turn.role}: ${toPlainText(turn)}`);

const toJournal = (store: TestStore, id: string): string =>
  join(store.folder, 'conversations', `${id}.jsonl`);

describe('a conversation', () => {
  it('is there in the next process as it was', async () => {
    const store = createTestStore();
    const file = store.create({ name: 'greetings' });
    say(file, 'Grüße 👋', 'Be brief.');
    const events: ChatEvent[] = [
      { type: 'start', id: 'r1', model: 'gpt-5.5-2026' },
      { type: 'reasoning-delta', index: 0, text: 'Hm' },
      { type: 'reasoning-delta', index: 0, text: 'm.', opaque: 'SEAL' },
      { type: 'text-delta', text: 'Hel' },
      { type: 'text-delta', text: 'lo' },
      { type: 'tool-call-delta', index: 0, id: 'c1', name: 'read', arguments: '{"p"' },
      { type: 'tool-call-delta', index: 0, id: undefined, name: undefined, arguments: ':1}' },
      {
        type: 'usage',
        usage: {
          inputTokens: 1,
          cachedInputTokens: 0,
          cacheWriteTokens: undefined,
          outputTokens: 2,
          reasoningTokens: 0,
          credits: 0.5,
        },
      },
      { type: 'finish', reason: 'tool-calls' },
    ];
    await answer(file, events);
    const { conversation } = store.reopen().open(file.conversation.id);
    expect(JSON.parse(JSON.stringify(conversation))).toEqual(JSON.parse(JSON.stringify(file.conversation)));
    expect(listMessages(conversation)).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Grüße 👋' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hmm.', opaque: 'SEAL', model: 'gpt-5.5' },
          { type: 'text', text: 'Hello' },
          { type: 'tool-call', id: 'c1', name: 'read', arguments: '{"p":1}' },
        ],
      },
    ]);
    expect([...conversation.turns.values()].at(-1)).toMatchObject({
      model: 'gpt-5.5',
      finish: 'tool-calls',
      usage: { inputTokens: 1, outputTokens: 2, credits: 0.5 },
    });
  });

  it('shows a model the same while it goes on as when it is read anew, wherever it goes', async () => {
    const random = createRandom(7);
    const store = createTestStore();
    const file = store.create();
    for (let step = 0; step < 200; step += 1) {
      const turns = [...file.conversation.turns.keys()];
      if (random.chance(0.2))
        file.moveTo(turns.length > 0 && random.chance(0.8) ? random.pick(turns) : undefined);
      else say(file, `question ${step}`, random.chance(0.1) ? `system ${step}` : undefined);
      if (random.chance(0.5)) await answer(file, random.chance(0.2) ? [] : `answer ${step}`);
      const shown = listMessages(file.conversation);
      const { conversation } = store.reopen().open(file.conversation.id);
      expect(shown).toEqual(listMessages(conversation));
      expect(shown).toEqual(toMessages(listBranch(conversation)));
      expect(file.conversation.sums).toEqual(conversation.sums);
    }
  });

  it('hands events on as they are, and is on the disk before the answer ends', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'Hi');
    const events: ChatEvent[] = [
      { type: 'text-delta', text: 'x'.repeat(70_000) },
      { type: 'finish', reason: 'stop' },
    ];
    const seen: ChatEvent[] = [];
    for await (const event of file.record(stream(events), { model: 'm' })) {
      seen.push(event);
      expect(readBranch(store, file.conversation.id)[1]).toContain('xxx');
    }
    expect(seen).toEqual(events);
  });

  it('is not on the disk before something was said', () => {
    const store = createTestStore();
    store.create({ name: 'empty' });
    expect(store.list()).toEqual([]);
    expect(readdirSync(store.folder)).toEqual([]);
  });

  it('keeps what came before a failure, and what the failure was', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'Hi');
    async function* break_(): AsyncGenerator<ChatEvent> {
      yield { type: 'text-delta', text: 'Half an ans' };
      throw new Error('cut off');
    }
    await expect(
      (async () => {
        for await (const _ of file.record(break_(), { model: 'm' }));
      })(),
    ).rejects.toThrow('cut off');
    expect(readBranch(store, file.conversation.id)).toEqual(['user: Hi', 'assistant: Half an ans']);
    expect([...store.open(file.conversation.id).conversation.turns.values()].at(-1)).toMatchObject({
      failure: 'cut off',
    });
  });

  it('keeps what came before the reader left', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'Hi');
    for await (const _ of file.record(
      stream([
        { type: 'text-delta', text: 'One' },
        { type: 'text-delta', text: 'Two' },
      ]),
      { model: 'm' },
    ))
      break;
    expect([...store.open(file.conversation.id).conversation.turns.values()].at(-1)).toMatchObject({
      parts: [{ type: 'text', text: 'One' }],
      failure: 'interrupted',
    });
  });

  it('keeps images and documents in files, once each', () => {
    const store = createTestStore();
    const file = store.create();
    const data = Buffer.from('a picture').toString('base64');
    const parts = [
      { type: 'image' as const, source: { mediaType: 'image/png', data } },
      { type: 'image' as const, source: { mediaType: 'image/png', data } },
      { type: 'document' as const, mediaType: 'application/pdf', data, title: 'a.pdf' },
    ];
    file.say(parts);
    expect(listBranch(store.open(file.conversation.id).conversation)[0]?.parts).toEqual(parts);
    expect(readdirSync(join(store.folder, 'attachments'))).toHaveLength(2);
    expect(readFileSync(toJournal(store, file.conversation.id), 'utf8')).not.toContain(data);
    rmSync(join(store.folder, 'attachments'), { recursive: true });
    expect(JSON.stringify(listBranch(store.open(file.conversation.id).conversation))).toContain(
      'no longer there',
    );
  });

  it('goes on from any turn, and loses nothing by that', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'One');
    await answer(file, 'first');
    say(file, 'Two');
    await answer(file, 'second');
    const end = file.conversation.head;
    const before = listBranch(file.conversation).at(-2)?.parent;
    file.moveTo(before);
    expect(readBranch(store, file.conversation.id)).toEqual(['user: One', 'assistant: first']);
    expect(findRedo(file.conversation)).toBe(end);
    file.moveTo(findRedo(file.conversation));
    expect(readBranch(store, file.conversation.id)).toHaveLength(4);
    file.moveTo(before);
    say(file, 'Another two');
    await answer(file, 'another second');
    expect(readBranch(store, file.conversation.id)).toEqual([
      'user: One',
      'assistant: first',
      'user: Another two',
      'assistant: another second',
    ]);
    expect(store.open(file.conversation.id).conversation.turns.size).toBe(6);
    file.moveTo(undefined);
    expect(readBranch(store, file.conversation.id)).toEqual([]);
    expect(findRedo(file.conversation)).toBeDefined();
  });

  it('has the latest system prompt', () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'One', 'Be brief.');
    say(file, 'Two');
    expect(listMessages(file.conversation)[0]).toMatchObject({ parts: [{ text: 'Be brief.' }] });
    say(file, 'Three', 'Be long.');
    expect(listMessages(file.conversation)[0]).toMatchObject({ parts: [{ text: 'Be long.' }] });
  });

  it('can be copied, the branch in use alone', async () => {
    const store = createTestStore();
    const file = store.create({ name: 'first' });
    say(file, 'One');
    await answer(file, 'no');
    file.moveTo(undefined);
    say(file, 'Two', 'Be brief.');
    await answer(file, [
      { type: 'reasoning-delta', index: 0, text: 'Hm.', opaque: 'S' },
      { type: 'text-delta', text: 'yes' },
      { type: 'tool-call-delta', index: 0, id: 'c', name: 'read', arguments: '{}' },
      { type: 'finish', reason: 'stop' },
    ]);
    const copy = store.create({ from: file.conversation });
    say(copy, 'Three');
    const read = store.open(copy.conversation.id).conversation;
    expect(listBranch(read).slice(0, 2)).toEqual(listBranch(file.conversation));
    expect(read.turns.size).toBe(3);
    expect(readBranch(store, file.conversation.id)).toHaveLength(2);
  });
});

describe('two processes', () => {
  it('may add to one conversation, and each finds its own branch whole', async () => {
    const store = createTestStore();
    const one = store.create();
    say(one, 'One');
    await answer(one, 'first');
    const other = store.reopen().open(one.conversation.id);
    say(one, 'from one');
    say(other, 'from other');
    await Promise.all([answer(one, 'to one'), answer(other, 'to other')]);
    const { conversation } = store.open(one.conversation.id);
    const leaf = (head: string | undefined) =>
      listBranch(conversation, head).map((turn) => toPlainText(turn));
    expect(leaf(one.conversation.head)).toEqual(['One', 'first', 'from one', 'to one']);
    expect(leaf(other.conversation.head)).toEqual(['One', 'first', 'from other', 'to other']);
  });
});

describe('a journal', () => {
  it('that was torn is read as far as it is whole, says so, and can be added to', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'One');
    await answer(file, 'first');
    const path = toJournal(store, file.conversation.id);
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, '{"type":"user","id":"torn","parent":nul');
    const again = store.reopen();
    const reopened = again.open(file.conversation.id);
    expect(again.notices).toEqual([
      expect.stringMatching(/1 damaged line; the rest of the conversation is whole/),
    ]);
    say(reopened, 'Two');
    expect(readBranch(again, file.conversation.id)).toEqual(['user: One', 'assistant: first', 'user: Two']);
    expect(readFileSync(path, 'utf8').startsWith(whole)).toBe(true);
  });

  it('cut at any byte still holds every turn that was finished before', async () => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'One 世界');
    await answer(file, 'first');
    say(file, 'Two');
    await answer(file, 'second');
    const path = toJournal(store, file.conversation.id);
    const bytes = readFileSync(path);
    const ends = [...bytes.keys()].filter((index) => bytes[index] === 10);
    const finished = ends.filter((end) =>
      bytes.toString('utf8', 0, end).split('\n').at(-1)?.startsWith('{"type":"end"'),
    );
    for (let cut = (ends[0] ?? 0) + 1; cut <= bytes.length; cut += 1) {
      writeFileSync(path, bytes.subarray(0, cut));
      const turns = [...store.open(file.conversation.id).conversation.turns.values()];
      const whole = turns.filter((turn) => turn.role === 'assistant' && turn.finish !== undefined);
      expect(whole.length, `cut at ${cut}`).toBeGreaterThanOrEqual(
        finished.filter((end) => end < cut).length,
      );
    }
  });

  it.each([
    [
      'of a newer version',
      '{"type":"conversation","version":99,"id":"x","at":"2026-01-01T00:00:00Z"}\n',
      /newer version/,
    ],
    ['that is none', 'hello\n', /is not a conversation/],
    ['that is empty', '', /is not a conversation/],
  ])('%s is refused, and hides no other', async (_, text, words) => {
    const store = createTestStore();
    const file = store.create();
    say(file, 'One');
    await answer(file, 'first');
    writeFileSync(join(store.folder, 'conversations', 'x.jsonl'), text);
    expect(() => store.open('x')).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(words) }),
    );
    expect(store.list().map(({ id }) => id)).toEqual([file.conversation.id]);
    // A full disk leaves empty files: they hold nothing that could be told of.
    if (text === '') expect(store.notices).toEqual([]);
    else expect(store.notices.join(' ')).toMatch(words);
  });

  it('of the first version is read for ever', () => {
    const folder = createTestFolder();
    const store = createTestStore(folder);
    const file = store.create();
    say(file, 'x');
    const lines = [
      '{"type":"conversation","version":1,"id":"old","at":"2026-11-21T12:00:00.000Z","name":"first"}',
      '{"type":"user","id":"u1","parent":null,"at":"2026-11-21T12:00:01.000Z","parts":[{"type":"text","text":"Hi"}],"system":"Be brief."}',
      '{"type":"assistant","id":"a1","parent":"u1","at":"2026-11-21T12:00:02.000Z","model":"gpt-5.5"}',
      '{"type":"reasoning","turn":"a1","index":0,"text":"Hm.","opaque":"S"}',
      '{"type":"text","turn":"a1","text":"Hello"}',
      '{"type":"from-the-future","turn":"a1"}',
      '{"type":"end","turn":"a1","at":"2026-11-21T12:00:03.000Z","finish":"stop","usage":{"inputTokens":1,"outputTokens":2}}',
      '{"type":"head","to":"u1","at":"2026-11-21T12:00:04.000Z"}',
      '{"type":"name","name":"second","at":"2026-11-21T12:00:05.000Z"}',
    ];
    writeFileSync(join(folder, 'conversations', 'old.jsonl'), `${lines.join('\n')}\n`);
    const { conversation } = store.open('old');
    expect(conversation).toMatchObject({ name: 'second', head: 'u1', updatedAt: '2026-11-21T12:00:05.000Z' });
    expect(conversation.turns.get('a1')).toEqual({
      id: 'a1',
      parent: 'u1',
      at: '2026-11-21T12:00:02.000Z',
      role: 'assistant',
      model: 'gpt-5.5',
      parts: [
        { type: 'reasoning', text: 'Hm.', opaque: 'S' },
        { type: 'text', text: 'Hello' },
      ],
      finish: 'stop',
      usage: { inputTokens: 1, outputTokens: 2 },
    });
  });

  it('that cannot be written is said once, and the answer is whole', async () => {
    const store = createTestStore();
    writeFileSync(join(store.folder, 'conversations'), 'in the way');
    const file = store.create();
    say(file, 'One');
    await answer(file, 'first');
    expect(store.notices).toEqual([expect.stringMatching(/not saved/)]);
    expect(listBranch(file.conversation)).toHaveLength(2);
  });
});
