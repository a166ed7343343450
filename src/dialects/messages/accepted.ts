import { isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import { mapObjects, toLeftOutNotice, withFields } from '../body.ts';
import { DialectError, type PreparedBody } from '../dialect.ts';
import { type CallIds, createCallIds } from '../fit/fit-request.ts';
import { findImageType, isSeen } from '../fit/image-type.ts';
import { placeholder, toUnseenNotice } from '../fit/images.ts';
import { fitSchema } from '../fit/tool-schema.ts';
import { toTwinNotice } from '../fit/tools.ts';
import { toToolInput } from './write-messages.ts';

/** The fields that become parts of a ChatRequest. */
export const knownFields: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'stream',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'metadata',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
]);

/** The fields that Copilot takes in this dialect only; all others end in "Extra inputs are not permitted". */
export const ownFields: ReadonlySet<string> = new Set(['context_management', 'service_tier', 'speed']);

/** The betas that the gateway accepts: it refuses the whole request for an unknown one. */
const acceptedBetas = [
  /^interleaved-thinking-/,
  /^context-management-/,
  /^advanced-tool-use-/,
  /^extended-cache-ttl-2025-04-11$/,
  /^tool-search-tool-2025-11-19$/,
  /^pdfs-2024-09-25$/,
  /^compact-/,
  /^computer-use-2025-11-24$/,
];
const contextManagement = 'context-management-2025-06-27';

/** Tools that Anthropic runs and Copilot does not. */
const refusedTools = /^(?:web_search|web_fetch|code_execution|mcp_toolset)/;

/** Anthropic keeps threads for its callers; a request on one has only what is new. Leaving the field out would lose the conversation. */
export const threadField = 'thread';

/** Fields that shape the answer and are no part of the prompt. */
export const parameters = [
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'thinking',
  'output_config',
  'output_format',
  'tool_choice',
  'context_management',
];

/** Removes fields and betas that Copilot accepts from nobody, and repairs messages, images, ids and schemas in place. Throws DialectError for what needs storage. */
export function prepareRequest(body: JsonObject, betas: readonly string[]): PreparedBody {
  if (body[threadField] !== undefined && body[threadField] !== null && body[threadField] !== false)
    throw new DialectError('no threads are kept here: send the whole conversation as messages', threadField);
  const isMoved = (name: string): boolean => name === 'cache_control' && isObject(body[name]);
  const foreign = Object.keys(body).filter((name) => !knownFields.has(name) && !ownFields.has(name));
  const fields = foreign.filter((name) => !isMoved(name));
  const tools = Array.isArray(body.tools) ? body.tools.map(toObject) : [];
  const refused = tools.filter(({ type }) => typeof type === 'string' && refusedTools.test(type));
  const lost = [...fields, ...refused.map(({ type }) => String(type))];
  const accepted = betas.filter((beta) => acceptedBetas.some((pattern) => pattern.test(beta)));
  const unknown = betas.filter((beta) => !accepted.includes(beta));
  const notices = new Set<string>();
  return {
    body: withFields(body, {
      ...Object.fromEntries(foreign.map((name) => [name, undefined])),
      messages: markEnd(prepareMessages(body.messages, notices), body.cache_control),
      system: prepareSystem(body.system),
      tools: prepareTools(body.tools, notices),
      ...(refused.length > 0 && withoutTools(body, refused, notices)),
    }),
    betas: accepted,
    notices: [
      ...notices,
      ...(lost.length === 0 ? [] : [toLeftOutNotice(lost)]),
      ...(unknown.length === 0
        ? []
        : [`Betas that Copilot does not know are left out: ${unknown.join(', ')}.`]),
    ],
  };
}

/** A mark on the whole request stands for one at the end of its messages, which Copilot takes. */
function markEnd(messages: unknown, cache_control: unknown): unknown {
  if (!Array.isArray(messages) || !isObject(cache_control)) return messages;
  const last = messages.at(-1);
  return isObject(last) ? [...messages.slice(0, -1), { cache_control, ...last }] : messages;
}

/** Without tools, and without a refused one that had to be called, no tool choice. */
function withoutTools(
  { tools, tool_choice }: JsonObject,
  refused: readonly JsonObject[],
  notices: Set<string>,
): JsonObject {
  const kept = (tools as unknown[]).filter((tool) => !refused.includes(tool as JsonObject));
  const isForced = refused.some(({ name }) => name === toObject(tool_choice).name);
  return {
    tools: kept.length > 0 ? prepareTools(kept, notices) : undefined,
    ...((kept.length === 0 || isForced) && { tool_choice: undefined }),
  };
}

/** Schemas that Claude takes, and of tools of one name the first. */
function prepareTools(value: unknown, notices: Set<string>): unknown {
  if (!Array.isArray(value)) return value;
  const tools = mapObjects(value, (tool) =>
    withFields(tool, {
      input_schema: isObject(tool.input_schema) ? fitSchema(tool.input_schema) : tool.input_schema,
    }),
  ) as unknown[];
  const names = tools.map((tool) => toObject(tool).name);
  const twins = tools.filter(
    (_, index) => typeof names[index] === 'string' && names.indexOf(names[index]) !== index,
  );
  if (twins.length === 0) return tools;
  const kept = tools.filter((tool) => !twins.includes(tool));
  for (const twin of twins) {
    const { name } = toObject(twin);
    if (!kept.some((tool) => JSON.stringify(tool) === JSON.stringify(twin)))
      notices.add(toTwinNotice(String(name)));
  }
  return kept;
}

/** A field and its beta go together: one without the other is refused. */
export function toBetaHeader(body: object, betas: readonly string[]): { 'anthropic-beta'?: string } {
  const sent = new Set(betas);
  if ('context_management' in body && body.context_management !== undefined) sent.add(contextManagement);
  return sent.size === 0 ? {} : { 'anthropic-beta': [...sent].join(',') };
}

// Clients send their history again and again: one part that Claude refuses spoils a session for ever. Everything below returns the same
// object if there is nothing to mend, so that the caller's own bytes can go on.

/** The text of a message without one that the conversation needs: Claude wants the user at its beginning and at its end. */
const filler = [{ type: 'text', text: '[an empty message]' }];

/** The messages with no blank text, no empty content, images under the type of their bytes, and calls with objects for arguments. */
function prepareMessages(value: unknown, notices: Set<string>): unknown {
  const context = { notices, ids: createCallIds('claude') };
  const prepared = mapObjects(value, (message) => prepareMessage(message, context));
  if (!Array.isArray(prepared) || !prepared.some(saysNothing)) return prepared;
  const isSaid = (message: unknown): boolean => !isObject(message) || message.role !== 'system';
  const ends = [prepared.find(isSaid), prepared.findLast(isSaid)];
  return prepared.flatMap((message): unknown[] => {
    if (!saysNothing(message)) return [message];
    return ends.includes(message) && message.role === 'user' ? [{ ...message, content: filler }] : [];
  });
}

function saysNothing(message: unknown): message is JsonObject {
  return isObject(message) && isEmpty(message.content);
}

/** The same for the system text, which is left out if nothing remains. */
function prepareSystem(value: unknown): unknown {
  if (value === undefined) return undefined;
  const kept = typeof value === 'string' ? value : withoutBlanks(value);
  return isEmpty(kept) ? undefined : kept;
}

/** `ids` are those that Claude takes: it demands a form, and each id once in the history. Other models give others, and reuse them. */
type Context = { notices: Set<string>; ids: CallIds };

function prepareMessage(message: JsonObject, context: Context): JsonObject {
  const prepared = mapObjects(message.content, (block) => prepareBlock(block, context));
  const kept = withoutBlanks(prepared);
  // Thinking is not an answer, and Claude refuses it alone.
  const isThought = kept !== prepared && Array.isArray(kept) && kept.every(isThinking);
  return withFields(message, { content: isThought ? [] : kept });
}

function prepareBlock(block: JsonObject, context: Context): JsonObject {
  const { ids, notices } = context;
  switch (block.type) {
    case 'image':
      return prepareImage(block, notices);
    case 'tool_use': {
      const input = isObject(block.input) ? block.input : toToolInput(toText(block.input) ?? '');
      const { id, name } = block;
      return withFields(block, {
        input,
        ...(typeof id === 'string' && { id: ids.toCallId({ id, name: String(name) }) }),
      });
    }
    case 'tool_result': {
      const content = withoutBlanks(mapObjects(block.content, (part) => prepareBlock(part, context)));
      const { tool_use_id: id } = block;
      return withFields(block, {
        content: isEmpty(content) ? undefined : content,
        ...(typeof id === 'string' && { tool_use_id: ids.toResultId(id) }),
      });
    }
    default:
      return block;
  }
}

function prepareImage(block: JsonObject, notices: Set<string>): JsonObject {
  const { source } = block;
  if (!isObject(source) || source.type !== 'base64' || typeof source.data !== 'string') return block;
  const mediaType = findImageType(String(source.media_type), source.data);
  if (mediaType === source.media_type && isSeen(mediaType)) return block;
  if (isSeen(mediaType)) return { ...block, source: { ...source, media_type: mediaType } };
  notices.add(toUnseenNotice(mediaType));
  const { cache_control } = block;
  return { ...placeholder, ...(cache_control !== undefined && { cache_control }) };
}

/** A cache mark on a blank text goes to what stands before it. */
function withoutBlanks(blocks: unknown): unknown {
  if (!Array.isArray(blocks) || !blocks.some(isBlank)) return blocks;
  const kept: unknown[] = [];
  for (const block of blocks) {
    if (!isBlank(block)) kept.push(block);
    else if (isObject(block) && block.cache_control !== undefined) moveMark(kept, block.cache_control);
  }
  return kept;
}

function moveMark(kept: unknown[], mark: unknown): void {
  const last = kept.at(-1);
  if (isObject(last) && !isThinking(last) && last.cache_control === undefined)
    kept[kept.length - 1] = { ...last, cache_control: mark };
}

function isBlank(block: unknown): boolean {
  return isObject(block) && block.type === 'text' && typeof block.text === 'string' && !/\S/.test(block.text);
}

function isEmpty(content: unknown): boolean {
  return typeof content === 'string' ? !/\S/.test(content) : Array.isArray(content) && content.length === 0;
}

function isThinking(block: unknown): boolean {
  return isObject(block) && (block.type === 'thinking' || block.type === 'redacted_thinking');
}
