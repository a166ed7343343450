import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Env } from '../../env.ts';
import { findStats } from '../../open-file.ts';
import { isSecret } from './beyond-prefix.ts';
import { findLinkStats, findRealPath, UnknownPlacesError } from './disk.ts';
import { listNames, listPaths, unique } from './named-paths.ts';
import { findPackageFolder } from './package-scripts.ts';
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

/** They are given no folder to look at. */
const withoutFolders =
  /^(?:cargo(?:-fmt)?|rustc|gcc|g\+\+|cc|c\+\+|clang(?:\+\+)?|javac|vite|webpack|parcel|rollup|esbuild|tsup)$/;
/** The first word is what they do, though a folder may be called so. */
const withSubcommands = /^(?:go|biome|vitest|playwright|cypress|ruff|swc|golangci-lint)$/;
/** The folder behind it is written to, or left out. */
const leavingOut =
  /^(?:-[od]|--?(?:(?:ignore|exclude|skip|out)[\w-]*|coverage-?dir\w*|declaration-?dir|cov-report|cache-?(?:dir|location)|dist-?dir|build-?dir|dest\w*))(?:=|$)/i;

/** `words` may be files. `folders` are those of them that may be folders that are looked at, and `bases` the folders from where they count. */
type Looked = { words: readonly string[]; folders: readonly string[]; bases: readonly string[] };

/** Of such a program, or whatever a script of package.json runs. */
function listLookedAt([name = '', ...args]: readonly string[], folder: string): Looked {
  const call = toScriptCall(toProgram(name), [name, ...args]);
  const bases = call === undefined ? [folder] : unique([folder, findPackageFolder(folder)]);
  const isLooking = looking.test(toProgram(name)) || checking.test([toProgram(name), ...args].join(' '));
  const launched = isLooking ? [name, ...args] : findLaunched([name, ...args], (one) => looking.test(one));
  if (launched === undefined) {
    const words = call === undefined ? [] : listGiven(call.program, [name, ...args], call.end);
    return { words, folders: listFolders('', words), bases };
  }
  const [program = '', ...words] = launched;
  return { words, folders: listFolders(toProgram(program), words), bases };
}

function listFolders(program: string, words: readonly string[]): string[] {
  if (withoutFolders.test(program)) return [];
  const first = withSubcommands.test(program) ? words.findIndex((word) => !word.startsWith('-')) : -1;
  if (program === 'go' && !/^(?:doc|fmt|list|vet)$/.test(words[first] ?? '')) return [];
  return words.filter((word, at) => {
    const isSubcommand = at === first && !/[/\\.]/.test(word);
    return !isSubcommand && !leavingOut.test(word) && !leavingOut.test(words[at - 1] ?? '');
  });
}

/** The same of what looks at its files. What such a word leads to counts; a hidden file may be one that git knows. */
async function findLookedAt(
  { words: said }: ShellPart,
  folder: string,
  env: Env | undefined,
): Promise<string | undefined> {
  const git = env && createGit(env);
  const { words, folders, bases } = listLookedAt(said, folder);
  const paths = unique(words.flatMap(listPaths));
  const mayBeFolders = new Set(folders.flatMap(listPaths));
  for (const base of bases) {
    const named = paths
      .flatMap((path) => listNames(resolve(base, path)).map((place) => ({ path, place })))
      .filter(({ path, place }) => {
        const stats = findStats(place);
        return stats !== undefined && (mayBeFolders.has(path) || !stats.isDirectory());
      });
    const found = await findKept(
      named.map(({ place }) => place),
      base,
      git,
    );
    if (found !== undefined) return found;
  }
  return git && (await findKeptPackage(said, folder, git));
}

/** The first of these files and folders that holds secrets, is ignored, or is hidden and not known to git. */
async function findKept(
  named: readonly string[],
  folder: string,
  git: Git | undefined,
): Promise<string | undefined> {
  const root = findRealPath(folder);
  const real = named.map(findRealPath);
  // Of a folder, the places of secrets in it count: one with code may have any name.
  const secret = [...named, ...real].find((path) =>
    isSecret(findStats(path)?.isDirectory() ? join(path, 'x') : path),
  );
  if (secret !== undefined) return relative(secret.startsWith(root) ? root : folder, secret);
  const inside = unique(real.map((path) => relative(root, path))).filter(
    (path) => path !== '' && !path.startsWith('..') && !isAbsolute(path),
  );
  if (inside.length === 0) return undefined;
  if (!git) return inside.find((path) => hidden.test(path));
  const slashed = inside.map((path) => path.replaceAll(sep, '/'));
  const list = (...options: string[]): Promise<string[]> =>
    listFiles(
      git,
      folder,
      options,
      slashed.map((path) => `:(literal)${path}`),
    );
  // A folder with nothing else in it stands for what is in it.
  const ignored = await list('--others', '--ignored', '--exclude-standard', '--directory');
  const isIn = (path: string, place: string): boolean => `${path}/`.startsWith(place.replace(/\/?$/, '/'));
  const kept = slashed.find((path) => ignored.some((place) => isIn(path, place)));
  if (kept !== undefined) return kept;
  const unsure = slashed.filter((path) => hidden.test(path));
  if (unsure.length === 0) return undefined;
  const known = (await list('-v')).flatMap(toKnown);
  return unsure.find((path) => !known.some((file) => isIn(file, path)));
}

/** A package of go of which git ignores all files. Go finds it by the end of its path, and by that of its module in front. */
async function findKeptPackage(
  [name = '', command = '', ...args]: readonly string[],
  folder: string,
  git: Git,
): Promise<string | undefined> {
  if (toProgram(name) !== 'go' || command !== 'doc') return undefined;
  const names = unique(
    args.flatMap((arg) => {
      const last = basename(arg);
      return last.includes('.') ? [last, last.replace(/\..*$/s, '')] : [last];
    }),
  ).filter((last) => /^\w[\w.~-]*$/.test(last));
  if (names.length === 0) return undefined;
  const patterns = names.map((last) => `:(top,glob)**/${last}/*.go`);
  const ignored = await listFiles(git, folder, ['--others', '--ignored', '--exclude-standard'], patterns);
  if (ignored.length === 0) return undefined;
  const others = await listFiles(git, folder, ['--cached', '--others', '--exclude-standard'], patterns);
  const ordinary = new Set(others.map((path) => dirname(path)));
  return ignored.find((path) => !ordinary.has(dirname(path)));
}

async function listFiles(
  git: Git,
  folder: string,
  options: readonly string[],
  paths: readonly string[],
): Promise<string[]> {
  const { text } = await git
    .run(folder, ['ls-files', '-z', ...options, '--', ...paths], { hasAnyNames: true })
    .catch(() => {
      throw new UnknownPlacesError();
    });
  return text.split('\0').filter(Boolean);
}

async function findUnknown(paths: readonly string[], folder: string, git: Git): Promise<string | undefined> {
  const literal = paths.map((path) => `:(literal)${path.replaceAll(sep, '/')}`);
  const list = (...options: string[]): Promise<string[]> => listFiles(git, folder, options, literal);
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
