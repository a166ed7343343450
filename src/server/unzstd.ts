import { setImmediate } from 'node:timers/promises';
import { Decompress } from 'fzstd';

/** The largest window that a sender may use over HTTP (RFC 9659). */
const maxWindowBytes = 8 * 2 ** 20;
/** The most bytes that one block becomes (RFC 8878). */
const blockBytes = 128 * 1024;
/** Bytes between two looks at the other work of this process. */
const pieceBytes = 64 * 1024;

/** Unpacks zstd. Throws an error with the code ERR_BUFFER_TOO_LARGE past `maxBytes`, and others for damaged data. */
export async function unzstd(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  checkFrames(packed, maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const decoder = new Decompress((chunk) => {
    length += chunk.length;
    if (length > maxBytes) throw Object.assign(new Error('too large'), { code: 'ERR_BUFFER_TOO_LARGE' });
    chunks.push(chunk);
  });
  for (let start = 0; start < packed.length; start += pieceBytes) {
    const end = start + pieceBytes;
    decoder.push(packed.subarray(start, end), end >= packed.length);
    await setImmediate();
  }
  return Buffer.concat(chunks);
}

const frameMagic = 0xfd2fb528;
const isSkippable = (magic: number): boolean => magic >>> 4 === 0x184d2a5;

/**
 * Walks over the frames without unpacking them. The decoder reserves a whole window for each frame and moves it for each block, so that a
 * short body of many tiny blocks would keep the process busy for minutes.
 */
function checkFrames(packed: Uint8Array, maxBytes: number): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  let blocks = 2 * Math.ceil(maxBytes / blockBytes) + 64;
  for (let at = 0; at < packed.length; ) {
    const magic = view.getUint32(at, true);
    if (isSkippable(magic)) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== frameMagic) throw new Error('not a zstd frame');
    const { headerBytes, hasChecksum } = readFrameHeader(view, at);
    at += headerBytes;
    for (let isLast = false; !isLast; ) {
      blocks -= 1;
      if (blocks < 0) throw new Error('too many blocks');
      const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
      isLast = (header & 1) === 1;
      const isRepeatedByte = ((header >> 1) & 3) === 1;
      at += 3 + (isRepeatedByte ? 1 : header >> 3);
    }
    if (hasChecksum) at += 4;
  }
}

/** The sizes of RFC 8878, 3.1.1.1. Throws RangeError at the end of the data. */
function readFrameHeader(view: DataView, at: number): { headerBytes: number; hasChecksum: boolean } {
  const descriptor = view.getUint8(at + 4);
  const isSingleSegment = (descriptor & 32) !== 0;
  if ((descriptor & 3) !== 0) throw new Error('there is no dictionary');
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const sizeAt = at + 5 + (isSingleSegment ? 0 : 1);
  const windowBytes = isSingleSegment
    ? readSize(view, sizeAt, sizeBytes)
    : readWindowBytes(view.getUint8(at + 5));
  if (windowBytes > maxWindowBytes) throw new Error('the window is too large');
  return { headerBytes: sizeAt + sizeBytes - at, hasChecksum: (descriptor & 4) !== 0 };
}

function readSize(view: DataView, at: number, sizeBytes: number): number {
  if (sizeBytes === 1) return view.getUint8(at);
  if (sizeBytes === 2) return view.getUint16(at, true) + 256;
  return sizeBytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}

function readWindowBytes(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
