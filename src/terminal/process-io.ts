import type { WriteStream } from 'node:tty';
import type { Env } from '../env.ts';
import { CliError, ClosedPipeError } from '../errors.ts';
import { type ColourChoice, wantsColour } from './colour.ts';
import type { Io, Output } from './io.ts';

export type ProcessIoOptions = {
  env: Env;
  colour: ColourChoice;
  /** Called when stdout takes no more: ClosedPipeError where its reader has gone, CliError where writing failed. */
  onBrokenOutput: (error: Error) => void;
};

type Streams = { stdin: NodeJS.ReadStream; stdout: WriteStream; stderr: WriteStream };

/** The real streams of the process. */
export function createProcessIo(streams: () => Streams, options: ProcessIoOptions): Io {
  const { stdout, stderr } = streams();
  stdout.on('error', (error: NodeJS.ErrnoException) => options.onBrokenOutput(toOutputError(error)));
  // Whoever closed stderr does not want to hear of it.
  stderr.on('error', () => {});
  return {
    // Touching process.stdin opens it, so only a command that reads does.
    get stdin() {
      const { stdin } = streams();
      return { isTerminal: stdin.isTTY === true, stream: stdin };
    },
    stdout: createOutput(stdout, options),
    stderr: createOutput(stderr, options),
  };
}

function toOutputError(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE' || error.code === 'EOF') return new ClosedPipeError('the reader has gone');
  return new CliError('internal', `stdout cannot be written (${error.code ?? error.message})`, {
    hint: 'Check the disk, or where stdout goes.',
    cause: error,
  });
}

function createOutput(stream: WriteStream, { env, colour }: ProcessIoOptions): Output {
  const isTerminal = stream.isTTY === true;
  return {
    isTerminal,
    colour: wantsColour(colour, env, isTerminal),
    get columns() {
      return stream.columns || Number(env.COLUMNS) || 80;
    },
    flush: () => new Promise((resolve) => stream.write('', () => resolve())),
    async write(text) {
      if (stream.destroyed || stream.writableEnded) throw new ClosedPipeError('the reader has gone');
      if (!stream.write(text)) await drain(stream);
    },
  };
}

function drain(stream: WriteStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
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
    stream.on('drain', onDrain).on('close', onGone).on('error', onGone);
  });
}
