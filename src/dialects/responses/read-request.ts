import { isObject, type JsonObject, toObject } from '../../json-value.ts';
import {
  compact,
  readList,
  readObject,
  readOptionalFlag,
  readOptionalNumber,
  readOptionalString,
  readString,
} from '../body.ts';
import {
  type ChatRequest,
  createTextMessage,
  type Message,
  type ReasoningOptions,
  type ResponseFormat,
  type SamplingOptions,
  type ToolChoice,
  type ToolDefinition,
} from '../chat-request.ts';
import { type CallerRequest, DialectError } from '../dialect.ts';
import { encryptedReasoning, isOwnField, isToolOfCaller, refuseStored } from './accepted.ts';
import { readInput } from './read-messages.ts';

/** A caller's body to a request. Item ids, `store` and `stream_options` are ignored: we store nothing and send no padding. */
export function readRequest(body: unknown): CallerRequest {
  const fields = readObject(body, 'body');
  refuseStored(fields);
  const request: ChatRequest = compact({
    model: readString(fields.model, 'model'),
    messages: [...readInstructions(fields.instructions), ...readInput(fields.input)],
    tools: readTools(fields.tools),
    toolChoice: readToolChoice(fields.tool_choice),
    parallelToolCalls: readOptionalFlag(fields.parallel_tool_calls, 'parallel_tool_calls'),
    reasoning: readReasoning(fields.reasoning),
    sampling: readSampling(fields),
    maxOutputTokens: readOptionalNumber(fields.max_output_tokens, 'max_output_tokens'),
    responseFormat: readResponseFormat(fields.text),
    user: readOptionalString(fields.user, 'user'),
    metadata: readMetadata(fields.metadata),
    extras: readExtras(fields),
  });
  return {
    request,
    stream: readOptionalFlag(fields.stream, 'stream') ?? false,
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
    tools: listOrNothing(body.tools, (tool) => !isToolOfCaller(tool)),
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

/** A choice of a tool that the service runs, or among some of the tools. */
function isServiceChoice(choice: unknown): boolean {
  return isObject(choice) && choice.type !== 'function';
}

function readTools(value: unknown): ToolDefinition[] | undefined {
  if (value === undefined || value === null) return undefined;
  const tools: ToolDefinition[] = [];
  for (const [index, tool] of readList(value, 'tools').entries()) {
    if (isToolOfCaller(tool)) tools.push(readTool(tool, `tools.${index}`));
  }
  return tools.length === 0 ? undefined : tools;
}

function readTool(value: unknown, path: string): ToolDefinition {
  const tool = readObject(value, path);
  if (tool.type !== 'function')
    throw new DialectError(
      `a tool of the type "${tool.type}" cannot be carried: use a function`,
      `${path}.type`,
    );
  return compact({
    name: readString(tool.name, `${path}.name`),
    description: readOptionalString(tool.description, `${path}.description`),
    parameters: readObject(tool.parameters ?? { type: 'object', properties: {} }, `${path}.parameters`),
    strict: readOptionalFlag(tool.strict, `${path}.strict`),
  });
}

/** Undefined for the choices that only the service understands; those are among the extras. */
function readToolChoice(value: unknown): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return value;
  if (!isObject(value)) throw new DialectError('must be auto, none, required or an object', 'tool_choice');
  return value.type === 'function' ? { name: readString(value.name, 'tool_choice.name') } : undefined;
}
