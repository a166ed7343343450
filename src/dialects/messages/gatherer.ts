import { isObject, type JsonObject, parseJson, toObject } from '../../json-value.ts';
import type { Gatherer } from '../native.ts';

/** The stream of a message to the message, with whatever blocks and fields it has. */
export function createMessageGatherer(): Gatherer {
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
