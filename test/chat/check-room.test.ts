import { expect, it } from 'vitest';
import { checkRoom } from '../../src/chat/check-room.ts';
import type { Enclosure } from '../../src/chat/enclosures.ts';
import type { Conversation } from '../../src/conversation/conversation.ts';
import type { Model } from '../../src/copilot/model.ts';
import { toTyped } from '../../src/prompt-text.ts';

const model = { id: 'small', contextTokens: 1000, tokenizer: 'o200k_base' } as Partial<Model> as Model;
const nothing = { turns: new Map(), head: undefined } as Partial<Conversation> as Conversation;

it('a folder of 200,000 files that is too much is named as one thing, and in seconds', async () => {
  const enclosures = Array.from({ length: 200_000 }, (_, at): Enclosure => {
    return { path: `a/${at}.txt`, kind: 'file', bytes: 2, text: 'a\n', holder: 'a' };
  });
  const startedAt = performance.now();
  await expect(
    checkRoom({
      model,
      prompt: toTyped('see'),
      dataLabel: 'stdin',
      enclosures,
      system: undefined,
      conversation: nothing,
      listModels: async () => [],
      signal: new AbortController().signal,
    }),
  ).rejects.toThrow(/: a, 200000 files ~[\d,]+ tokens/);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
