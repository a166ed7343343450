import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

function list(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
    join(folder, path),
  );
}

const sources = ['src', 'scripts', 'test', 'bin'].flatMap(list);
const names = new Set(sources.map((path) => basename(path)));
const documents = [
  ...['ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'README.md'],
  ...list('docs').filter((path) => path.endsWith('.md')),
];

/** A path from the root or from src, or the name of a file that stands beside what was just named. */
function exists(path: string): boolean {
  if (path.includes('<')) return true;
  if (!path.includes('/')) return names.has(path) || existsSync(join(root, path));
  return [path, join('src', path)].some((candidate) => existsSync(join(root, candidate)));
}

it.each(documents)('%s names source files and folders that exist', (document) => {
  const text = readFileSync(join(root, document), 'utf8');
  const cited = [...text.matchAll(/`((?:src|test|scripts|bin)\/[\w./<>-]*|[\w./<>-]+\.(?:ts|tsx|mjs))`/g)];
  expect(cited.map(([, path = '']) => path).filter((path) => !exists(path))).toEqual([]);
});

it('comments name source files that exist', () => {
  const unknown = sources
    .filter((path) => /^src.*\.tsx?$/.test(path))
    .flatMap((path) => {
      const comments = readFileSync(join(root, path), 'utf8').match(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm) ?? [];
      const cited = comments.flatMap((comment) => [...comment.matchAll(/(?<![\w>-])[\w/][\w/-]*\.tsx?\b/g)]);
      return cited
        .map(([name]) => name)
        .filter((name) => !exists(name))
        .map((name) => `${path}: ${name}`);
    });
  expect(unknown).toEqual([]);
});
