import type { Dialect } from '../../dialects/dialect.ts';
import { beginAnswering } from '../answering.ts';
import { type Call, readJsonBody, readModelName, writeJson } from '../call.ts';
import { createAnswerWriter, createEventStream } from '../event-stream.ts';
import { toFailure } from '../failure.ts';
import type { Route } from '../router.ts';
import type { Services } from '../services.ts';
import { type OpenAnswer, type Opening, openAnswer } from './open-answer.ts';
import { type AnswerPlan, type Asked, planAnswer } from './plan-answer.ts';
import type { ResponseRecorder } from './response-memory.ts';

/** The route on which a dialect's callers ask models, of any dialect. */
export function createAnswerHandler(dialect: Dialect): Route['handle'] {
  return async (call, services) => {
    const given = await readJsonBody(call, services.maxBodyBytes);
    const isStored = dialect.name === 'responses';
    const body = isStored ? services.responses.expand(call.caller, given) : given;
    const recorder = isStored ? services.responses.record(call.caller, body) : undefined;
    const name = readModelName(body.value);
    const { model, isSubstitute } = await services.models.find(name);
    const asked: Asked = { dialect, body, headers: call.headers, model };
    const plan = planAnswer(asked);
    const { initiator, stream } = plan;
    const answering = beginAnswering(call, services, {
      dialect: dialect.name,
      endpoint: dialect.path,
      model,
      initiator,
      stream,
      body: body.value,
    });
    if (name === undefined) answering.notice(`The request names no model, so ${model.id} answers.`);
    if (isSubstitute) answering.notice(`The account has no ${name}, so ${model.id} answers.`);
    for (const notice of plan.notices) answering.notice(notice);
    try {
      services.failed.check(call, body.value);
      await answering.enter(body.bytes.length);
      const client = await services.connect();
      const writer = createAnswerWriter(dialect, { model: name ?? model.id, now: services.now, plan });
      const opening: Opening = { asked, client, answering, writer, seals: services.seals };
      if (plan.stream) await answerInPieces(plan, opening, call, services, recorder);
      else {
        const reply = await (await openAnswer(plan, opening)).readWhole();
        recorder?.keep(reply);
        writeJson(call, 200, reply, answering.headers());
      }
      answering.end();
      services.failed.forget(call, body.value);
    } catch (thrown) {
      const error = findCause(thrown, call.signal);
      if (!answering.isAnswered) services.failed.note(call, body.value, error);
      answering.end(error);
      if (!call.response.headersSent) throw error;
    }
  };
}

/** Throws every failure; one that comes after the first byte has gone into the stream, too. */
async function answerInPieces(
  plan: AnswerPlan,
  opening: Opening,
  { id, response, signal }: Call,
  { pingMs, log }: Services,
  recorder: ResponseRecorder | undefined,
): Promise<void> {
  const { answering, writer } = opening;
  const { headers } = answering;
  const stream = createEventStream({
    response,
    dialect: opening.asked.dialect.name,
    headers,
    signal,
    pingMs,
    onStall: () => log('warn', 'caller_stalled', { id }),
  });
  let open: OpenAnswer | undefined;
  try {
    open = await openAnswer(plan, opening);
    for await (const { bytes } of open.pieces()) {
      if (bytes.length === 0) continue;
      answering.sayFirstByte();
      recorder?.push(bytes);
      const room = stream.write(bytes);
      if (room) await room;
    }
    recorder?.end();
    stream.end();
  } catch (error) {
    stream.abandon();
    if (stream.isBegun && !response.destroyed) {
      const last = writer.fail(toFailure(findCause(error, signal)), open?.findPlace?.());
      recorder?.push(last);
      response.end(last);
    }
    recorder?.end();
    throw error;
  }
}

/** After an abort, the reason for it matters, not the error that followed. */
function findCause(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : error;
}
