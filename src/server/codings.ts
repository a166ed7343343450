import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, gzipSync, inflate, inflateRaw } from 'node:zlib';
import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { isLoopback, toUrlHost } from '../loopback.ts';

const unpackers: Record<string, (packed: Uint8Array, maxBytes: number) => Promise<Uint8Array>> = {
  gzip: toUnpacker(promisify(gunzip)),
  'x-gzip': toUnpacker(promisify(gunzip)),
  br: toUnpacker(promisify(brotliDecompress)),
  // The name means zlib's format (RFC 9110, 8.4.1.2), but some clients send it without the header.
  deflate: (packed, maxBytes) =>
    toUnpacker(promisify(hasZlibHeader(packed) ? inflate : inflateRaw))(packed, maxBytes),
  // Loaded here, because Node has no zstd before 22.15 and few callers send it: Codex does, signed in with ChatGPT.
  zstd: async (packed, maxBytes) => (await import('./unzstd.ts')).unzstd(packed, maxBytes),
};

/** Nobody packs a body more often; each further layer multiplies what a small body can grow to. */
const maxLayers = 2;

/** The codings of a `content-encoding` header, in the order in which they were applied. Throws CliError `usage` with status 415 for others. */
export function readCodings(header: string | undefined): string[] {
  const codings = (header ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  const unknown = codings.find((coding) => !Object.hasOwn(unpackers, coding));
  if (unknown === undefined && codings.length <= maxLayers) return codings;
  throw new CliError(
    'usage',
    unknown === undefined
      ? 'the body is packed too many times'
      : `a body with the content encoding ${unknown.slice(0, 40)} is not read`,
    { hint: 'Send it as gzip, deflate, br or zstd, or unpacked.', details: { status: 415 } },
  );
}

/**
 * Unpacks a body, and stops as soon as it is larger than `maxBytes`. Throws CliError `input_too_large` then, and `usage` if the body is
 * damaged.
 */
export async function unpack(
  packed: Uint8Array,
  codings: readonly string[],
  maxBytes: number,
): Promise<Uint8Array> {
  let bytes = packed;
  for (const coding of codings.toReversed()) {
    try {
      bytes = (await unpackers[coding]?.(bytes, maxBytes)) ?? bytes;
    } catch (error) {
      if (isTooLarge(error)) throw createTooLargeError(maxBytes);
      throw new CliError('usage', `the body cannot be unpacked as ${coding}`, {
        cause: error,
        details: { status: 400 },
      });
    }
  }
  return bytes;
}

const minPackedBytes = 16 * 1024;

/**
 * A whole reply packed as its reader accepts it, or undefined if that does not help: packing costs more time than the way inside this machine.
 */
export function packReply(
  body: string,
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
): Buffer | undefined {
  const accepts = /(?:^|,)\s*(?:gzip|\*)\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))/i.test(
    headers['accept-encoding']?.toString() ?? '',
  );
  if (!accepts || body.length < minPackedBytes || isNear(socket)) return undefined;
  return gzipSync(body, { level: constants.Z_BEST_SPEED });
}

function isNear({ remoteAddress = '' }: IncomingMessage['socket']): boolean {
  return isLoopback(toUrlHost(remoteAddress.replace(/^::ffff:/, '')));
}

/** For a body larger than `--max-body`, packed or unpacked. */
export function createTooLargeError(maxBytes: number): CliError {
  const limit = `${Math.round(maxBytes / 2 ** 20)} MB`;
  return new CliError('input_too_large', `the body is larger than ${limit}`, {
    hint: advise`Send less, or start the server with a larger ${flag('--max-body')}.`,
    details: { status: 413 },
  });
}

type ZlibFunction = (packed: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;

function toUnpacker(work: ZlibFunction) {
  return (packed: Uint8Array, maxBytes: number) => work(packed, { maxOutputLength: maxBytes });
}

/** Node's code for `maxOutputLength`. */
function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}

/** RFC 1950: method 8, and a checksum over the first two bytes. */
function hasZlibHeader([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 15) === 8 && (method * 256 + flags) % 31 === 0;
}
