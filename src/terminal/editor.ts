import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitCommand } from '../command-line.ts';
import { decodeUtf } from '../decode-utf.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { createMissingProgramError, findProgram } from '../find-program.ts';
import { readFileNow } from '../read-file-now.ts';
import { endProgram, toInvocation } from '../start-program.ts';

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

/** More than any model reads, in bytes. */
const maxBytes = 4 * 1024 * 1024;

/**
 * Opens a text in the editor of VISUAL or EDITOR, and waits until it ends. The editor has the terminal meanwhile: the caller must not read
 * from it or handle Ctrl+C. An editor that is asked to end and does not is killed. Drops one newline at the end. Keeps the file if it holds
 * what cannot be a prompt: the person may need it. Throws CliError `config` if the editor cannot be started or gets no file.
 */
export async function editText(
  text: string,
  { env, signal: ending, platform = process.platform }: EditorOptions,
): Promise<EditedText> {
  const command = env.VISUAL?.trim() || env.EDITOR?.trim() || (platform === 'win32' ? 'notepad' : 'vi');
  const { folder, path } = await createFile(text);
  let isWanted = false;
  try {
    const { code, signal } = await runEditor(command, path, { env, platform, signal: ending });
    if (signal && !ending.aborted)
      return { type: 'kept', reason: `the editor was stopped by ${signal}; the text is unchanged` };
    if (code !== 0 && !ending.aborted)
      return { type: 'kept', reason: `the editor failed with ${code}; the text is unchanged` };
    const saved = readSaved(path);
    if (saved.text !== undefined) return { type: 'edited', text: toText(saved.text) };
    isWanted = saved.isWanted;
    const place = isWanted ? `. Its file stays: ${path}` : '';
    return { type: 'kept', reason: `${saved.reason}; the text is unchanged${place}` };
  } finally {
    // What cannot be removed must not cost the edited text.
    if (!isWanted) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** Other users can read the temporary folder, but not our own folder in it. */
async function createFile(text: string): Promise<{ folder: string; path: string }> {
  try {
    const folder = await mkdtemp(join(tmpdir(), 'copilot-cli-'));
    const path = join(folder, 'prompt.md');
    await writeFile(path, `${text}\n`, { mode: 0o600 });
    return { folder, path };
  } catch (cause) {
    const { reason } = describeFileProblem(cause);
    throw new CliError('config', `no file for the editor can be written in ${tmpdir()}: ${reason}`, {
      hint: 'Set TMPDIR to a folder that you can write to.',
      cause,
    });
  }
}

/** `isWanted`: the file holds something that the person may want. */
type Saved = { text: string } | { text?: undefined; reason: string; isWanted: boolean };

/** Never waits: what the editor leaves may be a pipe or a device, and the signals of the person must be heard. */
function readSaved(path: string): Saved {
  try {
    const text = decodeUtf(readFileNow(path, maxBytes), { fatal: true });
    if (!text.includes('\0')) return { text };
    return { reason: 'the editor saved binary data, not text', isWanted: true };
  } catch (error) {
    if (error instanceof TypeError)
      return { reason: 'the editor saved text that is not UTF-8', isWanted: true };
    return describeUnread(error as NodeJS.ErrnoException);
  }
}

function describeUnread(error: NodeJS.ErrnoException): Saved {
  const { code } = error;
  if (code === 'ENOENT') return { reason: 'the editor removed its file', isWanted: false };
  if (code === 'EISDIR') return { reason: 'the editor put a folder in place of its file', isWanted: false };
  if (code === 'EFTYPE')
    return { reason: 'the editor put a pipe or a device in place of its file', isWanted: false };
  if (code === 'EFBIG')
    return { reason: 'the editor saved more than 4 MB, more than a model reads', isWanted: true };
  const { reason } = describeFileProblem(error);
  return { reason: `the file of the editor cannot be read: ${reason}`, isWanted: true };
}

type Exit = { code: number | null; signal: NodeJS.Signals | null };

function runEditor(
  command: string,
  path: string,
  { env, platform, signal }: { env: Env; platform: NodeJS.Platform; signal: AbortSignal },
): Promise<Exit> {
  signal.throwIfAborted();
  const options: SpawnOptions = { stdio: 'inherit', env: { ...env } };
  const [program = '', ...parameters] = splitCommand(command, platform);
  const found = findProgram(program, { env, platform });
  if (found === undefined) return Promise.reject(toStartError(program, createMissingProgramError(program)));
  const invocation = toInvocation(found, [...parameters, path], { env, platform });
  const child = spawn(invocation.program, invocation.words, { ...options, ...invocation.options });
  const stop = endOnAbort(child, signal, { env, platform });
  return new Promise<Exit>((resolve, reject) => {
    child.once('error', (cause) => reject(toStartError(program, cause)));
    child.once('exit', (code, endedBy) => resolve({ code, signal: endedBy }));
  }).finally(stop);
}

/** How long an editor may take to save and to restore the terminal, in milliseconds. */
const goodbyeMs = 1_000;

/** Some editors, such as a shell script around one, do not end when they are asked to. */
function endOnAbort(
  child: ChildProcess,
  signal: AbortSignal,
  machine: { env: Env; platform: NodeJS.Platform },
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    endProgram(child, 'SIGTERM', machine);
    timer = setTimeout(() => endProgram(child, 'SIGKILL', machine), goodbyeMs);
  };
  signal.addEventListener('abort', end);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  };
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
