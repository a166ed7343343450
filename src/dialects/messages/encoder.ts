import type { JsonObject } from '../../json-value.ts';
import type { SseMessage } from '../../sse/decoder.ts';
import type { FinishEvent, StartEvent, Usage } from '../chat-event.ts';
import type { ReplyOptions, ReplyWriter } from '../dialect.ts';
import { toErrorType } from './error-types.ts';
import { createReplyBlocks, type ReplyBlock } from './reply-blocks.ts';
import { nameCall, toMessage } from './reply-message.ts';
import { toStopReason } from './stop-reasons.ts';
import { noUsage, toCreditsFields, toUsageField } from './usage.ts';

/**
 * Our events to the stream of `/v1/messages`. One block is open at a time, and none can be opened again: what comes for
 * another while a call is open waits until that call's arguments are whole.
 */
export function createMessagesWriter(options: ReplyOptions): ReplyWriter {
  const blocks = createReplyBlocks();
  let position = 0;
  let isOpen = false;
  let usage: Usage | undefined;

  /** Writes as much as can be written; all of it where the reply is over. */
  function writeBlocks(isOver: boolean, messages: SseMessage[]): void {
    for (let block = blocks.list[0]; block !== undefined; block = blocks.list[0]) {
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
      return [toSse('error', { error: { type: toErrorType(status), message } })];
    },
  };
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
