import { sniffMediaType } from './media-type.ts';

type DecodedText = { text: string; encoding: string };

/**
 * Decodes UTF-8, UTF-16 with a byte-order mark, or the encoding of old Windows programs. Undefined for images, documents and binary files,
 * which as in git have NULs. `isCut`: the bytes may end inside a character.
 */
export function decodeText(bytes: Uint8Array, isCut = false): DecodedText | undefined {
  if (sniffMediaType(bytes)) return undefined;
  const encoding = findByteOrderMark(bytes) ?? 'utf-8';
  const decoded = decode(bytes, encoding, isCut) ?? decode(bytes, 'windows-1252');
  return decoded && !decoded.text.includes('\0') ? decoded : undefined;
}

function findByteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** Drops the byte-order mark. Undefined if the encoding is unknown, or does not fit the bytes. */
export function decode(bytes: Uint8Array, encoding: string, isCut = false): DecodedText | undefined {
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    // In two steps, because in one Node 20 decodes Windows-1252 as Latin-1.
    const text = decoder.decode(bytes, { stream: true });
    return { text: isCut ? text : text + decoder.decode(), encoding };
  } catch {
    return undefined;
  }
}
