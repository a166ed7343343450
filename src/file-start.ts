import { close, constants, fstatSync, open, read } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { checkOpenFile, MovedError } from './held-folder.ts';

const openFile = promisify(open);
const closeFile = promisify(close);
const readBytes = promisify(read);

/** Read at once. The signal is checked between two pieces. */
const pieceLength = 1024 * 1024;

/** What is allowed to be at a path: by default, whatever is found there. */
type FileStartOptions = {
  /** `real`: the path is real, and no part of it may have become a link. `special`: it has no real path, as a pipe, so it is no regular file. */
  kind?: 'real' | 'special';
};

/**
 * The first `maxBytes` of a file, and one byte more if the file is longer. Also reads pipes and devices, which have no size. Throws the
 * reason of the signal when it aborts, even if a pipe is silent, and MovedError if something else is at the path than `kind` says.
 */
export async function readFileStart(
  path: string,
  maxBytes: number,
  signal?: AbortSignal,
  { kind }: FileStartOptions = {},
): Promise<Buffer> {
  signal?.throwIfAborted();
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  // A blocking open of a named pipe waits for a writer in a thread, and the process cannot end before that thread does.
  const flags = O_RDONLY | O_NONBLOCK | (kind === 'real' ? O_NOFOLLOW : 0);
  const fd = await openFile(path, flags).catch((error: { code?: string }) => {
    throw kind === 'real' && error.code === 'ELOOP' ? new MovedError(`${path} is a link now`) : error;
  });
  let stream: Readable | undefined;
  try {
    stream = toStream(fd, path, kind);
  } catch (error) {
    await closeFile(fd);
    throw error;
  }
  if (stream) return readStream(stream, maxBytes, signal);
  try {
    return await readPieces(fd, maxBytes, signal);
  } finally {
    await closeFile(fd);
  }
}

/** A stream that waits without a thread and closes the file, for files that may stay silent. Undefined for all others. */
function toStream(fd: number, path: string, kind: FileStartOptions['kind']): Readable | undefined {
  if (kind === 'real') checkOpenFile(fd, path);
  if (isatty(fd)) return new ReadStream(fd);
  const stats = fstatSync(fd);
  if (kind === 'special' && stats.isFile()) throw new MovedError(`${path} has become a file`);
  return stats.isFIFO() ? new Socket({ fd, readable: true, writable: false }) : undefined;
}

async function readStream(
  stream: Readable,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const onAbort = (): void => void stream.destroy(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    signal?.throwIfAborted();
    for await (const chunk of stream) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) break;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stream.destroy();
  }
  signal?.throwIfAborted();
  return Buffer.concat(chunks).subarray(0, maxBytes + 1);
}

async function readPieces(fd: number, maxBytes: number, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let left = maxBytes + 1; left > 0; ) {
    signal?.throwIfAborted();
    const piece = Buffer.allocUnsafe(Math.min(left, pieceLength));
    const { bytesRead } = await readBytes(fd, piece, 0, piece.length, null);
    if (bytesRead === 0) break;
    chunks.push(piece.subarray(0, bytesRead));
    left -= bytesRead;
  }
  signal?.throwIfAborted();
  return Buffer.concat(chunks);
}
