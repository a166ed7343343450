import { join } from 'node:path';
import { answer, createTestStore, say, type TestStore } from '../conversation/stores.ts';
import type { Cli } from './cli.ts';

/** The conversations that the program finds, for a test to write some. Their clock goes on by a second a reading. */
export function openStore(cli: Cli, startedAt = '2026-11-21T12:00:00Z'): TestStore {
  return createTestStore(join(cli.home, 'data', 'copilot-cli'), { time: Date.parse(startedAt) });
}

/** A conversation of one question and one answer; gives its id. */
export async function converse(
  store: TestStore,
  { question, reply, name }: { question: string; reply: string; name?: string },
): Promise<string> {
  const file = store.create({ name });
  say(file, question);
  await answer(file, reply);
  return file.conversation.id;
}

export const pictureData = Buffer.from('a picture').toString('base64');

/** A conversation with everything that one can hold, its last answer cut off, and a branch that was left; gives its id. */
export async function converseAboutEverything(store: TestStore): Promise<string> {
  const file = store.create({ name: 'everything' });
  say(file, 'The branch that was left');
  file.moveTo(undefined);
  file.say(
    [
      { type: 'text', text: 'What is <b>this</b>?' },
      { type: 'image', source: { mediaType: 'image/png', data: pictureData } },
      { type: 'document', mediaType: 'application/pdf', data: pictureData, title: 'a.pdf' },
    ],
    { system: 'Be brief.' },
  );
  await answer(file, [
    { type: 'start', id: 'r1', model: 'gpt-5.5' },
    { type: 'reasoning-delta', index: 0, text: 'Hm.', opaque: 'SEAL' },
    { type: 'text-delta', text: 'A "picture" & <script>alert(1)</script>\u001b[2J' },
    { type: 'tool-call-delta', index: 0, id: 'c1', name: 'read', arguments: '{"path":"```"}' },
    {
      type: 'usage',
      usage: {
        inputTokens: 1,
        cachedInputTokens: undefined,
        cacheWriteTokens: undefined,
        outputTokens: 2,
        reasoningTokens: 0,
        credits: 0.25,
      },
    },
    { type: 'finish', reason: 'tool-calls' },
  ]);
  say(file, 'And then?');
  await answer(file, [{ type: 'text-delta', text: 'Half an ans' }]);
  return file.conversation.id;
}
