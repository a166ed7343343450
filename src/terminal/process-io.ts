import { setMaxListeners } from 'node:events';
import { fstatSync, writeSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import type { Env } from '../env.ts';
import { CliError, ClosedPipeError } from '../errors.ts';
import { once } from '../once.ts';
import type { ColourChoice, Io, Output } from './io.ts';

type ProcessIoOptions = {
  env: Env;
  colour: ColourChoice;
  /** Whether the person wants no line to be redrawn. */
  wantsPlainLines: () => boolean;
  /** Aborts when the command is ended. Then a reader that does not read is not waited for. */
  signal: AbortSignal;
  /** Called when writing to stdout fails: ClosedPipeError if its reader has gone, else CliError. */
  onBrokenOutput: (error: Error) => void;
  /** Called before text is written, so that a line that is redrawn can be erased first. */
  beforeWrite: (text: string, stream: 'stdout' | 'stderr') => void;
};

type Streams = { stdin: NodeJS.ReadStream; stdout: WriteStream; stderr: WriteStream };

export function createProcessIo(streams: () => Streams, options: ProcessIoOptions): Io {
  const { stdout, stderr } = streams();
  stdout.on('error', (error: NodeJS.ErrnoException) => options.onBrokenOutput(toOutputError(error)));
  // A person who closed stderr does not want to know.
  stderr.on('error', () => {});
  // Two streams would each wait for the terminal, and the one that comes later may be the first.
  const errors = isOneTerminal(stdout, stderr) ? stdout : stderr;
  const shared: Shared = { flushOther: () => {}, patience: once(() => createPatience(options.signal)) };
  const { beforeWrite } = options;
  return {
    // Touching process.stdin opens it, so only a command that reads stdin does.
    get stdin() {
      const { stdin } = streams();
      return { isTerminal: stdin.isTTY === true, stream: stdin };
    },
    stdout: createOutput(stdout, shared, { ...options, beforeWrite: (text) => beforeWrite(text, 'stdout') }),
    stderr: createOutput(errors, shared, { ...options, beforeWrite: (text) => beforeWrite(text, 'stderr') }),
  };
}

function isOneTerminal(stdout: WriteStream, stderr: WriteStream): boolean {
  if (!stdout.isTTY || !stderr.isTTY || process.platform === 'win32') return false;
  const [out, err] = ([stdout, stderr] as { fd?: number }[]).map(
    ({ fd }) => fd !== undefined && fstatSync(fd).rdev,
  );
  return out !== false && out === err;
}

function toOutputError(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE' || error.code === 'EOF') return new ClosedPipeError('the reader has gone');
  return new CliError('internal', `stdout cannot be written (${error.code ?? error.message})`, {
    hint: 'Check the disk, or where stdout goes.',
    cause: error,
  });
}

type OutputOptions = Omit<ProcessIoOptions, 'beforeWrite'> & { beforeWrite: (text: string) => void };

/** A stopped job hears nothing of a terminal that changes its size: as if the signal came now, after which Node knows the size. */
function readSize(): void {
  process.emit('SIGWINCH', 'SIGWINCH');
}

/** Shared by the outputs of one process, so that text for both appears in the order of writing. */
type Shared = { flushOther: () => void; patience: () => AbortSignal };

/** Time allowed for a slow reader after the command was ended, in milliseconds. */
const patienceMs = 500;

/** Aborts `patienceMs` after the signal. */
function createPatience(signal: AbortSignal): AbortSignal {
  const patience = new AbortController();
  // Both outputs listen, and each flush.
  setMaxListeners(0, patience.signal);
  // Pending output keeps the process alive.
  const begin = (): void => void setTimeout(() => patience.abort(signal.reason), patienceMs).unref();
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return patience.signal;
}

/** In UTF-16 code units. Longer text is written at once. */
const maxHeldLength = 65_536;

/**
 * Joins everything that is written in one turn of the event loop. An answer comes in many small words, and writing each one takes longer
 * than everything else that is done to it. Nothing waits for a later packet.
 */
function createOutput(
  stream: WriteStream,
  shared: Shared,
  { env, colour, wantsPlainLines, beforeWrite }: OutputOptions,
): Output {
  const isTerminal = stream.isTTY === true;
  const { fd } = stream as { fd?: number };
  const nowFd = openToGiveWay(stream) ?? fd ?? 1;
  let held = '';
  let draining = settled;

  function flushHeld(): void {
    if (held === '') return;
    const text = held;
    held = '';
    if (stream.destroyed || stream.writableEnded || stream.write(text)) return;
    draining = drain(stream, shared.patience());
    // The next writer gets the error.
    draining.catch(() => {});
  }

  return {
    isTerminal,
    fd,
    get canRedraw() {
      return isTerminal && env.TERM !== 'dumb' && !wantsPlainLines();
    },
    colour: wantsColour(colour, env, isTerminal),
    paintsLists: isTerminal || colour === 'always',
    styles: wantsStyles(colour, env, isTerminal),
    get columns() {
      return stream.columns || Number(env.COLUMNS) || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
    onResize(listener) {
      stream.on('resize', listener);
      process.on('SIGCONT', readSize);
      return () => {
        stream.off('resize', listener);
        process.off('SIGCONT', readSize);
      };
    },
    writeNow(text) {
      const bytes = Buffer.from(held + text);
      held = '';
      // Behind what waits, and never in the middle of it.
      const written = stream.writableLength > 0 ? 0 : writeAtOnce(nowFd, bytes);
      if (written < bytes.length && !stream.destroyed) stream.write(bytes.subarray(written));
    },
    flush() {
      flushHeld();
      return new Promise((resolve, reject) => {
        const patience = stream.writableLength > 0 ? shared.patience() : undefined;
        const giveUp = (): void => reject(patience?.reason);
        if (patience?.aborted) giveUp();
        patience?.addEventListener('abort', giveUp);
        stream.write('', () => {
          patience?.removeEventListener('abort', giveUp);
          resolve();
        });
      });
    },
    write(text) {
      if (stream.destroyed || stream.writableEnded)
        return Promise.reject(new ClosedPipeError('the reader has gone'));
      beforeWrite(text);
      if (shared.flushOther !== flushHeld) shared.flushOther();
      shared.flushOther = flushHeld;
      if (held === '') process.nextTick(flushHeld);
      held += text;
      if (held.length >= maxHeldLength) flushHeld();
      return draining;
    },
  };
}

/** `--color` overrides NO_COLOR, which overrides FORCE_COLOR, which overrides the kind of stream. */
export function wantsColour(choice: ColourChoice, env: Env, isTerminal: boolean): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  const force = env.FORCE_COLOR;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}

/** NO_COLOR is about colour only (no-color.org): bold and underline stay, unless something else switched off all escape codes. */
function wantsStyles(choice: ColourChoice, env: Env, isTerminal: boolean): boolean {
  if (choice !== 'auto' || !env.NO_COLOR) return wantsColour(choice, env, isTerminal);
  return (
    isTerminal && wantsColour(choice, { ...env, NO_COLOR: undefined }, isTerminal) && env.TERM !== 'dumb'
  );
}

type LibuvHandle = { fd?: number; setBlocking?: (isBlocking: boolean) => number };

/**
 * Node stands still with a terminal that takes nothing (Ctrl+S, a connection that is stuck), and no signal and no timer gets through. This
 * makes it wait as for a pipe. Only for a terminal that libuv has opened once more for itself, whose descriptor is returned: the mode of
 * any other is shared with the shell and its programs.
 */
function openToGiveWay(stream: WriteStream): number | undefined {
  const { fd, _handle: handle } = stream as { fd?: number; _handle?: LibuvHandle };
  if (!stream.isTTY || process.platform === 'win32') return undefined;
  if (handle?.fd === undefined || handle.fd < 0 || handle.fd === fd) return undefined;
  return handle.setBlocking?.(false) === 0 ? handle.fd : undefined;
}

/** Returns how many bytes are dealt with: all of them, too, if nobody will ever read them. */
function writeAtOnce(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : bytes.length;
  }
}

const settled = Promise.resolve();

function drain(stream: WriteStream, patience: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      patience?.removeEventListener('abort', onGivenUp);
      stream.off('drain', onDrain).off('close', onGone).off('error', onGone);
    };
    const onDrain = (): void => {
      settle();
      resolve();
    };
    const onGone = (): void => {
      settle();
      reject(new ClosedPipeError('the reader has gone'));
    };
    const onGivenUp = (): void => {
      settle();
      reject(patience?.reason);
    };
    if (patience?.aborted) return onGivenUp();
    patience?.addEventListener('abort', onGivenUp);
    stream.on('drain', onDrain).on('close', onGone).on('error', onGone);
  });
}
