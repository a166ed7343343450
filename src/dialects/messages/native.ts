import { formatJson, isObject, type JsonObject, parseJson, toObject } from '../../json-value.ts';
import { mapObjects, withFields } from '../body.ts';
import type { Gatherer, NativeBody, NativePath, PreparedBody } from '../dialect.ts';
import { parameters, toBetaHeader } from './accepted.ts';
import { foldSystem, limitMarks, listBlocks } from './native-prompt.ts';
import { toReplySchema } from './reply-schema.ts';

/** Copilot speaks Anthropic's own stream here, so that answers go on byte for byte. */
export const nativeMessages: NativePath = {
  parameters,
  toBody,
  withoutThinking: () => undefined,
  createRelay: undefined,
  createGatherer: createMessageGatherer,
  closing: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
  // Clients go on with such a message.
  tellsCut: ({ detail }) => detail === 'pause_turn',
};

function toBody({ body, betas }: PreparedBody): NativeBody {
  const { system, messages } = foldSystem({ ...body, messages: mapObjects(body.messages, spreadMark) });
  const sent = withFields(withFormat(body), {
    ...(system !== undefined && { system: mapObjects(system, withoutScope) }),
    ...(body.tools !== undefined && { tools: mapObjects(body.tools, withoutScope) }),
    ...(messages !== undefined && { messages: mapObjects(messages, prepareMessage) }),
    ...(body.system !== undefined && system === undefined && { system: undefined }),
    stream: true,
  });
  return { body: limitMarks(sent), headers: toBetaHeader(sent, betas) };
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

/** OpenRouter and LiteLLM mark whole messages: the mark goes to the last block that takes one. */
function spreadMark(message: JsonObject): JsonObject {
  const { cache_control, content } = message;
  if (cache_control === undefined) return message;
  const blocks = listBlocks(content);
  const last = blocks.findLast(({ type }) => type !== 'thinking' && type !== 'redacted_thinking');
  return withFields(message, {
    content: blocks.map((block) => (block === last ? { cache_control, ...block } : block)),
    cache_control: undefined,
  });
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
        inputs.set(index, (inputs.get(index) ?? '') + toPiece(delta.partial_json));
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

/** Some gateways send the arguments as an object. */
function toPiece(piece: unknown): string {
  return isObject(piece) ? (formatJson(piece) ?? '') : String(piece ?? '');
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
