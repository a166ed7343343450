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

/** HEIC, HEIF and AVIF share a container. Its brands tell which it is, the main one first. */
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

/** The kind of an image or document, by its first bytes, because a name can be wrong. Undefined for unknown kinds. */
export function sniffMediaType(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 32)).toString('latin1');
  const found = signatures.find(({ offset, text }) => start.startsWith(text, offset));
  if (found) return found.mediaType;
  return start.startsWith('ftyp', 4) ? brands[start.slice(8, 12)] : undefined;
}

type ImageSize = { width: number; height: number };

/** Reads the size from the beginning of an image file. Undefined for kinds that we do not read, or if the beginning is torn. */
export function readImageSize(bytes: Uint8Array): ImageSize | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readers[sniffMediaType(bytes) ?? ''];
  try {
    return read?.(view);
  } catch {
    return undefined;
  }
}

/** Each throws RangeError if the file ends too soon. */
const readers: Record<string, (view: Buffer) => ImageSize | undefined> = {
  'image/png': (view) => ({ width: view.readUInt32BE(16), height: view.readUInt32BE(20) }),
  'image/gif': (view) => ({ width: view.readUInt16LE(6), height: view.readUInt16LE(8) }),
  'image/jpeg': readJpegSize,
  'image/webp': readWebpSize,
};

/** Steps over segments to the first that begins a frame, which has the size. */
function readJpegSize(view: Buffer): ImageSize | undefined {
  for (let at = 2; view.readUInt8(at) === 0xff; ) {
    const marker = view.readUInt8(at + 1);
    // C4, C8 and CC are tables.
    const beginsFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (beginsFrame) return { width: view.readUInt16BE(at + 7), height: view.readUInt16BE(at + 5) };
    // FF bytes may pad a marker.
    at += marker === 0xff ? 1 : 2 + view.readUInt16BE(at + 2);
  }
  return undefined;
}

function readWebpSize(view: Buffer): ImageSize | undefined {
  switch (view.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: view.readUInt16LE(26) & 0x3fff, height: view.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = view.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: view.readUIntLE(24, 3) + 1, height: view.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}
