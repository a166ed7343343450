import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { createJsonFile } from '../../src/config/json-file.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function createFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A program that sets twenty keys of a file one after the other; it stays in this repository to find its packages. */
async function bundleWriter(): Promise<string> {
  const outfile = join(createFolder(join(root, 'node_modules', '.cache')), 'writer.mjs');
  const contents = `
    import { createJsonFile } from './src/config/json-file.ts';
    const [path, prefix] = process.argv.slice(2);
    const file = createJsonFile({ path, onNotice: (sentence) => process.stdout.write(sentence) });
    for (let index = 0; index < 20; index += 1) {
      await file.update((content) => ({ ...content, [prefix + index]: index }));
    }`;
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  return outfile;
}

const toKeys = (prefix: string): string[] => Array.from({ length: 20 }, (_, index) => `${prefix}${index}`);

it('loses no key where two processes write at the same time', async () => {
  const writer = await bundleWriter();
  const folder = createFolder(tmpdir());
  const path = join(folder, 'things.json');
  const run = promisify(execFile);
  const outputs = await Promise.all(
    ['a', 'b'].map((prefix) => run(process.execPath, [writer, path, prefix])),
  );
  expect(outputs).toEqual([
    { stdout: '', stderr: '' },
    { stdout: '', stderr: '' },
  ]);
  const content = JSON.parse(readFileSync(path, 'utf8'));
  expect(Object.keys(content).sort()).toEqual([...toKeys('a'), ...toKeys('b')].sort());
  expect(readdirSync(folder)).toEqual(['things.json']);
});

it('loses no key where one process writes thirty times at the same moment', async () => {
  const folder = createFolder(tmpdir());
  const file = createJsonFile({ path: join(folder, 'things.json'), onNotice: expect.unreachable });
  const numbers = Array.from({ length: 30 }, (_, index) => index);
  await Promise.all(
    numbers.map((number) => file.update((content) => ({ ...content, [`key${number}`]: number }))),
  );
  expect(Object.values(file.read()).sort((a, b) => Number(a) - Number(b))).toEqual(numbers);
  expect(readdirSync(folder)).toEqual(['things.json']);
});
