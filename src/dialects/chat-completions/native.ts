import { isObject, type JsonObject, toFlag, toObject } from '../../json-value.ts';
import { mapObjects, withFields } from '../body.ts';
import type { NativeBody, NativePath, PreparedBody, Relay } from '../dialect.ts';
import { mapObjectLines } from '../relay-lines.ts';
import { isForeign, needlessFields, parameters } from './accepted.ts';

export const nativeChatCompletions: NativePath = {
  parameters,
  toBody,
  withoutThinking: () => undefined,
  createRelay: createChunkRelay,
  createGatherer: undefined,
  closing: 'data: [DONE]\n\n',
  tellsCut: () => false,
};

function toBody({ body }: PreparedBody): NativeBody | undefined {
  if (isForeign(body) || !isCanonical(body)) return undefined;
  const dropped = Object.fromEntries(needlessFields.map((name) => [name, undefined]));
  const unmarked = { messages: mapObjects(body.messages, withoutMarks), tools: withoutToolMarks(body.tools) };
  return { body: withFields(body, { ...dropped, ...unmarked, stream: true }), headers: {} };
}

/** Cache marks are for Claude. The models that are asked natively cache by themselves. */
function withoutMarks(message: JsonObject): JsonObject {
  const strip = (part: JsonObject): JsonObject => withFields(part, { cache_control: undefined });
  return withFields(strip(message), { content: mapObjects(message.content, strip) });
}

function withoutToolMarks(tools: unknown): unknown {
  return mapObjects(tools, (tool) => withFields(tool, { cache_control: undefined }));
}

/** Cursor mixes in flat tools of the Responses API; other clients write tools as Anthropic does. */
function isCanonical({ messages, tools: given }: JsonObject): boolean {
  const tools = given ?? null;
  const hasRole = (message: unknown): boolean => isObject(message) && typeof message.role === 'string';
  const isNested = (tool: unknown): boolean => isObject(tool) && isObject(tool.function);
  return (
    Array.isArray(messages) &&
    messages.every((message) => hasRole(message) && hasKnownParts(message) && hasFunctions(message)) &&
    (tools === null || (Array.isArray(tools) && tools.every(isNested))) &&
    // A choice without anything to choose from is refused.
    !(Array.isArray(given) && given.length === 0)
  );
}

function hasKnownParts({ content }: JsonObject): boolean {
  if (!Array.isArray(content)) return true;
  return content.every((part) => isObject(part) && (part.type === 'text' || part.type === 'image_url'));
}

/** Calls of a tool that takes one text are functions here. */
function hasFunctions({ tool_calls }: JsonObject): boolean {
  return !Array.isArray(tool_calls) || tool_calls.every((call) => isObject(call) && isObject(call.function));
}

const objectField = '"object":';
const chunkObject = `${objectField}"chat.completion.chunk"`;
/** How Copilot begins a chunk with a choice. */
const choiceStart = 'data: {"choices":[{';
const hasNoChoices = /"choices":\s*\[\s*\]/;
const hasUsage = /"usage":\s*\{/;
const role = '"role":"assistant"';
const doneMark = '[DONE]';
const doneLine = /^data: ?\[DONE\][^\r\n]*(?:\r\n|\n|\r){0,2}/m;

/**
 * Repairs chunks for strict clients: adds `object`, adds the role to the first chunk, and drops chunks without choices, such as the content
 * filter's report, because clients read `choices[0]` unchecked. The usage chunk stays if the caller asked for it.
 */
function createChunkRelay({ stream_options }: JsonObject): Relay {
  const includeUsage = toFlag(toObject(stream_options).include_usage) ?? false;
  let isDone = false;
  let hasRole = false;

  function relayLine(line: string): string {
    if (!line.startsWith(choiceStart)) {
      if (isFailure(line)) return line;
      if (hasNoChoices.test(line) && !(includeUsage && hasUsage.test(line))) return ':';
    }
    const complete = hasRole ? line : withRole(line);
    hasRole ||= /"delta":/.test(line);
    return withObject(complete);
  }

  function relay(events: string): string {
    return (hasRole ? nameChunks(events) : undefined) ?? mapObjectLines(events, relayLine);
  }

  return {
    push(events) {
      if (isDone) return '';
      const end = events.includes(doneMark) ? doneLine.exec(events) : null;
      if (!end) return relay(events);
      isDone = true;
      return relay(events.slice(0, end.index + end[0].length));
    },
  };
}

const lineStart = `\n${choiceStart}`;
const namedStart = lineStart.replace('{', `{${chunkObject},`);

/** Adds `object` to chunks that all lack it and have a choice: the usual packet. By parts, because there are thousands. Undefined for any other. */
function nameChunks(events: string): string | undefined {
  if (events.includes(objectField) || events.includes('\r')) return undefined;
  const parts = `\n${events}`.split(lineStart);
  return parts.some((part) => part.includes('\ndata')) ? undefined : parts.join(namedStart).slice(1);
}

/** Filter reports have a field of this name, too. */
function isFailure(line: string): boolean {
  return line.includes('"error":') && !line.includes('"choices":');
}

function withRole(line: string): string {
  if (/"role":\s*"/.test(line)) return line;
  const said = line.replace(/"role":\s*null/, role);
  return said === line
    ? line.replace(/"delta":\s*\{\s*(\}?)/, (_, end: string) => `"delta":{${role}${end || ','}`)
    : said;
}

function withObject(line: string): string {
  // There are thousands of lines, and most have no such field.
  const hasField = line.includes(objectField);
  if (hasField && line.includes(chunkObject)) return line;
  const named = hasField ? line.replace(/"object":\s*"[^"]*",?/, '') : line;
  const start = named.indexOf('{') + 1;
  const comma = named.startsWith('}', start) ? '' : ',';
  return `${named.slice(0, start)}${chunkObject}${comma}${named.slice(start)}`;
}
