import { existsSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { isInside } from '../../is-inside.ts';
import { findStats } from '../../open-file.ts';
import { findRealPath, readText } from './disk.ts';
import { hasOddNames, listTexts, readLooseJson } from './loose-json.ts';
import { passesBy } from './program-options.ts';
import { findLaunched, toProgram } from './runners.ts';
import { listEntries, walkPath } from './walk-path.ts';

/**
 * Programs that run no code of the folder, but write the files that its settings name. Others that do run code of the folder, and so whatever is
 * said there: eslint, prettier, mypy, flake8 and pylint load it, too.
 */
const writers = /^(?:tsc|tsgo|vue-tsc|black|ruff|isort)$/;
const mostParents = 40;
/** Beside an option of a formatter with which it writes nothing. */
const harmless = /^-[qv]+$|^--(?:quiet|verbose|color|no-color|no-cache|preview|fast|safe)$|^--[\w-]+=/;

/**
 * Whether a command of a formatter or compiler may write where a file of settings says, which may be in git's folder: a clone can bring such
 * settings, but nothing in git's folder.
 */
export function mayWriteWhereSet(words: readonly string[], folder: string, own: readonly string[]): boolean {
  const [name = '', ...args] = toStarted(words);
  switch (toProgram(name)) {
    case 'tsc':
    case 'tsgo':
    case 'vue-tsc':
      return compilesElsewhere(args, folder, own);
    case 'black':
      return !passesBy(args, /^--(?:check|diff)$/, harmless) && findsFiles(folder, 'black');
    case 'isort':
      return !passesBy(args, /^(?:-[cd]|--check(?:-only)?|--diff)$/, harmless) && findsFiles(folder, 'isort');
    case 'ruff':
      return !passesBy(args, /^--(?:check|diff)$/, harmless) && findsFiles(folder, 'ruff');
    default:
      return false;
  }
}

/** The package of tsc is called so. */
const packageOfTsc = 'typescript';

/** What `npx` and its like start, if it is one of these. */
export function toStarted(words: readonly string[]): readonly string[] {
  const launched = findLaunched(words, (name) => writers.test(name) || name === packageOfTsc);
  if (launched === undefined) return words;
  return launched[0] === packageOfTsc ? ['tsc', ...launched.slice(1)] : launched;
}

const compilers = /^(?:tsc|tsgo|vue-tsc)$/;

/**
 * A place outside of these folders, and of the repository around, to which tsc would write because of settings or a link. What it writes there may
 * be anything: a template literal is a command for a shell.
 */
export function findOutputElsewhere(
  words: readonly string[],
  folder: string,
  folders: readonly string[],
): string | undefined {
  const [name = '', ...args] = toStarted(words);
  if (!compilers.test(toProgram(name))) return undefined;
  const roots = [...folders, ...listTops(folder)].map(findRealPath);
  // A link may lead to what is not there yet.
  const isOutside = (path: string): boolean =>
    walkPath(folder, path)
      .map(findRealPath)
      .some((place) => !roots.some((root) => isInside(place, root)));
  const projects = args.filter((arg) => !arg.startsWith('-') && existsSync(resolve(folder, arg)));
  const files = [
    findSettings(args, folder) ?? [],
    ...projects.map((path) => toSettings(resolve(folder, path))),
  ];
  const outputs = listOutputs(files.flat(), folder);
  return outputs.find(isOutside) ?? findEmittedLink(folder, outputs, isOutside);
}

const mostProjects = 1000;
const mostExtended = 50;

/** The root of the repository. */
function listTops(folder: string): string[] {
  const git = findUp(folder, '.git');
  return git === undefined ? [] : [dirname(git)];
}

const outputOptions = /^(?:outdir|outfile|out|declarationdir|tsbuildinfofile)$/i;
const furtherSettings = /^(?:extends|path)$/i;
/** Of all files that are read, in characters. */
const mostText = 8_000_000;
const mostOutputs = 2000;

/** All that these files, and those that they extend or refer to, name as a place to write to, also if another member of the same name counts. */
function listOutputs(files: readonly string[], folder: string): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const left = [...files];
  // What is said in another way, or in too many files, may be anywhere.
  const anywhere = [parse(folder).root];
  let length = 0;
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const at = dirname(file);
    const text = readText(file);
    length += text?.length ?? 0;
    if (seen.size > mostProjects || length > mostText) return anywhere;
    if (text === undefined) continue;
    const settings = readLooseJson(text);
    if (settings === undefined || hasOddNames(settings)) return anywhere;
    for (const value of listTexts(settings, outputOptions))
      for (const config of [folder, at]) found.add(resolve(at, value.replace(/^\$\{configDir\}/i, config)));
    const named = listTexts(settings, furtherSettings);
    if (found.size > mostOutputs || named.length > mostProjects) return anywhere;
    const further = named.map((base) => findBase(base, at));
    if (further.includes(undefined)) return anywhere;
    left.push(...further.flatMap((bases) => bases ?? []));
  }
  return [...found];
}

/** The files that one of settings may mean by a name. Undefined if a package says which. */
function findBase(base: string, at: string): string[] | undefined {
  const isPath = /^(?:\.|\/)/.test(base);
  const [name = ''] = /^(?:@[^/]+\/)?[^/]+/.exec(base) ?? [];
  const owner = isPath ? undefined : findUp(at, `node_modules/${name}/package`);
  if (owner !== undefined && /"(?:tsconfig|exports)"|\\u/.test(readText(`${owner}.json`) ?? ''))
    return undefined;
  const path = isPath ? resolve(at, base) : findUp(at, `node_modules/${base}`);
  return path === undefined ? [] : [path, `${path}.json`, `${path}/tsconfig.json`].filter(isFile);
}

const emitted = /\.(?:[cm]?jsx?|d\.[cm]?ts|map|tsbuildinfo)$/;
/** Entries that are looked at. Nobody has so many sources. */
const mostEntries = 100_000;

/** A link that leads outside, and is called like what tsc writes beside a source, or lies where it writes to. */
function findEmittedLink(
  folder: string,
  outputs: readonly string[],
  isOutside: (path: string) => boolean,
): string | undefined {
  const left = [folder];
  let count = 0;
  for (let at = left.pop(); at !== undefined; at = left.pop())
    for (const entry of listEntries(at)) {
      const path = join(at, entry.name);
      count += 1;
      if (count > mostEntries) return folder;
      if (entry.isDirectory() && !/^(?:node_modules|\.git)$/.test(entry.name)) left.push(path);
      if (!entry.isSymbolicLink()) continue;
      count += outputs.length / 10;
      const isMeant = emitted.test(entry.name) || outputs.some((output) => isInside(path, output));
      if (isMeant && isOutside(path)) return path;
    }
  return undefined;
}

/** The settings with which tsc begins. */
function findSettings(args: readonly string[], folder: string): string | undefined {
  const named = args[args.findIndex((arg) => /^--?(?:p|project)$/i.test(arg)) + 1];
  const isNamed = args.some((arg) => /^--?(?:p|project)$/i.test(arg));
  const start = isNamed && named !== undefined ? resolve(folder, named) : findUp(folder, 'tsconfig.json');
  return start === undefined ? undefined : toSettings(start);
}

function toSettings(path: string): string {
  return /\.json$/.test(path) ? path : join(path, 'tsconfig.json');
}

function compilesElsewhere(args: readonly string[], folder: string, own: readonly string[]): boolean {
  const isNothing = args.some((arg, at) => /^--?noemit$/i.test(arg) && !/^false$/i.test(args[at + 1] ?? ''));
  if (isNothing) return false;
  if (args.some((arg) => /^@|^--?(?:b|build)$/i.test(arg))) return true;
  const start = findSettings(args, folder);
  return start !== undefined && setsOwn(start, own);
}

/** Whether a file of settings of tsc, or one that it extends, names a file, or a place in git's folder. */
function setsOwn(start: string, own: readonly string[]): boolean {
  const files = new Set([start]);
  for (const file of files) {
    const text = readText(file);
    // The last of two members with one name is not the one that counts.
    if (text === undefined || /\\[ux]|"out(?:file)?"|\.git[/\\"]/i.test(text)) return true;
    const config = readLooseJson(text)?.value;
    if (config === undefined || files.size > mostExtended) return true;
    const { compilerOptions = {}, extends: bases = [] } = config;
    if (typeof compilerOptions !== 'object' || compilerOptions === null) return true;
    for (const [option, value] of Object.entries(compilerOptions)) {
      if (!/^(?:outdir|declarationdir|tsbuildinfofile|rootdir|sourceroot|maproot)$/i.test(option)) continue;
      if (typeof value !== 'string') return true;
      const place = findRealPath(resolve(dirname(file), value));
      if (/\$\{/.test(value) || own.some((one) => isInside(place, one))) return true;
    }
    const named: unknown[] = Array.isArray(bases) ? bases : [bases];
    for (const base of named.slice(0, mostExtended + 1)) {
      const [found] = (typeof base === 'string' && findBase(base, dirname(file))) || [];
      if (found === undefined) return true;
      files.add(found);
    }
  }
  return false;
}

/**
 * Whether settings of a formatter of Python may say which files are its own. By itself it takes those of Python, and reformats none of git. Text
 * that is a comment for git in one line can be a setting when a formatter has broken the line.
 */
function findsFiles(folder: string, program: string): boolean {
  const files = [
    'pyproject.toml',
    'ruff.toml',
    '.ruff.toml',
    'setup.cfg',
    'tox.ini',
    '.isort.cfg',
    '.editorconfig',
  ];
  let at = folder;
  for (let count = 0; count < mostParents; count += 1) {
    if (files.some((file) => choosesFiles(readText(join(at, file)), program, file))) return true;
    if (dirname(at) === at || existsSync(join(at, '.git'))) return false;
    at = dirname(at);
  }
  return true;
}

const choosing =
  /(?:^|[\s."'{,[])["']?(?:extend[-_])?include["']?\s*=(?!\s*'\\\.pyi\?\$'\s*$)|\bextend["']?\s*=|\bextension|\bsupported_extensions|\\u/im;

function choosesFiles(text: string | undefined, program: string, file: string): boolean {
  if (text === undefined) return false;
  if (!file.endsWith('.toml')) return /isort|settings/.test(text) && choosing.test(text);
  if (file !== 'pyproject.toml') return choosing.test(text);
  if (!text.includes(program) && !/\\u/.test(text)) return false;
  // Its own tables alone: other tools have such settings, too.
  const tables = text.split(/^[ \t]*(?=\[)/m);
  return tables.some((table) => {
    const [head = ''] = table.split('\n');
    const isOther =
      /^\[{1,2}\s*[\w.-]+\s*\]{1,2}/.test(head) && !head.includes(program) && !/^\[\s*tool\s*\]/.test(head);
    return !isOther && choosing.test(table);
  });
}

function findUp(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, name)) || existsSync(join(at, `${name}.json`))) return join(at, name);
    if (dirname(at) === at) return undefined;
  }
}

function isFile(path: string): boolean {
  return findStats(path)?.isFile() ?? false;
}
