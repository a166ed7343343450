import type {
  AssistantMessage,
  ChatRequest,
  ImagePart,
  Message,
  TextPart,
  ToolMessage,
} from '../../../src/dialects/chat-request.ts';

/** What is left of a request when it has been through the dialect: its words for what the dialect cannot carry. */
export function toCarried(request: ChatRequest): ChatRequest {
  const messages: Message[] = [];
  let shown: (TextPart | ImagePart)[] = [];
  for (const message of [...request.messages, undefined]) {
    if (message?.role !== 'tool' && shown.length > 0) {
      messages.push({ role: 'user', parts: shown });
      shown = [];
    }
    if (message?.role === 'tool') shown.push(...showImages(message));
    if (message) messages.push(carryMessage(message));
  }
  trimLast(messages);
  return { ...request, messages: keepFourMarks(messages) };
}

function carryMessage(message: Message): Message {
  const isMarked = hasMark(message);
  switch (message.role) {
    case 'assistant':
      return markLast({ role: 'assistant', parts: carryAssistant(message) }, isMarked);
    case 'tool': {
      const { role, callId, isError } = message;
      const parts = [join(message.parts)];
      return { role, callId, parts, isError, ...(isMarked ? { cache: {} } : {}) };
    }
    case 'system':
      return markLast({ role: 'system', parts: [join(message.parts)] }, isMarked);
    case 'user': {
      const isPlain = message.parts.every(({ type }) => type === 'text');
      const parts = isPlain ? [join(message.parts)] : message.parts.map(({ cache: _, ...part }) => part);
      return markLast({ role: 'user', parts: parts as TextPart[] }, isMarked);
    }
  }
}

function carryAssistant({ parts }: AssistantMessage): AssistantMessage['parts'] {
  const texts = parts.filter((part) => part.type === 'text');
  const calls = parts.filter((part) => part.type === 'tool-call');
  return [
    ...parts.filter((part) => part.type === 'reasoning'),
    ...(texts.length > 0 ? [{ type: 'text' as const, text: texts.map(({ text }) => text).join('') }] : []),
    ...calls.map(({ cache: _, ...call }) => call),
  ];
}

function join(parts: readonly Message['parts'][number][]): TextPart {
  return {
    type: 'text',
    text: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n'),
  };
}

function showImages({ callId, parts }: ToolMessage): (TextPart | ImagePart)[] {
  const images = parts.filter((part) => part.type === 'image').map(({ cache: _, ...image }) => image);
  return images.length === 0 ? [] : [{ type: 'text', text: `From the tool call ${callId}:` }, ...images];
}

function hasMark(message: Message): boolean {
  return 'cache' in message || message.parts.some((part) => 'cache' in part);
}

function markLast(message: Message, isMarked: boolean): Message {
  const last = message.parts.at(-1);
  if (!isMarked || !last || message.role === 'tool') return message;
  return { ...message, parts: [...message.parts.slice(0, -1), { ...last, cache: {} }] } as Message;
}

function trimLast(messages: Message[]): void {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return;
  for (const part of last.parts) if (part.type === 'text') part.text = part.text.trimEnd();
}

function keepFourMarks(messages: Message[]): Message[] {
  const marked = messages.filter(hasMark).slice(-4);
  return messages.map((message) => (marked.includes(message) ? message : withoutMarks(message)));
}

function withoutMarks(message: Message): Message {
  const { cache: _, ...rest } = message as ToolMessage;
  const parts = message.parts.map((part) => {
    const { cache: __, ...bare } = part as TextPart;
    return bare;
  });
  return { ...rest, parts } as Message;
}
