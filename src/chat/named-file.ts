import { resolve } from 'node:path';
import { checkLink } from '../attachments/check-link.ts';
import { decodeText } from '../attachments/decode-text.ts';
import { describeReason, isMissing, toUnreadableHint } from '../attachments/file-errors.ts';
import { findTarget, readFound } from '../attachments/found.ts';
import type { Person } from '../attachments/ignore-files.ts';
import { oddName } from '../attachments/odd-names.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { isOddName } from '../is-inside.ts';

export type Reading = {
  /** The files of this program, to which a link of a harmless name may lead. */
  configFolder: string;
  person: Person;
  signal: AbortSignal;
};

export function toReading(context: Context, signal: AbortSignal): Reading {
  return { configFolder: context.configFolder, person: context, signal };
}

export type NamedFileOptions = Reading & {
  /** The file's name for people; its path by default. */
  name?: string;
  /** What to check if it cannot be read. */
  hint: string;
};

/** More than any model reads, and more than any schema or list of tools has. */
const maxBytes = 10 * 1024 * 1024;

/** The text of a named file in any UTF encoding. Throws CliError `usage` if it is not text, and `input_too_large` past 10 MB. */
export async function readNamedFile(
  path: string,
  { name = path, hint, ...reading }: NamedFileOptions,
): Promise<string> {
  const { signal } = reading;
  const found = await findTarget(resolve(path));
  await checkLink(path, found, { cwd: '.', ...reading });
  const bytes = await readFound(found, maxBytes, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    const isOdd = isOddName(path) && isMissing(error);
    throw new CliError('usage', `${name} cannot be read: ${isOdd ? oddName : describeReason(error)}`, {
      hint: isOdd ? 'Rename it, then name it again.' : toUnreadableHint(error, hint),
      cause: error,
    });
  });
  if (bytes.length > maxBytes)
    throw new CliError('input_too_large', `${name} is larger than 10 MB`, { hint });
  const decoded = decodeText(bytes);
  if (!decoded) throw new CliError('usage', `${name} cannot be read: it is not a text file`, { hint });
  return decoded.text;
}
