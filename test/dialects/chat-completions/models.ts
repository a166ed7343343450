import { chatCompletions } from '../../../src/dialects/chat-completions/dialect.ts';
import type { WireMessage } from '../../../src/dialects/chat-completions/write-messages.ts';
import type { ChatRequest, Message } from '../../../src/dialects/chat-request.ts';
import type { WireRequest } from '../../../src/dialects/dialect.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';

/** Takes whatever can be said. */
export const able: ModelTraits = {
  id: 'able',
  maxOutputTokens: 64_000,
  efforts: [],
  adaptiveThinking: false,
  minThinkingBudget: 1024,
  maxThinkingBudget: 32_000,
  vision: true,
  maxImages: undefined,
  structuredOutput: true,
  parallelToolCalls: true,
};

/** Of which nothing is known but the name. */
export const unknown: ModelTraits = {
  id: 'new',
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

type Body = Record<string, unknown> & { messages: WireMessage[] };

/** What a request becomes; its messages are one greeting where none are given. */
export function encode(
  request: Partial<ChatRequest> = {},
  traits: ModelTraits = able,
): WireRequest & { body: Body } {
  const encoded = chatCompletions.writeRequest({ model: traits.id, messages: [hello], ...request }, traits);
  return { ...encoded, body: encoded.body as Body };
}

/** A caller's body as a request; its messages are one greeting where none are given. */
export function decode(fields: Record<string, unknown>): ChatRequest {
  const body = { model: 'm', messages: [{ role: 'user', content: 'Hello' }], ...fields };
  return chatCompletions.readRequest(body).request;
}
