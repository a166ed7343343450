import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createFolder } from './helpers/folder.ts';

const { isBuilt, noteBuilt }: Record<'isBuilt' | 'noteBuilt', (root: string, date: string) => unknown> =
  await import(String(new URL('../scripts/built.mjs', import.meta.url)));
const day = '2026-11-28';

function createBuilt(): string {
  const root = createFolder({
    'src/a.ts': '1',
    'docs/a.md': 'a',
    'package-lock.json': '{}',
    'dist/a.js': '1',
  });
  expect(isBuilt(root, day)).toBe(false);
  noteBuilt(root, day);
  return root;
}

it('what was built stays so as long as its files do', () => {
  const root = createBuilt();
  expect(isBuilt(root, day)).toBe(true);
  expect(isBuilt(root, '2026-11-29')).toBe(false);
});

it.each([
  ['src/a.ts', '2'],
  ['src/b/c.ts', ''],
  ['src/a.ts', undefined],
  ['docs/a.md', 'b'],
  ['scripts/build.mjs', ''],
  ['package.json', '{}'],
  ['package-lock.json', '{ }'],
  ['dist/a.js', '2'],
  ['dist/a.js', undefined],
])('it is built again after a change of %s to %j', (path, content) => {
  const root = createBuilt();
  const file = join(root, path);
  if (content === undefined) rmSync(file);
  else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  expect(isBuilt(root, day)).toBe(false);
});
