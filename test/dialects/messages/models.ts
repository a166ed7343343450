import type { ChatRequest, Message } from '../../../src/dialects/chat-request.ts';
import type { WireRequest } from '../../../src/dialects/dialect.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import type { MessagesRequest } from '../../../src/dialects/messages/write-messages.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';

/** Thinks by itself, and takes a budget too. */
export const sonnet: ModelTraits = {
  id: 'claude-sonnet-4.6',
  maxOutputTokens: 64_000,
  efforts: ['low', 'medium', 'high', 'max'],
  adaptiveThinking: true,
  minThinkingBudget: 1024,
  maxThinkingBudget: 32_000,
  vision: true,
  maxImages: undefined,
  structuredOutput: true,
  parallelToolCalls: true,
};

/** Thinks by itself only. */
export const opus: ModelTraits = {
  ...sonnet,
  id: 'claude-opus-5',
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  minThinkingBudget: undefined,
  maxThinkingBudget: undefined,
};

/** Thinks within a budget only. */
export const haiku: ModelTraits = {
  ...sonnet,
  id: 'claude-haiku-4.5',
  efforts: [],
  adaptiveThinking: false,
  structuredOutput: false,
};

/** Of which nothing is known but the name. */
export const unknown: ModelTraits = {
  id: 'claude-new',
  maxOutputTokens: undefined,
  efforts: [],
  adaptiveThinking: false,
  minThinkingBudget: undefined,
  maxThinkingBudget: undefined,
  vision: false,
  maxImages: undefined,
  structuredOutput: false,
  parallelToolCalls: false,
};

export const hello: Message = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };
export const read = { name: 'read', parameters: { type: 'object', properties: {} } };

/** What a request becomes; its messages are one greeting where none are given. */
export function encode(
  request: Partial<ChatRequest> = {},
  traits = sonnet,
): WireRequest & { body: MessagesRequest } {
  const encoded = messages.writeRequest({ model: traits.id, messages: [hello], ...request }, traits);
  return { ...encoded, body: encoded.body as MessagesRequest };
}

/** A caller's body as a request; its messages are one greeting where none are given. */
export function decode(fields: Record<string, unknown>): ChatRequest {
  const messagesField = [{ role: 'user', content: 'Hello' }];
  const body = { model: 'claude', max_tokens: 10, messages: messagesField, ...fields };
  return messages.readRequest(body).request;
}
