import { isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import type { ChatEvent, FinishReason, TextDeltaEvent } from '../chat-event.ts';
import { limitParts } from '../dialect.ts';
import { type CallItem, createCallReader, isCall } from './read-calls.ts';

/** How a reply ended, in our words. */
export type Ending = { reason: FinishReason; detail?: string | undefined };

/** A message of a completed response is not complete. */
export const cutMessage: Ending = { reason: 'other', detail: 'incomplete: message' };
/** The same of a call: its arguments may be JSON, and half of what was meant. */
export const cutCall: Ending = { reason: 'other', detail: 'incomplete: call' };

/** The item and the text of a delta. */
export type PlainDelta = {
  type: string;
  outputIndex: number;
  summaryIndex: number | undefined;
  text: string;
};

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
export function createOutputReader(): OutputReader {
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

/** An unfinished output item. */
type OutputItem = CallItem & {
  isDone: boolean;
  /** Its number among the blocks of thinking. */
  block: number | undefined;
  /** The field that shows the thinking, and the part of it that came last. */
  shownBy: ThinkingField | undefined;
  part: unknown;
  /** Where its text, and that of its latest part, begins in the text of all messages. Undefined if that is not in one piece. */
  textStart: TextMark | undefined;
  partStart: TextMark | undefined;
  closedParts: number;
};

/** A model shows a summary of its thinking, or the thinking itself. */
type ThinkingField = 'summary' | 'content';

type OutputItems = {
  /** The item with this index, created if missing. */
  find(outputIndex: unknown): OutputItem;
  open(outputIndex: unknown): OutputItem;
  isEmpty(): boolean;
};

/** Items by `output_index`: Copilot encrypts ids, so that each event has another one for the same item. */
function createOutputItems(): OutputItems {
  const items = new Map<unknown, OutputItem>();
  let latest: OutputItem | undefined;
  let latestIndex: unknown;

  function keep(outputIndex: unknown, item: OutputItem): OutputItem {
    latest = item;
    latestIndex = outputIndex;
    items.set(outputIndex, item);
    limitParts(items.size);
    return item;
  }

  return {
    find(outputIndex) {
      if (latest !== undefined && latestIndex === outputIndex) return latest;
      return keep(outputIndex, items.get(outputIndex) ?? createOutputItem());
    },
    open: (outputIndex) => keep(outputIndex, createOutputItem()),
    isEmpty: () => items.size === 0,
  };
}

function createOutputItem(): OutputItem {
  return {
    hasContent: false,
    isDone: false,
    block: undefined,
    call: undefined,
    isCustom: false,
    streamed: [],
    shownBy: undefined,
    part: undefined,
    textStart: undefined,
    partStart: undefined,
    closedParts: 0,
  };
}

/** A place in a text: how long the text was there, and a hash of what came before. */
type TextMark = { readonly length: number; readonly hash: number };

/** Where every text begins. FNV-1a, which hashes one number after the other. */
export const textBeginning: TextMark = { length: 0, hash: 0x811c9dc5 };
const prime = 0x01000193;

/** Text that comes in pieces, and is compared later with the same text in one piece. The pieces themselves are not kept: there are thousands. */
export function createSaidText() {
  let { length, hash } = textBeginning;
  let end = '';
  return {
    add(text: string): void {
      length += text.length;
      hash = addHash(hash, text, text.length);
      end = text.length > 1 ? text : end.slice(-1) + text;
    },
    mark: (): TextMark => ({ length, hash }),
    /** Its last characters, two at least if there are any. */
    end: (): string => end,
    /** Whether `text` begins with all that was added since `start`. */
    isSaidBy(text: string, start: TextMark): boolean {
      const count = length - start.length;
      return text.length >= count && addHash(start.hash, text, count) === hash;
    },
  };
}

/** The hash behind the first `count` characters of `text`. */
function addHash(start: number, text: string, count: number): number {
  let hash = start;
  for (let index = 0; index < count; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), prime);
  return hash;
}

/** Reasoning items to blocks of thinking, one each. The parts of a summary are paragraphs. */
function createThinkingReader() {
  let blocks = 0;
  return {
    /** `part` is which part of the summary, or of the content, the delta belongs to. */
    read(item: OutputItem, delta: string, field: ThinkingField, part: unknown, events: ChatEvent[]): void {
      // A model may show its thinking and a summary of it: one of them is enough.
      if (delta === '' || (item.shownBy !== undefined && item.shownBy !== field)) return;
      const text = item.hasContent && item.part !== part ? `\n\n${delta}` : delta;
      item.shownBy = field;
      item.part = part;
      item.hasContent = true;
      item.block ??= blocks++;
      events.push({ type: 'reasoning-delta', index: item.block, text });
    },
    // Only at the end is the encrypted form the one to replay: in the opening of the item it was another.
    close(item: OutputItem, fields: JsonObject, events: ChatEvent[]): void {
      const opaque = toText(fields.encrypted_content);
      const text = item.hasContent ? '' : toSummaryText(fields);
      if (opaque === undefined && text === '') return;
      const index = item.block ?? blocks++;
      events.push({ type: 'reasoning-delta', index, text, ...(opaque === undefined ? {} : { opaque }) });
    },
  };
}

/** The summary as one text, or the thinking itself if the model shows it. */
export function toSummaryText({ summary, content }: JsonObject): string {
  return joinTexts(summary) || joinTexts(content);
}

function joinTexts(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts.flatMap((part) => (isObject(part) ? (toText(part.text) ?? []) : [])).join('\n\n');
}
