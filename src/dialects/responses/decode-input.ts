import type { JsonObject } from '../../json-value.ts';
import { readList, readObject, readString } from '../body-reader.ts';
import { type AssistantMessage, createTextMessage, type Message } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { readFailure } from '../failed-result.ts';
import { readAssistantContent, readReasoningItem, readToolCall } from './decode-assistant.ts';
import { readSystemContent, readToolOutput, readUserContent } from './decode-content.ts';

/** Text, or items: what the assistant did between two messages of others is one message of ours. */
export function readInput(value: unknown): Message[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [createTextMessage('user', value)];
  const messages: Message[] = [];
  for (const [index, item] of readList(value, 'input').entries()) {
    const path = `input.${index}`;
    readItem(readObject(item, path), path, messages);
  }
  return messages;
}

function readItem(item: JsonObject, path: string, messages: Message[]): void {
  const type = item.type ?? 'message';
  if (type === 'message') addMessage(messages, item, path);
  else if (type === 'reasoning') addAssistantParts(messages, readReasoningItem(item, path));
  else if (type === 'function_call') addAssistantParts(messages, [readToolCall(item, path)]);
  else if (type === 'function_call_output') addToolOutput(messages, item, path);
  else if (type === 'item_reference')
    throw new DialectError('nothing is stored here: send the item itself', path);
  else throw new DialectError(`an item of the type "${type}" cannot be carried`, `${path}.type`);
}

function addMessage(messages: Message[], { role, content }: JsonObject, path: string): void {
  const place = `${path}.content`;
  if (role === 'user') messages.push({ role, parts: readUserContent(content, place) });
  // What GPT calls a developer, other models know as the system.
  else if (role === 'system' || role === 'developer')
    messages.push({ role: 'system', parts: readSystemContent(content, place) });
  else if (role === 'assistant') addAssistantParts(messages, readAssistantContent(content, place));
  else throw new DialectError('must be user, assistant, system or developer', `${path}.role`);
}

function addAssistantParts(messages: Message[], parts: AssistantMessage['parts']): void {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') messages.push({ role: 'assistant', parts });
  else for (const part of parts) last.parts.push(part);
}

/** Callers may put a message between a call and its output; ours stand side by side. */
function addToolOutput(messages: Message[], item: JsonObject, path: string): void {
  const callId = readString(item.call_id, `${path}.call_id`);
  const call = messages.findLastIndex(({ role, parts }) => role === 'assistant' && hasCall(parts, callId));
  let position = call === -1 ? messages.length : call + 1;
  while (messages[position]?.role === 'tool') position += 1;
  const parts = readToolOutput(item.output, `${path}.output`);
  messages.splice(position, 0, { role: 'tool', callId, ...readFailure(parts) });
}

function hasCall(parts: Message['parts'], callId: string): boolean {
  return parts.some((part) => part.type === 'tool-call' && part.id === callId);
}
