// Bundles scripts/bench/bare-ink.tsx the way our own program is bundled: node scripts/bundle-bare-ink.mjs OUTFILE
import { build } from 'esbuild';
import { ink, shorten } from './trim.mjs';

const [outfile] = process.argv.slice(2);

await build({
  entryPoints: ['scripts/bench/bare-ink.tsx'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [ink, shorten],
  banner: { js: 'const require=process.getBuiltinModule;' },
});
