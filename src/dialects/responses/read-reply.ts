import { isObject, type JsonObject, parseJson, toNumber, toObject, toText } from '../../json-value.ts';
import { type ChatEvent, toCredits, type Usage } from '../chat-event.ts';
import { type ReplyReader, StreamError, saysFailure, TruncatedStreamError } from '../dialect.ts';
import { toFinish } from '../finish-words.ts';
import { createOutputReader, cutCall, cutMessage, type Ending, type PlainDelta } from './read-output.ts';

/** The stream of `/responses` to events. Ignores anything after the terminal event (some send `[DONE]`). */
export function createReplyReader(): ReplyReader {
  const reader = createFrameReader();
  return {
    push({ event, data }) {
      if (reader.isFinished() || event === 'ping') return [];
      const delta = readPlainDelta(data);
      if (delta) return reader.readDelta(delta);
      const frame = parseJson(data);
      if (frame === undefined && !isFiller(data))
        throw new StreamError(event === 'error' ? data : 'a message of the stream is not JSON');
      const isNamedOnly = event === 'error' && isObject(frame) && frame.type === undefined;
      return reader.read(isNamedOnly ? { ...frame, type: event } : frame);
    },
    isDone: () => reader.isFinished(),
    end() {
      if (!reader.isFinished())
        throw new TruncatedStreamError('the stream ended before the reply was finished');
      return [];
    },
  };
}

function isFiller(data: string): boolean {
  const text = data.trim();
  return text === '' || text === '[DONE]';
}

/** Fields that are numbers, plain strings or empty: none of them holds another. */
const otherFields = String.raw`(?:,"(?:(?:sequence_number|content_index)":\d+|(?:item_id|obfuscation)":"[^"\\]*"|logprobs":\[\]))*`;
/** A delta without escapes. OpenAI writes the numbers of its place before it; a delta in another order is parsed. */
const plainDelta = new RegExp(
  String.raw`^\{"type":"response\.(output_text|reasoning_summary_text|function_call_arguments)\.delta"${otherFields},"output_index":(\d+)(?:,"summary_index":(\d+))?${otherFields},"delta":"([^"\\]*)"${otherFields}\}$`,
);

/** Fast path for events of a few words: parsing all ids and padding would take half the time of a stream. Undefined for any other event. */
export function readPlainDelta(data: string): PlainDelta | undefined {
  const found = plainDelta.exec(data);
  if (found === null) return undefined;
  const [, type = '', outputIndex, summaryIndex, text = ''] = found;
  return {
    type,
    outputIndex: Number(outputIndex),
    summaryIndex: summaryIndex === undefined ? undefined : Number(summaryIndex),
    text,
  };
}

type FrameReader = {
  /** The events of one frame; none for unknown JSON. Throws StreamError if it reports a failure. */
  read(frame: unknown): ChatEvent[];
  /** The same for a delta of which nothing else needed to be read. */
  readDelta(delta: PlainDelta): ChatEvent[];
  isFinished(): boolean;
};

function createFrameReader(): FrameReader {
  const output = createOutputReader();
  let started = false;
  let created = false;
  let finished = false;

  function start(response: unknown, events: ChatEvent[]): void {
    if (started) return;
    started = true;
    const { id, model } = toObject(response);
    events.unshift({ type: 'start', id: toText(id), model: toText(model) });
  }

  function finish(frame: JsonObject, ending: Ending, events: ChatEvent[]): void {
    const response = toObject(frame.response);
    start(response, events);
    if (output.isEmpty()) output.readWhole(response.output, events);
    else output.readRest(response.output, events);
    const usage = readUsage(frame);
    if (usage !== undefined) events.push({ type: 'usage', usage });
    const { reason, detail } = ending.reason === 'stop' ? output.toEnding() : ending;
    events.push({ type: 'finish', reason, ...(detail !== undefined && { detail }) });
    finished = true;
  }

  function readFrame(frame: JsonObject, events: ChatEvent[]): void {
    switch (frame.type) {
      case 'response.created':
        // Ids tell nothing: Copilot gives each event another one.
        if (created && !output.isEmpty()) throw new StreamError('the stream mixes two replies');
        created = true;
        start(frame.response, events);
        break;
      case 'response.in_progress':
        start(frame.response, events);
        break;
      case 'response.completed':
        if (isFailed(frame.response)) throwFailure({ ...frame, type: 'response.failed' });
        finish(frame, toCompletedEnding(frame.response), events);
        break;
      case 'response.incomplete':
        finish(frame, toIncompleteEnding(frame.response), events);
        break;
      case 'response.failed':
      case 'response.cancelled':
      case 'response.error':
      case 'error':
      case undefined:
        throwFailure(frame);
        break;
      default:
        output.read(frame, events);
    }
  }

  return {
    read(frame) {
      const events: ChatEvent[] = [];
      if (finished || !isObject(frame)) return events;
      readFrame(frame, events);
      if (!started && events.length > 0) start(undefined, events);
      return events;
    },
    readDelta(delta) {
      const events: ChatEvent[] = [];
      if (finished) return events;
      output.readDelta(delta, events);
      if (!started && events.length > 0) start(undefined, events);
      return events;
    },
    isFinished: () => finished,
  };
}

/** The counts of a terminal event. The bill is at its top level, in the response or in the usage. */
export function readUsage(frame: JsonObject): Usage | undefined {
  const response = toObject(frame.response);
  const usage = toObject(response.usage);
  const bill = [frame.copilot_usage, response.copilot_usage, usage.copilot_usage].find(isObject);
  if (!isObject(response.usage) && bill === undefined) return undefined;
  const input = toObject(usage.input_tokens_details);
  const nanoCredits = toNumber(bill?.total_nano_aiu);
  return {
    inputTokens: toNumber(usage.input_tokens),
    cachedInputTokens: toNumber(input.cached_tokens),
    cacheWriteTokens: toNumber(input.cache_write_tokens) ?? findBilledTokens(bill, 'cache_write'),
    outputTokens: toNumber(usage.output_tokens),
    reasoningTokens: toNumber(toObject(usage.output_tokens_details).reasoning_tokens),
    credits: nanoCredits === undefined ? undefined : toCredits(nanoCredits),
  };
}

function findBilledTokens(bill: JsonObject | undefined, type: string): number | undefined {
  const details = Array.isArray(bill?.token_details) ? bill.token_details : [];
  return toNumber(details.filter(isObject).find(({ token_type }) => token_type === type)?.token_count);
}

/** A whole reply's status corresponds to the type of a terminal event. */
export function readReply(body: unknown): ChatEvent[] {
  if (!isObject(body)) throw new StreamError('the reply is not an object');
  const status = toText(body.status);
  const reader = createFrameReader();
  // An error instead of a reply has no status.
  const frame =
    status === undefined && body.error ? body : { type: `response.${status ?? 'completed'}`, response: body };
  const events = reader.read(frame);
  if (!reader.isFinished()) throw new TruncatedStreamError('the reply is not finished');
  return events;
}

const endings: Record<string, { message: string; code?: string }> = {
  'response.cancelled': { message: 'the service cancelled the reply', code: 'cancelled' },
  'response.failed': { message: 'the service could not finish the reply' },
};

/** Throws the failure in a frame: flat (`code`, `message`), nested in `error`, or in a response's error. A frame without a type may have none. */
function throwFailure(frame: JsonObject): void {
  const error = frame.error ?? toObject(frame.response).error;
  if (frame.type === undefined && !isObject(error) && toText(error) === undefined && !saysFailure(error))
    return;
  const ending = endings[String(frame.type)] ?? { message: 'the stream reported an error' };
  const { code, message, type } = isObject(error) ? error : { ...frame, type: undefined };
  throw new StreamError(
    toText(message) ?? toText(error) ?? ending.message,
    toText(code) ?? toText(type) ?? ending.code,
  );
}

/** What a response says of itself that its last event calls completed. */
const unfinished = /^(?:in_progress|queued)$/;

function toIncompleteEnding(response: unknown): Ending {
  const { reason } = toObject(toObject(response).incomplete_details);
  const word = toText(reason);
  const { type: _, ...known } = toFinish(word);
  if (['length', 'content-filter', 'refusal'].includes(known.reason)) return known;
  return { reason: 'other', detail: word === undefined ? 'incomplete' : `incomplete: ${word}` };
}

/** The type of the frame says how a reply ended; what stands inside counts if it says less. */
function toCompletedEnding(response: unknown): Ending {
  const { status, incomplete_details: details } = toObject(response);
  if (status === 'incomplete' || toText(toObject(details).reason) !== undefined)
    return toIncompleteEnding(response);
  const word = toText(status) ?? 'completed';
  if (word === 'completed') return { reason: 'stop' };
  return { reason: 'other', detail: unfinished.test(word) ? `incomplete: ${word}` : word };
}

/** Some gateways say only in the response itself that it failed. */
function isFailed(response: unknown): boolean {
  const { status, error } = toObject(response);
  return status === 'failed' || toText(error) !== undefined || Object.keys(toObject(error)).length > 0;
}

/** Whether callers who look at the last event alone would take the reply for complete. */
export function isOnlyInside(detail: string): boolean {
  return (
    detail === cutMessage.detail ||
    detail === cutCall.detail ||
    unfinished.test(detail.replace('incomplete: ', ''))
  );
}
