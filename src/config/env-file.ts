import { parseEnv } from 'node:util';
import { decodeUtf } from '../decode-utf.ts';
import type { Env } from '../env.ts';
import { CliError, createTimeoutError } from '../errors.ts';
import { readFileStart } from '../file-start.ts';
import { describeOpenFile } from '../open-file.ts';
import { maskEnvironment } from '../redact.ts';

/** More than any such file has. */
const maxBytes = 1024 * 1024;

/** How long the file may stay silent: it may be a pipe, of which no program need ever be the writer. In milliseconds. */
const patienceMs = 60_000;

export type EnvFileOptions = {
  signal: AbortSignal;
  /** The time that the person allows the whole command, in milliseconds. */
  timeoutMs?: number | undefined;
  /** Called with one sentence if the file holds secrets and others can read it. */
  onWarning: (sentence: string) => void;
};

/**
 * Adds the variables of a `.env` file that the person named; set ones stay. Never automatic: a cloned repository must not redirect a token.
 * Throws CliError `config`, `timeout`, and the reason of the signal: the file may be a pipe.
 */
export async function addEnvFile(
  env: Env,
  path: string,
  { signal, timeoutMs = Number.POSITIVE_INFINITY, onWarning }: EnvFileOptions,
): Promise<Env> {
  const deadline = AbortSignal.timeout(Math.min(timeoutMs, patienceMs));
  let bytes: Buffer;
  try {
    // Loaded here because it is rarely needed.
    bytes = await readFileStart(path, maxBytes, AbortSignal.any([signal, deadline]));
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted && timeoutMs <= patienceMs) throw createTimeoutError(timeoutMs);
    const problem = deadline.aborted ? `: it stayed silent for ${patienceMs / 1000} s` : '';
    throw new CliError('config', `the file ${path} given by --env-from cannot be read${problem}`, {
      hint: 'Check the path.',
      cause: error,
    });
  }
  if (bytes.length > maxBytes)
    throw new CliError('config', `the file ${path} given by --env-from is larger than 1 MB`, {
      hint: 'Name a file with lines of the form NAME=value.',
    });
  const text = decodeUtf(bytes);
  const warning = maskEnvironment(text, {}).count > 0 ? describeOpenFile(path, 'secrets') : undefined;
  if (warning !== undefined) onWarning(warning);
  return { ...parseEnv(text), ...env };
}
