// Bundles src/ into dist/, split so that a command loads only what it uses.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { isBuilt, noteBuilt } from './built.mjs';
import { output, writeCommonJs } from './commonjs.mjs';
import { gather } from './gather.mjs';
import { licenceText } from './licences.mjs';
import { ink, late, shims, shorten, trim, widths, yoga } from './trim.mjs';

const root = new URL('..', import.meta.url).pathname;

// `npm ci` builds, and the tests come behind it.
if (process.argv.includes('--if-changed') && isBuilt(root, findDate())) process.exit();

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });

/** @type {import('esbuild').BuildOptions} */
const options = {
  ...output,
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  metafile: true,
  jsx: 'automatic',
  // esbuild splits only ES modules: scripts/commonjs.mjs makes CommonJS of what it gives, and writes it.
  write: false,
  define: { 'process.env.NODE_ENV': '"production"' },
  // These load on rare paths only (a prompt, a login, a write), so they stay real dependencies; sharp is used if somebody installed it.
  external: ['ajv', 'ajv-formats', 'clipboardy', 'html-to-text', 'open', 'proper-lockfile', 'sharp', 'yaml'],
  // Its main file is UMD, which no bundler can follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

function readDoc(name) {
  return readFileSync(new URL(`../docs/${name}.md`, import.meta.url), 'utf8');
}

/** The day of the build, or the one that whoever repeats a build asks for. */
function findDate() {
  const { SOURCE_DATE_EPOCH: seconds } = process.env;
  return (seconds ? new Date(Number(seconds) * 1000) : new Date()).toISOString().slice(0, 10);
}

/**
 * The help does not depend on anything but the width, so bin/copilot-cli.js prints what is written here and loads nothing. The table of
 * the completion is written from the same commands.
 */
async function writeHelp() {
  const file = new URL(`../node_modules/.cache/copilot-cli/help-texts-${process.pid}.mjs`, import.meta.url);
  await build({
    absWorkingDir: root,
    entryPoints: ['scripts/help-texts.ts'],
    outfile: fileURLToPath(file),
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    // Commands that run; their help needs none of them.
    external: ['./commands/chat-run.ts', './runs.ts'],
  });
  try {
    const { createCompletionTable, createHelp, listHelpTexts, listManPages, topicNames } = await import(
      file.href
    );
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    mkdirSync(new URL('../dist/help/', import.meta.url));
    for (const columns of [80, 100, 120]) {
      const pages = Object.entries(listHelpTexts(version, columns));
      // One string to look in: a table of JSON takes a millisecond to read.
      const text = `${topicNames.join(' ')}\n${pages.map((page) => `\f${page.join('\n')}`).join('')}\f`;
      writeFileSync(new URL(`../dist/help/${columns}.txt`, import.meta.url), text);
    }
    const table = new URL('../dist/completion.json', import.meta.url);
    writeFileSync(table, JSON.stringify(createCompletionTable()));
    const pages = listManPages(createHelp(version, 80), { version, date: findDate(), readDoc });
    mkdirSync(new URL('../dist/man/', import.meta.url));
    for (const [name, text] of Object.entries(pages))
      writeFileSync(new URL(`../dist/man/${name}`, import.meta.url), text);
  } finally {
    rmSync(file, { force: true });
  }
}

/** What writes files stays out of a program that writes none: its bytes alone would cost as much as the rest. */
const writesNothing = {
  name: 'writes-nothing',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^proper-lockfile$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is left out: a completion writes nothing`)});`,
    }));
  },
};

const ungathered = await build({ ...options, plugins: [trim, ink, yoga, widths, late, shims] });
const order = {
  stages: ['src/main.ts', 'src/commands/chat-run.ts'],
  next: 'src/connection.ts',
  apart: 'src/tools/workspace/planners.ts',
};
const program = await build({
  ...options,
  plugins: [trim, ink, yoga, widths, late, shims, shorten, gather(root, ungathered.metafile, order)],
});

const buildId = await writeCommonJs(program.outputFiles);
writeFileSync(new URL('../dist/package.json', import.meta.url), '{ "type": "commonjs" }\n');
await writeHelp();
// By itself, so that no part of it becomes a file that the program opens at its start.
const worker = await build({
  ...options,
  entryPoints: { worker: 'src/worker.ts' },
  chunkNames: 'chunks/worker-[name]-[hash]',
});
await writeCommonJs(worker.outputFiles);
/** @type {import('esbuild').BuildOptions} */
const single = {
  ...options,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  splitting: false,
  write: true,
  minifyIdentifiers: true,
};
// One file each: a shell waits while it loads. CommonJS runs a module of it only where an import() is reached.
const completion = await build({
  ...single,
  entryPoints: { 'complete-line': 'src/complete-line.ts', 'complete-values': 'src/complete-values.ts' },
  define: { 'import.meta.url': 'undefined' },
  plugins: [writesNothing],
});
const loader = await build({
  ...single,
  entryPoints: { 'compile-cache': 'src/compile-cache.ts' },
  define: { BUILD_ID: JSON.stringify(buildId), 'import.meta.url': 'undefined' },
});
const results = [program, worker, completion, loader].map((result) => result.metafile);
const metafile = {
  inputs: Object.assign({}, ...results.map(({ inputs }) => inputs)),
  outputs: Object.assign({}, ...results.map(({ outputs }) => outputs)),
};

writeFileSync(new URL('../dist/THIRD_PARTY_LICENCES.txt', import.meta.url), licenceText(root, metafile));
// For the test that compares what the bundle imports with what package.json promises.
mkdirSync(new URL('../node_modules/.cache/copilot-cli/', import.meta.url), { recursive: true });
writeFileSync(
  new URL('../node_modules/.cache/copilot-cli/metafile.json', import.meta.url),
  JSON.stringify(metafile),
);
noteBuilt(root, findDate());
