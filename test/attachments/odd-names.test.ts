import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CollectOptions, collectFiles, listLabels } from '../../src/attachments/collect-files.ts';
import { createFinder } from '../../src/attachments/found.ts';
import { leaveOutListed } from '../../src/attachments/listed.ts';
import { loadMediaFile } from '../../src/attachments/load-media.ts';
import { readNamedFile } from '../../src/chat/named-file.ts';
import { isFoundWord } from '../../src/chat/shell-words.ts';
import { createFolder } from '../helpers/folder.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';

/** A folder with files of these names in Latin-1, beside those of `files`. */
function create(names: readonly string[], files: Record<string, string> = { 'lat/ok.txt': 'ok' }): string {
  const folder = createFolder(files);
  mkdirSync(join(folder, 'lat'), { recursive: true });
  for (const name of names) writeFileSync(toPath(folder, name), 'old');
  return folder;
}

function toPath(folder: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
}

type List = (specs: string[], options: CollectOptions) => Promise<(string | { label: string })[]>;

async function collect(cwd: string, specs: string[], list: List = collectFiles) {
  const notices: string[] = [];
  const onNotice = (sentence: string): void => void notices.push(sentence);
  const taken = await list(specs, {
    cwd,
    person: { home: cwd, env: {} },
    onNotice,
  });
  return { labels: taken.map((one) => (typeof one === 'string' ? one : one.label)), notices };
}

const why = 'its name is damaged or not UTF-8';

describe.skipIf(process.platform !== 'linux')('a file whose name is not UTF-8', () => {
  it.each([
    ['in a folder', 'lat'],
    ['in a folder above it', '.'],
    ['of a glob', 'lat/*.txt'],
    ['of a glob of all levels', '**/*.txt'],
  ])('is left out with a warning: %s', async (_, spec) => {
    const notices = [`lat/n\\xe9.txt is left out: ${why}. To send it, rename it.`];
    const folder = create(['lat/n\xe9.txt']);
    expect(await collect(folder, [spec])).toEqual({ labels: ['lat/ok.txt'], notices });
    expect(await collect(folder, [spec], listLabels)).toEqual({ labels: ['lat/ok.txt'], notices });
  });

  it('is told from others that Node reads as the same, and from letters of UTF-8', async () => {
    const { notices } = await collect(create(['lat/\xc3\xa9\xe9', 'lat/n\xe9', 'lat/n\xe8']), ['lat']);
    expect(notices).toEqual([
      expect.stringMatching(/^3 files are left out because their names are damaged or not UTF-8; .*: lat\//),
    ]);
    for (const name of ['lat/n\\xe8', 'lat/n\\xe9', 'lat/é\\xe9']) expect(notices[0]).toContain(name);
  });

  it('may be a folder, of which nothing is sent', async () => {
    const folder = create([]);
    mkdirSync(toPath(folder, 'lat/d\xe9'));
    writeFileSync(toPath(folder, 'lat/d\xe9/a.txt'), 'a');
    expect(await collect(folder, ['.'])).toEqual({
      labels: ['lat/ok.txt'],
      notices: [`lat/d\\xe9 is left out: ${why}. To send it, rename it.`],
    });
  });

  it.each([
    ['git ignores', ['lat/n\xe9.log']],
    ['are hidden', ['lat/.n\xe9']],
    ['a glob does not mean', ['lat/n\xe9.md']],
  ])('is not told of those that %s', async (_, names) => {
    const folder = create(names, { '.git/HEAD': '', '.gitignore': '*.log', 'lat/ok.txt': 'ok' });
    expect(await collect(folder, ['lat/*.{txt,log}'])).toEqual({ labels: ['lat/ok.txt'], notices: [] });
  });

  it.each(['lat', 'lat/*'])('is no reason to send nothing of %s', async (spec) => {
    const collecting = collect(create(['lat/n\xe9.txt'], {}), [spec]);
    await expect(collecting).rejects.toMatchObject({
      message: `no file of ${spec} is sent; left out: 1 whose name is damaged or not UTF-8`,
      hint: hintSaying('Nothing was sent. To send lat/n\\xe9.txt, rename it.'),
    });
  });

  it.each(['lat/n\ufffd.txt', 'l\ufffdt/ok.txt', 'gone\ufffd'])('cannot be named: %s', async (name) => {
    const folder = create(['lat/n\xe9.txt']);
    const failure = { message: expect.stringContaining(`${name} cannot be read: ${why}`) };
    await expect(collect(folder, [name])).rejects.toMatchObject({
      ...failure,
      hint: hintSaying('Nothing was sent. Rename it, then name it again.'),
    });
    await expect(collect(folder, [name], listLabels)).rejects.toMatchObject(failure);
    const media = { maxBytes: 1, mediaTypes: [], onNotice: () => {} };
    const found = { path: join(folder, name), target: undefined };
    await expect(loadMediaFile(found, media)).rejects.toMatchObject(failure);
    const reading = {
      configFolder: '/c',
      person: { home: '/', env: {} },
      signal: new AbortController().signal,
    };
    const read = readNamedFile(join(folder, name), { hint: 'Check the path.', ...reading });
    await expect(read).rejects.toMatchObject({ ...failure, hint: 'Rename it, then name it again.' });
  });

  it('is left out of the list of a shell', async () => {
    const folder = create(['lat/n\xe9.txt']);
    const notices: string[] = [];
    const specs = ['lat/n\ufffd.txt', 'lat/ok.txt'];
    const kept = await leaveOutListed(specs, {
      cwd: folder,
      finder: createFinder(folder),
      person: { home: folder, env: {} },
      lists: [specs],
      onNotice: (sentence) => notices.push(sentence),
    });
    expect(kept).toEqual(['lat/ok.txt']);
    expect(notices).toEqual([`lat/n\ufffd.txt is left out: ${why}. To send it, rename it.`]);
  });
});

describe.skipIf(process.platform !== 'linux')('a word of a prompt that is not UTF-8', () => {
  it.each([
    ['lat/n\ufffd @b', true],
    ['lat/n\ufffd @c', false],
    ['q @lat/n\ufffd.txt', false],
    ['@lat/n\ufffd.txt', false],
    ['l\ufffdt/@a', false],
  ])('is the name of a file only if there is one: %s', (word, isFound) => {
    expect(isFoundWord(word, create(['lat/n\xe9 @b', 'lat/n\xe9.txt']))).toBe(isFound);
  });
});
