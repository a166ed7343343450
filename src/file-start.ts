import { close, constants, fstat, open, read, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import { promisify } from 'node:util';

const openFile = promisify(open);
const closeFile = promisify(close);
const readStats: (fd: number) => Promise<Stats> = promisify(fstat);
const readBytes = promisify(read);

/** Read at once. The signal is checked between two pieces. */
const pieceLength = 1024 * 1024;

/**
 * The first `maxBytes` of a file, and one byte more if the file is longer. Also reads pipes and devices, which have no size. Throws the
 * reason of the signal when it aborts, even if a pipe is silent.
 */
export async function readFileStart(path: string, maxBytes: number, signal?: AbortSignal): Promise<Buffer> {
  signal?.throwIfAborted();
  // A blocking open of a named pipe waits for a writer in a thread, and the process cannot end before that thread does.
  const fd = await openFile(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const stream = await toStream(fd).catch(async (error: unknown) => {
    await closeFile(fd);
    throw error;
  });
  if (stream) return readStream(stream, maxBytes, signal);
  try {
    return await readPieces(fd, maxBytes, signal);
  } finally {
    await closeFile(fd);
  }
}

/** A stream that waits without a thread and closes the file, for files that may stay silent. Undefined for all others. */
async function toStream(fd: number): Promise<Readable | undefined> {
  if (isatty(fd)) return new ReadStream(fd);
  return (await readStats(fd)).isFIFO() ? new Socket({ fd, readable: true, writable: false }) : undefined;
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
