import { isOwnSecret } from '../auth/own-secrets.ts';
import type { Context } from '../context.ts';
import { listKeyVariables } from '../endpoints/endpoint-file.ts';
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
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value !== undefined && (value !== '' || usual === undefined)) return value;
  if (usual !== undefined) return usual;
  throw new InvalidServer(`needs the environment variable ${name}, which is not set`);
}
