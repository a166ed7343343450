import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isCredentialFile } from '../../credential-files.ts';
import type { Env } from '../../env.ts';
import { isInside } from '../../is-inside.ts';
import { findRealPath } from './match.ts';
import { createGit } from './read-repository.ts';
import { mayReplaceFiles } from './repository-changes.ts';
import { toProgram } from './runners.ts';
import type { ShellPart } from './shell-command.ts';

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
/** Their letters behind a subcommand. Others that take no value may stand in front. */
const fileLetters: Record<string, RegExp> = {
  commit: /^-[aeinopqsvz]*[Ft](.*)$/,
  tag: /^-[adfsl]*F(.*)$/,
  notes: /^-[f]*F(.*)$/,
  merge: /^-[nqve]*F(.*)$/,
  grep: /^-[^-eABCmO]*f(.*)$/,
  'ls-files': /^-[a-w]*X(.*)$/,
  blame: /^-[a-z]*S(.*)$/,
};

/** They send files that their words name. */
const sending =
  /^(?:(?:gh|glab) (?!search |(?!api )[\w-]+ (?:view|list|ls|diff|checks|status|watch)(?: |$))|(?:kubectl|oc|docker|podman|nerdctl) (?:.* )?cp )/;

/** A file with secrets that is sent, or one that another part of the command may put one into. */
function findSent(args: readonly string[], folder: string, mayReplace: boolean): string | undefined {
  return args.find((arg, at) => {
    const isFile =
      /^(?:-F|--(?:body-file|notes-file|input))$/.test(args[at - 1] ?? '') && !/^-$|=(?!@)/.test(arg);
    if (mayReplace && (isFile || /^--(?:body-file|notes-file|input)=./.test(arg))) return true;
    if (/\s/.test(arg)) return false;
    return [arg, arg.replace(/^-[A-Za-z]/, ''), arg.replace(/^[^=]*=/, ''), arg.replace(/^.*?=@/, '')].some(
      (path) => {
        const real = findRealPath(resolve(folder, path.replace(/#.*$/s, '')));
        return isCredentialFile(real) && !/\.(?:example|sample|template|dist)$/.test(real);
      },
    );
  });
}

/**
 * The file that an option of git names, if it is outside of the folder or looks like one with secrets, or if another part of the command may put
 * such a one in its place. The same for what gh, and a copy into a container, send.
 */
export function findFileElsewhere(
  { words }: ShellPart,
  others: readonly ShellPart[],
  folder: string,
): string | undefined {
  const [program, ...rest] = words;
  const mayReplace = others.some(mayReplaceFiles);
  if (sending.test([toProgram(program ?? ''), ...rest].join(' '))) return findSent(rest, folder, mayReplace);
  if (program !== 'git') return undefined;
  const [command = '', ...args] = rest[0] === '--no-pager' ? rest.slice(1) : rest;
  const letters = Object.hasOwn(fileLetters, command) ? fileLetters[command] : undefined;
  const end = args.indexOf('--');
  const named = args.slice(0, end === -1 ? undefined : end).flatMap((arg, at) => {
    const [, name, value] = /^(--[^=]{3,})(?:=(.*))?$/s.exec(arg) ?? [];
    const isLong = name !== undefined && fileOptions.some((option) => option.startsWith(name));
    const behind = isLong ? (value ?? '') : letters?.exec(arg)?.[1];
    if (behind === undefined) return [];
    return [behind || (args[at + 1] ?? '')];
  });
  return named.find((path) => {
    if (path === '' || path === '-') return false;
    const real = findRealPath(resolve(folder, path));
    return mayReplace || !isInside(real, findRealPath(folder)) || isCredentialFile(real);
  });
}

/** Git is asked: one that belongs to another user, that lacks something or that is of a later version does not count. */
async function isInRepository(folder: string, env: Env | undefined): Promise<boolean> {
  const git = env && createGit(env);
  const found = await git?.run(folder, ['rev-parse', '--git-dir']).catch(() => undefined);
  return found !== undefined && !found.isFailed;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
