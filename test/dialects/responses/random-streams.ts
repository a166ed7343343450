import { isObject, type JsonObject } from '../../../src/json-value.ts';
import type { Random } from '../../helpers/random.ts';
import { fullStream, incomplete, toBytes, toMessage } from './streams.ts';

const failed = { type: 'response.failed', response: { error: { code: 'c', message: 'm' } } };
const frames: unknown[] = [
  ...fullStream,
  incomplete('max_output_tokens'),
  failed,
  { type: 'error', message: 'm' },
];
const types = frames.flatMap((frame) => (isObject(frame) ? [frame.type] : []));
const odd: unknown[] = [
  null,
  true,
  -1,
  0,
  3,
  1e308,
  '',
  'x',
  '\u0000',
  [],
  [null],
  {},
  { type: 'message' },
  [[]],
];

/** Bytes that a broken service, or an evil one, might send. */
export function createRandomStream(random: Random): Uint8Array {
  const kind = random.integer(9);
  if (kind === 0) return Uint8Array.from({ length: random.integer(60) }, () => random.integer(255));
  if (kind === 1) return new TextEncoder().encode(`data: ${random.text(40)}\n\n`);
  const first = random.integer(frames.length - 1);
  const chosen = frames.slice(first, first + 1 + random.integer(3));
  if (random.chance(0.5)) chosen.push(random.pick(frames));
  if (random.chance(0.5)) chosen.push(fullStream.at(-1));
  const bytes = toBytes(chosen.map((frame) => toMessage(kind < 8 ? mutate(frame, random) : frame)));
  if (kind < 7) return bytes;
  for (let count = random.integer(3); count > 0; count -= 1)
    bytes[random.integer(bytes.length - 1)] = random.integer(255);
  return random.chance(0.3) ? bytes.subarray(0, random.integer(bytes.length)) : bytes;
}

/** The frame with one of its values, at any depth, replaced by another or left out. */
function mutate(value: unknown, random: Random): unknown {
  if (!isObject(value) || Object.keys(value).length === 0) return random.pick(odd);
  const name = random.pick(Object.keys(value));
  const copy: JsonObject = { ...value };
  const item = copy[name];
  if (name === 'type' && random.chance(0.7)) copy[name] = random.pick(types);
  else if (random.chance(0.1)) delete copy[name];
  else if (Array.isArray(item) && random.chance(0.7)) copy[name] = item.map((entry) => mutate(entry, random));
  else copy[name] = random.chance(0.7) ? mutate(item, random) : random.pick(odd);
  return copy;
}
