import { compact, toLeftOutNotice } from '../body.ts';
import type { ChatRequest, ResponseFormat, ToolChoice, ToolDefinition } from '../chat-request.ts';
import type { Upstream, WireRequest } from '../dialect.ts';
import { dialectPaths } from '../dialect-paths.ts';
import { fitRequest } from '../fit/fit-request.ts';
import type { ModelTraits } from '../model-traits.ts';
import { toUserField } from '../openai-words.ts';
import { ownFields, toLimitField } from './accepted.ts';
import { createChatCompletionsReader, readChatCompletionsReply } from './read-reply.ts';
import { type Context, type WireMessage, writeMessages } from './write-messages.ts';

/**
 * The body for `POST /chat/completions`. Always a stream, because some models cut unstreamed replies to 16,000 tokens. `stream_options` is
 * left out: some models refuse it, and usage comes without it.
 */
function writeChatCompletionsRequest(asked: ChatRequest, traits: ModelTraits): WireRequest {
  const { request, notices, toolNames, isMended } = fitRequest(asked, traits);
  const context = { asked, request, traits, notices };
  const messages = writeMessages(context);
  const body = compact({
    ...writeExtras(context),
    model: request.model,
    messages,
    ...writeTools(context),
    ...writeOptions(context),
    stream: true,
  });
  return {
    body,
    headers: messages.some(hasImage) ? { 'copilot-vision-request': 'true' } : {},
    notices: [...notices],
    toolNames,
    isMended,
  };
}

function hasImage({ content }: WireMessage): boolean {
  return Array.isArray(content) && content.some(({ type }) => type === 'image_url');
}

/** All that bounds or shapes the reply. */
function writeOptions(context: Context): Record<string, unknown> {
  const { request, notices } = context;
  if (request.metadata) notices.add('Metadata is left out: Copilot takes none in this dialect.');
  return {
    [toLimitField(request.model)]: request.maxOutputTokens,
    stop: request.stop?.length ? request.stop : undefined,
    response_format: writeFormat(request),
    // No summary field: this endpoint always shows thinking.
    reasoning_effort: request.reasoning?.effort,
    thinking_budget: chooseBudget(context),
    ...writeSampling(context),
    user: toUserField(request.user),
  };
}

/** Plain text is the default. */
function writeFormat({ responseFormat: format }: ChatRequest): object | undefined {
  if (!format || format.type === 'text') return undefined;
  return format.type === 'json' ? { type: 'json_object' } : writeSchema(format);
}

function writeSchema(format: ResponseFormat & { type: 'json-schema' }): object {
  const { type: _, name, description, schema, strict } = format;
  return {
    type: 'json_schema',
    json_schema: {
      name,
      ...(description === undefined ? {} : { description }),
      schema,
      ...(strict === undefined ? {} : { strict }),
    },
  };
}

/** Claude cannot think if it must call a tool. */
function chooseBudget({ request: { reasoning, toolChoice }, notices }: Context): number | undefined {
  const isForced = toolChoice === 'required' || typeof toolChoice === 'object';
  if (reasoning?.budget === undefined || !isForced) return reasoning?.budget;
  notices.add('Thinking is left out: Claude cannot think where it must call a tool.');
  return undefined;
}

function writeSampling(context: Context): Record<string, number | undefined> {
  const { request, traits, notices } = context;
  const { topK, ...sampling } = request.sampling ?? {};
  if (topK !== undefined) notices.add('Top-k is left out: this dialect has no such thing.');
  const fields = {
    temperature: sampling.temperature,
    top_p: sampling.topP,
    frequency_penalty: sampling.frequencyPenalty,
    presence_penalty: sampling.presencePenalty,
    seed: sampling.seed,
  };
  const asked = Object.entries(fields).filter(([, value]) => value !== undefined);
  const isFixed = traits.efforts.length > 0 || chooseBudget(context) !== undefined;
  if (!isFixed || asked.length === 0) return fields;
  const names = asked.map(([name]) => name).join(', ');
  notices.add(`Left out because ${traits.id} samples by itself: ${names}.`);
  return {};
}

/** `tools` and the fields that require them. */
function writeTools({ request }: Context): Record<string, unknown> {
  const { tools = [], toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) return {};
  return {
    tools: tools.map(writeTool),
    tool_choice: writeChoice(toolChoice),
    parallel_tool_calls: parallelToolCalls,
  };
}

function writeTool({ name, description, parameters, strict }: ToolDefinition): object {
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters,
      ...(strict === undefined ? {} : { strict }),
    },
  };
}

function writeChoice(choice: ToolChoice | undefined): unknown {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice;
}

function writeExtras({ request, notices }: Context): Record<string, unknown> {
  const { dialect, fields } = request.extras ?? { dialect: 'chat-completions', fields: {} };
  const isAccepted = (name: string): boolean => dialect === 'chat-completions' && ownFields.has(name);
  const names = Object.keys(fields).filter((name) => !isAccepted(name));
  if (names.length > 0) notices.add(toLeftOutNotice(names));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isAccepted(name)));
}

/** OpenAI's Chat Completions with Copilot's additions. */
export const chatCompletionsUpstream: Upstream = {
  name: 'chat-completions',
  path: dialectPaths['chat-completions'],
  writeRequest: writeChatCompletionsRequest,
  createReplyReader: createChatCompletionsReader,
  readReply: readChatCompletionsReply,
};
