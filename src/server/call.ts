import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { CliError } from '../errors.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { createTooLargeError, packReply, readCodings, unpack } from './codings.ts';

/** A request of a caller, as the handler of a route gets it. */
export type Call = {
  /** For the log and for the caller: the `x-request-id` of the reply. */
  readonly id: string;
  readonly method: string;
  /** Without a leading `/v1`, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The text in the place of each `:name` of the route's path, decoded, and as `rest` what stands for a last `*`. */
  readonly params: Readonly<Record<string, string>>;
  /** The caller's name, from its key and its client: callers take turns. */
  readonly caller: string;
  /** The client's own name for its conversation, if it sends one. */
  readonly session: string | undefined;
  /** Aborts when the caller leaves or the server ends. */
  readonly signal: AbortSignal;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

export type JsonBody = { bytes: Uint8Array; value: JsonObject };

/** The JSON object that a caller sends. Throws CliError `usage` with the status to answer with. */
export async function readJsonBody(
  { request, signal }: Pick<Call, 'request' | 'signal'>,
  maxBytes: number,
): Promise<JsonBody> {
  const codings = readCodings(request.headers['content-encoding']);
  const bytes = await unpack(await readBytes(request, maxBytes, signal), codings, maxBytes);
  const value = parse(bytes);
  if (!isObject(value)) throw refuse(400, 'the body is not a JSON object', 'Send a JSON object.');
  return { bytes, value };
}

/** The longest id that a catalogue has is a quarter of this. Longer names are not looked for and not repeated. */
const maxNameLength = 200;

/** The model that a request names; undefined if it names none. Throws CliError `usage` for anything but a name. */
export function readModelName({ model }: JsonObject): string | undefined {
  if (model === undefined || model === null || model === '') return undefined;
  const isText = typeof model === 'string' && model.trim() !== '';
  if (isText && model.length <= maxNameLength) return model;
  const message = isText
    ? `model: no model has a name of ${model.length} characters`
    : 'model: must be the name of a model';
  throw new CliError('usage', message, {
    hint: 'GET /v1/models lists them',
    details: { status: 400, param: 'model' },
  });
}

async function readBytes(request: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  if (Number(request.headers['content-length']) > maxBytes) throw createTooLargeError(maxBytes);
  try {
    return await gather(request, maxBytes);
  } catch (error) {
    if (error instanceof CliError) throw error;
    signal.throwIfAborted();
    throw refuse(400, 'the body did not arrive whole', undefined, error);
  }
}

/** By listeners, because an async iterator would cost more than all else that is done with a short body. */
function gather(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const expected = Number(request.headers['content-length']);
  return new Promise((resolve, reject) => {
    const finish = (): void => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        request.pause();
        reject(createTooLargeError(maxBytes));
        return;
      }
      chunks.push(chunk);
      // The end is told a turn later.
      if (length === expected) finish();
    });
    request.on('end', finish);
    request.on('error', reject);
    request.on('close', reject);
  });
}

/** Made once, because making one takes as long as reading a short body. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw refuse(400, `the body is not JSON${describePlace(error)}`);
  }
}

/** The position of the fault and none of the text around it: the message goes into the log, too. */
function describePlace(error: unknown): string {
  const [, position] = /at position (\d+)/.exec(String(error)) ?? [];
  return position === undefined ? '' : `: it is wrong at character ${position}`;
}

function refuse(status: number, message: string, hint?: string, cause?: unknown): CliError {
  return new CliError('usage', message, { hint, cause, details: { status } });
}

export function writeJson(
  call: Pick<Call, 'response'>,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  writeBody(call, status, 'application/json; charset=utf-8', JSON.stringify(body), headers);
}

/** Writes a whole reply. Browsers may not guess its type, keep it or show it in a frame. */
export function writeBody(
  { response }: Pick<Call, 'response'>,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  const packed = packReply(body, response.req);
  const vary = [response.getHeader('vary'), headers.vary, packed && 'accept-encoding']
    .filter(Boolean)
    .join(', ');
  response.writeHead(status, {
    'content-type': type,
    'content-length': packed?.length ?? Buffer.byteLength(body),
    ...(packed && { 'content-encoding': 'gzip' }),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    ...(vary !== '' && { vary }),
  });
  response.end(response.req.method === 'HEAD' ? undefined : (packed ?? body));
}
