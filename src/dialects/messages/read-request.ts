import type { JsonObject } from '../../json-value.ts';
import {
  compact,
  readList,
  readObject,
  readOptionalFlag,
  readOptionalNumber,
  readOptionalString,
  readString,
} from '../body.ts';
import type {
  ChatRequest,
  ReasoningOptions,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../chat-request.ts';
import { type CallerRequest, DialectError } from '../dialect.ts';
import { knownFields } from './accepted.ts';
import { readCache, readMessage, readSystem } from './read-messages.ts';

/** A caller's body of `POST /v1/messages`, as Anthropic's clients write it. */
export function readMessagesRequest(body: unknown): CallerRequest {
  const fields = readObject(body, 'body');
  const output = readOptionalObject(fields.output_config, 'output_config');
  const messages = readList(fields.messages, 'messages');
  const request: ChatRequest = compact({
    model: readString(fields.model, 'model'),
    messages: [
      ...readSystem(fields.system, 'system'),
      ...messages.flatMap((message, index) => readMessage(message, `messages.${index}`)),
    ],
    tools: readTools(fields.tools),
    ...readToolChoice(fields.tool_choice),
    reasoning: readReasoning(fields.thinking, readOptionalString(output.effort, 'output_config.effort')),
    sampling: readSampling(fields),
    maxOutputTokens: readOptionalNumber(fields.max_tokens, 'max_tokens'),
    stop: readStop(fields.stop_sequences),
    // Once a field of its own, as older clients still have it.
    responseFormat: readFormat(output.format ?? fields.output_format),
    user: readOptionalString(readOptionalObject(fields.metadata, 'metadata').user_id, 'metadata.user_id'),
    extras: readExtras(fields),
  });
  return {
    request,
    stream: readOptionalFlag(fields.stream, 'stream') ?? false,
  };
}

function readOptionalObject(value: unknown, path: string): JsonObject {
  return value === undefined || value === null ? {} : readObject(value, path);
}

function readReasoning(thinking: unknown, effort: string | undefined): ReasoningOptions | undefined {
  if (thinking === undefined || thinking === null) return effort === undefined ? undefined : { effort };
  const { type, budget_tokens, display } = readObject(thinking, 'thinking');
  const summary = display === 'summarized' ? ('auto' as const) : undefined;
  switch (type) {
    case 'disabled':
      return { effort: 'none' };
    case 'adaptive':
      return compact({ effort, summary });
    case 'enabled':
      return compact({
        effort,
        // This API shows thinking by default.
        summary: display === 'omitted' ? undefined : ('auto' as const),
        budget: readOptionalNumber(budget_tokens, 'thinking.budget_tokens'),
      });
    default:
      throw new DialectError('must be enabled, adaptive or disabled', 'thinking.type');
  }
}

function readSampling(fields: JsonObject): ChatRequest['sampling'] | undefined {
  const sampling = compact({
    temperature: readOptionalNumber(fields.temperature, 'temperature'),
    topP: readOptionalNumber(fields.top_p, 'top_p'),
    topK: readOptionalNumber(fields.top_k, 'top_k'),
  });
  return Object.keys(sampling).length === 0 ? undefined : sampling;
}

function readStop(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return readList(value, 'stop_sequences').map((word, index) => readString(word, `stop_sequences.${index}`));
}

/** The dialect has no name for a schema; others want one. */
function readFormat(value: unknown): ResponseFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = readObject(value, 'output_config.format');
  if (format.type !== 'json_schema')
    throw new DialectError('must be json_schema', 'output_config.format.type');
  return {
    type: 'json-schema',
    name: 'reply',
    schema: readObject(format.schema, 'output_config.format.schema'),
  };
}

function readExtras(fields: JsonObject): ChatRequest['extras'] | undefined {
  const entries = Object.entries(fields).filter(
    ([name, value]) => !knownFields.has(name) && value !== undefined && value !== null,
  );
  return entries.length === 0 ? undefined : { dialect: 'messages', fields: Object.fromEntries(entries) };
}

function readTools(value: unknown): ToolDefinition[] | undefined {
  if (value === undefined || value === null) return undefined;
  return readList(value, 'tools').map((tool, index) => readTool(tool, `tools.${index}`));
}

function readTool(value: unknown, path: string): ToolDefinition {
  const tool = readObject(value, path);
  const { type } = tool;
  if (type !== undefined && type !== null && type !== 'custom') {
    const names = [tool.name, type].filter((name) => typeof name === 'string');
    throw new DialectError(
      `the tool ${[...new Set(names)].join(', ')} is not one that the caller defines`,
      path,
    );
  }
  return compact({
    name: readString(tool.name, `${path}.name`),
    description: readOptionalString(tool.description, `${path}.description`),
    parameters: readObject(tool.input_schema, `${path}.input_schema`),
    strict: readOptionalFlag(tool.strict, `${path}.strict`),
    cache: readCache(tool.cache_control, `${path}.cache_control`),
  });
}

function readToolChoice(value: unknown): { toolChoice?: ToolChoice; parallelToolCalls?: boolean } {
  if (value === undefined || value === null) return {};
  const choice = readObject(value, 'tool_choice');
  const isSingle = readOptionalFlag(
    choice.disable_parallel_tool_use,
    'tool_choice.disable_parallel_tool_use',
  );
  return {
    toolChoice: readChoice(choice),
    ...(isSingle === undefined ? {} : { parallelToolCalls: !isSingle }),
  };
}

function readChoice({ type, name }: Record<string, unknown>): ToolChoice {
  if (type === 'auto' || type === 'none') return type;
  if (type === 'any') return 'required';
  if (type === 'tool') return { name: readString(name, 'tool_choice.name') };
  throw new DialectError('must be auto, any, tool or none', 'tool_choice.type');
}
