import { join } from 'node:path';
import { createConversationStore } from '../../src/conversation/store.ts';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import { createLongAnswer } from '../../test/helpers/long-answer.ts';
import { runNode } from './process-timing.ts';
import { compareScreens, leaveChat, type ScreenStart } from './screen-timing.ts';
import { binary, roomy, type SignedIn } from './signed-in.ts';

/** An empty composer, which is the last row of all that is drawn. */
const canType = /^›(?: Ask\b.*)?$/m;
const turnBytes = 100_000;
const longBytes = 50_000_000;

/** Prints how long a person waits until the chat can be typed into: over the least that an Ink program does, and with a long past. */
export async function benchFirstPrompt(signedIn: SignedIn, pairs: number): Promise<void> {
  const env = { ...signedIn.env, ...roomy.env };
  const empty = startChat([], env);
  await leaveChat(empty);
  await compareScreens({
    title: 'first prompt of chat over a bare Ink program',
    ours: empty,
    base: await bundleBareInk(signedIn.home, env),
    pairs,
    target: 1.2,
  });
  await writeLongConversation(signedIn, 'long', longBytes);
  await leaveChat(startChat(['--resume', 'long'], env));
  await compareScreens({
    title: `first prompt of chat --resume with ${longBytes / 1_000_000} MB over an empty chat`,
    ours: startChat(['--resume', 'long'], env),
    base: empty,
    pairs: Math.ceil(pairs / 3),
    target: 1.5,
  });
}

function startChat(argv: string[], env: Record<string, string>): ScreenStart {
  return { argv: ['--', binary, 'chat', ...argv], env, marker: canType };
}

/** The least that an Ink program can do, bundled as ours is. */
export async function bundleBareInk(home: string, env: Record<string, string>): Promise<ScreenStart> {
  const bundle = join(home, 'bare-ink.mjs');
  await runNode(['scripts/bundle-bare-ink.mjs', bundle], env);
  return { argv: [bundle], env, marker: '❯ hello' };
}

/** A conversation in turns of 100 KB. */
export async function writeLongConversation({ home }: SignedIn, name: string, bytes: number): Promise<void> {
  const store = createConversationStore({
    folder: join(home, 'data', 'copilot-cli'),
    now: Date.now,
    onNotice: console.error,
  });
  const file = store.create({ name });
  for (let turn = 0; turn * turnBytes < bytes; turn += 1) {
    file.say([{ type: 'text', text: `question ${turn}` }]);
    for await (const _ of file.record(answerWith(createLongAnswer(turnBytes, turn)), { model: 'roomy' }));
  }
}

async function* answerWith(text: string): AsyncGenerator<ChatEvent> {
  yield { type: 'text-delta', text };
  yield { type: 'finish', reason: 'stop' };
}
