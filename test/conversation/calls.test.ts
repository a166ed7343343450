import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compact, planCompaction } from '../../src/conversation/compaction.ts';
import type { AssistantTurn, CallResult } from '../../src/conversation/conversation.ts';
import type { ConversationFile } from '../../src/conversation/conversation-file.ts';
import { listBranch, listMessages, toResultText } from '../../src/conversation/current-branch.ts';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import { answer, createTestStore, say, type TestStore } from './stores.ts';

const calls: ChatEvent[] = [
  { type: 'text-delta', text: 'Let me see.' },
  { type: 'tool-call-delta', index: 0, id: 'call_a', name: 'view', arguments: '{"path":"a"}' },
  { type: 'tool-call-delta', index: 1, id: 'call_b', name: 'edit', arguments: '{}' },
  { type: 'finish', reason: 'tool-calls' },
];

const viewed: CallResult = {
  call: 0,
  parts: [
    { type: 'text', text: 'line 1' },
    { type: 'image', source: { mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
  ],
};

const edited: CallResult = {
  call: 1,
  parts: [{ type: 'text', text: 'Changed.' }],
  changes: [
    { path: '/work/a.ts', before: 'const a = 1;\r\n', after: 'f00d' },
    { path: '/work/new.ts', before: undefined, after: 'cafe' },
    { path: '/work/empty.ts', before: '', after: undefined },
  ],
};

async function call(store: TestStore): Promise<{ file: ConversationFile; turn: string }> {
  const file = store.create();
  say(file, 'change it');
  await answer(file, calls);
  return { file, turn: file.conversation.head ?? '' };
}

const readResults = (file: ConversationFile): unknown =>
  (listBranch(file.conversation).findLast(({ role }) => role === 'assistant') as AssistantTurn).results;

describe('the results of calls', () => {
  it('follow their answer, and are there in the next process', async () => {
    const store = createTestStore();
    const { file, turn } = await call(store);
    file.recordResult(turn, viewed);
    file.recordCall(turn, 1);
    file.recordResult(turn, edited);
    const expected = [
      { role: 'user', parts: [{ type: 'text', text: 'change it' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'text', text: 'Let me see.' },
          { type: 'tool-call', id: 'call_a', name: 'view', arguments: '{"path":"a"}' },
          { type: 'tool-call', id: 'call_b', name: 'edit', arguments: '{}' },
        ],
      },
      { role: 'tool', callId: 'call_a', parts: viewed.parts, isError: false },
      { role: 'tool', callId: 'call_b', parts: edited.parts, isError: false },
    ];
    expect(listMessages(file.conversation)).toEqual(expected);
    const again = store.reopen().open(file.conversation.id);
    expect(listMessages(again.conversation)).toEqual(expected);
    expect(readResults(again)).toEqual([viewed, edited]);
  });

  it('keep texts of changed files outside the journal, where other files are', async () => {
    const store = createTestStore();
    const { file, turn } = await call(store);
    file.recordResult(turn, edited);
    const journal = readFileSync(
      join(store.folder, 'conversations', `${file.conversation.id}.jsonl`),
      'utf8',
    );
    expect(journal).not.toContain('const a = 1');
    const [, name] = /"before":\{"type":"document","file":"([^"]+)"/.exec(journal) ?? [];
    expect(readFileSync(join(store.folder, 'attachments', name ?? ''), 'utf8')).toBe('const a = 1;\r\n');
  });

  it('say of a call that was begun and has no result that nobody knows', async () => {
    const store = createTestStore();
    const { file, turn } = await call(store);
    file.recordCall(turn, 1);
    const again = store.reopen().open(file.conversation.id);
    expect(readResults(again)).toEqual([{ call: 1 }]);
    const [last] = listMessages(again.conversation).slice(-1);
    expect(last).toMatchObject({ role: 'tool', callId: 'call_b', isError: true });
    expect(JSON.stringify(last)).toContain('Nobody knows what it has done');
  });

  it.each<[name: string, record: (file: ConversationFile, turn: string) => void, texts: RegExp[]]>([
    [
      'the first',
      (file, turn) => file.recordLeft(turn, 0),
      [/before the user allowed it/, /stopped before it\./],
    ],
    [
      'the second',
      (file, turn) => {
        file.recordResult(turn, viewed);
        file.recordLeft(turn, 1);
      },
      [/./, /before the user allowed it/],
    ],
    ['none', (file, turn) => file.recordResult(turn, viewed), [/./, /stopped before it\./]],
    [
      'the first, which was made after all',
      (file, turn) => {
        file.recordLeft(turn, 0);
        file.recordResult(turn, viewed);
        file.recordResult(turn, edited);
      },
      [/^(?!.*stopped)/, /^(?!.*stopped)/],
    ],
  ])('say of calls that were not made that they were not: %s was left', async (_, record, texts) => {
    const store = createTestStore();
    const { file, turn } = await call(store);
    record(file, turn);
    const read = ({ conversation }: ConversationFile) =>
      listMessages(conversation).flatMap((one) =>
        one.role === 'tool' ? [[one.callId, toResultText(one.parts)]] : [],
      );
    const expected = texts.map((text, index) => [`call_${'ab'[index]}`, expect.stringMatching(text)]);
    expect(read(file)).toEqual(expected);
    expect(read(store.reopen().open(file.conversation.id))).toEqual(expected);
    expect(read(store.create({ from: file.conversation }))).toEqual(expected);
    compact(file, planCompaction(file.conversation), {
      prompt: 'Sum up.',
      text: 'Nothing.',
      model: 'gpt-5.5',
      usage: undefined,
      finish: 'stop',
    });
    expect(read(file)).toEqual(expected);
  });

  it('are those that came first: a second result of a call changes nothing', async () => {
    const { file, turn } = await call(createTestStore());
    file.recordResult(turn, viewed);
    file.recordResult(turn, { call: 0, parts: [{ type: 'text', text: 'again' }] });
    file.recordCall(turn, 0);
    expect(readResults(file)).toEqual([viewed]);
  });

  it('have ids of their own if the model gave two calls the same, or none', async () => {
    const same = calls.map((event) => (event.type === 'tool-call-delta' ? { ...event, id: 'x' } : event));
    for (const [events, ids] of [
      [same, ['x', 'x_1']],
      [
        calls.map((one) => (one.type === 'tool-call-delta' ? { ...one, id: undefined } : one)),
        ['call_0', 'call_1'],
      ],
    ] as const) {
      const file = createTestStore().create();
      say(file, 'change it');
      await answer(file, [...events]);
      const turn = file.conversation.head ?? '';
      file.recordResult(turn, viewed);
      file.recordResult(turn, edited);
      const messages = listMessages(file.conversation);
      const called = messages.flatMap(({ parts }) =>
        (parts as { type: string; id?: string }[]).flatMap(({ type, id }) =>
          type === 'tool-call' ? id : [],
        ),
      );
      const answered = messages.flatMap((one) => (one.role === 'tool' ? one.callId : []));
      expect([called, answered]).toEqual([ids, ids]);
    }
  });

  it('follow in the order of the calls, however they ended', async () => {
    const { file, turn } = await call(createTestStore());
    file.recordResult(turn, edited);
    file.recordResult(turn, viewed);
    const ids = listMessages(file.conversation).flatMap((one) => (one.role === 'tool' ? one.callId : []));
    expect(ids).toEqual(['call_a', 'call_b']);
  });

  it('of calls that are not there are left out', async () => {
    const { file, turn } = await call(createTestStore());
    file.recordResult(turn, { call: 7, parts: [{ type: 'text', text: 'odd' }] });
    file.recordResult('nobody', viewed);
    expect(listMessages(file.conversation).filter(({ role }) => role === 'tool')).toEqual([]);
  });

  it('do not come between prompts: the next one follows its answer', async () => {
    const store = createTestStore();
    const { file, turn } = await call(store);
    file.recordResult(turn, viewed);
    file.recordResult(turn, edited);
    await answer(file, 'It is done.');
    say(file, 'thanks');
    expect(listMessages(file.conversation).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'tool',
      'assistant',
      'user',
    ]);
  });

  it('stay with their answer when older turns are summed up and in a copy, without what could be undone', async () => {
    const store = createTestStore();
    const { file, turn } = await call(store);
    file.recordResult(turn, viewed);
    file.recordResult(turn, edited);
    await answer(file, 'It is done.');
    const { changes: _, ...rest } = edited;
    compact(file, planCompaction(file.conversation), {
      prompt: 'Sum up.',
      text: 'Nothing.',
      model: 'gpt-5.5',
      usage: undefined,
      finish: 'stop',
    });
    const results = listBranch(file.conversation).flatMap((one) =>
      one.role === 'assistant' ? (one.results ?? []) : [],
    );
    expect(results).toEqual([viewed, rest]);
    const copy = store.create({ from: file.conversation });
    expect(listMessages(copy.conversation)).toEqual(listMessages(file.conversation));
    expect(listMessages(store.reopen().open(file.conversation.id).conversation)).toEqual(
      listMessages(file.conversation),
    );
  });
});
