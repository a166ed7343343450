import type { JsonObject } from '../../json-value.ts';
import {
  compact,
  readList,
  readObject,
  readOptionalFlag,
  readOptionalNumber,
  readOptionalString,
  readString,
} from '../body-reader.ts';
import type { ChatRequest, ReasoningOptions, ResponseFormat, SamplingOptions } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';

/** An object without keys is none. */
function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

export function readReasoning(body: JsonObject): ReasoningOptions | undefined {
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

export function readSampling(body: JsonObject): SamplingOptions | undefined {
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
export function readMaxTokens(body: JsonObject): number | undefined {
  const names = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'];
  const counts = names.map((name) => readOptionalNumber(body[name], name));
  // Clients of local models say -1 where they mean no limit.
  return counts.find((count) => count !== undefined && count > 0);
}

export function readStop(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return [value];
  return readList(value, 'stop').map((word, index) => readString(word, `stop.${index}`));
}

export function readFormat(value: unknown): ResponseFormat | undefined {
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

export function readMetadata(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  const entries = Object.entries(readObject(value, 'metadata'));
  return Object.fromEntries(entries.map(([name, item]) => [name, readString(item, `metadata.${name}`)]));
}

const modelledFields: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'input',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning_effort',
  'reasoning',
  'thinking_budget',
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'max_completion_tokens',
  'max_tokens',
  'max_output_tokens',
  'stop',
  'response_format',
  'user',
  'metadata',
  'stream',
  'stream_options',
  'n',
]);

export function readExtras(body: JsonObject): ChatRequest['extras'] | undefined {
  const entries = Object.entries(body).filter(
    ([name, value]) => !modelledFields.has(name) && value !== undefined && value !== null,
  );
  if (entries.length === 0) return undefined;
  return { dialect: 'chat-completions', fields: Object.fromEntries(entries) };
}
