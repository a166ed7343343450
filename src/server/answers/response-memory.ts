import { CliError } from '../../errors.ts';
import { formatJson, isObject, type JsonObject, parseJson, toObject, toText } from '../../json-value.ts';
import type { JsonBody } from '../call.ts';
import { readOutput } from './read-output.ts';

/**
 * What this server has answered on `/responses`, so that callers can refer to it: OpenAI's own packages do, unless they are told
 * `store: false`. It is kept in memory, apart for each caller, for an hour after its last use.
 */
export type ResponseMemory = {
  /**
   * A body with the items in it that it refers to. The same body if it refers to nothing. Throws CliError `usage` for what is not kept any
   * more.
   */
  expand(caller: string, body: JsonBody): JsonBody;
  /** Follows the answer to an expanded body. Undefined if its caller wants nothing stored. */
  record(caller: string, body: JsonBody): ResponseRecorder | undefined;
  /** A whole response, by its id. */
  find(caller: string, id: string): JsonObject | undefined;
};

export type ResponseRecorder = {
  /** Takes whole events of a stream, as the caller gets them. */
  push(piece: string | Uint8Array): void;
  /** Takes a reply in one piece. */
  keep(reply: JsonObject): void;
  /** Stores what came, even if the stream was cut. To be called once. */
  end(): void;
};

type Kept = {
  response: JsonObject;
  input: readonly unknown[];
  output: readonly JsonObject[];
  size: number;
  usedAt: number;
};

const lifetimeMs = 60 * 60_000;
/** In characters of JSON, requests and responses of all callers together. */
const maxTotal = 64 * 2 ** 20;
/** Answers that are longer are not kept. */
const maxStream = 16 * 2 ** 20;
const shownIdLength = 80;

export function createResponseMemory(now: () => number): ResponseMemory {
  /** By caller and id; the one that was not used for longest first. */
  const kept = new Map<string, Kept>();
  /** The response in which an item is, by caller and the item's id. */
  const places = new Map<string, string>();
  let total = 0;

  function forget(key: string): void {
    const entry = kept.get(key);
    if (!entry) return;
    kept.delete(key);
    total -= entry.size;
    const [caller = ''] = key.split('\n', 1);
    for (const { id } of entry.output) {
      const place = toKey(caller, id);
      if (places.get(place) === key) places.delete(place);
    }
  }

  function use(key: string | undefined): Kept | undefined {
    const entry = key === undefined ? undefined : kept.get(key);
    if (key === undefined || !entry) return undefined;
    if (now() - entry.usedAt > lifetimeMs) {
      forget(key);
      return undefined;
    }
    entry.usedAt = now();
    kept.delete(key);
    kept.set(key, entry);
    return entry;
  }

  function store(caller: string, { value, bytes }: JsonBody, response: JsonObject): void {
    const id = toText(response.id);
    const input = toItems(value.input);
    const size = bytes.length + (formatJson(response)?.length ?? 0);
    if (id === undefined || size > maxTotal) return;
    const key = toKey(caller, id);
    forget(key);
    const output = (Array.isArray(response.output) ? response.output : []).filter(isObject);
    kept.set(key, { response, input, output, size, usedAt: now() });
    total += size;
    for (const item of output) if (toText(item.id) !== undefined) places.set(toKey(caller, item.id), key);
    for (const [oldest, { usedAt }] of kept) {
      if (total <= maxTotal && now() - usedAt <= lifetimeMs) break;
      forget(oldest);
    }
  }

  function expandItem(caller: string, item: unknown, path: string): unknown[] {
    if (!isReference(item)) return [item];
    const found = use(places.get(toKey(caller, item.id)))?.output.find(({ id }) => id === item.id);
    if (!found) throw createGoneError(path, item.id);
    return isReplayable(found) ? [found] : [];
  }

  return {
    expand(caller, body) {
      const { previous_response_id: previousId, ...fields } = body.value;
      const items = toItems(fields.input);
      const isContinued = previousId !== undefined && previousId !== null;
      if (!isContinued && !items.some(isReference)) return body;
      const previous = isContinued ? use(toKey(caller, previousId)) : undefined;
      if (isContinued && !previous) throw createGoneError('previous_response_id', previousId);
      const before = previous ? [...previous.input, ...previous.output.filter(isReplayable)] : [];
      const input = [
        ...before,
        ...items.flatMap((item, index) => expandItem(caller, item, `input.${index}`)),
      ];
      const value = { ...fields, input };
      const text = formatJson(value);
      if (text === undefined)
        throw new CliError('usage', 'the body is nested too deeply', { details: { status: 400 } });
      return { value, bytes: Buffer.from(text) };
    },
    record(caller, body) {
      if (body.value.store === false) return undefined;
      let pieces: (string | Uint8Array)[] = [];
      let length = 0;
      return {
        push(piece) {
          length += piece.length;
          if (length > maxStream) pieces = [];
          else pieces.push(piece);
        },
        keep: (reply) => store(caller, body, reply),
        end() {
          const response = length > maxStream || length === 0 ? undefined : readOutput(pieces);
          pieces = [];
          if (response) store(caller, body, response);
        },
      };
    },
    find: (caller, id) => use(toKey(caller, id))?.response,
  };
}

/** A caller's name has no line break. */
function toKey(caller: string, id: unknown): string {
  return `${caller}\n${String(id)}`;
}

function toItems(input: unknown): readonly unknown[] {
  if (Array.isArray(input)) return input;
  return input === undefined || input === null ? [] : [{ type: 'message', role: 'user', content: input }];
}

/** OpenAI's own short form has no type. */
function isReference(item: unknown): item is JsonObject & { id: string } {
  if (!isObject(item) || typeof item.id !== 'string') return false;
  return item.type === 'item_reference' || Object.keys(item).length === 1;
}

/** Thinking can only be sent back sealed, and a call only whole. */
function isReplayable({ type, encrypted_content, status, arguments: given }: JsonObject): boolean {
  if (type === 'reasoning') return Boolean(encrypted_content);
  if (type === 'function_call') return status !== 'incomplete' && parseJson(String(given)) !== undefined;
  return true;
}

function createGoneError(path: string, id: unknown): CliError {
  const shown = String(toObject({ id }).id).slice(0, shownIdLength);
  return new CliError('usage', `${path}: this server does not have ${shown}, or has it no longer`, {
    hint: 'Answers are kept for an hour, in memory. Send the items themselves: clients do so with "store": false.',
    details: { status: 400, param: path },
  });
}
