import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import type { Env } from '../env.ts';
import { findProgram } from '../find-program.ts';
import type { Io } from './io.ts';
import { isInBackground } from './job.ts';

/**
 * Our terminal while a command runs on one of its own. If the program between the two read our terminal, it would take keys with it when it
 * ends. So the keys are read here and handed on.
 */
export type CommandKeys = {
  /** Resolves when our terminal shows output as it is. */
  ready(): Promise<void>;
  /** The words for `stty` that give the terminal of the command the modes and the size of ours. */
  readonly modes: readonly string[];
  /** Hands on what was typed so far, and each key from now on. `onInterrupt` is called before Ctrl+C is handed on. */
  handOn(target: Writable, onInterrupt: () => void): void;
  /** The command has ended: hands on an end mark, and no key behind it. */
  end(): void;
  /** What was not read, with whole lines: the terminal of the command drops the end of long ones. */
  complete(unread: Buffer): Buffer;
  /** What stands before the end mark, once it has come back. */
  readUpToEnd(received: Buffer): Buffer | undefined;
  /** Gives the terminal of the command the size of ours whenever that changes. */
  keepSize(terminal: () => string): void;
  /** Restores our terminal. Resolves with what was not handed on. */
  close(): Promise<Buffer>;
};

/** As a byte. */
const ctrlC = 3;

/** The longest line that a terminal's line editor holds, in bytes. */
export const maxLineBytes = process.platform === 'darwin' ? 1_023 : 4_095;

/** How much of what was handed on is remembered, in bytes. */
const maxRemembered = 4 * 1024 * 1024;

type RawInput = Readable & { setRawMode?: (isRaw: boolean) => unknown; ref?: () => unknown };

/** Undefined if there is no terminal whose keys could be read. Waits for nothing: meanwhile our terminal would show what is typed. */
export function readCommandKeys({ stdin, stdout }: Io, env: Env): CommandKeys | undefined {
  const stty = findProgram('stty', { env });
  const stream: RawInput = stdin.stream;
  if (!stdin.isTerminal || !stream.setRawMode || stty === undefined || isInBackground()) return undefined;
  const options = { env: { ...env }, stdio: ['inherit' as const, 'pipe' as const, 'ignore' as const] };
  const saved = spawnSync(stty, ['-g'], options).stdout?.toString().trim() ?? '';
  if (!/^[\w:=-]+$/.test(saved)) return undefined;
  const endMark = Buffer.from(randomBytes(12).toString('hex'));
  const kept: Buffer[] = [];
  const handedOn: Buffer[] = [];
  let rememberedBytes = 0;
  let target: Writable | undefined;
  let prepareInterrupt = (): void => {};
  let isClosed = false;
  let preparing = Promise.resolve();
  const stops: (() => void)[] = [];

  const runStty = (words: string[]): Promise<void> =>
    new Promise((resolve) => {
      const settle = (): void => resolve();
      spawn(stty, words, options).once('error', settle).once('close', settle);
    });

  function onData(chunk: Buffer | string): void {
    const bytes = Buffer.from(chunk);
    if (!target?.writable) {
      kept.push(bytes);
      return;
    }
    if (bytes.includes(ctrlC)) prepareInterrupt();
    send(target, bytes);
  }

  function send(to: Writable, bytes: Buffer): void {
    to.write(bytes);
    handedOn.push(bytes);
    rememberedBytes += bytes.length;
    while (rememberedBytes > maxRemembered) rememberedBytes -= handedOn.shift()?.length ?? 0;
  }

  /** Node leaves the output to the terminal, which would then write each line end as two characters, as the other terminal does already. */
  function enter(): void {
    stream.setRawMode?.(true);
    preparing = runStty(['-opost']);
  }

  /** The shell has put the terminal into its own mode. */
  function enterAgain(): void {
    if (isInBackground()) return;
    stream.setRawMode?.(false);
    enter();
  }

  function toSize(): string[] {
    return ['rows', String(stdout.rows), 'cols', String(stdout.columns)];
  }

  enter();
  stream.on('data', onData);
  stream.ref?.();
  stream.resume();
  process.on('SIGCONT', enterAgain);

  return {
    ready: () => preparing,
    modes: [saved, ...toSize()],
    handOn(given, onInterrupt) {
      prepareInterrupt = onInterrupt;
      // The command may end at any time.
      given.on('error', () => {});
      for (const bytes of kept.splice(0)) send(given, bytes);
      target = given;
    },
    end() {
      target?.write(endMark);
      target = undefined;
    },
    complete(unread) {
      // One character a byte.
      const lines = unread.toString('latin1').split('\n');
      if (!lines.some(isCut)) return unread;
      const typed = Buffer.concat(handedOn)
        .toString('latin1')
        .split(/[\r\n]/);
      const whole = lines.map((line) =>
        isCut(line) ? (typed.find((one) => one.startsWith(line.slice(0, maxLineBytes - 1))) ?? line) : line,
      );
      return Buffer.from(whole.join('\n'), 'latin1');
    },
    readUpToEnd(received) {
      const end = received.indexOf(endMark);
      return end === -1 ? undefined : received.subarray(0, end);
    },
    keepSize(terminal) {
      stops.push(stdout.onResize(() => void runStty(['-F', terminal(), ...toSize()])));
    },
    async close() {
      if (isClosed) return Buffer.concat(kept);
      isClosed = true;
      for (const stop of stops) stop();
      process.off('SIGCONT', enterAgain);
      stream.off('data', onData).pause();
      await preparing;
      if (!isInBackground()) stream.setRawMode?.(false);
      return Buffer.concat(kept);
    },
  };
}

function isCut(line: string): boolean {
  return line.length >= maxLineBytes - 1;
}
