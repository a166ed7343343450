import type { AssistantMessage, ChatRequest, Message, ToolMessage } from '../chat-request.ts';
import type { Fitting } from './fitting.ts';

const lostResult = 'The result of this call is not known: the turn was interrupted.';

/** Most messages have neither calls nor results, and a long chat has a thousand messages. */
const none: never[] = [];

/** A message and the results of its calls, in the order in which they came. */
type Turn = { message: Exclude<Message, ToolMessage>; calls: readonly string[]; results: ToolMessage[] };

/**
 * A history that every backend accepts: each tool call is followed by its result, and each result has its call (a cancelled turn
 * leaves halves behind, and a result may come late, after the user spoke). Of several calls by one id in one message, which could have
 * one result only, the first is kept. Thinking of another model is left out, for its seal is good for its own model only; messages that
 * hold nothing are left out, too.
 */
export function fitHistory(request: ChatRequest, { notices }: Fitting): ChatRequest {
  const turns: Turn[] = [];
  /** Calls that wait for their result. Some models number the calls of each turn anew, so the latest of an id counts. */
  const open = new Map<string, Turn>();
  for (const message of request.messages) {
    if (message.role === 'tool') {
      const turn = open.get(message.callId);
      turn?.results.push(message);
      if (!open.delete(message.callId)) notices.add('Results of tools that nothing called are left out.');
      continue;
    }
    const kept = message.role === 'assistant' ? fitAssistant(message, request.model, notices) : message;
    if (kept.parts.length === 0) continue;
    const calls = listCalls(kept);
    const turn: Turn = { message: kept, calls, results: calls.length === 0 ? none : [] };
    turns.push(turn);
    for (const id of calls) open.set(id, turn);
  }
  const messages: Message[] = [];
  for (const turn of turns) {
    const lost = createLostResults(turn);
    if (lost.length > 0) notices.add('Tool calls without a result were given one that says so.');
    messages.push(turn.message, ...turn.results, ...lost);
  }
  return { ...request, messages };
}

function fitAssistant(message: AssistantMessage, model: string, notices: Set<string>): AssistantMessage {
  if (message.parts.every(({ type }) => type === 'text')) return message;
  const called = new Set<string>();
  const parts = message.parts.filter((part) => {
    if (part.type === 'reasoning' && part.model !== undefined && part.model !== model) {
      notices.add('Thinking of another model is left out.');
      return false;
    }
    if (part.type !== 'tool-call') return true;
    if (called.has(part.id))
      notices.add('Of several tool calls with the same id in one message, the first is kept.');
    return called.size < called.add(part.id).size;
  });
  return parts.length === message.parts.length ? message : { ...message, parts };
}

function createLostResults({ calls, results }: Turn): ToolMessage[] {
  if (calls.length === 0) return none;
  const answered = new Set(results.map(({ callId }) => callId));
  return calls
    .filter((id) => !answered.has(id))
    .map((callId) => ({
      role: 'tool',
      callId,
      parts: [{ type: 'text', text: lostResult }],
      isError: true,
    }));
}

function listCalls({ role, parts }: Message): string[] {
  if (role !== 'assistant' || parts.every(({ type }) => type !== 'tool-call')) return none;
  return parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
}
