import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ConversationFile } from '../../src/conversation/conversation-file.ts';
import { type ConversationStore, createConversationStore } from '../../src/conversation/store.ts';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';

export type TestStore = ConversationStore & {
  folder: string;
  notices: string[];
  /** The same folder, as the next process finds it. */
  reopen(): TestStore;
};

export function createTestFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store whose clock goes on by a second each time it is read. */
export function createTestStore(
  folder = createTestFolder(),
  clock = { time: Date.parse('2026-11-21T12:00:00Z') },
): TestStore {
  const notices: string[] = [];
  const store = createConversationStore({
    folder,
    now: () => {
      clock.time += 1000;
      return clock.time;
    },
    onNotice: (sentence) => notices.push(sentence),
  });
  return { ...store, folder, notices, reopen: () => createTestStore(folder, clock) };
}

export const say = (file: ConversationFile, text: string, system?: string): void =>
  file.say([{ type: 'text', text }], { system });

/** Lets a model say something, in pieces, and takes it all. */
export async function answer(
  file: ConversationFile,
  text: string | ChatEvent[],
  model = 'gpt-5.5',
): Promise<void> {
  const events: ChatEvent[] =
    typeof text === 'string'
      ? [
          ...Array.from(text, (character) => ({ type: 'text-delta' as const, text: character })),
          { type: 'finish', reason: 'stop' },
        ]
      : text;
  for await (const _ of file.record(stream(events), { model }));
}

export async function* stream(events: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* events;
}
