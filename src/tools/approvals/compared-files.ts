import { relative, resolve, sep } from 'node:path';
import type { Env } from '../../env.ts';
import { isSecret } from './beyond-prefix.ts';
import { findLinkStats, UnknownPlacesError } from './disk.ts';
import { listNames, unique } from './named-paths.ts';
import { createGit, type Git } from './read-repository.ts';
import { toProgram } from './runners.ts';
import type { ShellPart } from './shell-command.ts';

/** They print a file as it is: `git diff BLOB FILE` compares any file of the folder, and a blob has many names. */
const comparing = /^(?:diff|blame|annotate)$/;

const hidden = /(?:^|[/\\])\.(?!\.?(?:[/\\]|$))/;

/**
 * The file that such a command of git names, if git does not know it and it holds secrets, is hidden or is ignored. Throws UnknownPlacesError if git does not tell.
 */
export async function findComparedFile(
  { words }: ShellPart,
  folder: string,
  env: Env | undefined,
): Promise<string | undefined> {
  const [program = '', ...rest] = words;
  const [command = '', ...args] = rest[0] === '--no-pager' ? rest.slice(1) : rest;
  if (toProgram(program) !== 'git' || !comparing.test(command)) return undefined;
  const paths = unique(args)
    .flatMap((arg) => listNames(resolve(folder, arg)))
    .filter((path) => findLinkStats(path)?.isDirectory() === false)
    .map((path) => relative(folder, path));
  if (paths.length === 0) return undefined;
  const git = env && createGit(env);
  return git ? findUnknown(unique(paths), folder, git) : paths.find(isSecret);
}

async function findUnknown(paths: readonly string[], folder: string, git: Git): Promise<string | undefined> {
  const list = async (...options: string[]): Promise<string[]> => {
    const literal = paths.map((path) => `:(literal)${path.replaceAll(sep, '/')}`);
    const words = ['ls-files', '-z', ...options, '--', ...literal];
    const { text } = await git.run(folder, words, { hasAnyNames: true }).catch(() => {
      throw new UnknownPlacesError();
    });
    return text.split('\0');
  };
  // Other marks stand before files at which git does not look in the folder.
  const known = new Set((await list('-v')).flatMap((line) => /^[HM] (.*)$/s.exec(line)?.[1] ?? []));
  const unknown = paths.filter((path) => !known.has(path.replaceAll(sep, '/')));
  if (unknown.length === 0) return undefined;
  const ordinary = new Set(await list('--others', '--exclude-standard'));
  return unknown.find(
    (path) => isSecret(path) || hidden.test(path) || !ordinary.has(path.replaceAll(sep, '/')),
  );
}
