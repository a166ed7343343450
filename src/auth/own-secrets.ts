import type { Env } from '../env.ts';
import { tokenVariables } from './credentials.ts';

/** Variables that hold secrets of this program beside its tokens, or headers that may carry one; and gh's for other hosts. */
const others = [
  'COPILOT_CLI_SERVER_KEY',
  'COPILOT_CLI_CLIENT_KEY_PASSPHRASE',
  'GITHUB_COPILOT_EXTRA_HEADERS',
  'GH_ENTERPRISE_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
];
const ownSecrets = new Set([...tokenVariables, ...others]);

/** Shorter values stand in other variables by chance. */
const shortestValue = 8;

/**
 * Whether a variable holds a secret of this program, which no program that a model or a repository starts may see. `names` are further ones,
 * such as the keys of endpoints.
 */
export function isOwnSecret(variable: string, names: readonly string[] = []): boolean {
  // Windows ignores the case.
  return ownSecrets.has(variable.toUpperCase()) || names.includes(variable);
}

/**
 * The environment for a program that a model or a server's configuration starts, without these secrets. No other variable that contains one of
 * the removed values stays either.
 */
export function withoutOwnSecrets(env: Env, names: readonly string[] = []): Record<string, string> {
  const isSecret = (name: string): boolean => isOwnSecret(name, names);
  const entries = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const values = entries.flatMap(([name, value]) =>
    isSecret(name) && value.length >= shortestValue ? [value] : [],
  );
  return Object.fromEntries(
    entries.filter(([name, value]) => !isSecret(name) && !values.some((secret) => value.includes(secret))),
  );
}
