import { isObject, type JsonObject, parseJson, toObject } from '../../json-value.ts';
import { DialectError } from '../dialect.ts';
import { mapObjects, withFields } from '../map-objects.ts';
import type { Gatherer, NativePath, NativeRequest } from '../native.ts';
import { createItemRelay } from './item-relay.ts';

/** Copilot refuses a smaller limit, and clients probe with 1. */
const minOutputTokens = 16;
/** Nobody stores anything here, and which tier serves an account is not for a caller to say. */
const droppedFields = ['service_tier', 'stream_options'];
const storedFields = ['previous_response_id', 'conversation', 'prompt', 'background'];
/** What OpenAI would run by itself. */
const servedTools = /^(?:web_search|file_search|code_interpreter|image_generation|mcp|computer)/;

export const nativeResponses: NativePath = {
  prepareRequest,
  withoutThinking,
  createRelay: createItemRelay,
  createGatherer: createResponseGatherer,
};

function prepareRequest(body: JsonObject): NativeRequest {
  for (const name of storedFields) {
    if (body[name] !== undefined && body[name] !== null && body[name] !== false)
      throw new DialectError('nothing is stored here: send the whole conversation as input', name);
  }
  const lost = droppedFields.filter((name) => body[name] !== undefined && body[name] !== null);
  const limit = body.max_output_tokens;
  const isTooSmall = typeof limit === 'number' && limit < minOutputTokens;
  const served = listServedTools(body.tools);
  const notices = [...lost.filter((name) => name !== 'stream_options'), ...served];
  return {
    body: withFields(body, {
      ...Object.fromEntries(
        [...lost, ...storedFields].filter((name) => name in body).map((name) => [name, undefined]),
      ),
      ...(Array.isArray(body.input) && { input: prepareItems(body.input) }),
      ...(Array.isArray(body.tools) && withoutServedTools(body.tools)),
      ...(isTooSmall && { max_output_tokens: minOutputTokens }),
      store: false,
      stream: true,
    }),
    headers: {},
    notices:
      notices.length === 0 ? [] : [`Left out, for Copilot does not take it here: ${notices.join(', ')}.`],
  };
}

function listServedTools(tools: unknown): string[] {
  const types = Array.isArray(tools) ? tools.map((tool) => String(toObject(tool).type)) : [];
  return types.filter((type) => servedTools.test(type));
}

/** Where nothing is left to choose from, there is no word on how to choose either. */
function withoutServedTools(tools: unknown[]): JsonObject {
  const kept = tools.filter((tool) => !servedTools.test(String(toObject(tool).type)));
  if (kept.length === 0) return { tools: undefined, tool_choice: undefined };
  return { tools: kept.length === tools.length ? tools : kept };
}

/**
 * Items without their ids, which are good for one connection of the service only; and of thinking, only what is sealed: the rest is refused.
 */
function prepareItems(items: unknown[]): unknown {
  const reference = items.findIndex((item) => isObject(item) && item.type === 'item_reference');
  if (reference !== -1)
    throw new DialectError('nothing is stored here: send the item itself', `input.${reference}`);
  const kept = items.filter(
    (item) => !isObject(item) || item.type !== 'reasoning' || Boolean(item.encrypted_content),
  );
  const prepared = mapObjects(kept, (item) =>
    withFields(item, {
      ...('id' in item && { id: undefined }),
      // What clients write for nothing is refused.
      ...(item.status === null && { status: undefined }),
      ...(item.content === null && { content: undefined }),
    }),
  );
  return kept.length === items.length && prepared === kept ? items : prepared;
}

function withoutThinking(body: JsonObject): JsonObject | undefined {
  const items = Array.isArray(body.input) ? body.input : [];
  const input = items.filter((item) => !isObject(item) || item.type !== 'reasoning');
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
