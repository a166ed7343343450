import { Readable } from 'node:stream';
import { type AskOptions, isWrongEndpoint } from '../../copilot/ask.ts';
import {
  createSeen,
  judge,
  judgeEnd,
  look,
  noticeOddEnd,
  type Seen,
  weigh,
} from '../../copilot/check-answer.ts';
import type { CopilotClient } from '../../copilot/client.ts';
import type { NativePacket } from '../../copilot/native.ts';
import { isSealRefused, sealNotice } from '../../copilot/recovery.ts';
import type { ChatEvent, FinishEvent } from '../../dialects/chat-event.ts';
import type { ChatRequest } from '../../dialects/chat-request.ts';
import type { Dialect, NativePath, StreamPlace } from '../../dialects/dialect.ts';
import { foreignThinkingNotice } from '../../dialects/fit/fitting.ts';
import { CliError } from '../../errors.ts';
import { type JsonObject, parseJson, toObject } from '../../json-value.ts';
import { createSseDecoder } from '../../sse/decoder.ts';
import type { Answering } from '../answering.ts';
import type { AnswerWriter } from '../event-stream.ts';
import { type AnswerPlan, type Asked, type NativePlan, speaks, type TranslationPlan } from './plan-answer.ts';
import { listSeals, type SealMemory } from './seal-memory.ts';
import { openSearch } from './web-search.ts';
import { createWholeLimit } from './whole-limit.ts';

/** An answer in the caller's dialect. It is read once, in pieces or whole. */
export type OpenAnswer = {
  /** The stream for the caller, as it comes; a piece can be empty. Throws CliError if the answer breaks off. */
  pieces(): AsyncIterable<{ bytes: string | Uint8Array }>;
  /** The same in one piece. */
  readWhole(): Promise<Record<string, unknown>>;
  /** How far a stream has come that Copilot wrote. */
  findPlace?: (() => StreamPlace) | undefined;
};

/** What an answer is opened with, whatever the plan. */
export type Opening = {
  asked: Asked;
  client: CopilotClient;
  answering: Answering;
  writer: AnswerWriter;
  seals: SealMemory;
};

/** Opens the answer as planned. A native request is sent at once, so Copilot's refusal is thrown here. */
export async function openAnswer(plan: AnswerPlan, opening: Opening): Promise<OpenAnswer> {
  if (plan.way === 'searched') return openSearch(plan.search, opening);
  if (plan.way === 'translated') return openTranslated(plan, opening);
  const native = withoutForeignSeals(plan, opening);
  if (native.way === 'translated') return openTranslated(native, opening);
  try {
    return await openNatively(native, opening);
  } catch (error) {
    // A translation leaves out images that are too much and thinking that is not accepted, and knows the model's other endpoints.
    if (!plan.translation || !isForTranslation(error)) throw error;
    if (isSealRefused(error)) opening.seals.forget(plan.translation.request);
    return openTranslated(plan.translation, opening);
  }
}

/** A model refuses the thinking of another, and a refused request costs a call. A dialect that cannot leave it out is translated. */
function withoutForeignSeals(
  plan: NativePlan,
  { asked: { dialect, body, model }, seals, answering }: Opening,
): NativePlan | TranslationPlan {
  const isLost = (opaque: string): boolean => seals.isForeign(opaque, model.id);
  if (!plan.translation || !listSeals(plan.translation.request).some(isLost)) return plan;
  const sent = plan.body instanceof Uint8Array ? body.value : plan.body;
  const bare = dialect.native.withoutThinking(sent, isLost);
  if (!bare) return plan.translation;
  answering.notice(foreignThinkingNotice);
  return { ...plan, body: bare };
}

/** Options by which the client tells of seals that the service refuses. */
function watchSeals(
  request: ChatRequest | undefined,
  { answering, seals }: Opening,
): Pick<AskOptions, 'onNotice'> {
  return {
    onNotice(sentence) {
      if (sentence === sealNotice && request) seals.forget(request);
      answering.ask.onNotice?.(sentence);
    },
  };
}

function isForTranslation(error: unknown): boolean {
  return (
    isWrongEndpoint(error) ||
    isSealRefused(error) ||
    (error instanceof CliError && error.details.status === 413)
  );
}

/** Passes a request and its answer on in the caller's own dialect. */
async function openNatively(plan: NativePlan, opening: Opening): Promise<OpenAnswer> {
  const { asked, client, answering, writer, seals } = opening;
  const { dialect, body, model } = asked;
  const watch = seals.watch(model.id, { isForgetful: false });
  answering.setRoute('native', dialect.path);
  const { isStream, packets, findPlace } = await client.askNatively(
    { dialect, body: plan.body, headers: plan.headers, asked: body.value },
    {
      ...answering.ask,
      ...watchSeals(plan.translation?.request, opening),
      initiator: plan.initiator,
      judge: createEndCheck(dialect.native, answering.notice),
      onEvents(events) {
        answering.observe(events);
        watch(events);
      },
    },
  );

  async function* readAs<T>(toItem: (events: ChatEvent[]) => T): AsyncGenerator<T> {
    for await (const { events } of packets) yield toItem(events);
  }

  return {
    findPlace: isStream ? findPlace : undefined,
    // If the service answers in one piece, the stream that was asked for is written.
    pieces: () => (isStream ? packets : readAs((events) => ({ bytes: writer.write(events) }))),
    async readWhole() {
      if (!isStream && plan.passesWhole) return readPassed(packets);
      const gatherer = isStream ? dialect.native.createGatherer?.() : undefined;
      if (!gatherer) return writer.gather(readAs((events) => events));
      const sse = createSseDecoder();
      const count = createWholeLimit();
      const said: ChatEvent[][] = [];
      for await (const { bytes, events } of packets) {
        count(events, events.length === 0 ? bytes.length : 0);
        said.push(events);
        for (const message of sse.push(bytes)) gatherer.push(message);
      }
      const reply = gatherer.toReply();
      return reply && tellsAll(reply, said.flat(), dialect) ? reply : writer.gather(Readable.from(said));
    },
  };
}

/** Whether a reply in one piece says what its stream said. Some services leave out of the last event what they streamed, or say less. */
function tellsAll(reply: JsonObject, said: readonly ChatEvent[], dialect: Dialect): boolean {
  try {
    return summarise(dialect.readReply(reply)) === summarise(said);
  } catch {
    return false;
  }
}

/** The words, the calls and the end of an answer. */
function summarise(events: readonly ChatEvent[]): string {
  let text = '';
  const calls: string[] = [];
  for (const event of events) {
    if (event.type === 'text-delta') text += event.text;
    else if (event.type === 'tool-call-delta')
      calls[event.index] = (calls[event.index] ?? '') + (event.name ?? '') + event.arguments;
  }
  const end = events.findLast((event) => event.type === 'finish')?.reason;
  return JSON.stringify({ text, calls, end });
}

/** A reply in one piece, with fields that no event has. */
async function readPassed(packets: AsyncIterable<NativePacket>): Promise<Record<string, unknown>> {
  const pieces: Uint8Array[] = [];
  for await (const { bytes } of packets) pieces.push(bytes);
  return toObject(parseJson(Buffer.concat(pieces).toString('utf8')));
}

/** Asks a model in whatever dialect it speaks, and answers in the caller's. Nothing is sent before the answer is read. */
function openTranslated(plan: TranslationPlan, opening: Opening): OpenAnswer {
  const { request: planned, initiator, notices } = plan;
  const { asked, client, answering, writer, seals } = opening;
  const { dialect, model } = asked;
  for (const notice of notices) answering.notice(notice);
  // Callers of the other dialects send thinking back themselves.
  const isForgetful = dialect.name === 'chat-completions';
  const watch = seals.watch(model.id, { isForgetful });
  const request = seals.nameOwners(isForgetful ? seals.restore(planned) : planned);

  const check = createSilenceCheck(request, answering.notice);

  async function* readAs<T>(toItem: (events: ChatEvent[]) => T): AsyncGenerator<T> {
    const batches = client.askInBatches(request, {
      ...answering.ask,
      ...watchSeals(request, opening),
      initiator,
      preferred: speaks(model, dialect, asked.body.value) ? dialect.name : undefined,
      onRoute: (endpoint) => answering.setRoute('translated', endpoint),
    });
    for await (const events of batches) {
      answering.observe(events);
      watch(events);
      const { said, failure } = check(events);
      if (said.length > 0) yield toItem(said);
      if (failure) throw failure;
    }
  }

  return {
    pieces: () => readAs((events) => ({ bytes: writer.write(events) })),
    readWhole: () => writer.gather(readAs((events) => events)),
  };
}

type OnNotice = (sentence: string) => void;

/** The events to pass on, and what is thrown after them. */
type Checked = { said: ChatEvent[]; failure?: CliError };

/**
 * Makes a failed answer say so, in which the caller would read an end like any other: one without words, and one that was broken off. What
 * the model or the service kept back is told as a refusal, in the caller's dialect.
 */
function createSilenceCheck(request: ChatRequest, onNotice: OnNotice): (events: ChatEvent[]) => Checked {
  const seen = createSeen();
  const mayBeSilent = endsWithResult(request);

  function explain(finish: FinishEvent): Checked {
    const broken = findBreak(finish, seen);
    if (broken) return { said: [], failure: broken };
    noticeOddEnd(finish, seen, { runsTools: true, onNotice });
    const isSaid = seen.hasText || seen.hasCalls;
    if (isSaid || finish.reason === 'length' || (finish.reason === 'stop' && mayBeSilent))
      return { said: [finish] };
    const failure = judge(finish, seen, true);
    if (!failure) return { said: [finish] };
    if (failure.code !== 'content_filter') return { said: [], failure };
    return { said: [{ type: 'text-delta', kind: 'refusal', text: toSentence(failure.message) }, finish] };
  }

  return (events) => {
    const last = lookAtAll(events, seen);
    if (!last) return { said: events };
    const before = events.slice(0, -1);
    const { said, failure } = explain(last);
    // Before the first word, the caller gets the status that the failure means.
    if (failure) return { said: before.some(({ type }) => type.endsWith('-delta')) ? before : [], failure };
    return { said: [...before, ...said] };
  };
}

/** What is wrong with an answer that goes on as it came: its words and its end are the caller's to judge, if they say what happened. */
function createEndCheck(
  { tellsCut }: Pick<NativePath, 'tellsCut'>,
  onNotice: OnNotice,
): (events: readonly ChatEvent[]) => CliError | undefined {
  const seen = createSeen();
  return (events) => {
    const last = lookAtAll(events, seen);
    if (!last || tellsCut(last)) return undefined;
    const broken = findBreak(last, seen);
    if (!broken) noticeOddEnd(last, seen, { runsTools: true, onNotice });
    return broken;
  };
}

function lookAtAll(events: readonly ChatEvent[], seen: Seen): FinishEvent | undefined {
  for (const event of events) if (event.type !== 'finish') look(event, seen);
  const last = events.at(-1);
  if (last?.type !== 'finish') return undefined;
  weigh(seen);
  return last;
}

function findBreak(finish: FinishEvent, seen: Seen): CliError | undefined {
  const broken = judgeEnd(finish);
  return broken && (judge(finish, seen, true) ?? broken);
}

/** After the result of a tool, a model may have nothing to add. */
function endsWithResult({ messages }: ChatRequest): boolean {
  return messages.findLast(({ role }) => role !== 'system')?.role === 'tool';
}

function toSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
