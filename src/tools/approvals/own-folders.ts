import { basename, dirname, isAbsolute, sep } from 'node:path';
import { compileGlob } from '../../glob.ts';
import { isInside } from '../../is-inside.ts';
import { findStats } from '../../open-file.ts';
import { shells, wrappers } from '../../shells.ts';
import { findRealPath, isMessage, type RuleBase } from './match.ts';
import {
  decode,
  expandFolders,
  expandGlob,
  listFolders,
  listPaths,
  mostPaths,
  unique,
  wildcard,
} from './named-paths.ts';
import { onlyPrints, toProgram } from './runners.ts';
import type { ShellCommand, ShellPart } from './shell-command.ts';
import { expandBraces, findLink, findPlaces, UnknownPlacesError } from './walk-path.ts';

/** They read, copy or change all files of a folder that they are given, wherever they are named. */
export const walkers =
  /^(?:[efz]?grep|[ru]grep|rg|ag|ack|tar|bsdtar|pax|cpio|zip|7za?|cp|mv|ln|rsync|rclone|scp|diff|find|fd|fdfind|git|rm|chmod|chown|chgrp|docker|podman|nerdctl)$/;
/**
 * They read no folder that they are given, or only the names in it, or run what is written in it, as any program may. All others may read, copy
 * or change each file below it.
 */
const stayers = new Set(
  `
  cd pushd popd chdir pwd ls dir vdir tree exa eza lsd echo printf test [ [[ true false : set export unset local declare read
  mkdir rmdir mktemp touch stat file readlink realpath basename dirname df du cat tac head tail nl wc sort uniq cut paste tr
  sed awk gawk mawk jq yq cmp comm od xxd hexdump strings md5sum sha1sum sha256sum tee truncate dd base64 cksum column fold fmt
  source . sh bash dash zsh fish ksh node deno bun tsx ruby perl php java make gmake just task ninja cmake meson
  npm pnpm yarn corepack cargo go rustc gcc g++ clang javac mvn gradle gradlew dotnet pip pip3 uv poetry pipenv bundle rake
  date sleep which type command kill ps env id uname whoami hostname exit return wait for while
  `
    .trim()
    .split(/\s+/),
);
/** Of these, a lone slash is a folder, and no text. */
const rootWalkers =
  /^(?:find|fd|fdfind|tar|bsdtar|pax|cpio|zip|7za?|rsync|rclone|scp|rm|chmod|chown|chgrp|docker|podman|nerdctl)$/;
/** Of these, they follow links in the folder, always or by an option. */
const followers = /^(?:zip|7za?|scp|rclone|jar)$/;
const following = /^-[A-Za-z]*[RLHh]|^--(?:dereference|follow|copy-links)|^-follow$/;

/** Folders that a variable may stand for. */
const mostHeld = 200;

/**
 * Whether a command names a file in one of our folders, in whatever way: by `~` or `$HOME`, from the current folder or one that it goes to, through
 * a link, by a glob, or by a folder around it that is looked through. It cannot be told of a name that is put together while the command runs.
 * Throws UnknownPlacesError.
 */
export function namesOwnFolder(
  text: string,
  command: ShellCommand,
  ownFolders: readonly string[],
  place: RuleBase,
): boolean {
  const own = unique(ownFolders.flatMap((folder) => [folder, findRealPath(folder)]));
  if (own.length === 0) return false;
  const bare = expandFolders(text.replaceAll(/["'\\]/g, ''), place);
  const lower = decode(bare).toLowerCase();
  // Code may put the home folder in front.
  const ends = own.map((folder) => `/${basename(dirname(folder))}/${basename(folder)}`);
  if ([...own, ...ends].some((folder) => lower.includes(folder.toLowerCase()))) return true;
  const all = [...command.parts, ...command.hidden];
  const programs = all.map(({ words: [name = ''] }) => toProgram(name));
  const walks = command.parts.some(isWalker) || programs.some((program) => walkers.test(program));
  const walksRoot = programs.some((program) => rootWalkers.test(program));
  const { folders: known, isKnown } = listFolders(all, place);
  const marks = all.flatMap(listMarks);
  const typed = unique(
    [...command.words, ...all.flatMap((part) => part.words)]
      .map((word) => marks.reduce((text, mark) => text.replaceAll(mark, '*'), word))
      .flatMap(listPaths),
  );
  const named = unique(bare.split(/[\s;&|<>()`]+/).flatMap(listPaths)).filter(
    (path) => !typed.includes(path),
  );
  if (known.length * (typed.length + named.length) > mostPaths) return true;
  // What a variable may hold: a folder that is named elsewhere in the command.
  const held = unique(
    typed
      .filter((word) => !/[$`]/.test(word))
      .flatMap((word) => known.flatMap((folder) => findPlaces(folder, expandFolders(word, place))))
      .flatMap((path) => (wildcard.test(path) ? expandGlob(path) : [path])),
  ).filter((path) => findStats(path)?.isDirectory() === true);
  if (held.length > mostHeld && typed.some((word) => /[$`]/.test(word))) throw new UnknownPlacesError();
  const folders = isKnown ? known : unique([...known, ...held]);
  const isMet = (path: string): boolean => own.some((folder) => isInside(path, folder));
  const isMetOrWalked = (path: string): boolean =>
    isMet(path) || (walks && (walksRoot || path !== sep) && own.some((folder) => isInside(folder, path)));
  const isFullMet = (full: string, isMetAt: (path: string) => boolean): boolean =>
    isMetAt(full) ||
    isMetAt(findRealPath(full)) ||
    (expandBraces(full.replaceAll('{}', '*')) ?? [full]).some(
      (one) => own.some((owned) => mayReach(one, owned)) || expandGlob(one).some(isMetAt),
    );
  const isNamed = (word: string, isMetAt: (path: string) => boolean): boolean => {
    const path = expandFolders(word, place);
    const isOpen = /[$`]/.test(path);
    // Behind a variable, or in a folder that is not known, the name alone can tell.
    if ((isOpen || (!isKnown && !isAbsolute(path))) && endsInOwnName(path, own)) return true;
    const rest = isOpen ? /^.*\$(?:\w+|\{\w+\})\/(.+)$/.exec(path)?.[1] : undefined;
    if (
      rest !== undefined &&
      held.some((folder) => findPlaces(folder, rest).some((full) => isFullMet(full, isMetAt)))
    )
      return true;
    return folders.some((folder) => findPlaces(folder, path).some((full) => isFullMet(full, isMetAt)));
  };
  if (typed.some((word) => isNamed(word, isMetOrWalked))) return true;
  if (named.some((word) => isNamed(word, isMet))) return true;
  return all
    .filter(follows)
    .some(({ words: [, ...args] }) =>
      listRoots(args).some((word) =>
        folders.some((folder) =>
          findPlaces(folder, expandFolders(word, place)).some(
            (full) => findLink(full, (path) => isMetOrWalked(findRealPath(path))) !== undefined,
          ),
        ),
      ),
    );
}

/** What `xargs -I` puts other words in the place of. */
function listMarks({ words: [name = '', ...args] }: ShellPart): string[] {
  if (!/^(?:xargs|parallel)$/.test(toProgram(name))) return [];
  return args.flatMap((arg, at) => {
    const [, mark] = /^(?:-[a-zA-Z0-9]*[IJ]|--replace=)(.*)$/s.exec(arg) ?? [];
    return mark === undefined ? [] : [mark || (args[at + 1] ?? '')].filter((text) => text !== '');
  });
}

/** What a program looks through: its arguments, and without two of them also the folder where it runs. */
function listRoots(args: readonly string[]): string[] {
  const named = args.filter((arg) => !arg.startsWith('-'));
  return named.length < 2 ? [...named, '.'] : named;
}

/** Our commands that change nothing. */
const harmlessCommands =
  /^(?:(?:--version|-V|--help|-h|help|status|usage)(?: .*)?|(?:models|doctor)(?: --?(?:json|help|no-color|debug))*|models (?:list|show|resolve)(?: .*)?|completion (?:bash|zsh|fish|powershell))$/;
const commands =
  /^(?:chat|run|sessions|templates|models|endpoints|mcp|serve|login|logout|accounts|status|usage|config|completion|doctor|help|-.*)$/;
const starters = /^(?:exec|command|nohup|time|nice|env|sudo|xargs|npx|bunx|setsid)$/;

/** Whether a command starts this program in a way that may change our files, or go on without the rules of this run. */
export function runsOwnProgram({ parts, hidden, words: all }: ShellCommand, text: string): boolean {
  if (startsUnderOtherName(parts, hidden, all)) return true;
  const isHarmless = (args: readonly string[]): boolean => harmlessCommands.test(args.join(' '));
  // What one part prints, or a here-document holds, another one may run, also under another name.
  const isRun = parts.some(({ words: [name = ''] }) => runners.test(toProgram(name)));
  if (isRun && [text, ...parts.map(({ words }) => words.join(' '))].some(startsOwn)) return true;
  if (/\balias\s[^\n;]*=["']?(?:[^\s;]*\/)?copilot-cli\b/.test(text)) return true;
  return [...parts, ...hidden].some((part) => {
    const { words } = part;
    const [program = '', ...rest] = words;
    if (/^(?:ln|cp)$/.test(toProgram(program)) && rest.some(isOwn)) return true;
    if (onlyPrints(words)) return false;
    return words.some((word, at) => {
      if (!isMessage(words, at) && startsOwn(word)) return true;
      const args = words.slice(at + 1);
      if (startsGlobOfOwn(word, args[0])) return true;
      if (!isOwn(word)) return false;
      // Elsewhere it may be the name of a package or a folder.
      const isProgram =
        (at === 0 && parts.includes(part)) || (at === 1 && starters.test(toProgram(words[0] ?? '')));
      return isProgram ? !isHarmless(args) : commands.test(args[0] ?? '') && !isHarmless(args);
    });
  });
}

function isOwn(word: string): boolean {
  return /^copilot-cli(?:\.js)?(?:@.*)?$/.test(toProgram(word));
}

/** They start an argument with further words, or give it another name. */
const renamers = /^(?:xargs|parallel|hash|install|mv|cp|ln|entr|watch)$/;
const finders = /^(?:which|where|whereis|type|command)$/;
const textRunners = /^(?:eval|source|\.)$/;

/** Whether a wildcard, a variable, an argument or a copy stands for this program, whose own words are then not to be seen. */
function startsUnderOtherName(
  parts: readonly ShellPart[],
  hidden: readonly ShellPart[],
  all: readonly string[],
): boolean {
  const isGlobbed = all.some((word) => /\w[^/]*$/.test(word) && isGlobOfOwn(word));
  const isNamed = isGlobbed || all.some(isOwn);
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
  const isOther = (part: ShellPart): boolean => isGivenOtherName(part, parts, all, isNamed);
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
  isNamed: boolean,
): boolean {
  const [name = '', ...args] = part.words;
  const program = toProgram(name);
  const isMeant = (word: string): boolean => isOwn(word) || (isTyped(word) && isGlobOfOwn(word));
  if (renamers.test(program) && args.some(isMeant)) return true;
  if (program === 'alias') return isNamed;
  if (/^(?:xargs|parallel)$/.test(program)) {
    const start = args.findIndex(
      (arg, at) => !arg.startsWith('-') && !/^-[A-Za-z0-9]*[nPLIJRdsEa]$/.test(args[at - 1] ?? ''),
    );
    const [started = '', command = ''] = start === -1 ? [] : args.slice(start);
    const marks = program === 'parallel' ? [...listMarks(part), '{}'] : listMarks(part);
    if (marks.some((mark) => started.includes(mark)))
      return isNamed || (/^\w/.test(command) && commands.test(command));
    return isNamed && (wrappers.has(toProgram(started)) || shells.has(toProgram(started)));
  }
  if (shells.has(program)) return args.some((arg) => /^-[a-z]*[cs]/.test(arg)) && args.some(isMeant);
  if (/^f(?:in)?d(?:find)?$/.test(program))
    return args.some(
      (arg, at) =>
        arg === '{}' &&
        /^-(?:exec|ok)|^-[A-Za-z]*[xX]$|^--exec/.test(args[at - 1] ?? '') &&
        args.some((one) => one !== '{}' && mayBeOwn(one)),
    );
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
  return /^\w/.test(command) && commands.test(command) && isTyped(word) && isGlobOfOwn(word);
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

function mayReach(path: string, folder: string): boolean {
  if (!wildcard.test(path)) return false;
  const glob = compileGlob(path, { dot: true, braces: true, ignoreCase: true });
  return !glob || glob.matches(folder) || glob.reaches(folder);
}

/** Whether the program of a command may read the files of a folder that it is given. Python's modules do what other programs do. */
function isWalker({ words: [name = '', ...args] }: ShellPart): boolean {
  const program = toProgram(name);
  if (/^python[\d.]*$/.test(program)) return args.some((arg) => /^-[A-Za-z]*m/.test(arg));
  return program !== '' && !stayers.has(program);
}

function follows(part: ShellPart): boolean {
  const {
    words: [name = '', ...args],
  } = part;
  const program = toProgram(name);
  return followers.test(program) || (walkers.test(program) && args.some((arg) => following.test(arg)));
}

/** Whether a part of a path is the name of one of our folders. A wildcard alone could be any. */
function endsInOwnName(path: string, own: readonly string[]): boolean {
  return path.split(/[/\\]/).some((name) => {
    if (!/\w\w/.test(name.replaceAll(/\[[^\]]*\]/g, '')) || /[$`]/.test(name)) return false;
    const glob = compileGlob(name, { dot: true, braces: true, ignoreCase: true });
    return own.some((folder) => glob?.matches(basename(folder)));
  });
}
