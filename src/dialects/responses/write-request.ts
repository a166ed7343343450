import { isObject, type JsonObject, toObject, toTexts } from '../../json-value.ts';
import { compact, toLeftOutNotice, withFields } from '../body.ts';
import { indexTools, toFlatName } from '../caller-tools.ts';
import type { ChatRequest, ResponseFormat, ToolDefinition } from '../chat-request.ts';
import type { Upstream, WireRequest } from '../dialect.ts';
import { dialectPaths } from '../dialect-paths.ts';
import { fitRequest } from '../fit/fit-request.ts';
import type { ModelTraits } from '../model-traits.ts';
import { toUserField } from '../openai-words.ts';
import { encryptedReasoning, minOutputNotice, minOutputTokens, refusedFields } from './accepted.ts';
import { createReplyReader, readReply } from './read-reply.ts';
import { toWireName, writeInput } from './write-messages.ts';

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

/** `/responses`: for newer GPT models, Grok and others; for some the only endpoint. */
export const responsesUpstream: Upstream = {
  name: 'responses',
  path: dialectPaths.responses,
  writeRequest,
  createReplyReader,
  readReply,
};
