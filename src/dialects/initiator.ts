import type { ChatRequest } from './chat-request.ts';
import type { CallerRequest } from './dialect.ts';

/**
 * Who a request is from, by what happened last: `user` where a person has just said something, `agent` where the model goes on
 * with the results of its own calls or with its own text. On plans that count requests the first is charged and the second is not,
 * so neither may pass for the other.
 */
export function toInitiator({ messages }: ChatRequest): CallerRequest['initiator'] {
  return messages.findLast(({ role }) => role !== 'system')?.role === 'user' ? 'user' : 'agent';
}
