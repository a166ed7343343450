import { decodeText } from '../../attachments/decode-text.ts';
import { holdsSecret, searchedLength } from '../../credential-files.ts';
import { readPlace } from './open-place.ts';
import { createAccessError } from './places.ts';

/** A file of an ordinary name may hold a private key. Throws ToolError, with the model's name for the file, if it cannot be read. */
export function judgeContent(path: string, label: string): 'credential' | undefined {
  try {
    return looksSecret(readPlace(path, searchedLength).bytes) ? 'credential' : undefined;
  } catch (error) {
    throw createAccessError(label, error);
  }
}

export function looksSecret(bytes: Buffer): boolean {
  return holdsSecret(decodeText(bytes.subarray(0, searchedLength), true)?.text ?? bytes.toString('latin1'));
}
