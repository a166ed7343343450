import type { LoadedServers } from './load-servers.ts';
import type { McpServer, ServerOrigin } from './mcp-server.ts';

/** `not agreed`: the folder names it, and the person was not asked about it yet, or it changed since. */
export type ListedState = 'enabled' | 'disabled' | 'not agreed' | 'refused';

export type ListedServer = { server: McpServer; state: ListedState };

/** By name. */
export function listServers({ servers, unasked, off }: LoadedServers): ListedServer[] {
  const listed: ListedServer[] = [
    ...servers.map((server) => ({ server, state: 'enabled' as const })),
    ...unasked.map((server) => ({ server, state: 'not agreed' as const })),
    ...off.map((server) => ({
      server,
      state: server.isEnabled ? ('refused' as const) : ('disabled' as const),
    })),
  ];
  return listed.sort((one, other) => (one.server.name < other.server.name ? -1 : 1));
}

export function describeOrigin(origin: ServerOrigin): string {
  return origin.kind === 'folder' ? origin.path : origin.kind;
}

const hidden = '***';

/** Values of variables and headers may be secrets. */
export function toServerJson(
  { server, state }: ListedServer,
  { showsSecrets = false } = {},
): Record<string, unknown> {
  const { name, way, origin, tools, timeoutMs } = server;
  // What a repository writes is no secret of the person, and says what would be started.
  const showsAll = showsSecrets || origin.kind === 'folder';
  const show = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(texts).map(([key, value]) => [key, showsAll || isPlaceholder(value) ? value : hidden]),
    );
  return {
    name,
    type: way.kind,
    state,
    from: origin.kind,
    file: origin.kind === 'flag' ? null : origin.path,
    ...(way.kind === 'stdio'
      ? { command: way.command, args: way.args, env: show(way.env), cwd: way.cwd ?? null }
      : { url: way.url, headers: show(way.headers) }),
    tools: tools === '*' ? ['*'] : tools,
    timeout_ms: timeoutMs ?? null,
  };
}

/** It names a secret, and is none. */
function isPlaceholder(text: string): boolean {
  return /^\$\{[^}:]*(?::[A-Za-z_]\w*)?\}$/.test(text);
}
