import { basename, dirname, join } from 'node:path';
import { findStats } from '../../open-file.ts';
import { longestText, type Named, unclear } from './named-files.ts';

const starting: Named = { path: undefined, why: 'can make cargo start another program, or print any file' };

/** In this order: a comment, and texts in quotes, without an end, too. */
const token =
  /#[^\n]*|"""(?:[^\\]|\\[\s\S]?)*?(?:"{3,5}|$)|'''[\s\S]*?(?:'{3,5}|$)|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?/g;

/** What `Cargo.toml`, `.cargo/config.toml` or `rust-toolchain.toml` names. Keys are looked for wherever they stand, but not in texts. */
export function listNamedByCargo(path: string, text: string): Named[] {
  if (text.length > longestText) return [unclear];
  const bare = text.replaceAll(token, (found) => (found.startsWith('#') ? ' ' : found));
  const name = basename(path);
  if (/^rust-toolchain/.test(name)) return /\bpath\b|[/\\]/.test(bare) ? [starting] : [];
  if (/(?<!\\)(?:\\\\)*\\[uUx]/.test(bare)) return [unclear];
  const texts = [...bare.matchAll(token)].map(([found]) => readText(found));
  let at = 0;
  const keys = bare.replaceAll(token, (found) => {
    at += 1;
    return isWord.test(found) ? found : `"#${at - 1}"`;
  });
  if (texts.some((one) => /^file:/i.test(one))) return [unclear];
  if (name === 'Cargo.toml')
    return [...listTargets(bare), ...listMembers(keys, texts), ...listGuesses(texts.filter(mayLeave))];
  if (/\binclude\b/.test(keys)) return [unclear];
  if (startsProgram.test(keys) || texts.some((one) => asksForMore.test(one) && !isUrl.test(one)))
    return [starting];
  return namesProjects.test(keys) ? listGuesses(texts) : [];
}

/** Keys may stand in quotes. */
const isWord = /^(["'])[\w-]+\1$/;

/** A line that ends with a backslash goes on. */
function readText(quoted: string): string {
  let end = quoted.length;
  while (/["']/.test(quoted.charAt(end - 1))) end -= 1;
  const bare = quoted
    .slice(0, end)
    .replace(/^["']+/, '')
    .trim();
  return quoted.startsWith("'") ? bare : bare.replaceAll(/\\\s*\n\s*/g, '').replaceAll(/\\(["\\])/g, '$1');
}

function listGuesses(texts: readonly string[]): Named[] {
  return texts.map((path) => ({ path, isGuess: true }));
}

/** Others stay in the folder, where all projects are looked at. Wildcards count among members alone. */
const mayLeave = (text: string): boolean =>
  !text.includes('*') && /^\/|(?:^|\/)(?:\.\.(?:\/|$)|(?:target|node_modules)\/)/.test(text);

const members = /\bmembers["']?\s*=\s*\[([^\]]*)/g;

/** Projects in folders that are not looked through are not understood. */
function listMembers(keys: string, all: readonly string[]): Named[] {
  const lists = [...keys.matchAll(members)].map(([, list = '']) => list);
  const texts = lists.flatMap((list) =>
    [...list.matchAll(token)].map(([found]) => {
      const [, at] = /^"#(\d+)"$/.exec(found) ?? [];
      return (at === undefined ? undefined : all[Number(at)]) ?? readText(found);
    }),
  );
  const isSkipped = texts.some((one) => /(?:^|\/)(?:target|node_modules)(?:\/|$)/.test(one));
  return isSkipped ? [unclear] : listGuesses(texts);
}

/** Programs that are started even if nothing is built. An alias is stronger than `cargo fmt`; it is not for commands of cargo itself. */
const startsProgram =
  /(?<![\w-])(?:rustc|rustc(?:-workspace)?-wrapper|(?:global-)?credential-pro(?:cess|viders?)|fmt|(?:LD|DYLD|GCONV|RUSTUP)_\w+)["']?[ \t]*[=.\]]/;
/** Of options of rustc, which is asked for its settings: it takes arguments from a file, and prints them, or loads what it is given. */
const asksForMore = /@|--print\b|--sysroot\b|codegen[-_]backend|llvm[-_](?:plugins|args)/;
const isUrl = /^[\w+]+:\/\/\S+$/;
const namesProjects = /(?<![\w-])(?:paths?|directory|local-registry)["']?[ \t]*=/;

const namingTarget = /(?:^|[\s{,."'])(path|build)["']?[ \t]*=[ \t]*("""|'''|"[^"\n]*"|'[^'\n]*'|\S)/g;
/** The files of targets, and folders with other packages. */
function listTargets(text: string): Named[] {
  return [...text.matchAll(namingTarget)].flatMap(([, , value = '']): Named[] => {
    if (/^[tf#]$/.test(value)) return [];
    const [, , path] = /^(["'])([^"'\\]*)\1$/.exec(value) ?? [];
    return [path === undefined ? unclear : { path, isOfSettings: true }];
  });
}

export function isProject(folder: string): boolean {
  return findStats(join(folder, 'Cargo.toml')) !== undefined;
}

/** Where a text of settings may begin. */
export function listBases(settings: string): string[] {
  const folder = dirname(settings);
  return basename(settings) === 'Cargo.toml' ? [folder] : [dirname(folder), folder];
}
