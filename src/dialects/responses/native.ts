import { isObject, type JsonObject, parseJson, toObject } from '../../json-value.ts';
import { mapObjects, withFields } from '../body.ts';
import type { Gatherer, NativeBody, NativePath, PreparedBody, Relay } from '../dialect.ts';
import { needlessFields, storedFields } from './accepted.ts';

export const nativeResponses: NativePath = {
  toBody,
  withoutThinking,
  createRelay: createItemRelay,
  createGatherer: createResponseGatherer,
};

/** Undefined with the shell of OpenAI's coding models, which Copilot refuses, and which is a function in a translation. */
function toBody({ body }: PreparedBody): NativeBody | undefined {
  const tools = Array.isArray(body.tools) ? body.tools : [];
  if (tools.some((tool) => isObject(tool) && tool.type === 'local_shell')) return undefined;
  const dropped = [...needlessFields, ...storedFields].filter((name) => name in body);
  const hasNoTools = Array.isArray(body.tools) && body.tools.length === 0;
  return {
    body: withFields(body, {
      ...Object.fromEntries(dropped.map((name) => [name, undefined])),
      ...(hasNoTools && { tools: undefined, tool_choice: undefined }),
      ...(Array.isArray(body.input) && { input: prepareItems(body.input) }),
      store: false,
      stream: true,
    }),
    headers: {},
  };
}

/** Removes item ids, which are valid for one connection only, and unsealed thinking, which Copilot refuses. */
function prepareItems(items: unknown[]): unknown {
  const kept = items.filter(
    (item) => !isObject(item) || item.type !== 'reasoning' || Boolean(item.encrypted_content),
  );
  const prepared = mapObjects(kept, (item) =>
    withFields(item, {
      ...('id' in item && { id: undefined }),
      // Copilot refuses null in these fields.
      ...(item.status === null && { status: undefined }),
      ...(item.content === null && { content: undefined }),
      ...withoutMarks(item),
    }),
  );
  return kept.length === items.length && prepared === kept ? items : prepared;
}

/** This API knows no cache marks: GPT caches by itself. */
function withoutMarks(item: JsonObject): JsonObject {
  const { content, output, cache_control } = item;
  const strip = (part: JsonObject): JsonObject => withFields(part, { cache_control: undefined });
  return {
    ...(cache_control !== undefined && { cache_control: undefined }),
    ...(Array.isArray(content) && { content: mapObjects(content, strip) }),
    ...(Array.isArray(output) && { output: mapObjects(output, strip) }),
  };
}

function withoutThinking(
  body: JsonObject,
  isLost: (seal: string) => boolean = () => true,
): JsonObject | undefined {
  const items = Array.isArray(body.input) ? body.input : [];
  const input = items.filter(
    (item) => !isObject(item) || item.type !== 'reasoning' || !isLost(String(item.encrypted_content)),
  );
  return input.length === items.length ? undefined : { ...body, input };
}

function createResponseGatherer(): Gatherer {
  let response: JsonObject | undefined;
  return {
    push({ data }) {
      const event = toObject(parseJson(data));
      if (event.type === 'response.completed' || event.type === 'response.incomplete') {
        const { copilot_usage } = event;
        response = { ...toObject(event.response), ...(isObject(copilot_usage) && { copilot_usage }) };
      }
    },
    toReply: () => response,
  };
}

/** Not an event of this API, and OpenAI's own client fails on it. A comment serves the same purpose. */
const ping = /(^|[\r\n])event: ?ping(?:\r\n|\n|\r)data:.*?(\r\n|\n|\r)/g;

/** Gives each item of a reply one id. Copilot changes an item's id with every event, and clients that match by id lose its parts. */
function createItemRelay(): Relay {
  /** By `output_index`. */
  const ids = new Map<number, string>();

  function name(index: number, given: string): string {
    const id = ids.get(index) ?? given;
    ids.set(index, id);
    return id;
  }

  function renameLine(line: string): string {
    const index = /"output_index":\s*(\d+)/.exec(line)?.[1];
    // The items themselves are few; deltas are many, and their id is all that is touched.
    if (/"item":\s*\{|"response":\s*\{/.test(line)) return renameItems(line, name);
    if (index === undefined) return line;
    return line.replace(
      /"item_id":\s*"([^"\\]*)"/,
      (_, id: string) => `"item_id":"${name(Number(index), id)}"`,
    );
  }

  return {
    push: (events) => events.replaceAll(ping, '$1: ping$2').replaceAll(/^data: ?\{.*$/gm, renameLine),
    end: () => '',
  };
}

/** Input and output are latin1: one character per byte. */
function renameItems(line: string, name: (index: number, given: string) => string): string {
  const start = line.indexOf('{');
  const frame = parseJson(line.slice(start));
  if (!isObject(frame)) return line;
  const rename = (item: unknown, index: unknown): void => {
    if (isObject(item) && typeof item.id === 'string' && typeof index === 'number')
      item.id = name(index, item.id);
  };
  rename(frame.item, frame.output_index);
  for (const [index, item] of listOutput(frame.response).entries()) rename(item, index);
  return line.slice(0, start) + JSON.stringify(frame);
}

function listOutput(response: unknown): unknown[] {
  const { output } = isObject(response) ? response : ({} as JsonObject);
  return Array.isArray(output) ? output : [];
}
