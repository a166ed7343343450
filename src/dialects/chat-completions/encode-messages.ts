import type { Message, ToolMessage } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { toFailureText } from '../failed-result.ts';
import { limitMarks, toMarkField } from './cache-marks.ts';
import { writeAssistant } from './encode-assistant.ts';
import { type Context, writeContent, writeImage, joinParagraphs } from './encode-content.ts';
import type { WireMessage, WirePart } from './wire.ts';

/** An empty result becomes an empty text block at Claude, which is refused. */
const emptyResult = 'The tool returned nothing.';
const imageResult = 'The tool returned images, which follow.';

export function writeMessages(context: Context): WireMessage[] {
  const { request, notices } = context;
  const messages: WireMessage[] = [];
  let toolImages: WirePart[] = [];
  // They come after all results: nothing may stand between a call and its result.
  const sendToolImages = (): void => {
    if (toolImages.length > 0) messages.push({ role: 'user', content: toolImages });
    toolImages = [];
  };
  for (const message of request.messages) {
    if (message.role !== 'tool') sendToolImages();
    const encoded =
      message.role === 'tool' ? writeResult(message, toolImages) : writeMessage(message, context);
    if (encoded) messages.push(Object.assign(encoded, toMarkField(message, notices)));
  }
  sendToolImages();
  if (messages.length === 0) throw new DialectError('the request says nothing', 'messages');
  trimLast(messages);
  limitMarks(messages, notices);
  return messages;
}

function writeMessage(message: Exclude<Message, ToolMessage>, context: Context): WireMessage | undefined {
  switch (message.role) {
    case 'system': {
      const content = joinParagraphs(message.parts);
      return content === '' ? undefined : { role: 'system', content };
    }
    case 'user': {
      const content = writeContent(message, context);
      return content === undefined ? undefined : { role: 'user', content };
    }
    case 'assistant':
      return writeAssistant(message, context.notices);
  }
}

/** A result is text alone, so its images are shown by the user. */
function writeResult({ callId, parts, isError }: ToolMessage, toolImages: WirePart[]): WireMessage {
  const images = parts.filter((part) => part.type === 'image').map(writeImage);
  if (images.length > 0) toolImages.push({ type: 'text', text: `From the tool call ${callId}:` }, ...images);
  const text = joinParagraphs(parts.filter((part) => part.type === 'text'));
  const content = text || (images.length > 0 ? imageResult : emptyResult);
  return { role: 'tool', tool_call_id: callId, content: isError ? toFailureText(content) : content };
}

/** Claude refuses white space at the end of a text that it is to continue. */
function trimLast(messages: WireMessage[]): void {
  const last = messages.at(-1);
  if (last?.role === 'assistant' && typeof last.content === 'string') last.content = last.content.trimEnd();
}
