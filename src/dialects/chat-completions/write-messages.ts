import { toOwnNotice } from '../body.ts';
import { maxMarks } from '../cache-marks.ts';
import type {
  AssistantMessage,
  CacheMark,
  ChatRequest,
  DocumentPart,
  ImagePart,
  Message,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolMessage,
  UserMessage,
} from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { countLeading, foldLateSystem } from '../late-system.ts';
import { isClaude, type ModelTraits } from '../model-traits.ts';
import { toFailureText, toImageUrl } from '../openai-words.ts';

/** An empty result becomes an empty text block at Claude, which is refused. */
const emptyResult = 'The tool returned nothing.';
const imageResult = 'The tool returned images, which follow.';

export function writeMessages(context: Context): WireMessage[] {
  const { request, traits, notices } = context;
  const messages: WireMessage[] = [];
  let toolImages: WirePart[] = [];
  // They come after all results: nothing may stand between a call and its result.
  const sendToolImages = (): void => {
    if (toolImages.length > 0) messages.push({ role: 'user', content: toolImages });
    toolImages = [];
  };
  for (const message of isClaude(traits) ? foldLateSystem(request.messages) : request.messages) {
    if (message.role !== 'tool') sendToolImages();
    const encoded =
      message.role === 'tool' ? writeResult(message, toolImages) : writeMessage(message, context);
    if (encoded) messages.push(Object.assign(encoded, toMarkField(message, notices)));
  }
  sendToolImages();
  if (messages.length === 0) throw new DialectError('the request says nothing', 'messages');
  trimLast(messages);
  if (isClaude(traits) && request.tools?.some(({ cache }) => cache)) markInstructions(messages);
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

/** Undefined if nothing is left: the service refuses thinking alone, or an empty text. */
function writeAssistant(message: AssistantMessage, notices: Set<string>): WireMessage | undefined {
  const [first] = message.parts;
  if (first?.type === 'text' && message.parts.length === 1)
    return first.text.trim() === '' ? undefined : { role: 'assistant', content: first.text };
  const text = joinTexts(message.parts);
  const calls = message.parts.filter((part) => part.type === 'tool-call');
  const thoughts = message.parts.filter((part) => part.type === 'reasoning' && !part.own) as ReasoningPart[];
  for (const part of message.parts)
    if (part.type === 'reasoning' && part.own) notices.add(toOwnNotice(part.own));
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

/** Adjacent texts are one piece; texts with something between them are paragraphs. */
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

/** `asked` is the caller's request, for paths in errors. */
export type Context = { asked: ChatRequest; request: ChatRequest; traits: ModelTraits; notices: Set<string> };

/** Paragraphs in one text. Blank ones are refused by Claude. */
function joinParagraphs(parts: readonly TextPart[]): string {
  return parts
    .map(({ text }) => text)
    .filter((text) => text.trim() !== '')
    .join('\n\n');
}

/** Plain text if possible, because all backends accept it. Undefined if nothing is left. */
function writeContent(message: UserMessage, context: Context): string | WirePart[] | undefined {
  const [first] = message.parts;
  if (first?.type === 'text' && message.parts.length === 1)
    return first.text.trim() === '' ? undefined : first.text;
  const parts = message.parts.flatMap((part): (TextPart | WireImage)[] => {
    if (part.type === 'text') return part.text.trim() === '' ? [] : [part];
    if (part.type === 'document') throw refuseDocument(part, context);
    return [writeImage(part)];
  });
  if (parts.length === 0) return undefined;
  const texts = parts.filter((part) => part.type === 'text');
  if (texts.length === parts.length) return joinParagraphs(texts);
  return parts.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : part));
}

function writeImage({ source }: ImagePart): WireImage {
  return { type: 'image_url', image_url: { url: toImageUrl(source) } };
}

function refuseDocument(document: DocumentPart, { asked, traits }: Context): DialectError {
  const index = asked.messages.findIndex(({ parts }) => (parts as unknown[]).includes(document));
  return new DialectError(
    `${traits.id} cannot be sent a document (${document.mediaType}) over /chat/completions: ` +
      'that needs a model with another endpoint (/v1/messages or /responses)',
    `messages.${index}`,
  );
}

type MarkField = Pick<WireMessage, 'copilot_cache_control'>;

/** A message is marked as a whole; there is no word for how long the mark holds. */
function toMarkField(message: Message, notices: Set<string>): MarkField {
  const marks = findMarks(message);
  if (marks === undefined) return {};
  if (marks.some(({ ttl }) => ttl !== undefined))
    notices.add('How long a part of the prompt stays cached is left to the service.');
  return { copilot_cache_control: { type: 'ephemeral' } };
}

/** Undefined for most messages, of which a long chat has a thousand. */
function findMarks(message: Message): CacheMark[] | undefined {
  let marks: CacheMark[] | undefined;
  const add = (mark: CacheMark | undefined): void => {
    if (mark) marks = [...(marks ?? []), mark];
  };
  for (const part of message.parts) if ('cache' in part) add(part.cache);
  if (message.role === 'tool') add(message.cache);
  return marks;
}

/** Only messages have marks here. The tools stand before the instructions, whose mark covers them, too. */
function markInstructions(messages: WireMessage[]): void {
  const last = messages[countLeading(messages, ({ role }) => role === 'system') - 1];
  if (last) last.copilot_cache_control ??= { type: 'ephemeral' };
}

/** The service takes four. The last ones cover the most. */
function limitMarks(messages: WireMessage[], notices: Set<string>): void {
  const marked = messages.filter(({ copilot_cache_control }) => copilot_cache_control !== undefined);
  const surplus = marked.slice(0, -maxMarks);
  for (const message of surplus) delete message.copilot_cache_control;
  if (surplus.length > 0) notices.add(`Only the last ${maxMarks} cache marks are kept.`);
}

type Thought = { text: string; opaque?: string };

type ReasoningFields = { reasoning_text?: string; reasoning_opaque?: string };

/** Joins a message's thinking. Seals cannot be merged, so the last one wins; `isWhole` is false if any was lost. */
export function mergeReasoning(thoughts: readonly Thought[]): { fields: ReasoningFields; isWhole: boolean } {
  const sealed = thoughts.filter(({ opaque }) => opaque !== undefined);
  const isWhole = sealed.length < 2;
  const kept = isWhole ? thoughts : sealed.slice(-1);
  const text = kept.map((thought) => thought.text).join('');
  const opaque = sealed.at(-1)?.opaque;
  const fields = {
    ...(text === '' ? {} : { reasoning_text: text }),
    ...(opaque === undefined ? {} : { reasoning_opaque: opaque }),
  };
  return { fields, isWhole };
}

/** A message as sent, with Copilot's own fields beside OpenAI's. */
export type WireMessage = {
  role: 'system' | 'user' | 'assistant' | 'tool';
  /** Null beside tool calls alone: Claude refuses an empty text. */
  content: string | WirePart[] | null;
  reasoning_text?: string;
  reasoning_opaque?: string;
  tool_calls?: WireToolCall[];
  tool_call_id?: string;
  copilot_cache_control?: { type: 'ephemeral' };
};

type WirePart = { type: 'text'; text: string } | WireImage;
type WireImage = { type: 'image_url'; image_url: { url: string } };

export type WireToolCall = {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
};
