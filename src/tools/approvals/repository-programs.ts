import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '../../env.ts';
import { findProgram, lookAtFile } from '../../find-program.ts';
import { doesNothing } from './match.ts';
import { toProgram } from './programs.ts';
import type { ShellPart } from './shell-command.ts';

/** Settings of git whose values are, or name, what git starts. Sections and names are in lower case, as git lists them. */
const programSettings = new RegExp(
  `^(?:${[
    String.raw`core\.(?:fsmonitor|hookspath|editor|sshcommand|gitproxy|askpass|alternaterefscommand)|sequence\.editor`,
    String.raw`diff\.external|diff\..*\.(?:command|textconv)|filter\..*\.(?:clean|smudge|process)|merge\..*\.driver`,
    String.raw`(?:difftool|mergetool|man|browser|guitool)\..*\.(?:cmd|path)|gpg\.(?:.*\.)?program|gpg\.ssh\.defaultkeycommand`,
    String.raw`alias\..*|credential\.(?:.*\.)?helper|trailer\..*\.(?:command|cmd)|interactive\.difffilter|tar\..*\.command`,
    String.raw`uploadpack\.packobjectshook|remote\..*\.(?:uploadpack|receivepack|vcs)|protocol\.(?:.*\.)?allow|submodule\..*\.update`,
    String.raw`(?:sendemail|imap|instaweb|web|hook|lfs)\..*(?:cmd|command|server|tunnel|httpd|browser|path|clean|smudge|transfer.*)`,
  ].join('|')})$`,
  's',
);

/** What `git lfs install` writes, values that start nothing, and a monitor that is switched off for commands of ours. */
const harmlessValue =
  /^(?:|true|false|git-lfs (?:filter-process|clean -- %f|smudge -- %f)|(?:checkout|merge|rebase|none)|never|user)$/;

/** They run no hook but one. */
const readers = new Set(
  'add status diff log show blame describe grep ls-files ls-tree rev-parse rev-list shortlog cat-file diff-index diff-files diff-tree'.split(
    ' ',
  ),
);
const readersHook = 'post-index-change';

/** Others bring files of another commit, and so may change the hooks that they or the next command run. */
const leavingFiles = new Set('commit push fetch tag branch notes'.split(' '));

const mostBytes = 32 * 1024 * 1024;
const maxMs = 10_000;
/** Submodules in submodules. */
const deepest = 3;

/** `what` is the setting, the hook or the file by which the program runs something. `hooks` stands for all hooks as they are, if nothing else is run. */
export type RepositoryProgram = { by: 'git' | 'hg'; what: string; hooks: string | undefined };

/**
 * What a repository itself, and none of the person's own settings, makes git or hg run beside the command. A folder from an archive can bring
 * it. Undefined if there is none, or if neither runs.
 */
export async function findRepositoryProgram(
  parts: readonly ShellPart[],
  folder: string,
  env: Env,
): Promise<RepositoryProgram | undefined> {
  if (parts.some(({ words: [name = ''] }) => toProgram(name) === 'hg')) {
    const file = findHgSettings(folder);
    if (file !== undefined) return { by: 'hg', what: `\`${relative(folder, file)}\``, hooks: undefined };
  }
  const calls = parts.filter(({ words: [name = ''] }) => toProgram(name) === 'git');
  const program = calls.length === 0 ? undefined : findProgram('git', { env });
  if (program === undefined) return undefined;
  const subcommands = calls.map(({ words: [, first = '', second = ''] }) =>
    first === '--no-pager' ? second : first,
  );
  const onlyReads = subcommands.every((name) => readers.has(name));
  const found = await look(folder, { program, env, onlyReads, depth: 0 }).catch(() =>
    toSetting('more than can be looked through'),
  );
  const leavesHooks =
    parts.every((part) => calls.includes(part) || doesNothing(part)) &&
    subcommands.every((name) => readers.has(name) || leavingFiles.has(name));
  return found && { ...found, hooks: leavesHooks ? found.hooks : undefined };
}

/** Sections of Mercurial's settings that start nothing. */
const harmlessSections = new Set(['paths', 'phases']);

/** The settings of the repository around the folder, if they may name hooks, aliases or extensions. */
function findHgSettings(folder: string): string | undefined {
  let root = folder;
  while (!existsSync(join(root, '.hg')) && dirname(root) !== root) root = dirname(root);
  return ['hgrc', 'hgrc-not-shared', 'sharedpath']
    .map((name) => join(root, '.hg', name))
    .find((path) => existsSync(path) && !isHarmlessSettings(path));
}

function isHarmlessSettings(path: string): boolean {
  try {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !/^[#;]/.test(line));
    const sections = lines.flatMap((line) => /^\[(.*)\]/.exec(line)?.[1] ?? []);
    return (
      sections.length > 0 &&
      sections.every((name) => harmlessSections.has(name)) &&
      !lines.some((line) => line.startsWith('%'))
    );
  } catch {
    return false;
  }
}

type Search = { program: string; env: Env; onlyReads: boolean; depth: number };

function toSetting(what: string): RepositoryProgram {
  return { by: 'git', what, hooks: undefined };
}

async function look(folder: string, search: Search): Promise<RepositoryProgram | undefined> {
  const git = (...words: string[]): Promise<string> => run(folder, words, search);
  const [settings, hooksLine] = await Promise.all([
    git('config', '--list', '--show-scope', '--null', '--includes'),
    git('rev-parse', '--git-path', 'hooks'),
  ]);
  const fields = settings.split('\0');
  let isPlaceSet = false;
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [scope, pair = ''] = [fields[at], fields[at + 1]];
    const end = pair.indexOf('\n');
    const [name, value] = end === -1 ? [pair, 'true'] : [pair.slice(0, end), pair.slice(end + 1)];
    if ((scope !== 'local' && scope !== 'worktree') || !programSettings.test(name)) continue;
    if (harmlessValue.test(value.trim()) && name !== 'core.hookspath') continue;
    // Commands of ours run without it. In a submodule, git forgets that.
    if (name === 'core.fsmonitor' && search.depth === 0) continue;
    if (name === 'core.hookspath') isPlaceSet = !search.onlyReads;
    else return toSetting(`\`${name}\``);
  }
  const hooks = hooksLine.replace(/\n$/, '');
  if (hooks === '') return undefined;
  const place = resolve(folder, hooks);
  const hook = isOfPerson(fields) ? undefined : findHook(place, search);
  const named = hook === undefined ? undefined : `the hook \`${hook}\``;
  const found = isPlaceSet ? '`core.hookspath`' : named;
  const below = await lookInSubmodules(folder, search);
  if (below !== undefined) return toSetting(found ?? below);
  if (found === undefined) return undefined;
  return { by: 'git', what: found, hooks: search.depth === 0 ? hashHooks(place) : undefined };
}

/** Of more and larger files nobody has read what they do. */
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
    for (const name of readdirSync(path).sort()) {
      const at = join(path, name);
      const stats = lstatSync(at);
      count += 1;
      if (count > mostFiles || stats.size > longestFile) throw new Error('too much');
      const content = stats.isFile()
        ? readFileSync(at)
        : stats.isSymbolicLink()
          ? readFileSync(realpathSync(at))
          : '';
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

/** Whether the person themself says, for all repositories, where hooks are. */
function isOfPerson(fields: readonly string[]): boolean {
  const last = fields.findLastIndex((field) => field.startsWith('core.hookspath\n'));
  return last > 0 && fields[last - 1] !== 'local' && fields[last - 1] !== 'worktree';
}

function findHook(folder: string, { onlyReads }: Search): string | undefined {
  try {
    return readdirSync(folder).find((name) => {
      if (name.includes('.') || (onlyReads && name !== readersHook)) return false;
      return process.platform === 'win32' || lookAtFile(join(folder, name)) === 'program';
    });
  } catch {
    return undefined;
  }
}

/** Git looks into those that are checked out, by their own settings. */
async function lookInSubmodules(folder: string, search: Search): Promise<string | undefined> {
  if (search.depth >= deepest) return 'a submodule in submodules';
  const top = (await run(folder, ['rev-parse', '--show-toplevel'], search)).replace(/\n$/, '');
  if (top === '') return undefined;
  const entries = await run(top, ['ls-files', '--stage', '-z'], search);
  for (const [, path = ''] of entries.matchAll(/(?<=^|\0)160000 [^\t]*\t([^\0]+)/g)) {
    const module = join(top, path);
    if (!existsSync(join(module, '.git'))) continue;
    const found = await look(module, { ...search, depth: search.depth + 1 });
    if (found !== undefined) return `${found.what} of the submodule ${path}`;
  }
  return undefined;
}

/** What git prints, or nothing where it fails: then it fails for the command, too. */
async function run(folder: string, words: readonly string[], { program, env }: Search): Promise<string> {
  const options = { cwd: folder, env, maxBuffer: mostBytes, timeout: maxMs, windowsHide: true };
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'safe.bareRepository=explicit', '--no-optional-locks'];
  return promisify(execFile)(program, [...safe, ...words], options).then(
    ({ stdout }) => stdout,
    (error: unknown) => {
      if ((error as { killed?: boolean }).killed) throw error;
      return '';
    },
  );
}
