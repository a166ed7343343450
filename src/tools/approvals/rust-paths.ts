import { longestText } from './named-files.ts';

/** What an attribute says about the file of a module. Undefined: it says it in a way that is not understood here. */
export type NamedModule = string | undefined;

const comment = /\/\*|\*\//g;
const word = /[\p{ID_Continue}]+/u.source;
/**
 * In this order: blanks, a comment, a string without escapes, one with escapes, one without an end, a character (and not the name of a lifetime), a
 * word, any other sign.
 */
const token = new RegExp(
  [
    /[\s\u0085\u200e\u200f]+|\/\/[^\n]*|\/\*/.source,
    /(?:b|c)?r(?<hashes>#*)"[\s\S]*?"\k<hashes>/.source,
    /[bc]?"(?:[^"\\]|\\[\s\S])*"/.source,
    /(?:b|c)?(?:r#*)?"[\s\S]*/.source,
    /b?'(?:\\(?:x[\da-fA-F]{2}|u\{[\da-fA-F_]*\}|[\s\S])|[^\\'])'/.source,
    `r#${word}|${word}`,
    /[\s\S]/.source,
  ].join('|'),
  'uy',
);
/** A quick look for what may be such an attribute, with comments in it or without. */
const mayNamePath = /\bpath[\s\u0085\u200e\u200f]*(?:=|\/[/*])/;
/** Of settings in front of the code, and of strings that older editions read in another way. */
const unusual = /^(?:#![^\n]*)?\s*-{3}|\bcr#*"/;

/**
 * The files that `#[path = "…"]` names for modules, also behind `cfg_attr`. Macros are read like other code. Compilers and formatters give up on text
 * that is divided in another way.
 */
export function listModulePaths(text: string): NamedModule[] {
  if (!mayNamePath.test(text)) return [];
  if (text.length > longestText) return [undefined];
  // The first line may be one for a shell, in which quotes mean nothing.
  const texts = text.startsWith('#!') ? [text, text.replace(/^[^\n]*/, '')] : [text];
  const named = texts.flatMap((one) => listNamed(toTokens(one)));
  return unusual.test(text) ? [...named, undefined] : named;
}

function toTokens(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    token.lastIndex = at;
    const [found = ''] = token.exec(text) ?? [];
    at = found === '/*' ? findEndOfComment(text, at) : at + Math.max(found.length, 1);
    if (!/^(?:\s|[\u0085\u200e\u200f]|\/\/|\/\*)/.test(found)) tokens.push(found.replace(/^r#(?=[^"#])/, ''));
  }
  return tokens;
}

/** Comments lie in each other. */
function findEndOfComment(text: string, start: number): number {
  comment.lastIndex = start;
  let depth = 0;
  for (let found = comment.exec(text); found; found = comment.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return comment.lastIndex;
  }
  return text.length;
}

/** Whatever stands in the attribute of another library is for that. */
function listNamed(tokens: readonly string[]): NamedModule[] {
  // Of each bracket that is open, whether it is one of such an attribute.
  const around: boolean[] = [];
  let depth = 0;
  return tokens.flatMap((one, at) => {
    const before = tokens[at - 1] ?? '';
    if (one === '[') around.push(before === '#' || (before === '!' && tokens[at - 2] === '#'));
    else if (one === '(') around.push(around.at(-1) === true && /^(?:cfg_attr|unsafe)$/.test(before));
    else if (one === '{') around.push(false);
    else if (/^[\])}]$/.test(one)) around.pop();
    if (one === '{') depth += 1;
    else if (one === '}') depth = Math.max(0, depth - 1);
    const isNaming = one === 'path' && tokens[at + 1] === '=' && tokens[at + 2] !== '=';
    if (!isNaming || around.at(-1) !== true) return [];
    // In a module that is written there, it begins below the folder of that.
    if (depth > 0) return [undefined];
    const [, path] = /^(?:r#*)?"([^"\\]*)"#*$/.exec(tokens[at + 2] ?? '') ?? [];
    return [/^[,)\]]$/.test(tokens[at + 3] ?? '') ? path : undefined];
  });
}
