import { toShellWord } from '../command-line.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { McpHost, McpHostOptions } from '../mcp/host.ts';
import type { LoadedServers, ServerText } from '../mcp/load-servers.ts';
import type { McpServer } from '../mcp/mcp-server.ts';
import { readAbout } from '../tools/approvals/rule-text.ts';
import type { ToolUse } from './chat-options.ts';
import { readNamedFile, toReading } from './named-file.ts';
import { followReading } from './waiting.ts';

type OpenServers = {
  configs: readonly string[];
  /** Gives those that may be started of the servers of the folder that nobody agreed to. */
  choose: (unasked: readonly McpServer[], agree: LoadedServers['agree']) => Promise<readonly McpServer[]>;
  /** Without it servers know that nobody can be asked. */
  elicit?: McpHostOptions['elicit'];
  onNotice?: (sentence: string) => void;
  /** Shows what is being read. */
  follow?: (label: string, reading: Promise<string>) => Promise<string>;
  /** Ends the reading of a pipe that names servers. That of the program does so, too. */
  signal?: AbortSignal;
};

/** Starts the servers that may be started. Undefined if there are none. Throws CliError `usage` for a flag that names none. */
export async function openServers(
  context: Context,
  {
    configs,
    choose,
    elicit,
    onNotice = context.warn,
    follow = (_, reading) => reading,
    signal = context.signal,
  }: OpenServers,
): Promise<McpHost | undefined> {
  const { loadMcpServers } = await import('../mcp/load-servers.ts');
  const { servers, unasked, problems, agree } = await loadMcpServers(context, {
    configs: await readConfigs(context, configs, {
      follow,
      signal: AbortSignal.any([signal, context.signal]),
    }),
  });
  for (const problem of problems) onNotice(`${problem}.`);
  const all = [...servers, ...(unasked.length > 0 ? await choose(unasked, agree) : [])];
  if (all.length === 0) return undefined;
  const { openMcpHost } = await import('../mcp/host.ts');
  return openMcpHost(context, { servers: all, elicit });
}

/** Of the values of `--mcp-config`: JSON, or a file (also as `@file`), which may be a pipe. */
async function readConfigs(
  context: Context,
  values: readonly string[],
  { follow, signal }: Required<Pick<OpenServers, 'follow' | 'signal'>>,
): Promise<ServerText[]> {
  const hint = 'Check the path of the MCP servers.';
  const texts: ServerText[] = [];
  for (const value of values) {
    const isJson = /^\s*\{/.test(value);
    const label = isJson ? '--mcp-config' : value.replace(/^@/, '');
    const read = (): Promise<string> =>
      follow(
        label,
        readNamedFile(label, { name: `--mcp-config: ${label}`, hint, ...toReading(context, signal) }),
      );
    texts.push({ label, text: isJson ? value : await read() });
  }
  return texts;
}

/** The same where nobody can be asked: it tells what is not started. */
export async function openAgreedServers(
  context: Context,
  { toolUse, onNotice }: { toolUse: ToolUse; onNotice: (sentence: string) => void },
): Promise<McpHost | undefined> {
  const left: string[] = [];
  const host = await openServers(context, {
    configs: toolUse.mcpConfig,
    onNotice,
    follow: (label, reading) => followReading(context, label, reading),
    async choose(unasked) {
      left.push(...unasked.map(({ name }) => name));
      return [];
    },
  });
  if (left.length > 0)
    onNotice(
      `MCP servers of this folder were not started: ${left.map(toShellWord).join(', ')}. To allow one: \`copilot-cli mcp enable ${toShellWord(left[0] ?? '')}\``,
    );
  const started = host?.states().map(({ server }) => server.name) ?? [];
  for (const name of listServerRules(toolUse))
    if (!started.some((one) => isNamed(one, name)))
      onNotice(`a rule names the MCP server ${name}, which is not started.`);
  // Who allows all names none.
  if (!host && left.length === 0 && !toolUse.allowAll)
    onNotice(
      'no MCP server is configured; `copilot-cli mcp add` does so, and --mcp-config names some for one run.',
    );
  return host;
}

/** The servers that rules of flags name. */
function listServerRules({ allow, ask, deny }: ToolUse): string[] {
  const servers = [...allow, ...ask, ...deny]
    .map(readAbout)
    .flatMap((about) => (about.kind === 'mcp' && about.server !== undefined ? [about.server] : []));
  return [...new Set(servers)];
}

/** Rules that deny may name a tool as models do. */
function isNamed(server: string, typed: string): boolean {
  const [name, rule] = [server.toLowerCase(), typed.toLowerCase().replace(/^mcp__/, '')];
  return rule === name || rule.startsWith(`${name}__`);
}

const mayBeSent = 'The prompt may have been sent, and calls made: see what was done.';
const lostHint = `${mayBeSent} Start the server again before you go on.`;
const unsentHint = 'Nothing was sent. Correct it, or leave it out.';
const signInHint = `${mayBeSent} Sign in to the server before you go on, or leave it out.`;

/**
 * Says once of each server why it has no tools. Throws CliError for one that a flag names, since to go on without it would cost something, and
 * answer something else: `config`, `upstream` if it ran before, or `auth_required`.
 */
export function createFailureTeller(onNotice: (sentence: string) => void): (host: McpHost) => void {
  const told = new Set<string>();
  return (host) => {
    for (const { server, status, problem, title } of host.states()) {
      if ((status !== 'failed' && status !== 'sign-in') || told.has(server.name)) continue;
      told.add(server.name);
      // Only one that ran has a title.
      const hasRun = title !== undefined;
      const sentence = `the MCP server ${server.name} cannot be used${hasRun ? ' any more' : ''}: ${problem ?? 'it failed'}`;
      if (server.origin.kind === 'flag')
        throw new CliError(
          status === 'sign-in' ? 'auth_required' : hasRun ? 'upstream' : 'config',
          sentence,
          { hint: hasRun ? (status === 'sign-in' ? signInHint : lostHint) : unsentHint },
        );
      onNotice(`${sentence}.`);
    }
  };
}
