import { isAbsolute } from 'node:path';
import { isObject, parseJson } from '../json-value.ts';
import { isLoopback } from '../loopback.ts';
import { themeNames } from '../theme-names.ts';

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

/** What a model may use: the files of the folder, changes to them, commands, servers of tools. */
export const toolKinds = ['read', 'write', 'shell', 'mcp'] as const;

export type ToolKind = (typeof toolKinds)[number];

/** `read,write`, or `none`. Undefined if a word is none of them. */
export function parseToolKinds(text: string): ToolKind[] | undefined {
  if (text.trim() === 'none') return [];
  const words = text.split(',').map((word) => word.trim());
  return words.every((word) => (toolKinds as readonly string[]).includes(word))
    ? toolKinds.filter((kind) => words.includes(kind))
    : undefined;
}

export function checkTools(value: string): string | undefined {
  return parseToolKinds(value)
    ? undefined
    : `must be "none", or any of ${toolKinds.join(', ')}, joined by commas`;
}

/** A file that every command finds, in whatever folder it runs. */
export function checkPath(value: string): string | undefined {
  return isAbsolute(value) ? undefined : 'is not an absolute path';
}

const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

export function checkHeaderValue(value: string): string | undefined {
  return headerValue.test(value) ? undefined : 'has a character that is not allowed in a header';
}

export function checkHeaders(value: string): string | undefined {
  try {
    parseHeaders(value);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** `Name:value,Name:value`, or a JSON object of strings, to lower-case names. Throws an Error that says what is wrong. */
export function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of readPairs(text.trim())) {
    const key = name.trim().toLowerCase();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(key))
      throw new Error('has something that is not a header name before a colon');
    if (isReservedHeader(key)) throw new Error(`must not set the header ${key}`);
    if (!headerValue.test(value))
      throw new Error(`has a character that is not allowed in a header in ${key}`);
    headers[key] = value.trim();
  }
  return headers;
}

/** Whether the transport sets a header of this lower-case name, or would work otherwise with it. */
export function isReservedHeader(name: string): boolean {
  return reservedHeaders.has(name);
}

/** Headers that the transport sets or that would change how it works. */
const reservedHeaders = new Set([
  'authorization',
  'host',
  'content-length',
  'connection',
  'transfer-encoding',
  'expect',
  'upgrade',
  'keep-alive',
  'te',
  'trailer',
  'proxy-authorization',
  'proxy-connection',
]);

function readPairs(text: string): [string, string][] {
  if (text.startsWith('{')) {
    const value = parseJson(text);
    const pairs = isObject(value) ? Object.entries(value) : undefined;
    if (!pairs?.every(([, item]) => ['string', 'number', 'boolean'].includes(typeof item))) {
      throw new Error('is not a JSON object of names and values');
    }
    return pairs.map(([name, item]) => [name, String(item)]);
  }
  return text
    .split(/[,\n]/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const colon = part.indexOf(':');
      if (colon < 1) throw new Error('must have the form "Name:value,Other-Name:value"');
      return [part.slice(0, colon), part.slice(colon + 1)];
    });
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

/** `auto` takes the theme that fits the terminal's background. */
export const themeChoices = ['auto', ...themeNames] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/** The fields that the chat's status line can have, in their order. */
export const statusFields = ['model', 'context', 'cost', 'quota', 'tokens', 'speed'] as const;
export type StatusField = (typeof statusFields)[number];

/** Stands for an empty status line: a setting cannot be empty. */
export const noStatusFields = 'none';

/** `auto` is the key store of the system if there is one that works, else the file. */
export const credentialStoreChoices = ['auto', 'system', 'file'] as const;
export type CredentialStoreChoice = (typeof credentialStoreChoices)[number];
/** What tells that a long answer has ended. */
export const bellChoices = ['off', 'bell', 'notice'] as const;
export type BellChoice = (typeof bellChoices)[number];
/** Whose keys edit a prompt: those of Emacs, which shells have too, or those of vi. */
export const editorModes = ['emacs', 'vi'] as const;
export type EditorMode = (typeof editorModes)[number];
export const motionChoices = ['full', 'reduced'] as const;
export const switchChoices = ['on', 'off'] as const;

/** A check for a setting that is one of a few words. */
export function checkChoice(choices: readonly string[]): SettingCheck {
  const check = (value: string): string | undefined =>
    choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}`;
  return Object.assign(check, { choices });
}

export function checkStatusLine(value: string): string | undefined {
  const fields = splitFields(value);
  const named = fields.filter((field) => field !== noStatusFields);
  if (named.length > 0 && named.length < fields.length)
    return `cannot show ${noStatusFields} beside other fields`;
  const choices = `it is ${noStatusFields}, or any of ${statusFields.join(', ')}, joined by commas`;
  if (fields.length === 0 && value !== '') return `names no field: ${choices}`;
  const unknown = named.find((field) => !isStatusField(field));
  return unknown === undefined ? undefined : `cannot show ${unknown}: ${choices}`;
}

/** The fields of a valid setting, each once and in their own order. */
export function parseStatusLine(value: string): StatusField[] {
  const chosen = splitFields(value);
  return statusFields.filter((field) => chosen.includes(field));
}

/** As other programs read a variable that switches something on: every word but a few does. */
export function readSwitch(text: string): (typeof switchChoices)[number] {
  return /^(?:0|off|no|false)$/i.test(text) ? 'off' : 'on';
}

function splitFields(value: string): string[] {
  return value
    .split(/[,\s]+/)
    .map((field) => field.toLowerCase())
    .filter(Boolean);
}

function isStatusField(text: string): text is StatusField {
  return (statusFields as readonly string[]).includes(text);
}
