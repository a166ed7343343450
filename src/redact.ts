import type { Env } from './env.ts';

const mask = '[secret]';

/** Shapes of the tokens this program meets: GitHub's by prefix, Copilot's `tid=…`, API keys, bearer headers. */
const tokenShapes = [
  /\bgithub_pat_\w{4,}/g,
  /\bgh[opusr]_\w{4,}/g,
  /\btid=\w{4,}[^\s"',]*/g,
  /\bsk-[\w-]{8,}/g,
  /(?<=\b(?:bearer|token) )[\w.=;:+/~-]{20,}/gi,
];

const secretNames =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|copilot-session-token|device_code|.*(?:token|secret|password|refresh|access))$/i;

/** Replaces whatever looks like a token, and every one of `known`, which may look like anything. */
export function maskSecrets(text: string, known: readonly string[] = []): string {
  let masked = text;
  for (const value of known) {
    if (value.length >= 4) masked = masked.replaceAll(value, mask);
  }
  for (const shape of tokenShapes) masked = masked.replace(shape, mask);
  return masked;
}

/** A copy fit for a log: values under secret names are masked at any depth, and so are tokens inside other strings. */
export function maskValue(value: unknown, known: readonly string[] = []): unknown {
  if (typeof value === 'string') return maskSecrets(value, known);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      secretNames.test(name) && isRevealing(item) ? mask : maskValue(item, known),
    ]),
  );
}

/** Numbers, flags and null tell no secret. */
function isRevealing(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

/** Headers of ours and of the protocol whose values tell no secret. Any other may carry a key that the person set. */
const harmlessHeaders = new Set([
  'accept',
  'anthropic-beta',
  'anthropic-version',
  'content-type',
  'copilot-integration-id',
  'copilot-vision-request',
  'editor-plugin-version',
  'editor-version',
  'openai-intent',
  'user-agent',
  'x-github-api-version',
  'x-initiator',
  'x-request-id',
]);

/** A copy fit for a log: the name of every header, and the values of those that are known to be harmless. */
export function maskHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      harmlessHeaders.has(name.toLowerCase()) ? maskSecrets(value) : mask,
    ]),
  );
}

/** Words that the name of a variable has where its value is a secret. */
const secretWord =
  /(?:(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|CREDENTIAL|COOKIE|WEBHOOK)S?|^(?:PAT|AUTH|PW))$/i;

/** Shorter values, flags and small numbers are everywhere in a text, and no secrets. */
const shortestSecret = 4;
const harmlessValue = /^(?:\d{1,7}|true|false)$/i;

/** `NAME=value` as `env`, `export -p` and files of settings write it. */
const assignment = /^((?:export |declare -x )?([A-Z][A-Z0-9_]*)=["']?)([^"'\n]+)/gm;

/** The password in an address: `https://user:password@host`. */
const passwordInAddress = /(?<=:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g;

/**
 * Masks what a command of a shell may print of its environment: the values of variables whose names look secret, in whatever place they stand,
 * and all that looks like a token. `count` is how many places were masked.
 */
export function maskEnvironment(text: string, env: Env): { text: string; count: number } {
  const values = Object.entries(env).flatMap(([name, value = '']) =>
    isSecretName(name) ? toSecretPieces(value) : [],
  );
  // The longest first: one may be the beginning of another.
  const known = [...new Set(values)].sort((one, other) => other.length - one.length);
  const masked = maskSecrets(text, known)
    .replace(assignment, (all, before: string, name: string, value: string) =>
      isSecretName(name) && isSecretValue(value) ? before + mask : all,
    )
    .replace(passwordInAddress, mask);
  return { text: masked, count: countMasks(masked) - countMasks(text) };
}

function isSecretName(name: string): boolean {
  return name.split('_').some((word) => secretWord.test(word));
}

function isSecretValue(value: string): boolean {
  return value.length >= shortestSecret && !harmlessValue.test(value) && value !== mask;
}

/** A value of several lines can be printed in part, or with other line ends. */
function toSecretPieces(value: string): string[] {
  return [value, ...value.split(/\r?\n/)].filter(isSecretValue);
}

function countMasks(text: string): number {
  return text.split(mask).length - 1;
}
