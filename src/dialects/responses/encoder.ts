import type { JsonObject } from '../../json-value.ts';
import type { ChatEvent, FinishReason, Usage } from '../chat-event.ts';
import type { ReplyOptions, ReplyWriter } from '../dialect.ts';
import { TruncatedStreamError } from '../stream-decoder.ts';
import { createOutputWriter } from './output-writer.ts';
import { createResponseObject } from './response-object.ts';
import { toUsageFields } from './usage.ts';
import type { Frame } from './wire.ts';

/** Events to the stream that a caller of `/responses` expects: numbered, and each item under one id of ours. */
export function createReplyWriter(options: ReplyOptions): ReplyWriter {
  const writer = createFrameWriter(options);
  const toMessage = (frame: Frame) => ({ event: frame.type, data: JSON.stringify(frame) });
  return {
    push: (event) => writer.write(event).map(toMessage),
    fail: (error) => writer.fail(error).map(toMessage),
  };
}

/** The response that the last event of a stream would carry. */
export function writeReply(events: readonly ChatEvent[], options: ReplyOptions): JsonObject {
  const writer = createFrameWriter(options);
  const last = events.flatMap((event) => writer.write(event)).at(-1);
  if (events.at(-1)?.type !== 'finish' || last === undefined)
    throw new TruncatedStreamError('the reply is not finished');
  return last.response as JsonObject;
}

function createFrameWriter(options: ReplyOptions) {
  let frames: Frame[] = [];
  let sequence = 0;
  let response = createResponseObject(options);
  let usage: Usage | undefined;
  const output = createOutputWriter(options.id, emit);

  function emit(type: string, fields: JsonObject): void {
    frames.push({ type, sequence_number: sequence++, ...fields });
  }

  function start(id: string | undefined): void {
    response = createResponseObject({ ...options, id: id ?? options.id });
    emit('response.created', { response });
    emit('response.in_progress', { response });
  }

  function finish(reason: FinishReason): void {
    const ending = toEnding(reason, output.isRefused());
    const items = output.close(ending.status === 'incomplete');
    const counts = usage === undefined ? {} : toUsageFields(usage);
    emit(`response.${ending.status}`, { response: { ...response, ...ending, output: items, ...counts } });
  }

  function takeFrames(): Frame[] {
    const taken = frames;
    frames = [];
    return taken;
  }

  return {
    write(event: ChatEvent): Frame[] {
      if (event.type === 'start') start(event.id);
      else if (event.type === 'usage') usage = event.usage;
      else if (event.type === 'finish') finish(event.reason);
      else output.write(event);
      return takeFrames();
    },
    /**
     * Clients heed one or the other: Codex waits for a response that failed, and OpenAI's own package throws where there is a field `error`.
     * The stream may have been begun by somebody else.
     */
    fail({ status, code, message }: { status: number; code: string; message: string }): Frame[] {
      const error = { type: toErrorType(status), code, message, param: null };
      emit('error', { code, message, param: null, error });
      emit('response.failed', { response: { ...response, status: 'failed', error: { code, message } } });
      return takeFrames();
    },
  };
}

function toErrorType(status: number): string {
  return status >= 400 && status < 500 ? 'invalid_request_error' : 'server_error';
}

/** The words of a refusal stand in a response that is completed. One without words would look like an answer. */
function toEnding(reason: FinishReason, isRefused: boolean): JsonObject {
  if (reason === 'length')
    return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  if (reason === 'content-filter' || (reason === 'refusal' && !isRefused))
    return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
  return { status: 'completed' };
}
