import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { toOneLine } from '../terminal-text.ts';
import { type Agreements, openAgreements } from './agreements.ts';
import { readFolderServers, readServerText } from './folder-servers.ts';
import type { McpServer } from './mcp-server.ts';
import { openServerFile } from './server-file.ts';

export type LoadServersOptions = {
  /** The texts that `--mcp-config` names. The person typed the flag, so their servers are agreed to. */
  configs?: readonly ServerText[];
};

/** `label` is what problems call it. */
export type ServerText = { label: string; text: string };

export type LoadedServers = {
  /** Those that may be started. */
  servers: McpServer[];
  /** Those of the folder that nobody was asked about, or that changed since. To ask, show `describeWay` and `describeSettings` of each; then call `agree`. */
  unasked: McpServer[];
  /** Those that were switched off, and those of the folder to which the person said no. */
  off: McpServer[];
  /** Sentences without a full stop. Text of others, on one line. */
  problems: string[];
  /** Keeps the answer for this folder and these definitions. */
  agree(servers: readonly McpServer[], answer: 'yes' | 'no'): Promise<void>;
};

type LoadContext = Pick<Context, 'settings' | 'warn' | 'signal' | 'cwd'>;

/**
 * Which servers there are, and which may be started: of a flag before the person's own, and those before the folder's, so that a repository
 * takes no name away. Starts nothing. Throws CliError `usage` for a flag that cannot be read, and `config` for the person's own file.
 */
export async function loadMcpServers(
  context: LoadContext,
  { configs = [] }: LoadServersOptions = {},
): Promise<LoadedServers> {
  const agreements = openAgreements(context, context.cwd);
  const problems: string[] = [];
  const all: McpServer[] = [];
  const add = (servers: readonly McpServer[]): void => {
    for (const server of servers) if (!all.some(({ name }) => name === server.name)) all.push(server);
  };
  for (const config of configs) add(await readFlag(config));
  add(readOwn(context, problems));
  const found = await readFolderServers(context.cwd);
  add(found.servers);
  problems.push(...found.problems);
  return {
    ...sort(all, agreements),
    problems: problems.map(toOneLine),
    agree: (servers, answer) => agreements.keep(servers, answer),
  };
}

function sort(
  all: readonly McpServer[],
  agreements: Agreements,
): Pick<LoadedServers, 'servers' | 'unasked' | 'off'> {
  const sorted = { servers: [] as McpServer[], unasked: [] as McpServer[], off: [] as McpServer[] };
  for (const server of all) {
    const answer = agreements.find(server);
    if (!server.isEnabled || answer === 'no') sorted.off.push(server);
    else (answer === 'yes' ? sorted.servers : sorted.unasked).push(server);
  }
  return sorted;
}

function readOwn(context: LoadContext, problems: string[]): McpServer[] {
  const file = openServerFile(context);
  return file.listNames().flatMap((name) => {
    try {
      return file.find(name) ?? [];
    } catch (error) {
      // One that is not valid does not hide the others.
      if (!(error instanceof CliError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
}

async function readFlag({ label, text }: ServerText): Promise<McpServer[]> {
  const { servers, problems } = await readServerText(text, label, { kind: 'flag' });
  const [problem] = problems;
  if (problem !== undefined)
    throw new CliError('usage', toOneLine(problem), {
      hint: `It has the form of mcp.json: {"mcpServers": {"name": {"command": "program", "args": []}}}`,
    });
  return servers;
}
