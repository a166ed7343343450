import { describe, expect, it } from 'vitest';
import { encodeKey, type KeyEncoding } from './keys.ts';

const encodings: KeyEncoding[] = ['legacy', 'modify-other-keys-2', 'kitty'];

/** In the order of the encodings; one value stands for all of them. */
const table: [key: string, ...sent: string[]][] = [
  ['a', 'a'],
  ['+', '+'],
  ['é', 'é'],
  ['enter', '\r'],
  ['tab', '\t'],
  ['backspace', '\u007f'],
  ['up', '\u001b[A'],
  ['home', '\u001b[H'],
  ['delete', '\u001b[3~'],
  ['pageup', '\u001b[5~'],
  ['f1', '\u001bOP'],
  ['f5', '\u001b[15~'],
  ['ctrl+left', '\u001b[1;5D'],
  ['shift+alt+up', '\u001b[1;4A'],
  ['ctrl+delete', '\u001b[3;5~'],
  ['escape', '\u001b', '\u001b', '\u001b[27u'],
  ['shift+enter', '\r', '\u001b[27;2;13~', '\u001b[13;2u'],
  ['alt+enter', '\u001b\r', '\u001b[27;3;13~', '\u001b[13;3u'],
  ['ctrl+c', '\u0003', '\u001b[27;5;99~', '\u001b[99;5u'],
  ['ctrl+j', '\n', '\u001b[27;5;106~', '\u001b[106;5u'],
  ['alt+b', '\u001bb', '\u001b[27;3;98~', '\u001b[98;3u'],
  ['shift+a', 'A', 'A', 'A'],
  ['shift+tab', '\u001b[Z', '\u001b[Z', '\u001b[9;2u'],
  ['ctrl+space', '\0', '\u001b[27;5;32~', '\u001b[32;5u'],
  ['ctrl+backspace', '\b', '\u001b[27;5;127~', '\u001b[127;5u'],
  ['alt+backspace', '\u001b\u007f', '\u001b[27;3;127~', '\u001b[127;3u'],
  ['ctrl+_', '\u001f', '\u001b[27;5;95~', '\u001b[95;5u'],
  ['ctrl++', '+', '\u001b[27;5;43~', '\u001b[43;5u'],
];

describe('a key', () => {
  it.each(table)('%s is encoded', (key, ...sent) => {
    const encoded = encodings.map((encoding) => encodeKey(key, { encoding, applicationCursor: false }));
    expect(encoded).toEqual(sent.length === 1 ? [sent[0], sent[0], sent[0]] : sent);
  });

  it.each([
    ['shift+enter', '\u001b[27;2;13~'],
    ['ctrl+enter', '\u001b[27;5;13~'],
    ['ctrl+1', '\u001b[27;5;49~'],
    ['ctrl+c', '\u0003'],
    ['alt+b', '\u001bb'],
    ['alt+backspace', '\u001b\u007f'],
    ['enter', '\r'],
    ['shift+tab', '\u001b[Z'],
  ])('%s is encoded at the first level of modifyOtherKeys', (key, sent) => {
    expect(encodeKey(key, { encoding: 'modify-other-keys-1', applicationCursor: false })).toBe(sent);
  });

  it('of the arrows begins with ESC O where the program asked for it', () => {
    expect(encodeKey('up', { encoding: 'legacy', applicationCursor: true })).toBe('\u001bOA');
    expect(encodeKey('ctrl+up', { encoding: 'legacy', applicationCursor: true })).toBe('\u001b[1;5A');
  });

  it.each(['ent', 'hyper+a', 'ctrl+'])('that does not exist is an error: %s', (key) => {
    expect(() => encodeKey(key, { encoding: 'legacy', applicationCursor: false })).toThrow('there is no key');
  });
});
