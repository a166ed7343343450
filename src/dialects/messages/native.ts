import { isObject, type JsonObject, parseJson, toObject } from '../../json-value.ts';
import { mapObjects, withFields } from '../body.ts';
import type { Gatherer, NativeOptions, NativePath, NativeRequest } from '../dialect.ts';
import { knownFields } from './read-request.ts';
import { toReplySchema } from './reply-schema.ts';
import { acceptedExtras } from './write-request.ts';

/** The fields that Copilot takes with Claude; all others end in "Extra inputs are not permitted". */
const acceptedFields: ReadonlySet<string> = new Set([...knownFields, ...acceptedExtras]);

/** What the gateway lets through: an unknown beta is refused with everything in the request. */
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

/** Copilot speaks Anthropic's own stream here, so that answers go on byte for byte. */
export const nativeMessages: NativePath = {
  prepareRequest,
  withoutThinking: () => undefined,
  createRelay: undefined,
  createGatherer: createMessageGatherer,
};

function prepareRequest(body: JsonObject, { betas }: NativeOptions): NativeRequest {
  const notices: string[] = [];
  const lost = Object.keys(body).filter((name) => !acceptedFields.has(name));
  if (lost.length > 0)
    notices.push(`Left out, for Copilot does not take it with Claude: ${lost.join(', ')}.`);
  const kept = withFields(body, Object.fromEntries(lost.map((name) => [name, undefined])));
  const prepared = withFields(withFormat(kept), {
    ...(kept.system !== undefined && { system: mapObjects(kept.system, withoutScope) }),
    ...(kept.tools !== undefined && { tools: mapObjects(kept.tools, withoutScope) }),
    ...(kept.messages !== undefined && { messages: mapObjects(kept.messages, prepareMessage) }),
    stream: true,
  });
  return { body: prepared, headers: chooseBetas(prepared, betas, notices), notices };
}

/** The format of a reply was once a field of its own, as older clients still have it. Its schema is brought into the form that Claude takes. */
function withFormat(body: JsonObject): JsonObject {
  const { output_format, output_config } = body;
  const given = output_format === undefined ? {} : { format: output_format };
  const config: JsonObject = { ...given, ...toObject(output_config) };
  const format = toObject(config.format);
  const schema = isObject(format.schema) ? toReplySchema(format.schema) : undefined;
  const isTaken = JSON.stringify(schema) === JSON.stringify(format.schema);
  if (output_format === undefined && (isTaken || !schema)) return body;
  return withFields(body, {
    output_format: undefined,
    output_config: schema && !isTaken ? { ...config, format: { ...format, schema } } : config,
  });
}

function prepareMessage(message: JsonObject): JsonObject {
  return withFields(message, { content: mapObjects(message.content, prepareBlock) });
}

/** A mark inside the result of a tool is refused: it belongs on the result. */
function prepareBlock(block: JsonObject): JsonObject {
  const marked = withoutScope(block);
  if (block.type !== 'tool_result' || !Array.isArray(block.content)) return marked;
  const marks = block.content.filter(isObject).flatMap(({ cache_control }) => cache_control ?? []);
  return withFields(marked, {
    content: mapObjects(block.content, (part) => withFields(part, { cache_control: undefined })),
    ...(marks.length > 0 &&
      marked.cache_control === undefined && { cache_control: withoutScopeOf(marks.at(-1)) }),
  });
}

function withoutScope(block: JsonObject): JsonObject {
  return isObject(block.cache_control) && 'scope' in block.cache_control
    ? { ...block, cache_control: withoutScopeOf(block.cache_control) }
    : block;
}

function withoutScopeOf(mark: unknown): unknown {
  if (!isObject(mark)) return mark;
  const { scope: _, ...rest } = mark;
  return rest;
}

/** A field and its beta go together: one without the other is refused. */
function chooseBetas(body: JsonObject, betas: readonly string[], notices: string[]): Record<string, string> {
  const accepted = betas.filter((beta) => acceptedBetas.some((pattern) => pattern.test(beta)));
  const lost = betas.filter((beta) => !accepted.includes(beta));
  if (lost.length > 0) notices.push(`Betas that Copilot does not know are left out: ${lost.join(', ')}.`);
  const needed =
    body.context_management === undefined || accepted.includes(contextManagement) ? [] : [contextManagement];
  const sent = [...accepted, ...needed];
  return sent.length === 0 ? {} : { 'anthropic-beta': sent.join(',') };
}

/** The stream of a message to the message, with whatever blocks and fields it has. */
function createMessageGatherer(): Gatherer {
  let message: JsonObject | undefined;
  const blocks: JsonObject[] = [];
  const inputs = new Map<number, string>();

  function readDelta(index: number, delta: JsonObject): void {
    const block = blocks[index];
    if (!block) return;
    switch (delta.type) {
      case 'input_json_delta':
        inputs.set(index, (inputs.get(index) ?? '') + String(delta.partial_json ?? ''));
        break;
      case 'citations_delta':
        block.citations = [...(Array.isArray(block.citations) ? block.citations : []), delta.citation];
        break;
      default:
        append(block, delta);
    }
  }

  return {
    push({ data }) {
      const event = toObject(parseJson(data));
      const index = Number(event.index);
      switch (event.type) {
        case 'message_start':
          message = { ...toObject(event.message) };
          break;
        case 'content_block_start':
          blocks[index] = { ...toObject(event.content_block) };
          break;
        case 'content_block_delta':
          readDelta(index, toObject(event.delta));
          break;
        case 'message_delta': {
          const { type: _, delta, usage, ...rest } = event;
          const counted = { ...toObject(message?.usage), ...toObject(usage) };
          message = { ...message, ...toObject(delta), ...rest, usage: counted };
          break;
        }
      }
    },
    toReply() {
      if (!message) return undefined;
      for (const [index, text] of inputs) setInput(blocks[index], text);
      return { ...message, content: blocks.filter(isObject) };
    },
  };
}

/** Texts of a delta follow those of the block: `text`, `thinking`, `signature`. */
function append(block: JsonObject, { type: _, ...texts }: JsonObject): void {
  for (const [name, text] of Object.entries(texts)) {
    const before = block[name];
    block[name] = typeof before === 'string' && typeof text === 'string' ? before + text : text;
  }
}

function setInput(block: JsonObject | undefined, text: string): void {
  if (!block || text === '') return;
  block.input = toObject(parseJson(text));
}
