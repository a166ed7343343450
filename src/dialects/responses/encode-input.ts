import type { JsonObject } from '../../json-value.ts';
import type { ChatRequest, Message, ToolMessage } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { toFailureText } from '../failed-result.ts';
import { writeAssistantItems } from './encode-assistant.ts';
import { writeInputText, writeUserPart } from './encode-content.ts';

export type EncodedInput = {
  items: JsonObject[];
  /** Images or documents are among them, which must be announced in a header. */
  hasMedia: boolean;
};

/**
 * Messages to input items, none of them with an id: ids are bound to the connection that issued them, and one from elsewhere
 * is refused. Cache marks are hints, which this dialect has no field for.
 */
export function writeInput({ messages }: ChatRequest): EncodedInput {
  const items: JsonObject[] = [];
  let toolImages: JsonObject[] = [];

  for (const message of messages) {
    if (message.role === 'tool') {
      items.push(writeToolOutput(message));
      toolImages.push(...writeToolImages(message));
      continue;
    }
    if (toolImages.length > 0) items.push({ role: 'user', content: toolImages });
    toolImages = [];
    if (message.role === 'assistant') items.push(...writeAssistantItems(message));
    else if (message.role === 'system')
      items.push({ role: 'system', content: message.parts.map(writeInputText) });
    else items.push({ role: 'user', content: message.parts.map(writeUserPart) });
  }
  if (toolImages.length > 0) items.push({ role: 'user', content: toolImages });
  if (items.length === 0) throw new DialectError('there is nothing to send', 'messages');
  return { items, hasMedia: messages.some(hasMedia) };
}

/** Output must be text, which has no place for a failure but itself. */
function writeToolOutput({ callId, parts, isError }: ToolMessage): JsonObject {
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  return { type: 'function_call_output', call_id: callId, output: isError ? toFailureText(text) : text };
}

/** Images of tools go in a user message behind the outputs, named by their call. */
function writeToolImages({ callId, parts }: ToolMessage): JsonObject[] {
  const images = parts.filter((part) => part.type === 'image');
  if (images.length === 0) return [];
  const label = { type: 'input_text', text: `Images in the output of call ${callId}:` };
  return [label, ...images.map(writeUserPart)];
}

function hasMedia({ parts }: Message): boolean {
  return parts.some(({ type }) => type === 'image' || type === 'document');
}
