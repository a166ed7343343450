import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readlinkSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { toShellWord } from '../command-line.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { findProgram } from '../find-program.ts';
import { startWatch, type Watch } from '../process-group.ts';
import { endProgram } from '../start-program.ts';
import { stripControls } from '../terminal-text.ts';
import { type CommandKeys, readCommandKeys } from './command-keys.ts';
import { markPiece, removeEcho } from './echo.ts';
import type { Io } from './io.ts';
import { findForeground } from './job.ts';

type RunOptions = {
  /** The terminal of the person. */
  io: Io;
  env: Env;
  cwd: string;
  /** Shows the output while it comes. Resolves when more may be shown. */
  write: (text: string) => Promise<void>;
  /** Called when all the output was shown, and before our terminal is restored and shows what is typed. */
  onShown?: () => Promise<void>;
  signal: AbortSignal;
  platform?: NodeJS.Platform;
};

export type RunOutcome = {
  code: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** Raw, with controls but without the echo of `unread`. Of a long output, only the beginning and the end. */
  output: string;
  /** The line in it that stands for what is left out. A secret may be cut there. */
  cut: string | undefined;
  /** What the person typed and the command did not read. Empty if the terminal still has it. */
  unread: string;
};

type Invocation = {
  program: string;
  words: string[];
  options?: SpawnOptions;
  /** Whether the command gets a terminal of its own, with our keys from a pipe. Then file descriptor 3 is as `toScript` says. */
  hasTerminal?: boolean;
};

/**
 * Runs a command in the person's shell on our terminal, and keeps its output. With a suitable `script`, the command gets a terminal of its
 * own, so full-screen programs work, too. If the signal aborts, the command is ended, and the outcome says what it did not read. Throws
 * CliError `config` if the shell cannot be started, `usage` if the folder is gone.
 */
export async function runCommand(
  command: string,
  { io, env, cwd, write, onShown, signal, platform = process.platform }: RunOptions,
): Promise<RunOutcome> {
  const keys = platform === 'win32' || platform === 'darwin' ? undefined : readCommandKeys(io, env);
  // Nothing else ends the command if this process is killed.
  const watch = startWatch(env, platform);
  try {
    const chosen = await chooseInvocation(command, watch.env, { platform, keys });
    const { program, words, options, hasTerminal } = chosen;
    await (hasTerminal ? keys?.ready() : keys?.close());
    const child = spawn(program, words, {
      env: { ...watch.env },
      ...options,
      cwd,
      stdio: hasTerminal ? ['pipe', 'pipe', 'pipe', 'pipe'] : ['inherit', 'pipe', 'pipe', 'ignore'],
    });
    const started = once(child, 'spawn').catch((cause) => {
      if (existsSync(cwd))
        throw new CliError('config', `${program} cannot be started`, { hint: 'Check SHELL.', cause });
      throw new CliError('usage', `the folder ${cwd} is no longer there`, {
        hint: 'Make it again, or go to another one.',
        cause,
      });
    });
    const ended = once(child, 'close').catch(() => [null, 'SIGTERM'] as const);
    const capture = createCapture();
    const told = keys && hasTerminal ? followScript(child, keys, watch) : undefined;
    const stop = onAbort(signal, () => endCommand(child, told?.group, { env, platform }));
    await started.catch((error) => {
      stop();
      throw error;
    });
    await Promise.all([
      ...[child.stdout, child.stderr].map(async (stream) => {
        for await (const piece of stream?.setEncoding('utf8') ?? []) {
          const isEscape = told?.group !== undefined && (await endsWithEscape(piece, stream));
          if (isEscape) interrupt(child, told.group);
          const text = isEscape ? piece.replace(/\[$/, 'C') : piece;
          capture.add(markPiece(text));
          // The terminal may be gone; what was typed is still to be read.
          await write(text).catch((error) => {
            if (!signal.aborted) throw error;
          });
        }
      }),
      told?.ended,
    ]);
    const [code, endedBy] = await ended;
    stop();
    await onShown?.();
    const left = told?.unread ?? Buffer.alloc(0);
    const kept = (await keys?.close()) ?? Buffer.alloc(0);
    return {
      code: told?.code ?? code ?? undefined,
      signal: told?.code === undefined ? (endedBy ?? undefined) : undefined,
      output: removeEcho(capture.read(), left.toString()),
      cut: capture.findCut(),
      unread: Buffer.concat([left, kept]).toString(),
    };
  } finally {
    watch.leave();
    await keys?.close();
  }
}

type ScriptReport = {
  /** The process group of the command, once it is known. */
  group?: number | undefined;
  /** Of the command, once it has ended. */
  code?: number | undefined;
  /** What the command did not read. */
  unread?: Buffer;
  /** Resolves when nothing more is told. */
  ended?: Promise<void>;
};

/** Time allowed for the end mark to come back, in milliseconds. Something that the command left behind may have read it. */
const markMs = 2_000;

/** Hands the keys on while the command runs. */
function followScript(child: ChildProcess, keys: CommandKeys, watch: Watch): ScriptReport {
  const report: ScriptReport = {};
  const [stdin, , , stream] = child.stdio;
  if (!stdin || !(stream instanceof Readable)) return report;
  const finish = (): void => {
    // It has become the program that reads what is left, which never ends by itself.
    if (report.group !== undefined) signalTo(report.group, 'SIGKILL');
  };
  const read = async (): Promise<void> => {
    let received = Buffer.alloc(0);
    let timer: NodeJS.Timeout | undefined;
    const takeLine = (): number | undefined => {
      const end = received.indexOf('\n');
      if (end === -1) return undefined;
      const line = Number(received.subarray(0, end));
      received = received.subarray(end + 1);
      return line;
    };
    for await (const chunk of stream) {
      received = Buffer.concat([received, chunk]);
      if (report.group === undefined) {
        report.group = takeLine();
        if (report.group === undefined) continue;
        const { group } = report;
        watch.watch(group);
        keys.handOn(stdin, () => goOn(child, group));
        keys.keepSize(() => readlinkSync(`/proc/${report.group}/fd/0`));
      }
      if (report.code === undefined) {
        report.code = takeLine();
        if (report.code === undefined) continue;
        keys.end();
        timer = setTimeout(finish, markMs);
      }
      const unread = keys.readUpToEnd(received);
      report.unread = keys.complete(unread ?? received);
      if (unread) finish();
    }
    clearTimeout(timer);
  };
  report.ended = read();
  return report;
}

/** How long the rest of another key may take that begins as Esc does, in milliseconds. */
const keyMs = 50;

/** Whether the person pressed Esc alone: the terminal shows it as `^[`, on a line of its own if the command is silent. */
async function endsWithEscape(text: string, stream: Readable | null): Promise<boolean> {
  if (!/(?:^|\n)\^\[$/.test(text)) return false;
  await pause(keyMs);
  // If the program was busy, the rest is there and was not read yet.
  await nextTurn();
  return stream?.readableLength === 0;
}

/** What Ctrl+C does. */
function interrupt(child: ChildProcess, group: number | undefined): void {
  if (group === undefined) return;
  goOn(child, group);
  signalTo(-group, 'SIGINT');
}

/**
 * Continues a command that has stopped itself, as `suspend` of a shell does: no shell around it would, and a stopped program takes no Ctrl+C.
 * `script` stops with what it runs.
 */
function goOn(child: ChildProcess, group: number): void {
  const foreground = findForeground(group);
  signalTo(-group, 'SIGCONT');
  if (foreground !== undefined && foreground !== group) signalTo(-foreground, 'SIGCONT');
  child.kill('SIGCONT');
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
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
    if (group !== undefined) signalTo(-group, signal);
    else endProgram(child, signal, machine);
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

/**
 * Runs a command as its shell would. Writes to file descriptor 3: its process group and a newline; after the command its exit code, a newline
 * and all that its terminal still has or gets, until it is killed. Signals end only the command, and drop no keys.
 */
function toScript(
  command: string,
  shell: string,
  named: string | undefined,
  modes: readonly string[],
): string {
  return [
    named === undefined ? 'unset SHELL' : `SHELL=${toShellWord(named)}`,
    'trap : INT QUIT TERM HUP',
    `stty ${modes.join(' ')} noflsh 2>/dev/null`,
    'echo $$ >&3',
    `${toShellWord(shell)} -c ${toShellWord(command)} 3>&-`,
    'code=$?',
    // A second signal would end what reads the keys: programs take over what is ignored, but not what is trapped.
    "trap '' INT QUIT TERM HUP",
    'stty raw -echo opost 2>/dev/null && echo $code >&3 && exec cat >&3',
    'exit $code',
  ].join('\n');
}

async function chooseInvocation(
  command: string,
  env: Env,
  { platform, keys }: { platform: NodeJS.Platform; keys: CommandKeys | undefined },
): Promise<Invocation> {
  if (platform === 'win32') return { program: command, words: [], options: { shell: true } };
  const named = env.SHELL || 'sh';
  const shell = findProgram(named, { env }) ?? named;
  const script = findProgram('script', { env });
  if (script !== undefined && platform === 'darwin')
    return { program: script, words: ['-q', '/dev/null', shell, '-c', command] };
  if (script !== undefined && keys && (await isUtilLinux(script, env)))
    return {
      program: script,
      words: ['-qefc', toScript(command, shell, env.SHELL, keys.modes), '/dev/null'],
      options: { env: { ...env, SHELL: findProgram('sh', { env }) ?? 'sh' } },
      hasTerminal: true,
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

type Capture = {
  add(text: string): void;
  read(): string;
  /** The line in it that stands for what is left out. */
  findCut(): string | undefined;
};

/** Of the beginning and of the end, each, in UTF-16 code units. */
const usualLength = 65_536;

export function createCapture(length = usualLength): Capture {
  let begin = '';
  let end = '';
  let left = 0;

  /** Between lines, if that does not lose most of it. */
  function split(): { first: string; cut: string | undefined; last: string } {
    const rest = end.slice(-length);
    const omitted = left + end.length - rest.length;
    if (omitted === 0) return { first: begin, cut: undefined, last: rest };
    const stop = begin.lastIndexOf('\n') + 1;
    const first = stop >= begin.length / 2 ? begin.slice(0, stop) : begin;
    const start = rest.indexOf('\n') + 1;
    const last = start <= rest.length / 2 ? rest.slice(start) : rest;
    const count = omitted + begin.length - first.length + rest.length - last.length;
    return { first, cut: `[… ${count} characters …]`, last };
  }

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
      const { first, cut, last } = split();
      return cut === undefined ? first + last : `${first.replace(/\n$/, '')}\n${cut}\n${last}`;
    },
    findCut: () => split().cut,
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

/** What a terminal answers to the output of a command, whole: a file may ask it for words of its own choice. */
const reports = /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/** Typed characters and Enter; other keys are dropped. */
export function toTypedText(typed: string): string {
  return stripControls(typed.replace(reports, '').replace(keySequences, '').replaceAll('\r', '\n')).replace(
    /\n+$/,
    '',
  );
}

/** The output as the person saw it, in plain text: no colours, and of overwritten lines the last state. */
export function toPlainOutput(output: string): string {
  return toPlainPiece(output).trimEnd();
}

/** The same of a piece, after which more may come on the same line. */
export function toPlainPiece(output: string): string {
  const text = output.replace(escapeSequences, '').replaceAll(/(?<!\r)\r+\n/g, '\n');
  const lines = text.split('\n').map((line) => line.split('\r').findLast((part) => part !== '') ?? '');
  return stripControls(lines.join('\n'));
}
