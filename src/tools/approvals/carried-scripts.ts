import { compileGlob } from '../../glob.ts';
import { shells } from '../../shells.ts';
import { words } from './program-options.ts';
import { addsWords, onlyPrints, toProgram } from './runners.ts';

/** Programs other than shells that hand the argument of `-c` to one. */
const handing = new Set(words('su runuser sg flock script'));

const takesScript = /^-\w*[cC]|^--?(?:init-)?com/;
/** Of `find` and `fd`. */
const startsFound = /^-(?:exec|ok)|^--exec|^-[A-Za-z\d]*[xX]/;
const splitsText = /^-\w*S|^--s/;

/** `at`: where the arguments begin. `addsWords`: they are not all. */
type Carried = { at: number; addsWords: boolean };

/**
 * The arguments that a shell, or what adds words as xargs does, in the words of a command may run: `choom -n 0 -- sh -c '…'`. Whatever the program is, it may start what
 * follows it. Undefined if there is none.
 */
export function findCarried(said: readonly string[]): Carried | undefined {
  if (onlyPrints(said)) return undefined;
  const lastScript = said.findLastIndex((word) => takesScript.test(word));
  const lastText = said.findLastIndex((word) => splitsText.test(word));
  const lastStart = said.findLastIndex((word) => startsFound.test(word));
  const at = said.findIndex((word, index) => {
    if (index === 0) return false;
    const program = toProgram(word);
    if (program === 'eval' || /^g?(?:xargs|parallel|entr)$/.test(program)) return true;
    if (/^(?:g?find|fd|fdfind)$/.test(program)) return index < lastStart;
    if (program === 'env') return index < lastText;
    return index < lastScript && (handing.has(program) || mayBeShell(word));
  });
  return at === -1 ? undefined : { at: at + 1, addsWords: addsWords(said[at] ?? '') };
}

/** Where the script stands of the first shell in a command. Undefined if it is none, or in a word with its option. */
export function findScript(said: readonly string[]): number | undefined {
  const shell = said.findIndex(mayBeShell);
  const option = said.findIndex((word, at) => shell !== -1 && at > shell && takesScript.test(word));
  const script = said.findIndex((word, at) => option !== -1 && at > option && !/^[-+]/.test(word));
  return script === -1 ? undefined : script;
}

/** A text that `env` splits into words, behind a letter or `=`: `-Sgit push`. */
export function cutSplitOption(arg: string): string {
  return arg.replace(/^(?:-\w*S|--s[a-z-]*=)/, '');
}

function mayBeShell(word: string): boolean {
  if (/^\$\{?SHELL\}?$/.test(word)) return true;
  const program = toProgram(word);
  return shells.has(program) || (isGlob.test(program) && [...shells].some(compileName(program)));
}

const isGlob = /[*?[]/;

function compileName(glob: string): (program: string) => boolean {
  const compiled = compileGlob(glob, { dot: true, braces: false });
  return (program) => compiled?.matches(program) === true;
}

/** Whether a word may become the name of a program when a shell expands it. */
export function mayBecome(word: string, program: string): boolean {
  if (/[$`]/.test(word)) return true;
  const name = toProgram(word);
  return isGlob.test(name) && compileName(name)(program);
}
