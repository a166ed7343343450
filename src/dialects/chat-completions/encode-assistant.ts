import { isObject, parseJson } from '../../json-value.ts';
import type { AssistantMessage, ToolCallPart } from '../chat-request.ts';
import { mergeReasoning } from './reasoning.ts';
import type { WireMessage, WireToolCall } from './wire.ts';

/** Undefined where nothing is left to say: a message of thinking alone, or of an empty text, is refused. */
export function encodeAssistant(message: AssistantMessage, notices: Set<string>): WireMessage | undefined {
  const text = joinTexts(message.parts);
  const calls = message.parts.filter((part) => part.type === 'tool-call');
  const thoughts = message.parts.filter((part) => part.type === 'reasoning');
  const content = text.trim() === '' ? null : text;
  if (content === null && calls.length === 0) {
    if (thoughts.length > 0) notices.add('Thinking that led to no answer is left out.');
    return undefined;
  }
  const reasoning = mergeReasoning(thoughts);
  if (!reasoning.isWhole) notices.add('Of several sealed thoughts in one message, only the last is sent.');
  return {
    role: 'assistant',
    content,
    ...reasoning.fields,
    ...(calls.length === 0 ? {} : { tool_calls: encodeCalls(calls, notices) }),
  };
}

/** Texts that follow each other are pieces of one; those that something stands between are paragraphs. */
function joinTexts(parts: AssistantMessage['parts']): string {
  let text = '';
  let isInterrupted = false;
  for (const part of parts) {
    if (part.type !== 'text') isInterrupted = true;
    else if (part.text !== '') {
      text += text !== '' && isInterrupted ? `\n\n${part.text}` : part.text;
      isInterrupted = false;
    }
  }
  return text;
}

/** A second call by the same id could have no result of its own. */
function encodeCalls(calls: ToolCallPart[], notices: Set<string>): WireToolCall[] {
  const byId = new Map<string, ToolCallPart>();
  for (const call of calls) if (!byId.has(call.id)) byId.set(call.id, call);
  if (byId.size < calls.length)
    notices.add('Of several tool calls with the same id in one message, the first is kept.');
  return [...byId.values()].map(({ id, name, arguments: text }) => ({
    id,
    type: 'function',
    function: { name, arguments: toArguments(text, notices) },
  }));
}

/** Backends parse them. What a model left unfinished is sent as text inside an object, so that it can see what it wrote. */
function toArguments(text: string, notices: Set<string>): string {
  if (text.trim() === '') return '{}';
  if (isObject(parseJson(text))) return text;
  notices.add('Arguments of a tool call that are no JSON object are sent as text.');
  return JSON.stringify({ invalid_json: text });
}
