import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
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
 * Makes object literals that begin with a copy, `{...a, b}`, begin with a copy of nothing. V8 before that of Node 24 gives what such a literal
 * makes a hidden class of its own each time: the literal then takes 3 to 40 µs in place of 0.1, and whatever reads the object looks for its
 * fields anew.
 */
export function shareShapes(code) {
  const places = [];
  simple(parse(code, { ecmaVersion: 'latest', sourceType: 'script' }), {
    ObjectExpression({ start, properties: [first, ...rest] }) {
      if (first?.type === 'SpreadElement' && rest.length > 0) places.push(start + 1);
    },
  });
  let whole = '';
  let end = 0;
  for (const place of places.sort((a, b) => a - b)) {
    whole += `${code.slice(end, place)}...null,`;
    end = place;
  }
  return whole + code.slice(end);
}

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
    const body = shareShapes(code)
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
