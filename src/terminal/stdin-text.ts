import { fstatSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { decodeUtf } from '../decode-utf.ts';
import { CliError } from '../errors.ts';
import type { Input } from './io.ts';

type StdinTextOptions = {
  /** Milliseconds to wait for the first byte of a pipe, which may be inherited; undefined waits for ever. Files never wait. */
  patience: number | undefined;
  signal: AbortSignal;
  /** Called once after `silenceMs` without a byte. */
  onSilence?: (() => void) | undefined;
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
  try {
    const [, position] =
      /^pos:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${stream.fd ?? 0}`, 'utf8')) ?? [];
    return Number(position ?? 0) > 0;
  } catch {
    return false;
  }
}

/** Reads stdin to its end, without a time limit: the person named stdin as a file. */
export async function readStdinBytes(
  input: Input,
  { signal, onSilence }: Omit<StdinTextOptions, 'patience'>,
): Promise<Buffer> {
  if (isFolder(input.stream.fd ?? 0)) throw createFolderError();
  const isPipe = findStdinKind(input) === 'pipe';
  return (await readAll(input.stream, isPipe ? { signal, onSilence } : { signal })) ?? Buffer.alloc(0);
}

/** The text of stdin without its last line ending. Undefined if stdin stayed silent for too long. */
export async function readStdinText(
  input: Input,
  { patience, signal, onSilence }: StdinTextOptions,
): Promise<string | undefined> {
  const fd = input.stream.fd ?? 0;
  if (isFolder(fd)) throw createFolderError();
  const isPipe = findStdinKind(input) === 'pipe';
  const bytes = await readAll(input.stream, isPipe ? { patience, signal, onSilence } : { signal });
  return bytes && decodeText(bytes).replace(/\r?\n$/, '');
}

/** Whether stdin ended, or stayed silent for too long, without a byte. */
export async function isStdinEmpty(
  input: Input,
  { patience, signal, onSilence }: StdinTextOptions,
): Promise<boolean> {
  if (isFolder(input.stream.fd ?? 0)) return true;
  const bytes = await readAll(input.stream, { patience, signal, onSilence, mostBytes: 0 });
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
    const timers = [
      ...(patience === undefined ? [] : [setTimeout(() => settle(() => resolve(undefined)), patience)]),
      ...(onSilence ? [setTimeout(onSilence, silenceMs)] : []),
    ];
    const endPatience = (): void => {
      for (const timer of timers) clearTimeout(timer);
    };
    const settle = (finish: () => void): void => {
      endPatience();
      signal.removeEventListener('abort', onAbort);
      stream.removeAllListeners();
      // An open pipe would keep the process alive.
      stream.on('error', () => {}).destroy();
      finish();
    };
    const onAbort = (): void => settle(() => reject(signal.reason));
    signal.addEventListener('abort', onAbort);
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      endPatience();
      chunks.push(chunk);
      length += chunk.length;
      if (mostBytes !== undefined && length > mostBytes) settle(() => resolve(Buffer.concat(chunks)));
      else if (length > maxBytes) settle(() => reject(createTooLargeError()));
    });
    stream.on('end', () => settle(() => resolve(Buffer.concat(chunks))));
    stream.on('error', (error) =>
      settle(() => reject(new CliError('usage', 'stdin cannot be read', { cause: error }))),
    );
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
