import type { JsonObject } from '../../json-value.ts';
import { indexTools } from '../caller-tools.ts';
import {
  type ChatEvent,
  type FinishReason,
  type ReasoningDeltaEvent,
  type TextDeltaEvent,
  type ToolCallDeltaEvent,
  toNanoCredits,
  type Usage,
} from '../chat-event.ts';
import { type ReplyOptions, type ReplyWriter, type StreamPlace, TruncatedStreamError } from '../dialect.ts';
import {
  type CallWriter,
  createCallWriter,
  type Emit,
  type ItemPlace,
  type ItemStatus,
  toItemPrefix,
} from './write-calls.ts';

/** Events to the stream that a caller of `/responses` expects: numbered, and each item under one id of ours. */
export function createReplyWriter(options: ReplyOptions): ReplyWriter {
  const writer = createFrameWriter(options);
  const toMessage = (frame: Frame) => ({ event: frame.type, data: JSON.stringify(frame) });
  return {
    push: (event) => writer.write(event).map(toMessage),
    fail: (error, place) => writer.fail(error, place).map(toMessage),
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
  let isOver = false;
  const output = createOutputWriter(options, emit);

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
    isOver = true;
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
    /** Codex waits for a failed response; OpenAI's own package throws at a field `error`. Another writer may have begun the stream. */
    fail({ status, code, message }: StreamFailure, place?: StreamPlace): Frame[] {
      if (isOver) return [];
      if (place) {
        sequence = place.sequence;
        response = { ...response, id: place.id ?? response.id };
      }
      const error = { type: toErrorType(status), code, message, param: null };
      emit('error', { code, message, param: null, error });
      emit('response.failed', { response: { ...response, status: 'failed', error: { code, message } } });
      return takeFrames();
    },
  };
}

/** The words of a refusal stand in a response that is completed. One without words would look like an answer. */
function toEnding(reason: FinishReason, isRefused: boolean): JsonObject {
  if (reason === 'length')
    return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  if (reason === 'content-filter' || (reason === 'refusal' && !isRefused))
    return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
  return { status: 'completed' };
}

function toErrorType(status: number): string {
  return status >= 400 && status < 500 ? 'invalid_request_error' : 'server_error';
}

/** The usage and the bill of a response. Callers expect every count, so unknown ones are 0. */
function toUsageFields(usage: Usage): JsonObject {
  const { inputTokens = 0, cachedInputTokens = 0, cacheWriteTokens = 0, credits } = usage;
  const { outputTokens = 0, reasoningTokens = 0 } = usage;
  const counts = {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  };
  if (credits === undefined) return { usage: counts };
  return { usage: counts, copilot_usage: { total_nano_aiu: toNanoCredits(credits) } };
}

type StreamFailure = { status: number; code: string; message: string };

/** A response that has only begun, with every field that clients take for granted. */
function createResponseObject({ id, model, created }: ReplyOptions): JsonObject {
  return {
    id,
    object: 'response',
    created_at: created,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    metadata: {},
    model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    usage: null,
  };
}

type OutputWriter = {
  write(event: TextDeltaEvent | ReasoningDeltaEvent | ToolCallDeltaEvent): void;
  /** Ends open items and returns all in order. `truncated`: the last one was cut. */
  close(truncated: boolean): JsonObject[];
  /** Whether words of a refusal were written. */
  isRefused(): boolean;
};

/**
 * Deltas to output items. Calls stay open to the end, because their arguments may alternate. Thinking stays open until its sealed form
 * comes, which some models send after the text.
 */
function createOutputWriter({ id: replyId, tools }: ReplyOptions, emit: Emit): OutputWriter {
  const seed = replyId.replace(/^resp_/, '');
  const known = indexTools(tools);
  const output: JsonObject[] = [];
  const calls = new Map<number, CallWriter>();
  /** Calls of which only a beginning has come. */
  const unnamed = new Map<number, { id: string | undefined; text: string }>();
  let count = 0;
  let isRefused = false;
  let message: MessageWriter | undefined;
  let thinking: ThinkingWriter | undefined;

  function createPlace(prefix: string): ItemPlace {
    const output_index = count++;
    return { item_id: `${prefix}_${seed}_${output_index}`, output_index };
  }

  function closeMessage(): void {
    if (message !== undefined) output[message.outputIndex] = message.close('completed');
    message = undefined;
  }

  function closeThinking(): void {
    if (thinking !== undefined) output[thinking.outputIndex] = thinking.close();
    thinking = undefined;
  }

  /** Between two messages the reader knows by the items that there is a blank line. */
  function writeText({ text, kind }: TextDeltaEvent): void {
    if (kind === 'separator') closeMessage();
    if (text === '' || kind === 'separator') return;
    if (kind === 'refusal') isRefused = true;
    thinking?.pause();
    message ??= createMessageWriter(createPlace('msg'), emit);
    message.write(text, kind ?? 'text');
  }

  function writeThinking({ index, text, opaque }: ReasoningDeltaEvent): void {
    if (text === '' && opaque === undefined) return;
    if (thinking?.index !== index) {
      closeMessage();
      closeThinking();
      thinking = createThinkingWriter(index, createPlace('rs'), emit);
    }
    thinking.write(text);
    if (opaque === undefined) return;
    thinking.seal(opaque);
    closeThinking();
  }

  function writeCall(event: ToolCallDeltaEvent): void {
    const call = calls.get(event.index);
    if (call !== undefined) {
      call.write(event.arguments, event.whole);
      return;
    }
    const held = unnamed.get(event.index) ?? { id: undefined, text: '' };
    unnamed.set(event.index, { id: held.id ?? event.id, text: event.whole ?? held.text + event.arguments });
    if (event.name !== undefined) openCall(event.index, event.name);
  }

  /** An item is announced with its name, which may come after its id. */
  function openCall(index: number, name: string): void {
    const { id, text } = unnamed.get(index) ?? { id: undefined, text: '' };
    unnamed.delete(index);
    closeMessage();
    thinking?.pause();
    const tool = known.get(name) ?? { name };
    const place = createPlace(toItemPrefix(tool));
    const call = createCallWriter(id ?? `call_${seed}_${place.output_index}`, tool, place, emit);
    calls.set(index, call);
    call.write(text);
  }

  return {
    write(event) {
      if (event.type === 'text-delta') writeText(event);
      else if (event.type === 'reasoning-delta') writeThinking(event);
      else writeCall(event);
    },
    isRefused: () => isRefused,
    close(truncated) {
      for (const index of [...unnamed.keys()]) openCall(index, '');
      const open = [thinking, message, ...calls.values()].filter((item) => item !== undefined);
      for (const item of open.toSorted((left, right) => left.outputIndex - right.outputIndex)) {
        const isCut = truncated && item.outputIndex === count - 1;
        output[item.outputIndex] = item.close(isCut ? 'incomplete' : 'completed');
      }
      return output;
    },
  };
}

type MessageWriter = {
  readonly outputIndex: number;
  write(text: string, kind: PartKind): void;
  close(status: ItemStatus): JsonObject;
};

/** The model's text, or its refusal. */
type PartKind = 'text' | 'refusal';

type OpenPart = { kind: PartKind; pieces: string[] };

/** A message with one part for text, and one of the other kind if it changes. */
function createMessageWriter({ item_id, output_index }: ItemPlace, emit: Emit): MessageWriter {
  const parts: JsonObject[] = [];
  let open: OpenPart | undefined;
  const createItem = (status: string, content: JsonObject[]): JsonObject => ({
    id: item_id,
    type: 'message',
    role: 'assistant',
    status,
    content,
  });
  const place = () => ({ item_id, output_index, content_index: parts.length });

  function openPart(kind: PartKind): OpenPart {
    closePart();
    emit('response.content_part.added', { ...place(), part: createPart(kind, '') });
    open = { kind, pieces: [] };
    return open;
  }

  function closePart(): void {
    if (!open) return;
    const { kind, pieces } = open;
    const text = pieces.join('');
    const part = createPart(kind, text);
    if (kind === 'text') emit('response.output_text.done', { ...place(), text, logprobs: [] });
    else emit('response.refusal.done', { ...place(), refusal: text });
    emit('response.content_part.done', { ...place(), part });
    parts.push(part);
    open = undefined;
  }

  emit('response.output_item.added', { output_index, item: createItem('in_progress', []) });
  return {
    outputIndex: output_index,
    write(delta, kind) {
      const part = open?.kind === kind ? open : openPart(kind);
      part.pieces.push(delta);
      if (kind === 'text') emit('response.output_text.delta', { ...place(), delta, logprobs: [] });
      else emit('response.refusal.delta', { ...place(), delta });
    },
    close(status) {
      closePart();
      const item = createItem(status, parts);
      emit('response.output_item.done', { output_index, item });
      return item;
    },
  };
}

function createPart(kind: PartKind, text: string): JsonObject {
  return kind === 'text'
    ? { type: 'output_text', text, annotations: [], logprobs: [] }
    : { type: 'refusal', refusal: text };
}

type ThinkingWriter = {
  readonly outputIndex: number;
  /** The number of the block. */
  readonly index: number;
  write(text: string): void;
  /** Ends the current part; later text begins another. */
  pause(): void;
  seal(opaque: string): void;
  close(): JsonObject;
};

/** A block of thinking as a reasoning item, its text as the summary. */
function createThinkingWriter(index: number, place: ItemPlace, emit: Emit): ThinkingWriter {
  const { item_id, output_index } = place;
  const summary: JsonObject[] = [];
  let pieces: string[] = [];
  let sealed: string | undefined;

  const createPlace = (): JsonObject => ({ item_id, output_index, summary_index: summary.length });
  const createItem = (): JsonObject => ({ id: item_id, type: 'reasoning', summary: [...summary] });
  emit('response.output_item.added', { output_index, item: createItem() });

  function pause(): void {
    if (pieces.length === 0) return;
    const text = pieces.join('');
    const part = { type: 'summary_text', text };
    emit('response.reasoning_summary_text.done', { ...createPlace(), text });
    emit('response.reasoning_summary_part.done', { ...createPlace(), part });
    summary.push(part);
    pieces = [];
  }

  return {
    outputIndex: output_index,
    index,
    write(delta) {
      if (delta === '') return;
      const part = { type: 'summary_text', text: '' };
      if (pieces.length === 0) emit('response.reasoning_summary_part.added', { ...createPlace(), part });
      pieces.push(delta);
      emit('response.reasoning_summary_text.delta', { ...createPlace(), delta });
    },
    pause,
    seal(opaque) {
      sealed = opaque;
    },
    close() {
      pause();
      const item = { ...createItem(), ...(sealed === undefined ? {} : { encrypted_content: sealed }) };
      emit('response.output_item.done', { output_index, item });
      return item;
    },
  };
}

/** One event of the stream before it is numbered and written. `type` is also the name of its SSE event. */
type Frame = { type: string } & JsonObject;
