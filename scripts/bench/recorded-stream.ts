import { createRandom } from '../../test/helpers/random.ts';
import { createChatCompletionsWriter } from './chat-completions-writer.ts';
import { createMessagesWriter } from './messages-writer.ts';
import { createResponsesWriter } from './responses-writer.ts';
import type { Message, StreamWriter } from './stream-writer.ts';

/** The dialects by the names of their folders, each with the path it is asked on. */
export const writers = {
  'chat-completions': createChatCompletionsWriter,
  responses: createResponsesWriter,
  messages: createMessagesWriter,
} satisfies Record<string, () => StreamWriter>;

export type RecordedDialect = keyof typeof writers;

export type Recording = {
  bytes: Buffer;
  /** What stands behind each `data:`, but for `[DONE]`. */
  data: string[];
};

const words = 'the of model answer and to is in that for it as with on be token at by this stream'.split(' ');
/** Tokens are short, and now and then they are not ASCII. */
const rarities = [
  '\n',
  '. ',
  ', ',
  ' “',
  '” ',
  ' — ',
  '```',
  '  ',
  'é',
  '世界',
  '🎉',
  '1',
  '0',
  '();',
  '\\',
  '"',
];

/** A reply of this many bytes or a little more, always the same: thinking, text and tool calls, over and over. */
export function recordReply(dialect: RecordedDialect, size: number): Recording {
  const writer = writers[dialect]();
  const random = createRandom(1);
  const toDeltas = (count: number): string[] =>
    Array.from({ length: count }, () =>
      random.chance(0.2) ? random.pick(rarities) : ` ${random.pick(words)}`,
    );
  const recorder = createRecorder();
  recorder.add(writer.begin());
  while (recorder.size() < size) {
    recorder.add(writer.think(toDeltas(200)));
    recorder.add(writer.say(toDeltas(1500)));
    recorder.add(writer.call(['{"path":', '"', ...toDeltas(300).map(escapeText), '"', '}']));
  }
  recorder.add(writer.end());
  return recorder.finish();
}

/** A reply of text alone, and that text. */
export function recordText(dialect: RecordedDialect, count: number): { bytes: Buffer; text: string } {
  const writer = writers[dialect]();
  const random = createRandom(2);
  const deltas = Array.from({ length: count }, () => `${random.pick(words)} `);
  const recorder = createRecorder();
  for (const messages of [writer.begin(), writer.say(deltas), writer.end()]) recorder.add(messages);
  return { bytes: recorder.finish().bytes, text: deltas.join('') };
}

/** A reply of text alone, an event a chunk. */
export function recordChunks(dialect: RecordedDialect, count: number): Buffer[] {
  const writer = writers[dialect]();
  const random = createRandom(3);
  const deltas = Array.from({ length: count }, () => ` ${random.pick(words)}`);
  return [...writer.begin(), ...writer.say(deltas), ...writer.end()].map((message) =>
    Buffer.from(toWireText(message)),
  );
}

function createRecorder() {
  const blocks: Buffer[] = [];
  const data: string[] = [];
  let size = 0;
  return {
    add(messages: Message[]): void {
      const block = Buffer.from(messages.map(toWireText).join(''));
      blocks.push(block);
      size += block.length;
      for (const message of messages) if (message.data !== '[DONE]') data.push(message.data);
    },
    size: () => size,
    finish: (): Recording => ({ bytes: Buffer.concat(blocks), data }),
  };
}

function toWireText({ event, data }: Message): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
}

function escapeText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
