import type {
  AssistantMessage,
  ChatRequest,
  Message,
  ToolCallPart,
  ToolMessage,
  UserMessage,
} from '../chat-request.ts';
import type { ModelTraits } from '../dialect.ts';
import { toCacheField } from './cache-marks.ts';
import {
  encodeDocument,
  encodeImage,
  encodeReasoning,
  encodeText,
  encodeToolResult,
} from './encode-parts.ts';
import type { ToolIds } from './tool-ids.ts';
import { parseToolInput, wrapToolText } from './tool-input.ts';
import type { Block, ToolUseBlock } from './wire.ts';

export type MessageContext = {
  request: ChatRequest;
  traits: ModelTraits;
  notices: Set<string>;
  ids: ToolIds;
};

export function encodeMessage(message: Message, context: MessageContext): Block[] {
  switch (message.role) {
    case 'user':
      return encodeUser(message, context);
    case 'assistant':
      return encodeAssistant(message, context);
    case 'tool':
      return encodeResult(message, context);
    case 'system':
      return [];
  }
}

function encodeUser(message: UserMessage, context: MessageContext): Block[] {
  return message.parts.flatMap((part): Block | [] => {
    if (part.type === 'text') return encodeText(part) ?? [];
    const path = findPath(message, context);
    if (!canSee(context)) return [];
    return part.type === 'image' ? encodeImage(part, path) : encodeDocument(part, path);
  });
}

function encodeResult(message: ToolMessage, context: MessageContext): Block[] {
  const parts = message.parts.filter((part) => part.type === 'text' || canSee(context));
  const id = context.ids.toResultId(message.callId);
  return encodeToolResult({ ...message, parts }, id, findPath(message, context));
}

function canSee({ traits, notices }: MessageContext): boolean {
  if (!traits.vision) notices.add(`Images and documents are left out: ${traits.id} takes none.`);
  return traits.vision;
}

function encodeAssistant({ parts }: AssistantMessage, { notices, ids }: MessageContext): Block[] {
  const called = new Set<string>();
  return parts.flatMap((part): Block | [] => {
    if (part.type === 'text') return encodeText(part) ?? [];
    if (part.type === 'reasoning') {
      const block = encodeReasoning(part);
      if (!block) notices.add('Thinking of earlier turns that Claude did not sign is left out.');
      return block ?? [];
    }
    // A history has one result for each id, so a second call by the same one could have none.
    if (called.has(part.id)) {
      notices.add('Of several tool calls with the same id in one message, the first is kept.');
      return [];
    }
    called.add(part.id);
    return encodeCall(part, ids, notices);
  });
}

function encodeCall(part: ToolCallPart, ids: ToolIds, notices: Set<string>): ToolUseBlock {
  const input = parseToolInput(part.arguments);
  if (!input) notices.add('Arguments of a tool call that are no JSON object are sent as text.');
  return {
    type: 'tool_use',
    id: ids.toCallId(part.id),
    name: part.name,
    input: input ?? wrapToolText(part.arguments),
    ...toCacheField(part.cache),
  };
}

function findPath(message: Message, { request }: MessageContext): string {
  const index = request.messages.indexOf(message);
  return index === -1 ? 'messages' : `messages.${index}`;
}
