import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { createMissingProgramError, findProgram } from '../find-program.ts';

type EditedText =
  | { type: 'edited'; text: string }
  /** The editor failed, and the text is unchanged. `reason` is for people. */
  | { type: 'kept'; reason: string };

type EditorOptions = {
  env: Env;
  /** Asks the editor to end. What it has saved by then is the edited text. */
  signal: AbortSignal;
  platform?: NodeJS.Platform;
};

/**
 * Opens a text in the editor of VISUAL or EDITOR, and waits until it ends. The editor has the terminal meanwhile: the caller must not read
 * from it or handle Ctrl+C. An editor that is asked to end and does not is killed. Drops one newline at the end. Throws CliError `config` if the editor cannot be started.
 */
export async function editText(
  text: string,
  { env, signal: ending, platform = process.platform }: EditorOptions,
): Promise<EditedText> {
  const command = env.VISUAL?.trim() || env.EDITOR?.trim() || (platform === 'win32' ? 'notepad' : 'vi');
  // Other users can read the temporary folder, but not our own folder in it.
  const folder = await mkdtemp(join(tmpdir(), 'copilot-cli-'));
  try {
    const path = join(folder, 'prompt.md');
    await writeFile(path, `${text}\n`, { mode: 0o600 });
    const { code, signal } = await runEditor(command, path, { env, platform, signal: ending });
    if (signal && !ending.aborted)
      return { type: 'kept', reason: `the editor was stopped by ${signal}; the text is unchanged` };
    if (code !== 0 && !ending.aborted)
      return { type: 'kept', reason: `the editor failed with ${code}; the text is unchanged` };
    const edited = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
    if (edited instanceof Error)
      return { type: 'kept', reason: `${describeUnread(edited)}; the text is unchanged` };
    return { type: 'edited', text: toText(edited) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describeUnread({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'the editor removed its file';
  if (code === 'EISDIR') return 'the editor put a folder in place of its file';
  return `the file of the editor cannot be read: ${code ?? message}`;
}

type Exit = { code: number | null; signal: NodeJS.Signals | null };

function runEditor(
  command: string,
  path: string,
  { env, platform, signal }: { env: Env; platform: NodeJS.Platform; signal: AbortSignal },
): Promise<Exit> {
  signal.throwIfAborted();
  const options: SpawnOptions = { stdio: 'inherit', env: { ...env } };
  const [program = '', ...parameters] = splitCommand(command);
  const found = findProgram(program, { env, platform });
  if (found === undefined) return Promise.reject(toStartError(program, createMissingProgramError(program)));
  // On Windows an editor may be a batch file, such as VS Code's, which only a shell can start.
  const child =
    platform === 'win32'
      ? spawn([found, ...parameters, path].map(quote).join(' '), { ...options, shell: true })
      : spawn(found, [...parameters, path], options);
  const stop = endOnAbort(child, signal);
  return new Promise<Exit>((resolve, reject) => {
    child.once('error', (cause) => reject(toStartError(program, cause)));
    child.once('exit', (code, endedBy) => resolve({ code, signal: endedBy }));
  }).finally(stop);
}

/** How long an editor may take to save and to restore the terminal, in milliseconds. */
const goodbyeMs = 1_000;

/** Some editors, such as a shell script around one, do not end when they are asked to. */
function endOnAbort(child: ChildProcess, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), goodbyeMs);
  };
  signal.addEventListener('abort', end);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  };
}

/** For cmd.exe, which cannot escape a quote. */
function quote(word: string): string {
  return `"${word.replaceAll('"', '')}"`;
}

function toStartError(program: string, cause: Error): CliError {
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  const reason = isMissing ? 'is not installed, or not in PATH' : `could not be started: ${cause.message}`;
  return new CliError('config', `the editor ${program} ${reason}`, {
    hint: 'Set EDITOR to the editor that you use, such as: export EDITOR="code --wait"',
    cause,
  });
}

function toText(content: string): string {
  return content
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .replace(/\n$/, '');
}

/** Splits a command into words as a shell does, with quotes and backslashes. Expands nothing. */
export function splitCommand(command: string): string[] {
  const words = command.matchAll(/(?:[^\s'"\\]|'[^']*'?|"(?:[^"\\]|\\[\s\S]?)*"?|\\[\s\S]?)+/g);
  return [...words].map(([word]) => unquote(word));
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'?|"((?:[^"\\]|\\[\s\S]?)*)"?|\\([\s\S]?)/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  );
}
