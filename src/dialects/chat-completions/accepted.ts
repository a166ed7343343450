import { isObject, type JsonObject } from '../../json-value.ts';
import { mapObjects, readOptionalNumber, toLeftOutNotice, withFields } from '../body.ts';
import { DialectError, type PreparedBody } from '../dialect.ts';
import { withFittedSchema, withTextArguments } from '../openai-words.ts';

/** The fields that Copilot takes and that every model has in some form: they become parts of a ChatRequest. */
const modelledFields = [
  'model',
  'messages',
  'stream',
  'temperature',
  'top_p',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'user',
  'response_format',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning_effort',
];

/** The fields that Copilot takes in this dialect only. */
export const ownFields: ReadonlySet<string> = new Set([
  'prediction',
  'snippy',
  'intent',
  'copilot_thread_id',
]);

/** The fields that are read and that Copilot does not take under this name: a body that has one is translated. */
const foreignFields = ['input', 'reasoning', 'thinking_budget', 'max_output_tokens', 'metadata'];

/** Fields without effect: usage always comes, and nothing is stored. */
export const needlessFields = ['stream_options', 'store'];

/** Fields that we translate or may ignore. */
export const knownFields: ReadonlySet<string> = new Set([
  ...modelledFields,
  ...foreignFields,
  ...needlessFields,
]);

const limitFields: ReadonlySet<string> = new Set(['max_tokens', 'max_completion_tokens']);

/** The name of the output limit: OpenAI's reasoning models refuse the old one, and other makers know no other. */
export function toLimitField(model: unknown): 'max_tokens' | 'max_completion_tokens' {
  return /^(?:gpt-[5-9]|o\d|auto$)/.test(String(model)) ? 'max_completion_tokens' : 'max_tokens';
}

/** Fields that shape the answer and are no part of the prompt. */
export const parameters = [
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'stop',
  'reasoning_effort',
  'response_format',
  'tool_choice',
  'parallel_tool_calls',
];

export function prepareRequest(body: JsonObject): PreparedBody {
  refuseUnsayable(body);
  const lost = Object.keys(body).filter((name) => !isAccepted(name) || isNoLimit(name, body[name]));
  const bare = withFields(body, Object.fromEntries(lost.map((name) => [name, undefined])));
  return {
    body: withFields(renameLimit(bare), {
      ...(body.messages !== undefined && { messages: mapObjects(body.messages, prepareMessage) }),
      ...(body.tools !== undefined && { tools: mapObjects(body.tools, prepareTool) }),
    }),
    betas: [],
    notices: lost.length === 0 ? [] : [toLeftOutNotice(lost)],
  };
}

/** Some clients keep the arguments of a call as the object that they are. */
function prepareMessage(message: JsonObject): JsonObject {
  if (message.tool_calls === undefined) return message;
  const prepareCall = (call: JsonObject): JsonObject =>
    isObject(call.function) ? withFields(call, { function: withTextArguments(call.function) }) : call;
  return withFields(message, { tool_calls: mapObjects(message.tool_calls, prepareCall) });
}

/** Callers write tools nested, flat as for /responses, or as Anthropic does. */
function prepareTool(tool: JsonObject): JsonObject {
  if (isObject(tool.function))
    return withFields(tool, { function: withFittedSchema(tool.function, 'parameters') });
  return withFittedSchema(withFittedSchema(tool, 'parameters'), 'input_schema');
}

function renameLimit(body: JsonObject): JsonObject {
  const { max_tokens: limit, max_completion_tokens: other } = body;
  if (limit === undefined || toLimitField(body.model) === 'max_tokens') return body;
  return withFields(body, { max_tokens: undefined, max_completion_tokens: other ?? limit });
}

/** Throws DialectError for what Copilot cannot do. */
export function refuseUnsayable({ n, functions }: JsonObject): void {
  const choices = readOptionalNumber(n, 'n') ?? 1;
  if (choices !== 1) throw new DialectError('must be 1: Copilot gives one reply', 'n');
  if (Array.isArray(functions) && functions.length > 0)
    throw new DialectError('tools have taken the place of functions: send tools', 'functions');
}

export function isForeign(body: JsonObject): boolean {
  return foreignFields.some((name) => body[name] !== undefined && body[name] !== null);
}

function isAccepted(name: string): boolean {
  return knownFields.has(name) || ownFields.has(name);
}

/** Clients of local models send a limit of -1 for no limit. */
function isNoLimit(name: string, value: unknown): boolean {
  return limitFields.has(name) && typeof value === 'number' && value <= 0;
}
