import { spawn } from 'node:child_process';

export type ProgramRun = {
  stdout: string;
  stderr: string;
  /** Null if a signal or the time limit ended it. */
  code: number | null;
  /** True if the time limit ended it. */
  timedOut: boolean;
  milliseconds: number;
};

export type ProgramOptions = {
  cwd: string;
  env: Record<string, string>;
  stdin?: string;
  /** The longest time that it may take, in milliseconds. */
  limitMs: number;
  /** Once this resolves, ends the program as Ctrl+C does, which a person presses again where it goes on: opencode takes the first for nothing. */
  interrupt?: Promise<unknown>;
};

/** How much of each output is kept, in characters. */
const mostOutput = 4_000_000;
/** After Ctrl+C, in milliseconds. */
const patienceMs = 10_000;
const pressAgainMs = 3_000;

/** Runs a program in a process group of its own, which never outlives it. Rejects if the program cannot be started. */
export function runProgram(
  [program = '', ...argv]: readonly string[],
  options: ProgramOptions,
): Promise<ProgramRun> {
  const { cwd, env, stdin, limitMs, interrupt } = options;
  const startedAt = performance.now();
  const child = spawn(program, argv, {
    cwd,
    env,
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      if (output[name].length < mostOutput) output[name] += text;
    });
  }
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin);
  const endGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended.
    }
  };
  return new Promise((resolve, reject) => {
    let timedOut = false;
    let limit = setTimeout(stop, limitMs);
    let pressing: NodeJS.Timeout | undefined;
    function stop(): void {
      timedOut = true;
      endGroup('SIGKILL');
    }
    interrupt?.then(
      () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const press = (): void => {
          child.kill('SIGINT');
          pressing = setTimeout(press, pressAgainMs);
        };
        press();
        clearTimeout(limit);
        limit = setTimeout(stop, patienceMs);
      },
      () => {},
    );
    child.on('error', reject);
    // Background processes of an agent may hold its pipes open, so `close` might never come.
    child.on('exit', (code) => {
      clearTimeout(limit);
      clearTimeout(pressing);
      endGroup('SIGKILL');
      const settle = (): void =>
        resolve({ ...output, code, timedOut, milliseconds: performance.now() - startedAt });
      const late = setTimeout(settle, 1000);
      child.once('close', () => {
        clearTimeout(late);
        settle();
      });
    });
  });
}
