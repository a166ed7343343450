import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { ensureFolder } from '../ensure-folder.ts';
import { describeFileProblem } from '../file-problem.ts';
import { isInside } from '../is-inside.ts';
import { shells, wrappers } from '../shells.ts';
import { InvalidServer, type McpServer, type ServerWay } from './mcp-server.ts';

/**
 * A server of the person's own starts in an empty folder, unless it names another one or is a script: programs such as `npx`, `python -m` and
 * `node -r` look for packages and modules in the folder where they start, so that a repository could put its own in their place. What the
 * command names is still where the person stands. Throws InvalidServer.
 */
export function keepFromFolder(
  way: ServerWay,
  { origin }: McpServer,
  { cwd: folder, cacheFolder }: Pick<Context, 'cwd' | 'cacheFolder'>,
): ServerWay {
  if (way.kind !== 'stdio' || origin.kind === 'folder' || way.cwd !== undefined) return way;
  const words = [way.command, ...way.args];
  if (runsScript(words)) return way;
  const cwd = makeEmptyFolder(folder, cacheFolder);
  // With a slash in it, a program is no name that is looked up.
  const command = /[/\\]/.test(way.command) ? resolve(folder, way.command) : way.command;
  const first = findOwnWords(words);
  const args = words
    .map((text, at) => toAbsolute(at < first ? text : scriptToAbsolute(text, folder), folder))
    .slice(1);
  return { ...way, command, args, cwd };
}

/** Whether there is something in a folder from which a program that starts there, or below, takes packages or settings. */
function holdsPackages(folder: string): boolean {
  return 'node_modules package.json pnpm-workspace.yaml .yarnrc .yarnrc.yml .pnp.cjs bunfig.toml pyproject.toml uv.toml'
    .split(' ')
    .some((name) => existsSync(join(folder, name)));
}

/**
 * In the cache folder, because others may write to that for temporary files. It may lie in the repository, and npm looks into the folders above:
 * then it is the root, where only an administrator puts something.
 */
function makeEmptyFolder(folder: string, cacheFolder: string): string {
  const cwd = join(cacheFolder, 'mcp');
  const { root } = parse(resolve(folder));
  const project = listAncestors(folder).findLast((one) => existsSync(join(one, '.git'))) ?? folder;
  const isOfFolder = (path: string): boolean =>
    [folder, project].some(
      (one) => one !== root && [one, toReal(one)].some((place) => isInside(path, place)),
    );
  if (isOfFolder(cwd) || isOfFolder(toReal(cwd))) return root;
  const [, ...above] = listAncestors(toReal(cwd)).reverse();
  if (above.some(holdsPackages)) return root;
  try {
    ensureFolder(cwd, 0o700);
  } catch (error) {
    const { reason } = describeFileProblem(error);
    throw new InvalidServer(
      `is started in ${cwd}, which cannot be made: ${reason}; or name a folder as its cwd`,
    );
  }
  return cwd;
}

/** The folder, and all above it. */
function listAncestors(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...listAncestors(above)];
}

/** Follows the links of the part that exists. */
function toReal(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(toReal(above), path.slice(above.length));
  }
}

const interpreters =
  /^(?:(?:python|pypy|node|nodejs|deno|bun|php|ruby|perl|java|lua|julia)[\d.]*|py|dotnet|tsx|ts-node|uv|mcp|fastmcp)$/;
/** They start a package by its name, which is the one of the folder if that has one. */
const packageRunners = /^(?:npx|pnpx|bunx|uvx|pipx|npm|pnpm|yarn|corepack|hatch|poetry|pdm|rye|pipenv)$/;
/** What they run lies elsewhere, and so do the paths of its arguments. */
const containers = /^(?:docker|podman|nerdctl|kubectl|ssh|wsl)$/;
/** Between such a program and what it starts. */
const subcommands = /^(?:run|dev|exec|x|dlx|tool)$/;
/** Their value is no script. Other options of an interpreter have none, as far as is known here. */
const valued =
  /^(?:-[rWXCIwp]|-cp|--(?:require|import|(?:experimental-)?loader|env-file|conditions|with[\w-]*|python|extra|group|package|project|directory|index[\w-]*|default-index|extra-index-url|classpath))$/;
/** Options of a starter behind which the program may follow. Behind others it may be a value. */
const flags = /^(?:--|-[myqs]|--(?:yes|quiet|silent|no-install|offline|prefer-offline|isolated|bun))$/;

/** With them, it is a module or code that runs. */
const takesModule = /^(?:-[mce]|--(?:module|eval|print))$/;

/** Whether the command is an interpreter with a script, as `uv run server.py`: then the person means the folder at hand and its packages. */
function runsScript(words: readonly string[]): boolean {
  const at = words.findIndex((word, index) => !isWrapping(word, index));
  if (!interpreters.test(toName(words[at] ?? ''))) return false;
  const args = words.slice(/^(?:run|dev)$/.test(words[at + 1] ?? '') ? at + 2 : at + 1);
  const script = args.findIndex(
    (word, index) => !word.startsWith('-') && !valued.test(args[index - 1] ?? ''),
  );
  return isScript(args[script] ?? '') && !args.slice(0, script).some((word) => takesModule.test(word));
}

/** `env A=b` and `cmd /c`, in front of a program. */
function isWrapping(word: string, at: number): boolean {
  return at === 0 ? /^(?:env|cmd)$/.test(toName(word)) : /^[A-Za-z_]\w*=|^\/c$/i.test(word);
}

/** From which word on those of a command are arguments of the server itself, so that none is a package or a program. */
function findOwnWords(words: readonly string[]): number {
  const names = words.map(toName);
  const [first = ''] = names;
  if (containers.test(first) || shells.has(first)) return words.length;
  const at = names.findIndex((name) => packageRunners.test(name) || interpreters.test(name));
  if (at === -1) return wrappers.has(first) || first === 'cmd' ? words.length : 1;
  const started = words.findIndex((word, index) => {
    if (index <= at || word.startsWith('-') || subcommands.test(word)) return false;
    const before = words[index - 1] ?? '';
    return !before.startsWith('-') || flags.test(before);
  });
  return started === -1 ? words.length : started + 1;
}

function toName(word: string): string {
  return (word.split(/[/\\]/).at(-1) ?? '').toLowerCase().replace(/\.(?:exe|cmd|bat)$/, '');
}

/** A relative path that the person wrote: they mean what lies in the folder at hand. */
function isScript(text: string): boolean {
  return (
    /^(?![-@])[^:=]*\.(?:[cm]?[jt]sx?|py|rb|php|pl|sh|jar|dll)$/i.test(text) &&
    !isAbsolute(text) &&
    !/^\.{1,2}[/\\]/.test(text)
  );
}

/** Also behind the name of an option. */
function scriptToAbsolute(text: string, folder: string): string {
  const [, option = '', path = ''] = /^(--?[\w-]+=)?(.*)$/s.exec(text) ?? [];
  const whole = resolve(folder, path);
  return isScript(path) && existsSync(whole) ? option + whole : text;
}

/** Also behind the name of an option, and in front of a colon. */
function toAbsolute(text: string, folder: string): string {
  return text.replace(
    /^(--?[\w-]+=)?(\.{1,2})(?=[/\\:]|$)/,
    (_, option: string | undefined, dots: string) => (option ?? '') + resolve(folder, dots),
  );
}
