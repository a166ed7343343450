import type { JsonObject } from '../../json-value.ts';
import type { SseMessage } from '../../sse/decoder.ts';
import {
  type ChatEvent,
  type FinishEvent,
  type ReasoningDeltaEvent,
  type StartEvent,
  type TextDeltaEvent,
  type ToolCallDeltaEvent,
  toNanoCredits,
  type Usage,
} from '../chat-event.ts';
import type { ReplyOptions, ReplyWriter } from '../dialect.ts';
import { toToolInput } from './write-messages.ts';

/** Writes the stream of `/v1/messages`. Only one block is open at a time; others wait until a call's arguments are whole. */
export function createMessagesWriter(options: ReplyOptions): ReplyWriter {
  const blocks = createReplyBlocks({ isGathered: false });
  let position = 0;
  let isOpen = false;
  let isEnded = false;
  let usage: Usage | undefined;

  /** Writes what can be written now; everything if the reply is over. */
  function writeBlocks(isOver: boolean, messages: SseMessage[]): void {
    for (let block = blocks.list[0]; block !== undefined; block = blocks.list[0]) {
      if (!isOpen && position > 0 && isSealAlone(block)) {
        // It stays if a call follows.
        if (!isOver && blocks.list.length === 1) return;
        if (!blocks.hasCalls()) {
          blocks.list.shift();
          continue;
        }
      }
      if (!isOpen && !isOver && !canBegin(block)) return;
      if (!isOpen) messages.push(openBlock(block, position, options));
      isOpen = true;
      if (block.text !== '') messages.push(createDelta(block, position));
      block.text = '';
      const isLast = blocks.list.length === 1;
      if (!isOver && (isLast || !isWhole(block))) return;
      closeBlock(block, messages);
    }
  }

  function closeBlock(block: ReplyBlock, messages: SseMessage[]): void {
    if (block.kind === 'thought' && block.opaque !== '' && !block.isRedacted) {
      const delta = { type: 'signature_delta', signature: block.opaque };
      messages.push(toSse('content_block_delta', { index: position, delta }));
    }
    messages.push(toSse('content_block_stop', { index: position }));
    blocks.list.shift();
    position += 1;
    isOpen = false;
  }

  function writeEnd(event: FinishEvent, messages: SseMessage[]): void {
    isEnded = true;
    writeBlocks(true, messages);
    const delta = {
      stop_reason: toStopReason(event, blocks.hasCalls()),
      stop_sequence: event.stopSequence ?? null,
    };
    messages.push(
      toSse('message_delta', { delta, usage: toUsageField(usage), ...toCreditsFields(usage) }),
      toSse('message_stop', {}),
    );
  }

  return {
    push(event) {
      const messages: SseMessage[] = [];
      if (event.type === 'start') messages.push(createStart(event, options));
      else if (event.type === 'usage') usage = event.usage;
      else if (event.type === 'finish') writeEnd(event, messages);
      else {
        blocks.add(event);
        writeBlocks(false, messages);
      }
      return messages;
    },
    fail({ status, message }) {
      return isEnded ? [] : [toSse('error', { error: { type: toErrorType(status), message } })];
    },
  };
}

/**
 * Gemini seals its thinking after its words. The seal is needed beside calls only, and Claude Code takes the last block of a message for the
 * answer.
 */
function isSealAlone(block: ReplyBlock): boolean {
  return block.kind === 'thought' && block.text === '' && !block.isRedacted;
}

function createStart(event: StartEvent, options: ReplyOptions): SseMessage {
  return toSse('message_start', { message: { ...toMessage(event, options), usage: noUsage } });
}

/** Callers want a call's id and name when it begins, and withheld thinking is nothing but its beginning. */
function canBegin(block: ReplyBlock): boolean {
  if (block.kind === 'call') return block.id !== undefined && block.name !== undefined;
  return block.kind === 'text' || !block.isRedacted || block.opaque !== '';
}

function isWhole(block: ReplyBlock): boolean {
  return block.kind !== 'call' || block.scanner.isComplete();
}

function openBlock(block: ReplyBlock, index: number, options: ReplyOptions): SseMessage {
  return toSse('content_block_start', { index, content_block: createEmptyBlock(block, options) });
}

function createEmptyBlock(block: ReplyBlock, options: ReplyOptions): JsonObject {
  if (block.kind === 'text') return { type: 'text', text: '' };
  if (block.kind === 'call') return { type: 'tool_use', ...nameCall(block, options), input: {} };
  if (block.isRedacted) return { type: 'redacted_thinking', data: block.opaque };
  return { type: 'thinking', thinking: '', signature: '' };
}

function createDelta({ kind, text }: ReplyBlock, index: number): SseMessage {
  const deltas = {
    text: { type: 'text_delta', text },
    thought: { type: 'thinking_delta', thinking: text },
    call: { type: 'input_json_delta', partial_json: text },
  };
  return toSse('content_block_delta', { index, delta: deltas[kind] });
}

function toSse(type: string, fields: JsonObject): SseMessage {
  return { event: type, data: JSON.stringify({ type, ...fields }) };
}

/** A message without content, as a stream begins with it. */
function toMessage(start: StartEvent | undefined, { id, model }: ReplyOptions): JsonObject {
  return {
    id: start?.id ?? id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

/** A call's id and name; our own id if the backend sent none, or one that Claude refuses when the conversation goes on with it. */
function nameCall({ id, name, index }: CallBlock, options: ReplyOptions): { id: string; name: string } {
  const isFit = id !== undefined && /^[a-zA-Z0-9_-]{1,64}$/.test(id);
  return { id: isFit ? id : `toolu_${options.id}_${index}`, name: name ?? '' };
}

/** Events to the whole reply of `/v1/messages`. */
export function writeMessagesReply(events: readonly ChatEvent[], options: ReplyOptions): JsonObject {
  const blocks = createReplyBlocks({ isGathered: true });
  let start: StartEvent | undefined;
  let finish: FinishEvent | undefined;
  let usage: Usage | undefined;
  for (const event of events) {
    if (event.type === 'start') start = event;
    else if (event.type === 'usage') usage = event.usage;
    else if (event.type === 'finish') finish = event;
    else blocks.add(event);
  }
  return {
    ...toMessage(start, options),
    content: blocks.list
      .filter((block, index) => index === 0 || blocks.hasCalls() || !isSealAlone(block))
      .map((block) => toContent(block, options)),
    stop_reason: finish ? toStopReason(finish, blocks.hasCalls()) : null,
    stop_sequence: finish?.stopSequence ?? null,
    usage: { ...noUsage, ...toUsageField(usage) },
    ...toCreditsFields(usage),
  };
}

function toContent(block: ReplyBlock, options: ReplyOptions): JsonObject {
  const { text } = block;
  if (block.kind === 'text') return { type: 'text', text };
  if (block.kind === 'call') {
    return { type: 'tool_use', ...nameCall(block, options), input: toToolInput(text) };
  }
  if (block.isRedacted) return { type: 'redacted_thinking', data: block.opaque };
  return { type: 'thinking', thinking: text, signature: block.opaque };
}

/** Callers run tools only on this reason, so a reply with calls gets it, even if the backend reported a plain stop. */
export function toStopReason({ reason, stopSequence }: FinishEvent, hasCalls: boolean): string {
  if (reason === 'length') return 'max_tokens';
  if (reason === 'content-filter' || reason === 'refusal') return 'refusal';
  if (reason === 'tool-calls' || hasCalls) return 'tool_use';
  return stopSequence === undefined ? 'end_turn' : 'stop_sequence';
}

const errorTypes: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  // A stream that was disconnected before its end: nothing was wrong with the request.
  [408, 'api_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [529, 'overloaded_error'],
]);

/** Anthropic's name for an error of this HTTP status. */
export function toErrorType(status: number): string {
  return errorTypes.get(status) ?? (status >= 400 && status < 500 ? 'invalid_request_error' : 'api_error');
}

/** For `message_start`, before anything is known. Callers add these up, so they are numbers. */
const noUsage = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
};

/** The `usage` of a reply. Unknown counts are left out, but for the output, which callers read unseen. */
function toUsageField(usage: Usage | undefined): JsonObject {
  if (!usage) return { output_tokens: 0 };
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  const uncached = (inputTokens ?? 0) - (cachedInputTokens ?? 0) - (cacheWriteTokens ?? 0);
  return {
    ...(inputTokens === undefined ? {} : { input_tokens: Math.max(0, uncached) }),
    ...(cacheWriteTokens === undefined ? {} : { cache_creation_input_tokens: cacheWriteTokens }),
    ...(cachedInputTokens === undefined ? {} : { cache_read_input_tokens: cachedInputTokens }),
    output_tokens: outputTokens ?? 0,
    ...(reasoningTokens === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoningTokens } }),
  };
}

/** Copilot's own fields beside the usage. */
function toCreditsFields(usage: Usage | undefined): JsonObject {
  if (usage?.credits === undefined) return {};
  return { copilot_usage: { total_nano_aiu: toNanoCredits(usage.credits) } };
}

/** An unfinished content block. `text` is received and not yet written. */
type ReplyBlock = TextBlock | ThoughtBlock | CallBlock;
type TextBlock = { kind: 'text'; text: string };
type ThoughtBlock = { kind: 'thought'; index: number; text: string; opaque: string; isRedacted: boolean };
type CallBlock = {
  kind: 'call';
  index: number;
  text: string;
  id: string | undefined;
  name: string | undefined;
  scanner: JsonScanner;
};

type ReplyBlocks = {
  /** In order; what is written may be taken from the front. */
  list: ReplyBlock[];
  /** Adds an event to the block that it belongs to, the last one or a new one, but for calls, which may come interleaved. */
  add(event: ChatEvent): void;
  hasCalls(): boolean;
};

function createReplyBlocks({ isGathered }: { isGathered: boolean }): ReplyBlocks {
  const list: ReplyBlock[] = [];
  const calls = new Map<number, CallBlock>();
  let isSeparated = false;

  /** Each message is its own block, so no blank line is needed. */
  function addText({ text, kind }: TextDeltaEvent): void {
    const last = list.at(-1);
    if (kind === 'separator') isSeparated = true;
    if (text === '' || kind === 'separator') return;
    if (last?.kind === 'text' && !isSeparated) last.text += text;
    else list.push({ kind: 'text', text });
    isSeparated = false;
  }

  function addThought({ index, text, opaque = '', redacted = false }: ReasoningDeltaEvent): void {
    const last = list.at(-1);
    if (text === '' && opaque === '' && !redacted) return;
    if (last?.kind !== 'thought' || last.index !== index) {
      list.push({ kind: 'thought', index, text: redacted ? '' : text, opaque, isRedacted: redacted });
      return;
    }
    if (!last.isRedacted) last.text += text;
    last.opaque ||= opaque;
  }

  function addCall({ index, id, name, arguments: text, whole }: ToolCallDeltaEvent): void {
    let call = calls.get(index);
    if (!call) {
      call = { kind: 'call', index, id: undefined, name: undefined, text: '', scanner: createJsonScanner() };
      calls.set(index, call);
      list.push(call);
    }
    call.id ??= id;
    call.name ??= name;
    // In a stream, what was written stays.
    call.text = whole !== undefined && isGathered ? whole : call.text + text;
    call.scanner.push(text);
  }

  return {
    list,
    add(event) {
      if (event.type === 'text-delta') addText(event);
      else if (event.type === 'reasoning-delta') addThought(event);
      else if (event.type === 'tool-call-delta') addCall(event);
    },
    hasCalls: () => calls.size > 0,
  };
}

/** Whether a JSON object that comes in pieces has come to its end. */
type JsonScanner = { push(text: string): void; isComplete(): boolean };

const quote = 34;
const backslash = 92;

/** Counts brackets outside of strings, without parsing the JSON. */
function createJsonScanner(): JsonScanner {
  let depth = 0;
  let hasBegun = false;
  let isInString = false;
  let isEscaped = false;

  function readInString(code: number): void {
    if (isEscaped) isEscaped = false;
    else if (code === backslash) isEscaped = true;
    else if (code === quote) isInString = false;
  }

  function read(code: number): void {
    if (isInString) readInString(code);
    else if (code === quote) isInString = true;
    // "{" and "[", "}" and "]" differ in this bit alone.
    else if ((code | 32) === 123) {
      depth += 1;
      hasBegun = true;
    } else if ((code | 32) === 125) depth -= 1;
  }

  return {
    push(text) {
      for (let position = 0; position < text.length; position += 1) read(text.charCodeAt(position));
    },
    isComplete: () => hasBegun && depth <= 0 && !isInString,
  };
}
