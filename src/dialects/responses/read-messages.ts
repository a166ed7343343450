import { formatJson, isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import { readList, readObject, readOptionalString, readString } from '../body.ts';
import { markMessage, readMark } from '../cache-marks.ts';
import { toCustomArguments, toFlatName, toLeftOutTypes } from '../caller-tools.ts';
import {
  type AssistantMessage,
  createTextMessage,
  type DocumentPart,
  type ImagePart,
  type Message,
  type ReasoningPart,
  type TextPart,
  type ToolMessage,
} from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { parseDataUrl, readFailure } from '../openai-words.ts';
import { toSummaryText } from './read-output.ts';
import type { ToolReader } from './read-tools.ts';
import { untitledDocument } from './write-request.ts';

/** Text, or items. The assistant's items between two other messages become one message. Tools that stand among them are added to `tools`. */
export function readInput(value: unknown, { tools, notices }: InputContext): Message[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [createTextMessage('user', value)];
  const history = createHistory();
  for (const [index, item] of readList(value, 'input').entries()) {
    const path = `input.${index}`;
    readItem(readObject(item, path), path, { history, tools, notices });
  }
  return history.list();
}

type InputContext = { tools: ToolReader; notices: Set<string> };

type ItemContext = InputContext & { history: History };

function readItem(item: JsonObject, path: string, context: ItemContext): void {
  const { history, tools } = context;
  switch (item.type ?? 'message') {
    case 'message':
      addMessage(item, path, context);
      break;
    case 'reasoning':
      history.addAssistant(readReasoningItem(item, path));
      break;
    case 'function_call':
    case 'custom_tool_call':
    case 'local_shell_call':
    case 'tool_search_call':
      addCall(item, path, context);
      break;
    case 'function_call_output':
    case 'custom_tool_call_output':
    case 'local_shell_call_output':
      addResult(item, path, context);
      break;
    case 'tool_search_output':
      addSearchResult(item, path, context);
      break;
    case 'agent_message':
      addAgentMessage(item, path, context);
      break;
    case 'additional_tools':
      tools.add(item.tools, `${path}.tools`);
      break;
    case 'item_reference':
      throw new DialectError('nothing is stored here: send the item itself', path);
    default:
      history.addAssistant([createOwnPart(item)]);
  }
}

function createOwnPart(item: JsonObject): ReasoningPart {
  return { type: 'reasoning', text: '', own: { dialect: 'responses', item } };
}

function addMessage(item: JsonObject, path: string, { history, notices }: ItemContext): void {
  const { role, content } = item;
  const place = `${path}.content`;
  const { cache } = readMark(item, path);
  if (role === 'user') history.add(markMessage({ role, parts: readParts(content, place, notices) }, cache));
  // GPT's developer is the system of other models.
  else if (role === 'system' || role === 'developer')
    history.add(markMessage({ role: 'system', parts: readTexts(content, place, notices) }, cache));
  else if (role === 'assistant') {
    const message: AssistantMessage = { role, parts: readTexts(content, place, notices) };
    history.addAssistant(markMessage(message, cache).parts);
  } else throw new DialectError('must be user, assistant, system or developer', `${path}.role`);
}

/** What another agent of Codex tells this one. No other dialect has a word for it, so it is said as the user's. */
function addAgentMessage(item: JsonObject, path: string, { history, notices }: ItemContext): void {
  const from: TextPart = {
    type: 'text',
    text: `Message from the agent ${toText(item.author) ?? 'unknown'}:`,
  };
  const parts = readParts(item.content, `${path}.content`, notices);
  if (parts.length > 0) history.add({ role: 'user', parts: [from, ...parts] });
}

function addCall(item: JsonObject, path: string, { history, tools }: ItemContext): void {
  // A search that Copilot ran is over.
  if (item.type === 'tool_search_call' && item.execution === 'server') {
    history.addAssistant([createOwnPart(item)]);
    return;
  }
  const called = readCalled(item, path);
  const name = tools.toName(item.namespace, called.name);
  const id = readString(item.call_id ?? item.id, `${path}.call_id`);
  history.addAssistant([
    { type: 'tool-call', id, name, arguments: called.arguments, ...readMark(item, path) },
  ]);
}

function readCalled(item: JsonObject, path: string): { name: string; arguments: string } {
  switch (item.type) {
    case 'custom_tool_call': {
      const input = readOptionalString(item.input, `${path}.input`) ?? '';
      return { name: readString(item.name, `${path}.name`), arguments: toCustomArguments(input) };
    }
    case 'local_shell_call': {
      const { type: _, ...action } = toObject(item.action);
      return { name: 'local_shell', arguments: formatJson(action) ?? '{}' };
    }
    case 'tool_search_call':
      return { name: 'tool_search', arguments: formatJson(toObject(item.arguments)) ?? '{}' };
    default:
      return {
        name: readString(item.name, `${path}.name`),
        arguments: readOptionalString(item.arguments, `${path}.arguments`) || '{}',
      };
  }
}

/** Files in the output of a tool follow it as the user's, as no other dialect has them there. */
function addResult(item: JsonObject, path: string, { history, notices }: ItemContext): void {
  const callId = readString(item.call_id ?? item.id, `${path}.call_id`);
  const parts = readParts(item.output, `${path}.output`, notices);
  const documents = parts.filter((part) => part.type === 'document');
  const shown = parts.filter((part) => part.type !== 'document');
  history.addResult({ role: 'tool', callId, ...readFailure(shown), ...readMark(item, path) });
  if (documents.length > 0) history.add({ role: 'user', parts: documents });
}

/** What a search has found can be called from here on. */
function addSearchResult(item: JsonObject, path: string, { history, tools }: ItemContext): void {
  if (item.execution === 'server') {
    history.addAssistant([createOwnPart(item)]);
    return;
  }
  const found = readList(item.tools ?? [], `${path}.tools`).filter(isObject);
  tools.add(found, `${path}.tools`, { isFound: true });
  const callId = readString(item.call_id ?? item.id, `${path}.call_id`);
  const text =
    found.length === 0 ? 'No tools were found.' : `Tools that can be called now: ${nameTools(found)}`;
  history.addResult({ role: 'tool', callId, parts: [{ type: 'text', text }], isError: false, found });
}

function nameTools(found: readonly JsonObject[]): string {
  const names = found.flatMap(({ type, name, tools }) => {
    if (type !== 'namespace' || !Array.isArray(tools)) return [String(name)];
    return tools.filter(isObject).map((tool) => toFlatName(String(name), String(tool.name)));
  });
  return names.join(', ');
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

/** Nothing if the thinking is neither shown nor sealed. */
function readReasoningItem(item: JsonObject, path: string): AssistantMessage['parts'] {
  const text = toSummaryText(item);
  const opaque = readOptionalString(item.encrypted_content, `${path}.encrypted_content`);
  if (text === '' && !opaque) return [];
  const part: ReasoningPart = { type: 'reasoning', text };
  return [opaque ? { ...part, opaque } : part];
}

type Part = TextPart | ImagePart | DocumentPart;

/** The texts of a `content` that has nothing else. A refusal is the model's text, too. */
function readTexts(content: unknown, path: string, notices: Set<string>): TextPart[] {
  return readParts(content, path, notices).flatMap((part) => {
    if (part.type === 'text') return [part];
    notices.add(`Left out of a message that has text only: ${part.type}.`);
    return [];
  });
}

function readParts(content: unknown, path: string, notices: Set<string>): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return readList(content, path).flatMap((part, index) => {
    const place = `${path}.${index}`;
    const given = readObject(part, place);
    const read = readPart(given, place, notices);
    return Array.isArray(read) ? read : { ...read, ...readMark(given, place) };
  });
}

function readPart(part: JsonObject, path: string, notices: Set<string>): Part | [] {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
    case 'reasoning_text':
      return { type: 'text', text: readString(part.text, `${path}.text`) };
    case 'refusal':
      return { type: 'text', text: readString(part.refusal, `${path}.refusal`) };
    case 'input_image':
      return readImage(part, path);
    case 'input_file':
      return readDocument(part, path);
    default:
      notices.add(toLeftOutTypes(part.type));
      return [];
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
