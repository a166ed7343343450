import { isObject, type JsonObject, toFlag, toObject } from '../../json-value.ts';
import { mapObjects, toLeftOutNotice, withFields } from '../body.ts';
import { DialectError, type PreparedBody } from '../dialect.ts';
import { withFittedSchema, withTextArguments } from '../openai-words.ts';

/** Requests thinking in a form that can be replayed. */
export const encryptedReasoning = 'reasoning.encrypted_content';

/** Copilot answers 400 to a smaller limit, and clients probe with 1. */
export const minOutputTokens = 16;
export const minOutputNotice = `The output limit is raised to ${minOutputTokens} tokens, the least that /responses takes.`;

/** Fields that refer to stored things. Nothing is stored. */
export const storedFields = ['previous_response_id', 'conversation', 'prompt', 'background'];

/** Useless here: no padding is sent, and Codex's metadata is for OpenAI's own service. */
export const needlessFields = ['stream_options', 'client_metadata'];

/** Fields that we translate or never send. */
const knownFields: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'text',
  'temperature',
  'top_p',
  'max_output_tokens',
  'user',
  'metadata',
  'include',
  'store',
  'stream',
  ...needlessFields,
  ...storedFields,
]);

/** Copilot answers 400: the caller may not choose the tier. */
export const refusedFields: ReadonlySet<string> = new Set(['service_tier']);

/** Tools that OpenAI runs and Copilot does not. */
const refusedTools = /^(?:web_search|file_search|code_interpreter|image_generation|mcp|computer)/;

/** Tools that Copilot runs; they pass unchanged, because the caller never answers for them. */
const servedTools = /^(?:tool_search|programmatic_tool_calling)/;

/** Fields that shape the answer and are no part of the prompt. */
export const parameters = [
  'max_output_tokens',
  'temperature',
  'top_p',
  'reasoning',
  'text',
  'tool_choice',
  'parallel_tool_calls',
];

/** Removes fields that Copilot accepts from nobody. Throws DialectError for what needs storage. */
export function prepareRequest(body: JsonObject): PreparedBody {
  refuseStored(body);
  refuseReferences(body.input);
  const fields = Object.keys(body).filter((name) => refusedFields.has(name) && isSaid(body[name]));
  const tools = Array.isArray(body.tools) ? (mapObjects(body.tools, prepareTool) as unknown[]) : [];
  const refused = tools.filter((tool) => isRefused(tool) && !(isOpenai(body.model) && isSearch(tool)));
  const lost = [...fields, ...refused.map(toType)];
  const limit = body.max_output_tokens;
  const isTooSmall = typeof limit === 'number' && limit < minOutputTokens;
  return {
    body: withFields(body, {
      ...Object.fromEntries(fields.map((name) => [name, undefined])),
      ...(Array.isArray(body.tools) && { tools }),
      ...(body.input !== undefined && { input: mapObjects(body.input, prepareItem) }),
      ...withoutTools(tools, refused, body.tool_choice),
      ...(isTooSmall && { max_output_tokens: minOutputTokens }),
    }),
    betas: [],
    notices: [...(lost.length > 0 ? [toLeftOutNotice(lost)] : []), ...(isTooSmall ? [minOutputNotice] : [])],
  };
}

/** Whether only this dialect has a field. One that Copilot does not know is left out once Copilot says so. */
export function isOwnField(name: string): boolean {
  return !knownFields.has(name) && !refusedFields.has(name);
}

/** False for a tool that the service runs. */
export function isToolOfCaller(tool: unknown): boolean {
  return !servedTools.test(toType(tool)) && !isRefused(tool);
}

/** Throws DialectError for what needs storage. */
export function refuseStored(body: JsonObject): void {
  for (const name of storedFields) {
    if (name !== 'background' && isSaid(body[name]))
      throw new DialectError('nothing is stored here: send the whole conversation as input', name);
  }
  if (toFlag(body.background))
    throw new DialectError('nothing is stored here to be asked for later', 'background');
}

function refuseReferences(input: unknown): void {
  const items = Array.isArray(input) ? input : [];
  const reference = items.findIndex((item) => isObject(item) && item.type === 'item_reference');
  if (reference !== -1)
    throw new DialectError('nothing is stored here: send the item itself', `input.${reference}`);
}

/** Some clients keep the arguments of a call as the object that they are. */
function prepareItem(item: JsonObject): JsonObject {
  if (item.type === 'function_call') return withTextArguments(item);
  return withFields(item, {
    content: mapObjects(item.content, prepareImage),
    output: mapObjects(item.output, prepareImage),
  });
}

/** Codex also says `original`, which Copilot refuses. */
function prepareImage(part: JsonObject): JsonObject {
  const isOdd = part.type === 'input_image' && isSaid(part.detail) && !details.has(part.detail);
  return isOdd ? { ...part, detail: 'high' } : part;
}

const details: ReadonlySet<unknown> = new Set(['low', 'high', 'auto']);

function prepareTool(tool: JsonObject): JsonObject {
  if (tool.type === 'namespace') return withFields(tool, { tools: mapObjects(tool.tools, prepareTool) });
  return tool.type === 'function' ? withFittedSchema(tool, 'parameters') : tool;
}

/** Without tools, no tool choice. */
function withoutTools(tools: unknown[], lost: unknown[], choice: unknown): JsonObject {
  if (lost.length === 0) return {};
  const kept = tools.filter((tool) => !lost.includes(tool));
  if (kept.length === 0) return { tools: undefined, tool_choice: undefined };
  const isLost = lost.some((tool) => toType(tool) === toType(choice));
  return { tools: kept, ...(isLost && { tool_choice: undefined }) };
}

/** Newer models of OpenAI search the web, and no list says which. One that does not is asked once: its refusal is remembered. */
function isSearch(tool: unknown): boolean {
  return toType(tool).startsWith('web_search');
}

function isOpenai(model: unknown): boolean {
  return /^(?:gpt-|o\d)/.test(String(model));
}

function isRefused(tool: unknown): boolean {
  return refusedTools.test(toType(tool));
}

function toType(tool: unknown): string {
  return String(toObject(tool).type);
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null;
}
