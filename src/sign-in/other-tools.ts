import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readGhToken, toTokenKind } from '../auth/credentials.ts';
import { normaliseHost } from '../config/setting-checks.ts';
import type { Env } from '../env.ts';
import { type JsonObject, parseJson, toObject, toText } from '../json-value.ts';
import { readFileNow } from '../read-file-now.ts';
import { Secret } from '../secret.ts';
import { type ToolName, toolNames } from './tool-names.ts';

export type FoundSignIn = {
  host: string;
  account: string | undefined;
  token: Secret;
  /** The file or the command that it comes from. */
  where: string;
};

/** Where to look. `platform` is the system's; tests name another. */
export type Machine = { env: Env; home: string; platform?: NodeJS.Platform; signal: AbortSignal };

type Tool = {
  listFiles(machine: Machine): string[];
  read(text: string, file: string, machine: Machine): Promise<FoundSignIn[]>;
  /** What to say if nothing is found. */
  absence: string;
};

/** The sign-ins that a tool keeps in its documented files, or gives out by its own command. The one that the tool uses comes first. */
export async function findSignIns(name: ToolName, machine: Machine): Promise<FoundSignIn[]> {
  const tool = tools[name];
  const found: FoundSignIn[] = [];
  for (const file of tool.listFiles(machine)) {
    const text = readText(file);
    if (text !== undefined) found.push(...(await tool.read(text, file, machine)));
  }
  const known = new Set<string>();
  return found.filter(({ host, token }) => {
    const key = `${host} ${token.expose()}`;
    return !known.has(key) && known.add(key);
  });
}

/** Tools that seem to be signed in, by their files alone. */
export function listTools(machine: Machine): ToolName[] {
  return toolNames.filter((name) => tools[name].listFiles(machine).some((file) => existsSync(file)));
}

/** Where a tool's sign-in was looked for, and why it may not be there. */
export function describeAbsence(name: ToolName, machine: Machine): string {
  const files = tools[name].listFiles(machine).join(' and ');
  return `Looked at ${files}. ${tools[name].absence}`;
}

/** `gho_…3456`, so that a person recognises it. */
export function maskToken(token: Secret): string {
  const text = token.expose();
  const prefix = /^[a-z]+_(?:pat_)?/.exec(text)?.[0] ?? '';
  return `${prefix}…${text.slice(-4)}`;
}

const pluginFiles = (machine: Machine): string[] => {
  const { env, home, platform = process.platform } = machine;
  const folder =
    platform === 'win32' && env.LOCALAPPDATA
      ? join(env.LOCALAPPDATA, 'github-copilot')
      : join(env.XDG_CONFIG_HOME || join(home, '.config'), 'github-copilot');
  return ['apps.json', 'hosts.json'].map((name) => join(folder, name));
};

/** The key is a host, or `host:clientId`. */
async function readPluginFile(text: string, where: string): Promise<FoundSignIn[]> {
  return Object.entries(toObject(parseJson(text))).flatMap(([key, value]) => {
    const { user, login, oauth_token: oauth, access_token: access } = toObject(value);
    return toFound(key.replace(/:[^:]*$/, ''), toText(user) ?? toText(login), oauth ?? access, where);
  });
}

const tools: Record<ToolName, Tool> = {
  gh: {
    listFiles({ env, home, platform = process.platform }) {
      const usual =
        platform === 'win32' && env.APPDATA
          ? join(env.APPDATA, 'GitHub CLI')
          : join(env.XDG_CONFIG_HOME || join(home, '.config'), 'gh');
      return [join(env.GH_CONFIG_DIR || usual, 'hosts.yml')];
    },
    read: readGhHosts,
    absence: 'Sign in with gh first: gh auth login',
  },
  vscode: {
    listFiles: pluginFiles,
    read: readPluginFile,
    absence:
      'VS Code keeps its sign-in encrypted in a storage of its own, which no other program can read; only its older Copilot extensions left a file.',
  },
  jetbrains: {
    listFiles: pluginFiles,
    read: readPluginFile,
    absence: 'Newer plugins keep their sign-in in a database (auth.db), which is not read.',
  },
  'copilot-cli': {
    listFiles: ({ env, home }) => [join(env.COPILOT_HOME || join(home, '.copilot'), 'config.json')],
    read: readCopilotConfig,
    absence:
      "GitHub's Copilot CLI keeps its token in the key store, and in that file only where there is none.",
  },
  opencode: {
    listFiles: ({ env, home }) => [
      join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'opencode', 'auth.json'),
    ],
    read: readOpencode,
    absence: 'Sign in with opencode first: opencode auth login',
  },
};

/** gh keeps a token in the file, or in the key store, from which only gh itself gives it. */
async function readGhHosts(text: string, file: string, { env, signal }: Machine): Promise<FoundSignIn[]> {
  const { parse } = await import('yaml');
  let hosts: JsonObject;
  try {
    hosts = toObject(parse(text, { maxAliasCount: 0 }));
  } catch {
    return [];
  }
  const found: FoundSignIn[] = [];
  for (const [host, value] of Object.entries(hosts)) {
    const { user, oauth_token: token, users } = toObject(value);
    const active = toText(user);
    const given = toText(token) ?? (await readGhToken(host, env, signal));
    found.push(...toFound(host, active, given, toText(token) === undefined ? 'gh auth token' : file));
    for (const [name, other] of Object.entries(toObject(users)))
      if (name !== active) found.push(...toFound(host, name, toObject(other).oauth_token, file));
  }
  return found;
}

/** Comments stand in lines of their own. The names of the fields changed from snake case in version 1. */
async function readCopilotConfig(text: string, file: string): Promise<FoundSignIn[]> {
  const config = toObject(parseJson(text.replace(/^\s*\/\/.*$/gm, '')));
  const tokens = toObject(config.copilotTokens ?? config.copilot_tokens);
  return Object.entries(tokens).flatMap(([key, token]) => {
    const [, host = key, account] = /^(?:https:\/\/)?([^/:]+)(?::(.*))?$/.exec(key) ?? [];
    return toFound(host, account, token, file);
  });
}

/** `refresh` is the GitHub token. A tenant has its URL beside it. */
async function readOpencode(text: string, file: string): Promise<FoundSignIn[]> {
  const auth = toObject(parseJson(text));
  return ['github-copilot', 'github-copilot-enterprise'].flatMap((name) => {
    const { refresh, enterpriseUrl } = toObject(auth[name]);
    const host = (toText(enterpriseUrl) ?? 'github.com').replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    return toFound(host, undefined, refresh, file);
  });
}

/** Nothing unless it is a host and a GitHub token. What stands in a file of another tool is data. */
function toFound(host: string, account: string | undefined, token: unknown, where: string): FoundSignIn[] {
  const text = toText(token)?.trim();
  const name = normaliseHost(host);
  if (text === undefined || name === undefined || /[^\u0021-\u007e]/.test(text)) return [];
  if (['unknown', 'api-key', 'copilot'].includes(toTokenKind(text))) return [];
  return [{ host: name, account: toText(account), token: new Secret(text), where }];
}

/** More than any such file has. */
const maxBytes = 1024 * 1024;

function readText(file: string): string | undefined {
  try {
    const bytes = readFileNow(file);
    return bytes.length > maxBytes ? undefined : bytes.toString('utf8');
  } catch {
    return undefined;
  }
}
