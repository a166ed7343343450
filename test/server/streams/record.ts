import { toNativeReply } from '../../../src/copilot/native.ts';
import { readPackets } from '../../../src/copilot/stream.ts';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import type { Dialect, ReplyWriter } from '../../../src/dialects/dialect.ts';
import { formatMessages } from '../../../src/server/event-stream.ts';
import type { Random } from '../../helpers/random.ts';
import type { Answer } from '../../simulator/answer/answer.ts';
import { callCopilot, openSimulator } from '../../simulator/test-client.ts';
import type { Transport } from '../../simulator/transport.ts';

const headers = { 'content-type': 'text/event-stream' };
export const tools = [{ name: 'read' }, { name: 'list' }];
const parameters = { type: 'object', properties: {} };

const bodies: Record<string, Record<string, unknown>> = {
  'chat-completions': { messages: [{ role: 'user', content: 'hi' }] },
  responses: {
    input: 'hi',
    reasoning: { summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    tools: tools.map(({ name }) => ({ type: 'function', name, parameters })),
  },
  messages: {
    max_tokens: 4000,
    thinking: { type: 'enabled', budget_tokens: 2000 },
    messages: [{ role: 'user', content: 'hi' }],
  },
};

/** The bytes of a stream as Copilot sends it. */
export async function recordStream(
  { dialect, model }: { dialect: Dialect; model: string },
  answer: Answer,
  transport: Transport = {},
): Promise<Buffer> {
  const simulator = await openSimulator({ answer, transport });
  const body = { model, stream: true, ...bodies[dialect.name] };
  const response = await callCopilot(simulator, dialect.path, { body });
  if (response.status !== 200) throw new Error(await response.text());
  return Buffer.from(await response.arrayBuffer());
}

/** The packets of a stream that is cut at these places. */
function cut(bytes: Buffer, ends: readonly number[]): Buffer[] {
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** A first packet of some bytes, and all others of the same size. */
export function cutEvery(bytes: Buffer, size: number, first: number): Buffer[] {
  const count = Math.max(0, Math.ceil((bytes.length - first) / size));
  return cut(
    bytes,
    Array.from({ length: count }, (_, index) => first + index * size),
  );
}

export function cutAtRandom(bytes: Buffer, random: Random): Buffer[] {
  const ends: number[] = [];
  for (let end = random.integer(40); end < bytes.length; end += 1 + random.integer(40)) ends.push(end);
  return cut(bytes, ends);
}

async function* send(packets: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  // In memory that is written over, as that of a socket can be.
  yield* packets.map((packet) => Uint8Array.from(packet));
}

/** What a caller of the same dialect gets. */
export async function passThrough(packets: readonly Buffer[], dialect: Dialect): Promise<string> {
  const written: Uint8Array[] = [];
  const asked = { stream_options: { include_usage: true } };
  const options = { dialect, asked, bill: (events: ChatEvent[]) => ({ said: events }) };
  for await (const { bytes } of toNativeReply({ headers, body: send(packets) }, options).packets)
    written.push(bytes);
  return Buffer.concat(written).toString('utf8');
}

export async function decode(packets: readonly Buffer[], dialect: Dialect): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  const see = (packet: { events: ChatEvent[] }): ChatEvent[] => packet.events;
  for await (const batch of readPackets({ headers, body: send(packets) }, dialect, { see }))
    events.push(...batch);
  return events;
}

/** What a caller of another dialect gets. */
export function translate(events: readonly ChatEvent[], dialect: Dialect): string {
  const encoder: ReplyWriter = dialect.createReplyWriter({
    model: 'm',
    id: 'reply_1',
    created: 1,
    includeUsage: true,
  });
  return formatMessages(events.flatMap((event) => encoder.push(event)));
}
