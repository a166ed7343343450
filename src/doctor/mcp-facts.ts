import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { findProgram } from '../find-program.ts';
import { expandWay } from '../mcp/expand.ts';
import { loadMcpServers } from '../mcp/load-servers.ts';
import { InvalidServer, type McpServer } from '../mcp/mcp-server.ts';
import type { McpFacts } from './checks/mcp-servers.ts';

/** Looks at the servers that the person added or agreed to, and starts none. Throws CliError `config` for a file that is not valid. */
export async function readMcpFacts(context: Context): Promise<McpFacts> {
  const { settings, signal, cwd } = context;
  // What is wrong with the mode of the file is a finding of `files`.
  const { servers, problems } = await loadMcpServers({ settings, signal, cwd, warn: () => {} });
  return {
    servers: servers.map((server) => ({ name: server.name, problem: findProblem(context, server) })),
    problems,
  };
}

function findProblem(context: Context, server: McpServer): string | undefined {
  try {
    const { env, cwd } = context;
    const way = expandWay(server, context);
    if (way.kind !== 'stdio') return undefined;
    const folder = resolve(cwd, way.cwd ?? '.');
    if (!existsSync(folder)) return `is to run in ${folder}, which is not there`;
    const path = findProgram(way.command, { env: { ...env, ...way.env } });
    const isThere = path !== undefined && existsSync(resolve(folder, path));
    return isThere ? undefined : `needs ${way.command}, which is not installed`;
  } catch (error) {
    if (error instanceof InvalidServer) return error.message;
    // That the file of endpoints cannot be read is a finding of its own.
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
