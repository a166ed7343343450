/** Decodes UTF-8, or UTF-16 with a byte-order mark, and drops the mark. With `fatal`, invalid bytes throw a TypeError. */
export function decodeUtf(bytes: Uint8Array, { fatal = false } = {}): string {
  return new TextDecoder(findEncoding(bytes), { fatal }).decode(bytes);
}

function findEncoding([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
