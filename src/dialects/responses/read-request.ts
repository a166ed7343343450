import { type JsonObject, toObject } from '../../json-value.ts';
import {
  compact,
  readObject,
  readOptionalFlag,
  readOptionalNumber,
  readOptionalString,
  readString,
  toLeftOutNotice,
} from '../body.ts';
import {
  type ChatRequest,
  createTextMessage,
  type Message,
  type ReasoningOptions,
  type ResponseFormat,
  type SamplingOptions,
} from '../chat-request.ts';
import { type CallerRequest, DialectError } from '../dialect.ts';
import { encryptedReasoning, isOwnField, refuseStored } from './accepted.ts';
import { readInput } from './read-messages.ts';
import { createToolReader, isOfCaller, isServiceChoice, readToolChoice } from './read-tools.ts';

/** A caller's body to a request. Item ids, `store` and `stream_options` are ignored: we store nothing and send no padding. */
export function readRequest(body: unknown): CallerRequest {
  const fields = readObject(body, 'body');
  refuseStored(fields);
  const notices = new Set<string>();
  const tools = createToolReader();
  tools.add(fields.tools, 'tools');
  const input = readInput(fields.input, { tools, notices });
  const request: ChatRequest = compact({
    model: readString(fields.model, 'model'),
    messages: [...readInstructions(fields.instructions), ...input],
    tools: tools.list(),
    toolChoice: readToolChoice(fields.tool_choice, { tools, notices }),
    parallelToolCalls: readOptionalFlag(fields.parallel_tool_calls, 'parallel_tool_calls'),
    reasoning: readReasoning(fields.reasoning),
    sampling: readSampling(fields),
    maxOutputTokens: readOptionalNumber(fields.max_output_tokens, 'max_output_tokens'),
    responseFormat: readResponseFormat(fields.text),
    user: readOptionalString(fields.user, 'user'),
    metadata: readMetadata(fields.metadata),
    extras: readExtras(fields),
  });
  const leftOut = tools.listLeftOut();
  if (leftOut.length > 0) notices.add(toLeftOutNotice(leftOut));
  return {
    request,
    stream: readOptionalFlag(fields.stream, 'stream') ?? false,
    ...(notices.size > 0 && { notices: [...notices] }),
  };
}

function readInstructions(value: unknown): Message[] {
  const text = readOptionalString(value, 'instructions');
  return text ? [createTextMessage('system', text)] : [];
}

function readReasoning(value: unknown): ReasoningOptions | undefined {
  if (value === undefined || value === null) return undefined;
  const fields = readObject(value, 'reasoning');
  const effort = readOptionalString(fields.effort, 'reasoning.effort');
  // `generate_summary` is the old name of `summary`.
  const summary = readSummary(fields.summary ?? fields.generate_summary);
  return nonEmpty(compact({ effort, summary }));
}

function readSummary(value: unknown): ReasoningOptions['summary'] {
  if (value === undefined || value === null) return undefined;
  if (value === 'auto' || value === 'concise' || value === 'detailed') return value;
  throw new DialectError('must be auto, concise or detailed', 'reasoning.summary');
}

function readSampling(body: JsonObject): SamplingOptions | undefined {
  const temperature = readOptionalNumber(body.temperature, 'temperature');
  return nonEmpty(compact({ temperature, topP: readOptionalNumber(body.top_p, 'top_p') }));
}

function readMetadata(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  const entries = Object.entries(readObject(value, 'metadata'));
  return Object.fromEntries(entries.map(([name, item]) => [name, readString(item, `metadata.${name}`)]));
}

function readResponseFormat(value: unknown): ResponseFormat | undefined {
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

/** The fields that only this dialect has. */
function readExtras(body: JsonObject): ChatRequest['extras'] {
  const own = Object.keys(body).filter(isOwnField);
  const { format, ...text } = toObject(body.text);
  const { effort, summary, generate_summary, ...reasoning } = toObject(body.reasoning);
  const fields = compact({
    ...Object.fromEntries(own.map((name) => [name, body[name] ?? undefined])),
    include: listOrNothing(body.include, (value) => value !== encryptedReasoning),
    text: objectOrNothing(text),
    reasoning: objectOrNothing(reasoning),
    tools: listOrNothing(body.tools, (tool) => !isOfCaller(tool)),
    tool_choice: isServiceChoice(body.tool_choice) ? body.tool_choice : undefined,
  });
  return Object.keys(fields).length === 0 ? undefined : { dialect: 'responses', fields };
}

function listOrNothing(value: unknown, isKept: (item: unknown) => boolean): unknown[] | undefined {
  const kept = Array.isArray(value) ? value.filter(isKept) : [];
  return kept.length === 0 ? undefined : kept;
}

function objectOrNothing(value: JsonObject): JsonObject | undefined {
  const known = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
