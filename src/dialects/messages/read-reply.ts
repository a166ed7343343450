import { formatJson, isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import type { ChatEvent } from '../chat-event.ts';
import {
  createNamelessError,
  limitParts,
  type ReplyReader,
  readToolName,
  StreamError,
  saysFailure,
  TruncatedStreamError,
} from '../dialect.ts';
import { toFinish } from '../finish-words.ts';
import { type Counts, readCounts, readCredits, readFirstCounts, toUsage } from './read-usage.ts';

/** Events of `/v1/messages` to ours. The stream ends with `message_stop`; some proxies add a `[DONE]`. */
export function createMessagesReader(): ReplyReader {
  const reader = createEventReader();
  return {
    push({ event, data }) {
      if (reader.isDone() || data === '' || data === '[DONE]') return [];
      const text = reader.isStarted() ? readPlainDelta(data) : undefined;
      if (text !== undefined) return [{ type: 'text-delta', text }];
      const value = parse(data, event);
      if (!isObject(value)) return [];
      const type = event !== 'error' && typeof value.type === 'string' ? value.type : event;
      return reader.read(type, value);
    },
    isDone: () => reader.isDone(),
    mayEnd: () => reader.hasReason(),
    end: () => reader.end(),
  };
}

function parse(data: string, event: string | undefined): unknown {
  try {
    return JSON.parse(data);
  } catch {
    if (event === 'error') throw toStreamError(data);
    if (data.trim() === '' || data.trim() === '[DONE]') return undefined;
    throw new StreamError('an event of the stream is not JSON');
  }
}

/** A whole reply, read as if it had come in pieces. */
export function readMessagesReply(body: unknown): ChatEvent[] {
  if (!isObject(body) || !Array.isArray(body.content)) throw toReplyError(body);
  const { content, stop_reason, stop_sequence, stop_details, usage, copilot_usage } = body;
  const reader = createEventReader();
  const events = reader.read('message_start', { message: { id: body.id, model: body.model } });
  for (const [index, content_block] of content.entries()) {
    events.push(...reader.read('content_block_start', { index, content_block }));
    events.push(...reader.read('content_block_stop', { index }));
  }
  reader.read('message_delta', { delta: { stop_reason, stop_sequence, stop_details }, usage, copilot_usage });
  return [...events, ...reader.read('message_stop', {})];
}

function toReplyError(body: unknown): StreamError {
  const { type, error } = isObject(body) ? body : {};
  return type === 'error' || error ? toStreamError(error) : new StreamError('the reply is not a message');
}

const plainDelta =
  /^\{"type":"content_block_delta","index":\d+,"delta":\{"type":"text_delta","text":"([^"\\]+)"\}\}$/;

/** Fast path for events of plain text: parsing them all would take half the time of a stream. Undefined for any other event. */
export function readPlainDelta(data: string): string | undefined {
  return plainDelta.exec(data)?.[1];
}

/** The wire's events, parsed, to ours. */
type EventReader = {
  read(type: string | undefined, event: JsonObject): ChatEvent[];
  end(): ChatEvent[];
  /** Whether the reply has begun. */
  isStarted(): boolean;
  /** Whether the reason for the end came. */
  hasReason(): boolean;
  isDone(): boolean;
};

/** `message_start` may report partial or zero usage and `message_delta` all of it, so usage is read at the end. */
function createEventReader(): EventReader {
  const blocks = createBlockReader();
  const counts: Counts = {};
  let isStarted = false;
  let isDone = false;
  let hasContent = false;
  let hasMessage = false;
  let stopReason: string | undefined;
  let stopSequence: string | undefined;
  let explanation: string | undefined;
  /** The content of the beginning. It is empty, except where a gateway sends a whole reply as a stream. */
  let given: unknown;

  function start(message: unknown, events: ChatEvent[]): void {
    if (isStarted) return;
    isStarted = true;
    const { id, model, usage, content } = isObject(message) ? message : {};
    given = content;
    events.push({ type: 'start', id: toText(id), model: toText(model) });
    readFirstCounts(counts, usage);
  }

  function readDelta(delta: unknown): void {
    if (!isObject(delta)) return;
    const word = toText(delta.stop_reason);
    // A gateway may close every reply with the usual word, behind the real one.
    if (word !== undefined && (word !== 'end_turn' || stopReason === undefined)) stopReason = word;
    stopSequence = toText(delta.stop_sequence) ?? stopSequence;
    explanation = toText(toObject(delta.stop_details).explanation) ?? explanation;
  }

  function readGiven(events: ChatEvent[]): void {
    const content = typeof given === 'string' ? [{ type: 'text', text: given }] : given;
    for (const [index, block] of (Array.isArray(content) ? content : []).entries()) {
      blocks.start(index, block, events);
      blocks.stop(index, events);
    }
  }

  function finish(events: ChatEvent[]): void {
    isDone = true;
    start(undefined, events);
    if (!hasContent) readGiven(events);
    blocks.stopAll(events, { isCut: toFinish(stopReason).reason === 'length' });
    const usage = toUsage(counts);
    if (usage) events.push({ type: 'usage', usage });
    events.push({
      ...toFinish(stopReason),
      ...(stopSequence === undefined ? {} : { stopSequence }),
      ...(explanation === undefined ? {} : { explanation }),
    });
  }

  return {
    read(type, event) {
      const events: ChatEvent[] = [];
      if (isContent(type)) {
        hasContent = true;
        start(undefined, events);
      }
      switch (type) {
        case 'content_block_delta':
          blocks.delta(event.index, event.delta, events);
          break;
        case 'content_block_start':
          blocks.start(event.index, event.content_block, events);
          break;
        case 'content_block_stop':
          blocks.stop(event.index, events);
          break;
        case 'message_start':
          // A gateway that asked again in the middle: two halves are not an answer.
          if (hasMessage && hasContent)
            throw new StreamError('the stream holds the beginnings of two replies');
          hasMessage = true;
          checkFailure(toObject(event.message).error);
          start(event.message, events);
          break;
        case 'message_delta':
          checkFailure(event.error);
          readDelta(event.delta);
          readCounts(counts, event.usage);
          readCredits(counts, event);
          break;
        case 'message_stop':
          readCredits(counts, event);
          finish(events);
          break;
        default:
          if (type === 'error') throw toStreamError(event.error ?? event);
          checkFailure(event.error);
      }
      return events;
    },
    end() {
      if (isDone) return [];
      if (stopReason === undefined)
        throw new TruncatedStreamError('the stream ended before the reply was finished');
      const events: ChatEvent[] = [];
      finish(events);
      return events;
    },
    isStarted: () => isStarted,
    hasReason: () => stopReason !== undefined,
    isDone: () => isDone,
  };
}

function isContent(type: string | undefined): boolean {
  return type === 'content_block_start' || type === 'content_block_delta';
}

/** Throws StreamError if some part of the stream reports a failure. */
function checkFailure(error: unknown): void {
  if (isObject(error) || (typeof error === 'string' && error !== '') || saysFailure(error))
    throw toStreamError(error);
}

/** The code, if there is one; Anthropic itself sends only the type. */
function toStreamError(error: unknown): StreamError {
  if (typeof error === 'string' && error !== '') return new StreamError(error);
  const { message, code, type } = isObject(error) ? error : {};
  return new StreamError(toText(message) ?? 'the stream reported an error', toText(code) ?? toText(type));
}

type OpenBlock = ThinkingBlock | ToolBlock | HostedBlock;
/** It has no number before it says something. */
type ThinkingBlock = { kind: 'thinking'; index: number | undefined; signature: string | undefined };
type ToolBlock = { kind: 'tool'; index: number; input: JsonObject; hasArguments: boolean };

/** A call that the service is to answer in the same reply. */
type HostedBlock = {
  kind: 'hosted';
  id: string | undefined;
  name: string;
  input: JsonObject;
  pieces: string[];
};

/** The content blocks of one reply to events; each call adds to `events`. */
type BlockReader = {
  start(position: unknown, block: unknown, events: ChatEvent[]): void;
  delta(position: unknown, delta: unknown, events: ChatEvent[]): void;
  stop(position: unknown, events: ChatEvent[]): void;
  /** Stops all blocks that are still open, and tells the calls that the service did not answer. In a reply that is cut, the last call may be. */
  stopAll(events: ChatEvent[], end: { isCut: boolean }): void;
};

/** Thoughts and calls are numbered as they appear: the wire numbers all blocks together. */
function createBlockReader(): BlockReader {
  const open = new Map<unknown, OpenBlock>();
  let hosted: HostedBlock[] = [];
  let thoughts = 0;
  let calls = 0;
  /** The last call, without arguments so far: it has none, or was cut before them. */
  let bare: ToolBlock | undefined;

  function keep(position: unknown, block: OpenBlock): void {
    open.set(position, block);
    limitParts(open.size);
  }

  function startThinking(position: unknown): ThinkingBlock {
    const block: ThinkingBlock = { kind: 'thinking', index: undefined, signature: undefined };
    keep(position, block);
    return block;
  }

  function startTool(position: unknown, { id, name, input }: JsonObject, events: ChatEvent[]): void {
    if (readToolName(name) === undefined) throw createNamelessError();
    const index = calls++;
    keep(position, { kind: 'tool', index, input: isObject(input) ? input : {}, hasArguments: false });
    events.push({ type: 'tool-call-delta', index, id: toText(id), name: toText(name), arguments: '' });
  }

  function startHosted(position: unknown, { id, name, type, input }: JsonObject): void {
    const block: HostedBlock = {
      kind: 'hosted',
      id: toText(id),
      name: toText(name) ?? String(type).replace(/_?tool_use$/, ''),
      input: isObject(input) ? input : {},
      pieces: [],
    };
    hosted.push(block);
    limitParts(hosted.length);
    keep(position, block);
  }

  /** A call that the reply holds no result of is one that nobody has answered. */
  function tellUnanswered(events: ChatEvent[]): void {
    for (const { id, name, input, pieces } of hosted) {
      const text = pieces.join('') || formatJson(input) || '{}';
      events.push({ type: 'tool-call-delta', index: calls++, id, name, arguments: text });
    }
  }

  function readThought(position: unknown, text: unknown, events: ChatEvent[]): void {
    const found = open.get(position);
    const block = found?.kind === 'thinking' ? found : startThinking(position);
    if (!isFilled(text)) return;
    block.index ??= thoughts++;
    events.push({ type: 'reasoning-delta', index: block.index, text });
  }

  function readSignature(position: unknown, signature: unknown): void {
    const found = open.get(position);
    if (found?.kind === 'thinking' && isFilled(signature)) found.signature = signature;
  }

  function readArguments(position: unknown, given: unknown, events: ChatEvent[]): void {
    // Some gateways send the arguments as an object.
    const text = isObject(given) ? formatJson(given) : given;
    const found = open.get(position);
    if (found?.kind === 'hosted' && isFilled(text)) found.pieces.push(text);
    if (found?.kind !== 'tool' || !isFilled(text)) return;
    found.hasArguments = true;
    const { index } = found;
    events.push({ type: 'tool-call-delta', index, id: undefined, name: undefined, arguments: text });
  }

  function readRedacted(data: unknown, events: ChatEvent[]): void {
    const opaque = toText(data);
    const index = thoughts++;
    events.push({ type: 'reasoning-delta', index, text: '', ...(opaque ? { opaque } : {}), redacted: true });
  }

  function stop(position: unknown, events: ChatEvent[]): void {
    const block = open.get(position);
    open.delete(position);
    if (block?.kind === 'thinking') stopThinking(block, events);
    if (block?.kind === 'tool' && !block.hasArguments) bare = block;
    if (block?.kind === 'tool' && Object.keys(block.input).length > 0) tellBare(events);
  }

  function tellBare(events: ChatEvent[]): void {
    if (bare && !bare.hasArguments) tellGiven(bare, events);
    bare = undefined;
  }

  function stopThinking({ index, signature }: ThinkingBlock, events: ChatEvent[]): void {
    if (signature === undefined) return;
    events.push({ type: 'reasoning-delta', index: index ?? thoughts++, text: '', opaque: signature });
  }

  return {
    start(position, block, events) {
      stop(position, events);
      tellBare(events);
      if (!isObject(block)) return;
      if (block.type === 'tool_use') startTool(position, block, events);
      else if (block.type === 'redacted_thinking') readRedacted(block.data, events);
      else if (block.type === 'text') pushText(block.text, events);
      else if (block.type === 'thinking') {
        readThought(position, block.thinking, events);
        readSignature(position, block.signature);
      } else if (/tool_use$/.test(String(block.type))) startHosted(position, block);
      else if (/_tool_result$/.test(String(block.type)))
        hosted = hosted.filter(({ id }) => id === undefined || id !== block.tool_use_id);
    },
    delta(position, delta, events) {
      if (!isObject(delta)) return;
      if (delta.type === 'text_delta') pushText(delta.text, events);
      else if (delta.type === 'input_json_delta') readArguments(position, delta.partial_json, events);
      else if (delta.type === 'thinking_delta') readThought(position, delta.thinking, events);
      else if (delta.type === 'signature_delta') readSignature(position, delta.signature);
    },
    stop,
    stopAll(events, { isCut }) {
      for (const position of [...open.keys()]) stop(position, events);
      if (!isCut) tellBare(events);
      tellUnanswered(events);
    },
  };
}

function pushText(text: unknown, events: ChatEvent[]): void {
  if (isFilled(text)) events.push({ type: 'text-delta', text });
}

/** Some backends send the arguments with the beginning of a call, and calls without arguments have no deltas at all. */
function tellGiven({ index, input }: ToolBlock, events: ChatEvent[]): void {
  const text = formatJson(input);
  if (text === undefined) throw new StreamError('the arguments of a tool call are nested too deeply');
  events.push({ type: 'tool-call-delta', index, id: undefined, name: undefined, arguments: text });
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
