import type { AssistantMessage, Message, ToolCallPart, UserMessage } from '../chat-request.ts';
import { toCacheField } from './cache-marks.ts';
import {
  encodeDocument,
  encodeImage,
  encodeReasoning,
  encodeText,
  encodeToolResult,
} from './encode-parts.ts';
import { toToolInput } from './tool-input.ts';
import type { Block, ToolUseBlock } from './wire.ts';

export function encodeMessage(message: Message, notices: Set<string>): Block[] {
  switch (message.role) {
    case 'user':
      return encodeUser(message);
    case 'assistant':
      return encodeAssistant(message, notices);
    case 'tool':
      return encodeToolResult(message);
    case 'system':
      return [];
  }
}

function encodeUser({ parts }: UserMessage): Block[] {
  return parts.flatMap((part): Block | [] => {
    if (part.type === 'text') return encodeText(part) ?? [];
    return part.type === 'image' ? encodeImage(part) : encodeDocument(part);
  });
}

function encodeAssistant({ parts }: AssistantMessage, notices: Set<string>): Block[] {
  return parts.flatMap((part): Block | [] => {
    if (part.type === 'text') return encodeText(part) ?? [];
    if (part.type === 'tool-call') return encodeCall(part);
    const block = encodeReasoning(part);
    if (!block) notices.add('Thinking of earlier turns that Claude did not sign is left out.');
    return block ?? [];
  });
}

function encodeCall({ id, name, arguments: text, cache }: ToolCallPart): ToolUseBlock {
  return { type: 'tool_use', id, name, input: toToolInput(text), ...toCacheField(cache) };
}
