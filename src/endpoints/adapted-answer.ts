import { CliError } from '../errors.ts';
import type { HttpResponse } from '../http/http.ts';
import { isObject, parseJson } from '../json-value.ts';
import { createSseDecoder, type SseMessage } from '../sse/decoder.ts';
import { type Adaptation, adapt } from './adaptation.ts';

/** Of an answer in one piece. */
const maxBytes = 32 * 1024 * 1024;

/** The same answer with each piece of JSON in it changed: each event of a stream, or the whole reply. */
export function adaptAnswer(response: HttpResponse, adaptation: Adaptation): HttpResponse {
  const { 'content-length': _, ...headers } = response.headers;
  const isStream = headers['content-type']?.includes('event-stream') ?? false;
  const body = isStream ? adaptStream(response.body, adaptation) : adaptWhole(response.body, adaptation);
  return { ...response, headers, body };
}

async function* adaptStream(
  body: AsyncIterable<Uint8Array>,
  adaptation: Adaptation,
): AsyncGenerator<Uint8Array> {
  const decoder = createSseDecoder();
  for await (const bytes of body) yield toBytes(decoder.push(bytes), adaptation);
  yield toBytes(decoder.end(), adaptation);
}

function toBytes(messages: readonly SseMessage[], adaptation: Adaptation): Uint8Array {
  return Buffer.from(messages.map((message) => toText(message, adaptation)).join(''));
}

/** The event of a message is what its data say, where they say it. */
function toText({ event, data }: SseMessage, adaptation: Adaptation): string {
  const given = parseJson(data);
  const adapted = given === undefined ? given : adapt(given, adaptation);
  const type =
    event !== undefined && isObject(adapted) && typeof adapted.type === 'string' ? adapted.type : event;
  const name = type === undefined ? '' : `event: ${type}\n`;
  const lines = given === undefined ? data : JSON.stringify(adapted);
  return `${name}${lines.replaceAll(/^/gm, 'data: ')}\n\n`;
}

async function* adaptWhole(
  body: AsyncIterable<Uint8Array>,
  adaptation: Adaptation,
): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of body) {
    length += bytes.length;
    if (length > maxBytes) throw new CliError('network', 'the answer is too large');
    pieces.push(bytes);
  }
  const whole = Buffer.concat(pieces);
  const given = parseJson(whole.toString('utf8'));
  yield given === undefined ? whole : Buffer.from(JSON.stringify(adapt(given, adaptation)));
}
