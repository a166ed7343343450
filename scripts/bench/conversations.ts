import { createConversationStore } from '../../src/conversation/store.ts';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import { createRandom, type Random } from '../../test/helpers/random.ts';

/** A word that one of the conversations has, once. */
export const rareWord = 'haystack';

/** About 62 MB of text in 10,000 conversations, each with two to four questions and their answers; some have names. */
export async function writeConversations(folder: string, count: number): Promise<void> {
  const random = createRandom(1);
  let time = Date.parse('2026-01-01T00:00:00Z');
  const now = (): number => {
    time += 1000;
    return time;
  };
  const store = createConversationStore({ folder, now, onNotice: console.error });
  const words = Array.from({ length: 5000 }, (_, index) => `w${((index * 7919) % 99_991).toString(36)}`);
  for (let index = 0; index < count; index += 1) {
    const file = store.create({ name: index % 10 === 0 ? `name-${index}` : undefined });
    for (let turn = 0; turn < 2 + (index % 3); turn += 1) {
      file.say([{ type: 'text', text: createText(words, random, 40) }]);
      const rare = index === Math.floor(count / 13) && turn === 0 ? ` ${rareWord}` : '';
      const text = createText(words, random, 300) + rare;
      for await (const _ of file.record(answerWith(text), { model: 'gpt-5.5' }));
    }
  }
  // Shortens the index, as any command would.
  store.list();
}

/** Some words come often, and most seldom. */
function createText(words: readonly string[], random: Random, length: number): string {
  const share = (): number => random.integer(1_000_000) / 1_000_000;
  return Array.from({ length }, () => words[Math.floor(share() ** 3 * (words.length - 1))]).join(' ');
}

async function* answerWith(text: string): AsyncGenerator<ChatEvent> {
  yield { type: 'text-delta', text };
  yield { type: 'finish', reason: 'stop' };
}
