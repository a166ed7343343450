import { dirname, join } from 'node:path';
import { findStats } from '../../open-file.ts';
import { readText } from './disk.ts';
import { longestText, type Named, unclear } from './named-files.ts';

/** What a file of go names that it opens. */
export function listNamedByGo(path: string): Named[] {
  const text = readText(path) ?? '';
  if (path.endsWith('.go')) return usesC(text) ? [unclear] : [];
  if (/\.swig(?:cxx)?$/.test(path) || text.length > longestText) return [unclear];
  if (/\.(?:mod|work)$/.test(path)) return listFoldersOfGo(text);
  if (!/\.s$/i.test(path)) return [];
  const included = new Set([...text.matchAll(/#\s*include\s*(\S*)/g)].map(([, name = '']) => name));
  const isUsual = (name: string): boolean =>
    headersOfGo.test(name) && findStats(join(dirname(path), name.slice(1, -1))) === undefined;
  return [...included].every(isUsual) && !text.includes('\\\n') ? [] : [unclear];
}

/** They come with go. */
const headersOfGo = /^"(?:textflag|funcdata|go_asm|go_tls|asm_\w+)\.h"$/;

/** Of `replace` and `use`. Names of modules begin otherwise. */
function listFoldersOfGo(text: string): Named[] {
  const words = text.replaceAll(/\/\/[^\n]*/g, '').matchAll(/"[^"\n]*"|`[^`\n]*`|[^\s()"`]+/g);
  return [...words].flatMap(([word]): Named[] => {
    const bare = word.replaceAll(/^["`]|["`]$/g, '');
    if (/["`]/.test(word) && bare.includes('\\')) return [unclear];
    return /^[./]/.test(bare) ? [{ path: bare, isOfSettings: true }] : [];
  });
}

/** Each of them fits whatever is there, also without an end, so that no character is read twice: a comment, a text, a word, any other sign. */
const token =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[^\n]?)*"?|`[^`]*`?|[\p{L}_][\p{L}\p{N}_]*|[\s\S]/gu;
const nameOfC = /^["`](?:C|\\(?:x43|103|u0043|U00000043))["`]$/;
/** What follows the imports. */
const declaring = /^(?:const|func|type|var)$/;

/** C includes any file, and its compiler prints a line of what it does not understand. Go itself looks at the imports alone, and so at the beginning of a file. */
function usesC(text: string): boolean {
  let isImporting = false;
  for (const [found] of text.slice(0, longestText).matchAll(token)) {
    if (declaring.test(found)) return false;
    if (found === 'import') isImporting = true;
    if (isImporting && nameOfC.test(found)) return true;
  }
  return text.length > longestText;
}
