import { isObject, type JsonObject, toText } from '../../json-value.ts';
import type { ChatEvent } from '../chat-event.ts';
import type { OutputItem, ThinkingField } from './output-items.ts';

/** Reasoning items to blocks of thinking, one each. The parts of a summary are paragraphs. */
export function createThinkingReader() {
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
