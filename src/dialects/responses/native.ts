import { isObject, type JsonObject, parseJson, toObject } from '../../json-value.ts';
import { mapObjects, withFields } from '../body.ts';
import type { Gatherer, NativeBody, NativePath, PreparedBody, Relay } from '../dialect.ts';
import { mapObjectLines } from '../relay-lines.ts';
import { needlessFields, parameters, storedFields } from './accepted.ts';
import { isOnlyInside } from './read-reply.ts';

export const nativeResponses: NativePath = {
  parameters,
  toBody,
  withoutThinking,
  createRelay: createItemRelay,
  createGatherer: createResponseGatherer,
  closing: '',
  tellsCut: ({ detail = '' }) => /^incomplete\b/.test(detail) && !isOnlyInside(detail),
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

/** Every item and every response has an id of its own in each event of Copilot's. */
const hasItemOrResponse = /"(?:item|response)":\s*\{/;

const numberField = '"sequence_number":';
/** Blanks in front of it included. */
const longestNumber = 20;
/** The end of the name of such an event, and the beginning of its data. No string in it can hold the fields: its quotes are escaped. */
const deltaMark = '.delta\ndata: {"type":"response.';
const idField = '"item_id":"';
const indexBehindId = '","output_index":';

/** What stands in the place of a part of a text. */
type Replacement = { start: number; end: number; text: string };

/**
 * Gives a reply one id, and each of its items. Copilot seals ids anew for each event, and clients that match by id lose parts or refuse the
 * stream. A last event without the output gets the items that were streamed. Nothing follows the last event.
 */
function createItemRelay(): Relay {
  /** By `output_index`. */
  const ids = new Map<number, string>();
  const done: JsonObject[] = [];
  let responseId: string | undefined;
  /** The number of the event that comes next. */
  let sequence = 0;
  let isOver = false;

  function name(index: number, given: string): string {
    const id = ids.get(index);
    if (id !== undefined) return id;
    ids.set(index, given);
    return given;
  }

  function renameItem(item: unknown, index: unknown): void {
    if (isObject(item) && typeof item.id === 'string' && typeof index === 'number')
      item.id = name(index, item.id);
  }

  function renameResponse(response: JsonObject): void {
    if (typeof response.id !== 'string') return;
    responseId ??= response.id;
    response.id = responseId;
  }

  function fillOutput(response: JsonObject): void {
    const streamed = done.filter(isObject);
    if (listOutput(response).length === 0 && streamed.length > 0) response.output = streamed;
  }

  /** Input and output are latin1: one character per byte. */
  function renameParts(line: string): string {
    const start = line.indexOf('{');
    const frame = parseJson(line.slice(start));
    if (!isObject(frame)) return line;
    renameItem(frame.item, frame.output_index);
    if (frame.type === 'response.output_item.done' && isObject(frame.item))
      done[Number(frame.output_index)] = frame.item;
    if (isObject(frame.response)) {
      renameResponse(frame.response);
      for (const [index, item] of listOutput(frame.response).entries()) renameItem(item, index);
      if (isClosing(frame)) fillOutput(frame.response);
    }
    if (isClosing(frame)) isOver = true;
    return line.slice(0, start) + JSON.stringify(frame);
  }

  /** Where the id of an item stands in a delta as Copilot writes it, and the id that takes its place. By hand, because there are thousands. */
  function findDelta(events: string, start: number, end: number): Replacement | undefined {
    const lineEnd = events.indexOf('\n', start);
    if (!events.startsWith(deltaMark, lineEnd - deltaMark.indexOf('\n'))) return undefined;
    const field = events.indexOf(idField, lineEnd);
    if (field === -1 || field >= end) return undefined;
    const idStart = field + idField.length;
    const idEnd = events.indexOf('"', idStart);
    const index = readNumber(events, indexBehindId, idEnd);
    if (index === undefined || events[idEnd - 1] === '\\') return undefined;
    return { start: idStart, end: idEnd, text: ids.get(index) ?? name(index, events.slice(idStart, idEnd)) };
  }

  /** One event, or several that no blank line of LF parts. */
  function relayEvent(event: string): string {
    const known = event.includes('ping') ? event.replaceAll(ping, '$1: ping$2') : event;
    return mapObjectLines(known, relayLine);
  }

  function relayLine(line: string): string {
    if (hasItemOrResponse.test(line)) return renameParts(line);
    const index = /"output_index":\s*(\d+)/.exec(line)?.[1];
    if (index === undefined) return line;
    return line.replace(
      /"item_id":\s*"([^"\\]*)"/,
      (_, id: string) => `"item_id":"${name(Number(index), id)}"`,
    );
  }

  return {
    push(events) {
      if (isOver) return '';
      sequence = readNextNumber(events) ?? sequence;
      let text = '';
      let kept = 0;
      let start = 0;
      while (start < events.length && !isOver) {
        const blankLine = events.indexOf('\n\n', start);
        const end = blankLine === -1 ? events.length : blankLine + 2;
        const found = findDelta(events, start, end) ?? {
          start,
          end,
          text: relayEvent(events.slice(start, end)),
        };
        text += events.slice(kept, found.start) + found.text;
        kept = found.end;
        start = end;
      }
      return text + events.slice(kept, start);
    },
    findPlace: () => ({ id: responseId, sequence }),
  };
}

/** The number behind that of the last event here. */
function readNextNumber(events: string): number | undefined {
  const last = readNumber(events, numberField, events.lastIndexOf(numberField));
  return last === undefined ? undefined : last + 1;
}

/** The number behind a field, if the field stands at `position`. */
function readNumber(text: string, field: string, position: number): number | undefined {
  if (position === -1 || !text.startsWith(field, position)) return undefined;
  const start = position + field.length;
  const number = Number.parseInt(text.slice(start, start + longestNumber), 10);
  return Number.isNaN(number) ? undefined : number;
}

function isClosing({ type }: JsonObject): boolean {
  return type === 'response.completed' || type === 'response.incomplete';
}

function listOutput(response: unknown): unknown[] {
  const { output } = isObject(response) ? response : ({} as JsonObject);
  return Array.isArray(output) ? output : [];
}
