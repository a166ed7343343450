import { formatJson, isObject, type JsonObject, toText } from '../../json-value.ts';
import type { ChatEvent } from '../chat-event.ts';
import { limitParts, StreamError } from '../stream-decoder.ts';

type OpenBlock = ThinkingBlock | ToolBlock;
/** It has no number before it says something. */
type ThinkingBlock = { kind: 'thinking'; index: number | undefined; signature: string | undefined };
type ToolBlock = { kind: 'tool'; index: number; input: JsonObject; hasArguments: boolean };

/** The content blocks of one reply to events; each call adds to `events`. */
export type BlockReader = {
  start(position: unknown, block: unknown, events: ChatEvent[]): void;
  delta(position: unknown, delta: unknown, events: ChatEvent[]): void;
  stop(position: unknown, events: ChatEvent[]): void;
  /** Stops all blocks that are still open. */
  stopAll(events: ChatEvent[]): void;
};

/** Thoughts and calls are numbered as they appear: the wire numbers all blocks together. */
export function createBlockReader(): BlockReader {
  const open = new Map<unknown, OpenBlock>();
  let thoughts = 0;
  let calls = 0;

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
    const index = calls++;
    keep(position, { kind: 'tool', index, input: isObject(input) ? input : {}, hasArguments: false });
    events.push({ type: 'tool-call-delta', index, id: toText(id), name: toText(name), arguments: '' });
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

  function readArguments(position: unknown, text: unknown, events: ChatEvent[]): void {
    const found = open.get(position);
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
    if (block?.kind === 'tool') stopTool(block, events);
  }

  function stopThinking({ index, signature }: ThinkingBlock, events: ChatEvent[]): void {
    if (signature === undefined) return;
    events.push({ type: 'reasoning-delta', index: index ?? thoughts++, text: '', opaque: signature });
  }

  return {
    start(position, block, events) {
      stop(position, events);
      if (!isObject(block)) return;
      if (block.type === 'tool_use') startTool(position, block, events);
      else if (block.type === 'redacted_thinking') readRedacted(block.data, events);
      else if (block.type === 'text') pushText(block.text, events);
      else if (block.type === 'thinking') {
        readThought(position, block.thinking, events);
        readSignature(position, block.signature);
      }
    },
    delta(position, delta, events) {
      if (!isObject(delta)) return;
      if (delta.type === 'text_delta') pushText(delta.text, events);
      else if (delta.type === 'input_json_delta') readArguments(position, delta.partial_json, events);
      else if (delta.type === 'thinking_delta') readThought(position, delta.thinking, events);
      else if (delta.type === 'signature_delta') readSignature(position, delta.signature);
    },
    stop,
    stopAll(events) {
      for (const position of [...open.keys()]) stop(position, events);
    },
  };
}

function pushText(text: unknown, events: ChatEvent[]): void {
  if (isFilled(text)) events.push({ type: 'text-delta', text });
}

/** Some backends send the arguments with the beginning of a call, and calls without arguments have no deltas at all. */
function stopTool({ index, input, hasArguments }: ToolBlock, events: ChatEvent[]): void {
  if (hasArguments) return;
  const text = formatJson(input);
  if (text === undefined) throw new StreamError('the arguments of a tool call are nested too deeply');
  events.push({ type: 'tool-call-delta', index, id: undefined, name: undefined, arguments: text });
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
