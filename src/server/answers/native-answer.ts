import type { ChatEvent } from '../../dialects/chat-event.ts';
import { UpstreamError } from '../../errors.ts';
import { createSseDecoder } from '../../sse/decoder.ts';
import type { OpenAnswer, Opening } from './open-answer.ts';
import type { NativePlan } from './plan-answer.ts';

/** Passes a request and its answer on unchanged. Throws Copilot's refusal before the first byte. */
export async function openNatively(
  plan: NativePlan,
  { asked: { dialect, body }, client, answering, writer }: Opening,
): Promise<OpenAnswer> {
  answering.setRoute('native', dialect.path);
  const { isStream, packets } = await client.askNatively(
    { dialect, body: plan.body, headers: plan.headers, asked: body.value },
    { ...answering.ask, initiator: plan.initiator },
  );

  async function* readEvents(): AsyncGenerator<ChatEvent[]> {
    for await (const { events } of packets) {
      answering.observe(events);
      yield events;
    }
  }

  return {
    async *pieces() {
      // If the service answers in one piece, write the stream that was asked for.
      if (!isStream) yield* writer.write(readEvents());
      else
        for await (const { bytes, events } of packets) {
          answering.observe(events);
          if (bytes.length > 0) yield bytes;
        }
    },
    async readWhole() {
      const gatherer = isStream ? dialect.native.createGatherer?.() : undefined;
      if (!gatherer) return writer.gather(readEvents());
      const sse = createSseDecoder();
      for await (const { bytes, events } of packets) {
        answering.observe(events);
        for (const message of sse.push(bytes)) gatherer.push(message);
      }
      const reply = gatherer.toReply();
      if (!reply) throw new UpstreamError('truncated', 'the answer holds no reply');
      return reply;
    },
  };
}
