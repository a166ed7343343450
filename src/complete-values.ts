import { toPaths } from './config/paths.ts';
import type { Env } from './env.ts';
import { CliError } from './errors.ts';
import type { ListValues } from './shell-completion/complete.ts';
import { createValues } from './shell-completion/values.ts';
import { openStoredState } from './stored-state.ts';

/** The values that complete-line.ts asks for, as this environment names the files of the person. */
export function openValues(env: Env): ListValues {
  const { templatesFolder, cacheFolder, dataFolder } = toPaths(env);
  const stored = openStoredState({
    env,
    cwd: () => process.cwd(),
    signal: new AbortController().signal,
    warn: () => {},
    named: undefined,
    loadKeyStore: () => Promise.reject(new CliError('config', 'a completion reads no secrets')),
  });
  return createValues(Object.assign(stored, { templatesFolder, cacheFolder, dataFolder, now: Date.now }));
}
