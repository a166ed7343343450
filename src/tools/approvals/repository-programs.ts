import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '../../env.ts';
import { findProgram, lookAtFile } from '../../find-program.ts';
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

const mostBytes = 32 * 1024 * 1024;
const maxMs = 10_000;
/** Submodules in submodules. */
const deepest = 3;

/**
 * What a repository itself, and none of the person's own settings, makes git run beside the command: a name of a setting or of a hook. A folder
 * from an archive can bring both. Undefined if there is none, or if no git runs.
 */
export async function findRepositoryProgram(
  parts: readonly ShellPart[],
  folder: string,
  env: Env,
): Promise<string | undefined> {
  const calls = parts.filter(({ words: [name = ''] }) => toProgram(name) === 'git');
  const program = calls.length === 0 ? undefined : findProgram('git', { env });
  if (program === undefined) return undefined;
  const onlyReads = calls.every(({ words }) => {
    const [first = '', second = ''] = words.slice(1);
    return readers.has(first === '--no-pager' ? second : first);
  });
  return look(folder, { program, env, onlyReads, depth: 0 }).catch(() => 'more than can be looked through');
}

type Search = { program: string; env: Env; onlyReads: boolean; depth: number };

async function look(folder: string, search: Search): Promise<string | undefined> {
  const git = (...words: string[]): Promise<string> => run(folder, words, search);
  const [settings, hooksLine] = await Promise.all([
    git('config', '--list', '--show-scope', '--null', '--includes'),
    git('rev-parse', '--git-path', 'hooks'),
  ]);
  const fields = settings.split('\0');
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [scope, pair = ''] = [fields[at], fields[at + 1]];
    const end = pair.indexOf('\n');
    const [name, value] = end === -1 ? [pair, 'true'] : [pair.slice(0, end), pair.slice(end + 1)];
    if ((scope !== 'local' && scope !== 'worktree') || !programSettings.test(name)) continue;
    if (harmlessValue.test(value.trim()) && name !== 'core.hookspath') continue;
    // Commands of ours run without it. In a submodule, git forgets that.
    if (name === 'core.fsmonitor' && search.depth === 0) continue;
    if (name === 'core.hookspath' && search.onlyReads) continue;
    return `\`${name}\``;
  }
  const hooks = hooksLine.replace(/\n$/, '');
  if (hooks === '') return undefined;
  const hook = isOfPerson(fields) ? undefined : findHook(resolve(folder, hooks), search);
  if (hook !== undefined) return `the hook \`${hook}\``;
  return lookInSubmodules(folder, search);
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
    if (found !== undefined) return `${found} of the submodule ${path}`;
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
