import { resolve } from 'node:path';
import { isCredentialFile } from '../../credential-files.ts';
import type { Env } from '../../env.ts';
import { isInside } from '../../is-inside.ts';
import { findStats } from '../../open-file.ts';
import { isSecret } from './beyond-prefix.ts';
import { findRealPath, readText, UnknownPlacesError } from './disk.ts';
import { findKeptByHg, listFilesOfHg } from './hg-files.ts';
import { isHg } from './mercurial.ts';
import { expandGlob, listNames } from './named-paths.ts';
import { readRolesOfGit } from './option-words.ts';
import { isLongOption, passesBy } from './program-options.ts';
import { createGit } from './read-repository.ts';
import { mayReplaceFiles } from './repository-changes.ts';
import { toProgram } from './runners.ts';
import type { ShellPart } from './shell-command.ts';
import { findEntry, wildcard } from './walk-path.ts';

/**
 * Whether a command is `git diff` where git finds no repository: it then compares any two files, and so prints them. Names that are no files are
 * left out, because nothing is printed of them.
 */
export async function readsBesideRepository(
  { words, isVague }: ShellPart,
  folder: string,
  env: Env | undefined,
): Promise<boolean> {
  const [program, ...rest] = words;
  const args = rest[0] === '--no-pager' ? rest.slice(1) : rest;
  if (program !== 'git' || args[0] !== 'diff') return false;
  if (!isVague && !args.slice(1).some((arg) => exists(resolve(folder, arg)))) return false;
  return !(await isInRepository(folder, env));
}

/** Options of git that name a file, of which git may show or keep what is in it. */
const fileOptions =
  '--file --pathspec-from-file --ignore-revs-file --exclude-from --add-file --signature-file --description-file'.split(
    ' ',
  );
/** Their letters behind a subcommand. Any others may stand in front but those for which the rest of the word is a value. */
const fileLetters: Record<string, RegExp> = {
  commit: /^-[^-mCcuS]*?[Ft](.*)$/s,
  tag: /^-[^-mnu]*F(.*)$/s,
  notes: /^-[^-mCc]*F(.*)$/s,
  merge: /^-[^-mXsS]*F(.*)$/s,
  grep: /^-[^-eABCmO]*f(.*)$/s,
  'ls-files': /^-[^-x]*X(.*)$/s,
  blame: /^-[^-LCM]*S(.*)$/s,
  'fmt-merge-msg': /^-[^-m]*F(.*)$/s,
  'commit-tree': /^-[^-mpS]*F(.*)$/s,
};
/** Subcommands whose other words are files, of which git may show or keep what is in them. */
const takingFiles =
  /^(?:am|apply|mailinfo|mailsplit|quiltimport|hash-object|interpret-trailers|merge-file|bisect replay)$/;

/** They send files that their words name. */
const sending =
  /^(?:(?:gh|glab) (?!search |(?!api )[\w-]+ (?:view|list|ls|diff|checks|status|watch)(?: |$))|(?:kubectl|oc|docker|podman|nerdctl) (?:.* )?cp )/;

/** Whether a folder has a file with secrets, however deep. */
function holdsSecrets(path: string): boolean {
  return findStats(path)?.isDirectory() === true && findEntry(findRealPath(path), isSecret) !== undefined;
}

/** Text may look like the path of a file. */
const hasBlank = /\s/;

/** A file with secrets that is sent, or one that another part of the command may put one into. */
function findSent(
  args: readonly string[],
  folder: string,
  { mayReplace, isCopy }: { mayReplace: boolean; isCopy: boolean },
): string | undefined {
  return args.find((arg, at) => {
    const isFile =
      /^(?:-F|--(?:body-file|notes-file|input))$/.test(args[at - 1] ?? '') && !/^-$|=(?!@)/.test(arg);
    if (mayReplace && (isFile || /^--(?:body-file|notes-file|input)=./.test(arg))) return true;
    if (
      isCopy &&
      at < args.length - 1 &&
      !arg.startsWith('-') &&
      !/^[^./][^/]*:/.test(arg) &&
      expandGlob(resolve(folder, arg)).some(holdsSecrets)
    )
      return true;
    return [arg, arg.replace(/^-[A-Za-z]/, ''), arg.replace(/^[^=]*=/, ''), arg.replace(/^.*?=@/, '')].some(
      (path) =>
        [path, path.replace(/#.*$/s, '')]
          .flatMap((one) => expandGlob(resolve(folder, one)))
          .some((real) => isSecret(real) && (mayReplace || !hasBlank.test(path) || exists(real))),
    );
  });
}

/**
 * The file that an option of git names, if it is outside of the folder or looks like one with secrets, or if another part of the command may put
 * such a one in its place. The same for hg, and for what gh, and a copy into a container, send.
 */
export function findFileElsewhere(
  { words }: ShellPart,
  others: readonly ShellPart[],
  folder: string,
): string | undefined {
  const [program, ...rest] = words;
  const mayReplace = others.some(mayReplaceFiles);
  const said = [toProgram(program ?? ''), ...rest].join(' ');
  if (sending.test(said)) return findSent(rest, folder, { mayReplace, isCopy: !/^(?:gh|glab) /.test(said) });
  const named = isHg({ words }) ? listFilesOfHg(rest) : program === 'git' ? listFilesOfGit(rest) : [];
  return named.find((path) => {
    if (path === '' || path === '-') return false;
    // A shell puts names in the place of a wildcard.
    return expandGlob(resolve(folder, path)).some(
      (real) => mayReplace || !isInside(real, findRealPath(folder)) || isCredentialFile(real),
    );
  });
}

/** Files that options of git name. */
function listFilesOfGit(rest: readonly string[]): string[] {
  const [command = '', ...args] = rest[0] === '--no-pager' ? rest.slice(1) : rest;
  const letters = Object.hasOwn(fileLetters, command) ? fileLetters[command] : undefined;
  const takesFiles = [command, `${command} ${args[0]}`].some((one) => takingFiles.test(one));
  const roles = readRolesOfGit(command, args);
  return args.flatMap((arg, at) => {
    if (takesFiles && (!arg.startsWith('-') || roles[at]?.has('behind'))) return [arg];
    if (!roles[at]?.has('option')) return [];
    const behind = isLongOption(arg, fileOptions) ? arg.replace(/^[^=]*=?/, '') : letters?.exec(arg)?.[1];
    if (behind === undefined) return [];
    return [behind || (args[at + 1] ?? '')];
  });
}

/** The paths in the file of `--pathspec-from-file`. All of the repository if they are not plain. */
function listPathsOfFile(option: string, next: string | undefined, folder: string): string[] {
  const given = /^--pathspec-fr[a-z-]*(?:=(.*))?$/s.exec(option);
  if (given === null) return [];
  const text = readText(resolve(folder, given[1] ?? next ?? ''));
  if (text === undefined || text.includes('"')) return [':/'];
  return text.split(/[\0\r\n]+/).filter((path) => path !== '');
}

/** Of what git does not know yet, they take nothing. */
const ofKnownFiles = /^-[vn]*[up][upvn]*$|^--(?:update|patch)$/;
const harmlessOfAdd = /^-[vn]+$|^--(?:verbose|dry-run)$/;
const keptStashes = /^(?:list|show|pop|apply|drop|clear|branch|create|store)$/;
const harmlessOfStash =
  /^-(?:[pSkq]+|m.*)$|^--(?:patch|staged|keep-index|no-keep-index|quiet|message(?:=.*)?)$/s;

/** They make no file. */
const leaving = /^(?:ls|cat|head|tail|wc|[ef]?grep|rg|stat|file|test|\[|echo|printf|diff|cmp|rm|git)$/;

/** Files that git does not know, of which a subcommand may keep or print what is in them. */
type Untracked = {
  /** Where they are, as paths of git. None: anywhere in the repository. */
  paths: readonly string[];
  /** Whether those that git ignores are among them. */
  hasIgnored: boolean;
};

/** Undefined if the subcommand takes none. */
function findUntracked(command: string, args: readonly string[], folder: string): Untracked | undefined {
  const roles = readRolesOfGit(command, args);
  const given = args.filter((_, at) => roles[at]?.has('option'));
  if (/^(?:add|stage)$/.test(command)) {
    if (passesBy(args, ofKnownFiles, harmlessOfAdd)) return undefined;
    const paths = args.flatMap((arg, at) => [
      ...(arg.startsWith('-') ? listPathsOfFile(arg, args[at + 1], folder) : [arg]),
      ...(arg.startsWith('-') && roles[at]?.has('behind') ? [arg] : []),
    ]);
    return { paths, hasIgnored: false };
  }
  if (command === 'grep') {
    if (!given.some((arg) => isLongOption(arg, ['--untracked']))) return undefined;
    const hasIgnored = given.some((arg) => isLongOption(arg, ['--no-exclude-standard']));
    // Whatever may be an option may also be no path.
    const areKnown = roles.every((one) => !one.has('behind') || one.size === 1);
    return { paths: areKnown ? args.filter((_, at) => roles[at]?.has('behind')) : [], hasIgnored };
  }
  if (command !== 'stash' || keptStashes.test(args[0] ?? '')) return undefined;
  const taking = given.filter((arg) => /^-(?!-$)/.test(arg) && !harmlessOfStash.test(arg));
  if (taking.length === 0) return undefined;
  return {
    paths: [],
    hasIgnored: taking.some((arg) => /^-[^-]*a/.test(arg) || isLongOption(arg, ['--all'])),
  };
}

/**
 * A file with secrets, or above the folder, that git does not know yet, and that `git add` or `git stash` would keep, so that it is printed by `git diff` and
 * `git show`, or that `git grep` would print. Throws UnknownPlacesError if git does not tell.
 */
export async function findKeptSecret(
  { words }: ShellPart,
  others: readonly ShellPart[],
  folder: string,
  env: Env | undefined,
): Promise<string | undefined> {
  const [program, ...rest] = words;
  const [command = '', ...args] = rest[0] === '--no-pager' ? rest.slice(1) : rest;
  // Another part may make one.
  const made = others
    .filter(({ words: [name = ''] }) => !leaving.test(toProgram(name)))
    .flatMap((part) => part.words.slice(1).filter((word) => !word.startsWith('-') && isSecret(word)));
  if (isHg({ words })) return findKeptByHg(rest, folder, made);
  const untracked = program === 'git' ? findUntracked(command, args, folder) : undefined;
  if (untracked === undefined) return undefined;
  const git = env && createGit(env);
  const { hasIgnored } = untracked;
  // A wildcard of git's means less than one of a shell.
  const paths = untracked.paths.flatMap((path) => [
    path,
    ...(wildcard.test(path) ? listNames(resolve(folder, path)).map((name) => `:(literal)${name}`) : []),
  ]);
  const asked = [
    ...['ls-files', '-z', '--others', ...(hasIgnored ? [] : ['--exclude-standard']), '--'],
    ...(paths.length > 0 ? paths : [':/']),
  ];
  const found = await git?.run(folder, asked, { hasAnyNames: true }).catch(() => {
    throw new UnknownPlacesError();
  });
  const kept = found?.text
    .split('\0')
    .find((path) => path !== '' && (path.startsWith('../') || isSecret(path)));
  if (kept !== undefined || git === undefined) return kept;
  for (const path of new Set(made)) {
    if (hasIgnored) return path;
    const { text } = await git.run(folder, ['check-ignore', '--', path]).catch(() => ({ text: '' }));
    if (text === '') return path;
  }
  return undefined;
}

/** Git is asked: one that belongs to another user, that lacks something or that is of a later version does not count. */
async function isInRepository(folder: string, env: Env | undefined): Promise<boolean> {
  const git = env && createGit(env);
  const found = await git?.run(folder, ['rev-parse', '--git-dir']).catch(() => undefined);
  return found !== undefined && !found.isFailed;
}

function exists(path: string): boolean {
  return findStats(path) !== undefined;
}
