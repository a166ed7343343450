import { decodeText } from '../../attachments/decode-text.ts';
import { holdsSecret } from '../../credential-files.ts';
import { readPlace } from './open-place.ts';
import type { Place } from './places.ts';

/** The rest of a longer file is not looked at. */
export const mostBytes = 16 * 1024 * 1024;

/** A file of an ordinary name may hold a private key. Throws what the system throws. */
export function judgeContent(place: Place): void {
  if (!place.stats?.isFile() || place.special !== undefined) return;
  if (looksSecret(readPlace(place.path, mostBytes).bytes)) place.special = 'credential';
}

export function looksSecret(bytes: Buffer): boolean {
  const text = decodeText(bytes, true)?.text ?? bytes.toString('latin1');
  return holdsSecret(text);
}
