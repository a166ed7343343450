import { closeSync, constants, createReadStream, openSync } from 'node:fs';

const retryMs = 20;

/**
 * The first `maxBytes` of a file, and one byte more where there are more: enough to know that it is too long. Works on pipes and devices,
 * which have no size to ask for. Throws the reason of the signal when it aborts.
 */
export async function readFileStart(path: string, maxBytes: number, signal?: AbortSignal): Promise<Buffer> {
  signal?.throwIfAborted();
  let retrying: NodeJS.Timeout | undefined;
  const release = (): void => {
    releaseReader(path);
    // The file may be opened a moment later.
    retrying = setTimeout(release, retryMs);
  };
  signal?.addEventListener('abort', release, { once: true });
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: maxBytes })) {
      chunks.push(chunk);
      signal?.throwIfAborted();
    }
  } finally {
    signal?.removeEventListener('abort', release);
    clearTimeout(retrying);
  }
  signal?.throwIfAborted();
  return Buffer.concat(chunks);
}

/** Whoever opens a named pipe to read waits for a writer, and so does the end of the process: for a moment, we are one. */
function releaseReader(path: string): void {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // It is no pipe, or nobody reads from it.
  }
}
