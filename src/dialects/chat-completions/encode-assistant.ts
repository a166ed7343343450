import type { AssistantMessage, ToolCallPart } from '../chat-request.ts';
import { mergeReasoning } from './reasoning.ts';
import type { WireMessage, WireToolCall } from './wire.ts';

/** Undefined where nothing is left to say: a message of thinking alone, or of an empty text, is refused. */
export function writeAssistant(message: AssistantMessage, notices: Set<string>): WireMessage | undefined {
  const [first] = message.parts;
  if (first?.type === 'text' && message.parts.length === 1)
    return first.text.trim() === '' ? undefined : { role: 'assistant', content: first.text };
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
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(writeCall) }),
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

function writeCall({ id, name, arguments: text }: ToolCallPart): WireToolCall {
  return { id, type: 'function', function: { name, arguments: text } };
}
