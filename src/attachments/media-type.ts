type Signature = { mediaType: string; offset: number; text: string };

/** The first bytes of each format, as Latin-1. */
const signatures: Signature[] = [
  { mediaType: 'image/png', offset: 0, text: '\x89PNG\r\n\x1a\n' },
  { mediaType: 'image/jpeg', offset: 0, text: '\xff\xd8\xff' },
  { mediaType: 'image/gif', offset: 0, text: 'GIF87a' },
  { mediaType: 'image/gif', offset: 0, text: 'GIF89a' },
  { mediaType: 'image/webp', offset: 8, text: 'WEBPVP8' },
  { mediaType: 'application/pdf', offset: 0, text: '%PDF-' },
];

/** HEIC, HEIF and AVIF share a container; its brands, the main one first, say which it is. */
const brands: Record<string, string> = {
  heic: 'image/heic',
  heix: 'image/heic',
  hevc: 'image/heic',
  hevx: 'image/heic',
  mif1: 'image/heif',
  msf1: 'image/heif',
  avif: 'image/avif',
  avis: 'image/avif',
};

/** What kind of image or document it is, by its first bytes: a name can be wrong. Undefined where it is none that we know. */
export function sniffMediaType(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 32)).toString('latin1');
  const found = signatures.find(({ offset, text }) => start.startsWith(text, offset));
  if (found) return found.mediaType;
  return start.startsWith('ftyp', 4) ? brands[start.slice(8, 12)] : undefined;
}
