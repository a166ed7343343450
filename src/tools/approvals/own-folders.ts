import { basename, dirname, isAbsolute, sep } from 'node:path';
import { compileGlob } from '../../glob.ts';
import { isInside } from '../../is-inside.ts';
import { findStats } from '../../open-file.ts';
import { findRealPath, UnknownPlacesError } from './disk.ts';
import { followsToOwn } from './followed-links.ts';
import type { RuleBase } from './match.ts';
import {
  decode,
  expandFolders,
  expandGlob,
  listFolders,
  listPaths,
  mostPaths,
  readWord,
  unique,
} from './named-paths.ts';
import { toProgram } from './runners.ts';
import type { ShellCommand, ShellPart } from './shell-command.ts';
import { compileName, expandBraces, findPlaces, wildcard } from './walk-path.ts';

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
  const { folders: known, isKnown } = listFolders(
    [...all, ...command.words.flatMap(listTargetsInCode)],
    place,
  );
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
      .flatMap((word) => readWord(word, place))
      .flatMap((path) => known.flatMap((folder) => findPlaces(folder, path)))
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
    unique([full, ...(expandBraces(full.replaceAll('{}', '*')) ?? [])]).some(
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
    return readWord(word, place).some((one) =>
      folders.some((folder) => findPlaces(folder, one).some((full) => isFullMet(full, isMetAt))),
    );
  };
  if (typed.some((word) => isNamed(word, isMetOrWalked))) return true;
  if (named.some((word) => isNamed(word, isMet))) return true;
  return followsToOwn(all, own, isWalker, { folders, held, place });
}

/** Folders to which code goes, or text that it gives to a shell: `chdir("..")`, `{ cwd: ".." }`, `system("cd ..; …")`. */
function listTargetsInCode(word: string): ShellPart[] {
  if (!/[\s(;]/.test(word)) return [];
  return [
    ...word.matchAll(
      /(?<![\w-])(?:cd|chdir|pushd|cwd)\b[\s("'`,\\:=]*(?:%?q[qw]?[({[<|!])?([^\s"'`;()&|,\\]+)/gi,
    ),
  ].map(([, path = '']) => ({
    words: ['', '-C', path],
    isVague: false,
  }));
}

/** What `xargs -I` puts other words in the place of. */
export function listMarks({ words: [name = '', ...args] }: ShellPart): string[] {
  if (!/^(?:xargs|parallel)$/.test(toProgram(name))) return [];
  return args.flatMap((arg, at) => {
    const [, mark] = /^(?:-[a-zA-Z0-9]*[IJ]|--replace=)(.*)$/s.exec(arg) ?? [];
    return mark === undefined ? [] : [mark || (args[at + 1] ?? '')].filter((text) => text !== '');
  });
}

function mayReach(path: string, folder: string): boolean {
  if (!wildcard.test(path)) return false;
  const glob = compileGlob(path, { dot: true, braces: true, ignoreCase: true });
  return !glob || glob.matches(folder) || glob.reaches(folder) || leadsTo(path, folder);
}

/** The same name by name: one of them may have brackets in it that are no wildcard. */
function leadsTo(path: string, folder: string): boolean {
  const [names, wanted] = [path.split(sep), folder.split(sep)];
  return (
    names.length >= wanted.length &&
    wanted.every((name, at) => names[at] === name || compileName(names[at] ?? '')(name))
  );
}

/** Whether the program of a command may read the files of a folder that it is given. Python's modules do what other programs do. */
function isWalker({ words: [name = '', ...args] }: ShellPart): boolean {
  const program = toProgram(name);
  if (/^python[\d.]*$/.test(program)) return args.some((arg) => /^-[A-Za-z\d#:]*m/.test(arg));
  return program !== '' && !stayers.has(program);
}

/** Whether a part of a path is the name of one of our folders. A wildcard alone could be any. */
function endsInOwnName(path: string, own: readonly string[]): boolean {
  return path.split(/[/\\]/).some((name) => {
    if (!/\w\w/.test(name.replaceAll(/\[[^\]]*\]/g, '')) || /[$`]/.test(name)) return false;
    const glob = compileGlob(name, { dot: true, braces: true, ignoreCase: true });
    return own.some((folder) => glob?.matches(basename(folder)));
  });
}
