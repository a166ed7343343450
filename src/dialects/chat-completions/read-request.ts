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
import type { ChatRequest, ReasoningOptions, ResponseFormat, SamplingOptions } from '../chat-request.ts';
import { type CallerRequest, DialectError } from '../dialect.ts';
import { knownFields, refuseUnsayable } from './accepted.ts';
import { readMessages } from './read-messages.ts';
import { readToolChoice, readTools } from './read-tools.ts';

/** A caller's body of `POST /chat/completions`, as OpenAI's clients and Cursor write it. */
export function readChatCompletionsRequest(value: unknown): CallerRequest {
  const body = readObject(value, 'body');
  const isInput = body.messages === undefined && Array.isArray(body.input);
  refuseUnsayable(body);
  const notices = new Set<string>();
  const request: ChatRequest = compact({
    model: readString(body.model, 'model'),
    messages: isInput
      ? readMessages(body.input, 'input', notices)
      : readMessages(body.messages, 'messages', notices),
    tools: readTools(body.tools, notices),
    toolChoice: readToolChoice(body.tool_choice, notices),
    parallelToolCalls: readOptionalFlag(body.parallel_tool_calls, 'parallel_tool_calls'),
    reasoning: readReasoning(body),
    sampling: readSampling(body),
    maxOutputTokens: readMaxTokens(body),
    stop: readStop(body.stop),
    responseFormat: readFormat(body.response_format),
    user: readOptionalString(body.user, 'user'),
    metadata: readMetadata(body.metadata),
    extras: readExtras(body),
  });
  const options = readObject(body.stream_options ?? {}, 'stream_options');
  return {
    request,
    stream: readOptionalFlag(body.stream, 'stream') ?? false,
    includeUsage: readOptionalFlag(options.include_usage, 'stream_options.include_usage') ?? false,
    ...(notices.size > 0 && { notices: [...notices] }),
  };
}

/** Drops an object without keys. */
function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

function readReasoning(body: JsonObject): ReasoningOptions | undefined {
  const nested = readObject(body.reasoning ?? {}, 'reasoning');
  return unlessEmpty(
    compact({
      effort:
        readOptionalString(body.reasoning_effort, 'reasoning_effort') ??
        readOptionalString(nested.effort, 'reasoning.effort'),
      budget: readOptionalNumber(body.thinking_budget, 'thinking_budget'),
    }),
  );
}

function readSampling(body: JsonObject): SamplingOptions | undefined {
  return unlessEmpty(
    compact({
      temperature: readOptionalNumber(body.temperature, 'temperature'),
      topP: readOptionalNumber(body.top_p, 'top_p'),
      frequencyPenalty: readOptionalNumber(body.frequency_penalty, 'frequency_penalty'),
      presencePenalty: readOptionalNumber(body.presence_penalty, 'presence_penalty'),
      seed: readOptionalNumber(body.seed, 'seed'),
    }),
  );
}

/** The field's name has changed over the years. */
function readMaxTokens(body: JsonObject): number | undefined {
  const names = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'];
  const counts = names.map((name) => readOptionalNumber(body[name], name));
  // Clients of local models send -1 for no limit.
  return counts.find((count) => count !== undefined && count > 0);
}

function readStop(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return [value];
  return readList(value, 'stop').map((word, index) => readString(word, `stop.${index}`));
}

function readFormat(value: unknown): ResponseFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = readObject(value, 'response_format');
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json_object') return { type: 'json' };
  if (format.type === 'json_schema') return readSchema(format.json_schema, 'response_format.json_schema');
  throw new DialectError('must be text, json_object or json_schema', 'response_format.type');
}

function readSchema(value: unknown, path: string): ResponseFormat {
  const format = readObject(value, path);
  return compact({
    type: 'json-schema' as const,
    name: readString(format.name, `${path}.name`),
    schema: readObject(format.schema ?? {}, `${path}.schema`),
    strict: readOptionalFlag(format.strict, `${path}.strict`),
    description: readOptionalString(format.description, `${path}.description`),
  });
}

function readMetadata(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  const entries = Object.entries(readObject(value, 'metadata'));
  return Object.fromEntries(entries.map(([name, item]) => [name, readString(item, `metadata.${name}`)]));
}

function readExtras(body: JsonObject): ChatRequest['extras'] | undefined {
  const entries = Object.entries(body).filter(
    ([name, value]) => !knownFields.has(name) && value !== undefined && value !== null,
  );
  if (entries.length === 0) return undefined;
  return { dialect: 'chat-completions', fields: Object.fromEntries(entries) };
}
