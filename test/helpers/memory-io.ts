import { Readable } from 'node:stream';
import type { Io, Output } from '../../src/terminal/io.ts';

export type MemoryIoOptions = {
  stdoutIsTerminal?: boolean;
  stderrIsTerminal?: boolean;
  /** Whether both outputs want colour. */
  colour?: boolean;
  columns?: number;
};

export type MemoryIo = {
  io: Io;
  /** What was written so far. */
  stdout(): string;
  stderr(): string;
};

/** Streams that keep what is written to them; nothing comes from stdin. */
export function createMemoryIo(options: MemoryIoOptions = {}): MemoryIo {
  const { stdoutIsTerminal = false, stderrIsTerminal = false, colour = false, columns = 80 } = options;
  const written = { stdout: '', stderr: '' };
  const createOutput = (name: keyof typeof written, isTerminal: boolean): Output => ({
    isTerminal,
    canRedraw: isTerminal,
    colour,
    columns,
    rows: 24,
    onResize: () => () => {},
    writeNow(text) {
      written[name] += text;
    },
    flush: async () => {},
    async write(text) {
      written[name] += text;
    },
  });
  return {
    io: {
      stdin: { isTerminal: false, stream: Readable.from([]) },
      stdout: createOutput('stdout', stdoutIsTerminal),
      stderr: createOutput('stderr', stderrIsTerminal),
    },
    stdout: () => written.stdout,
    stderr: () => written.stderr,
  };
}
