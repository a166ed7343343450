/**
 * Text as editors and Windows shells write it: UTF-8 with or without a byte-order mark, or UTF-16 with one. The mark is not part of the text.
 * Bytes that are not of the encoding become replacement characters, or throw a TypeError with `fatal`.
 */
export function decodeUtf(bytes: Uint8Array, { fatal = false } = {}): string {
  return new TextDecoder(findEncoding(bytes), { fatal }).decode(bytes);
}

function findEncoding([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
