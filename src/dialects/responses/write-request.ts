import { isObject, type JsonObject, parseJson, toObject, toTexts } from '../../json-value.ts';
import { compact, toLeftOutNotice, toOwnNotice, withFields } from '../body.ts';
import { indexTools, toCustomInput, toFlatName } from '../caller-tools.ts';
import type {
  AssistantMessage,
  ChatRequest,
  DocumentPart,
  ImagePart,
  Message,
  ReasoningPart,
  ResponseFormat,
  TextPart,
  ToolCallPart,
  ToolDefinition,
  ToolMessage,
} from '../chat-request.ts';
import { DialectError, type Upstream, type WireRequest } from '../dialect.ts';
import { dialectPaths } from '../dialect-paths.ts';
import { fitRequest } from '../fit/fit-request.ts';
import type { ModelTraits } from '../model-traits.ts';
import { toDataUrl, toFailureText, toImageUrl, toUserField } from '../openai-words.ts';
import { encryptedReasoning, minOutputNotice, minOutputTokens, refusedFields } from './accepted.ts';
import { createReplyReader, readReply } from './read-reply.ts';

/**
 * The body for `POST /responses`. Copilot stores nothing there: send the whole conversation, and request encrypted thinking to be able to
 * replay it. Throws DialectError for images given by URL.
 */
function writeRequest(asked: ChatRequest, traits: ModelTraits): WireRequest {
  const { request: fitted, notices, toolNames, isMended } = fitRequest(asked, traits);
  const request = withNamespaces(fitted, toolNames);
  const extras = writeExtras(request, notices);
  const input = writeInput(request, notices);
  noticeStop(request, notices);
  const body = compact({
    ...extras,
    model: request.model,
    input: input.items,
    ...writeTools(request, extras),
    reasoning: writeReasoning(request, extras, notices),
    text: writeText(request, extras),
    ...writeSampling(request, traits, notices),
    max_output_tokens: writeMaxOutputTokens(request, notices),
    user: toUserField(request.user),
    metadata: request.metadata,
    include: [...new Set([encryptedReasoning, ...toTexts(extras.include)])],
    store: false,
    stream: true,
  });
  return {
    body,
    headers: input.hasMedia ? { 'copilot-vision-request': 'true' } : {},
    notices: [...notices],
    toolNames,
    isMended,
  };
}

function writeExtras({ extras }: ChatRequest, notices: Set<string>): JsonObject {
  if (extras === undefined) return {};
  if (extras.dialect !== 'responses') {
    const names = Object.keys(extras.fields).join(', ');
    if (names !== '') notices.add(`Left out because only the dialect ${extras.dialect} has it: ${names}.`);
    return {};
  }
  const lost = Object.keys(extras.fields).filter((name) => refusedFields.has(name));
  if (lost.length > 0) notices.add(toLeftOutNotice(lost));
  return withFields(extras.fields, Object.fromEntries(lost.map((name) => [name, undefined])));
}

function writeReasoning(
  { reasoning = {} }: ChatRequest,
  extras: JsonObject,
  notices: Set<string>,
): JsonObject | undefined {
  const { effort, budget, summary } = reasoning;
  if (budget !== undefined) notices.add('The thinking budget is left out: /responses knows efforts only.');
  return omitEmpty({ ...toObject(extras.reasoning), effort, summary });
}

function writeText({ responseFormat }: ChatRequest, extras: JsonObject): JsonObject | undefined {
  const format = responseFormat && writeFormat(responseFormat);
  return omitEmpty({ ...toObject(extras.text), format });
}

function writeFormat(format: ResponseFormat): JsonObject {
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json') return { type: 'json_object' };
  const { name, schema, strict, description } = format;
  return compact({ type: 'json_schema', name, description, schema, strict });
}

/** Models that take an effort refuse temperature and top_p. */
function writeSampling(
  { sampling = {} }: ChatRequest,
  traits: ModelTraits,
  notices: Set<string>,
): JsonObject {
  const { temperature, topP, ...unknown } = sampling;
  const known = compact({ temperature, top_p: topP });
  const isReasoningModel = traits.efforts.length > 0;
  if (isReasoningModel) noticeNames(known, `${traits.id} takes no sampling`, notices);
  noticeNames(compact(unknown), '/responses has no such setting', notices);
  return isReasoningModel ? {} : known;
}

function noticeNames(settings: object, why: string, notices: Set<string>): void {
  const names = Object.keys(settings).join(', ');
  if (names !== '') notices.add(`Left out because ${why}: ${names}.`);
}

function writeMaxOutputTokens({ maxOutputTokens }: ChatRequest, notices: Set<string>): number | undefined {
  if (maxOutputTokens === undefined || maxOutputTokens >= minOutputTokens) return maxOutputTokens;
  notices.add(minOutputNotice);
  return minOutputTokens;
}

function noticeStop({ stop = [] }: ChatRequest, notices: Set<string>): void {
  if (stop.length > 0) notices.add('Stop sequences are left out: /responses has none.');
}

function omitEmpty(value: JsonObject): JsonObject | undefined {
  const rest = compact(value);
  return Object.keys(rest).length === 0 ? undefined : rest;
}

type ToolFields = {
  tools?: JsonObject[];
  tool_choice?: unknown;
  parallel_tool_calls?: boolean | undefined;
};

/**
 * The names of namespaces are kept here: a model is told both names of a tool. Only those that a function has already taken, and those that
 * the service refuses, go under one name.
 */
function withNamespaces(request: ChatRequest, toolNames: ReadonlyMap<string, string>): ChatRequest {
  const tools = request.tools?.map(({ namespace, ...tool }): ToolDefinition => {
    if (!namespace) return tool;
    const isKept =
      (toolNames.get(tool.name) ?? tool.name) === toFlatName(namespace.name, namespace.member) &&
      [namespace.name, namespace.member].every((name) => wireName.test(name));
    return isKept ? { ...tool, namespace } : tool;
  });
  return tools ? { ...request, tools } : request;
}

const wireName = /^[a-zA-Z0-9_-]{1,64}$/;

/** The tools that the service runs itself come along among the extras, and so does a choice of one of them. */
function writeTools(request: ChatRequest, extras: JsonObject): ToolFields {
  const { toolChoice, parallelToolCalls } = request;
  const listed = (request.tools ?? []).filter(({ isFound }) => !isFound);
  const served = Array.isArray(extras.tools) ? extras.tools.filter(isObject) : [];
  const tools = [...groupTools(listed), ...served];
  if (tools.length === 0) return {};
  return {
    tools,
    tool_choice: isObject(toolChoice)
      ? writeToolChoice(toolChoice.name, request.tools)
      : (extras.tool_choice ?? toolChoice),
    parallel_tool_calls: parallelToolCalls,
  };
}

function writeToolChoice(name: string, tools: readonly ToolDefinition[] | undefined): JsonObject {
  const tool = indexTools(tools).get(name);
  const type = tool?.form?.type === 'custom' ? 'custom' : 'function';
  return { type, ...toWireName(tool ?? { name }) };
}

/** A namespace stands where the first of its tools does. */
function groupTools(tools: readonly ToolDefinition[]): JsonObject[] {
  const groups = new Map<string, JsonObject[]>();
  const written: JsonObject[] = [];
  for (const tool of tools) {
    const { namespace } = tool;
    const group = namespace && groups.get(namespace.name);
    if (group) group.push(writeTool(tool));
    else if (!namespace) written.push(writeTool(tool));
    else {
      const members = [writeTool(tool)];
      groups.set(namespace.name, members);
      const { name, description } = namespace;
      written.push(compact({ type: 'namespace', name, description, tools: members }));
    }
  }
  return written;
}

/** `strict` is always sent: the service's default is true and refuses most schemas. */
function writeTool(tool: ToolDefinition): JsonObject {
  const { description, parameters, strict = false, form } = tool;
  const { name } = toWireName(tool);
  if (form?.type === 'tool_search') return form.wire;
  if (form?.type === 'custom') return { ...form.wire, name };
  return compact({ type: 'function', name, description, parameters, strict });
}

type EncodedInput = {
  items: JsonObject[];
  /** Images or documents are among them, which must be announced in a header. */
  hasMedia: boolean;
};

/** Messages to input items without ids: an id is valid only on the connection that issued it. This dialect has no field for cache marks. */
function writeInput({ messages, tools }: ChatRequest, notices: Set<string>): EncodedInput {
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

/** `/responses`: for newer GPT models, Grok and others; for some the only endpoint. */
export const responsesUpstream: Upstream = {
  name: 'responses',
  path: dialectPaths.responses,
  writeRequest,
  createReplyReader,
  readReply,
};
