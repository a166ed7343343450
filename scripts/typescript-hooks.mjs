import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cache = new URL('../node_modules/.cache/copilot-cli/typescript/', import.meta.url);

/** The hook of `typescript-loader.mjs`. esbuild is loaded for the first file that is not in the cache: hundreds of threads read the same. */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const source = readFileSync(fileURLToPath(url), 'utf8');
  const kept = new URL(`${createHash('sha1').update(url).update(source).digest('hex')}.mjs`, cache);
  return {
    format: 'module',
    source: readKept(kept) ?? (await compile(source, url, kept)),
    shortCircuit: true,
  };
}

function readKept(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

async function compile(source, url, kept) {
  const { transform } = await import('esbuild');
  const { code } = await transform(source, { loader: 'ts', target: 'node20.18', sourcefile: url });
  // Others may read it at the same time.
  const draft = new URL(`${kept.href}.${process.pid}-${performance.now()}`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(draft, code);
  renameSync(draft, kept);
  return code;
}
