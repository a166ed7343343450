import { readdirSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { isOddName } from '../is-inside.ts';

/** Why no path leads to such a file. A name may have got U+FFFD where another program did not know a character. */
export const oddName = 'its name is damaged or not UTF-8';

/** The names as they are on the disk, each byte that is no character as `\xe9`. Node reads several to the same path. */
export function escapeOddNames(folder: string, paths: ReadonlySet<string>): string[] {
  const holders = new Set([...paths].map((path) => posix.dirname(path)));
  return [...holders].flatMap((holder) =>
    readdirSync(join(folder, holder), { encoding: 'buffer' })
      .filter((name) => paths.has(posix.join(holder, name.toString())))
      .map((name) => posix.join(holder, escapeBytes(name))),
  );
}

/** In bytes of UTF-8. */
const lengths = [1, 2, 3, 4];

function escapeBytes(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const read = (length: number): string => bytes.toString('utf8', at, at + length);
    const length = lengths.find((one) => !isOddName(read(one)));
    text += length === undefined ? `\\x${bytes.toString('hex', at, at + 1)}` : read(length);
    at += length ?? 1;
  }
  return text;
}

/** Whether a folder has a name that Node reads as the first odd one of this path. */
export function isOddNameThere(path: string, cwd: string): boolean {
  const at = path.lastIndexOf('/', path.search('\ufffd')) + 1;
  const [name = ''] = path.slice(at).split('/');
  try {
    return readdirSync(resolve(cwd, path.slice(0, at))).includes(name);
  } catch {
    return false;
  }
}
