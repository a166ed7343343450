import { isObject, type JsonObject, parseJson, toObject, toText } from '../../json-value.ts';
import { createSseDecoder } from '../../sse/decoder.ts';

const interesting =
  /^\{"type":"response\.(?:created|completed|incomplete|failed|output_item\.(?:added|done))"/;
const textDelta = 'response.output_text.delta';

/**
 * The response of a stream of `/responses`, put together from its events. One that failed or was cut has the items that were complete and
 * the words of the message that was not. Without its last event it is `incomplete`. Undefined if the stream has not begun.
 */
export function readOutput(pieces: readonly (string | Uint8Array)[]): JsonObject | undefined {
  const sse = createSseDecoder();
  const messages = pieces.flatMap((piece) => sse.push(Buffer.from(piece)));
  const items = new Map<number, JsonObject>();
  let response: JsonObject | undefined;
  let ending: string | undefined;
  for (const { event, data } of messages) {
    if (event === undefined ? !interesting.test(data) : !isKnown(event)) continue;
    const frame = toObject(parseJson(data));
    const index = Number(frame.output_index);
    if (isObject(frame.response)) response = frame.response;
    if (isObject(frame.item)) items.set(index, frame.item);
    ending ??= /^response\.(completed|incomplete|failed)$/.exec(String(frame.type))?.[1];
  }
  if (!response) return undefined;
  const isWhole = ending === 'completed' || ending === 'incomplete';
  if (!isWhole) addWords(items, messages);
  const streamed = [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
  const output = Array.isArray(response.output) && response.output.length > 0 ? response.output : streamed;
  return {
    ...response,
    ...(ending === undefined && { status: 'incomplete' }),
    output: isWhole ? output : streamed,
  };
}

function isKnown(event: string): boolean {
  return interesting.test(`{"type":"${event}"`);
}

/** Gives messages without an end the words that came. */
function addWords(items: Map<number, JsonObject>, messages: readonly { data: string }[]): void {
  const words = new Map<number, string>();
  for (const { data } of messages) {
    if (!data.includes(textDelta)) continue;
    const { output_index, delta } = toObject(parseJson(data));
    const index = Number(output_index);
    words.set(index, (words.get(index) ?? '') + (toText(delta) ?? ''));
  }
  for (const [index, item] of items) {
    if (item.type !== 'message' || (Array.isArray(item.content) && item.content.length > 0)) continue;
    const content = [{ type: 'output_text', text: words.get(index) ?? '', annotations: [] }];
    items.set(index, { ...item, status: 'incomplete', content });
  }
}
