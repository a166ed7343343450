import { toWireId } from '../copilot/model.ts';
import { withFields } from '../dialects/body.ts';
import type { Usage } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import { type JsonObject, toNumber, toObject } from '../json-value.ts';
import { beginAnswering } from './answering.ts';
import { type Call, readJsonBody, readModelName, writeJson } from './call.ts';
import type { Services } from './services.ts';

/** The most texts per request to Copilot. */
const batchSize = 512;

/** `POST /embeddings` in OpenAI's shape. OpenAI's clients ask for base64, which is made here: Copilot only sends numbers. */
export async function handleEmbeddings(call: Call, services: Services): Promise<void> {
  const { value, bytes } = await readJsonBody(call, services.maxBodyBytes);
  const texts = readTexts(value.input);
  const isBase64 = readFormat(value.encoding_format) === 'base64';
  const model = await services.models.findEmbedder(readModelName(value));
  const endpoint = '/embeddings';
  const answering = beginAnswering(call, services, {
    body: undefined,
    dialect: 'embeddings',
    endpoint,
    model,
    initiator: 'agent',
    stream: false,
  });
  try {
    await answering.enter(bytes.length);
    const client = await services.connect();
    const vectors: (readonly number[])[] = [];
    let tokens = 0;
    for (let start = 0; start < texts.length; start += batchSize) {
      const input = texts.slice(start, start + batchSize);
      const body = withFields({ model: toWireId(model), input }, { dimensions: value.dimensions });
      const reply = await client.fetchJson(endpoint, body, { model, signal: call.signal });
      vectors.push(...readVectors(reply, input.length));
      tokens += toNumber(toObject(reply.usage).total_tokens) ?? 0;
    }
    answering.observe([{ type: 'usage', usage: toUsage(tokens) }]);
    if (vectors.some(({ length }) => length !== vectors[0]?.length))
      throw createOddError('vectors of different lengths');
    const data = vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: isBase64 ? toBase64(vector) : vector,
    }));
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    writeJson(call, 200, { object: 'list', data, model: model.id, usage }, answering.headers());
    answering.end();
  } catch (error) {
    answering.end(error);
    throw error;
  }
}

function readTexts(input: unknown): string[] {
  const texts = typeof input === 'string' ? [input] : input;
  if (Array.isArray(texts) && texts.length > 0 && texts.every((text) => typeof text === 'string'))
    return texts;
  throw new CliError('usage', 'input: must be a text or a list of texts; lists of tokens are not supported', {
    details: { status: 400, param: 'input' },
  });
}

function readFormat(format: unknown): 'float' | 'base64' {
  if (format === undefined || format === null || format === 'float') return 'float';
  if (format === 'base64') return 'base64';
  throw new CliError('usage', 'encoding_format: must be float or base64', {
    details: { status: 400, param: 'encoding_format' },
  });
}

/** The vectors in the order of the inputs. A caller who stored fewer, or one twice, would find the wrong texts by them for ever. */
function readVectors({ data }: JsonObject, count: number): (readonly number[])[] {
  if (!Array.isArray(data)) throw createOddError('no embeddings');
  if (data.length !== count) throw createOddError(`${data.length} embeddings for ${count} inputs`);
  const vectors = new Map<number, readonly number[]>();
  for (const [position, item] of data.map(toObject).entries()) {
    const index = toNumber(item.index) ?? position;
    if (vectors.has(index)) throw createOddError(`two embeddings for input ${index}`);
    const vector = toVector(item.embedding);
    if (!vector) throw createOddError(`an embedding of input ${index} that is not a list of numbers`);
    vectors.set(index, vector);
  }
  return Array.from({ length: count }, (_, index) => {
    const vector = vectors.get(index);
    if (!vector) throw createOddError(`no embedding for input ${index}`);
    return vector;
  });
}

function createOddError(what: string): CliError {
  return new CliError('upstream', `the service answered with ${what}`);
}

const bytesPerNumber = 4;

/** Some services send base64 although nobody asked for it. */
function toVector(embedding: unknown): readonly number[] | undefined {
  const numbers = typeof embedding === 'string' ? fromBase64(embedding) : embedding;
  if (!Array.isArray(numbers) || numbers.length === 0) return undefined;
  return numbers.every((number) => Number.isFinite(number)) ? numbers : undefined;
}

function fromBase64(text: string): number[] | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % bytesPerNumber !== 0 || bytes.toString('base64') !== text) return undefined;
  return Array.from({ length: bytes.length / bytesPerNumber }, (_, index) =>
    bytes.readFloatLE(index * bytesPerNumber),
  );
}

/** 32-bit floats, little-endian, as OpenAI writes them. */
function toBase64(numbers: readonly number[]): string {
  const bytes = Buffer.alloc(numbers.length * bytesPerNumber);
  for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, index * bytesPerNumber);
  return bytes.toString('base64');
}

function toUsage(inputTokens: number): Usage {
  return {
    inputTokens,
    cachedInputTokens: undefined,
    cacheWriteTokens: undefined,
    outputTokens: undefined,
    reasoningTokens: undefined,
    credits: undefined,
  };
}
