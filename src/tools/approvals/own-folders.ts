import { readdirSync } from 'node:fs';
import { basename, isAbsolute, join, parse, resolve, sep } from 'node:path';
import { compileGlob } from '../../glob.ts';
import { isInside } from '../../is-inside.ts';
import { findRealPath, type Place } from './match.ts';
import { onlyPrints, toProgram } from './programs.ts';
import type { ShellCommand, ShellPart } from './shell-command.ts';

/** They read, copy or change all files of a folder that they are given. */
const walkers =
  /^(?:[efz]?grep|rg|ag|ack|tar|bsdtar|zip|7z|cp|mv|ln|rsync|scp|diff|find|fd|fdfind|git|rm|chmod|chown|chgrp)$/;
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
  { parts, hidden, words }: ShellCommand,
  ownFolders: readonly string[],
  place: Place,
): boolean {
  const own = [...new Set(ownFolders.flatMap((folder) => [folder, findRealPath(folder)]))];
  if (own.length === 0) return false;
  const bare = expandHome(text.replaceAll(/["'\\]/g, ''), place.home);
  if (own.some((folder) => bare.toLowerCase().includes(folder.toLowerCase()))) return true;
  const all = [...parts, ...hidden];
  const walks = all.some(({ words: [name = ''] }) => walkers.test(toProgram(name)));
  const { folders, isKnown } = listFolders(all, place);
  const typed = unique([...words, ...all.flatMap((part) => part.words)].flatMap(listPaths));
  const named = unique(bare.split(/[\s;&|<>()`]+/).flatMap(listPaths)).filter(
    (path) => !typed.includes(path),
  );
  if (folders.length * (typed.length + named.length) > mostPaths) return true;
  const isMet = (path: string): boolean => own.some((folder) => isInside(path, folder));
  const isWalked = (path: string): boolean =>
    walks && path !== sep && own.some((folder) => isInside(folder, path));
  const isMetBy = (word: string, isMetAt: (path: string) => boolean): boolean => {
    const path = expandHome(word, place.home);
    // Behind a variable, or in a folder that is not known, the name alone can tell.
    if ((/[$`]/.test(path) || (!isKnown && !isAbsolute(path))) && endsInOwnName(path, own)) return true;
    return folders.some((folder) => {
      const full = isAbsolute(path) ? resolve(path) : resolve(folder, path);
      if (isMetAt(full) || isMetAt(findRealPath(full))) return true;
      return expandBraces(full).some(
        (one) => own.some((owned) => mayReach(one, owned)) || expandGlob(one).some(isMetAt),
      );
    });
  };
  if (typed.some((word) => isMetBy(word, (path) => isMet(path) || isWalked(path)))) return true;
  if (named.some((word) => isMetBy(word, isMet))) return true;
  if (!all.some(follows)) return false;
  return folders.some((folder) =>
    ['.', ...typed].some((word) =>
      leadsTo(resolve(folder, expandHome(word, place.home)), (path) => isMet(path) || isWalked(path)),
    ),
  );
}

/** In the folder of a process: its variables, memory, files and folders. Its own are those that a command was given. */
const insides = ['environ', 'mem', 'fd', 'root', 'cwd', 'task', 'map_files', 'auxv'];

/** Whether a command reads the variables of other processes, ours among them, where tokens may be. */
export function readsOtherProcesses({ parts, hidden, words }: ShellCommand, place: Place): boolean {
  const all = [...parts, ...hidden];
  const showsVariables = all.some(
    ({ words: [name = '', ...args] }) =>
      toProgram(name) === 'ps' &&
      args.some((arg, at) => (at === 0 && /^[a-z]*e[a-z]*$/i.test(arg)) || /^-[A-Za-z]*E|environ/.test(arg)),
  );
  if (showsVariables) return true;
  const { folders } = listFolders(all, place);
  const paths = unique([...words, ...all.flatMap((part) => part.words)].flatMap(listPaths));
  const namesVariables = paths.some((path) => /(?:^|\/)environ$/.test(path));
  return paths.some((path) =>
    folders.some((folder) => {
      const [root, process = '', inside = ''] = resolve(folder, path).split(/[/\\]/).filter(Boolean);
      if (root !== 'proc' || process === 'self' || process === 'thread-self') return false;
      if (inside === '') return namesVariables;
      const glob = compileGlob(inside, { dot: true, braces: true });
      return insides.some((name) => glob?.matches(name) ?? true);
    }),
  );
}

/** Our commands that change nothing. */
const harmlessCommands = /^(?:--version|-V|--help|-h|help|models|doctor|status|usage|completion)$/;
const changingCommands =
  /^(?:chat|run|sessions|templates|endpoints|mcp|serve|login|logout|accounts|config|setup)$/;

/** Whether a command starts this program in a way that may change our files, or go on without the rules of this run. */
export function runsOwnProgram({ parts, hidden }: ShellCommand): boolean {
  const isOwn = (word: string): boolean => /^copilot-cli(?:\.js)?(?:@.*)?$/.test(toProgram(word));
  return [...parts, ...hidden].some((part) => {
    const [name = '', command] = part.words;
    if (isOwn(name))
      return parts.includes(part) ? !harmlessCommands.test(command ?? '') : changesOwn(command);
    return (
      !onlyPrints(part.words) && part.words.some((word, at) => isOwn(word) && changesOwn(part.words[at + 1]))
    );
  });
}

function changesOwn(command: string | undefined): boolean {
  return (
    command !== undefined &&
    (changingCommands.test(command) || /^-/.test(command)) &&
    !harmlessCommands.test(command)
  );
}

/** The folders in which its parts may run. */
function listFolders(
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
    if (/^(?:-C|--chdir|--directory|--cwd)$/.test(arg)) return args[at + 1] ?? [];
    return /^(?:-C|--(?:chdir|directory|cwd)=)(.+)/.exec(arg)?.[1] ?? [];
  });
}

/** `--file=a`, `-fa/b`, `a:b` and `@a` hold a path behind or in front of something else. */
function listPaths(word: string): string[] {
  const tails = [...word.matchAll(/[=:,@]|(?=[/~]|\.\.?\/)/g)].map(({ index, 0: mark }) =>
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

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
