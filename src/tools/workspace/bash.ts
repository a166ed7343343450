import { existsSync } from 'node:fs';
import { dirname, parse } from 'node:path';
import { withoutOwnSecrets } from '../../auth/own-secrets.ts';
import type { Env } from '../../env.ts';
import { findProgram, withAbsolutePath } from '../../find-program.ts';
import type { JsonObject } from '../../json-value.ts';
import { type ProcessGroup, readInTurns, startGroup } from '../../process-group.ts';
import { isSecretVariable } from '../../secret-variable.ts';
import { showName } from '../../terminal-text.ts';
import { type Outcome, type Plan, type RunContext, ToolError } from '../tool.ts';
import { commandSeconds } from './definitions.ts';
import { readCount, readText } from './input.ts';
import { createLongOutput, type LongOutput } from './long-output.ts';
import type { Workspace } from './workspace.ts';

/** How long a command may take to end after a signal, and what it left may write after its end, in milliseconds. */
const graceMs = 2000;
/** The system takes no longer word, in bytes. */
const longestCommand = 100_000;
/** How often a person is told how it goes, in milliseconds. */
const progressMs = 250;

export async function planBash(input: JsonObject, workspace: Workspace): Promise<Plan> {
  const command = readText(input, 'command');
  if (command.trim() === '') throw new ToolError('`command` is empty.');
  if (command.includes('\0')) throw new ToolError('`command` holds a NUL.');
  if (Buffer.byteLength(command) > longestCommand)
    throw new ToolError('`command` is too long. Write it to a file with create, and run that.');
  const seconds = readCount(input, 'timeout', { least: 1, ...commandSeconds });
  const folder = await workspace.places.findFolder();
  return {
    accesses: [{ kind: 'shell', command }],
    summary: `bash ${showName(command)}`,
    preview: { type: 'command', command, folder },
    run: (context) => runCommand({ command, seconds, folder }, workspace, context),
  };
}

type Order = { command: string; seconds: number; folder: string };

async function runCommand(
  { command, seconds, folder }: Order,
  { env, secretVariables, outputFolder, now }: Workspace,
  { signal, onProgress }: RunContext,
): Promise<Outcome> {
  signal.throwIfAborted();
  const { program, words } = chooseShell(command, env);
  const group = startGroup(program, words, {
    env: toCommandEnv(env, secretVariables),
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    lingerMs: graceMs,
  });
  const output = createLongOutput({
    folder: outputFolder,
    name: `bash-${now()}-${group.child.pid}.txt`,
    env,
  });
  let reason: string | undefined;
  const stop = (why: string): void => {
    reason ??= why;
    void group.end(graceMs);
  };
  /** Nobody reads on, whatever it still writes. */
  const close = (): void => {
    group.child.stdout?.destroy();
    group.child.stderr?.destroy();
  };
  const onAbort = (): void => {
    stop('It was stopped.');
    close();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(
    () => stop(`It was stopped after ${seconds} s. Raise \`timeout\`, or run less at once.`),
    seconds * 1000,
  );
  try {
    let toldAt = 0;
    read(group, (text) => {
      if (!output.add(text)) {
        stop('It was stopped because it wrote too much.');
        close();
      }
      if (now() - toldAt < progressMs) return;
      toldAt = now();
      onProgress(output.readLast().slice(0, 200));
    });
    const ended = await group.ended;
    signal.throwIfAborted();
    if (ended.error) throw new ToolError(`The shell cannot be started: ${ended.error.message}`);
    return describe(output.end(), reason ?? describeEnd(ended), ended.code === 0 && reason === undefined);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    close();
  }
}

function read({ child }: ProcessGroup, onText: (text: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    readInTurns(stream.setEncoding('utf8'), onText);
    stream.on('error', () => {});
  }
}

function describe({ text, path }: ReturnType<LongOutput['end']>, end: string, isSuccess: boolean): Outcome {
  const notes = [text || '(no output)', path && `[The whole output: ${path}]`, `[${end}]`];
  return {
    parts: [{ type: 'text', text: notes.filter(Boolean).join('\n') }],
    ...(!isSuccess && { isError: true }),
  };
}

function describeEnd({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): string {
  return signal ? `It was ended by ${signal}.` : `Exit code ${code}.`;
}

/** Bash, or what there is. One pipe for both outputs keeps their order. No files of settings are read. */
function chooseShell(command: string, env: Env): { program: string; words: string[] } {
  const bash = findProgram('bash', { env });
  // Behind two dashes, a command that begins with one is not a flag.
  const words = [...(bash === undefined ? [] : ['--noprofile', '--norc']), '-c', '--', command];
  if (process.platform !== 'win32')
    return { program: '/bin/sh', words: ['-c', 'exec "$0" "$@" 2>&1', bash ?? '/bin/sh', ...words] };
  if (bash === undefined)
    throw new ToolError('There is no bash on this machine. Ask the user to install Git for Windows.');
  return { program: bash, words };
}

/** Sockets and files are no secrets, and programs need their paths, also of what they will make in a folder. A key may begin with a slash, too. */
function isPath(name: string, value: string, { HOME: home = '' }: Env): boolean {
  if (!/^(?:[/~]|[A-Za-z]:[\\/])/.test(value)) return false;
  const path = value.replace(/^~(?=\/)/, home);
  if (existsSync(path)) return true;
  const folder = dirname(path);
  return /_(?:SOCK|FILE|PATH|DIR|HOME)$/i.test(name) && folder !== parse(folder).root && existsSync(folder);
}

/**
 * Without these, files that look like a repository (`HEAD`, `objects`, `refs`) count as one, and their `config` names a program that `git status`
 * starts. Other settings of a real repository are trusted, as a person at the shell trusts them.
 */
const gitSettings: readonly (readonly [name: string, value: string])[] = [
  ['safe.bareRepository', 'explicit'],
  ['core.fsmonitor', 'false'],
  // A look at differences goes into no submodule, which has settings of its own.
  ['diff.submodule', 'short'],
  ['status.submoduleSummary', 'false'],
];

const mostGitSettings = 100;

/** Behind those that the person gave in the same way and whose values may be passed on. */
function toGitEnv(env: Env, mayPass: (name: string, value: string) => boolean): Env {
  const count = Math.min(Number(env.GIT_CONFIG_COUNT ?? 0) || 0, mostGitSettings);
  const given = Array.from({ length: Math.max(0, Math.floor(count)) }, (_, index) => {
    const [name, value] = [env[`GIT_CONFIG_KEY_${index}`], env[`GIT_CONFIG_VALUE_${index}`]];
    return name !== undefined && value !== undefined && mayPass(name, value) ? [[name, value] as const] : [];
  }).flat();
  const all = [...given, ...gitSettings];
  const pairs = all.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, name],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(all.length) };
}

/** Nothing waits for a person, and nothing is painted. */
const quiet = { PAGER: 'cat', GIT_PAGER: 'cat', GIT_TERMINAL_PROMPT: '0', TERM: 'dumb' };

/**
 * Without our own secrets, those of others, the file that Bash reads before a command, the door to the terminal in which a person is asked, and what
 * changes where `cd` goes, what a wildcard means, or which program a name is: a command is judged without them.
 */
function toCommandEnv(env: Env, secretVariables: readonly string[]): Env {
  const clean = withAbsolutePath(withoutOwnSecrets(env, secretVariables));
  const mayPass = (name: string, value: string): boolean =>
    !/header|token|passw|secret|credential/i.test(name) && !isSecretVariable(name, value);
  const entries = Object.entries(clean).filter(
    ([name, value]) =>
      !/^(?:COPILOT_|GITHUB_COPILOT_|GIT_CONFIG_(?:COUNT$|KEY_|VALUE_))|^(?:BASH_ENV|ENV|CDPATH|GLOBIGNORE|SHELLOPTS|BASHOPTS|FORCE_COLOR|CLICOLOR_FORCE)$|^(?:TMUX|STY$|KITTY_|WEZTERM_|ZELLIJ)/i.test(
        name,
      ) &&
      (isPath(name, value, env) || !isSecretVariable(name, value)),
  );
  return { ...Object.fromEntries(entries), ...quiet, ...toGitEnv(clean, mayPass) };
}
