import { describe, expect, it } from 'vitest';
import { parseDataUrl, toDataUrl } from '../../src/dialects/openai-words.ts';

describe('a data URL', () => {
  it('is written', () => {
    expect(toDataUrl('image/png', 'AAAA')).toBe('data:image/png;base64,AAAA');
  });

  it.each([
    ['data:image/png;base64,AAAA', 'image/png', 'AAAA'],
    ['data:text/plain;charset=utf-8;base64,AAAA', 'text/plain', 'AAAA'],
    ['data:;base64,AAAA', 'text/plain', 'AAAA'],
    ['data:image/png;base64,', 'image/png', ''],
    ['data:image/png;base64,AA,AA', 'image/png', 'AA,AA'],
    ['DATA:image/png;BASE64,AAAA', 'image/png', 'AAAA'],
  ])('is read: %s', (url, mediaType, data) => {
    expect(parseDataUrl(url)).toEqual({ mediaType, data });
  });

  it.each([
    'https://example.com/a,b;base64,c',
    'data:text/plain,Hello',
    'data:image/png;base64',
    'data:',
    '',
    'x data:image/png;base64,AAAA',
    `data:${';'.repeat(5000)}base64,AAAA`,
  ])('is not %s', (url) => {
    expect(parseDataUrl(url)).toBeUndefined();
  });
});
