import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
  const [code] = await ended;
  signal.throwIfAborted();
  // With 2 it may have found files beside some that cannot be read, of which it says nothing here.
  if (isRefused || (code !== 0 && code !== 1 && code !== 2)) return undefined;
  const names = Buffer.concat(pieces).toString('utf8').split('\0');
  return names.filter(Boolean).map((name) => name.replace(/^\.[\\/]/, '').replaceAll('\\', toSeparator()));
}

/** Elsewhere a backslash is a character of a name. */
function toSeparator(): string {
  return process.platform === 'win32' ? '/' : '\\';
}
