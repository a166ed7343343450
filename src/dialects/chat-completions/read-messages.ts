import { isObject, type JsonObject } from '../../json-value.ts';
import { compact, readList, readObject, readOptionalString, readString } from '../body.ts';
import { markMessage, readMark } from '../cache-marks.ts';
import { toCustomArguments, toLeftOutTypes } from '../caller-tools.ts';
import type {
  AssistantMessage,
  DocumentPart,
  ImagePart,
  Message,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolMessage,
} from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { parseDataUrl, readFailure } from '../openai-words.ts';

export function readMessages(value: unknown, path: string, notices: Set<string>): Message[] {
  return readList(value, path).flatMap((item, index) => {
    const place = `${path}.${index}`;
    const message = readObject(item, place);
    const { cache } = readMark(message, place);
    return readMessage(message, place, notices).map((read) => markMessage(read, cache));
  });
}

function readMessage(message: JsonObject, path: string, notices: Set<string>): Message[] {
  const { content } = message;
  switch (readOptionalString(message.role, `${path}.role`) ?? message.type) {
    case 'system':
    case 'developer':
      return [{ role: 'system', parts: readTexts(content, `${path}.content`, notices) }];
    case 'user':
      return [{ role: 'user', parts: readContent(content, `${path}.content`, notices) }];
    case 'assistant':
      return [readAssistant(message, path, notices)];
    case 'tool':
      return readResult(
        message.tool_call_id,
        content,
        { id: `${path}.tool_call_id`, content: `${path}.content` },
        notices,
      );
    // Cursor's history may have calls and results as items of the Responses API.
    case 'function_call':
      return [{ role: 'assistant', parts: [readCall(message.call_id, message, `${path}.call_id`, path)] }];
    case 'custom_tool_call':
      return [
        { role: 'assistant', parts: [readCustomCall(message.call_id, message, `${path}.call_id`, path)] },
      ];
    case 'function_call_output':
    case 'custom_tool_call_output':
      return readResult(
        message.call_id,
        message.output,
        { id: `${path}.call_id`, content: `${path}.output` },
        notices,
      );
    default:
      if (message.role === undefined && typeof message.type === 'string') {
        notices.add(toLeftOutTypes(message.type));
        return [];
      }
      throw new DialectError('must be system, developer, user, assistant or tool', `${path}.role`);
  }
}

/** In a model's order: thinking, text, calls. */
function readAssistant(message: JsonObject, path: string, notices: Set<string>): AssistantMessage {
  const texts = readTexts(message.content, `${path}.content`, notices);
  const refusal = readOptionalString(message.refusal, `${path}.refusal`);
  const calls = readList(message.tool_calls ?? [], `${path}.tool_calls`);
  if (message.function_call !== undefined && message.function_call !== null) {
    throw new DialectError('is not supported: tool_calls took its place', `${path}.function_call`);
  }
  return {
    role: 'assistant',
    parts: [
      ...readThinking(message, path),
      ...texts,
      ...(refusal ? [{ type: 'text' as const, text: refusal }] : []),
      ...calls.map((call, index) => readToolCall(call, `${path}.tool_calls.${index}`)),
    ],
  };
}

function readThinking(message: JsonObject, path: string): ReasoningPart[] {
  const text = readOptionalString(message.reasoning_text, `${path}.reasoning_text`) ?? '';
  const opaque = readOptionalString(message.reasoning_opaque, `${path}.reasoning_opaque`) || undefined;
  if (text === '' && opaque === undefined) return [];
  return [compact({ type: 'reasoning' as const, text, opaque })];
}

function readToolCall(value: unknown, path: string): ToolCallPart {
  const call = readObject(value, path);
  if (isObject(call.custom)) return readCustomCall(call.id, call.custom, `${path}.id`, `${path}.custom`);
  const place = `${path}.function`;
  return readCall(call.id, readObject(call.function, place), `${path}.id`, place);
}

function readCall(id: unknown, called: JsonObject, idPath: string, path: string): ToolCallPart {
  return {
    type: 'tool-call',
    id: readString(id, idPath),
    name: readString(called.name, `${path}.name`),
    arguments: readOptionalString(called.arguments, `${path}.arguments`) || '{}',
  };
}

function readCustomCall(id: unknown, called: JsonObject, idPath: string, path: string): ToolCallPart {
  return {
    type: 'tool-call',
    id: readString(id, idPath),
    name: readString(called.name, `${path}.name`),
    arguments: toCustomArguments(readOptionalString(called.input, `${path}.input`) ?? ''),
  };
}

/** Files in the result of a tool follow it as the user's, as no other dialect has them there. */
function readResult(
  id: unknown,
  content: unknown,
  paths: { id: string; content: string },
  notices: Set<string>,
): Message[] {
  const parts = readContent(content, paths.content, notices);
  const documents = parts.filter((part) => part.type === 'document');
  const shown = parts.filter((part) => part.type !== 'document');
  const result: ToolMessage = { role: 'tool', callId: readString(id, paths.id), ...readFailure(shown) };
  return documents.length === 0 ? [result] : [result, { role: 'user', parts: documents }];
}

type ContentPart = TextPart | ImagePart | DocumentPart;

/** A `content`: a text, a list of parts, or null; an empty text has no parts. */
function readContent(content: unknown, path: string, notices: Set<string>): ContentPart[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return readList(content, path).flatMap((part, index) => {
    const place = `${path}.${index}`;
    const read = readPart(part, place, notices);
    return isObject(part) && !Array.isArray(read) ? { ...read, ...readMark(part, place) } : read;
  });
}

/** The texts of a `content` that has nothing else. */
function readTexts(content: unknown, path: string, notices: Set<string>): TextPart[] {
  return readContent(content, path, notices).flatMap((part) => {
    if (part.type === 'text') return [part];
    notices.add(`Left out of a message that has text only: ${part.type}.`);
    return [];
  });
}

/** Cursor names its parts as in the Responses API. */
function readPart(value: unknown, path: string, notices: Set<string>): ContentPart | [] {
  if (typeof value === 'string') return { type: 'text', text: value };
  const part = readObject(value, path);
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return { type: 'text', text: readString(part.text, `${path}.text`) };
    case 'refusal':
      return { type: 'text', text: readString(part.refusal, `${path}.refusal`) };
    case 'image_url':
    case 'input_image':
      return readImage(part.image_url, `${path}.image_url`);
    case 'file':
      return readFile(readObject(part.file, `${path}.file`), `${path}.file`);
    case 'input_file':
      return readFile(part, path);
    default:
      notices.add(toLeftOutTypes(part.type));
      return [];
  }
}

function readImage(value: unknown, path: string): ImagePart {
  const url = isObject(value) ? readString(value.url, `${path}.url`) : readString(value, path);
  return { type: 'image', source: parseDataUrl(url) ?? { url } };
}

function readFile(file: JsonObject, path: string): DocumentPart {
  const data = parseDataUrl(readString(file.file_data, `${path}.file_data`));
  if (!data) throw new DialectError('must be a data URL in base64', `${path}.file_data`);
  return compact({
    type: 'document' as const,
    ...data,
    title: readOptionalString(file.filename, `${path}.filename`),
  });
}
