import { spawn } from '@lydell/node-pty';
import { keepLastBytes } from './last-bytes.ts';

/** What one read from the pseudo-terminal gave. `at` is in milliseconds of `performance.now()`. */
export type TerminalWrite = { at: number; text: string };

export type Exit = { code: number; signal: number | undefined };

export type PseudoTerminal = {
  readonly pid: number;
  /** `performance.now()` just before the program was started. */
  readonly startedAt: number;
  /** Everything that the program wrote so far, as it was read. */
  readonly writes: readonly TerminalWrite[];
  /** Resolves when the program has ended and all that it wrote was read. */
  readonly exit: Promise<Exit>;
  write(bytes: string): void;
  resize(columns: number, rows: number): void;
  /** Takes nothing of what the program writes until `resume`, like a connection that stands still. */
  pause(): void;
  resume(): void;
  signal(name: NodeJS.Signals): void;
  /** Kills the program, and resolves when it is gone. */
  close(): Promise<void>;
};

export type PseudoTerminalOptions = {
  /** The program to start; Node if left out. */
  program?: string;
  argv: string[];
  env: Record<string, string>;
  cwd?: string;
  columns?: number;
  rows?: number;
  onWrite?: (write: TerminalWrite) => void;
};

/** Starts Node, or another program, in a pseudo-terminal. */
export function openPseudoTerminal({
  program = process.execPath,
  argv,
  env,
  cwd = process.cwd(),
  columns = 80,
  rows = 24,
  onWrite = () => {},
}: PseudoTerminalOptions): PseudoTerminal {
  const writes: TerminalWrite[] = [];
  const startedAt = performance.now();
  const pty = spawn(program, argv, {
    cols: columns,
    rows,
    cwd,
    env: withoutCi({ TERM: 'xterm-256color', ...env }),
  });
  const lastBytes = keepLastBytes(pty.pid, pty);
  pty.onData((text) => {
    lastBytes.noteRead();
    const write = { at: performance.now(), text };
    writes.push(write);
    onWrite(write);
  });
  let hasEnded = false;
  const exit = new Promise<Exit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      hasEnded = true;
      resolve({ code: exitCode, signal: signal === 0 ? undefined : signal });
    });
  });
  const signal = (name: NodeJS.Signals): void => {
    // The number of a process that has ended may belong to another one by now.
    if (!hasEnded) pty.kill(name);
  };
  return {
    pid: pty.pid,
    startedAt,
    writes,
    exit,
    write: (bytes) => pty.write(bytes),
    resize: (newColumns, newRows) => pty.resize(newColumns, newRows),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    signal,
    async close() {
      signal('SIGKILL');
      await exit;
    },
  };
}

/** Libraries that draw take `CI`, even an empty one, as a reason to draw nothing. */
function withoutCi(env: Record<string, string>): Record<string, string> {
  const { CI: _, CONTINUOUS_INTEGRATION: __, ...rest } = env;
  return rest;
}
