import { toShellWord } from '../command-line.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, type Hint, run } from '../hint.ts';
import { type McpHost, openMcpHost } from './host.ts';
import type { McpServer } from './mcp-server.ts';

export type Check = { name: string; status: 'ok' | 'warn' | 'fail'; detail: string };

/** `error` is CliError `upstream`, or `auth_required`, if it does not start. `tools` are its own names. */
export type ServerTest = { checks: Check[]; tools: string[]; error: CliError | undefined };

/** Starts a server, lists what it offers, and ends it. */
export async function testServer(context: Context, server: McpServer): Promise<ServerTest> {
  const startedAt = context.now();
  const host = openMcpHost(context, { servers: [server], maxTools: Number.POSITIVE_INFINITY });
  try {
    const tools = (await host.tools()).map((tool) => tool.server?.tool ?? tool.name);
    context.signal.throwIfAborted();
    const checks = listChecks(host, tools.length, context.now() - startedAt);
    const isFailed = checks.some(({ status }) => status === 'fail');
    return { checks, tools, error: isFailed ? createError(host, server) : undefined };
  } finally {
    await host.close();
  }
}

function listChecks(host: McpHost, toolCount: number, milliseconds: number): Check[] {
  const [state] = host.states();
  if (state?.status !== 'ready')
    return [{ name: 'start', status: 'fail', detail: state?.problem ?? state?.status ?? 'unknown' }];
  return [
    { name: 'start', status: 'ok', detail: `${state.title ?? 'a server'}, after ${milliseconds} ms` },
    {
      name: 'tools',
      status: state.problem === undefined ? 'ok' : 'warn',
      detail: [String(toolCount), state.problem].filter(Boolean).join('; '),
    },
    { name: 'resources', status: 'ok', detail: String(host.resources().length) },
    { name: 'prompts', status: 'ok', detail: String(host.prompts().length) },
  ];
}

function createError(host: McpHost, { name }: McpServer): CliError {
  const [state] = host.states();
  const isSignIn = state?.status === 'sign-in';
  const hint: Hint = isSignIn
    ? advise`Sign in with: ${run(`mcp login ${toShellWord(name)}`)}`
    : advise`See how it is started: ${run(`mcp get ${toShellWord(name)}`)}`;
  return new CliError(
    isSignIn ? 'auth_required' : 'upstream',
    `the MCP server ${name} is not running: ${state?.problem ?? state?.status}`,
    { hint },
  );
}
