import { isObject, type JsonObject } from '../../src/json-value.ts';
import { createRandom, type Random } from '../helpers/random.ts';

/** What random streams are made of. */
export type Corpus = {
  /** Streams as a service writes them: the bytes of one message after the other. */
  streams: Uint8Array[][];
  /** The JSON objects in them, in order. */
  frames: Frame[];
  /** All field names and texts in the frames. */
  words: string[];
  /** Random bytes to cut from: making new ones for each stream would take longer than to read them. */
  noise: Uint8Array;
};

type Frame = { value: JsonObject; bytes: Uint8Array };

const encoder = new TextEncoder();
const odd: unknown[] = [null, true, false, 0, -1, 7, 1e308, '', 'x', '\u0000', '🎉', [], [null], [[]], {}];
const markup = ['data: ', 'data:', 'event: ', 'event: error\n', ': ', '\n', '\r\n', '\n\n', '\r', '{"', '"}'];
const framing = [...markup, 'data: [DONE]\n\n', '\ufeff'].map((text) => encoder.encode(text));
const longestNoise = 64;

/** From streams in text. */
export function createCorpus(texts: readonly string[]): Corpus {
  const messages = texts.map((text) => text.split(/(?<=\n\r?\n)/));
  const frames = messages.flat().flatMap(readFrame);
  const random = createRandom(1);
  return {
    streams: messages.map((stream) => stream.map((message) => encoder.encode(message))),
    frames,
    words: [...new Set(frames.flatMap(({ value }) => listWords(value)))],
    noise: Uint8Array.from({ length: 1 << 18 }, () => random.integer(255)),
  };
}

function readFrame(message: string): Frame[] {
  const data = /^data: (\{.*\})\r?$/m.exec(message)?.[1];
  return data === undefined
    ? []
    : [{ value: JSON.parse(data) as JsonObject, bytes: encoder.encode(message) }];
}

function listWords(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(listWords);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...listWords(item)]);
}

/** Packets that a broken service, or an evil one, might send. */
export function createRandomStream(random: Random, corpus: Corpus): Uint8Array[] {
  const kind = random.integer(9);
  if (kind === 0) return takeList(random, 3, () => takeNoise(random, corpus));
  if (kind < 3)
    return takeList(random, 7, () => (random.chance(0.6) ? random.pick(framing) : takeNoise(random, corpus)));
  if (kind < 7) return spoilPackets(takeMessages(random, corpus), random, corpus);
  return [...takeFrames(random, corpus), ...takeEnding(random, corpus)];
}

function takeList<T>(random: Random, most: number, take: () => T): T[] {
  const list: T[] = [];
  for (let left = 1 + random.integer(most - 1); left > 0; left -= 1) list.push(take());
  return list;
}

function takeNoise(random: Random, { noise }: Corpus): Uint8Array {
  const start = random.integer(noise.length - longestNoise);
  return noise.subarray(start, start + random.integer(longestNoise));
}

/** Up to four in a row, or a whole stream. */
function takeMessages(random: Random, corpus: Corpus): Uint8Array[] {
  const stream = random.pick(corpus.streams);
  if (random.chance(0.05)) return [...stream];
  const start = random.integer(stream.length - 1);
  return [...stream.slice(start, start + 1 + random.integer(3)), ...takeEnding(random, corpus)];
}

/** Without the end of some stream, most of what is random would be cut off. */
function takeEnding(random: Random, { streams }: Corpus): Uint8Array[] {
  return random.chance(0.4) ? random.pick(streams).slice(-2) : [];
}

function spoilPackets(packets: Uint8Array[], random: Random, corpus: Corpus): Uint8Array[] {
  for (let count = random.integer(2); count > 0; count -= 1) {
    const position = random.integer(packets.length - 1);
    const packet = packets[position] ?? new Uint8Array();
    const at = random.integer(packet.length);
    const change = random.integer(5);
    if (change === 0) packets[position] = packet.subarray(0, at);
    else if (change === 1) packets[position] = packet.subarray(at);
    else if (change === 2)
      packets.splice(position, 1, packet.subarray(0, at), takeNoise(random, corpus), packet.subarray(at));
    else if (change === 3)
      packets.splice(position, 1, packet.subarray(0, at), ...takeMessages(random, corpus));
    else packets[position] = replaceByte(packet, at, random.chance(0.5) ? 34 : random.integer(255));
  }
  return packets;
}

function replaceByte(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = byte;
  return copy;
}

/** Up to four in a row, most of them spoiled, some of them made up from the words of the others. */
function takeFrames(random: Random, { frames, words }: Corpus): Uint8Array[] {
  let position = random.integer(frames.length - 1);
  return takeList(random, 4, () => {
    const { value, bytes } = frames[position++ % frames.length] as Frame;
    if (random.chance(0.15)) return writeFrame(inventObject(random, words, 3));
    return random.chance(0.7) ? writeFrame(spoilValue(value, random, words)) : bytes;
  });
}

function writeFrame(frame: unknown): Uint8Array {
  return Buffer.from(`data: ${JSON.stringify(frame)}\n\n`);
}

function inventObject(random: Random, words: readonly string[], depth: number): JsonObject {
  const object: JsonObject = {};
  for (let left = 1 + random.integer(2); left > 0; left -= 1)
    object[random.pick(words)] = inventValue(random, words, depth - 1);
  return object;
}

function inventValue(random: Random, words: readonly string[], depth: number): unknown {
  if (depth > 0 && random.chance(0.6)) {
    const object = inventObject(random, words, depth);
    return random.chance(0.3) ? [object] : object;
  }
  return random.chance(0.5) ? random.pick(words) : random.pick(odd);
}

/** The value with one thing in it, at any depth, replaced or left out. */
function spoilValue(value: unknown, random: Random, words: readonly string[]): unknown {
  const isList = Array.isArray(value);
  if ((!isList && !isObject(value)) || random.chance(0.1)) return inventValue(random, words, 2);
  const names = Object.keys(value);
  if (names.length === 0) return random.pick(odd);
  const name = random.pick(names);
  const item = (value as JsonObject)[name];
  if (isList)
    return value.map((entry, index) => (String(index) === name ? spoilValue(entry, random, words) : entry));
  const copy: JsonObject = { ...value };
  if (random.chance(0.15)) delete copy[name];
  else copy[name] = spoilValue(item, random, words);
  return copy;
}
