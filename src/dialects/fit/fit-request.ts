import { isObject, parseJson } from '../../json-value.ts';
import { markForCache } from '../cache-marks.ts';
import type { AssistantMessage, ChatRequest, Message, ToolCallPart, ToolMessage } from '../chat-request.ts';
import { isClaude, type ModelTraits } from '../model-traits.ts';
import { type Fitting, foreignThinkingNotice } from './fitting.ts';
import { fitImages } from './images.ts';
import { fitReasoning } from './reasoning.ts';
import { fitTools } from './tools.ts';

type FittedRequest = Omit<Fitting, 'traits'> & { request: ChatRequest };

/** A budget for thinking must fit into the reply, and Kimi's calls are named for their tools: each comes after the other. */
const steps: ((request: ChatRequest, fitting: Fitting) => ChatRequest)[] = [
  fitImages,
  fitHistory,
  fitTools,
  fitCalls,
  fitOutputLimit,
  fitReasoning,
  fitFormat,
  fitCache,
];

/** Fits a request to the model's limits and to all backends, whatever the dialect. Throws DialectError for images given by URL. */
export function fitRequest(asked: ChatRequest, traits: ModelTraits): FittedRequest {
  const fitting: Fitting = { traits, notices: new Set(), toolNames: new Map(), isMended: false };
  const request = steps.reduce((current, step) => step(current, fitting), asked);
  const { notices, toolNames, isMended } = fitting;
  return { request, notices, toolNames, isMended };
}

/** No more tokens than the model writes. */
function fitOutputLimit(request: ChatRequest, { traits, notices }: Fitting): ChatRequest {
  const { maxOutputTokens: wanted } = request;
  const { maxOutputTokens: limit } = traits;
  if (wanted === undefined || limit === undefined || wanted <= limit) return request;
  notices.add(`The reply has at most ${limit} tokens, the most that ${traits.id} writes.`);
  return { ...request, maxOutputTokens: limit };
}

function fitCache({ autoCache, ...request }: ChatRequest, { traits }: Fitting): ChatRequest {
  return autoCache && isClaude(traits) ? markForCache(request) : request;
}

/** A schema only for a model that follows one. */
function fitFormat(request: ChatRequest, { traits, notices }: Fitting): ChatRequest {
  const { responseFormat, ...rest } = request;
  if (responseFormat?.type !== 'json-schema' || traits.structuredOutput) return request;
  notices.add(`The schema of the reply is left out: ${traits.id} follows none.`);
  return rest;
}

const lostResult = 'The result of this call is not known: the turn was interrupted.';

/** Most messages have neither calls nor results, and a long chat has a thousand messages. */
const none: never[] = [];

/** A message and the results of its calls, in the order in which they came. */
type Turn = { message: Exclude<Message, ToolMessage>; calls: readonly string[]; results: ToolMessage[] };

/**
 * Makes a history that every backend accepts. Each tool call gets its result behind it (a cancelled turn leaves halves; results may come
 * late). If calls of one message share an id, the first stays. Empty messages and other models' thinking are left out: a seal is valid for
 * its own model only.
 */
export function fitHistory(request: ChatRequest, { notices }: Fitting): ChatRequest {
  const turns: Turn[] = [];
  /** Calls that wait for their result. Some models reuse ids every turn, so the latest call with an id counts. */
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
      notices.add(foreignThinkingNotice);
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

/** Gives earlier calls and results ids and arguments that every backend accepts. Expects each result behind its call. */
export function fitCalls(request: ChatRequest, { traits, notices }: Fitting): ChatRequest {
  const ids = createCallIds(traits.id);

  function fitCall(part: ToolCallPart): ToolCallPart {
    const fitted = toObjectText(part.arguments);
    if (fitted === undefined)
      notices.add('Arguments of a tool call that are no JSON object are sent as text.');
    const text = fitted ?? JSON.stringify({ invalid_json: part.arguments });
    return { ...part, id: ids.toCallId(part), arguments: text };
  }

  const fitParts = (message: AssistantMessage): Message => ({
    ...message,
    parts: message.parts.map((part) => (isCall(part) ? fitCall(part) : part)),
  });
  const messages = request.messages.map((message): Message => {
    if (message.role === 'assistant') return message.parts.some(isCall) ? fitParts(message) : message;
    if (message.role === 'tool') return { ...message, callId: ids.toResultId(message.callId) };
    return message;
  });
  return { ...request, messages };
}

function isCall(part: AssistantMessage['parts'][number]): part is ToolCallPart {
  return part.type === 'tool-call';
}

/** Unfinished arguments are not an object, and a call without arguments may have no text. */
function toObjectText(text: string): string | undefined {
  if (text.trim() === '') return '{}';
  return isObject(parseJson(text)) ? text : undefined;
}

const maxLength = 64;

/** The ids of one request, on the wire. */
export type CallIds = {
  /** An id that no other call of this request has. */
  toCallId(call: Pick<ToolCallPart, 'id' | 'name'>): string;
  /** For a result: the id of the latest call that was named so. */
  toResultId(id: string): string;
};

/**
 * Claude demands ids of `[a-zA-Z0-9_-]{1,64}`, unique in the history; some models reuse ids every turn. New ids follow the order of the
 * calls, so that a growing history keeps its beginning and the prompt cache stays valid.
 */
export function createCallIds(model: string): CallIds {
  const toWanted = /^kimi/i.test(model) ? createKimiNaming(model) : toAllowed;
  const latest = new Map<string, string>();
  const taken = new Set<string>();
  const repeats = new Map<string, number>();

  function findFree(id: string): string {
    let candidate = id;
    while (taken.has(candidate)) {
      const count = (repeats.get(id) ?? 1) + 1;
      repeats.set(id, count);
      const suffix = `_${count}`;
      candidate = `${id.slice(0, maxLength - suffix.length)}${suffix}`;
    }
    taken.add(candidate);
    return candidate;
  }

  return {
    toCallId(call) {
      const wireId = findFree(toWanted(call));
      latest.set(call.id, wireId);
      return wireId;
    },
    toResultId: (id) => latest.get(id) ?? id,
  };
}

function toAllowed({ id }: Pick<ToolCallPart, 'id'>): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, maxLength) || 'call';
}

/** Kimi numbers the calls of a conversation and wants to find `functions.read:0`, the third of its kind `read:0`. */
function createKimiNaming(model: string): (call: Pick<ToolCallPart, 'name'>) => string {
  const prefix = /^kimi-k2/i.test(model) ? 'functions.' : '';
  let count = 0;
  return ({ name }) => `${prefix}${name}:${count++}`;
}
