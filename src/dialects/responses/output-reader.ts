import { isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import type { ChatEvent, FinishReason, TextDeltaEvent } from '../chat-event.ts';
import { createCallReader } from './call-reader.ts';
import { createOutputItems, type OutputItem, toDelta } from './output-item.ts';
import type { PlainDelta } from './plain-delta.ts';
import { createThinkingReader } from './thinking-reader.ts';

export type OutputReader = {
  /** Events of a frame about an output item. */
  read(frame: JsonObject, events: ChatEvent[]): void;
  /** The same for a delta of which nothing else needed to be read. */
  readDelta(delta: PlainDelta, events: ChatEvent[]): void;
  /** Events of items that come in one piece. */
  readWhole(output: unknown, events: ChatEvent[]): void;
  isEmpty(): boolean;
  /** How a reply ended that was completed. */
  toFinishReason(): FinishReason;
};

/** What an item says when it is done counts only where its deltas did not come. */
export function createOutputReader(): OutputReader {
  const items = createOutputItems();
  const thinking = createThinkingReader();
  const calls = createCallReader();
  let isRefused = false;
  /** The message that said something last, and the end of what it said. */
  let speaker: OutputItem | undefined;
  let end = '';

  function readText(item: OutputItem, text: string, events: ChatEvent[], kind?: 'refusal'): void {
    if (kind === 'refusal') isRefused = true;
    if (text === '') return;
    item.hasContent = true;
    if (speaker !== item) {
      if (speaker) events.push(createSeparator(end));
      speaker = item;
      end = '';
    }
    events.push(kind ? { type: 'text-delta', text, kind } : { type: 'text-delta', text });
    end = text.length > 1 ? text : end.slice(-1) + text;
  }

  function open(outputIndex: unknown, fields: JsonObject, events: ChatEvent[]): void {
    const item = items.open(outputIndex);
    if (fields.type === 'function_call') calls.open(item, fields, events);
  }

  function close(outputIndex: unknown, fields: JsonObject, events: ChatEvent[]): void {
    const item = items.find(outputIndex);
    if (item.isDone) return;
    item.isDone = true;
    if (fields.type === 'message') closeMessage(item, fields, events);
    else if (fields.type === 'reasoning') thinking.close(item, fields, events);
    else if (fields.type === 'function_call') calls.close(item, fields, events);
  }

  function closeMessage(item: OutputItem, { content }: JsonObject, events: ChatEvent[]): void {
    const isStreamed = item.hasContent;
    for (const part of Array.isArray(content) ? content.filter(isObject) : []) {
      if (part.type === 'refusal') isRefused = true;
      if (isStreamed) continue;
      readText(item, toText(part.text) ?? '', events);
      readText(item, toText(part.refusal) ?? '', events, part.type === 'refusal' ? 'refusal' : undefined);
    }
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
      else if (type === 'response.function_call_arguments.delta')
        calls.read(items.find(outputIndex), toDelta(frame), events);
      else if (type === 'response.reasoning_summary_text.delta')
        thinking.read(items.find(outputIndex), toDelta(frame), 'summary', frame.summary_index, events);
      else if (type === 'response.reasoning_text.delta')
        thinking.read(items.find(outputIndex), toDelta(frame), 'content', frame.content_index, events);
      else if (type === 'response.output_item.added') open(outputIndex, toObject(frame.item), events);
      else if (type === 'response.output_item.done') close(outputIndex, toObject(frame.item), events);
      else if (type === 'response.refusal.delta')
        readText(items.find(outputIndex), toDelta(frame), events, 'refusal');
    },
    readWhole(output, events) {
      for (const [index, item] of (Array.isArray(output) ? output : []).entries())
        close(index, toObject(item), events);
    },
    isEmpty: items.isEmpty,
    // A refusal comes as a message that is completed.
    toFinishReason() {
      if (isRefused) return 'refusal';
      return calls.isEmpty() ? 'stop' : 'tool-calls';
    },
  };
}

/** A blank line, as far as the words before it do not end with one. */
function createSeparator(end: string): TextDeltaEvent {
  const text = end.endsWith('\n\n') ? '' : end.endsWith('\n') ? '\n' : '\n\n';
  return { type: 'text-delta', text, kind: 'separator' };
}
