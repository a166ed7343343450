import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { decodeUtf } from '../decode-utf.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';

/**
 * The environment with the variables of a `.env` file added; what is set already stays. Called only for a file the
 * person named: a cloned repository must not send somebody's token elsewhere. Throws CliError `config`.
 */
export function addEnvFile(env: Env, path: string): Env {
  let text: string;
  try {
    text = decodeUtf(readFileSync(path));
  } catch (error) {
    throw new CliError('config', `the file ${path} given by --env-file cannot be read`, {
      hint: 'Check the path.',
      cause: error,
    });
  }
  return { ...parseEnv(text), ...env };
}
