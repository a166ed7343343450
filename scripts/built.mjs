// Knows whether dist/ is what a build would make of the files that are there now.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const stamp = 'node_modules/.cache/copilot-cli/built';
/** What a build reads, and then what it makes. The lockfile stands for the packages. */
const places = [
  ...['src', 'scripts', 'docs', 'types', 'LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json'],
  ...['dist', 'node_modules/.cache/copilot-cli/metafile.json'],
];

function listFiles(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** `date` is the day that the pages of man name. */
function describe(root, date) {
  const hash = createHash('sha256').update(`${date} ${process.version}`);
  for (const file of places.flatMap((place) => listFiles(join(root, place)))) {
    const content = readFileSync(file);
    hash.update(`\n${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

export function isBuilt(root, date) {
  const file = join(root, stamp);
  return existsSync(file) && readFileSync(file, 'utf8') === describe(root, date);
}

export function noteBuilt(root, date) {
  mkdirSync(dirname(join(root, stamp)), { recursive: true });
  writeFileSync(join(root, stamp), describe(root, date));
}
