import { expect, it } from 'vitest';
import { maskEnvironment, maskSecrets } from '../src/redact.ts';
import { body, key, maskedKeys } from './helpers/masked-texts.ts';

it.each(maskedKeys)('a private key is masked: %s', (_, text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
});

it.each<[string, (line: string) => string]>([
  ['bytes of Python', (line) => `  b"${line}\\n"`],
  ['Python that adds lines', (line) => `key += f'${line}\\n'`],
  ['PHP', (line) => `'${line}' . PHP_EOL .`],
  ['Lua', (line) => `"${line}\\n" ..`],
  ['a macro of C', (line) => `  "${line}\\r\\n"${' '.repeat(60)}\\`],
  ['Java with comments', (line) => `"${line}\\n" + // a line`],
  ['C#', (line) => `"${line}" + Environment.NewLine +`],
  ['SQL', (line) => `'${line}' || chr(10) ||`],
  ['a script', (line) => `echo "${line}" >> key`],
  ['a quotation', (line) => `> ${line}`],
  ['a comment', (line) => `# ${line}`],
  ['a log', (line) => `2026-01-01T05:00:00Z INFO ${line}`],
  ['a page', (line) => `<span class="line">${line}</span>`],
])('a private key is masked as its lines stand in %s', (_, write) => {
  for (const more of [[], ['Proc-Type: 4,ENCRYPTED', 'DEK-Info: AES-128-CBC,AB12', '']]) {
    const [first = '', ...rest] = key;
    const text = [first, ...more, ...rest].map(write).join('\n');
    const masked = maskSecrets(text);
    expect(masked).toContain('[secret]');
    for (const line of body) expect(masked).not.toContain(line);
  }
});

it.each<[string, (line: string) => string]>([
  ['as it is', (line) => line],
  ['bytes of Python', (line) => `  b"${line}\\n"`],
  ['a macro of C', (line) => `  "${line}\\r\\n"${' '.repeat(60)}\\`],
  ['a log', (line) => `2026-01-01T05:00:00Z INFO ${line}`],
  ['a page', (line) => `<span class="line">${line}</span>`],
])('of a private key without its beginning or its end, no row of letters is left: %s', (_, write) => {
  const mixed = key.map((line, at) => (at > 0 && at < 7 ? `${at}a${line.slice(2)}` : line));
  for (const part of [mixed.slice(0, 5), mixed.slice(3)]) {
    const masked = maskSecrets(`first\n${part.map(write).join('\n')}\nlast`);
    expect(masked).toMatch(/^first\n[\s\S]*\[secret\][\s\S]*last$/);
    expect(masked).not.toContain('IEpAIBAAKCAQEA');
  }
});

it('the end of a private key in JSON is masked as far as its line shows', () => {
  const text = JSON.stringify({ key: `${key.join('\n')}\n`, n: 1 });
  for (const from of [80, 200, 300]) expect(maskSecrets(text.slice(from))).toBe('[secret]\\n","n":1}');
});

it.each([
  "if (text.includes('-----BEGIN PRIVATE KEY-----')) throw new Error('a key');",
  'expect(text).toMatch(/-----END PRIVATE KEY-----/);\nfoo();',
  '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----',
])('words about private keys stay: %s', (text) => {
  expect(maskSecrets(text)).toBe(text);
});

const rows = (count: number, length = 64): string[] =>
  Array.from({ length: count }, (_, at) => `${at}${'IEpAIBaKCAQEA/7'.repeat(5)}`.slice(0, length));

it.each<[what: string, text: string, masked: string]>([
  ['as sed -n 2,4p prints it', rows(3).join('\n'), '[secret]'],
  ['of OpenSSH', `a\n${rows(4, 70).join('\n')}\nb`, 'a\n[secret]\nb'],
  ['with other line ends', `${rows(2).join('\r\n')}\r\nb`, '[secret]\nb'],
  [
    'with numbers of lines',
    rows(3)
      .map((row, at) => `    ${at + 7}\t${row}`)
      .join('\n'),
    '[secret]',
  ],
  [
    'found by grep',
    rows(3)
      .map((row, at) => `a/id_rsa:${at + 7}:${row}`)
      .join('\n'),
    '[secret]',
  ],
  [
    'with lines around',
    rows(3)
      .map((row, at) => `id-rsa-${at + 7}-${row}`)
      .join('\n'),
    '[secret]',
  ],
  [
    'behind a certificate',
    `-----BEGIN CERTIFICATE-----\n${rows(1)}\nabcd==\n${rows(2).join('\n')}`,
    `-----BEGIN CERTIFICATE-----\n${rows(1)}\nabcd==\n[secret]`,
  ],
])('rows from the middle of a private key are masked in what a command prints: %s', (_, text, masked) => {
  expect(maskEnvironment(text, {}).text).toBe(masked);
});

it.each<[what: string, text: string]>([
  [
    'a certificate',
    ['-----BEGIN CERTIFICATE-----', ...rows(5), 'abcd==', '-----END CERTIFICATE-----'].join('\n'),
  ],
  [
    'a public key with headers',
    ['-----BEGIN PGP PUBLIC KEY BLOCK-----', 'Version: 1', '', ...rows(5)].join('\n'),
  ],
  ['a single row', `a\n${rows(1)}\nb`],
  ['rows of another length', [...rows(3, 63), ...rows(3, 72)].join('\n')],
  ['hashes', `${'0123456789abcdef'.repeat(4)}\n${'fedcba9876543210'.repeat(4)}`],
  ['names', `${'IEpAIBaKCAQEA'.repeat(9).replaceAll(/\d/g, 'x').slice(0, 64)}\n${'abcdefgh'.repeat(8)}`],
  ['a long line', `${'a1-'.repeat(100_000)}\n${'a1-'.repeat(100_000)}`],
])('what only looks like rows of a key stays: %s', (_, text) => {
  expect(maskEnvironment(text, {}).text).toBe(text);
});

it.each<[what: string, text: string, left: string]>([
  [
    'three service accounts, cut',
    ['{"a":1}', '{"b":2}', '{"c":3}']
      .map((end) => `${rows(4).join(String.raw`\n`)}\\n-----END PRIVATE KEY-----\\n"${end}`)
      .join('\n'),
    '[secret]\\n"{"a":1}\n[secret]\\n"{"b":2}\n[secret]\\n"{"c":3}',
  ],
  [
    'three files, their ends',
    Array.from({ length: 3 }, () => `${rows(2).join('\n')}\nabcdEF12\n-----END PRIVATE KEY-----`).join('\n'),
    '[secret]\n[secret]\n[secret]',
  ],
  [
    'the words in front of one',
    `const tail = '-----END PRIVATE KEY-----';\n${rows(2).join('\n')}\n-----END PRIVATE KEY-----`,
    "const tail = '-----END PRIVATE KEY-----';\n[secret]",
  ],
  [
    'the end of one in front of a whole one',
    `${rows(2).join('\n')}\n-----END PRIVATE KEY-----\n${key}`,
    '[secret]\n[secret]',
  ],
  ['whole ones', [key, key, key].join('\n'), '[secret]\n[secret]\n[secret]'],
])('all of several keys go: %s', (_, text, left) => {
  expect(maskSecrets(text)).toBe(left);
  expect(maskEnvironment(text, {}).text).toBe(left);
});
