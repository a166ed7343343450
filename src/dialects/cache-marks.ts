import type { JsonObject } from '../json-value.ts';
import { compact, readObject, readOptionalString } from './body.ts';
import type { CacheMark, ChatRequest, Message, ToolDefinition } from './chat-request.ts';

/** The most that Anthropic and Copilot take in one request. */
export const maxMarks = 4;

/**
 * A caller's mark on a block, a message or a tool: `cache_control` as Anthropic, OpenRouter and LiteLLM have it, or Copilot's own
 * `copilot_cache_control`. Only its time to live is kept: callers set more than Copilot takes.
 */
export function readMark(holder: JsonObject, path: string): { cache?: CacheMark } {
  const name = holder.cache_control ? 'cache_control' : 'copilot_cache_control';
  const value = holder[name];
  if (value === undefined || value === null) return {};
  const ttl = readOptionalString(readObject(value, `${path}.${name}`).ttl, `${path}.${name}.ttl`);
  return { cache: compact({ ttl }) };
}

/** The message with the mark at its end, for marks that stand on a whole message. */
export function markMessage<T extends Message>(message: T, cache: CacheMark | undefined): T {
  if (!cache) return message;
  if (message.role === 'tool') return { ...message, cache };
  const last = message.parts.findLast(isMarkable);
  return { ...message, parts: message.parts.map((part) => (part === last ? { ...part, cache } : part)) };
}

/** Blank texts are not sent, and thinking takes no mark. */
function isMarkable(part: Message['parts'][number]): boolean {
  return part.type === 'text' ? /\S/.test(part.text) : part.type !== 'reasoning';
}

/**
 * Marks the ends of the tools, of the instructions and of the last two messages that the next round repeats, for callers that set no marks.
 * Claude caches nothing without. A single question without tools is left alone: writing to the cache costs a quarter more.
 */
export function markForCache(request: ChatRequest): ChatRequest {
  const { messages, tools = [] } = request;
  const isSingle = tools.length === 0 && messages.every(({ role }) => role !== 'assistant');
  if (isSingle || isMarked(request)) return request;
  const chosen = chooseMessages(messages);
  return {
    ...request,
    ...(tools.length > 0 && { tools: markLast(tools) }),
    messages: messages.map((message, index) => (chosen.has(index) ? markMessage(message, {}) : message)),
  };
}

function isMarked({ messages, tools = [] }: ChatRequest): boolean {
  return (
    tools.some(({ cache }) => cache) ||
    messages.some(
      (message) =>
        ('cache' in message && message.cache) || message.parts.some((part) => 'cache' in part && part.cache),
    )
  );
}

function markLast(tools: readonly ToolDefinition[]): ToolDefinition[] {
  return tools.map((tool, index) => (index === tools.length - 1 ? { ...tool, cache: {} } : tool));
}

/** The last instruction at the start, the end of this round and the end of the one before. Each round ends before an answer of the model. */
function chooseMessages(messages: readonly Message[]): Set<number> {
  const canTake = ({ role, parts }: Message): boolean => role === 'tool' || parts.some(isMarkable);
  const isAsked = (message: Message): boolean => message.role !== 'assistant' && canTake(message);
  const start = messages.findIndex(({ role }) => role !== 'system');
  const instruction = messages.slice(0, start).findLastIndex(canTake);
  const end = messages.findLastIndex(isAsked);
  const answer = messages.slice(0, Math.max(0, end)).findLastIndex(({ role }) => role === 'assistant');
  const before = messages.slice(0, Math.max(0, answer)).findLastIndex(isAsked);
  return new Set([instruction, before, end].filter((index) => index !== -1));
}
