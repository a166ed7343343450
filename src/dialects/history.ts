import type { AssistantMessage, Message, ToolMessage } from './chat-request.ts';

const lostResult = 'The result of this call is not known: the turn was interrupted.';

/**
 * A history that every backend accepts: each tool call is followed by its result, and each result has its call (a cancelled
 * turn leaves halves behind); thinking of another model is left out, for its seal is good for its own model only; messages
 * that hold nothing are left out, too. A result that came late (the user spoke first) is moved behind its call.
 */
export function repairHistory(messages: readonly Message[], model: string): Message[] {
  const repaired: Message[] = [];
  for (const [position, message] of messages.entries()) {
    if (message.role === 'tool') continue;
    const kept = message.role === 'assistant' ? withoutForeignReasoning(message, model) : message;
    if (kept.parts.length === 0) continue;
    repaired.push(kept);
    if (kept.role === 'assistant') repaired.push(...findResults(kept, messages, position + 1));
  }
  return repaired;
}

/** The results of a message's calls, in the order in which they came, and stand-ins for those that never did. */
function findResults(message: AssistantMessage, messages: readonly Message[], from: number): ToolMessage[] {
  const open = new Set(listCalls(message));
  const results: ToolMessage[] = [];
  const lost: string[] = [];
  for (let position = from; position < messages.length && open.size > 0; position += 1) {
    const later = messages[position];
    if (later?.role === 'assistant') {
      // Some models number the calls of each turn anew: what comes after this answers this one.
      for (const id of listCalls(later)) if (open.delete(id)) lost.push(id);
    } else if (later?.role === 'tool' && open.delete(later.callId)) {
      results.push(later);
    }
  }
  return [...results, ...[...lost, ...open].map(createLostResult)];
}

function listCalls({ parts }: AssistantMessage): string[] {
  return parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
}

function withoutForeignReasoning(message: AssistantMessage, model: string): AssistantMessage {
  const isOwn = (from: string | undefined): boolean => from === undefined || from === model;
  const parts = message.parts.filter((part) => part.type !== 'reasoning' || isOwn(part.model));
  return parts.length === message.parts.length ? message : { ...message, parts };
}

function createLostResult(callId: string): ToolMessage {
  return { role: 'tool', callId, parts: [{ type: 'text', text: lostResult }], isError: true };
}

/** What `repairHistory` changed that a person may want to know: one sentence each. */
export function describeRepairs(messages: readonly Message[], repaired: readonly Message[]): string[] {
  const given = new Set(messages);
  const kept = new Set(repaired);
  const isLost = messages.some((message) => message.role === 'tool' && !kept.has(message));
  const isInvented = repaired.some((message) => message.role === 'tool' && !given.has(message));
  const isForgotten = countThoughts(messages) > countThoughts(repaired);
  return [
    isForgotten ? 'Thinking of another model is left out.' : '',
    isLost ? 'Results of tools that nothing called are left out.' : '',
    isInvented ? 'Tool calls without a result were given one that says so.' : '',
  ].filter(Boolean);
}

function countThoughts(messages: readonly Message[]): number {
  const parts = messages.flatMap((message) => (message.role === 'assistant' ? message.parts : []));
  return parts.filter(({ type }) => type === 'reasoning').length;
}
