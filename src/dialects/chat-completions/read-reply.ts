import { formatJson, isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import type { ChatEvent, ToolCallDeltaEvent } from '../chat-event.ts';
import {
  createNamelessError,
  limitParts,
  type ReplyReader,
  readToolName,
  StreamError,
  TruncatedStreamError,
} from '../dialect.ts';
import { throwNamed, throwReported, toEventError, toFinish } from './read-endings.ts';
import { toUsage } from './read-usage.ts';

/** The stream of `/chat/completions` to events. It ends with `[DONE]`, or, after a finish reason, without (Gemini). */
export function createChatCompletionsReader(): ReplyReader {
  const ids = createIdCheck();
  const reader = createChunkReader(ids);
  const readPlain = createPlainReader(ids);
  let begun = false;
  let done = false;

  return {
    push({ event, data }) {
      if (done || data === '') return [];
      const text = reader.isStarted() ? readPlain(data) : undefined;
      if (text !== undefined) return [{ type: 'text-delta', text }];
      done = data.length < 16 && data.trim() === '[DONE]';
      // A stream that brought nothing but its end lacks the reply.
      if (done) return begun ? reader.end(true) : [];
      begun = true;
      if (event === 'error') throw toEventError(data);
      return reader.read(parseChunk(data));
    },
    isDone: () => done,
    mayEnd: () => reader.hasReason(),
    end: () => (done && begun ? [] : reader.end(false)),
  };
}

function parseChunk(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new StreamError('a chunk of the stream is not JSON');
  }
}

/** A reply in one piece to events. A very short reply may have no choices: it is empty, but complete. */
export function readChatCompletionsReply(body: unknown): ChatEvent[] {
  const reader = createChunkReader(createIdCheck());
  const chunk = toChunk(body);
  const events = reader.read(chunk);
  if (!['choices', 'id', 'model', 'usage'].some((name) => chunk[name] !== undefined))
    throw new StreamError('the reply is not one of chat completions');
  return [...events, ...reader.end(true)];
}

const plainStart = '{"choices":[{"index":0,"delta":{"content":"';
const plainDelta =
  /^\{"choices":\[\{"index":0,"delta":\{"content":"([^"\\]+)"\}\}\](?:,"(?:created":\d+|(?:id|model|object|system_fingerprint)":"[^"\\]*"))*\}$/;

/**
 * Fast path for chunks of plain text: parsing them all would take half the time of a stream. Nearly all end alike, and so are of one reply;
 * the id of another end is checked. Undefined for any other chunk.
 */
export function createPlainReader(ids: IdCheck): (data: string) => string | undefined {
  let end = '';
  return (data) => {
    const text = plainDelta.exec(data)?.[1];
    if (text === undefined) return undefined;
    const start = plainStart.length + text.length;
    if (end.length === data.length - start && data.endsWith(end)) ids.repeat();
    else {
      end = data.slice(start);
      ids.check(/"id":"([^"]+)"/.exec(end)?.[1]);
    }
    return text;
  };
}

/** Chunks of one reply to events; a whole reply is one chunk. */
type ChunkReader = {
  read(chunk: unknown): ChatEvent[];
  /** Whether the reply has begun. */
  isStarted(): boolean;
  /** Whether a finish reason came. */
  hasReason(): boolean;
  /** `isComplete`: the reply is known to be complete without a finish reason. */
  end(isComplete: boolean): ChatEvent[];
};

/**
 * Joins all choices into one reply (Claude sends text in one and tool calls in the next). Usage may come at any time or never, so it is
 * reported with the finish, at the end. Any field may be missing, null, or of another type.
 */
function createChunkReader(ids: IdCheck): ChunkReader {
  const toolCalls = createToolCallTracker();
  let started = false;
  let finishReason: string | undefined;
  let isRefused = false;
  /** Whether the chunk that is read has some. */
  let hasWords = false;
  let usage: JsonObject | undefined;
  let billed: JsonObject | undefined;
  let block = 0;

  function readReasoning(delta: JsonObject, events: ChatEvent[]): void {
    // Copilot's names, then that of DeepSeek, vLLM and llama.cpp, and that of Ollama and OpenRouter.
    const text =
      toText(delta.reasoning_text) ??
      toText(delta.cot_summary) ??
      toText(delta.reasoning_content) ??
      toText(delta.reasoning) ??
      (Array.isArray(delta.content) ? joinParts(delta.content, 'thinking') : undefined) ??
      '';
    const opaque = toText(delta.reasoning_opaque);
    if (opaque !== undefined) {
      // The seal closes a block: text that comes later is of another one.
      events.push({ type: 'reasoning-delta', index: block, text, opaque });
      block += 1;
    } else if (text !== '') {
      events.push({ type: 'reasoning-delta', index: block, text });
    }
  }

  function readDelta(delta: JsonObject, events: ChatEvent[]): void {
    readReasoning(delta, events);
    const parts = Array.isArray(delta.content) ? delta.content : [];
    const text = toText(delta.content) ?? joinParts(parts, 'text');
    if (text !== undefined) {
      hasWords = true;
      events.push({ type: 'text-delta', text });
    }
    const refusal = toText(delta.refusal) ?? joinParts(parts, 'refusal');
    if (refusal !== undefined) {
      isRefused = true;
      events.push({ type: 'text-delta', text: refusal, kind: 'refusal' });
    }
    // The one call of the time before there were several.
    if (isObject(delta.function_call)) {
      const event = toolCalls.read({ index: 0, function: delta.function_call });
      if (event) events.push(event);
    }
    if (!Array.isArray(delta.tool_calls)) return;
    for (const item of delta.tool_calls) {
      const event = toolCalls.read(item);
      if (event) events.push(event);
    }
  }

  function readChoice(choice: unknown, events: ChatEvent[]): void {
    if (!isObject(choice)) return;
    throwReported(choice.error);
    const delta = choice.delta ?? choice.message;
    if (isObject(delta)) {
      throwReported(delta.error);
      readDelta(delta, events);
    }
    const refusal = toText(choice.refusal);
    if (refusal !== undefined) readDelta({ refusal }, events);
    const word = toText(choice.finish_reason);
    // DashScope's word for none.
    const reason = word === 'null' ? undefined : word;
    if (reason === 'error') throw new StreamError('the model reported an error');
    // One choice may say "stop" while another has the real reason.
    if (reason !== undefined && (reason !== 'stop' || finishReason === undefined)) finishReason = reason;
  }

  return {
    read(chunk) {
      if (Array.isArray(chunk)) for (const one of chunk) throwReported(toObject(one).error);
      if (!isObject(chunk)) return [];
      throwReported(chunk.error);
      if (chunk.choices === undefined) throwNamed(chunk);
      const events: ChatEvent[] = [];
      if (Array.isArray(chunk.choices)) for (const choice of chunk.choices) readChoice(choice, events);
      if (hasWords) ids.check(toText(chunk.id));
      hasWords = false;
      if (isObject(chunk.usage)) usage = chunk.usage;
      if (isObject(chunk.copilot_usage)) billed = chunk.copilot_usage;
      if (started) return events;
      const id = toText(chunk.id);
      const model = toText(chunk.model);
      if (events.length === 0 && id === undefined && model === undefined) return events;
      started = true;
      return [{ type: 'start', id, model }, ...events];
    },
    isStarted: () => started,
    hasReason: () => finishReason !== undefined,
    end(isComplete) {
      if (finishReason === undefined && !isComplete)
        throw new TruncatedStreamError('the stream ended before the reply was finished');
      const events: ChatEvent[] = started ? [] : [{ type: 'start', id: undefined, model: undefined }];
      const finish = toFinish(finishReason, { hasCalls: !toolCalls.isEmpty(), isRefused });
      // A cut call stays cut.
      if (finish.reason === 'tool-calls') events.push(...toolCalls.fillArguments());
      const counts = toUsage(usage, billed);
      if (counts) events.push({ type: 'usage', usage: counts });
      events.push(finish);
      return events;
    },
  };
}

type IdCheck = {
  /** Words came with this id. Throws StreamError if words of another reply came before. */
  check(id: string | undefined): void;
  /** More words came with the id of the last. */
  repeat(): void;
};

/** Finds two replies in one stream. Some servers give each chunk an id of its own, so one has to come twice. */
export function createIdCheck(): IdCheck {
  let first: string | undefined;
  let latest: string | undefined;
  let isRepeated = false;
  let hasOther = false;
  return {
    check(id) {
      if (id === undefined) return;
      if (id === latest || id === first) isRepeated = true;
      if (first !== undefined && id !== first) hasOther = true;
      if (isRepeated && hasOther) throw new StreamError('the stream mixes two replies');
      first ??= id;
      latest = id;
    },
    repeat() {
      isRepeated = latest !== undefined;
    },
  };
}

/** Some gateways give the content as parts, as requests have it. Those of Mistral's thinking hold parts themselves. */
function joinParts(parts: readonly unknown[], field: 'text' | 'refusal' | 'thinking'): string | undefined {
  const texts = parts.map((part) => {
    if (typeof part === 'string') return field === 'text' ? part : '';
    const value = toObject(part)[field];
    return Array.isArray(value) ? joinParts(value, 'text') : toText(value);
  });
  return texts.join('') || undefined;
}

type ToolCallTracker = {
  /** Undefined for an empty delta. */
  read(delta: unknown): ToolCallDeltaEvent | undefined;
  /** The empty object for each call that came without arguments. Throws StreamError for a call without a name. */
  fillArguments(): ToolCallDeltaEvent[];
  isEmpty(): boolean;
};

type Call = {
  position: number;
  wireIndex: number | undefined;
  id: string | undefined;
  name: string | undefined;
  hasArguments: boolean;
};

/** Numbers a reply's tool calls from 0. The wire's index may start at 1, be missing or repeat; an id may come any time. */
export function createToolCallTracker(): ToolCallTracker {
  const byIndex = new Map<number, Call>();
  const byId = new Map<string, Call>();
  const calls: Call[] = [];
  let latest: Call | undefined;

  function findByIndex(index: number, id: string | undefined, name: string | undefined): Call | undefined {
    const call = byIndex.get(index);
    if (call && isSame(call, id, name)) return call;
    if (id !== undefined) return call || name === undefined ? byId.get(id) : undefined;
    // The call began without an index.
    return !call && name === undefined && latest?.wireIndex === undefined ? latest : undefined;
  }

  function findWithoutIndex(id: string | undefined, name: string | undefined): Call | undefined {
    const known = id === undefined ? undefined : byId.get(id);
    if (known || name !== undefined) return known;
    return id === undefined || latest?.id === undefined ? latest : undefined;
  }

  function begin(wireIndex: number | undefined): Call {
    const call = {
      position: calls.length,
      wireIndex,
      id: undefined,
      name: undefined,
      hasArguments: false,
    };
    calls.push(call);
    return call;
  }

  /** Keys by which later deltas may name the call. */
  function remember(call: Call, index: number | undefined, id: string | undefined): void {
    latest = call;
    if (index !== undefined) byIndex.set(index, call);
    if (id !== undefined) byId.set(id, call);
    limitParts(Math.max(calls.length, byIndex.size, byId.size));
  }

  return {
    read(delta) {
      if (!isObject(delta)) return undefined;
      const index = typeof delta.index === 'number' ? delta.index : undefined;
      const id = toText(delta.id);
      const { name: wireName, arguments: text } = toObject(delta.function);
      const name = readToolName(wireName);
      // Some gateways send the arguments as an object.
      const piece = typeof text === 'string' ? text : isObject(text) ? (formatJson(text) ?? '') : '';

      const known = index === undefined ? findWithoutIndex(id, name) : findByIndex(index, id, name);
      const tellsId = id !== undefined && known?.id === undefined;
      const tellsName = name !== undefined && known?.name === undefined;
      if (piece === '' && !tellsId && !tellsName) return undefined;
      const call = known ?? begin(index);
      remember(call, index, id);
      if (piece !== '') call.hasArguments = true;
      return { type: 'tool-call-delta', index: call.position, ...learn(call, id, name), arguments: piece };
    },
    fillArguments() {
      if (calls.some(({ name }) => name === undefined)) throw createNamelessError();
      return calls.filter(({ hasArguments }) => !hasArguments).map(toEmptyObject);
    },
    isEmpty: () => calls.length === 0,
  };
}

function toEmptyObject({ position }: Call): ToolCallDeltaEvent {
  return { type: 'tool-call-delta', index: position, id: undefined, name: undefined, arguments: '{}' };
}

/** Two calls at one index have other ids, or other names: names come whole. */
function isSame(call: Call, id: string | undefined, name: string | undefined): boolean {
  if (id !== undefined && call.id !== undefined) return id === call.id;
  return name === undefined || call.name === undefined || name === call.name;
}

/** Adds what the call lacked. */
function learn(
  call: Call,
  id: string | undefined,
  name: string | undefined,
): Pick<ToolCallDeltaEvent, 'id' | 'name'> {
  const news = {
    id: call.id === undefined ? id : undefined,
    name: call.name === undefined ? name : undefined,
  };
  call.id ??= id;
  call.name ??= name;
  return news;
}

/** The body of a whole reply. Newer Opus may send Anthropic's blocks in place of choices: they become one choice. */
function toChunk(body: unknown): JsonObject {
  if (!isObject(body)) throw new StreamError('the reply is not a JSON object');
  if (body.choices !== undefined || !Array.isArray(body.content)) return body;
  const blocks = body.content.filter(isObject);
  const message = {
    content: joinTexts(blocks, 'text'),
    reasoning_text: joinTexts(blocks, 'thinking'),
    reasoning_opaque: blocks.findLast(({ type }) => type === 'thinking')?.signature,
    tool_calls: blocks.filter(({ type }) => type === 'tool_use').map(toToolCall),
  };
  const { input_tokens, output_tokens } = toObject(body.usage);
  return {
    ...body,
    choices: [{ message, finish_reason: body.stop_reason }],
    usage: { prompt_tokens: input_tokens, completion_tokens: output_tokens, ...toObject(body.usage) },
  };
}

function joinTexts(blocks: JsonObject[], type: 'text' | 'thinking'): string {
  return blocks.map((block) => (block.type === type ? (toText(block[type]) ?? '') : '')).join('');
}

function toToolCall({ id, name, input }: JsonObject): JsonObject {
  return { id, function: { name, arguments: JSON.stringify(input ?? {}) } };
}
