import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const newline = 10;
const usualBlockBytes = 64 * 1024;

/**
 * The lines of a file from the last to the first, without their ends and without empty ones; `position` is where a line begins. Reads as
 * much as is asked for. Throws the error ENOENT where there is no such file.
 */
export function* readLinesBackwards(
  path: string,
  blockBytes = usualBlockBytes,
): Generator<{ line: Buffer; position: number }> {
  const file = openSync(path, 'r');
  try {
    let position = fstatSync(file).size;
    let held = Buffer.alloc(0);
    while (position > 0) {
      // Ever more at a time, so that a line of megabytes is not put together from its pieces again and again.
      const count = Math.min(position, Math.max(blockBytes, held.length));
      position -= count;
      const block = Buffer.concat([readBlock(file, position, count), held]);
      let end = block.length;
      for (;;) {
        const start = end === 0 ? 0 : block.lastIndexOf(newline, end - 1) + 1;
        if (start === 0) break;
        if (end > start) yield { line: block.subarray(start, end), position: position + start };
        end = start - 1;
      }
      held = block.subarray(0, end);
    }
    if (held.length > 0) yield { line: held, position: 0 };
  } finally {
    closeSync(file);
  }
}

/** Of a file to which is only added, so that all of it is there. */
function readBlock(file: number, position: number, count: number): Buffer {
  const block = Buffer.alloc(count);
  for (let done = 0; done < count; ) {
    const read = readSync(file, block, done, count - done, position + done);
    if (read === 0) return block.subarray(0, done);
    done += read;
  }
  return block;
}
