import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The hook of `typescript-loader.mjs`. esbuild is loaded for the first file. */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const { transform } = await import('esbuild');
  const source = await readFile(fileURLToPath(url), 'utf8');
  const { code } = await transform(source, { loader: 'ts', target: 'node20.18', sourcefile: url });
  return { format: 'module', source: code, shortCircuit: true };
}
