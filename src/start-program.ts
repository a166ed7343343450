import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { win32 } from 'node:path';
import type { Env } from './env.ts';
import { CliError } from './errors.ts';
import { readVariable } from './find-program.ts';

export type Invocation = { program: string; words: string[]; options: SpawnOptions };

type Machine = { env: Env; platform?: NodeJS.Platform };

/**
 * What to hand to `spawn` for a program that `findProgram` found. Windows starts a batch file, as npm makes one for each of its programs, by
 * cmd.exe only, and Node refuses to do so by itself. Throws CliError `usage` for words that cmd.exe cannot pass on.
 */
export function toInvocation(
  program: string,
  words: readonly string[],
  { env, platform = process.platform }: Machine,
): Invocation {
  if (platform !== 'win32' || !/\.(?:bat|cmd)$/i.test(program))
    return { program, words: [...words], options: {} };
  const line = [program, ...words].map(quoteForBatch).join(' ');
  return {
    program: findInSystem('cmd.exe', env),
    // No AutoRun, no delayed expansion, and the outer quotes are cmd.exe's own.
    words: ['/d', '/e:on', '/v:off', '/s', '/c', `"${line}"`],
    options: { windowsVerbatimArguments: true },
  };
}

/**
 * A word that survives cmd.exe and then the program's own reading: `""` is a quote for both, and `%cd:~,%` expands to nothing, so that no
 * `%NAME%` is left to expand. A batch file hands on `%*` as it got it.
 */
function quoteForBatch(word: string): string {
  if (/[\r\n\0]/.test(word))
    throw new CliError('usage', 'a batch file of Windows takes no argument of several lines', {
      hint: 'Put the text into a file, or name the program behind the batch file.',
    });
  const escaped = word
    .replace(/(\\*)"/g, '$1$1""')
    .replace(/\\+$/, '$&$&')
    .replaceAll('%', '%%cd:~,%');
  return `"${escaped}"`;
}

/**
 * Ends a program and, on Windows, all that it started: the system ends one process only, and the program behind cmd.exe would go on and hold our
 * pipes. There the signal does not matter: no program hears of it.
 */
export function endProgram(
  child: ChildProcess,
  signal: NodeJS.Signals,
  { env, platform = process.platform }: Machine,
): void {
  if (platform !== 'win32' || child.pid === undefined) {
    child.kill(signal);
    return;
  }
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { spawn } = process.getBuiltinModule('node:child_process');
  const words = ['/pid', String(child.pid), '/t', '/f'];
  spawn(findInSystem('taskkill.exe', env), words, { stdio: 'ignore', windowsHide: true })
    // Better the program alone than nothing.
    .on('error', () => child.kill(signal));
}

/** Not searched in PATH, and never in the current folder. */
function findInSystem(name: string, env: Env): string {
  const root = readVariable(env, 'SYSTEMROOT') || 'C:\\Windows';
  // A test has a folder of another system.
  return root.startsWith('/') ? `${root}/System32/${name}` : win32.join(root, 'System32', name);
}
