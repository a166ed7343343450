import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Env } from '../../env.ts';
import { findProgram } from '../../find-program.ts';
import { listMaskedPatterns } from '../../redact.ts';
import { mostSearchedBytes } from './search-job.ts';

type Search = {
  /** For ripgrep. */
  pattern: string;
  ignoreCase: boolean;
  /** Whether the ignore files above the folder count. */
  withParents: boolean;
  env: Env;
  signal: AbortSignal;
};

/** More paths than anybody reads, in bytes. */
const mostOutput = 32 * 1024 * 1024;

/**
 * Files of a folder that may match, relative to it, found by ripgrep. Those in which something is masked may match, too: whether ripgrep finds
 * the pattern in what is not masked must decide nothing. It follows no links and leaves out what git ignores. Some of the
 * files may be hidden all the same: `selectListed` decides. Undefined if it is not installed, is too old, or does not know the pattern.
 */
export async function findWithRipgrep(
  folder: string,
  { pattern, ignoreCase, withParents, env, signal }: Search,
): Promise<string[] | undefined> {
  const program = findProgram('rg', { env });
  if (program === undefined) return undefined;
  const words = [
    ...['--no-config', '--files-with-matches', '--null', '--no-messages', '--color=never', '--no-follow'],
    // The file is a text for us if we can decode it.
    ...['--text', '--crlf', `--max-filesize=${mostSearchedBytes}`],
    ...['--no-ignore-dot', '--no-require-git'],
    ...(withParents ? [] : ['--no-ignore-parent', '--no-ignore-exclude', '--no-ignore-global']),
    ...(['darwin', 'win32'].includes(process.platform) ? ['--ignore-file-case-insensitive'] : []),
    ...(ignoreCase ? ['--ignore-case'] : ['--case-sensitive']),
    ...['--regexp', pattern],
    ...listMaskedPatterns().flatMap((masked) => ['--regexp', masked]),
    ...['--', './'],
  ];
  const { RIPGREP_CONFIG_PATH: _config, ...rest } = env;
  const child = spawn(program, words, {
    cwd: folder,
    env: rest,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  const ended = once(child, 'close').catch(() => [undefined] as const);
  const pieces: Buffer[] = [];
  let length = 0;
  child.stdout.on('data', (piece: Buffer) => {
    length += piece.length;
    pieces.push(piece);
    if (length > mostOutput) child.kill('SIGKILL');
  });
  let isRefused = false;
  child.stderr.on('data', () => {
    isRefused = true;
  });
  const stopWatching = watchMemory(child);
  const [code] = await ended;
  stopWatching();
  signal.throwIfAborted();
  // With 2 it may have found files beside some that cannot be read, of which it says nothing here.
  if (isRefused || (code !== 0 && code !== 1 && code !== 2)) return undefined;
  const names = Buffer.concat(pieces).toString('utf8').split('\0');
  return names.filter(Boolean).map((name) => name.replace(/^\.[\\/]/, '').replaceAll('\\', toSeparator()));
}

/** Several times what a search of a large repository takes, in bytes. */
const mostMemory = 512 * 1024 * 1024;
const watchMs = 100;

/** Ends a search that eats memory: a repository's ignore file may be a link to a device that has no end, and ripgrep reads such a file whole. */
function watchMemory(child: ChildProcess): () => void {
  if (child.pid === undefined || process.platform !== 'linux') return () => {};
  const { pid } = child;
  const watching = setInterval(() => {
    if (readMemory(pid) > mostMemory) child.kill('SIGKILL');
  }, watchMs);
  return () => clearInterval(watching);
}

/** What a process has in memory, in bytes; 0 if it has ended. */
function readMemory(pid: number): number {
  try {
    const [, resident = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return Number(resident) * pageBytes;
  } catch {
    return 0;
  }
}

/** At least: some processors have larger pages. */
const pageBytes = 4096;

/** Elsewhere a backslash is a character of a name. */
function toSeparator(): string {
  return process.platform === 'win32' ? '/' : '\\';
}
