import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readNamedFile } from '../../src/chat/named-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'text-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hint = 'Check it.';
const { signal } = new AbortController();
const configFolder = '/nowhere';
const person = { home: '/nowhere', env: {} };

it.each<[string, Uint8Array]>([
  ['UTF-8', Buffer.from('{"a": "é"}')],
  ['UTF-8 with a byte-order mark', Buffer.from('\ufeff{"a": "é"}')],
  ['UTF-16 as Windows shells write it', Buffer.from('\ufeff{"a": "é"}', 'utf16le')],
  ['Windows-1252', Buffer.from('{"a": "é"}', 'latin1')],
])('reads %s', async (_, bytes) => {
  writeFileSync(join(folder, 'a.json'), bytes);
  expect(await readNamedFile(join(folder, 'a.json'), { hint, configFolder, person, signal })).toBe(
    '{"a": "é"}',
  );
});

it.each<[string, (path: string) => void, string]>([
  ['is not there', () => {}, 'there is no such file'],
  ['is a folder', (path) => mkdirSync(path), 'it is a folder'],
  ['is a link to itself', (path) => symlinkSync(path, path), 'its links lead in a circle'],
  ['is binary', (path) => writeFileSync(path, 'a\0b'), 'it is not a text file'],
])('says why a file that %s cannot be read', async (_, make, reason) => {
  const path = join(folder, 'a.json');
  make(path);
  await expect(
    readNamedFile(path, { name: 'a.json', hint, configFolder, person, signal }),
  ).rejects.toThrowError(
    expect.objectContaining({ code: 'usage', message: `a.json cannot be read: ${reason}`, hint }),
  );
});

it.skipIf(process.getuid?.() === 0)('says that a file is not ours to read', async () => {
  const path = join(folder, 'a.json');
  writeFileSync(path, '{}');
  chmodSync(path, 0);
  await expect(readNamedFile(path, { hint, configFolder, person, signal })).rejects.toThrowError(
    /cannot be read: you are not allowed to/,
  );
});

it.each(['mcp.json', 'permissions.json', '.env'])(
  'takes no link to a file of secrets or of this program: %s',
  async (name) => {
    const own = join(folder, 'config');
    mkdirSync(own);
    writeFileSync(join(own, name), '{"token": "SECRET"}');
    symlinkSync(join(own, name), join(folder, 'a.json'));
    await expect(
      readNamedFile(join(folder, 'a.json'), { hint, configFolder: own, person, signal }),
    ).rejects.toThrow(/a\.json is a link to .*, which looks like a file of secrets/);
    expect(await readNamedFile(join(own, name), { hint, configFolder: own, person, signal })).toContain(
      'SECRET',
    );
  },
);

it.each([
  ['ign/s.json', undefined],
  ['docs/i.json', 'is ignored by git'],
  ['docs/ign/s.json', 'is ignored by git'],
  ['docs/hidden.json', 'is hidden'],
  ['docs/near.json', undefined],
])('takes no link of a repository to what is hidden or ignored: %s', async (name, place) => {
  for (const part of ['.git', 'ign', 'docs']) mkdirSync(join(folder, part));
  writeFileSync(join(folder, '.gitignore'), 'ign/');
  writeFileSync(join(folder, '.git/s.json'), '{}');
  for (const part of ['ign', 'docs']) writeFileSync(join(folder, part, 's.json'), '{}');
  symlinkSync('../ign/s.json', join(folder, 'docs/i.json'));
  symlinkSync('../ign', join(folder, 'docs/ign'));
  symlinkSync('../.git/s.json', join(folder, 'docs/hidden.json'));
  symlinkSync('s.json', join(folder, 'docs/near.json'));
  const read = readNamedFile(join(folder, name), { hint, configFolder, person, signal });
  await expect(read.catch((error: Error) => error.message)).resolves.toMatch(
    place === undefined ? '{}' : new RegExp(`is a link to .*, which ${place}$`),
  );
});

it.skipIf(process.platform === 'win32')(
  'reads what it has checked, whatever a link in front of dots leads to',
  async () => {
    mkdirSync(join(folder, 'out/sub'), { recursive: true });
    mkdirSync(join(folder, 'work'));
    writeFileSync(join(folder, 'out/s.json'), 'outside');
    writeFileSync(join(folder, 'work/s.json'), 'inside');
    symlinkSync('../out/sub', join(folder, 'work/lk'));
    const reading = { hint, configFolder, person, signal };
    expect(await readNamedFile(`${folder}/work/lk/../s.json`, reading)).toBe('inside');
  },
);
