import { isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import { StreamError } from '../stream-decoder.ts';

const finishReasons: ReadonlyMap<unknown, string> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'refusal'],
]);

/** The body of a whole reply. Newer Opus may send Anthropic's blocks in place of choices: they become one choice. */
export function toChunk(body: unknown): JsonObject {
  if (!isObject(body)) throw new StreamError('the reply is not a JSON object');
  if (body.choices !== undefined || !Array.isArray(body.content)) return body;
  const blocks = body.content.filter(isObject);
  const message = {
    content: joinTexts(blocks, 'text'),
    reasoning_text: joinTexts(blocks, 'thinking'),
    reasoning_opaque: blocks.findLast(({ type }) => type === 'thinking')?.signature,
    tool_calls: blocks.filter(({ type }) => type === 'tool_use').map(toToolCall),
  };
  const { input_tokens, output_tokens } = toObject(body.usage);
  return {
    ...body,
    choices: [{ message, finish_reason: finishReasons.get(body.stop_reason) }],
    usage: { prompt_tokens: input_tokens, completion_tokens: output_tokens, ...toObject(body.usage) },
  };
}

function joinTexts(blocks: JsonObject[], type: 'text' | 'thinking'): string {
  return blocks.map((block) => (block.type === type ? (toText(block[type]) ?? '') : '')).join('');
}

function toToolCall({ id, name, input }: JsonObject): JsonObject {
  return { id, function: { name, arguments: JSON.stringify(input ?? {}) } };
}
