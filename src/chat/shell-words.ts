import { lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isOddNameThere } from '../attachments/odd-names.ts';
import { toShellWord } from '../command-line.ts';
import { isCredentialFile } from '../credential-files.ts';
import { CliError } from '../errors.ts';
import { isLanguageName } from '../extraction/languages.ts';
import { advise, flag, run } from '../hint.ts';
import { isOddName } from '../is-inside.ts';

/** The value of `--extract` without a language. */
export const anyLanguage = '*';

export type ShellWords = {
  /** One flag before each file, and no word that the wrong flag could take. */
  argv: string[];
  parts: Part[];
  /** Words read as files because they follow `-f FILE` or `-a FILE`. */
  files: string[];
  /** Ambiguous words, to mention on a terminal. */
  remarks: string[];
  /** The paths of each flag that several follow, because a shell may have listed them. */
  lists: string[][];
  /** Files of a multi-file flag that look like secrets, left out because a shell may have listed them. */
  leftOut: string[];
};

/**
 * Reads the command line of a prompt. A shell expands `-f *.txt` to many words: files belong to the flag up to the first word that is not
 * one. `-x` takes a language only if it cannot be a prompt word. Throws CliError `usage` if nothing else would be the prompt.
 */
export function readShellWords(
  argv: readonly string[],
  flags: readonly FlagShape[],
  cwd: string,
): ShellWords {
  const scanned = scanFlags(argv, flags, (flag, following) =>
    isExtract(flag) ? isChosenLanguage(following, flags) : takesWord(flag, following),
  );
  const files: string[] = [];
  const remarks: string[] = [];
  const lists: string[][] = [];
  const leftOut: string[] = [];
  const parts: Part[] = [];
  for (let index = 0; index < scanned.length; index += 1) {
    const part = scanned[index];
    if (part === undefined) break;
    if (part.kind === 'flag' && part.args[1] === '--') throw createNoValueError(part.args[0] ?? '');
    if (!isExtract(part) && !isFiles(part)) parts.push(part);
    if (isExtract(part)) parts.push(toExtract(part));
    if (isExtract(part)) remarks.push(...remarkOnLanguage(part, scanned.slice(index + 1)));
    if (!isFiles(part)) continue;
    const run = measureRun(part.args[1] ?? '', scanned.slice(index + 1), cwd);
    const [flag = ''] = part.args;
    const named = [part.args[1] ?? '', ...run.files];
    const kept = named.filter((word) => !run.isListed || !isCredentialFile(resolve(cwd, word)));
    if (kept.length === 0) throw createSecretsError(named, flag);
    if (run.isListed) lists.push(kept);
    for (const word of kept) parts.push({ ...part, args: [flag, word] });
    leftOut.push(...named.filter((word) => !kept.includes(word)));
    if (run.folder !== undefined)
      remarks.push(
        `${run.folder} is a word of the prompt; for the folder of this name: ${flag} ${run.folder}/`,
      );
    files.push(...run.files);
    index += run.files.length;
  }
  if (files.length > 0)
    remarks.push(`Taken as files: ${shortenList(files)}. "--" before the prompt ends the list.`);
  return { argv: parts.flatMap((part) => part.args), parts, files, remarks, lists, leftOut };
}

function isFiles(part: Part): part is Extract<Part, { kind: 'flag' }> {
  return part.kind === 'flag' && takesFiles(part);
}

/** `-f -- *` would read names that the shell finds as flags. */
function createNoValueError(name: string): CliError {
  return new CliError('usage', `${name} needs a value in front of --`, {
    hint: advise`For a file called --: ${flag(`${name} ./--`)}`,
  });
}

function createSecretsError([first = '', ...others]: readonly string[], name: string): CliError {
  return new CliError('usage', `${shortenList([first, ...others])} look like files of secrets`, {
    hint: advise`To send one of them, give it a flag of its own: ${flag(`${name} ${toShellWord(first)}`)}`,
  });
}

function isExtract(part: Part | FlagShape): boolean {
  const flag = 'kind' in part ? (part.kind === 'flag' ? part.flag : undefined) : part;
  return flag?.long === '--extract';
}

/** `-x go -- prompt`: the language is the only word before the words that cannot be flags. */
function isChosenLanguage(
  [language = '', ...following]: readonly string[],
  flags: readonly FlagShape[],
): boolean {
  if (!isLanguageName(language)) return false;
  const parts = scanFlags(following, flags);
  return !parts.some(({ kind }) => kind === 'word') && parts.some(({ kind }) => kind === 'literal');
}

function toExtract(part: Part): Part {
  if (part.kind !== 'flag' || part.hasOwnValue) return part;
  return { ...part, args: [`--extract=${part.args[1] ?? anyLanguage}`], hasOwnValue: true };
}

function remarkOnLanguage(part: Part, following: readonly Part[]): string[] {
  const [next] = following;
  const word = next?.kind === 'word' ? next.args[0] : '';
  if (part.args.length > 1 || (part.kind === 'flag' && part.hasOwnValue) || !isLanguageName(word)) return [];
  const others = following.filter(({ kind }) => kind === 'word' || kind === 'literal');
  if (others.length > 1)
    return [`${word} is a word of the prompt; for code in ${word} alone: -x=${toShellWord(word)}`];
  throw new CliError('usage', `${word} would be the whole prompt`, {
    hint: advise`For code in ${word} alone: ${run(`chat -x=${toShellWord(word)} PROMPT`)}. To send it as a prompt: ${run(`chat -x -- ${toShellWord(word)}`)}`,
  });
}

function takesFiles({ flag, args, hasOwnValue }: Extract<Part, { kind: 'flag' }>): boolean {
  return (flag?.long === '--file' || flag?.long === '--attach') && args.length === 2 && !hasOwnValue;
}

/**
 * Counts the files after `first`. A folder may be an ordinary word, so one without a dot or a slash counts only between files, or if a shell must
 * have listed it: everything in the folder is there.
 */
function measureRun(
  first: string,
  following: readonly Part[],
  cwd: string,
): { files: string[]; folder: string | undefined; isListed: boolean } {
  if (findKind(first, cwd) === undefined) return { files: [], folder: undefined, isListed: false };
  const run: string[] = [];
  for (const part of following) {
    const [word = ''] = part.args;
    if (part.kind !== 'word' || findKind(word, cwd) === undefined) break;
    run.push(word);
  }
  // A person typed a single path; several may come from a shell, and so may one that is followed by another name.
  const [behind] = following;
  const isListed = behind?.kind === 'word' && isFoundName(behind.args[0], cwd);
  const isPlainFolder = (word: string): boolean =>
    !/^\.|[/\\]/.test(word) && findKind(word, cwd) === 'folder';
  const lastFile = run.findLastIndex((word) => !isPlainFolder(word));
  const folder = run[lastFile + 1];
  if (folder === undefined || isWholeFolder([first, ...run], cwd))
    return { files: run, folder: undefined, isListed };
  return { files: run.slice(0, lastFile + 1), folder, isListed };
}

function findKind(path: string, cwd: string): 'file' | 'folder' | undefined {
  if (path === '' || path === '-') return undefined;
  try {
    return statSync(resolve(cwd, path)).isDirectory() ? 'folder' : 'file';
  } catch {
    // Whoever reads it says what is wrong with it.
    return isFoundName(path, cwd) ? 'file' : undefined;
  }
}

/** Whether a shell's `*` may have put a word there. A link that leads nowhere is a name, too; of one that is not UTF-8, Node gives another. */
export function isFoundName(word: string, cwd: string): boolean {
  try {
    return isOddName(word) || lstatSync(resolve(cwd, word), { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Too long for a name.
    return false;
  }
}

/** The same for a word of a prompt. What is not UTF-8 in it may be in a mention, so it is a name only if a folder has it. */
export function isFoundWord(word: string, cwd: string): boolean {
  return isFoundName(word, cwd) && (!isOddName(word) || isOddNameThere(word, cwd));
}

/** Whether these are the expansion of `*`. */
function isWholeFolder(paths: readonly string[], cwd: string): boolean {
  const [first = ''] = paths;
  try {
    const visible = readdirSync(resolve(cwd, dirname(first))).filter((name) => !name.startsWith('.'));
    return visible.every((name) => paths.includes(name));
  } catch {
    return false;
  }
}

function shortenList(words: readonly string[]): string {
  const shown = 5;
  const others = words.length - shown;
  return words.slice(0, shown).join(', ') + (others > 0 ? ` and ${others} more` : '');
}

/** A flag as commander knows it. */
export type FlagShape = {
  short?: string | undefined;
  long?: string | undefined;
  /** It takes a value. */
  required: boolean;
  /** It may take one. */
  optional: boolean;
};

/** A part of a command line; `args` are its arguments, one flag each. `end` is `--`, and everything after it is `literal`. */
export type Part =
  | { kind: 'word' | 'end' | 'literal'; args: [string] }
  | { kind: 'flag'; flag: FlagShape | undefined; args: string[]; hasOwnValue: boolean };

/** Whether the next word is the value of a flag that may stand alone. */
export type TakesNext = (flag: FlagShape, following: readonly string[]) => boolean;

export const takesWord: TakesNext = (_, [next]) => next !== undefined && !looksLikeFlag(next);

/** Reads a command line as commander does, without doing anything. */
export function scanFlags(
  argv: readonly string[],
  flags: readonly FlagShape[],
  takesNext: TakesNext = takesWord,
): Part[] {
  const parts: Part[] = [];
  const rest = [...argv];
  while (rest.length > 0) {
    const arg = rest.shift() ?? '';
    if (arg === '--') {
      parts.push({ kind: 'end', args: [arg] });
      parts.push(...rest.map((literal): Part => ({ kind: 'literal', args: [literal] })));
      break;
    }
    if (looksLikeFlag(arg)) parts.push(readFlag(arg, rest, flags, takesNext));
    else parts.push({ kind: 'word', args: [arg] });
  }
  return parts;
}

/** Takes a flag's value from `rest`, and puts back other flags of the same dash. */
function readFlag(arg: string, rest: string[], flags: readonly FlagShape[], takesNext: TakesNext): Part {
  const equals = arg.indexOf('=');
  const name = arg.startsWith('--') ? (equals === -1 ? arg : arg.slice(0, equals)) : arg.slice(0, 2);
  const flag =
    flags.find((candidate) => candidate.long === arg || candidate.short === arg) ?? // --xl, -x
    flags.find((candidate) => candidate.long === name || candidate.short === name);
  if (flag === undefined) return { kind: 'flag', flag, args: [arg], hasOwnValue: false };
  const isWhole = flag.long === arg || flag.short === arg;
  if (!flag.required && !flag.optional) {
    if (!isWhole && !arg.startsWith('--')) rest.unshift(`-${arg.slice(2)}`);
    return { kind: 'flag', flag, args: [isWhole ? arg : name], hasOwnValue: false };
  }
  if (!isWhole) {
    // -x=python means --extract=python.
    const value = arg.slice(name.length).replace(/^=/, '');
    return { kind: 'flag', flag, args: [`${flag.long ?? name}=${value}`], hasOwnValue: true };
  }
  const takes = flag.required ? rest.length > 0 : takesNext(flag, rest);
  return { kind: 'flag', flag, args: takes ? [arg, rest.shift() ?? ''] : [arg], hasOwnValue: false };
}

/** A negative number is a word. */
function looksLikeFlag(arg: string): boolean {
  return arg.length > 1 && arg.startsWith('-') && !/^-(?:\d+|\d*\.\d+)(?:e[+-]?\d+)?$/.test(arg);
}
