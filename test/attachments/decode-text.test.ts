import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/attachments/decode-text.ts';
import { createRandom } from '../helpers/random.ts';

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('the text of a file', () => {
  it.each<[name: string, bytes: Uint8Array, text: string | undefined]>([
    ['UTF-8', Buffer.from('héllo 漢 🎉'), 'héllo 漢 🎉'],
    ['UTF-8 with a byte-order mark', Buffer.from('\ufeffhéllo'), 'héllo'],
    ['UTF-16, the little end first', Buffer.from('\ufeffhéllo 🎉', 'utf16le'), 'héllo 🎉'],
    ['UTF-16, the big end first', utf16be('\ufeffhéllo 🎉'), 'héllo 🎉'],
    ['Windows-1252', Buffer.from('caf\xe9 \x80 5', 'latin1'), 'café € 5'],
    ['nothing', Buffer.alloc(0), ''],
    ['escape sequences of a terminal', Buffer.from('\u001b[31mred'), '\u001b[31mred'],
    ['bytes with NULs that are no UTF-8', Buffer.from('\xff\0\x01\x02', 'latin1'), undefined],
    ['letters with NULs, such as an archive', Buffer.from('name\0\0\x000644'), undefined],
    ['UTF-16 without a byte-order mark', Buffer.from('hello', 'utf16le'), undefined],
    ['UTF-32', Buffer.from('fffe000041000000', 'hex'), undefined],
    ['a PDF, which may hold no NUL', Buffer.from('%PDF-1.7\n1 0 obj'), undefined],
  ])('is found in %s', (_, bytes, text) => {
    expect(decodeText(bytes)?.text).toBe(text);
  });

  it('comes out of each encoding as it went in', () => {
    const random = createRandom(7);
    for (let round = 0; round < 300; round += 1) {
      const text = random.text(40);
      for (const bytes of [
        Buffer.from(text),
        Buffer.from(`\ufeff${text}`, 'utf16le'),
        utf16be(`\ufeff${text}`),
      ])
        expect(decodeText(bytes)?.text).toBe(text);
    }
  });
});
