import { readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import { compileGlob } from '../../glob.ts';
import { isInside } from '../../is-inside.ts';
import { findStats } from '../../open-file.ts';
import { findRealPath, type Place } from './match.ts';
import { onlyPrints, toProgram } from './programs.ts';
import type { ShellCommand, ShellPart } from './shell-command.ts';

/** They read, copy or change all files of a folder that they are given. */
export const walkers =
  /^(?:[efz]?grep|rg|ag|ack|tar|bsdtar|zip|7z|cp|mv|ln|rsync|scp|diff|find|fd|fdfind|git|rm|chmod|chown|chgrp|docker|podman|nerdctl)$/;
/** Of these, a lone slash is a folder, and no text. */
const rootWalkers =
  /^(?:find|fd|fdfind|tar|bsdtar|zip|7z|rsync|scp|rm|chmod|chown|chgrp|docker|podman|nerdctl)$/;
/** Of these, they follow links in the folder, always or by an option. */
const followers = /^(?:zip|7z|scp)$/;
const following = /^-[A-Za-z]*[RLHh]|^--(?:dereference|follow|copy-links)|^-follow$/;

const movers = /^(?:cd|pushd|chdir)$/;

/** Paths that are looked at on the disk for one command, and names in folders. Whoever writes more does not want to be understood. */
const mostPaths = 5000;
const mostNames = 50_000;
const mostFolders = 32;

/**
 * Whether a command names a file in one of our folders, in whatever way: by `~` or `$HOME`, from the current folder or one that it goes to, through
 * a link, by a glob, or by a folder around it that is looked through. It cannot be told of a name that is put together while the command runs.
 */
export function namesOwnFolder(
  text: string,
  command: ShellCommand,
  ownFolders: readonly string[],
  place: Place,
): boolean {
  const own = unique(ownFolders.flatMap((folder) => [folder, findRealPath(folder)]));
  if (own.length === 0) return false;
  const bare = expandHome(text.replaceAll(/["'\\]/g, ''), place.home);
  const lower = bare.toLowerCase();
  // Code may put the home folder in front.
  const ends = own.map((folder) => `/${basename(dirname(folder))}/${basename(folder)}`);
  if ([...own, ...ends].some((folder) => lower.includes(folder.toLowerCase()))) return true;
  const all = [...command.parts, ...command.hidden];
  const programs = all.map(({ words: [name = ''] }) => toProgram(name));
  const walks = programs.some((program) => walkers.test(program));
  const walksRoot = programs.some((program) => rootWalkers.test(program));
  const { folders: known, isKnown } = listFolders(all, place);
  const typed = unique([...command.words, ...all.flatMap((part) => part.words)].flatMap(listPaths));
  const named = unique(bare.split(/[\s;&|<>()`]+/).flatMap(listPaths)).filter(
    (path) => !typed.includes(path),
  );
  if (known.length * (typed.length + named.length) > mostPaths) return true;
  const toFull = (folder: string, word: string): string => resolve(folder, expandHome(word, place.home));
  // What a variable may hold: a folder that is named elsewhere in the command.
  const held = typed
    .filter((word) => !/[$`*?]/.test(word))
    .flatMap((word) => known.map((folder) => toFull(folder, word)))
    .filter((path) => findStats(path)?.isDirectory() === true)
    .slice(0, mostFolders);
  const folders = isKnown ? known : unique([...known, ...held]);
  const isMet = (path: string): boolean => own.some((folder) => isInside(path, folder));
  const isMetOrWalked = (path: string): boolean =>
    isMet(path) || (walks && (walksRoot || path !== sep) && own.some((folder) => isInside(folder, path)));
  const isFullMet = (full: string, isMetAt: (path: string) => boolean): boolean =>
    isMetAt(full) ||
    isMetAt(findRealPath(full)) ||
    expandBraces(full.replaceAll('{}', '*')).some(
      (one) => own.some((owned) => mayReach(one, owned)) || expandGlob(one).some(isMetAt),
    );
  const isNamed = (word: string, isMetAt: (path: string) => boolean): boolean => {
    const path = expandHome(word, place.home);
    const isOpen = /[$`]/.test(path);
    // Behind a variable, or in a folder that is not known, the name alone can tell.
    if ((isOpen || (!isKnown && !isAbsolute(path))) && endsInOwnName(path, own)) return true;
    const rest = isOpen ? /^.*\$(?:\w+|\{\w+\})\/(.+)$/.exec(path)?.[1] : undefined;
    if (rest !== undefined && held.some((folder) => isFullMet(join(folder, rest), isMetAt))) return true;
    return folders.some((folder) => isFullMet(resolve(folder, path), isMetAt));
  };
  if (typed.some((word) => isNamed(word, isMetOrWalked))) return true;
  if (named.some((word) => isNamed(word, isMet))) return true;
  return all
    .filter(follows)
    .some(({ words: [, ...args] }) =>
      listRoots(args).some((word) => folders.some((folder) => leadsTo(toFull(folder, word), isMetOrWalked))),
    );
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
export function runsOwnProgram({ parts, hidden }: ShellCommand): boolean {
  const isOwn = (word: string): boolean => /^copilot-cli(?:\.js)?(?:@.*)?$/.test(toProgram(word));
  const isHarmless = (args: readonly string[]): boolean => harmlessCommands.test(args.join(' '));
  return [...parts, ...hidden].some((part) => {
    const { words } = part;
    if (onlyPrints(words)) return false;
    return words.some((word, at) => {
      if (!isOwn(word)) return false;
      const args = words.slice(at + 1);
      // Elsewhere it may be the name of a package or a folder.
      const isProgram =
        (at === 0 && parts.includes(part)) || (at === 1 && starters.test(toProgram(words[0] ?? '')));
      return isProgram ? !isHarmless(args) : commands.test(args[0] ?? '') && !isHarmless(args);
    });
  });
}

/** The folders in which its parts may run. */
export function listFolders(
  parts: readonly ShellPart[],
  { folder, home }: Place,
): { folders: string[]; isKnown: boolean } {
  const targets = unique(parts.flatMap(({ words }) => listTargets(words))).map((word) =>
    expandHome(word === '' ? '~' : word, home),
  );
  const folders = new Set([folder]);
  const isKnown = targets.every((target) => !/[$`]/.test(target));
  const known = targets.filter((target) => target !== '-' && !/[$`]/.test(target));
  // In a loop, `cd ..` goes up and up.
  for (let round = 0; round < 8 && known.length > 0 && folders.size < mostFolders; round += 1)
    for (const from of [...folders])
      for (const target of known)
        for (const path of expandBraces(resolve(from, target)).flatMap(expandGlob))
          if (folders.size < mostFolders) for (const one of [path, findRealPath(path)]) folders.add(one);
  return { folders: [...folders], isKnown: isKnown && folders.size < mostFolders };
}

/** What `cd`, `env -C` and their like name. An empty text is the home folder. */
function listTargets([name = '', ...args]: readonly string[]): string[] {
  if (movers.test(toProgram(name))) return [args.find((arg) => arg === '-' || !arg.startsWith('-')) ?? ''];
  return args.flatMap((arg, at) => {
    if (/^(?:-[CD]|--[\w-]*(?:dir|directory|cwd|wd|prefix|root))$/.test(arg)) return args[at + 1] ?? [];
    return /^(?:-[CD]|--[\w-]*(?:dir|directory|cwd|wd|prefix|root)=)(.+)/.exec(arg)?.[1] ?? [];
  });
}

/** `--file=a`, `-fa/b`, `a:b` and `@a` hold a path behind or in front of something else. */
export function listPaths(word: string): string[] {
  // A slash behind a name or a wildcard begins no path.
  const tails = [...word.matchAll(/[=:,@]|(?=(?<![\w.*?\]})/-])\/|~|\.\.?\/)/g)].map(({ index, 0: mark }) =>
    word.slice(index + mark.length),
  );
  const heads = word.split(/[=:,@]/).slice(0, 8);
  return [word, ...tails.slice(0, 8), ...heads, ...(/^-\w./.test(word) ? [word.slice(2)] : [])].filter(
    (path) => path !== '',
  );
}

function mayReach(path: string, folder: string): boolean {
  if (!wildcard.test(path)) return false;
  const glob = compileGlob(path, { dot: true, braces: true, ignoreCase: true });
  return !glob || glob.matches(folder) || glob.reaches(folder);
}

const wildcard = /[*?[{]/;
const mostAlternatives = 64;

function expandBraces(path: string): string[] {
  let paths = [path];
  for (let found = true; found && paths.length < mostAlternatives; ) {
    found = false;
    paths = paths.flatMap((one) => {
      const braces = /\{([^{}]*,[^{}]*)\}/.exec(one);
      if (!braces) return [one];
      found = true;
      const [whole, inside = ''] = braces;
      return inside
        .split(',')
        .map((text) => one.slice(0, braces.index) + text + one.slice(braces.index + whole.length));
    });
  }
  return unique(paths);
}

/** The real paths that a glob means on this disk now, links followed. */
function expandGlob(path: string): string[] {
  if (!wildcard.test(path)) return [findRealPath(path)];
  const { root } = parse(path);
  let found = [root];
  let left = mostPaths;
  for (const name of path.slice(root.length).split(/[/\\]/).filter(Boolean)) {
    const glob = wildcard.test(name) && compileGlob(name, { dot: true, braces: true, ignoreCase: true });
    found = found.flatMap((folder) => {
      if (!glob) return [join(folder, name)];
      const entries = listEntries(folder).slice(0, Math.max(0, left));
      left -= entries.length;
      return entries
        .filter((entry) => glob.matches(entry.name))
        .map((entry) =>
          entry.isSymbolicLink() ? findRealPath(join(folder, entry.name)) : join(folder, entry.name),
        );
    });
  }
  return unique(found.map(findRealPath));
}

function listEntries(folder: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(folder);
  } catch {
    return [];
  }
}

const readEntries = (folder: string) => readdirSync(folder, { withFileTypes: true });

function follows({ words: [name = '', ...args] }: ShellPart): boolean {
  const program = toProgram(name);
  return followers.test(program) || (walkers.test(program) && args.some((arg) => following.test(arg)));
}

/** Whether a link in a folder leads there. Looks at so many names, those near first. */
function leadsTo(folder: string, isMet: (path: string) => boolean): boolean {
  const folders = [folder];
  let left = mostNames;
  for (const at of folders) {
    for (const entry of listEntries(at)) {
      left -= 1;
      if (left < 0) return false;
      const path = join(at, entry.name);
      if (entry.isSymbolicLink() && isMet(findRealPath(path))) return true;
      if (entry.isDirectory()) folders.push(path);
    }
  }
  return false;
}

/** Whether a part of a path is the name of one of our folders. A wildcard alone could be any. */
function endsInOwnName(path: string, own: readonly string[]): boolean {
  return path.split(/[/\\]/).some((name) => {
    if (!/\w\w/.test(name.replaceAll(/\[[^\]]*\]/g, '')) || /[$`]/.test(name)) return false;
    const glob = compileGlob(name, { dot: true, braces: true, ignoreCase: true });
    return own.some((folder) => glob?.matches(basename(folder)));
  });
}

function expandHome(text: string, home: string): string {
  return text.replaceAll(/(?<![\w.])~(?=\/|$)|\$(?:HOME\b|\{HOME\})/g, () => home);
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
