import { spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { binary, type Cli, expectNoSecret } from './cli.ts';

export type Terminal = {
  /** Everything that was written to the terminal so far. */
  readonly output: string;
  /** Resolves when the output matches; rejects after ten seconds, with the output. */
  waitFor(pattern: RegExp): Promise<void>;
  type(keys: string): void;
  readonly exitCode: Promise<number>;
};

export type TerminalOptions = { env?: Record<string, string>; columns?: number };

/** Any program in a pseudo-terminal; `argv` is for Node. */
export type NodeOptions = { argv: string[]; env: Record<string, string>; cwd?: string; columns?: number };

const patienceMs = 10_000;

/** The built program in a pseudo-terminal. */
export function startInTerminal(
  cli: Cli,
  argv: string[],
  { env = {}, columns = 100 }: TerminalOptions = {},
): Terminal {
  return startNodeInTerminal({ argv: ['--', binary, ...argv], env: { ...cli.env, ...env }, columns });
}

export function startNodeInTerminal({
  argv,
  env,
  cwd = process.cwd(),
  columns = 100,
}: NodeOptions): Terminal {
  const pty = spawn(process.execPath, argv, {
    cols: columns,
    rows: 30,
    cwd,
    env: { TERM: 'xterm-256color', ...env },
  });
  let output = '';
  let wake = (): void => {};
  pty.onData((data) => {
    output += data;
    wake();
  });
  const exitCode = new Promise<number>((resolve) => {
    pty.onExit((event) => {
      expectNoSecret(output);
      resolve(event.exitCode);
    });
  });
  onTestFinished(() => {
    try {
      pty.kill();
    } catch {
      // It has ended already.
    }
  });

  return {
    get output() {
      return output;
    },
    waitFor(pattern) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`${pattern} did not come; the terminal has:\n${output}`));
        }, patienceMs);
        const check = (): void => {
          if (!pattern.test(output)) return;
          clearTimeout(timer);
          resolve();
        };
        wake = check;
        check();
      });
    },
    type: (keys) => pty.write(keys),
    exitCode,
  };
}
