import { describe, expect, it } from 'vitest';
import { readImageSize } from '../../src/attachments/image-size.ts';
import { createAnimation, createNoise, createPlain } from './images.ts';

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

  it('is not read from what is no image', () => {
    expect(readImageSize(Buffer.from('%PDF-1.7'))).toBeUndefined();
    expect(readImageSize(Buffer.from('plain text'))).toBeUndefined();
  });
});
