import type { IncomingMessage } from 'node:http';
import { CliError } from '../errors.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import type { Call } from './call.ts';

export type JsonBody = { bytes: Uint8Array; value: JsonObject };

/** The JSON object that a caller sends. Throws CliError `usage` with the status to answer with. */
export async function readJsonBody(
  { request, signal }: Pick<Call, 'request' | 'signal'>,
  maxBytes: number,
): Promise<JsonBody> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw refuse(415, `a body with the content encoding ${encoding} is not read`, 'Send it as it is.');
  const bytes = await readBytes(request, maxBytes, signal);
  const value = parse(bytes);
  if (!isObject(value)) throw refuse(400, 'the body is no JSON object', 'Send JSON, as the API has it.');
  return { bytes, value };
}

/** The model that a request names; undefined where it names none. Throws CliError `usage` for what is no name. */
export function readModelName({ model }: JsonObject): string | undefined {
  if (model === undefined || model === null || model === '') return undefined;
  if (typeof model === 'string' && model.trim() !== '') return model;
  throw new CliError('usage', 'model: must be the name of a model', {
    hint: 'GET /v1/models lists them',
    details: { status: 400, param: 'model' },
  });
}

async function readBytes(request: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  if (Number(request.headers['content-length']) > maxBytes) throw createTooLargeError(maxBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw createTooLargeError(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    signal.throwIfAborted();
    throw refuse(400, 'the body did not arrive whole', undefined, error);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw refuse(400, `the body is not JSON${describePlace(error)}`);
  }
}

/** Where it is wrong, and not what it says there: this is told in the log, too. */
function describePlace(error: unknown): string {
  const [, position] = /at position (\d+)/.exec(String(error)) ?? [];
  return position === undefined ? '' : `: it is wrong at character ${position}`;
}

function createTooLargeError(maxBytes: number): CliError {
  const limit = `${Math.round(maxBytes / 2 ** 20)} MB`;
  return new CliError('input_too_large', `the body is larger than ${limit}`, {
    hint: 'Send less, or start the server with a larger --max-body.',
    details: { status: 413 },
  });
}

function refuse(status: number, message: string, hint?: string, cause?: unknown): CliError {
  return new CliError('usage', message, { hint, cause, details: { status } });
}
