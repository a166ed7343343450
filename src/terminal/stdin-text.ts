import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { decodeUtf } from '../decode-utf.ts';
import { CliError } from '../errors.ts';
import type { Hint } from '../hint.ts';
import type { Input } from './io.ts';

type StdinTextOptions = {
  /** Milliseconds to wait for the first byte of a pipe, which may be inherited; undefined waits for ever. Files never wait. */
  patience: number | undefined;
  signal: AbortSignal;
  /** Called once after `silenceMs` without a byte. */
  onSilence?: (() => void) | undefined;
  /** In place of `onSilence` behind the first byte. */
  onStall?: (() => void) | undefined;
  /** What to do if stdin cannot be read. */
  unreadableHint?: Hint;
};

/** How long a pipe is silent before the person is told, in milliseconds. */
export const silenceMs = 5_000;

/** `nothing` can hold no text: `/dev/null`, or a closed stdin, which Node replaces by it. */
export type StdinKind = 'terminal' | 'pipe' | 'file' | 'nothing';

export function findStdinKind({ isTerminal, stream }: Input): StdinKind {
  if (isTerminal) return 'terminal';
  try {
    const stat = fstatSync(stream.fd ?? 0);
    if (stat.isFIFO() || stat.isSocket()) return 'pipe';
    return stat.isCharacterDevice() ? 'nothing' : 'file';
  } catch {
    return 'nothing';
  }
}

/** Whether another process has read part of the file, as in a shell loop with `done < lines`. False on systems without `/proc`. */
export function isPartlyRead({ stream }: Input): boolean {
  return findPosition(stream.fd ?? 0) > 0;
}

/** How much of a file before its position is looked at, in bytes. */
const longestBefore = 64 * 1024;
/** A command that takes the place of the shell. Without a command, `exec` redirects. */
const execCommand = /(?:^|[;&|({]|\b(?:then|else|do))[ \t]*exec[ \t]+(?!\d*[<>]|\{)[^\s;&|<>]/m;

/** Whether a shell has read `exec` with a command in the part of the file that it read: then the rest is that of a script. */
export function isBehindExec({ stream }: Input): boolean {
  const { fd = 0 } = stream;
  try {
    const position = findPosition(fd);
    const file = openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const start = Math.max(0, position - longestBefore);
      const before = Buffer.alloc(position - start);
      return execCommand.test(before.toString('utf8', 0, readSync(file, before, 0, before.length, start)));
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** In bytes; 0 if it is not known. */
function findPosition(fd: number): number {
  try {
    const [, position] = /^pos:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return Number(position ?? 0);
  } catch {
    return 0;
  }
}

/** Reads stdin to its end, without a time limit: the person named stdin as a file. */
export async function readStdinBytes(
  input: Input,
  { signal, onSilence }: Omit<StdinTextOptions, 'patience'>,
): Promise<Buffer> {
  checkReadable(input);
  const isPipe = findStdinKind(input) === 'pipe';
  return (await readAll(input.stream, isPipe ? { signal, onSilence } : { signal })) ?? Buffer.alloc(0);
}

/** The text of stdin without its last line ending. Undefined if stdin stayed silent for too long. */
export async function readStdinText(
  input: Input,
  { patience, signal, onSilence, onStall, unreadableHint }: StdinTextOptions,
): Promise<string | undefined> {
  checkReadable(input, unreadableHint);
  const isPipe = findStdinKind(input) === 'pipe';
  const bytes = await readAll(input.stream, {
    signal,
    ...(isPipe && { patience, onSilence, onStall }),
    ...(unreadableHint && { unreadableHint }),
  });
  return bytes && decodeText(bytes).replace(/\r?\n$/, '');
}

/** Whether stdin ended, or stayed silent for too long, without a byte. */
export async function isStdinEmpty(input: Input, options: StdinTextOptions): Promise<boolean> {
  if (isFolder(input.stream.fd ?? 0)) return true;
  checkReadable(input, options.unreadableHint);
  const bytes = await readAll(input.stream, { ...options, mostBytes: 0 });
  return bytes === undefined || bytes.length === 0;
}

/** More than any model reads; an endless stdin must not fill the memory. */
const maxBytes = 32 * 1024 * 1024;

function createTooLargeError(): CliError {
  return new CliError('input_too_large', 'stdin holds more than 32 MB, more than a model reads', {
    hint: 'Send less.',
  });
}

function createFolderError(): CliError {
  return new CliError('usage', 'stdin is a folder', { hint: 'Redirect a file, or pipe text.' });
}

/** Throws CliError `usage` for a folder, and for what Node gives an empty stream instead: sockets of datagrams or packets, disks. */
function checkReadable({ stream }: Input, hint?: Hint): void {
  const fd = stream.fd ?? 0;
  if (isFolder(fd)) throw createFolderError();
  if (stream.fd !== undefined && Object.getPrototypeOf(stream) === Readable.prototype)
    throw createUnreadableError(hint);
}

function createUnreadableError(hint: Hint = 'Redirect a file, or pipe text.', cause?: unknown): CliError {
  const message = isOfNohup() ? 'stdin cannot be read: nohup has closed it' : 'stdin cannot be read';
  return new CliError('usage', message, { hint, cause });
}

/** On a terminal, nohup gives a program a /dev/null that can only be written to. False on systems without `/proc`. */
function isOfNohup(): boolean {
  try {
    return readlinkSync('/proc/self/fd/0') === '/dev/null' && readAccessMode(0) === constants.O_WRONLY;
  } catch {
    return false;
  }
}

/** Whether this is a FIFO that we could write to ourselves (`0<>fifo`): it never ends. False on systems without `/proc`. */
export function isEndlessFifo(fd: number): boolean {
  try {
    return fstatSync(fd).isFIFO() && readAccessMode(fd) === constants.O_RDWR;
  } catch {
    return false;
  }
}

/** `O_RDONLY`, `O_WRONLY` or `O_RDWR`, as proc(5) has it in the octal `flags` of an open file. */
function readAccessMode(fd: number): number {
  const [, flags = ''] = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
  return Number.parseInt(flags, 8) & 3;
}

function isFolder(fd: number): boolean {
  try {
    return fstatSync(fd).isDirectory();
  } catch {
    return false;
  }
}

async function readAll(
  stream: Readable,
  {
    patience,
    signal,
    onSilence,
    onStall = onSilence,
    unreadableHint,
    mostBytes,
  }: Partial<StdinTextOptions> & {
    signal: AbortSignal;
    /** Stop reading after more than this. */
    mostBytes?: number;
  },
): Promise<Buffer | undefined> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const patient =
      patience === undefined ? undefined : setTimeout(() => settle(() => resolve(undefined)), patience);
    let isTold = false;
    const silence = setTimeout(() => {
      const tell = length === 0 ? onSilence : onStall;
      if (!isTold) tell?.();
      isTold ||= tell !== undefined;
    }, silenceMs);
    const settle = (finish: () => void): void => {
      clearTimeout(patient);
      clearTimeout(silence);
      signal.removeEventListener('abort', onAbort);
      stream.removeAllListeners();
      // An open pipe would keep the process alive.
      stream.on('error', () => {}).destroy();
      finish();
    };
    const onAbort = (): void => settle(() => reject(signal.reason));
    signal.addEventListener('abort', onAbort);
    stream.on('data', (chunk: Buffer) => {
      clearTimeout(patient);
      silence.refresh();
      chunks.push(chunk);
      length += chunk.length;
      if (mostBytes !== undefined && length > mostBytes) settle(() => resolve(Buffer.concat(chunks)));
      else if (length > maxBytes) settle(() => reject(createTooLargeError()));
    });
    stream.on('end', () => settle(() => resolve(Buffer.concat(chunks))));
    stream.on('error', (error) => settle(() => reject(createUnreadableError(unreadableHint, error))));
  });
}

/** UTF-8, or UTF-16 with a byte-order mark, which Windows shells write. Throws CliError `usage` for anything else. */
function decodeText(bytes: Buffer): string {
  let text: string;
  try {
    text = decodeUtf(bytes, { fatal: true });
  } catch {
    throw new CliError('usage', 'stdin is not UTF-8 text', {
      hint: 'Convert it first, for example with: iconv -t UTF-8',
    });
  }
  if (text.includes('\u0000'))
    throw new CliError('usage', 'stdin is binary data, not text', { hint: 'Pipe only text.' });
  return text;
}
