import { createHash } from 'node:crypto';
import { isObject, type JsonObject, toFlag, toText } from '../json-value.ts';
import { toOneLine } from '../terminal-text.ts';

/** An MCP server as somebody configured it. Nothing in it is expanded yet: see `expand.ts`. */
export type McpServer = {
  /** One short line of visible characters. */
  name: string;
  origin: ServerOrigin;
  way: ServerWay;
  /** Which of its tools are offered; `*` are all. */
  tools: '*' | readonly string[];
  /** How long a call may take, in milliseconds. */
  timeoutMs: number | undefined;
  isEnabled: boolean;
  /** Changes with every part of the definition but whether it is enabled. */
  hash: string;
};

/** `user` is the person's own `mcp.json`, `flag` is `--mcp-config`; a `folder` may be anybody's. */
export type ServerOrigin =
  | { kind: 'user'; path: string }
  | { kind: 'flag' }
  | { kind: 'folder'; path: string };

export type ServerWay =
  | {
      kind: 'stdio';
      command: string;
      args: readonly string[];
      env: Readonly<Record<string, string>>;
      /** Relative to the folder that the person stands in. */
      cwd: string | undefined;
    }
  | { kind: 'http' | 'sse'; url: string; headers: Readonly<Record<string, string>> };

/** What is wrong with a definition: the rest of a sentence that begins with the server's name. */
export class InvalidServer extends Error {
  override name = 'InvalidServer';
}

const maxNameLength = 64;
/** Neither the syntax of rules, `shell(git:*)`, nor that of mentions, `@server:uri`, can hold others. */
const namePattern = /^[\p{L}\p{N}_][\p{L}\p{N}_./@ -]*$/u;
/** Kinds of rules. */
const takenNames = ['shell', 'write', 'read', 'url', 'mcp'];

/** Throws InvalidServer. */
export function checkServerName(name: string): void {
  if (name.length > maxNameLength)
    throw new InvalidServer(`has a name of more than ${maxNameLength} characters`);
  if (!namePattern.test(name) || toOneLine(name) !== name)
    throw new InvalidServer('is not a name: use letters, digits, "_", "-", ".", "/" and "@"');
  if (takenNames.includes(name.toLowerCase()))
    throw new InvalidServer('is the name of a kind of rules: choose another one');
}

/** More than any server needs, in milliseconds: a day. Longer timers fire at once. */
export const maxTimeoutMs = 24 * 60 * 60 * 1000;
const maxItems = 1000;
const maxText = 32 * 1024;

/**
 * Reads an entry of `mcpServers` or `servers`, in the forms of VS Code, Claude Code and GitHub's CLI. What it does not know is left alone.
 * Throws InvalidServer.
 */
export function parseServer(name: string, entry: unknown, origin: ServerOrigin): McpServer {
  checkServerName(name);
  if (!isObject(entry)) throw new InvalidServer('is not an object');
  return {
    name,
    origin,
    way: parseWay(entry),
    tools: parseTools(entry.tools),
    timeoutMs: parseTimeout(entry.timeout),
    isEnabled: toFlag(entry.disabled) !== true && toFlag(entry.enabled) !== false,
    hash: hashEntry(entry),
  };
}

function parseWay(entry: JsonObject): ServerWay {
  const type = toText(entry.type) ?? toText(entry.transport);
  const kind = type === undefined ? guessKind(entry) : kinds[type.toLowerCase()];
  if (kind === undefined)
    throw new InvalidServer(`has the type ${type}; there are stdio (also called local), http and sse`);
  if (kind !== 'stdio') {
    const url = toText(entry.url) ?? toText(entry.serverUrl) ?? toText(entry.httpUrl);
    if (url === undefined) throw new InvalidServer('has no url');
    return { kind, url: checkText(url, 'url'), headers: parseTexts(entry.headers, 'headers') };
  }
  const command = toText(entry.command);
  if (command === undefined) throw new InvalidServer('has neither a command nor a url');
  return {
    kind,
    command: checkText(command, 'command'),
    args: parseList(entry.args, 'args'),
    env: parseTexts(entry.env, 'env'),
    cwd: toText(entry.cwd),
  };
}

const kinds: Record<string, ServerWay['kind']> = {
  stdio: 'stdio',
  local: 'stdio',
  http: 'http',
  'streamable-http': 'http',
  streamablehttp: 'http',
  sse: 'sse',
};

function guessKind(entry: JsonObject): ServerWay['kind'] {
  if (toText(entry.command) !== undefined) return 'stdio';
  return ['url', 'serverUrl', 'httpUrl'].some((name) => toText(entry[name]) !== undefined) ? 'http' : 'stdio';
}

function checkText(text: string, what: string): string {
  if (text.includes('\0')) throw new InvalidServer(`has a NUL in its ${what}`);
  if (text.length > maxText) throw new InvalidServer(`has a ${what} of more than ${maxText} characters`);
  return text;
}

function parseList(value: unknown, what: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > maxItems || !value.every((item) => typeof item === 'string'))
    throw new InvalidServer(`has ${what} that are not a list of texts`);
  return value.map((text) => checkText(text, what));
}

/** Numbers and flags are what people write where a variable is meant to hold them. */
function parseTexts(value: unknown, what: string): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value) || Object.keys(value).length > maxItems)
    throw new InvalidServer(`has ${what} that are not an object of texts`);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (!['string', 'number', 'boolean'].includes(typeof item))
        throw new InvalidServer(`has ${what} that are not an object of texts`);
      if (name === '' || /[\0\r\n=]/.test(name)) throw new InvalidServer(`has a wrong name in its ${what}`);
      return [name, checkText(String(item), what)];
    }),
  );
}

function parseTools(value: unknown): McpServer['tools'] {
  if (value === undefined || value === '*') return '*';
  const names = parseList(value, 'tools');
  return names.includes('*') ? '*' : names;
}

function parseTimeout(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 1)
    throw new InvalidServer('has a timeout that is not a number of milliseconds');
  return Math.min(value, maxTimeoutMs);
}

/** Order of members does not matter. */
function hashEntry({ disabled: _, enabled: __, ...entry }: JsonObject): string {
  return createHash('sha256').update(toCanonical(entry)).digest('hex');
}

function toCanonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toCanonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${toCanonical(value[name])}`);
  return `{${members.join(',')}}`;
}
