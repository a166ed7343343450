import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectFiles, listLabels } from '../../src/attachments/collect-files.ts';
import { createFinder } from '../../src/attachments/found.ts';
import { exchangeAtEach, exchangeForLink, restoreFromLink } from '../helpers/exchanges.ts';
import { createFolder } from '../helpers/folder.ts';

type Place = { cwd: string; outside: string };

function create(): Place {
  const home = createFolder({
    'outside/a.md': 'OUTSIDE',
    'outside/sub/a.md': 'OUTSIDE',
    'work/docs/a.md': 'mine',
    'work/docs/sub/a.md': 'mine',
    'work/b.md': 'mine',
  });
  return { cwd: join(home, 'work'), outside: join(home, 'outside') };
}

/** The texts, or the error. */
async function collect(cwd: string, specs: string[], lists: string[][]): Promise<string> {
  const options = { cwd, person: { home: cwd, env: {} }, lists, onNotice: () => {} };
  return collectFiles(specs, options).then((files) => files.map(({ text }) => text).join(), String);
}

/** Reads files one by one after all were listed. */
async function collectLater(cwd: string, specs: string[], lists: string[][]): Promise<string> {
  const options = {
    ...{ cwd, person: { home: cwd, env: {} }, lists, onNotice: () => {} },
    finder: createFinder(cwd),
  };
  const read = async (labels: string[]): Promise<string> => {
    const texts: string[] = [];
    for (const label of labels)
      texts.push(
        await collectFiles([label], { ...options, lists: [] }).then(([file]) => file?.text ?? '', String),
      );
    return texts.join();
  };
  return listLabels(specs, options).then(read, String);
}

type Case = [name: string, specs: string[], exchanged: string, target: string, lists?: string[][]];

const cases: Case[] = [
  ['a folder', ['docs'], 'docs', ''],
  ['a folder of a folder', ['docs'], 'docs/sub', 'sub'],
  ['a file of a folder', ['docs'], 'docs/a.md', 'a.md'],
  ['a folder around a folder', ['docs/sub'], 'docs', ''],
  ['the folder of a glob', ['docs/*.md'], 'docs', ''],
  ['a folder that a glob reaches', ['docs/**/*.md'], 'docs/sub', 'sub'],
  ['a file that a glob matches', ['docs/*.md'], 'docs/a.md', 'a.md'],
  ['a named file', ['b.md'], 'b.md', 'a.md'],
  ['the folder of a named file', ['docs/a.md'], 'docs', ''],
  ['a file in a list', ['docs/a.md', 'b.md'], 'docs/a.md', 'a.md', [['docs/a.md', 'b.md']]],
  ['a folder in a list', ['docs', 'b.md'], 'docs', '', [['docs', 'b.md']]],
];

describe.runIf(process.platform !== 'win32')(
  'what another program exchanges for a link while we read',
  () => {
    it.each(cases)('brings nothing from elsewhere: %s', async (_, specs, exchanged, target, lists = []) => {
      for (const read of [collect, collectLater]) {
        const results = await exchangeAtEach({
          create,
          exchange: ({ cwd, outside }) => exchangeForLink(join(cwd, exchanged), join(outside, target)),
          use: ({ cwd }) => read(cwd, specs, lists),
        });
        expect(results.join()).not.toContain('OUTSIDE');
        // Before the last operation, everything is read.
        expect(results.at(-1)).toMatch(/^mine(?:,mine)*$/);
      }
    });

    it.each(cases)('nor if it is put back: %s', { tags: 'deep', timeout: 300_000 }, async (...given) => {
      const [, specs, exchanged, target, lists = []] = given;
      const results = await exchangeAtEach({
        create,
        exchange: ({ cwd, outside }) => exchangeForLink(join(cwd, exchanged), join(outside, target)),
        restore: ({ cwd }) => restoreFromLink(join(cwd, exchanged)),
        use: ({ cwd }) => collect(cwd, specs, lists),
      });
      expect(results.join()).not.toContain('OUTSIDE');
    });

    it.each([
      ['b.md', 'b.md', 'a.md'],
      ['docs', 'docs', ''],
      ['docs/*.md', 'docs', ''],
    ])('is named in an error if the person named it: %s', async (spec, exchanged, target) => {
      const results = await exchangeAtEach({
        create,
        exchange: ({ cwd, outside }) => exchangeForLink(join(cwd, exchanged), join(outside, target)),
        use: ({ cwd }) => collect(cwd, [spec], []),
      });
      expect(results.join('\n')).toMatch(
        /(?:b\.md|docs) cannot be read: something else has taken its place in the meantime/,
      );
    });
  },
);

it.each([
  ['a named file', 'b.md', 'b.md'],
  ['a file of a named folder', 'docs/a.md', 'docs/a.md'],
  ['a file that a glob matches', 'docs/*.md', 'docs/a.md'],
])('what another program saves while we read is read, before or after: %s', async (_, spec, saved) => {
  const results = await exchangeAtEach({
    create,
    exchange({ cwd }) {
      writeFileSync(join(cwd, 'new'), 'saved');
      renameSync(join(cwd, 'new'), join(cwd, saved));
    },
    use: ({ cwd }) => collect(cwd, [spec], []),
  });
  expect(new Set(results)).toEqual(new Set(['mine', 'saved']));
});
