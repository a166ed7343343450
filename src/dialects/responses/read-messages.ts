import { isObject, type JsonObject, toText } from '../../json-value.ts';
import { readList, readObject, readOptionalString, readString } from '../body.ts';
import {
  type AssistantMessage,
  createTextMessage,
  type DocumentPart,
  type ImagePart,
  type Message,
  type ReasoningPart,
  type TextPart,
  type ToolCallPart,
  type ToolMessage,
  type UserMessage,
} from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { parseDataUrl, readFailure } from '../openai-words.ts';
import { untitledDocument } from './write-messages.ts';

/** Text, or items. The assistant's items between two other messages become one message. */
export function readInput(value: unknown): Message[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [createTextMessage('user', value)];
  const history = createHistory();
  for (const [index, item] of readList(value, 'input').entries()) {
    const path = `input.${index}`;
    readItem(readObject(item, path), path, history);
  }
  return history.list();
}

function readItem(item: JsonObject, path: string, history: History): void {
  const type = item.type ?? 'message';
  if (type === 'message') addMessage(history, item, path);
  else if (type === 'reasoning') history.addAssistant(readReasoningItem(item, path));
  else if (type === 'function_call') history.addAssistant([readToolCall(item, path)]);
  else if (type === 'function_call_output') history.addResult(readResult(item, path));
  else if (type === 'item_reference')
    throw new DialectError('nothing is stored here: send the item itself', path);
  else throw new DialectError(`an item of the type "${type}" cannot be carried`, `${path}.type`);
}

function addMessage(history: History, { role, content }: JsonObject, path: string): void {
  const place = `${path}.content`;
  if (role === 'user') history.add({ role, parts: readUserContent(content, place) });
  // GPT's developer is the system of other models.
  else if (role === 'system' || role === 'developer')
    history.add({ role: 'system', parts: readSystemContent(content, place) });
  else if (role === 'assistant') history.addAssistant(readAssistantContent(content, place));
  else throw new DialectError('must be user, assistant, system or developer', `${path}.role`);
}

function readResult(item: JsonObject, path: string): ToolMessage {
  const callId = readString(item.call_id, `${path}.call_id`);
  return { role: 'tool', callId, ...readFailure(readToolOutput(item.output, `${path}.output`)) };
}

type History = {
  add(message: Message): void;
  addAssistant(parts: AssistantMessage['parts']): void;
  addResult(result: ToolMessage): void;
  list(): Message[];
};

/** Callers may put a message between a call and its output; ours stand side by side. */
function createHistory(): History {
  const entries: { message: Message; results: ToolMessage[] }[] = [];
  const callers = new Map<string, { results: ToolMessage[] }>();

  function add(message: Message): void {
    entries.push({ message, results: [] });
  }

  return {
    add,
    addAssistant(parts) {
      const last = entries.at(-1);
      if (last?.message.role === 'assistant' && last.results.length === 0)
        for (const part of parts) last.message.parts.push(part);
      else add({ role: 'assistant', parts: [...parts] });
      const entry = entries.at(-1);
      for (const part of parts) if (part.type === 'tool-call' && entry) callers.set(part.id, entry);
    },
    addResult(result) {
      const caller = callers.get(result.callId);
      if (caller) caller.results.push(result);
      else add(result);
    },
    list: () => entries.flatMap(({ message, results }) => [message, ...results]),
  };
}

/** A refusal is the model's text, too. */
function readAssistantContent(content: unknown, path: string): TextPart[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return readList(content, path).map((value, index) => {
    const place = `${path}.${index}`;
    const part = readObject(value, place);
    if (part.type === 'refusal') return { type: 'text', text: readString(part.refusal, `${place}.refusal`) };
    if (part.type === 'output_text' || part.type === 'input_text' || part.type === 'text')
      return { type: 'text', text: readString(part.text, `${place}.text`) };
    throw new DialectError(`content of the type "${part.type}" cannot be carried`, `${place}.type`);
  });
}

function readToolCall(item: JsonObject, path: string): ToolCallPart {
  return {
    type: 'tool-call',
    id: readString(item.call_id, `${path}.call_id`),
    name: readString(item.name, `${path}.name`),
    arguments: readOptionalString(item.arguments, `${path}.arguments`) || '{}',
  };
}

/** Nothing if the thinking is neither shown nor sealed. */
function readReasoningItem(item: JsonObject, path: string): AssistantMessage['parts'] {
  const text = toSummaryText(item);
  const opaque = readOptionalString(item.encrypted_content, `${path}.encrypted_content`);
  if (text === '' && !opaque) return [];
  const part: ReasoningPart = { type: 'reasoning', text };
  return [opaque ? { ...part, opaque } : part];
}

/** The summary as one text, or the thinking itself if the model shows it. */
export function toSummaryText({ summary, content }: JsonObject): string {
  return joinTexts(summary) || joinTexts(content);
}

function joinTexts(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts.flatMap((part) => (isObject(part) ? (toText(part.text) ?? []) : [])).join('\n\n');
}

type Part = TextPart | ImagePart | DocumentPart;

function readUserContent(content: unknown, path: string): UserMessage['parts'] {
  return readParts(content, path);
}

function readSystemContent(content: unknown, path: string): TextPart[] {
  return readParts(content, path).map((part, index) => {
    if (part.type === 'text') return part;
    throw new DialectError('must be text', `${path}.${index}`);
  });
}

/** Text, or a list of texts and images. */
function readToolOutput(output: unknown, path: string): ToolMessage['parts'] {
  return readParts(output, path).map((part, index) => {
    if (part.type !== 'document') return part;
    throw new DialectError('a file cannot be carried in the output of a tool', `${path}.${index}`);
  });
}

function readParts(content: unknown, path: string): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return readList(content, path).map((part, index) => {
    const place = `${path}.${index}`;
    return readPart(readObject(part, place), place);
  });
}

function readPart(part: JsonObject, path: string): Part {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: readString(part.text, `${path}.text`) };
    case 'input_image':
      return readImage(part, path);
    case 'input_file':
      return readDocument(part, path);
    default:
      throw new DialectError(`content of the type "${part.type}" cannot be carried`, `${path}.type`);
  }
}

function readImage(part: JsonObject, path: string): ImagePart {
  const url = readOptionalString(part.image_url, `${path}.image_url`);
  if (url === undefined)
    throw new DialectError('an image must be an image_url: no files are kept here', path);
  return { type: 'image', source: parseDataUrl(url) ?? { url } };
}

function readDocument(part: JsonObject, path: string): DocumentPart {
  const file = parseDataUrl(readOptionalString(part.file_data, `${path}.file_data`) ?? '');
  if (file === undefined)
    throw new DialectError('a file must be a data URL in file_data: no files are kept or fetched here', path);
  const title = readOptionalString(part.filename, `${path}.filename`);
  const document: DocumentPart = { type: 'document', ...file };
  return title === undefined || title === untitledDocument ? document : { ...document, title };
}
