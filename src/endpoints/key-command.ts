import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parse } from 'node:path';
import { findHome } from '../config/paths.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { advise } from '../hint.ts';
import { maskLines } from '../redact.ts';
import { endProgram } from '../start-program.ts';
import { stripControls } from '../terminal-text.ts';

const commandMs = 10_000;
/** No key is as long. */
const maxOutputLength = 64 * 1024;

/**
 * The output of the person's own command, by the shell, in the home folder. What it prints on stderr is for the person, in part. Whatever it has started ends with it
 * when it takes too long, prints too much, or is cancelled. Throws CliError `config` if it gives nothing to use.
 */
export function runKeyCommand(
  command: string,
  name: string,
  { env, signal, platform = process.platform }: { env: Env; signal: AbortSignal; platform?: NodeJS.Platform },
): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const home = findHome(env) ?? parse(process.cwd()).root;
    // A process group of its own, so that its children can be ended with it.
    const child = spawn(command, {
      // `python3 -m keyring` and `npx` would take modules of the folder where the person is.
      cwd: existsSync(home) ? home : undefined,
      env: { ...env, NoDefaultCurrentDirectoryInExePath: '1' },
      shell: true,
      detached: platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let [output, complaint] = ['', ''];
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    };
    const fail = (how: string): void => {
      finish();
      const isWhole = complaint.length < maxOutputLength || complaint.includes('\n');
      // What is left of a longer line may begin with half a secret.
      const [last] = isWhole ? maskLines(stripControls(complaint)).trim().split('\n').slice(-1) : [];
      const message = `there is no key for ${name}: its command ${how}${last ? `: ${last.slice(0, 200)}` : ''}`;
      const hint = advise`Run it by hand: ${command}`;
      reject(new CliError('config', message, { hint, details: { endpoint: name } }));
    };
    const stop = (how: string): void => {
      endGroup(child, { env, platform });
      fail(how);
    };
    const cancel = (): void => {
      finish();
      endGroup(child, { env, platform });
      reject(signal.reason);
    };
    const timer = setTimeout(() => stop(`took longer than ${commandMs / 1000} s`), commandMs);
    signal.addEventListener('abort', cancel, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > maxOutputLength) stop('printed far more than a key');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-maxOutputLength);
    });
    child.on('error', ({ message }) => fail(`cannot be started: ${message}`));
    child.on('close', (code, endedBy) => {
      if (code !== 0) return fail(`ended with ${code ?? endedBy ?? 'a signal'}`);
      finish();
      resolve(output);
    });
  });
}

/** Ends a command and its children, and waits for none of them. */
function endGroup(child: ChildProcess, machine: { env: Env; platform: NodeJS.Platform }): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  try {
    if (machine.platform !== 'win32' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else endProgram(child, 'SIGKILL', machine);
  } catch {
    // They have ended.
  }
}
