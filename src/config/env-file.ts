import { parseEnv } from 'node:util';
import { decodeUtf } from '../decode-utf.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';

/** More than any such file has. */
const maxBytes = 1024 * 1024;

/**
 * Adds the variables of a `.env` file that the person named; set ones stay. Never automatic: a cloned repository must not redirect a token.
 * Throws CliError `config`, and the reason of the signal: the file may be a pipe.
 */
export async function addEnvFile(env: Env, path: string, signal: AbortSignal): Promise<Env> {
  let text: string;
  try {
    // Loaded here because it is rarely needed.
    const { readFileStart } = await import('../file-start.ts');
    text = decodeUtf(await readFileStart(path, maxBytes, signal));
  } catch (error) {
    signal.throwIfAborted();
    throw new CliError('config', `the file ${path} given by --env-file cannot be read`, {
      hint: 'Check the path.',
      cause: error,
    });
  }
  return { ...parseEnv(text), ...env };
}
