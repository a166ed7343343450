import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const deepTag = /\btags: \[?'deep'/;
const importedPath = /\bfrom '(\.{1,2}\/[^']+)'/g;

/** The files of tests, as globs from the root of the project, that have no deep test, neither by themselves nor from a module beside them. */
export function listShallowFiles(root: URL): string[] {
  const folder = join(root.pathname, 'test');
  const texts = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
  const deep = new Set([...texts.keys()].filter((name) => deepTag.test(texts.get(name) ?? '')));
  for (let known = 0; known < deep.size; ) {
    known = deep.size;
    for (const [name, text] of texts)
      if (
        Array.from(text.matchAll(importedPath)).some(([, path = '']) => deep.has(join(dirname(name), path)))
      )
        deep.add(name);
  }
  return [...texts.keys()]
    .filter((name) => name.endsWith('.test.ts') && !deep.has(name))
    .map((name) => `test/${name}`);
}
