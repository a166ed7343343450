import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { transform } from 'esbuild';

/** How esbuild writes every file. */
export const output = {
  platform: 'node',
  target: 'node20.18',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  charset: 'utf8',
};

/**
 * Writes what esbuild has split as CommonJS, for which src/compile-cache.ts can keep what V8 compiled: V8 takes no such code for an ES
 * module. Returns a name for the content of all these files.
 */
export async function writeCommonJs(outputFiles) {
  const id = createHash('sha256');
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      ...output,
      format: 'cjs',
      define: { 'import.meta.url': 'ownUrl' },
    });
    const body = code
      // esbuild puts a getter around each getter, which V8 does not see through.
      .replace(
        /\bmodule\.exports=__toCommonJS\((\w+)\)/,
        'module.exports=__defProp($1,"__esModule",{value:!0})',
      )
      // A file of the bundle.
      .replace(/\bimport\(("\.\/[^"]+")\)/g, 'loadLater($1)')
      // A package.
      .replace(/\bimport\(("[^"]+")\)/g, 'importOther($1)');
    const whole = [
      // As every ES module is.
      '"use strict";',
      body.includes('ownUrl') && 'const ownUrl=require("node:url").pathToFileURL(__filename).href;',
      // In code that was kept, Node 20 knows no import(): the loader lends its own.
      body.includes('importOther') && 'const importOther=require.import??((name)=>import(name));',
      // As with import(): the first time events come first, and then it is there at once.
      body.includes('loadLater') &&
        'const later={},loadLater=(name)=>later[name]??=new Promise(setImmediate).then(()=>require(name));',
      body,
    ]
      .filter(Boolean)
      .join('');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, whole);
    id.update(whole);
  }
  return id.digest('hex').slice(0, 12);
}
