import { describe, expect, it } from 'vitest';
import { readImageSize, sniffMediaType } from '../../src/attachments/media-type.ts';
import { createAnimation, createNoise, createPlain } from './images.ts';

const bytes = (latin1: string): Uint8Array => Buffer.from(latin1, 'latin1');

describe('the kind of a file', () => {
  it.each<[name: string, start: string, mediaType: string | undefined]>([
    ['a PNG', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'image/png'],
    ['a JPEG with JFIF', '\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
    ['a JPEG with Exif', '\xff\xd8\xff\xe1\0\x10Exif', 'image/jpeg'],
    ['an old GIF', 'GIF87a\x01\0', 'image/gif'],
    ['a GIF', 'GIF89a\x01\0', 'image/gif'],
    ['a lossy WebP', 'RIFF\x10\0\0\0WEBPVP8 ', 'image/webp'],
    ['a lossless WebP', 'RIFF\x10\0\0\0WEBPVP8L', 'image/webp'],
    ['a PDF', '%PDF-1.7\n', 'application/pdf'],
    ['a HEIC', '\0\0\0\x18ftypheic\0\0\0\0', 'image/heic'],
    ['a HEIF', '\0\0\0\x18ftypmif1\0\0\0\0', 'image/heif'],
    ['an AVIF', '\0\0\0\x18ftypavif\0\0\0\0', 'image/avif'],
    ['a film in the same container', '\0\0\0\x18ftypisom\0\0\0\0', undefined],
    ['a sound in the container of WebP', 'RIFF\x10\0\0\0WAVEfmt ', undefined],
    ['a text that mentions a format', 'A file begins with %PDF-', undefined],
    ['half a signature', '\x89PN', undefined],
    ['nothing', '', undefined],
  ])('is seen in the first bytes of %s', (_, start, mediaType) => {
    expect(sniffMediaType(bytes(start))).toBe(mediaType);
  });
});

const size = { width: 333, height: 77 };

describe('the size of an image', () => {
  it.each([
    ['PNG', () => createPlain(size).png().toBuffer()],
    ['JPEG', () => createNoise(size).jpeg().toBuffer()],
    ['progressive JPEG', () => createNoise(size).jpeg({ progressive: true }).toBuffer()],
    ['JPEG of a camera', () => createNoise(size).withMetadata({ density: 300 }).jpeg().toBuffer()],
    ['WebP', () => createNoise(size).webp().toBuffer()],
    ['lossless WebP', () => createNoise(size).webp({ lossless: true }).toBuffer()],
    ['see-through WebP', () => createPlain(size, '#33669980').webp().toBuffer()],
    ['GIF', () => createAnimation(size)],
  ])('is read from a %s, and torn files have none', async (_, create) => {
    const bytes = await create();
    expect(readImageSize(bytes)).toEqual(size);
    for (let length = 0; length < 24; length += 1)
      expect(readImageSize(bytes.subarray(0, length)) ?? size).toEqual(size);
  });

  it('is not read from what is not an image', () => {
    expect(readImageSize(Buffer.from('%PDF-1.7'))).toBeUndefined();
    expect(readImageSize(Buffer.from('plain text'))).toBeUndefined();
  });
});
