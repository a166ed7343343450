import { expect, it } from 'vitest';
import { maskSecrets } from '../src/redact.ts';

const body = Array.from({ length: 6 }, (_, at) => `${'MIIEpAIBAAKCAQEA'.repeat(4)}${at}`);
const key = ['-----BEGIN OPENSSH PRIVATE KEY-----', ...body, 'abcd==', '-----END OPENSSH PRIVATE KEY-----'];

it.each<[what: string, text: string, masked: string]>([
  ['alone', key.join('\n'), '[secret]'],
  [
    'behind much text',
    `${'x\n'.repeat(70_000)}${key.join('\n')}\nend`,
    `${'x\n'.repeat(70_000)}[secret]\nend`,
  ],
  ['with other line ends', `a\r\n${key.join('\r\n')}\r\nb`, 'a\r\n[secret]\r\nb'],
  ['in JSON', JSON.stringify({ key: key.join('\n'), n: 1 }), '{"key":"[secret]","n":1}'],
  ['with numbers of lines', key.map((line, at) => `${at + 7}. ${line}`).join('\n'), '7. [secret]'],
  ['found by grep', key.map((line, at) => `a/b.txt-${at}-${line}`).join('\n'), 'a/b.txt-0-[secret]'],
  ['without its end', [...key.slice(0, 5), 'next line'].join('\n'), '[secret]next line'],
  ['without its beginning', ['first line', ...key.slice(4), 'last'].join('\n'), 'first line\n[secret]\nlast'],
  ['twice', [...key, 'and', ...key].join('\n'), '[secret]\nand\n[secret]'],
  ['with a header', [key[0], 'Proc-Type: 4,ENCRYPTED', '', ...key.slice(1, 5)].join('\n'), '[secret]'],
])('a private key is masked: %s', (_, text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
});

it.each([
  "if (text.includes('-----BEGIN PRIVATE KEY-----')) throw new Error('a key');",
  'expect(text).toMatch(/-----END PRIVATE KEY-----/);\nfoo();',
  '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----',
])('words about private keys stay: %s', (text) => {
  expect(maskSecrets(text)).toBe(text);
});
