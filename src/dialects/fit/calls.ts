import { isObject, parseJson } from '../../json-value.ts';
import type { AssistantMessage, ChatRequest, Message, ToolCallPart } from '../chat-request.ts';
import { createCallIds } from './call-ids.ts';
import type { Fitting } from './fitting.ts';

/**
 * Calls of earlier turns, and their results, under ids that every backend takes, and with arguments that it can parse. Expects each
 * result behind its call.
 */
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

/** What a model left unfinished is no object; a call without arguments may have no text at all. */
function toObjectText(text: string): string | undefined {
  if (text.trim() === '') return '{}';
  return isObject(parseJson(text)) ? text : undefined;
}
