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
import type { ChatRequest, ReasoningOptions, ResponseFormat } from '../chat-request.ts';
import { type CallerRequest, DialectError } from '../dialect.ts';
import { knownFields } from './accepted.ts';
import { readMessage, readSystem } from './read-messages.ts';
import { readToolChoice, readTools } from './read-tools.ts';

/** A caller's body of `POST /v1/messages`, as Anthropic's clients write it. */
export function readMessagesRequest(body: unknown): CallerRequest {
  const fields = readObject(body, 'body');
  const output = readOptionalObject(fields.output_config, 'output_config');
  const messages = readList(fields.messages, 'messages');
  const notices = new Set<string>();
  const request: ChatRequest = compact({
    model: readString(fields.model, 'model'),
    messages: [
      ...readSystem(fields.system, 'system', notices),
      ...messages.flatMap((message, index) => readMessage(message, `messages.${index}`, notices)),
    ],
    tools: readTools(fields.tools, notices),
    ...readToolChoice(fields.tool_choice, notices),
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
    ...(notices.size > 0 && { notices: [...notices] }),
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
