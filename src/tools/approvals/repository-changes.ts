import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isInside, isOddName } from '../../is-inside.ts';
import { bringsTree, namesItsFiles, unpacksByPython } from './brought-files.ts';
import { findLinkStats, findRealPath, readBytes, readText } from './disk.ts';
import { isFurther } from './git-folder.ts';
import { listPaths } from './named-paths.ts';
import { findMessages } from './option-words.ts';
import { isLongOption } from './program-options.ts';
import type { Git, Repository } from './read-repository.ts';
import { findRealFrom, isInclude, type Setting } from './repository-settings.ts';
import { findLaunched, toProgram } from './runners.ts';
import { mayWriteWhereSet } from './set-places.ts';
import type { ShellPart } from './shell-command.ts';
import { checkText, listReadable } from './unreadable-names.ts';
import { findEntry, walkPath } from './walk-path.ts';

/** They run no hook but one. */
export const readers = new Set(
  'add status diff log show blame describe grep ls-files ls-tree rev-parse rev-list shortlog cat-file diff-index diff-files diff-tree'.split(
    ' ',
  ),
);

/** Others bring files of another commit, and so may change the hooks that they or the next command run. */
export const leavingFiles = new Set('commit push fetch tag branch notes'.split(' '));

/** They change neither files nor what is staged. */
const steady = new Set(
  'remote ls-remote reflog check-ignore for-each-ref show-ref merge-base name-rev count-objects fsck cherry range-diff show-branch verify-commit verify-tag version whatchanged archive format-patch gc init clone symbolic-ref worktree rm'.split(
    ' ',
  ),
);

/** Whether a subcommand of git leaves what is staged, but for `add`. */
export function leavesIndex(subcommand: string): boolean {
  return readers.has(subcommand) || leavingFiles.has(subcommand) || steady.has(subcommand);
}

/**
 * They put no file where an argument or an archive says, or run code of the folder in any case, as `npm test` does. Whatever else runs beside git
 * may put one into git's folder, or a link in the place of a file.
 */
const settled = new Set(
  `
  cd pushd popd chdir pwd ls dir tree echo printf test [ [[ true false : exit return sleep wait date which type command
  set export unset local declare env id uname whoami hostname stat file readlink realpath basename dirname df du ps
  cat tac head tail nl wc sort uniq cut paste tr cmp diff comm od hexdump strings md5sum sha1sum sha256sum cksum column fold fmt
  grep egrep fgrep rg ag ack find fd fdfind jq yq awk gawk mawk less more xargs seq git
  node deno bun tsx npm npx pnpm yarn corepack cargo rustc rustfmt go gofmt make gmake just task ninja cmake meson
  python python3 pytest ruff black isort mypy flake8 pylint pip pip3 uv poetry tox nox ruby bundle rake rspec rubocop perl php composer
  java javac mvn gradle gradlew dotnet gcc g++ cc clang clang-format clang-tidy swift tsc vitest jest mocha eslint prettier biome
  sh bash dash zsh fish ksh source .
  `
    .trim()
    .split(/\s+/),
);
/** Their subcommands that put no file anywhere: others unpack, copy, or bring another commit. */
const settledSubcommands: Record<string, RegExp> = {
  gh: /^(?:(?:pr|issue|repo|run|release|workflow|label|ruleset|cache|gist|org|project) (?:view|list|ls|status|checks|diff|comment|edit|ready|review|watch)|status|search|api)(?: |$)/,
  docker:
    /^(?:(?:compose |container |image )?(?:ps|ls|images|logs|inspect|build|run|exec|up|down|start|stop|restart)|version|info)(?: |$)/,
  kubectl: /^(?:get|describe|logs|top|version|explain|api-resources|apply|delete|rollout|scale)(?: |$)/,
};

const copying = new Set(['cp', 'mv', 'ln', 'install']);
const changing = new Set(['tee', 'touch', 'mkdir', 'rm', 'rmdir', 'chmod', 'chown', 'truncate', 'sed']);

/** In folders. Whoever has more is asked. */
const mostFolders = 50_000;
/** Folders between which other work has a turn. */
const foldersAtOnce = 500;

/** They put all files of a commit into a folder. */
const makingTree = /^(?:--no-pager )?(?:clone|worktree (?!(?:list|lock|unlock|prune|remove|repair)(?: |$)))/;

/** Whether a command may put another file, or a link, in the place of one of the folder. */
export function mayReplaceFiles({ words: [name = '', ...args] }: ShellPart): boolean {
  const program = toProgram(name);
  if (program === 'git') return !leavesIndex(toSubcommand(args)) || makingTree.test(args.join(' '));
  return !isSettled(name, args) && !changing.has(program);
}

/** Whether a command puts no file where an argument says. A program of the folder runs code of the folder in any case. */
function isSettled(name: string, args: readonly string[]): boolean {
  const program = toProgram(name);
  if (unpacksByPython([name, ...args])) return false;
  if (name === '' || name.startsWith('./') || settled.has(program)) return true;
  const same = program === 'podman' ? 'docker' : program;
  return Object.hasOwn(settledSubcommands, same) && settledSubcommands[same]?.test(args.join(' ')) === true;
}

/** Whether a command may change what the repository makes git run, in a way that a look before it does not see. */
export function mayChangeRepository(
  { words, isVague }: ShellPart,
  folder: string,
  repository: Pick<Repository, 'own' | 'common'> & Partial<Pick<Repository, 'top' | 'settings'>>,
): boolean {
  const { own, common } = repository;
  const [name = '', ...args] = words;
  const program = toProgram(name);
  const isCopy = copying.has(program);
  if (!isCopy && !changing.has(program))
    return !isSettled(name, args) || mayWriteWhereSet(words, folder, [own, common]);
  const isDeep = args.some((arg) => /^-[A-Za-z\d#:]*R|^--recursive$/.test(arg));
  const paths = args.filter((arg) => !arg.startsWith('-'));
  if (isVague && (isCopy || isDeep || paths.some((path) => /(?:^|\/)\.[^/]*[*?[]/.test(path)))) return true;
  const isOfGit = (path: string): boolean =>
    /[/\\]\.git(?:[/\\]|$)/i.test(path) || [own, common].some((one) => isInside(path, one));
  const real = paths.flatMap((path) => walkPath(folder, path.replace(/[*?[].*$/s, '')).map(findRealPath));
  if (real.some(isOfGit) || (isDeep && real.some(holdsGit))) return true;
  if (changesSettings(isCopy ? paths.slice(-1) : paths, isCopy ? paths.slice(0, -1) : [], folder, repository))
    return true;
  if (!isCopy) return false;
  if (program === 'ln' && paths.some((path) => mayLeaveFolder(path, folder))) return true;
  if (args.some((arg) => /^-[^-]*[tT]|^--(?:target|symbolic)/.test(arg))) return true;
  const [to = '', ...from] = paths
    .map((path) => findRealPath(walkPath(folder, path.replace(/[*?[].*$/s, ''))[0] ?? ''))
    .toReversed();
  // A link would be followed when something is written by its name.
  return from.some((path) => {
    const target = isFolder(to) ? join(to, basename(path)) : to;
    if (isOfGit(findRealPath(target))) return true;
    return isFolder(path) && (existsSync(target) || holdsGit(path));
  });
}

/** Where git has settings of a person or of the machine. */
const settingsOfGit =
  /[/\\](?:\.gitconfig[^/\\]*|\.config|\.ssh|\.netrc|\.gnupg|git[/\\](?:config|attributes|ignore)|gitconfig|gitattributes)(?:[/\\]|$)/i;

const settingsOfPerson = /[/\\](?:\.gitconfig[^/\\]*|\.config[/\\]git[/\\][^/\\]+)$/i;

/** Whether something is written where git may read it: through a link, or over settings. */
function changesSettings(
  to: readonly string[],
  from: readonly string[],
  folder: string,
  { top = folder, settings = [] }: Partial<Pick<Repository, 'top' | 'settings'>>,
): boolean {
  const named = settings.filter((setting) => isInclude(setting)).map(([, value]) => findRealFrom(top, value));
  return to.some((path) => {
    const place = path.startsWith('~') ? path : findRealPath(walkPath(folder, path)[0] ?? '');
    const written = [place, ...from.map((one) => join(place, basename(one)))];
    // The folder may be a home folder, or one to which that has links.
    if (isInside(place, top)) return written.some((one) => settingsOfPerson.test(one));
    if (mayLeaveFolder(path, folder)) return true;
    return written.some((one) => settingsOfGit.test(one) || named.includes(one));
  });
}

/** Whether a link leads a path out of the folder that its words do not. */
function mayLeaveFolder(path: string, folder: string): boolean {
  if (/^[/~]|(?:^|\/)\.\.(?:\/|$)/.test(path)) return false;
  return !isInside(findRealPath(join(folder, path)), findRealPath(folder));
}

function isFolder(path: string): boolean {
  return findLinkStats(path)?.isDirectory() ?? false;
}

/** Whether git's folder is in it, or it has so many that it may be. */
function holdsGit(folder: string): boolean {
  const left = [folder];
  for (let count = 0; left.length > 0; count += 1) {
    const at = left.pop() ?? '';
    const entries = listReadable(at);
    if (count > foldersAtOnce || entries.some((entry) => entry.name.toLowerCase() === '.git')) return true;
    left.push(...entries.filter((entry) => entry.isDirectory()).map((entry) => join(at, entry.name)));
  }
  return false;
}

/**
 * Repositories below the folder that are no submodules yet: another commit can make them some, and `git add` does with those that it does not
 * ignore. Relative to the top. Throws if there are too many folders, and UnreadableNameError.
 */
export async function findEmbedded(
  { top, own, common, entries }: Repository,
  git: Git,
  { ignored }: { ignored: boolean },
): Promise<string[]> {
  if (!ignored) {
    const { text } = await git.run(top, ['ls-files', '-oz', '--exclude-standard'], { hasAnyNames: true });
    return text
      .split('\0')
      .filter((path) => path.endsWith('/'))
      .map((path) => checkText(path.slice(0, -1), `the path of the repository \`${path}\` in this one`));
  }
  const found: string[] = [];
  const known = new Set(entries);
  const paths = [''];
  for (let count = 1; paths.length > 0; count += 1) {
    if (count > mostFolders) throw new Error('too many folders');
    if (count % foldersAtOnce === 0) await nextTurn();
    const path = paths.pop() ?? '';
    const absolute = join(top, path);
    if (absolute === own || absolute === common || known.has(path)) continue;
    const below = listReadable(absolute);
    if (path !== '' && below.some(({ name }) => name.toLowerCase() === '.git')) found.push(path);
    const links = below.filter((entry) => entry.isSymbolicLink()).map(({ name }) => join(path, name));
    found.push(...links.filter((link) => existsSync(join(top, link, '.git'))));
    paths.push(...below.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name)));
  }
  return found;
}

/** Folders of git of submodules that are not checked out, into which git fetches, and those in between. Real. */
export function listModules({ own, common }: Pick<Repository, 'own' | 'common'>): string[] {
  const found = new Set<string>();
  const left = [own, common].map((folder) => join(folder, 'modules'));
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const real = findRealPath(at);
    if (found.has(real)) continue;
    if (found.size >= mostFolders) throw new Error('too many folders');
    found.add(real);
    // A submodule may have its folder in that of another one, by any name, or behind a link.
    for (const entry of listReadable(real))
      if (entry.isSymbolicLink() || isFurther(real, entry)) left.push(join(real, entry.name));
  }
  return [...found];
}

/** The files of settings of folders of git beside the one that is in use: of submodules, and of other worktrees if `withWorktrees`. */
export function findFurther(repository: Repository, withWorktrees: boolean): string[] {
  const { own, common } = repository;
  const found = listModules(repository).flatMap((at) => [join(at, 'config'), join(at, 'config.worktree')]);
  const worktrees = join(common, 'worktrees');
  if (withWorktrees)
    found.push(...listReadable(worktrees).map(({ name }) => join(worktrees, name, 'config.worktree')));
  return found.filter((path) => existsSync(path) && dirname(path) !== own);
}

/** Other repositories of this one, each with what identifies it. They come with an archive, too. */
export function findParts(repository: Repository): Setting[] {
  const { own, common, entries } = repository;
  const found: Setting[] = [];
  const add = (name: string, parts: readonly string[]): void => {
    if (parts.length > 0) found.push([name, JSON.stringify([...parts].sort())]);
  };
  const identify = (path: string): string => `${path}\n${readBytes(path)?.toString('latin1')}`;
  add('its submodules', entries);
  if ([own, common].some((folder) => listReadable(join(folder, 'modules')).length > 0))
    add("`modules` in git's folder", ['modules', ...findFurther(repository, false).map(identify)]);
  const worktrees = join(common, 'worktrees');
  add(
    "`worktrees` in git's folder",
    listReadable(worktrees).flatMap(({ name }) =>
      ['gitdir', 'config.worktree'].map((file) => identify(join(worktrees, name, file))),
    ),
  );
  return found;
}

/** They only print. */
const printing = /^(?:ls|cat|head|tail|wc|e?grep|rg|stat|file|du|test|\[|echo|printf|diff|cmp)$/;

/**
 * Whether a part names a place in git's folder, where it may put what git runs: git itself moves files there, and makes worktrees and repositories.
 * `$` may stand for such a place.
 */
export function namesGitFolder(
  { words }: ShellPart,
  folder: string,
  { own, common }: Pick<Repository, 'own' | 'common'>,
): boolean {
  const [name = '', ...args] = words;
  const program = toProgram(name);
  if (printing.test(program)) return false;
  const places = program === 'git' && placing.test(toSubcommand(args));
  const messages = findMessages(words);
  const paths = args.flatMap((arg, at) => (messages.has(at + 1) ? [] : listPaths(arg)));
  return paths.some(
    (path) =>
      (places && /[$`]/.test(path)) ||
      walkPath(folder, path)
        .map(findRealPath)
        .some(
          (at) =>
            [own, common].some((one) => isInside(at, one)) || /[/\\](?:\.git|git~\d+)(?:[/\\]|$)/i.test(at),
        ),
  );
}

/** They put files where an argument says. */
const placing = /^(?:mv|worktree|clone|init|bundle|submodule)$/;
const writing = new Set([...copying, 'tee', 'touch', 'mkdir', 'chmod', 'truncate']);
/** They may bring a link of another commit. */
const bringing =
  /^(?:checkout|switch|merge|pull|rebase|cherry-pick|revert|reset|restore|stash|apply|am|worktree|clone|submodule|bisect|sparse-checkout|checkout-index|read-tree)$/;

export function toSubcommand(args: readonly string[]): string {
  return (args[0] === '--no-pager' ? args[1] : args[0]) ?? '';
}

/** Whether a part writes where an argument says, and one of those before it may put a link to git's folder in the way. */
export function mayFollowLink(
  { words: [name = '', ...args] }: ShellPart,
  before: readonly ShellPart[],
): boolean {
  const program = toProgram(name);
  if (program === 'git' ? !placing.test(toSubcommand(args)) : !writing.has(program)) return false;
  return before.some(({ words: [other = '', ...given] }) => {
    if (toProgram(other) !== 'git') return false;
    const isMoved = (place: string): boolean => args.some((arg) => arg.startsWith(`${place}/`));
    return bringing.test(toSubcommand(given)) || (toSubcommand(given) === 'mv' && given.some(isMoved));
  });
}

const leavingOut = /^!|exclude|ignore|prune|^-x$/i;
const looking =
  /^(?:find|fd|fdfind|tree|ack|ag|jq|yq|sort|uniq|cut|comm|less|more|xargs|strings|od|md5sum|sha\d+sum|git)$/;

function isGit(path: string): boolean {
  return basename(path).toLowerCase() === '.git';
}

/** Packages that copy whole folders. */
const copiersOfTrees = /^(?:ncp|cpx2?|cpr|copyfiles|cpy|cpy-cli)$/;

/** Whether git's folder lies below a folder that is in this one and is not this one, whose own is known. */
function holdsGitIn(path: string, folder: string): boolean {
  if (path.startsWith('-') || /^(?:\.\/?)?$/.test(path)) return false;
  return walkPath(folder, path)
    .map(findRealPath)
    .some((at) => findEntry(at, isGit) !== undefined);
}

/** Whether a copy takes a folder of git along, with its hooks. */
function copiesGit([name = '', ...args]: readonly string[], folder: string): boolean {
  const [, ...given] = findLaunched([name, ...args], (one) => copiersOfTrees.test(one)) ?? [];
  const isDeep = args.some(
    (arg) => /^-[^-]*[rRa]/.test(arg) || isLongOption(arg, ['--recursive', '--archive']),
  );
  if (given.length === 0 && !(/^g?cp$/.test(toProgram(name)) && isDeep)) return false;
  if (given.length > 0)
    return given.some((arg) => holdsGitIn(arg.replace(/^['"]?([^*?[{]*)[*?[{].*$/s, '$1'), folder));
  const isTarget = (arg: string): boolean => isLongOption(arg, ['--target-directory']);
  const isOption = (arg = ''): boolean => /^-[^-]*t$/.test(arg) || (isTarget(arg) && !arg.includes('='));
  const hasTarget = args.some((arg) => /^-[^-]*t/.test(arg) || isTarget(arg));
  const follows = args.some((arg) => /^-[^-]*L/.test(arg) || isLongOption(arg, ['--dereference']));
  const paths = args.filter((arg, at) => !arg.startsWith('-') && !isOption(args[at - 1]));
  return paths
    .slice(0, hasTarget ? undefined : -1)
    .flatMap((path) => walkPath(folder, path).map(findRealPath))
    .some((path) =>
      findEntry(
        path,
        (at, entry) => isGit(at) || (follows && entry.isSymbolicLink() && holdsGit(findRealPath(at))),
      ),
    );
}

/**
 * Whether a part that is not git may put something into git's folder, which the next command of git would run. `places` are the folders in which
 * repositories may be.
 */
export function mayPutIntoGit(
  { words: [name = '', ...args], isVague }: ShellPart,
  folder: string,
  places: readonly string[],
): boolean {
  if (looking.test(toProgram(name))) return false;
  const brings = namesItsFiles([name, ...args]) || bringsTree([name, ...args]);
  if (brings && places.some((place) => findEntry(place, isGit) !== undefined)) return true;
  if (copiesGit([name, ...args], folder)) return true;
  const meant = args.filter((arg, at) => !leavingOut.test(arg) && !leavingOut.test(args[at - 1] ?? ''));
  const own = findRealPath(join(folder, '.git'));
  return namesGitFolder({ words: [name, ...meant], isVague }, folder, { own, common: own });
}

/** The first argument of a command that reaches another repository, if that one is in this folder: its hooks and settings would run, too. */
export function findTarget(
  args: readonly string[],
  folder: string,
  { top, settings }: Repository,
): string | undefined {
  // `--repo=./up.git`
  const named = args.map((arg) => /^--[\w-]+=(.*)$/s.exec(arg)?.[1] ?? arg);
  return named.find((arg) => {
    if (arg.startsWith('-') || (!isOddName(arg) && settings.some(([name]) => name === `remote.${arg}.url`)))
      return false;
    const path = findRealFrom(folder, arg);
    if (path === top || (isAbsolute(arg) && !isInside(path, top))) return false;
    return [path, `${path}.git`].some(
      (one) => ['HEAD', '.git'].some((name) => existsSync(join(one, name))) || leadsToGit(one),
    );
  });
}

/** Git takes a file for a repository, too, if it names one. */
function leadsToGit(path: string): boolean {
  return readText(path)?.startsWith('gitdir:') ?? false;
}
