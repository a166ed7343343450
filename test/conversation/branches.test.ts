import { describe, expect, it } from 'vitest';
import { findBranchEnd, listForks } from '../../src/conversation/branches.ts';
import { type Conversation, toPlainText } from '../../src/conversation/conversation.ts';
import type { ConversationFile } from '../../src/conversation/conversation-file.ts';
import { answer, createTestStore, say } from './stores.ts';

/** Each fork as its number and its ways: `first words > end`, with `*` at the one in use. */
function describeForks(conversation: Conversation): string[] {
  const read = (id: string): string => {
    const turn = conversation.turns.get(id);
    return turn ? toPlainText(turn) : '?';
  };
  return listForks(conversation).map(
    ({ number, ways }) =>
      `${number}: ${ways
        .map(({ turn, end, isInUse }) => `${toPlainText(turn)} > ${read(end)}${isInUse ? ' *' : ''}`)
        .join(' | ')}`,
  );
}

async function exchange(file: ConversationFile, prompt: string, reply = `re ${prompt}`): Promise<string> {
  say(file, prompt);
  await answer(file, reply);
  return file.conversation.head as string;
}

describe('the forks of a conversation', () => {
  it('are none in a single branch', async () => {
    const file = createTestStore().create();
    await exchange(file, 'one');
    await exchange(file, 'two');
    expect(describeForks(file.conversation)).toEqual([]);
  });

  it('lead to every end of the tree', async () => {
    const file = createTestStore().create();
    const one = await exchange(file, 'one');
    await exchange(file, 'two');
    file.moveTo(one);
    await exchange(file, 'other two');
    await exchange(file, 'three');
    file.moveTo(undefined);
    await exchange(file, 'anew');
    expect(describeForks(file.conversation)).toEqual([
      '1: one > re three | anew > re anew *',
      '2: two > re two | other two > re three',
    ]);
    const reachable = new Set(listForks(file.conversation).flatMap(({ ways }) => ways.map(({ end }) => end)));
    const parents = new Set([...file.conversation.turns.values()].map(({ parent }) => parent));
    for (const id of file.conversation.turns.keys()) if (!parents.has(id)) expect(reachable).toContain(id);
  });

  it('are the answers to one prompt', async () => {
    const file = createTestStore().create();
    say(file, 'one');
    const prompt = file.conversation.head;
    await answer(file, 'first', 'red');
    file.moveTo(prompt);
    await answer(file, 'second', 'blue');
    expect(describeForks(file.conversation)).toEqual(['1: first > first | second > second *']);
    expect(listForks(file.conversation)[0]?.ways.map(({ model }) => model)).toEqual(['red', 'blue']);
  });

  it('are what an undo took out, until something else is in its place', async () => {
    const file = createTestStore().create();
    const one = await exchange(file, 'one');
    await exchange(file, 'two');
    file.moveTo(one);
    expect(describeForks(file.conversation)).toEqual(['2: two > re two']);
    file.moveTo(undefined);
    expect(describeForks(file.conversation)).toEqual(['1: one > re two']);
  });

  it('are not prompts that nobody answered', async () => {
    const file = createTestStore().create();
    await exchange(file, 'one');
    say(file, 'fails');
    await exchange(file, 'two');
    expect(describeForks(file.conversation)).toEqual([]);
  });

  it('lead to where a branch grew last, and a hit to the branch that has it', async () => {
    const file = createTestStore().create();
    const one = await exchange(file, 'one');
    const left = await exchange(file, 'left');
    file.moveTo(one);
    await exchange(file, 'right');
    file.moveTo(left);
    const end = await exchange(file, 'left again');
    expect(findBranchEnd(file.conversation, one)).toBe(end);
    expect(findBranchEnd(file.conversation, left)).toBe(end);
  });
});
