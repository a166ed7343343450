import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { toShellWord } from '../command-line.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { findProgram } from '../find-program.ts';
import { endProgram } from '../start-program.ts';
import { stripControls } from '../terminal-text.ts';
import { markPiece, removeEcho } from './echo.ts';

type RunOptions = {
  env: Env;
  cwd: string;
  /** Shows the output while it comes. Resolves when more may be shown. */
  write: (text: string) => Promise<void>;
  signal: AbortSignal;
  platform?: NodeJS.Platform;
};

export type RunOutcome = {
  code: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** Raw, with controls but without the echo of `unread`. Of a long output, only the beginning and the end. */
  output: string;
  /** What the person typed and the command did not read. Empty if the terminal still has it. */
  unread: string;
};

type Invocation = {
  program: string;
  words: string[];
  options?: SpawnOptions;
  /** Whether it writes its process group, a newline and what the command did not read to file descriptor 3. */
  tellsUnread?: boolean;
};

/**
 * Runs a command in the person's shell on our terminal, and keeps its output. With a suitable `script`, the command gets a terminal of its
 * own, so full-screen programs work, too. If the signal aborts, the command is ended, and the outcome says what it did not read. Throws
 * CliError `config` if the shell cannot be started.
 */
export async function runCommand(
  command: string,
  { env, cwd, write, signal, platform = process.platform }: RunOptions,
): Promise<RunOutcome> {
  const { program, words, options, tellsUnread } = await chooseInvocation(command, env, platform);
  const child = spawn(program, words, {
    env: { ...env },
    ...options,
    cwd,
    stdio: ['inherit', 'pipe', 'pipe', tellsUnread ? 'pipe' : 'ignore'],
  });
  const started = once(child, 'spawn').catch((cause) => {
    throw new CliError('config', `${program} cannot be started`, { hint: 'Check SHELL.', cause });
  });
  const ended = once(child, 'close').catch(() => [null, 'SIGTERM'] as const);
  const capture = createCapture();
  const unread = createCapture();
  /** The process group of the command, once it is known. */
  let group: number | undefined;
  async function readUnread(stream: unknown): Promise<void> {
    if (!(stream instanceof Readable)) return;
    let told = '';
    for await (const text of stream.setEncoding('utf8')) {
      if (group !== undefined) {
        unread.add(text);
        continue;
      }
      told += text;
      const end = told.indexOf('\n');
      if (end === -1) continue;
      group = Number(told.slice(0, end));
      unread.add(told.slice(end + 1));
    }
  }
  const stop = onAbort(signal, () => endCommand(child, group, { env, platform }));
  await started.catch((error) => {
    stop();
    throw error;
  });
  await Promise.all([
    ...[child.stdout, child.stderr].map(async (stream) => {
      for await (const piece of stream?.setEncoding('utf8') ?? []) {
        const isEscape = group !== undefined && (await endsWithEscape(piece, stream));
        if (isEscape) interrupt(group);
        const text = isEscape ? piece.replace(/\[$/, 'C') : piece;
        capture.add(markPiece(text));
        // The terminal may be gone; what was typed is still to be read.
        await write(text).catch((error) => {
          if (!signal.aborted) throw error;
        });
      }
    }),
    readUnread(child.stdio[3]),
  ]);
  const [code, endedBy] = await ended;
  stop();
  return {
    code: code ?? undefined,
    signal: endedBy ?? undefined,
    output: removeEcho(capture.read(), unread.read()),
    unread: unread.read(),
  };
}

/** How long the rest of another key may take that begins as Esc does, in milliseconds. */
const keyMs = 50;

/** Whether the person pressed Esc alone: the terminal shows it as `^[`, on a line of its own if the command is silent. */
async function endsWithEscape(text: string, stream: Readable | null): Promise<boolean> {
  if (!/(?:^|\n)\^\[$/.test(text)) return false;
  await pause(keyMs);
  return stream?.readableLength === 0;
}

/** What Ctrl+C does. */
function interrupt(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, 'SIGINT');
  } catch {
    // It has ended.
  }
}

/** How long a command may take to end after a signal, in milliseconds. */
const goodbyeMs = 500;

/** Ends a command, but not the script around it, which has to tell what was not read. Interactive shells end at SIGHUP only. */
function endCommand(
  child: ChildProcess,
  group: number | undefined,
  machine: { env: Env; platform: NodeJS.Platform },
): () => void {
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (group !== undefined) process.kill(-group, signal);
      else endProgram(child, signal, machine);
    } catch {
      // It has ended.
    }
  };
  send('SIGTERM');
  if (group !== undefined) send('SIGHUP');
  const timer = setTimeout(() => {
    send('SIGKILL');
    if (group !== undefined) child.kill('SIGKILL');
  }, goodbyeMs);
  return () => clearTimeout(timer);
}

/** Calls `act` once the signal is aborted. Returns what undoes both. */
function onAbort(signal: AbortSignal, act: () => () => void): () => void {
  let undo = (): void => {};
  const listener = (): void => {
    undo = act();
  };
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => {
    signal.removeEventListener('abort', listener);
    undo();
  };
}

/** Runs a command as its shell would, then writes unread keys to file descriptor 3. Signals end only the command, and drop no keys. */
function toScript(command: string, shell: string, named: string | undefined): string {
  return [
    named === undefined ? 'unset SHELL' : `SHELL=${toShellWord(named)}`,
    'echo $$ >&3',
    'trap : INT QUIT TERM HUP',
    'stty noflsh 2>/dev/null',
    `${toShellWord(shell)} -c ${toShellWord(command)} 3>&-`,
    'code=$?',
    // A second signal would end what reads the keys: programs take over what is ignored, but not what is trapped.
    "trap '' INT QUIT TERM HUP",
    'stty -icanon -echo min 0 time 0 2>/dev/null && dd bs=4096 count=64 2>/dev/null >&3',
    'exit $code',
  ].join('\n');
}

async function chooseInvocation(command: string, env: Env, platform: NodeJS.Platform): Promise<Invocation> {
  if (platform === 'win32') return { program: command, words: [], options: { shell: true } };
  const named = env.SHELL || 'sh';
  const shell = findProgram(named, { env }) ?? named;
  const script = findProgram('script', { env });
  if (script !== undefined && platform === 'darwin')
    return { program: script, words: ['-q', '/dev/null', shell, '-c', command] };
  if (script !== undefined && (await isUtilLinux(script, env)))
    return {
      program: script,
      words: ['-qefc', toScript(command, shell, env.SHELL), '/dev/null'],
      options: { env: { ...env, SHELL: findProgram('sh', { env }) ?? 'sh' } },
      tellsUnread: true,
    };
  return { program: shell, words: ['-c', command] };
}

/** Other programs named `script` have other flags. */
function isUtilLinux(script: string, env: Env): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(script, ['--version'], { env: { ...env } }, (error, stdout) =>
      resolve(!error && stdout.includes('util-linux')),
    );
  });
}

type Capture = { add(text: string): void; read(): string };

/** Of the beginning and of the end, each, in UTF-16 code units. */
const usualLength = 32_768;

export function createCapture(length = usualLength): Capture {
  let begin = '';
  let end = '';
  let left = 0;
  return {
    add(text) {
      const room = length - begin.length;
      begin += text.slice(0, room);
      end += text.slice(Math.max(0, room));
      if (end.length <= 2 * length) return;
      left += end.length - length;
      end = end.slice(-length);
    },
    read() {
      const rest = end.slice(-length);
      const omitted = left + end.length - rest.length;
      if (omitted === 0) return begin + rest;
      // Cut between lines: half a secret would not be recognised and masked.
      const first = begin.slice(0, begin.lastIndexOf('\n') + 1) || begin;
      const last = rest.slice(rest.indexOf('\n') + 1);
      const cut = omitted + begin.length - first.length + rest.length - last.length;
      return `${first.replace(/\n$/, '')}\n[… ${cut} characters …]\n${last}`;
    },
  };
}

/** Full-screen programs begin with this. */
const alternateScreen = /\u001b\[\?(?:1049|1047|47)h/;

/** Whether the output is a drawing of a full-screen program, without any text. */
export function isDrawn(output: string): boolean {
  return alternateScreen.test(output);
}

/** Keys as a terminal sends them. Esc before another character is Esc alone: what was typed next is no part of it. */
const keySequences = /\u001b\[[0-?]*[ -/]*[@-~]|\u001bO[A-DFHP-S]|\u001b/g;

const escapeSequences =
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[P^_X][^\u001b]*(?:\u001b\\)?|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g;

/** Typed characters and Enter; other keys are dropped. */
export function toTypedText(typed: string): string {
  return stripControls(typed.replace(keySequences, '').replaceAll('\r', '\n')).replace(/\n+$/, '');
}

/** The output as the person saw it, in plain text: no colours, and of overwritten lines the last state. */
export function toPlainOutput(output: string): string {
  const text = output.replace(escapeSequences, '').replaceAll(/\r+\n/g, '\n');
  const lines = text.split('\n').map((line) => line.split('\r').findLast((part) => part !== '') ?? '');
  return stripControls(lines.join('\n')).trimEnd();
}
