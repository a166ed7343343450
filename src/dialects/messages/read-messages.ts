import { formatJson, type JsonObject, toText } from '../../json-value.ts';
import { compact, readList, readObject, readOptionalFlag, readOptionalString, readString } from '../body.ts';
import { markMessage, readMark } from '../cache-marks.ts';
import { toLeftOutTypes } from '../caller-tools.ts';
import type {
  AssistantMessage,
  DocumentPart,
  ImagePart,
  Message,
  TextPart,
  ToolMessage,
  UserMessage,
} from '../chat-request.ts';
import { DialectError } from '../dialect.ts';

/** A line of Claude Code about itself and its billing. It differs between conversations, and in older versions between requests, and so spoils the cache. */
export const billingPrefix = 'x-anthropic-billing-header';

/** The `system` field, or a message of that role. */
export function readSystem(content: unknown, path: string, notices: Set<string>): Message[] {
  if (content === undefined || content === null) return [];
  const parts = readBlocks(content, path)
    .flatMap((block, index): TextPart | [] => {
      if (block.type === 'text') return readText(block, `${path}.${index}`);
      notices.add(toLeftOutTypes(block.type));
      return [];
    })
    .filter(({ text }) => !text.startsWith(billingPrefix));
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

/** One message of a caller's; the results of tools that stand in it become messages of their own. */
export function readMessage(value: unknown, path: string, notices: Set<string>): Message[] {
  const message = readObject(value, path);
  const { cache } = readMark(message, path);
  return readTurn(message, path, notices).map((part, index, all) =>
    index === all.length - 1 ? markMessage(part, cache) : part,
  );
}

function readTurn({ role, content }: JsonObject, path: string, notices: Set<string>): Message[] {
  switch (role) {
    case 'system':
      return readSystem(content, `${path}.content`, notices);
    case 'assistant':
      return [{ role, parts: mapBlocks(content, `${path}.content`, readAssistantPart) }];
    case 'user':
      return readUser(content, `${path}.content`, notices);
    default:
      throw new DialectError('must be user or assistant', `${path}.role`);
  }
}

function readUser(content: unknown, path: string, notices: Set<string>): Message[] {
  const results: Message[] = [];
  const parts: UserMessage['parts'] = [];
  mapBlocks(content, path, (block, place) => {
    if (block.type !== 'tool_result') {
      parts.push(...[readUserPart(block, place, notices)].flat());
      return;
    }
    const { message, documents } = readToolResult(block, place, notices);
    results.push(message);
    parts.push(...documents);
  });
  return parts.length === 0 ? results : [...results, { role: 'user', parts }];
}

function mapBlocks<T>(
  content: unknown,
  path: string,
  decode: (block: Record<string, unknown>, path: string) => T,
): T[] {
  const isPlain = typeof content === 'string';
  return readBlocks(content, path).map((block, index) => decode(block, isPlain ? path : `${path}.${index}`));
}

type AssistantPart = AssistantMessage['parts'][number];

function readAssistantPart(block: JsonObject, path: string): AssistantPart {
  switch (block.type) {
    case 'text':
      return readText(block, path);
    case 'thinking': {
      const text = readString(block.thinking, `${path}.thinking`);
      const opaque = readOptionalString(block.signature, `${path}.signature`) || undefined;
      return compact({ type: 'reasoning' as const, text, opaque });
    }
    case 'redacted_thinking':
      return { type: 'reasoning', text: '', opaque: readString(block.data, `${path}.data`), redacted: true };
    case 'tool_use':
      return readCall(block, path);
    // What Claude's own tools did, and whatever else may come to exist.
    default:
      return { type: 'reasoning', text: '', own: { dialect: 'messages', item: block } };
  }
}

function readInput(value: unknown, path: string): string {
  const text = formatJson(readObject(value ?? {}, path));
  if (text === undefined) throw new DialectError('is nested too deeply', path);
  return text;
}

function readCall(block: JsonObject, path: string): AssistantPart {
  return {
    type: 'tool-call',
    id: readString(block.id, `${path}.id`),
    name: readString(block.name, `${path}.name`),
    arguments: readInput(block.input, `${path}.input`),
    ...readMark(block, path),
  };
}

/** A tool's result, and the documents in it, which no other dialect has there: they follow it as the user's. */
function readToolResult(
  block: JsonObject,
  path: string,
  notices: Set<string>,
): { message: ToolMessage; documents: DocumentPart[] } {
  const { content } = block;
  const blocks = content === undefined || content === null ? [] : readBlocks(content, `${path}.content`);
  const parts: ToolMessage['parts'] = [];
  const documents: DocumentPart[] = [];
  for (const [index, inner] of blocks.entries()) {
    for (const part of [readResultPart(inner, `${path}.content.${index}`, notices)].flat()) {
      if (part.type === 'document') documents.push(part);
      else parts.push(part);
    }
  }
  const message: ToolMessage = {
    role: 'tool',
    callId: readString(block.tool_use_id, `${path}.tool_use_id`),
    parts,
    isError: readOptionalFlag(block.is_error, `${path}.is_error`) ?? false,
    ...readMark(block, path),
  };
  return { message, documents };
}

/** A `tool_reference` answers a search for tools, whose definitions come with every request anyway. */
function readResultPart(block: JsonObject, path: string, notices: Set<string>): UserPart | [] {
  if (block.type !== 'tool_reference') return readUserPart(block, path, notices);
  return { type: 'text', text: readString(block.tool_name, `${path}.tool_name`) };
}

/** The blocks of a `content`, which may be a plain text. */
function readBlocks(content: unknown, path: string): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return readList(content, path).map((block, index) => readObject(block, `${path}.${index}`));
}

function readText(block: JsonObject, path: string): TextPart {
  return {
    type: 'text',
    text: readString(block.text, `${path}.text`),
    ...readMark(block, path),
  };
}

type UserPart = TextPart | ImagePart | DocumentPart;

function readUserPart(block: JsonObject, path: string, notices: Set<string>): UserPart | [] {
  switch (block.type) {
    case 'text':
      return readText(block, path);
    case 'image':
      return readImage(block, path);
    case 'document':
      return readDocument(block, path);
    case 'search_result':
      return readSearchResult(block, path);
    default:
      notices.add(toLeftOutTypes(block.type));
      return [];
  }
}

/** Other dialects have no word for what a search of the caller found. */
function readSearchResult(block: JsonObject, path: string): TextPart {
  const content = readBlocks(block.content ?? [], `${path}.content`).flatMap(
    ({ text }) => toText(text) ?? [],
  );
  const head = [block.title, block.source].flatMap((value) => toText(value) ?? []);
  return { type: 'text', text: [...head, ...content].join('\n\n'), ...readMark(block, path) };
}

function readImage(block: JsonObject, path: string): ImagePart {
  const source = readObject(block.source, `${path}.source`);
  const mark = readMark(block, path);
  if (source.type === 'url')
    return { type: 'image', source: { url: readString(source.url, `${path}.source.url`) }, ...mark };
  if (source.type !== 'base64') throw refuseSource(source, path);
  const mediaType = readString(source.media_type, `${path}.source.media_type`);
  return {
    type: 'image',
    source: { mediaType, data: readString(source.data, `${path}.source.data`) },
    ...mark,
  };
}

function readDocument(block: JsonObject, path: string): DocumentPart {
  const source = readObject(block.source, `${path}.source`);
  if (source.type !== 'base64' && source.type !== 'text') throw refuseSource(source, path);
  const data = readString(source.data, `${path}.source.data`);
  const isText = source.type === 'text';
  return compact({
    type: 'document' as const,
    mediaType: isText ? 'text/plain' : readString(source.media_type, `${path}.source.media_type`),
    data: isText ? Buffer.from(data, 'utf8').toString('base64') : data,
    title: readOptionalString(block.title, `${path}.title`),
    ...readMark(block, path),
  });
}

function refuseSource({ type }: JsonObject, path: string): DialectError {
  return new DialectError(
    `a source of the type ${JSON.stringify(type) ?? 'unknown'} is not supported: the data must be in the request`,
    `${path}.source`,
  );
}
