import type { AssistantMessage, Message, ToolCallPart, UserMessage } from '../chat-request.ts';
import { toCacheField } from './cache-marks.ts';
import {
  writeDocument,
  writeImage,
  writeThinking,
  writeText,
  writeToolResult,
} from './encode-parts.ts';
import { toToolInput } from './tool-input.ts';
import type { Block, ToolUseBlock } from './wire.ts';

export function writeMessage(message: Message, notices: Set<string>): Block[] {
  switch (message.role) {
    case 'user':
      return writeUser(message);
    case 'assistant':
      return writeAssistant(message, notices);
    case 'tool':
      return writeToolResult(message);
    case 'system':
      return [];
  }
}

function writeUser({ parts }: UserMessage): Block[] {
  return parts.flatMap((part): Block | [] => {
    if (part.type === 'text') return writeText(part) ?? [];
    return part.type === 'image' ? writeImage(part) : writeDocument(part);
  });
}

function writeAssistant({ parts }: AssistantMessage, notices: Set<string>): Block[] {
  return parts.flatMap((part): Block | [] => {
    if (part.type === 'text') return writeText(part) ?? [];
    if (part.type === 'tool-call') return writeCall(part);
    const block = writeThinking(part);
    if (!block) notices.add('Thinking of earlier turns that Claude did not sign is left out.');
    return block ?? [];
  });
}

function writeCall({ id, name, arguments: text, cache }: ToolCallPart): ToolUseBlock {
  return { type: 'tool_use', id, name, input: toToolInput(text), ...toCacheField(cache) };
}
