import { toWireId } from '../copilot/model.ts';
import { withFields } from '../dialects/body.ts';
import type { Usage } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import { isObject, type JsonObject, toNumber, toObject } from '../json-value.ts';
import { beginAnswering } from './answering.ts';
import { type Call, readJsonBody, readModelName, writeJson } from './call.ts';
import type { Services } from './services.ts';

/** The most texts per request to Copilot. */
const batchSize = 512;

type Embedding = { index: number; embedding: unknown };

/** `POST /embeddings` in OpenAI's shape. OpenAI's clients ask for base64, which is made here: Copilot only sends numbers. */
export async function handleEmbeddings(call: Call, services: Services): Promise<void> {
  const { value, bytes } = await readJsonBody(call, services.maxBodyBytes);
  const texts = readTexts(value.input);
  const isBase64 = readFormat(value.encoding_format) === 'base64';
  const model = await services.models.findEmbedder(readModelName(value));
  const endpoint = '/embeddings';
  const answering = beginAnswering(call, services, {
    folder: undefined,
    dialect: 'embeddings',
    endpoint,
    model,
    initiator: 'agent',
    stream: false,
  });
  try {
    await answering.enter(bytes.length);
    const client = await services.connect();
    const data: Embedding[] = [];
    let tokens = 0;
    for (let start = 0; start < texts.length; start += batchSize) {
      const input = texts.slice(start, start + batchSize);
      const body = withFields({ model: toWireId(model), input }, { dimensions: value.dimensions });
      const reply = toObject(await client.fetchJson(endpoint, body, { model, signal: call.signal }));
      data.push(...readEmbeddings(reply, start));
      tokens += toNumber(toObject(reply.usage).total_tokens) ?? 0;
    }
    answering.observe([{ type: 'usage', usage: toUsage(tokens) }]);
    const list = data.map(({ index, embedding }) => ({
      object: 'embedding',
      index,
      embedding: isBase64 ? toBase64(embedding) : embedding,
    }));
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    writeJson(call, 200, { object: 'list', data: list, model: model.id, usage }, answering.headers());
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

function readEmbeddings({ data }: JsonObject, start: number): Embedding[] {
  if (!Array.isArray(data)) throw new CliError('upstream', 'the service answered without embeddings');
  return data
    .filter(isObject)
    .map(({ index, embedding }, position) => ({ index: start + (toNumber(index) ?? position), embedding }));
}

/** 32-bit floats, little-endian, as OpenAI writes them. */
function toBase64(embedding: unknown): string {
  const numbers = Array.isArray(embedding) ? embedding.map(Number) : [];
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, index * 4);
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
