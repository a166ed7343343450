import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isOwnSecret } from '../auth/own-secrets.ts';
import type { Context } from '../context.ts';
import { listKeyVariables } from '../endpoints/endpoint-file.ts';
import { describeFileProblem } from '../file-problem.ts';
import { InvalidServer, type McpServer, type ServerWay } from './mcp-server.ts';

type ExpandContext = Pick<Context, 'env' | 'cwd' | 'home' | 'endpointsFile'>;

const placeholder = /\$\{([^${}]*)\}/g;

/**
 * Puts values in place of `${VAR}`, `${VAR:-default}`, `${env:VAR}`, `${workspaceFolder}` and `${userHome}`, as Claude Code and VS Code do.
 * A repository cannot read this program's tokens in this way. Throws InvalidServer.
 */
export function expandWay({ way, origin }: McpServer, context: ExpandContext): ServerWay {
  const expand = (text: string): string =>
    text.replace(placeholder, (_, inside: string) =>
      readPlaceholder(inside, context, origin.kind === 'folder'),
    );
  const expandAll = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, expand(text)]));
  if (way.kind !== 'stdio') {
    const url = expand(way.url);
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
      throw new InvalidServer('has a url that does not begin with http:// or https://');
    return { ...way, url, headers: expandAll(way.headers) };
  }
  const expanded = {
    ...way,
    command: expand(way.command),
    args: way.args.map(expand),
    env: expandAll(way.env),
    cwd: way.cwd === undefined ? undefined : expand(way.cwd),
  };
  if (expanded.command.trim() === '') throw new InvalidServer('has a command that is empty');
  return expanded;
}

/**
 * For a server of the person's own that a repository could replace by code of its own: an empty folder to start in. What the arguments name
 * is still where the person stands. Throws InvalidServer.
 */
export function keepFromFolder(
  way: ServerWay,
  { origin }: McpServer,
  { cwd: folder, cacheFolder }: Pick<Context, 'cwd' | 'cacheFolder'>,
): ServerWay {
  if (way.kind !== 'stdio' || origin.kind === 'folder' || way.cwd !== undefined || !takesFromFolder(way))
    return way;
  const cwd = join(cacheFolder, 'mcp');
  try {
    mkdirSync(cwd, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { reason } = describeFileProblem(error);
    throw new InvalidServer(
      `is started in ${cwd}, which cannot be made: ${reason}; or name a folder as its cwd`,
    );
  }
  return { ...way, args: way.args.map((text) => toAbsolute(text, folder)), cwd };
}

/** Programs that look for packages or modules in the folder where they start, before they take what was meant. */
const takers: Record<string, RegExp> = {
  npx: /^/,
  pnpx: /^/,
  bunx: /^/,
  uvx: /^/,
  pipx: /^run /,
  npm: /^(?:exec|x) /,
  pnpm: /^(?:dlx|exec) /,
  yarn: /^(?:dlx|exec) /,
  bun: /^x /,
  uv: /^(?:tool run|x) /,
  deno: /^run .*\b(?:npm|jsr):/,
  python: /(?:^| )-[A-Za-z]*m/,
};

function takesFromFolder({ command, args }: Extract<ServerWay, { kind: 'stdio' }>): boolean {
  const [program = ''] = command.split(/[/\\]/).slice(-1);
  const name = program.toLowerCase().replace(/\.(?:exe|cmd|ps1|bat)$/, '');
  const known = /^(?:pypy|python|py)[\d.]*$/.test(name) ? 'python' : name;
  return Object.hasOwn(takers, known) && takers[known]?.test(`${args.join(' ')} `) === true;
}

function toAbsolute(text: string, folder: string): string {
  return /^\.{1,2}(?:[/\\]|$)/.test(text) ? resolve(folder, text) : text;
}

function readPlaceholder(inside: string, context: ExpandContext, isForeign: boolean): string {
  const { env, cwd, home } = context;
  if (inside === 'workspaceFolder' || inside === 'cwd') return cwd;
  if (inside === 'userHome') return home;
  if (inside === 'pathSeparator' || inside === '/') return process.platform === 'win32' ? '\\' : '/';
  const [, kind, name = '', usual] =
    /^(?:(env|input|config|command):)?([^:]*?)(?::-(.*))?$/s.exec(inside) ?? [];
  if (kind !== undefined && kind !== 'env')
    throw new InvalidServer(
      `has \${${inside}}, which only VS Code can fill in; put an environment variable there`,
    );
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new InvalidServer(`has \${${inside}}, which is not a variable`);
  if (isForeign && isOwnSecret(name, listKeyVariables(context)))
    throw new InvalidServer(
      `asks for ${name}, a secret of this program; if it may have it, add the server to your own mcp.json`,
    );
  const value = env[name];
  if (value !== undefined && (value !== '' || usual === undefined)) return value;
  if (usual !== undefined) return usual;
  throw new InvalidServer(`needs the environment variable ${name}, which is not set`);
}
