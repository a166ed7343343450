import type { JsonObject } from '../../json-value.ts';
import type { ChatEvent, FinishEvent, StartEvent, Usage } from '../chat-event.ts';
import type { ReplyOptions } from '../dialect.ts';
import { type CallBlock, createReplyBlocks, type ReplyBlock } from './reply-blocks.ts';
import { toStopReason } from './stop-reasons.ts';
import { toToolInput } from './tool-input.ts';
import { noUsage, toCreditsFields, toUsageField } from './usage.ts';

/** A message without content, as a stream begins with it. */
export function toMessage(start: StartEvent | undefined, { id, model }: ReplyOptions): JsonObject {
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

/** A call's id and name; where the backend told none, an id of our own. */
export function nameCall(
  { id, name, index }: CallBlock,
  options: ReplyOptions,
): { id: string; name: string } {
  return { id: id ?? `toolu_${options.id}_${index}`, name: name ?? '' };
}

/** Events to the whole reply of `/v1/messages`. */
export function writeMessagesReply(events: readonly ChatEvent[], options: ReplyOptions): JsonObject {
  const blocks = createReplyBlocks();
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
    content: blocks.list.map((block) => toContent(block, options)),
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
