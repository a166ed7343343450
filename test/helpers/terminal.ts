import { openPseudoTerminal, type PseudoTerminalOptions } from '../emulator/pseudo-terminal.ts';
import { binary, type Cli, expectNoSecret } from './cli.ts';
import { onTestEnd } from './overlapping.ts';

export type Terminal = {
  /** Everything that was written to the terminal so far. */
  readonly output: string;
  /** Resolves when the output matches; rejects after ten seconds, with the output. */
  waitFor(pattern: RegExp): Promise<void>;
  type(keys: string): void;
  signal(name: NodeJS.Signals): void;
  readonly exitCode: Promise<number>;
};

export type TerminalOptions = { env?: Record<string, string>; columns?: number; rows?: number };

/** Any program in a pseudo-terminal: Node, unless `program` is given. */
export type ProgramOptions = Omit<PseudoTerminalOptions, 'onWrite'>;

const patienceMs = 10_000;

/** The built program in a pseudo-terminal. For a program that draws, see `emulator.ts`. */
export function startInTerminal(
  cli: Cli,
  argv: string[],
  { env = {}, ...size }: TerminalOptions = {},
): Terminal {
  return startProgramInTerminal({ argv: ['--', binary, ...argv], env: { ...cli.env, ...env }, ...size });
}

export function startProgramInTerminal({ columns = 100, rows = 30, ...options }: ProgramOptions): Terminal {
  let output = '';
  let wake = (): void => {};
  const pty = openPseudoTerminal({
    ...options,
    columns,
    rows,
    onWrite({ text }) {
      output += text;
      wake();
    },
  });
  onTestEnd(() => pty.close());

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
    signal: pty.signal,
    exitCode: pty.exit.then(({ code }) => {
      expectNoSecret(output);
      return code;
    }),
  };
}
