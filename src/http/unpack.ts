import { pipeline, Readable } from 'node:stream';
import { CliError } from '../errors.ts';
import { toOneLine } from '../terminal-text.ts';
import { type ArrivingBody, type ReadBodyOptions, readBody } from './exchange.ts';

type Zlib = typeof import('node:zlib');

const unpackers: Record<string, (zlib: Zlib) => NodeJS.ReadWriteStream & Readable> = {
  gzip: (zlib) => zlib.createGunzip(),
  'x-gzip': (zlib) => zlib.createGunzip(),
  deflate: (zlib) => zlib.createInflate(),
  br: (zlib) => zlib.createBrotliDecompress(),
};

/** The coding of a `content-encoding` header, if there is one. */
export function findCoding(header: string | undefined): string | undefined {
  const coding = header?.trim().toLowerCase();
  return coding === '' || coding === 'identity' ? undefined : coding;
}

/**
 * The bytes of a packed body, as they arrive. No request asks for one, but stores of files and some proxies pack all the same. Throws
 * CliError `upstream` if it is damaged or packed in another way, and what `readBody` throws.
 */
export async function* unpackBody(
  body: ArrivingBody,
  { check, ...options }: ReadBodyOptions,
  { coding, host }: { coding: string; host: string },
): AsyncGenerator<Uint8Array, undefined> {
  const unpacker = Object.hasOwn(unpackers, coding)
    ? unpackers[coding]?.(await import('node:zlib'))
    : undefined;
  if (!unpacker) {
    body.leave(false);
    throw new CliError('upstream', `${host} sent its answer packed as ${toOneLine(coding).slice(0, 40)}`, {
      hint: 'That was not asked for. Ask whoever runs the server, or a proxy on the way, to send answers as they are.',
    });
  }
  pipeline(Readable.from(readBody(body, options)), unpacker, () => {});
  let isFirst = true;
  try {
    for await (const bytes of unpacker) {
      if (isFirst) check?.(bytes as Uint8Array);
      isFirst = false;
      yield bytes as Uint8Array;
    }
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    throw new CliError('upstream', `${host} sent an answer that cannot be unpacked (${coding})`, {
      hint: 'Try again.',
      cause,
    });
  }
  return undefined;
}

/** What node:zlib throws; the body has errors of its own. */
function isDamage(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(?:Z_|ERR_BROTLI|ERR__ERROR)/.test(code);
}
