import { createReadStream } from 'node:fs';

/**
 * The first `maxBytes` of a file, and one byte more where there are more: enough to know that it is too long. Works on pipes and devices,
 * which have no size to ask for.
 */
export async function readFileStart(path: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: maxBytes })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
