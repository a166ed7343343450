import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Env } from '../../env.ts';
import { findStats } from '../../open-file.ts';
import { isSecret } from './beyond-prefix.ts';
import { findLinkStats, findRealPath, UnknownPlacesError } from './disk.ts';
import { listNames, listPaths, unique } from './named-paths.ts';
import { createGit, type Git } from './read-repository.ts';
import { findLaunched, toProgram } from './runners.ts';
import { listGiven, toScriptCall } from './script-words.ts';
import type { ShellPart } from './shell-command.ts';

/** They print a file as it is: `git diff BLOB FILE` compares any file of the folder, and a blob has many names. */
const comparing = /^(?:diff|blame|annotate)$/;

const hidden = /(?:^|[/\\])\.(?!\.?(?:[/\\]|$))/;

/**
 * Compilers, linters, formatters and test runners: they print a line of a file that they cannot read, be it one of settings, or whole files.
 * Whatever else is given a file is trusted with it.
 */
const looking =
  /^(?:tsc|tsgo|vue-tsc|typescript|vitest|jest|_?mocha|ava|jasmine|tap|playwright|cypress|eslint|oxlint|prettier|stylelint|standard|xo|tslint|biome|knip|markdownlint(?:-cli2?)?|cspell|svelte-check|rollup|esbuild|tsup|babel|swc|vite|webpack|parcel|pytest|py\.test|d?mypy|pyright|basedpyright|ruff|black|isort|flake8|pylint|bandit|autopep8|codespell|yamllint|shellcheck|hadolint|actionlint|cargo(?:-fmt)?|rustfmt|rustc|go|gofmt|gofumpt|goimports|golangci-lint|staticcheck|gcc|g\+\+|cc|c\+\+|clang(?:\+\+|-tidy|-format)?|javac)$/;
/** Interpreters that look at the syntax of a file. */
const checking =
  /^(?:node (?:-c|--check)|(?:ruby|perl) -[a-z]*c[a-z]*|php (?:-[a-z]*l[a-z]*|--syntax-check)|(?:ba|da|k|z)?sh -[a-z]*n[a-z]*)(?: |$)/;

/** Why a command may print a file that a person has not given: it is one of git, or looks at what it is given. Throws UnknownPlacesError if git does not tell. */
export async function describePrinted(
  part: ShellPart,
  folder: string,
  env: Env | undefined,
): Promise<string | undefined> {
  const compared = await findComparedFile(part, folder, env);
  if (compared !== undefined) return `it may print ${compared}, which git does not know`;
  const kept = await findLookedAt(part, folder, env);
  return kept && `it may print ${kept}, which is a file with secrets, hidden or ignored`;
}

/** The file that such a command of git names, if git does not know it and it holds secrets, is hidden or is ignored. */
async function findComparedFile(
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

/** The words that such a program, or whatever a script of package.json runs, may take for files. */
function listLookedAt([name = '', ...args]: readonly string[]): readonly string[] {
  const program = toProgram(name);
  const call = toScriptCall(program, [name, ...args]);
  const launched = findLaunched([name, ...args], (one) => looking.test(one));
  if (looking.test(program) || checking.test([program, ...args].join(' '))) return args;
  if (launched !== undefined) return launched.slice(1);
  return call === undefined ? [] : listGiven(program, [name, ...args], call.end);
}

/** The same of what looks at its files. What such a word leads to counts; a hidden file may be one that git knows. */
async function findLookedAt(
  { words }: ShellPart,
  folder: string,
  env: Env | undefined,
): Promise<string | undefined> {
  const named = unique(listLookedAt(words).flatMap(listPaths))
    .flatMap((path) => listNames(resolve(folder, path)))
    .filter((path) => findStats(path)?.isDirectory() === false);
  const paths = named.map((path) => relative(findRealPath(folder), findRealPath(path)));
  const secret = [...named.map((path) => relative(folder, path)), ...paths].find(isSecret);
  const git = env && createGit(env);
  const inside = unique(paths).filter((path) => !path.startsWith('..') && !isAbsolute(path));
  if (secret !== undefined || inside.length === 0) return secret;
  if (!git) return inside.find((path) => hidden.test(path));
  const slashed = inside.map((path) => path.replaceAll(sep, '/'));
  const literal = slashed.map((path) => `:(literal)${path}`);
  const list = async (...options: string[]): Promise<string[]> => {
    const { text } = await git
      .run(folder, ['ls-files', '-z', ...options, '--', ...literal], { hasAnyNames: true })
      .catch(() => {
        throw new UnknownPlacesError();
      });
    return text.split('\0').filter(Boolean);
  };
  const [ignored] = await list('--others', '--ignored', '--exclude-standard');
  if (ignored !== undefined) return ignored;
  const unsure = slashed.filter((path) => hidden.test(path));
  if (unsure.length === 0) return undefined;
  const known = new Set((await list('-v')).flatMap(toKnown));
  return unsure.find((path) => !known.has(path));
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
  const known = new Set((await list('-v')).flatMap(toKnown));
  const unknown = paths.filter((path) => !known.has(path.replaceAll(sep, '/')));
  if (unknown.length === 0) return undefined;
  const ordinary = new Set(await list('--others', '--exclude-standard'));
  return unknown.find(
    (path) => isSecret(path) || hidden.test(path) || !ordinary.has(path.replaceAll(sep, '/')),
  );
}

/** The path of a file that git knows. Other marks stand before files at which it does not look in the folder. */
function toKnown(line: string): string[] {
  return /^[HM] (.*)$/s.exec(line)?.slice(1) ?? [];
}
