import { isAbsolute } from 'node:path';
import { isLoopback } from '../loopback.ts';

/** The error in a value, as words after the setting's name; undefined if it is valid. */
export type SettingCheck = ((value: string) => string | undefined) & {
  /** The values that pass, if they are few. */
  choices?: readonly string[];
};

/** A base URL: `https:` anywhere, `http:` on this machine only. */
export function checkUrl(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return `is not an https:// URL${suggestScheme(value)}`;
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return 'must begin with https://, since http:// is accepted for this machine only';
  }
  if (url.username || url.password) return 'must not contain a user name or a password';
  if (/[?#]/.test(value)) return 'must not contain a query or a fragment';
  return undefined;
}

/** A host, perhaps with a port and a path, as a URL; undefined for what is none. `http:` is for this machine. */
export function addScheme(text: string): string | undefined {
  const [, host] = /^(\[[\da-f:]+\]|[\w-]+(?:\.[\w-]+)*)(?::\d{1,5})?(?:\/\S*)?$/i.exec(text) ?? [];
  if (host === undefined || !(/[.:]/.test(text) || isLoopback(host))) return undefined;
  return `${isLoopback(host) ? 'http' : 'https'}://${text}`;
}

/** A question for the end of an error, if only the scheme is missing: `; did you mean http://localhost:11434?`, or nothing. */
export function suggestScheme(text: string): string {
  const url = addScheme(text);
  return url === undefined ? '' : `; did you mean ${url}?`;
}

/** A Copilot API base. The Codex backend of ChatGPT is often pasted here; it speaks another protocol to another account. */
export function checkCopilotUrl(value: string): string | undefined {
  if (/\/backend-api\/codex\/*$/.test(value))
    return 'is the URL of the Codex backend, which is not a Copilot API';
  return checkUrl(value);
}

export function checkHost(value: string): string | undefined {
  return normaliseHost(value) === undefined
    ? 'is not a host name such as github.com or TENANT.ghe.com'
    : undefined;
}

/** A file that every command finds, in whatever folder it runs. */
export function checkPath(value: string): string | undefined {
  return isAbsolute(value) ? undefined : 'is not an absolute path';
}

/** The host in what a person typed, in lower case, without scheme, path or trailing slash. Undefined if there is none. */
export function normaliseHost(value: string): string | undefined {
  const host = value
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
  return /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/.test(host) && URL.canParse(`https://${host}`)
    ? host
    : undefined;
}

/** A check for a setting that is one of a few words. */
export function checkChoice(choices: readonly string[]): SettingCheck {
  const check = (value: string): string | undefined =>
    choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}`;
  return Object.assign(check, { choices });
}
