import { isObject, type JsonObject, parseJson, toObject, toText } from '../../json-value.ts';
import type { ChatEvent, TextDeltaEvent } from '../chat-event.ts';
import { limitParts, type ReplyReader, StreamError, TruncatedStreamError } from '../dialect.ts';
import {
  cutCall,
  cutMessage,
  type Ending,
  isFailed,
  toCompletedEnding,
  toFailure,
  toIncompleteEnding,
} from './endings.ts';
import { createOutputItem, createOutputItems, type OutputItem } from './output-items.ts';
import { createCallReader, isCall } from './read-calls.ts';
import { createThinkingReader } from './read-thinking.ts';
import { createSaidText, type TextMark, textBeginning } from './said-text.ts';
import { readUsage } from './usage.ts';

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

/** The item and the text of a delta. */
type PlainDelta = {
  type: string;
  outputIndex: number;
  summaryIndex: number | undefined;
  text: string;
};

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

/** A frame without a type is a failure only if it says so. */
function throwFailure(frame: JsonObject): void {
  const failure = toFailure(frame);
  if (failure !== undefined) throw failure;
}

type OutputReader = {
  /** Events of a frame about an output item. */
  read(frame: JsonObject, events: ChatEvent[]): void;
  /** The same for a delta of which nothing else needed to be read. */
  readDelta(delta: PlainDelta, events: ChatEvent[]): void;
  /** Events of items that come in one piece. */
  readWhole(output: unknown, events: ChatEvent[]): void;
  /** Events of text at the end of the whole output that no delta brought. */
  readRest(output: unknown, events: ChatEvent[]): void;
  isEmpty(): boolean;
  /** How a reply ended that was completed. */
  toEnding(): Ending;
};

/** A finished item's content counts only as far as its deltas were missing: a finished text that begins otherwise changes nothing. */
function createOutputReader(): OutputReader {
  const items = createOutputItems();
  const thinking = createThinkingReader();
  const calls = createCallReader();
  let isRefused = false;
  /** A message or a call says that it is not complete, or failed. */
  let cut: Ending | undefined;
  /** The last message with text. */
  let speaker: OutputItem | undefined;
  /** The text of all messages, without the separators. */
  const said = createSaidText();

  function readText(item: OutputItem, text: string, events: ChatEvent[], kind?: 'refusal'): void {
    if (kind === 'refusal') isRefused = true;
    if (text === '') return;
    if (speaker !== item) giveTurn(item, events);
    item.hasContent = true;
    events.push(kind ? { type: 'text-delta', text, kind } : { type: 'text-delta', text });
    said.add(text);
  }

  function giveTurn(item: OutputItem, events: ChatEvent[]): void {
    if (speaker) events.push(createSeparator(said.end()));
    speaker = item;
    // Another message came between the halves of this one.
    item.textStart = item.hasContent ? undefined : said.mark();
    item.partStart = item.textStart;
  }

  /** The rest of the parts, if they begin with what was said since `start`. */
  function readParts(parts: readonly TextPart[], start: TextMark, events: ChatEvent[]): void {
    if (!said.isSaidBy(parts.map(({ text }) => text).join(''), start)) return;
    const known = said.mark().length - start.length;
    let position = 0;
    for (const { item, text, kind } of parts) {
      const rest = text.slice(Math.max(0, known - position));
      position += text.length;
      if (rest !== '') readText(item, rest, events, kind);
    }
  }

  /** A refusal counts, even one that stands only in the whole output and behind another text than was streamed. */
  function readUnsaidRefusal(parts: readonly TextPart[], events: ChatEvent[]): void {
    for (const { text, kind } of parts) {
      if (kind !== 'refusal' || isRefused) continue;
      readText(createOutputItem(), text, events, kind);
      isRefused = true;
    }
  }

  /** Finished parts of messages without deltas: some gateways send a text only at its end. */
  const closed: TextPart[] = [];

  /** The end of a part of a message: `index` is its number in the message. */
  function closePart(item: OutputItem, index: unknown, text: string, events: ChatEvent[], kind?: 'refusal') {
    if (index !== undefined && index !== item.closedParts) return;
    item.closedParts += 1;
    if (kind === 'refusal') isRefused = true;
    if (!item.hasContent && text !== '') {
      closed.push({ item, text, kind });
      limitParts(closed.length);
    }
    if (speaker !== item || item.partStart === undefined) return;
    readParts([{ item, text, kind }], item.partStart, events);
    item.partStart = said.mark();
  }

  /** The same end again, or the only one: without a number it counts if nothing else of the message came. */
  function closeWhole(item: OutputItem, { content_index, part }: JsonObject, events: ChatEvent[]): void {
    if (content_index === undefined && (item.hasContent || item.closedParts > 0)) return;
    for (const { text, kind } of listParts(item, [part])) closePart(item, content_index, text, events, kind);
  }

  function open(outputIndex: unknown, fields: JsonObject, events: ChatEvent[]): void {
    const item = items.open(outputIndex);
    if (isCall(fields)) calls.open(item, fields, events);
  }

  function close(outputIndex: unknown, fields: JsonObject, events: ChatEvent[]): void {
    const item = items.find(outputIndex);
    if (item.isDone) return;
    item.isDone = true;
    noteStatus(fields);
    if (fields.type === 'message') closeMessage(item, fields, events);
    else if (fields.type === 'reasoning') thinking.close(item, fields, events);
    else if (isCall(fields)) calls.close(item, fields, events);
  }

  function noteStatus(fields: JsonObject): void {
    if (fields.status !== 'incomplete' && fields.status !== 'failed') return;
    if (fields.type === 'message') cut ??= cutMessage;
    else if (isCall(fields)) cut ??= cutCall;
  }

  function closeMessage(item: OutputItem, { content }: JsonObject, events: ChatEvent[]): void {
    const parts = listParts(item, content);
    if (parts.some(({ kind }) => kind === 'refusal')) isRefused = true;
    if (!item.hasContent) readParts(parts, said.mark(), events);
    else if (speaker === item && item.textStart !== undefined) readParts(parts, item.textStart, events);
  }

  return {
    readDelta({ type, outputIndex, summaryIndex, text }, events) {
      if (type === 'output_text') readText(items.find(outputIndex), text, events);
      else if (type === 'function_call_arguments') calls.read(items.find(outputIndex), text, events);
      else thinking.read(items.find(outputIndex), text, 'summary', summaryIndex, events);
    },
    read(frame, events) {
      const { type, output_index: outputIndex } = frame;
      if (type === 'response.output_text.delta') readText(items.find(outputIndex), toDelta(frame), events);
      else if (
        type === 'response.function_call_arguments.delta' ||
        type === 'response.custom_tool_call_input.delta'
      )
        calls.read(items.find(outputIndex), toDelta(frame), events);
      else if (type === 'response.reasoning_summary_text.delta')
        thinking.read(items.find(outputIndex), toDelta(frame), 'summary', frame.summary_index, events);
      else if (type === 'response.reasoning_text.delta')
        thinking.read(items.find(outputIndex), toDelta(frame), 'content', frame.content_index, events);
      else if (type === 'response.output_item.added') open(outputIndex, toObject(frame.item), events);
      else if (type === 'response.output_item.done') close(outputIndex, toObject(frame.item), events);
      else if (
        type === 'response.function_call_arguments.done' ||
        type === 'response.custom_tool_call_input.done'
      )
        calls.fill(items.find(outputIndex), toText(frame.arguments) ?? toText(frame.input) ?? '', events);
      else if (type === 'response.refusal.delta')
        readText(items.find(outputIndex), toDelta(frame), events, 'refusal');
      else if (type === 'response.output_text.done')
        closePart(items.find(outputIndex), frame.content_index, toText(frame.text) ?? '', events);
      else if (type === 'response.content_part.done') closeWhole(items.find(outputIndex), frame, events);
      else if (type === 'response.refusal.done')
        closePart(
          items.find(outputIndex),
          frame.content_index,
          toText(frame.refusal) ?? '',
          events,
          'refusal',
        );
    },
    readWhole(output, events) {
      for (const [index, item] of (Array.isArray(output) ? output : []).entries())
        close(index, toObject(item), events);
    },
    // By the text alone: gateways number the items of the stream and of the whole output differently.
    readRest(output, events) {
      for (const { item, text, kind } of closed.filter((part) => !part.item.hasContent))
        readText(item, text, events, kind);
      let position = 0;
      const listed = (Array.isArray(output) ? output : []).map(toObject);
      for (const fields of listed) noteStatus(fields);
      const parts = listed.flatMap(({ type, content }) => {
        if (type !== 'message') return [];
        const isBegun = position < said.mark().length;
        const own = listParts((isBegun && speaker) || createOutputItem(), content);
        position += own.reduce((sum, { text }) => sum + text.length, 0);
        return own;
      });
      readParts(parts, textBeginning, events);
      readUnsaidRefusal(parts, events);
      for (const fields of listed.filter(isCall).slice(calls.count()))
        calls.close(createOutputItem(), fields, events);
    },
    isEmpty: items.isEmpty,
    // A refusal comes as a message that is completed.
    toEnding() {
      if (isRefused) return { reason: 'refusal' };
      if (cut) return cut;
      return { reason: calls.count() === 0 ? 'stop' : 'tool-calls' };
    },
  };
}

/** A finished part of a message. */
type TextPart = { item: OutputItem; text: string; kind: 'refusal' | undefined };

function listParts(item: OutputItem, content: unknown): TextPart[] {
  const parts = Array.isArray(content) ? content.filter(isObject) : [];
  return parts.map(({ type, text, refusal }) => ({
    item,
    text: (toText(text) ?? '') + (toText(refusal) ?? ''),
    kind: type === 'refusal' ? 'refusal' : undefined,
  }));
}

/** A blank line, as far as the words before it do not end with one. */
function createSeparator(end: string): TextDeltaEvent {
  const text = end.endsWith('\n\n') ? '' : end.endsWith('\n') ? '\n' : '\n\n';
  return { type: 'text-delta', text, kind: 'separator' };
}

/** The text of a delta, if any. */
function toDelta({ delta }: JsonObject): string {
  return typeof delta === 'string' ? delta : '';
}
