import { isObject, type JsonObject, toText } from '../../json-value.ts';
import { readList, readObject, readOptionalString, readString } from '../body-reader.ts';
import type { AssistantMessage, ReasoningPart, TextPart, ToolCallPart } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';

/** A refusal is what the model said, too. */
export function readAssistantContent(content: unknown, path: string): TextPart[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return readList(content, path).map((value, index) => {
    const place = `${path}.${index}`;
    const part = readObject(value, place);
    if (part.type === 'refusal') return { type: 'text', text: readString(part.refusal, `${place}.refusal`) };
    if (part.type === 'output_text' || part.type === 'input_text' || part.type === 'text')
      return { type: 'text', text: readString(part.text, `${place}.text`) };
    throw new DialectError(`content of the type "${part.type}" cannot be carried`, `${place}.type`);
  });
}

export function readToolCall(item: JsonObject, path: string): ToolCallPart {
  return {
    type: 'tool-call',
    id: readString(item.call_id, `${path}.call_id`),
    name: readString(item.name, `${path}.name`),
    arguments: readOptionalString(item.arguments, `${path}.arguments`) || '{}',
  };
}

/** Nothing where the thinking is neither shown nor sealed. */
export function readReasoningItem(item: JsonObject, path: string): AssistantMessage['parts'] {
  const text = toSummaryText(item);
  const opaque = readOptionalString(item.encrypted_content, `${path}.encrypted_content`);
  if (text === '' && !opaque) return [];
  const part: ReasoningPart = { type: 'reasoning', text };
  return [opaque ? { ...part, opaque } : part];
}

/** The summary in one text, or the thinking itself where a model shows that. */
export function toSummaryText({ summary, content }: JsonObject): string {
  return joinTexts(summary) || joinTexts(content);
}

function joinTexts(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts.flatMap((part) => (isObject(part) ? (toText(part.text) ?? []) : [])).join('\n\n');
}
