import type { JsonObject } from '../../json-value.ts';
import type { AssistantMessage, ReasoningPart, TextPart, ToolCallPart } from '../chat-request.ts';

/** One message of ours is several items there, in the same order; texts side by side share one. */
export function writeAssistantItems({ parts }: AssistantMessage): JsonObject[] {
  const items: JsonObject[] = [];
  let texts: JsonObject[] | undefined;
  for (const part of parts) {
    if (part.type === 'text') {
      if (texts === undefined) {
        texts = [];
        items.push(createMessageItem(texts));
      }
      texts.push(writeOutputText(part));
      continue;
    }
    const item = part.type === 'tool-call' ? writeToolCall(part) : writeReasoningItem(part);
    if (item === undefined) continue;
    items.push(item);
    texts = undefined;
  }
  return items;
}

function createMessageItem(content: JsonObject[]): JsonObject {
  return { type: 'message', role: 'assistant', status: 'completed', content };
}

function writeOutputText({ text }: TextPart): JsonObject {
  return { type: 'output_text', text, annotations: [] };
}

function writeToolCall({ id, name, arguments: text }: ToolCallPart): JsonObject {
  return { type: 'function_call', call_id: id, name, arguments: text || '{}' };
}

/** Thinking without its encrypted form is refused, and so is `content` in it. */
function writeReasoningItem({ text, opaque }: ReasoningPart): JsonObject | undefined {
  if (opaque === undefined || opaque === '') return undefined;
  const summary = text === '' ? [] : [{ type: 'summary_text', text }];
  return { type: 'reasoning', summary, encrypted_content: opaque };
}
