import { type JsonObject, parseJson, toObject } from '../../json-value.ts';
import { toOwnNotice, withFields } from '../body.ts';
import { indexTools, toCustomInput } from '../caller-tools.ts';
import type {
  AssistantMessage,
  ChatRequest,
  DocumentPart,
  ImagePart,
  Message,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolDefinition,
  ToolMessage,
} from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { toDataUrl, toFailureText, toImageUrl } from '../openai-words.ts';

type EncodedInput = {
  items: JsonObject[];
  /** Images or documents are among them, which must be announced in a header. */
  hasMedia: boolean;
};

/** Messages to input items without ids: an id is valid only on the connection that issued it. This dialect has no field for cache marks. */
export function writeInput({ messages, tools }: ChatRequest, notices: Set<string>): EncodedInput {
  const items: JsonObject[] = [];
  let toolImages: JsonObject[] = [];
  const known = indexTools(tools);
  /** The tools that were called, by the ids of their calls. */
  const called = new Map<string, ToolDefinition>();

  for (const message of messages) {
    if (message.role === 'tool') {
      items.push(writeToolOutput(message, called.get(message.callId)));
      toolImages.push(...writeToolImages(message));
      continue;
    }
    if (toolImages.length > 0) items.push({ role: 'user', content: toolImages });
    toolImages = [];
    if (message.role === 'assistant') {
      for (const part of message.parts) {
        const tool = part.type === 'tool-call' ? known.get(part.name) : undefined;
        if (part.type === 'tool-call' && tool) called.set(part.id, tool);
        if (part.type === 'reasoning' && part.own && part.own.dialect !== 'responses')
          notices.add(toOwnNotice(part.own));
      }
      items.push(...writeAssistantItems(message, known));
    } else if (message.role === 'system')
      items.push({ role: 'system', content: message.parts.map(writeInputText) });
    else items.push({ role: 'user', content: message.parts.map(writeUserPart) });
  }
  if (toolImages.length > 0) items.push({ role: 'user', content: toolImages });
  if (items.length === 0) throw new DialectError('there is nothing to send', 'messages');
  return { items, hasMedia: messages.some(hasMedia) };
}

/** An output is text without a failure field, so the text itself reports the failure. */
function writeToolOutput(
  { callId, parts, isError, found }: ToolMessage,
  tool: ToolDefinition | undefined,
): JsonObject {
  const isSearch = found !== undefined || tool?.form?.type === 'tool_search';
  if (isSearch) {
    const ended = { call_id: callId, status: 'completed', execution: 'client' };
    return { type: 'tool_search_output', ...ended, tools: found ?? [] };
  }
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  const type = tool?.form?.type === 'custom' ? 'custom_tool_call_output' : 'function_call_output';
  return { type, call_id: callId, output: isError ? toFailureText(text) : text };
}

/** Tool images follow the outputs in a user message that names their call. */
function writeToolImages({ callId, parts }: ToolMessage): JsonObject[] {
  const images = parts.filter((part) => part.type === 'image');
  if (images.length === 0) return [];
  const label = { type: 'input_text', text: `Images in the output of call ${callId}:` };
  return [label, ...images.map(writeUserPart)];
}

function hasMedia({ parts }: Message): boolean {
  return parts.some(({ type }) => type === 'image' || type === 'document');
}

/** One message of ours is several items there, in the same order; texts side by side share one. */
function writeAssistantItems(
  { parts }: AssistantMessage,
  tools: ReadonlyMap<string, ToolDefinition>,
): JsonObject[] {
  const items: JsonObject[] = [];
  let texts: JsonObject[] | undefined;
  for (const part of parts) {
    if (part.type === 'text') {
      if (texts === undefined) {
        texts = [];
        items.push(createMessageItem(texts));
      }
      texts.push(writeOutputText(part));
      continue;
    }
    const item = writeItem(part, tools);
    if (item === undefined) continue;
    items.push(item);
    texts = undefined;
  }
  return items;
}

function writeItem(
  part: Exclude<AssistantMessage['parts'][number], TextPart>,
  tools: ReadonlyMap<string, ToolDefinition>,
): JsonObject | undefined {
  switch (part.type) {
    case 'tool-call':
      return writeToolCall(part, tools.get(part.name));
    case 'reasoning':
      return writeReasoningItem(part);
  }
}

function createMessageItem(content: JsonObject[]): JsonObject {
  return { type: 'message', role: 'assistant', status: 'completed', content };
}

function writeOutputText({ text }: TextPart): JsonObject {
  return { type: 'output_text', text, annotations: [] };
}

function writeToolCall(
  { id, name, arguments: text }: ToolCallPart,
  tool: ToolDefinition | undefined,
): JsonObject {
  const named = { call_id: id, ...toWireName(tool ?? { name }) };
  if (tool?.form?.type === 'custom')
    return { type: 'custom_tool_call', ...named, input: toCustomInput(text) };
  if (tool?.form?.type === 'tool_search') {
    const call = { call_id: id, status: 'completed', execution: 'client' };
    return { type: 'tool_search_call', ...call, arguments: toObject(parseJson(text)) };
  }
  return { type: 'function_call', ...named, arguments: text || '{}' };
}

/** A tool of a namespace has two names. */
export function toWireName({ name, namespace }: Pick<ToolDefinition, 'name' | 'namespace'>): {
  namespace?: string;
  name: string;
} {
  return namespace ? { namespace: namespace.name, name: namespace.member } : { name };
}

/** Thinking without its encrypted form is refused, and so is `content` in it. */
function writeReasoningItem({ text, opaque, own }: ReasoningPart): JsonObject | undefined {
  // An id is valid only on the connection that issued it.
  if (own) return own.dialect === 'responses' ? withFields(own.item, { id: undefined }) : undefined;
  if (opaque === undefined || opaque === '') return undefined;
  const summary = text === '' ? [] : [{ type: 'summary_text', text }];
  return { type: 'reasoning', summary, encrypted_content: opaque };
}

/** The name for untitled documents: the service requires one. */
export const untitledDocument = 'document.pdf';

function writeInputText({ text }: TextPart): JsonObject {
  return { type: 'input_text', text };
}

function writeUserPart(part: TextPart | ImagePart | DocumentPart): JsonObject {
  if (part.type === 'text') return writeInputText(part);
  if (part.type === 'image') return writeImage(part);
  const file_data = toDataUrl(part.mediaType, part.data);
  return { type: 'input_file', filename: part.title ?? untitledDocument, file_data };
}

function writeImage({ source }: ImagePart): JsonObject {
  return { type: 'input_image', image_url: toImageUrl(source), detail: 'auto' };
}
