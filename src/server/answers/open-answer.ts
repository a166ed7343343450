import { isWrongEndpoint } from '../../copilot/ask.ts';
import type { CopilotClient } from '../../copilot/client.ts';
import { isSealRefused } from '../../copilot/recovery.ts';
import type { ChatEvent } from '../../dialects/chat-event.ts';
import { CliError, UpstreamError } from '../../errors.ts';
import { createSseDecoder } from '../../sse/decoder.ts';
import type { Answering } from '../answering.ts';
import type { ReplyWriter } from '../event-stream.ts';
import { type AnswerPlan, type Asked, type NativePlan, speaks, type TranslationPlan } from './plan-answer.ts';
import type { SealMemory } from './seal-memory.ts';
import { createWholeLimit } from './whole-limit.ts';

/** An answer in the caller's dialect. It is read once, in pieces or whole. */
type OpenAnswer = {
  /** The stream for the caller, as it comes. Throws CliError if the answer breaks off. */
  pieces(): AsyncIterable<string | Uint8Array>;
  /** The same in one piece. */
  readWhole(): Promise<Record<string, unknown>>;
};

/** What an answer is opened with, whatever the plan. */
export type Opening = {
  asked: Asked;
  client: CopilotClient;
  answering: Answering;
  writer: ReplyWriter;
  seals: SealMemory;
};

/** Opens the answer as planned. A native request is sent at once, so Copilot's refusal is thrown here. */
export async function openAnswer(plan: AnswerPlan, opening: Opening): Promise<OpenAnswer> {
  if (plan.way === 'translated') return openTranslated(plan, opening);
  try {
    return await openNatively(plan, opening);
  } catch (error) {
    // A translation leaves out images that are too much and thinking that is not accepted, and knows the model's other endpoints.
    if (!plan.translation || !isForTranslation(error)) throw error;
    return openTranslated(plan.translation, opening);
  }
}

function isForTranslation(error: unknown): boolean {
  return (
    isWrongEndpoint(error) ||
    isSealRefused(error) ||
    (error instanceof CliError && error.details.status === 413)
  );
}

/** Passes a request and its answer on unchanged. */
async function openNatively(
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
      const count = createWholeLimit();
      for await (const { bytes, events } of packets) {
        answering.observe(events);
        count(events, events.length === 0 ? bytes.length : 0);
        for (const message of sse.push(bytes)) gatherer.push(message);
      }
      const reply = gatherer.toReply();
      if (!reply) throw new UpstreamError('truncated', 'the answer holds no reply');
      return reply;
    },
  };
}

/** Asks a model in whatever dialect it speaks, and answers in the caller's. Nothing is sent before the answer is read. */
function openTranslated(
  { request, initiator }: TranslationPlan,
  { asked: { dialect, model }, client, answering, writer, seals }: Opening,
): OpenAnswer {
  // Callers of the other dialects send thinking back themselves.
  const isForgetful = dialect.name === 'chat-completions';
  const watch = isForgetful ? seals.watch(model.id) : undefined;

  async function* readEvents(): AsyncGenerator<ChatEvent[]> {
    const batches = client.askInBatches(isForgetful ? seals.restore(request) : request, {
      ...answering.ask,
      initiator,
      preferred: speaks(model, dialect) ? dialect.name : undefined,
      onRoute: (endpoint) => answering.setRoute('translated', endpoint),
    });
    for await (const events of batches) {
      answering.observe(events);
      watch?.(events);
      yield events;
    }
  }

  return {
    pieces: () => writer.write(readEvents()),
    readWhole: () => writer.gather(readEvents()),
  };
}
