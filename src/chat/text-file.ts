import { readFileSync } from 'node:fs';
import { decodeText } from '../attachments/decode-text.ts';
import { describeReason } from '../attachments/file-errors.ts';
import { CliError } from '../errors.ts';

export type TextFileOptions = {
  /** What the person called the file; its path where it is left out. */
  name?: string;
  /** What to check where it cannot be read. */
  hint: string;
};

/** The text of a file that the person named, in any encoding that a byte-order mark tells. Throws CliError `usage`. */
export function readTextFile(path: string, { name = path, hint }: TextFileOptions): string {
  const decoded = decodeText(readBytes(path, { name, hint }));
  if (!decoded) throw new CliError('usage', `${name} cannot be read: it is no text`, { hint });
  return decoded.text;
}

function readBytes(path: string, { name, hint }: Required<TextFileOptions>): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CliError('usage', `${name} cannot be read: ${describeReason(error)}`, { hint, cause: error });
  }
}
