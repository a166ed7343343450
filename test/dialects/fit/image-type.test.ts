import { expect, it } from 'vitest';
import { findImageType, isSeen } from '../../../src/dialects/fit/image-type.ts';

const base64 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('base64');

it.each([
  ['image/jpeg', base64('\x89PNG\r\n\x1a\n'), 'image/png'],
  ['image/png', base64('\xff\xd8\xff\xe0'), 'image/jpeg'],
  ['image/png', base64('GIF87a'), 'image/gif'],
  ['image/png', base64('RIFF\x10\x00\x00\x00WEBPVP8 '), 'image/webp'],
  ['application/octet-stream', base64('GIF89a'), 'image/gif'],
  ['image/wav', base64('RIFF\x10\x00\x00\x00WAVEfmt '), 'image/wav'],
  ['image/jpg', 'aGk=', 'image/jpeg'],
  [' IMAGE/JPG ', 'aGk=', 'image/jpeg'],
  ['image/png', '', 'image/png'],
  ['image/svg+xml', base64('<svg/>'), 'image/svg+xml'],
])('%s with the bytes %s is %s', (stated, data, type) => {
  expect(findImageType(stated, data)).toBe(type);
});

it('models see four types', () => {
  expect(
    ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml', 'image/heic'].filter(isSeen),
  ).toHaveLength(4);
});
