import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Env } from '../../env.ts';
import { lookAtFile } from '../../find-program.ts';
import { isInside, isOddName } from '../../is-inside.ts';
import { findLinkStats, listFolder, readBytes } from './disk.ts';
import { hasCommandsLeft } from './git-folder.ts';
import { isAroundGit, listGitCalls } from './git-words.ts';
import { doesNothing } from './match.ts';
import { findHgReason } from './mercurial.ts';
import { findOtherReason } from './other-repositories.ts';
import {
  createGit,
  findElsewhere,
  type Git,
  type Repository,
  readRepository,
  readSettings,
} from './read-repository.ts';
import {
  findEmbedded,
  findFurther,
  findParts,
  findTarget,
  leavesIndex,
  leavingFiles,
  listModules,
  mayChangeRepository,
  mayFollowLink,
  mayReplaceFiles,
  namesGitFolder,
  readers,
} from './repository-changes.ts';
import {
  findRealFrom,
  type Ground,
  isElsewhere,
  isHarmless,
  isInclude,
  isPartial,
  isStarting,
  isUpdating,
  type Setting,
} from './repository-settings.ts';
import { findLaunched, toProgram } from './runners.ts';
import type { ShellPart } from './shell-command.ts';
import { checkText, UnreadableNameError } from './unreadable-names.ts';

const readersHook = 'post-index-change';

const reaching = new Set('push fetch pull ls-remote clone remote archive bundle'.split(' '));

/** They neither send nor fetch. */
const staying = new Set(
  'commit tag branch notes checkout switch restore reset stash merge rebase cherry-pick revert rm mv apply am init gc'.split(
    ' ',
  ),
);

const goingOn = new Set(['rebase', 'cherry-pick', 'revert', 'pull', 'am', 'merge']);

/** Submodules in submodules. */
const deepest = 3;
/** A longer list would be agreed to unread. */
const mostSettings = 15;

/** `kept` identifies the present hooks, or the present settings that are only unknown. Undefined if there is more, or if it is not certain. */
export type RepositoryProgram = { why: string; kept: Kept | undefined };

export type Kept = { kind: 'hooks' | 'settings'; hash: string };

/**
 * What a repository itself, and none of the person's own settings, makes git or hg run beside the command. A folder from an archive can bring
 * it. Undefined if there is none, or if neither runs. Throws UnknownPlacesError.
 */
export async function findRepositoryProgram(
  parts: readonly ShellPart[],
  folder: string,
  env: Env,
): Promise<RepositoryProgram | undefined> {
  const why = findHgReason(parts, folder) ?? findOtherReason(parts, folder);
  if (why !== undefined) return { why, kept: undefined };
  const calls = parts.filter((part) => toGitCalls(part).length > 0);
  const git = calls.length === 0 ? undefined : createGit(env);
  if (git === undefined) return undefined;
  const plan = toPlan(calls.flatMap(toGitCalls), parts);
  const { subcommands } = plan;
  const found = await look(folder, { ...plan, git, env, depth: 0, above: [] }).catch((error: unknown) => {
    if (error instanceof UnreadableNameError) throw error;
    return tooMuch;
  });
  if (found === undefined)
    return hasGit(folder)
      ? { why: 'git finds no repository, although `.git` is there', kept: undefined }
      : undefined;
  const { starting, odd, hook, place } = found;
  const leavesFiles =
    parts.every((part) => calls.includes(part) || doesNothing(part)) &&
    subcommands.every((name) => readers.has(name) || leavingFiles.has(name));
  const [first] = starting;
  if (first !== undefined) return toProgramOf(first);
  // What starts git by itself changes nothing that it has not looked at.
  const changing = parts.find(
    (part) => calls.some((call) => call !== part) && mayChangeRepository(part, folder, found.repository),
  );
  if (changing !== undefined)
    return {
      why: `\`${changing.words[0]}\` may change what git runs`,
      kept: undefined,
    };
  if (parts.some((part, at) => mayFollowLink(part, parts.slice(0, at))))
    return { why: 'it writes where another part of it may bring a link', kept: undefined };
  if (parts.some((part) => namesGitFolder(part, folder, found.repository)))
    return { why: "it names a place in git's folder", kept: undefined };
  const hooks = hook === undefined ? undefined : hashHooks(place);
  const isFixed =
    leavesFiles || (hook === undefined && !odd.some((one) => isInclude(one) || isHookOfPart(one)));
  if (odd.length === 0) {
    if (hook === undefined) return undefined;
    return { ...toProgramOf(hook), kept: hooks && isFixed ? { kind: 'hooks', hash: hooks } : undefined };
  }
  const names = [...new Set(odd.map(([name]) => quote(name)))];
  if (hook !== undefined) names.push(hook);
  const isKnown = (hook === undefined || hooks !== undefined) && !odd.flat().some(isOddName);
  const isClear = names.length <= mostSettings && isKnown;
  return {
    why: `this repository may itself make git run, fetch or read something else: ${names.slice(0, mostSettings).join(', ')}`,
    kept: isFixed && isClear ? { kind: 'settings', hash: toHash([place, odd, hooks ?? '']) } : undefined,
  };
}

/** Also in a folder above. What git takes for no repository now, another version or a later part of the command may take for one. */
function hasGit(folder: string): boolean {
  const path = join(folder, '.git');
  if (findLinkStats(path) !== undefined) return true;
  return dirname(folder) !== folder && hasGit(dirname(folder));
}

function toGitCalls({ words }: ShellPart): readonly (readonly string[])[] {
  const [name = '', ...args] = findLaunched(words, isAroundGit) ?? words;
  return listGitCalls(toProgram(name), args);
}

function toProgramOf(what: string): RepositoryProgram {
  return { why: `this repository itself makes git run something: ${what}`, kept: undefined };
}

function toHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

type Plan = {
  subcommands: string[];
  onlyReads: boolean;
  /** Whether it may send or fetch; `targets` are the words that may say where. */
  reaches: boolean;
  targets: string[];
  /** Those of the subcommands that take one first. */
  remotes: string[];
  /** Whether one of several parts may bring files, of another commit or from another place. */
  moves: boolean;
  /** Whether it prints lines of files that settings name. */
  shows: boolean;
  /** Whether an option takes git into submodules of other commits. */
  enters: boolean;
  /** Which repositories in the folder may become submodules, into which git looks then. */
  embeds: 'none' | 'not ignored' | 'all';
};

/** `calls` are the words behind git. */
function toPlan(calls: readonly (readonly string[])[], parts: readonly ShellPart[]): Plan {
  const said = calls.map((args) => (args[0] === '--no-pager' ? args.slice(1) : args));
  const subcommands = said.map(([name = '']) => name);
  const adds = said.length > 1 && subcommands.includes('add');
  const isForced = said.some(
    ([name, ...args]) => name === 'add' && args.some((arg) => /^-[^-]*f|^--f/.test(arg)),
  );
  // Commits that are fetched may have submodules that are here, and git fetches in them.
  const fetches = said.some(([name = '', arg]) => /^(?:fetch|pull)$/.test(name) || arg === 'update');
  const isAll = !subcommands.every(leavesIndex) || (adds && isForced) || fetches;
  return {
    subcommands,
    onlyReads: subcommands.every((name) => readers.has(name)),
    reaches: !subcommands.every((name) => readers.has(name) || staying.has(name)),
    targets: said.flatMap(([name = '', ...args]) => (reaching.has(name) ? args : [])),
    remotes: said.flatMap(([name = '', ...args]) =>
      /^(?:push|fetch|pull|ls-remote)$/.test(name)
        ? args.filter((arg) => !arg.startsWith('-')).slice(0, 1)
        : [],
    ),
    enters: said.some((words) => words.some((word) => /^--(?:subm|recurse-|rec$)/.test(word))),
    moves: parts.length > 1 && parts.some(mayReplaceFiles),
    shows: subcommands.some((name) => /^(?:blame|check-ignore)$/.test(name)),
    embeds: isAll ? 'all' : adds ? 'not ignored' : 'none',
  };
}

/** `above` are git's own folders of the repositories around this one. */
type Search = Plan & { git: Git; env: Env; depth: number; above: string[] };

/** `starting` says what starts something; `odd` are the settings that are not known to be harmless. `place` is the folder of the hooks. */
type Found = {
  starting: string[];
  odd: Setting[];
  hook: string | undefined;
  place: string;
  repository: Pick<Repository, 'own' | 'common' | 'top' | 'settings'>;
};

const nothing: Found = {
  starting: [],
  odd: [],
  hook: undefined,
  place: '',
  repository: { own: '', common: '', top: '', settings: [] },
};
const tooMuch: Found = { ...nothing, starting: ['more than can be looked through'] };

async function look(folder: string, search: Search): Promise<Found | undefined> {
  const { git, env, depth } = search;
  const repository = await readRepository(folder, git);
  if (repository === undefined) return undefined;
  const { top, common, settings, hooksPath } = repository;
  const ground = toGround(repository, search);
  const notHarmless = settings.filter((setting) => !isHarmless(setting, ground));
  // A fetch of what is not here starts hooks of each kind.
  const onlyReads = search.onlyReads && !notHarmless.some(isPartial);
  const isPlaced = notHarmless.some(([name]) => name === 'core.hookspath');
  // We run git without a monitor, but that does not reach submodules or the receiving side of a push.
  const isMonitored = depth > 0 || (search.reaches && settings.some(isUpdating));
  const judged = notHarmless.filter(
    ([name]) => name !== 'core.hookspath' && (name !== 'core.fsmonitor' || isMonitored),
  );
  const starting = judged.filter(isStarting).map(([name]) => `\`${name}\``);
  // This repository was looked at already, as the one around it, except for its monitor.
  if (search.above.includes(repository.own))
    return { ...nothing, starting: starting.filter((name) => name === '`core.fsmonitor`') };
  const odd = [
    ...judged.filter((setting) => !isStarting(setting)),
    ...findElsewhere(repository),
    ...(depth === 0 ? [...findParts(repository), ...findHooksOfParts(repository)] : []),
  ];
  const place =
    hooksPath === undefined
      ? join(common, 'hooks')
      : findRealFrom(top, hooksPath.value.replace(/^~(?=\/)/, env.HOME ?? '~'));
  // Another worktree has the hooks of the repository around it.
  const isKnown = (hooksPath?.isOfPerson ?? false) || (depth > 0 && search.above.includes(common));
  if (!isKnown) checkText(place, 'the path in `core.hookspath`');
  const hook = isKnown ? undefined : findHook(place, onlyReads);
  const further = starting.length === 0 && (await lookFurther(repository, folder, search));
  if (further) starting.push(further);
  return {
    starting,
    odd,
    hook:
      isPlaced && (!onlyReads || /^[%:]|^~[^/]/.test(hooksPath?.value ?? ''))
        ? '`core.hookspath`'
        : hook && `the hook \`${hook}\``,
    place,
    repository,
  };
}

function toGround(
  { top, isNatural, settings }: Pick<Repository, 'top' | 'isNatural' | 'settings'>,
  { reaches, moves, shows }: Plan,
): Ground {
  const remotes = settings.flatMap(([name]) => /^remote\.(.*)\.url$/s.exec(name)?.[1] ?? []);
  return { top, isNatural, remotes: new Set(remotes), reaches, moves, shows };
}

function quote(name: string): string {
  return /\s/.test(name) ? name : `\`${name}\``;
}

/** What is started by repositories below this one. */
async function lookFurther(
  repository: Repository,
  folder: string,
  search: Search,
): Promise<string | undefined> {
  const { top, own, common, entries } = repository;
  const { git, depth, onlyReads, reaches } = search;
  const inside = { ...search, above: [...search.above, own, common] };
  const enters = search.enters || repository.enters;
  const embeds = enters ? 'all' : search.embeds;
  for (const path of entries) {
    const below = await lookBelow(join(top, path), inside);
    if (below !== undefined) return `${below} of the submodule ${path}`;
  }
  if (depth > 0) return undefined;
  if (embeds !== 'none')
    for (const path of await findEmbedded(repository, git, { ignored: embeds === 'all' })) {
      const below = await lookBelow(join(top, path), { ...inside, onlyReads: onlyReads || !reaches });
      if (below !== undefined) return `${below} of the repository ${path} in this one`;
    }
  // Without a remote, git takes this name.
  const targets = reaches ? ['origin', ...search.targets] : [];
  const ground = toGround(repository, search);
  const target =
    findTarget(targets, folder, repository) ??
    (search.moves ? search.remotes.find((remote) => !isElsewhere(remote, ground)) : undefined);
  if (target !== undefined) return `hooks and settings of \`${target}\``;
  if (onlyReads && !enters) return undefined;
  if (search.subcommands.some((name) => goingOn.has(name)) && hasCommandsLeft(own))
    return 'the steps left of what was begun';
  for (const path of findFurther(repository, search.subcommands.includes('worktree'))) {
    const settings = await readSettings(path, git);
    const isNatural = settings.every(
      ([name, value]) =>
        name !== 'core.worktree' || isBelow(findRealFrom(dirname(path), value), [top, dirname(common)]),
    );
    const setting = settings.find((one) => !isHarmless(one, toGround({ top, isNatural, settings }, search)));
    if (setting) return `\`${setting[0]}\` in ${relative(dirname(common), path)}`;
  }
  const [hook] = reaches ? findHooksOfParts(repository) : [];
  return hook?.[0];
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path !== folder && isInside(path, folder));
}

/** Git looks into submodules that are checked out, by their own settings. */
async function lookBelow(folder: string, search: Search): Promise<string | undefined> {
  if (!existsSync(join(folder, '.git'))) return undefined;
  if (search.depth >= deepest) return 'a submodule';
  const found = await look(folder, { ...search, depth: search.depth + 1 });
  // Git may still take it for one when it comes from above.
  if (found === undefined) return 'a `.git` that git refuses';
  const [odd] = found.odd;
  return found.starting[0] ?? (odd && quote(odd[0])) ?? found.hook;
}

/** Nobody reviews more or larger files than these. */
const mostFiles = 200;
const longestFile = 1024 * 1024;

/**
 * A hash of all files in the folder of the hooks: another name, mode or content is another one. Husky has what its hooks run beside the folder
 * `_` that git knows. Undefined if there is too much in it, or something that cannot be read.
 */
function hashHooks(folder: string): string | undefined {
  const hash = createHash('sha256');
  const root = basename(folder) === '_' ? dirname(folder) : folder;
  let count = 0;
  const add = (path: string): void => {
    const entries = listFolder(path);
    if (entries === undefined) throw new Error('unreadable');
    for (const at of entries.map(({ name }) => join(path, name)).sort()) {
      const stats = findLinkStats(at);
      count += 1;
      if (stats === undefined || count > mostFiles || stats.size > longestFile) throw new Error('too much');
      const content = stats.isFile() || stats.isSymbolicLink() ? readBytes(at) : '';
      if (content === undefined) throw new Error('unreadable');
      hash.update(JSON.stringify([relative(root, at), stats.mode, content.length]));
      hash.update(content);
      if (stats.isDirectory()) add(at);
    }
  };
  try {
    hash.update(JSON.stringify(root));
    if (existsSync(root)) add(root);
    return hash.digest('hex').slice(0, 32);
  } catch {
    return undefined;
  }
}

/** Hooks of submodules that are not checked out: what takes git into them may start those. */
function findHooksOfParts(repository: Repository): Setting[] {
  return listModules(repository).flatMap((module) => {
    const folder = join(module, 'hooks');
    const hook = findHook(folder, false);
    if (hook === undefined) return [];
    const place = relative(dirname(repository.common), module);
    return [[`the hook ${hook} in ${place}`, hashHooks(folder) ?? randomUUID()] as const];
  });
}

function isHookOfPart([name]: Setting): boolean {
  return name.startsWith('the hook ');
}

function findHook(folder: string, onlyReads: boolean): string | undefined {
  const names = listFolder(folder)?.map(({ name }) => name);
  return names?.find((name) => {
    // Windows also starts `pre-commit.exe`, and a disk may ignore case.
    const hook = process.platform === 'win32' ? name.replace(/\.exe$/i, '') : name;
    if (hook.includes('.') || (onlyReads && hook.toLowerCase() !== readersHook)) return false;
    return process.platform === 'win32' || lookAtFile(join(folder, name)) === 'program';
  });
}
