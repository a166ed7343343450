import { decodeText } from '../../attachments/decode-text.ts';
import { holdsSecret } from '../../credential-files.ts';
import { readPlace } from './open-place.ts';
import { createAccessError } from './places.ts';

/** The rest of a longer file is not looked at. */
export const mostBytes = 16 * 1024 * 1024;

/** A file of an ordinary name may hold a private key. Throws ToolError, with the model's name for the file, if it cannot be read. */
export function judgeContent(path: string, label: string): 'credential' | undefined {
  try {
    return looksSecret(readPlace(path, mostBytes).bytes) ? 'credential' : undefined;
  } catch (error) {
    throw createAccessError(label, error);
  }
}

export function looksSecret(bytes: Buffer): boolean {
  const text = decodeText(bytes, true)?.text ?? bytes.toString('latin1');
  return holdsSecret(text);
}
