import { join } from 'node:path';
import { compileGlob } from '../../glob.ts';
import { findStats } from '../../open-file.ts';
import { shells, wrappers } from '../../shells.ts';
import { readText } from './disk.ts';
import type { RuleBase } from './match.ts';
import { expandGlob, listFolders, readWord, unique } from './named-paths.ts';
import { findMessages } from './option-words.ts';
import { listMarks } from './own-folders.ts';
import { interpreters, onlyPrints, toProgram } from './runners.ts';
import type { ShellCommand, ShellPart } from './shell-command.ts';
import { findPlaces, holdsBehind, listEntries } from './walk-path.ts';

/** Our commands that change nothing. */
const harmlessCommands =
  /^(?:(?:--version|-V|--help|-h|help|status|usage)(?: .*)?|(?:models|doctor)(?: --?(?:json|help|no-color|debug))*|models (?:list|show|resolve)(?: .*)?|completion (?:bash|zsh|fish|powershell))$/;
const commands =
  /^(?:chat|run|sessions|templates|models|endpoints|mcp|serve|login|logout|accounts|status|usage|config|completion|doctor|help|-.*)$/;
const starters = /^(?:exec|command|nohup|time|nice|env|sudo|xargs|npx|bunx|setsid)$/;

/** Whether a command starts this program in a way that may change our files, or go on without the rules of this run. */
export function runsOwnProgram(command: ShellCommand, text: string, place: RuleBase): boolean {
  const { parts, hidden } = command;
  const disk = createDisk(command, place);
  if (startsUnderOtherName(command, disk)) return true;
  // What one part prints, or a here-document holds, another one may run, also under another name.
  const isRun = parts.some(({ words: [name = ''] }) => runners.test(toProgram(name)));
  if (isRun && [text, ...parts.map(({ words }) => words.join(' '))].some(startsOwn)) return true;
  // What is written, assigned or given to any other program may become its commands.
  const hands = parts.some(({ words }) => !onlyPrints(words) && !isOfPeople.test(toProgram(words[0] ?? '')));
  if (hands && [...command.texts, ...parts.flatMap(listWritten)].some(startsOwn)) return true;
  if (holdsBehind(text, { before: /\balias\s/, end: /[\n;]/, behind: /[=/]["']?copilot-cli\b/ })) return true;
  return [...parts, ...hidden].some((part) => {
    const { words } = part;
    const [program = '', ...rest] = words;
    if (/^(?:ln|cp)$/.test(toProgram(program)) && rest.some(isOwn)) return true;
    if (onlyPrints(words)) return false;
    const messages = findMessages(words);
    return words.some((word, at) => {
      if (!messages.has(at) && startsOwn(word)) return true;
      const args = words.slice(at + 1);
      if (startsGlobOfOwn(word, args[0]) || (isCommand(args[0]) && isGlobOfOwn(word) && disk.isOwn(word)))
        return true;
      if (!isOwn(word)) return false;
      // Elsewhere it may be the name of a package or a folder.
      const isProgram =
        (at === 0 && parts.includes(part)) || (at === 1 && starters.test(toProgram(words[0] ?? '')));
      return isProgram ? !isHarmless(args) : commands.test(args[0] ?? '') && !isHarmless(args);
    });
  });
}

function isHarmless(args: readonly string[]): boolean {
  return harmlessCommands.test(args.join(' '));
}

function isOwn(word: string): boolean {
  return /^copilot-cli(?:\.js)?(?:@.*)?$/.test(toProgram(word));
}

/** They start an argument with further words, or give it another name. */
const renamers = /^(?:xargs|parallel|hash|install|mv|cp|ln|entr|watch)$/;
const finders = /^(?:which|where|whereis|type|command)$/;
const textRunners = /^(?:eval|source|\.)$/;

/** What lies where the words of a command lead, links followed. */
type Disk = {
  /** Whether a word, which may have wildcards, means a file with the name of this program. */
  isOwn(word: string): boolean;
  /** The same, or a folder that holds such a file. */
  isNear(word: string): boolean;
  /** Whether a word means a folder with the package of this program. */
  isPackage(word: string): boolean;
  /** Whether any word is near, or a folder in which a part may run. */
  isReached(): boolean;
};

function createDisk({ parts, hidden, words }: ShellCommand, place: RuleBase): Disk {
  let folders: string[] | undefined;
  let isReached: boolean | undefined;
  const listPlaces = (word: string): string[] => {
    folders ??= listFolders([...parts, ...hidden], place).folders;
    const paths = unique([word, word.slice(word.indexOf('=') + 1)].flatMap((path) => readWord(path, place)));
    return folders.flatMap((folder) => paths.flatMap((path) => findPlaces(folder, path).flatMap(expandGlob)));
  };
  const disk: Disk = {
    isOwn: (word) => listPlaces(word).some(isOwnFile),
    isNear: (word) => listPlaces(word).some((path) => isOwnFile(path) || holdsOwn(path)),
    isPackage: (word) => listPlaces(word).some(isOwnPackage),
    isReached() {
      isReached ??= ['.', ...words].some((word) => disk.isNear(word));
      return isReached;
    },
  };
  return disk;
}

function isOwnFile(path: string): boolean {
  return isOwn(path) && findStats(path)?.isFile() === true;
}

function holdsOwn(path: string): boolean {
  return listEntries(path).some((entry) => !entry.isDirectory() && isOwn(entry.name));
}

function isOwnPackage(path: string): boolean {
  return /"(?:name|bin)"\s*:[{\s]*"copilot-cli"/.test(readText(join(path, 'package.json')) ?? '');
}

const packageRunners = /^(?:npx|pnpx|bunx)$|^(?:npm|pnpm|yarn|bun)$/;

/** Whether a word with a variable or a substitution may become the path of this program. */
function mayBecomeOwn(word: string): boolean {
  if (!/[$`]/.test(word)) return false;
  // From the first that opens to the last that closes. An expression would look for it once more behind each that opens.
  const [start, end] = [word.indexOf('$('), word.lastIndexOf(')')];
  const plain = start !== -1 && start < end ? `${word.slice(0, start)}*${word.slice(end + 1)}` : word;
  return mayBeOwn(plain.replaceAll(/`[^`]*`|\$\{[^}]*(?:\}|$)|\$(?:\w+|[@*#?!-])/gs, '*'));
}

/** Whether a part starts what it finds in a folder, or runs a file that a wildcard or a variable names, and this program may be there. */
function startsFound({ words: [name = '', ...args] }: ShellPart, disk: Disk): boolean {
  const program = toProgram(name);
  if (mayBecomeOwn(name)) return disk.isReached();
  if (packageRunners.test(program)) {
    const at = args.findIndex((arg) => /^(?:file:)?[.~/$]/.test(arg));
    const isStarting =
      /x$/.test(program) || args.slice(0, at + 1).some((arg) => /^(?:exec|x|dlx)$/.test(arg));
    return (
      isStarting && disk.isPackage((args[at] ?? '').replace(/^file:/, '')) && !isHarmless(args.slice(at + 1))
    );
  }
  if (program === 'run-parts') return args.some((arg) => disk.isNear(arg));
  if (interpreters.test(program) || shells.has(program))
    return args.some(
      (arg) => (isGlobOfOwn(arg) && disk.isOwn(arg)) || (mayBecomeOwn(arg) && disk.isReached()),
    );
  return false;
}

/** Whether a wildcard, a variable, an argument or a copy stands for this program, whose own words are then not to be seen. */
function startsUnderOtherName({ parts, hidden, words: all }: ShellCommand, disk: Disk): boolean {
  const isGlobbed = all.some((word) => /\w[^/]*$/.test(word) && isGlobOfOwn(word));
  const isNamed = isGlobbed || all.some(isOwn);
  if ([...parts, ...hidden].some((part) => startsFound(part, disk))) return true;
  const runsText = [...parts, ...hidden].some(({ words: [name = ''], isWhole }) => {
    const program = toProgram(name);
    return shells.has(program) || (isWhole && textRunners.test(program));
  });
  // What another part prints may be its name.
  if (isGlobbed && parts.some(readsScript)) return true;
  const isStarted = (name: string): boolean => (isNamed && /[$`]/.test(name)) || isGlobOfOwn(name);
  const isArgumentStarted = ({ words: [name = '', ...args] }: ShellPart): boolean => {
    const [command = ''] = args;
    return isStarted(name) && commands.test(command) && (isTyped(name) || !command.startsWith('-'));
  };
  if (hidden.some((part) => !part.isWhole && isArgumentStarted(part))) return true;
  const isOther = (part: ShellPart): boolean =>
    isGivenOtherName(part, parts, all, () => isNamed || disk.isReached());
  if (parts.some((part) => isStarted(part.words[0] ?? '') || isOther(part))) return true;
  // Text in an argument may also be a pattern, unless a shell runs it.
  return hidden
    .filter(({ isWhole }) => isWhole)
    .some((part) => {
      const [name = ''] = part.words;
      return (isStarted(name) && (runsText || /[$`]/.test(name) || isTyped(name))) || isOther(part);
    });
}

function isGivenOtherName(
  part: ShellPart,
  parts: readonly ShellPart[],
  all: readonly string[],
  isNamed: () => boolean,
): boolean {
  const [name = '', ...args] = part.words;
  const program = toProgram(name);
  const isMeant = (word: string): boolean => isOwn(word) || (isTyped(word) && isGlobOfOwn(word));
  if (renamers.test(program) && args.some(isMeant)) return true;
  if (program === 'alias') return isNamed();
  if (/^(?:xargs|parallel)$/.test(program)) {
    const start = args.findIndex(
      (arg, at) => !arg.startsWith('-') && !/^-[A-Za-z0-9]*[nPLIJRdsEa]$/.test(args[at - 1] ?? ''),
    );
    const [started = '', command = ''] = start === -1 ? [] : args.slice(start);
    const marks = program === 'parallel' ? [...listMarks(part), '{}'] : listMarks(part);
    if (marks.some((mark) => started.includes(mark))) return isCommand(command) || isNamed();
    return (wrappers.has(toProgram(started)) || shells.has(toProgram(started))) && isNamed();
  }
  if (shells.has(program)) return args.some((arg) => /^-[a-z]*[cs]/.test(arg)) && args.some(isMeant);
  if (/^f(?:in)?d(?:find)?$/.test(program)) {
    const startsThem = args.some(
      (arg, at) => arg === '{}' && /^-(?:exec|ok)|^-[A-Za-z\d#:]*[xX]$|^--exec/.test(args[at - 1] ?? ''),
    );
    const patterns = args.filter((_, at) => /^-i?name$/.test(args[at - 1] ?? ''));
    return startsThem && (patterns.length === 0 || patterns.some(mayBeOwn));
  }
  // Where it lies, and what is done with that.
  return (
    finders.test(program) &&
    args.some(isOwn) &&
    all.some((word) => /[$`]/.test(word)) &&
    parts.some(({ words: other }) => copiers.test(toProgram(other[0] ?? '')) || !onlyPrints(other))
  );
}

const copiers = /^(?:cp|mv|ln)$/;

/** Whether the last word of a command is a shell, which then reads what to run. */
function readsScript({ words }: ShellPart): boolean {
  return shells.has(toProgram(words.findLast((word) => !word.startsWith('-')) ?? ''));
}

function isGlobOfOwn(word: string): boolean {
  return /[*?[{]/.test(word) && !isOwn(word) && mayBeOwn(word);
}

/** Whether a word with wildcards may be this program, in front of one of its commands. */
function startsGlobOfOwn(word: string, command = ''): boolean {
  return isCommand(command) && isTyped(word) && isGlobOfOwn(word);
}

function isCommand(word = ''): boolean {
  return /^\w/.test(word) && commands.test(word);
}

/** Whether some of a name with wildcards is written out. */
function isTyped(word: string): boolean {
  return /\w\w[^/]*$/.test(word.replaceAll(/\[[^\]]*\]|\.js$/g, ''));
}

/** Whether a word may become the name of this program. */
function mayBeOwn(word: string): boolean {
  const last =
    word
      .replaceAll(/\{[^{}]*\}/g, '*')
      .split('/')
      .at(-1) ?? '';
  const glob = compileGlob(last, { dot: true, braces: true, ignoreCase: true });
  return ['copilot-cli', 'copilot-cli.js'].some((own) => glob?.matches(own) ?? true);
}

/** They run text: of an argument, of stdin, or of a here-document. */
const runners =
  /^(?:(?:ba|da|z|fi|k|c|tc)?sh|python[\d.]*|node|deno|bun|perl|ruby|php|[gmn]?awk|xargs|parallel|source|\.|eval|at|batch|osascript|expect|tclsh)$/;

/** They take text for people. */
const isOfPeople = /^(?:git|gh|glab|hg|svn)$/;

function listWritten({ words: [name = '', ...args] }: ShellPart): string[] {
  return /^(?:echo|printf)$/.test(toProgram(name)) ? [...args, args.join(' ')] : [];
}

/** Whether text, such as code, holds a call of this program that is not harmless. */
function startsOwn(text: string): boolean {
  const tokens = text.split(/[\s;&|,()"'`]+/);
  if (tokens.some((token, at) => startsGlobOfOwn(token, tokens[at + 1]))) return true;
  // Whatever its words become.
  if (/(?<![\w.-])copilot-cli(?:\.js)?["']?[ \t]+["']?[$`]/.test(text)) return true;
  return [...text.matchAll(/(?<![\w.-])copilot-cli(?:\.js)?["']?[\s,]+["']?([\w-][^;&|\n"'`)\]]*)/g)].some(
    ([, args = '']) => commands.test(args.split(/\s/)[0] ?? '') && !harmlessCommands.test(args.trim()),
  );
}
