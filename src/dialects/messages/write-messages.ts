import { isObject, parseJson } from '../../json-value.ts';
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
import { foldLateSystem } from '../late-system.ts';

type Conversation = { system: TextBlock[]; messages: Turn[] };

/** The messages of a request, in turns of the user and the assistant that end with the user's. */
export function writeConversation(request: ChatRequest, notices: Set<string>): Conversation {
  const folded = foldLateSystem(request.messages);
  const system = writeSystem(folded);
  const turns: Turn[] = [];
  for (const message of folded) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    addToTurn(turns, role, writeMessage(message, notices));
  }
  for (const { content } of turns) putResultsFirst(content);
  if (system.length === 0 && turns.length === 0)
    throw new DialectError('the request says nothing', 'messages');
  closeWithUser(turns, notices);
  return { system, messages: turns };
}

function writeSystem(messages: readonly Message[]): TextBlock[] {
  return messages
    .filter((message) => message.role === 'system')
    .flatMap(({ parts }) => parts.flatMap((part) => writeText(part) ?? []));
}

function addToTurn(turns: Turn[], role: Turn['role'], blocks: Block[]): void {
  if (blocks.length === 0) return;
  const last = turns.at(-1);
  if (last?.role !== role) turns.push({ role, content: blocks });
  else for (const block of blocks) last.content.push(block);
}

function putResultsFirst(content: Block[]): void {
  content.sort((one, other) => rankBlock(one) - rankBlock(other));
}

function rankBlock({ type }: Block): number {
  return type === 'tool_result' ? 0 : 1;
}

/** Newer models refuse to continue a given assistant turn, or a turn that ends in white space. */
function closeWithUser(turns: Turn[], notices: Set<string>): void {
  const last = turns.at(-1);
  if (last?.role === 'user') return;
  const text = last?.content.at(-1);
  if (text?.type === 'text') text.text = text.text.trimEnd();
  turns.push({ role: 'user', content: [{ type: 'text', text: 'Please continue.' }] });
  notices.add('The conversation did not end with the user, so "Please continue." was added.');
}

function writeMessage(message: Message, notices: Set<string>): Block[] {
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
    if (part.own?.dialect === 'messages') return part.own.item as Block;
    const block = writeThinking(part);
    if (part.own) notices.add(toOwnNotice(part.own));
    else if (!block) notices.add('Thinking of earlier turns that Claude did not sign is left out.');
    return block ?? [];
  });
}

function writeCall({ id, name, arguments: text, cache }: ToolCallPart): ToolUseBlock {
  return { type: 'tool_use', id, name, input: toToolInput(text), ...toCacheField(cache) };
}

/** Texts of nothing but white space are refused, so they are left out. */
function writeText({ text, cache }: TextPart): TextBlock | undefined {
  return /\S/.test(text) ? { type: 'text', text, ...toCacheField(cache) } : undefined;
}

function writeImage({ source, cache }: ImagePart): ImageBlock {
  return { type: 'image', source: writeImageSource(source), ...toCacheField(cache) };
}

function writeImageSource(source: ImagePart['source']): ImageBlock['source'] {
  if ('url' in source) return { type: 'url', url: source.url };
  return { type: 'base64', media_type: source.mediaType, data: source.data };
}

function writeDocument({ mediaType, data, title, cache }: DocumentPart): DocumentBlock {
  return {
    type: 'document',
    source: writeDocumentSource(mediaType, data),
    ...(title === undefined ? {} : { title }),
    ...toCacheField(cache),
  };
}

function writeDocumentSource(mediaType: string, data: string): DocumentBlock['source'] {
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data };
  if (mediaType !== 'text/plain') {
    throw new DialectError(
      `documents of the type ${mediaType} are not accepted: only PDF and plain text`,
      'messages',
    );
  }
  return { type: 'text', media_type: mediaType, data: Buffer.from(data, 'base64').toString('utf8') };
}

/** Undefined without a seal: the service refuses thinking that it did not sign. */
function writeThinking({ text, opaque, redacted }: ReasoningPart): Block | undefined {
  if (!opaque) return undefined;
  return redacted
    ? { type: 'redacted_thinking', data: opaque }
    : { type: 'thinking', thinking: text, signature: opaque };
}

/** A tool's result, and the parts to put behind the results: a failed result may hold text only. */
function writeToolResult({ callId, parts, isError, cache }: ToolMessage): [ToolResultBlock, ...ImageBlock[]] {
  const blocks = parts.flatMap((part) => writeResultPart(part) ?? []);
  const images = isError ? blocks.filter((block) => block.type === 'image') : [];
  const content = isError ? blocks.filter((block) => block.type === 'text') : blocks;
  if (isError && content.length === 0)
    content.push({ type: 'text', text: 'The tool failed and said nothing.' });
  const result: ToolResultBlock = {
    type: 'tool_result',
    tool_use_id: callId,
    ...(content.length === 0 ? {} : { content }),
    ...(isError ? { is_error: true } : {}),
    ...toCacheField(cache ?? parts.findLast((part) => part.cache)?.cache),
  };
  return [result, ...images];
}

/** Without its cache mark, which the service takes on the whole result alone. */
function writeResultPart(part: TextPart | ImagePart): TextBlock | ImageBlock | undefined {
  const { cache: _, ...unmarked } = part;
  return unmarked.type === 'text' ? writeText(unmarked) : writeImage(unmarked);
}

/** `scope`, which newer callers set, is refused whatever the betas say; it is never written. */
export function toCacheField(cache: CacheMark | undefined): { cache_control?: CacheControl } {
  if (!cache) return {};
  return { cache_control: { type: 'ephemeral', ...(cache.ttl === undefined ? {} : { ttl: cache.ttl }) } };
}

/** Removes all marks but the last four, in the service's reading order. A lost mark changes no answer. */
export function limitMarks({ tools = [], system = [], messages }: MessagesRequest): void {
  const blocks: object[] = [...tools, ...system, ...messages.flatMap(({ content }) => content)];
  const marked = blocks.filter((block): block is Markable => 'cache_control' in block);
  const surplus = marked.slice(0, -maxMarks);
  for (const block of surplus) delete block.cache_control;
}

/** A call's arguments as an object. Text that is not one, as after a stop in the middle, is kept as text inside it. */
export function toToolInput(text: string): object {
  if (text.trim() === '') return {};
  const input = parseJson(text);
  return isObject(input) ? input : { invalid_json: text };
}

/** The body of `POST /v1/messages`, as far as we write it. */
export type MessagesRequest = {
  model: string;
  max_tokens: number;
  stream: true;
  system?: TextBlock[];
  messages: Turn[];
  tools?: Tool[];
  tool_choice?: ToolChoiceField;
  thinking?: ThinkingField;
  output_config?: OutputConfig;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  stop_sequences?: string[];
  metadata?: { user_id: string };
};

export type Turn = { role: 'user' | 'assistant'; content: Block[] };

export type Block =
  | TextBlock
  | ImageBlock
  | DocumentBlock
  | ToolUseBlock
  | ToolResultBlock
  | ThinkingBlock
  | RedactedThinkingBlock;

type CacheControl = { type: 'ephemeral'; ttl?: string };

/** Blocks that may carry a mark: not thinking, and nothing inside a tool's result. */
type Markable = { cache_control?: CacheControl };

type TextBlock = Markable & { type: 'text'; text: string };
type ImageBlock = Markable & { type: 'image'; source: Base64Source | { type: 'url'; url: string } };
type DocumentBlock = Markable & {
  type: 'document';
  source: Base64Source | { type: 'text'; media_type: 'text/plain'; data: string };
  title?: string;
};
type ToolUseBlock = Markable & { type: 'tool_use'; id: string; name: string; input: object };
type ToolResultBlock = Markable & {
  type: 'tool_result';
  tool_use_id: string;
  content?: (TextBlock | ImageBlock)[];
  is_error?: true;
};
type ThinkingBlock = { type: 'thinking'; thinking: string; signature: string };
type RedactedThinkingBlock = { type: 'redacted_thinking'; data: string };

type Base64Source = { type: 'base64'; media_type: string; data: string };

export type Tool = Markable & {
  name: string;
  description?: string;
  input_schema: object;
  strict?: true;
};

export type ToolChoiceField =
  | { type: 'auto' | 'any' | 'none'; disable_parallel_tool_use?: true }
  | { type: 'tool'; name: string; disable_parallel_tool_use?: true };

export type ThinkingField =
  | { type: 'adaptive'; display?: 'summarized' }
  | { type: 'enabled'; budget_tokens: number };

export type OutputConfig = { effort?: string; format?: { type: 'json_schema'; schema: object } };
