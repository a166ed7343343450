import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { findTarget } from '../../src/attachments/found.ts';
import { defaultMaxImageBytes, loadMediaFile, type MediaOptions } from '../../src/attachments/load-media.ts';
import { createFolder } from '../helpers/folder.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';
import { createAnimation, createNoise, createPlain, createVeil } from './images.ts';

type Loaded = { mediaType: string; bytes: Buffer; notices: string[] };

async function load(name: string, content: Uint8Array, more: Partial<MediaOptions> = {}): Promise<Loaded> {
  const path = join(createFolder({ [name]: content }), name);
  const notices: string[] = [];
  const part = await loadMediaFile(await findTarget(path), {
    maxBytes: defaultMaxImageBytes,
    mediaTypes: [],
    onNotice: (sentence) => notices.push(sentence.replace(path, name)),
    ...more,
  });
  const source = part.type === 'image' ? part.source : part;
  if ('url' in source) throw new Error('an attachment has no address');
  return { mediaType: source.mediaType, bytes: Buffer.from(source.data, 'base64'), notices };
}

const small = { width: 20, height: 10 };
const pdf = Buffer.from('%PDF-1.7\n%\xe2\xe3\n', 'latin1');
const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
const allTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf'];

describe('an image', () => {
  it.each<[name: string, mediaType: string, create: () => Promise<Buffer>]>([
    ['a.png', 'image/png', () => createPlain(small).png().toBuffer()],
    ['a.jpg', 'image/jpeg', () => createPlain(small).jpeg().toBuffer()],
    ['a.webp', 'image/webp', () => createPlain(small).webp().toBuffer()],
    ['a.gif', 'image/gif', () => createPlain(small).gif().toBuffer()],
    ['named-wrongly.txt', 'image/png', () => createPlain(small).png().toBuffer()],
  ])('%s is sent as it is, and is known by its bytes', async (name, mediaType, create) => {
    const bytes = await create();
    expect(await load(name, bytes, { mediaTypes: allTypes })).toEqual({ mediaType, bytes, notices: [] });
    expect(await load(name, bytes)).toEqual({ mediaType, bytes, notices: [] });
  });

  it('of exactly the size that the model takes is left alone', async () => {
    const bytes = await createNoise(small).png().toBuffer();
    expect((await load('a.png', bytes, { maxBytes: bytes.length })).bytes).toEqual(bytes);
    expect((await load('a.png', bytes, { maxBytes: bytes.length - 1 })).notices).toHaveLength(1);
  });

  it('that is too large is made a JPEG that fits, with a notice', async () => {
    const bytes = await createNoise({ width: 1600, height: 1200 }).png().toBuffer();
    const loaded = await load('big.png', bytes, { maxBytes: 300_000, mediaTypes: allTypes });
    const { format, width, height } = await sharp(loaded.bytes).metadata();
    expect(format).toBe('jpeg');
    expect(loaded.bytes.length).toBeLessThanOrEqual(300_000);
    expect(width / height).toBeCloseTo(4 / 3, 1);
    expect(loaded).toMatchObject({ mediaType: 'image/jpeg', notices: [expect.any(String)] });
    expect(loaded.notices[0]).toMatch(
      new RegExp(
        `^big\\.png, a PNG of \\d\\.\\d MB, is sent as a JPEG of 0\\.\\d MB, ${width} by ${height} pixels\\.$`,
      ),
    );
  });

  it('keeps all its pixels if another format is enough', async () => {
    const bytes = await createNoise({ width: 400, height: 300 }).png().toBuffer();
    const loaded = await load('a.png', bytes, { maxBytes: bytes.length - 1 });
    expect(await sharp(loaded.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 400, height: 300 });
  });

  it('that was turned upright is measured as it then is', async () => {
    const bytes = await createNoise({ width: 1000, height: 500 })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const loaded = await load('photo.jpg', bytes, { maxBytes: 4000 });
    expect(await sharp(loaded.bytes).metadata()).toMatchObject({ width: 75, height: 150 });
  });

  it('is made as small as it must be', async () => {
    const bytes = await createNoise({ width: 1000, height: 1000 }).png().toBuffer();
    const loaded = await load('a.png', bytes, { maxBytes: 10_000 });
    expect(await sharp(loaded.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 150 });
  });

  it('that could be seen through and cannot is made a JPEG', async () => {
    const bytes = await createNoise({ width: 100, height: 100 }).ensureAlpha(1).png().toBuffer();
    expect((await load('a.png', bytes, { maxBytes: bytes.length - 1 })).mediaType).toBe('image/jpeg');
  });

  it('that one sees through stays so', async () => {
    const bytes = await (await createVeil({ width: 400, height: 300 })).png().toBuffer();
    const loaded = await load('veil.png', bytes, { maxBytes: bytes.length / 2 });
    expect(await sharp(loaded.bytes).metadata()).toMatchObject({ format: 'png', hasAlpha: true });
    expect(loaded.bytes.length).toBeLessThanOrEqual(bytes.length / 2);
  });

  it('that one sees through is put on white for a model that takes JPEG alone', async () => {
    const bytes = await createPlain(small, '#00000000').png().toBuffer();
    const loaded = await load('clear.png', bytes, { mediaTypes: ['image/jpeg'] });
    const { dominant } = await sharp(loaded.bytes).stats();
    expect(loaded.mediaType).toBe('image/jpeg');
    expect(Math.min(dominant.r, dominant.g, dominant.b)).toBeGreaterThan(240);
  });

  it('that a camera held sideways is turned upright', async () => {
    const bytes = await createNoise({ width: 400, height: 200 })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer();
    const loaded = await load('photo.jpg', bytes, { maxBytes: bytes.length / 4 });
    const { width, height, orientation } = await sharp(loaded.bytes).metadata();
    expect(orientation ?? 1).toBe(1);
    expect(height / width).toBeCloseTo(2, 1);
  });

  it.each<[name: string, taken: string[], mediaType: string, create: () => Promise<Buffer>]>([
    ['a.webp', ['image/png', 'image/jpeg'], 'image/png', () => createPlain(small).webp().toBuffer()],
    ['a.webp', ['image/jpeg'], 'image/jpeg', () => createPlain(small).webp().toBuffer()],
    ['a.gif', ['image/png'], 'image/png', () => createPlain(small).gif().toBuffer()],
    ['a.png', ['image/jpeg'], 'image/jpeg', () => createPlain(small).png().toBuffer()],
  ])('%s becomes one that the model takes (%j)', async (name, mediaTypes, mediaType, create) => {
    const loaded = await load(name, await create(), { mediaTypes });
    expect(loaded).toMatchObject({ mediaType, notices: [expect.stringContaining(`${name}, a `)] });
    expect(await sharp(loaded.bytes).metadata()).toMatchObject(small);
  });

  it('that moves loses all but its first picture, with a notice', async () => {
    const bytes = await createAnimation(small);
    const loaded = await load('a.gif', bytes, { mediaTypes: ['image/png'] });
    expect(loaded.notices[0]).toMatch(/ Only the first picture of the animation is left\.$/);
    expect((await sharp(loaded.bytes).stats()).dominant.r).toBeGreaterThan(200);
  });

  it('in a format that we cannot open goes to a model that takes it', async () => {
    expect(await load('a.heic', heic, { mediaTypes: ['image/heic'] })).toMatchObject({
      mediaType: 'image/heic',
      bytes: heic,
    });
  });
});

describe('a document', () => {
  it('is sent as it is, with its name', async () => {
    const path = join(createFolder({ 'paper.pdf': pdf }), 'paper.pdf');
    for (const mediaTypes of [[], allTypes]) {
      expect(
        await loadMediaFile(await findTarget(path), { maxBytes: 1, mediaTypes, onNotice: () => {} }),
      ).toEqual({
        type: 'document',
        mediaType: 'application/pdf',
        data: pdf.toString('base64'),
        title: 'paper.pdf',
      });
    }
  });
});

describe('what cannot be attached', () => {
  it.each<
    [
      name: string,
      content: Uint8Array,
      more: Partial<MediaOptions>,
      code: string,
      message: RegExp,
      hint?: RegExp,
    ]
  >([
    ['a.pdf', pdf, { mediaTypes: ['image/png'] }, 'model', /does not take .*a\.pdf, a PDF$/, /-m/],
    [
      'long.pdf',
      Buffer.concat([pdf, Buffer.alloc(32 * 1024 * 1024)]),
      {},
      'input_too_large',
      /larger than 32\.0 MB$/,
    ],
    ['a.heic', heic, {}, 'usage', /is HEIC, which is not supported$/, /JPEG or PNG/],
    ['a.heic', heic, { mediaTypes: allTypes }, 'usage', /is HEIC, which is not supported$/],
    ['a.heic', heic, { mediaTypes: ['image/heic'], maxBytes: 4 }, 'input_too_large', /larger than 4 bytes$/],
    [
      'notes.txt',
      Buffer.from('words'),
      {},
      'usage',
      /is neither an image nor a PDF$/,
      /goes into the prompt with -f/,
    ],
    ['a.zip', Buffer.from('PK\x03\x04\0\0'), {}, 'usage', /is neither an image nor a PDF$/, /Save it as/],
    ['empty.png', Buffer.alloc(0), {}, 'usage', /is empty$/],
    [
      'damaged.png',
      Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\0', 'latin1'),
      { maxBytes: 4 },
      'usage',
      /damaged\.png: the image is damaged/,
    ],
    ['torn.png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), {}, 'usage', /torn\.png: the image is damaged/],
    ['torn.gif', Buffer.from('GIF89a', 'latin1'), {}, 'usage', /torn\.gif: the image is damaged/],
  ])('is told: %s', async (name, content, more, code, message, hint = /./) => {
    const error = await load(name, content, more).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    if (hint.source !== '.') expect(error).toMatchObject({ hint: hintSaying(hint) });
  });

  it('is a file that is larger than anything that could be made to fit', async () => {
    const path = join(createFolder({ 'huge.png': '\x89' }), 'huge.png');
    truncateSync(path, 64 * 1024 * 1024 + 1);
    const options = { maxBytes: 1, mediaTypes: [], onNotice: () => {} };
    await expect(loadMediaFile(await findTarget(path), options)).rejects.toMatchObject({
      code: 'input_too_large',
      message: `${path} is larger than 64.0 MB`,
    });
  });

  it('is an image that nothing makes small enough', async () => {
    const bytes = await createNoise({ width: 300, height: 300 }).png().toBuffer();
    await expect(load('a.png', bytes, { maxBytes: 100 })).rejects.toMatchObject({
      code: 'input_too_large',
      exitCode: 9,
    });
  });

  it('is an image for a model that takes none that we could make', async () => {
    const bytes = await createPlain(small).png().toBuffer();
    await expect(load('a.png', bytes, { mediaTypes: ['image/heic'] })).rejects.toMatchObject({
      code: 'model',
      exitCode: 6,
    });
  });

  it('is a file that is not there, with the one that was meant', async () => {
    const folder = createFolder({ 'logo.png': '' });
    const options = { maxBytes: 1, mediaTypes: [], onNotice: () => {} };
    await expect(loadMediaFile(await findTarget(join(folder, 'lgo.png')), options)).rejects.toMatchObject({
      code: 'usage',
      hint: `Did you mean ${join(folder, 'logo.png')}?`,
    });
    await expect(loadMediaFile(await findTarget(folder), options)).rejects.toMatchObject({ code: 'usage' });
  });
});

it('makes an image of more pixels than any model takes smaller, however few bytes it has', async () => {
  const bytes = await createPlain({ width: 12_000, height: 20 }).png().toBuffer();
  expect(bytes.length).toBeLessThan(defaultMaxImageBytes);
  const loaded = await load('wide.png', bytes, { maxBytes: defaultMaxImageBytes, mediaTypes: allTypes });
  const { width } = await sharp(loaded.bytes).metadata();
  expect(width).toBe(6000);
  expect(loaded.notices[0]).toContain('6000 by');
});
