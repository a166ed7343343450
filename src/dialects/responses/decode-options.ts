import type { JsonObject } from '../../json-value.ts';
import {
  compact,
  readObject,
  readOptionalFlag,
  readOptionalNumber,
  readOptionalString,
  readString,
} from '../body-reader.ts';
import type { ReasoningOptions, ResponseFormat, SamplingOptions } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';

export function readReasoning(value: unknown): ReasoningOptions | undefined {
  if (value === undefined || value === null) return undefined;
  const fields = readObject(value, 'reasoning');
  const effort = readOptionalString(fields.effort, 'reasoning.effort');
  // `generate_summary` is what `summary` was called at first.
  const summary = readSummary(fields.summary ?? fields.generate_summary);
  return nonEmpty(compact({ effort, summary }));
}

function readSummary(value: unknown): ReasoningOptions['summary'] {
  if (value === undefined || value === null) return undefined;
  if (value === 'auto' || value === 'concise' || value === 'detailed') return value;
  throw new DialectError('must be auto, concise or detailed', 'reasoning.summary');
}

export function readSampling(body: JsonObject): SamplingOptions | undefined {
  const temperature = readOptionalNumber(body.temperature, 'temperature');
  return nonEmpty(compact({ temperature, topP: readOptionalNumber(body.top_p, 'top_p') }));
}

export function readMetadata(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  const entries = Object.entries(readObject(value, 'metadata'));
  return Object.fromEntries(entries.map(([name, item]) => [name, readString(item, `metadata.${name}`)]));
}

export function readResponseFormat(value: unknown): ResponseFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const { format } = readObject(value, 'text');
  if (format === undefined || format === null) return undefined;
  const fields = readObject(format, 'text.format');
  if (fields.type === 'text') return { type: 'text' };
  if (fields.type === 'json_object') return { type: 'json' };
  if (fields.type === 'json_schema') return readSchemaFormat(fields);
  throw new DialectError('must be text, json_object or json_schema', 'text.format.type');
}

function readSchemaFormat(fields: JsonObject): ResponseFormat {
  return compact({
    type: 'json-schema' as const,
    name: readString(fields.name, 'text.format.name'),
    schema: readObject(fields.schema, 'text.format.schema'),
    strict: readOptionalFlag(fields.strict, 'text.format.strict'),
    description: readOptionalString(fields.description, 'text.format.description'),
  });
}

function nonEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
