import { join } from 'node:path';
import { isInside } from '../../is-inside.ts';
import { findStats } from '../../open-file.ts';
import { wrappers } from '../../shells.ts';
import { findRealPath, UnknownPlacesError } from './disk.ts';
import type { RuleBase } from './match.ts';
import { expandFolders, expandGlob, listPaths } from './named-paths.ts';
import { toProgram } from './runners.ts';
import type { ShellPart } from './shell-command.ts';
import { findPlaces, isUnreadable, listEntries } from './walk-path.ts';

/** In the arguments, joined with a blank in front of each. */
const dereferencing = / -(?:-der|[A-Za-z\d#:]*[LH])/;
const archivers = / -(?:-der|[A-Za-z\d#:]*[hLH])|^ [A-Za-z\d#:]*[hLH][A-Za-z\d#:]*(?: |$)/;
const searching = / -(?:-der|[A-Za-z\d#:]*[RS])/;
const never = /^(?!)/;

/**
 * Programs that go through a folder and leave the links in it alone, and the options with which they follow them. Whatever is not in this table,
 * and not known to go through no folder, may follow them.
 */
const followingOptions: Record<string, RegExp> = {
  ...Object.fromEntries(['tar', 'bsdtar', 'gtar', 'pax', 'cpio'].map((name) => [name, archivers])),
  ...Object.fromEntries(['grep', 'egrep', 'fgrep', 'rgrep', 'ugrep'].map((name) => [name, searching])),
  ...Object.fromEntries(['cp', 'rm', 'chmod', 'chown', 'chgrp'].map((name) => [name, dereferencing])),
  ...Object.fromEntries(['mv', 'ln', 'git'].map((name) => [name, never])),
  rg: / -(?:-fol|[A-Za-z\d#:]*L)/,
  ag: / -(?:-fol|[A-Za-z\d#:]*f)/,
  ack: / --fol/,
  find: / -(?:[HL]|follow)/,
  fd: / -(?:-fol|[A-Za-z\d#:]*L)/,
  fdfind: / -(?:-fol|[A-Za-z\d#:]*L)/,
  rsync: / -(?:-copy-(?:l|u|d)|-keep-d|[A-Za-z\d#:]*[LkK])/,
  docker: / -(?:-fol|[A-Za-z\d#:]*L)/,
  podman: / -(?:-fol|[A-Za-z\d#:]*L)/,
  nerdctl: / -(?:-fol|[A-Za-z\d#:]*L)/,
  // Behind an option, it may be the value of that.
  diff: /^(?!(?: -[abBdEiNpqrstTwy]+)* --no-dereference(?: |$))/,
  // Of these, the names alone are read.
  ls: /^(?=.* -(?:-der|[A-Za-z\d#:]*L))(?=.* -(?:-rec|[A-Za-z\d#:]*R))/,
  dir: /^(?=.* -(?:-der|[A-Za-z\d#:]*L))(?=.* -(?:-rec|[A-Za-z\d#:]*R))/,
  du: / -(?:-der|[A-Za-z\d#:]*L)/,
  tree: / -[A-Za-z\d#:]*l/,
  eza: / --fol/,
  exa: / -(?:-der|[A-Za-z\d#:]*X)/,
  lsd: / -(?:-der|[A-Za-z\d#:]*L)/,
};
/** They look through the folder where they run, if they are given no other. */
const searchers = /^(?:[efru]?grep|rg|ag|ack|find|fd|fdfind|ls|dir|du|tree|eza|exa|lsd|7za?|7zr)$/;

type Looks = { folders: readonly string[]; held: readonly string[]; place: RuleBase };

/**
 * Whether a part may go through a folder with links that lead, also over other links, to one of our own folders or around it. `mayRead` tells
 * programs that may read a folder that they are given; `held` are folders that a variable, or what another part prints, may stand for.
 */
export function followsToOwn(
  all: readonly ShellPart[],
  own: readonly string[],
  mayRead: (part: ShellPart) => boolean,
  looks: Looks,
): boolean {
  const isAdding = all.some(({ words: [name = ''] }) => adders.test(toProgram(name)));
  const roots = all
    .flatMap((part) => listStages(part, isAdding))
    .filter((stage) => follows(stage, mayRead))
    .flatMap((stage) => listRoots(stage, looks));
  return leadToOwn([...roots, ...listDeepRoots(all, looks)], own);
}

const starters = /^(?:command|builtin|exec|watch|entr)$/;
const adders = /^(?:xargs|parallel|find|fd|fdfind)$/;

/** A command, or what it starts. `takesNames`: it is given further words. */
type Stage = ShellPart & { takesNames: boolean };

/** What a part runs: itself, and what is behind `sudo`, `xargs` or `find -exec`. */
function listStages({ words, isVague, isWhole }: ShellPart, isAdding: boolean): Stage[] {
  const stages: Stage[] = [];
  let takesNames = isAdding && isWhole !== true;
  for (let at: readonly string[] = words; at.length > 0; ) {
    const [name = '', ...args] = at;
    const program = toProgram(name);
    const isFinder = /^f(?:ind|d|dfind)$/.test(program);
    const isStarter = wrappers.has(program) || starters.test(program) || (adders.test(program) && !isFinder);
    if (!isStarter) stages.push({ words: at, isVague, takesNames, ...(isWhole && { isWhole }) });
    const mark = isFinder ? /^-(?:exec|ok)|^-[A-Za-z\d#:]*[xX]$|^--exec/ : /^[A-Za-z_./][\w./-]*$/;
    const found = isFinder || isStarter ? args.findIndex((arg) => mark.test(arg)) : -1;
    takesNames ||= adders.test(program);
    at = found === -1 ? [] : args.slice(isFinder ? found + 1 : found);
  }
  return stages;
}

function follows({ words, isVague, isWhole }: Stage, mayRead: (part: ShellPart) => boolean): boolean {
  const [name = '', ...args] = words;
  const following = toFollowing(name);
  if (following) return following.test(args.map((arg) => ` ${arg}`).join(''));
  return isWhole === true && mayRead({ words, isVague });
}

function toFollowing(name: string): RegExp | undefined {
  const program = toProgram(name);
  return Object.hasOwn(followingOptions, program) ? followingOptions[program] : undefined;
}

/** What a program looks through: its arguments, and whatever a variable or a list may stand for. */
function listRoots(
  { words: [name = '', ...args], takesNames }: Stage,
  { folders, held, place }: Looks,
): string[] {
  const program = toProgram(name);
  const paths = args.flatMap(listPaths).map((path) => expandFolders(path, place));
  const plain = args.filter((arg) => !arg.startsWith('-'));
  const isOpen =
    takesNames ||
    /^(?:pax|cpio)$/.test(program) ||
    args.some((arg) => /[$`]|^-[A-Za-z\d#:]*T|^--files/.test(arg));
  const isHere = searchers.test(program) && plain.length < (program.startsWith('7z') ? 3 : 2);
  const found = folders.flatMap((folder) =>
    [...paths, ...(isHere ? ['.'] : [])].flatMap((path) => findPlaces(folder, path).flatMap(expandGlob)),
  );
  return [...found, ...(isOpen ? held : [])].filter((path) => findStats(path)?.isDirectory() === true);
}

/** Zsh follows links for `***`, and fish for `**`. */
function listDeepRoots(all: readonly ShellPart[], { folders, place }: Looks): string[] {
  const isFish = all.some(({ words: [name = ''] }) => toProgram(name) === 'fish');
  const deep = isFish ? /\*\*/ : /\*\*\*/;
  const bases = all
    .flatMap(({ words }) => words)
    .filter((word) => deep.test(word) && !/\s/.test(word))
    .map((word) => expandFolders(word.slice(0, word.search(deep)) || '.', place));
  return folders.flatMap((folder) =>
    bases.flatMap((base) => findPlaces(folder, base.replace(/[^/]*$/, '') || '.').flatMap(expandGlob)),
  );
}

/** Names that are looked at for one command. */
const mostNames = 100_000;

/**
 * Throws UnknownPlacesError if there are too many names. Packages are looked through last, and then as far as that goes: what goes through all of
 * them seldom follows links.
 */
function leadToOwn(roots: readonly string[], own: readonly string[]): boolean {
  const [first, packages] = [roots.map(findRealPath), [] as string[]];
  const seen = new Set<string>();
  let left = mostNames;
  for (;;) {
    const isOfPackages = first.length === 0;
    const at = first.pop() ?? packages.pop();
    if (at === undefined) return false;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const entry of listEntries(at)) {
      left -= 1;
      if (left < 0 && isOfPackages) return false;
      if (left < 0) throw new UnknownPlacesError();
      if (isUnreadable(entry) && !isOfPackages) throw new UnknownPlacesError();
      const path = join(at, entry.name);
      const isLink = entry.isSymbolicLink();
      const target = isLink ? findRealPath(path) : path;
      if (isLink && own.some((folder) => isInside(target, folder) || isInside(folder, target))) return true;
      if (isLink ? findStats(target)?.isDirectory() === true : entry.isDirectory())
        (isOfPackages || entry.name === 'node_modules' ? packages : first).push(target);
    }
  }
}
