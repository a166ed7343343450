// Runs one TypeScript file of this repository: node scripts/run-typescript.mjs FILE [ARGUMENT...]
// Node 20 cannot read TypeScript by itself, and esbuild is here anyway.
import { mkdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [entry] = process.argv.splice(2, 1);
const cache = fileURLToPath(new URL('../node_modules/.cache/copilot-cli/', import.meta.url));
const outfile = `${cache}${basename(entry, '.ts')}-${process.pid}.mjs`;

mkdirSync(cache, { recursive: true });
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  packages: 'external',
  logLevel: 'warning',
});
process.on('exit', () => rmSync(outfile, { force: true }));
await import(pathToFileURL(outfile).href);
