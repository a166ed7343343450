import { toShellWord } from '../command-line.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import {
  describeName,
  describeSettings,
  describeText,
  describeWay,
  describeWord,
} from '../mcp/describe-server.ts';
import { expandWay } from '../mcp/expand.ts';
import { describeOrigin, type ListedServer, listServers, toServerJson } from '../mcp/listed-servers.ts';
import { type LoadedServers, loadMcpServers } from '../mcp/load-servers.ts';
import { InvalidServer, type McpServer, maxTimeoutMs } from '../mcp/mcp-server.ts';
import { openServerFile, type ServerFile } from '../mcp/server-file.ts';
import { rankByLikeness } from '../nearest.ts';
import { writeJson } from '../output/json.ts';
import { type Column, writeChecks, writeTable } from '../output/table.ts';
import { toOneLine } from '../terminal-text.ts';
import type { McpOptions, NewServer } from './mcp.ts';

export async function runMcp(context: Context, options: McpOptions): Promise<void> {
  switch (options.action) {
    case 'list':
      return list(context, options.json);
    case 'get': {
      const loaded = await loadMcpServers(context);
      return show(context, find(context, loaded, options.name), options);
    }
    case 'add':
      return add(context, options);
    case 'remove':
      return remove(context, options.name);
    case 'enable':
    case 'disable':
      return switchServer(context, options.name, options.action === 'enable');
    case 'login':
      return login(context, options.name);
    case 'logout':
      return logout(context, options.name);
    case 'test': {
      const { server, state } = find(context, await loadMcpServers(context), options.name);
      if (state === 'not agreed' || state === 'refused') throw createUnagreedError(server);
      return test(context, server, options.json);
    }
    default:
      return options satisfies never;
  }
}

async function list(context: Context, json: boolean): Promise<void> {
  const { io, notice, warn } = context;
  const loaded = await loadMcpServers(context);
  const listed = listServers(loaded);
  if (json)
    return writeJson(io.stdout, {
      path: openServerFile(context).path,
      servers: listed.map((one) => toServerJson(one)),
      problems: loaded.problems,
    });
  if (listed.length === 0)
    notice(
      'there are no MCP servers yet; for example: copilot-cli mcp add memory -- npx -y @modelcontextprotocol/server-memory',
    );
  else await writeTable(io.stdout, serverColumns, listed);
  for (const problem of loaded.problems) warn(problem);
  const [first] = loaded.unasked;
  if (first)
    notice(
      `this folder names servers that you did not agree to; to use one: copilot-cli mcp enable ${toShellWord(first.name)}`,
    );
}

const serverColumns: Column<ListedServer>[] = [
  { title: 'NAME', read: ({ server }) => server.name },
  { title: 'TYPE', read: ({ server }) => server.way.kind },
  { title: 'STATE', read: ({ state }) => state },
  { title: 'FROM', read: ({ server }) => describeText(describeOrigin(server.origin)) },
  { title: 'TARGET', read: ({ server }) => describeWay(server.way), isFlexible: true },
];

function find(context: Context, loaded: LoadedServers, name: string): ListedServer {
  const all = listServers(loaded);
  const found = all.find(({ server }) => server.name === name);
  if (found) return found;
  // One that is not valid says what is wrong with it.
  openServerFile(context).find(name);
  const [nearest] = rankByLikeness(
    name,
    all.map(({ server }) => server.name),
  );
  throw new CliError(
    'usage',
    `there is no MCP server ${toOneLine(name).slice(0, 80)}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
    { hint: advise`See: ${run('mcp list')}` },
  );
}

async function show(
  { io }: Context,
  listed: ListedServer,
  { json, showsSecrets }: { json: boolean; showsSecrets: boolean },
): Promise<void> {
  const shown = toServerJson(listed, { showsSecrets });
  if (json) return writeJson(io.stdout, shown);
  const lines = Object.entries(shown).flatMap(([name, value]) => describeMember(name, value));
  await io.stdout.write(`${lines.join('\n')}\n`);
}

function describeMember(name: string, value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value))
    return value.length === 0
      ? []
      : [`${name}: ${value.map(name === 'args' ? describeWord : describeText).join(' ')}`];
  if (typeof value !== 'object') return [`${name}: ${describeText(String(value))}`];
  const members = Object.entries(value);
  return members.length === 0
    ? []
    : [`${name}:`, ...members.map(([key, text]) => `  ${describeName(key)}: ${describeText(String(text))}`)];
}

type AddOptions = NewServer & { name: string; json: boolean; showsSecrets: boolean };

async function add(context: Context, options: AddOptions): Promise<void> {
  const { name, timeoutMs = 0 } = options;
  if (timeoutMs > maxTimeoutMs)
    throw new CliError('usage', `--timeout is at most ${maxTimeoutMs} milliseconds, a day`);
  const file = openServerFile(context);
  if (file.readEntry(name))
    throw new CliError('usage', `there is an MCP server ${name} already`, {
      hint: advise`To replace it, remove it first: ${run(`mcp remove ${toShellWord(name)}`)}`,
    });
  const server = await file.write(name, toEntry(options));
  const listed: ListedServer = { server, state: 'enabled' };
  if (options.json) return show(context, listed, options);
  await context.io.stderr.write(`Added ${name}. Try it: copilot-cli mcp test ${toShellWord(name)}\n`);
  const problem = findProblem(context, server);
  if (problem !== undefined) context.warn(`${name} ${problem}.`);
}

function toEntry({ way, tools, timeoutMs }: NewServer): Record<string, unknown> {
  const { type } = way;
  const target =
    way.type === 'stdio'
      ? { command: way.command, args: way.args, ...(Object.keys(way.env).length > 0 && { env: way.env }) }
      : { url: way.url, ...(Object.keys(way.headers).length > 0 && { headers: way.headers }) };
  return { type, ...target, ...(tools && { tools }), ...(timeoutMs !== undefined && { timeout: timeoutMs }) };
}

/** Why it could not be started now: the rest of a sentence. */
function findProblem(context: Context, server: McpServer): string | undefined {
  try {
    expandWay(server, context);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidServer)) throw error;
    return error.message;
  }
}

async function remove(context: Context, name: string): Promise<void> {
  const file = openServerFile(context);
  if (!file.readEntry(name)) {
    const { server } = find(context, await loadMcpServers(context), name);
    throw createForeignError(server);
  }
  await forget(context, file, name);
  await file.remove(name);
  await context.io.stderr.write(`Removed ${name}.\n`);
}

/** A sign-in goes with its server, unless another one has the same URL. */
async function forget(context: Context, file: ServerFile, name: string): Promise<void> {
  const { openTokenStore, toSignInKey } = await import('../mcp/oauth/token-store.ts');
  const url = readUrl(context, file, name);
  if (url === undefined) return;
  const others = file.listNames().filter((other) => other !== name);
  const keys = others.flatMap((other) => readUrl(context, file, other) ?? []).map(toSignInKey);
  if (keys.includes(toSignInKey(url))) return;
  const reason = await openTokenStore(context.secrets, url).removeIfThere();
  if (reason !== undefined) context.warn(`${reason}.`);
}

/** Undefined for a program, and for what has no URL now. */
function readUrl(context: Context, file: ServerFile, name: string): URL | undefined {
  try {
    const server = file.find(name);
    return server && expandUrl(context, server);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return undefined;
  }
}

function createForeignError({ name, origin }: McpServer): CliError {
  const where = origin.kind === 'folder' ? origin.path : 'another place';
  return new CliError('usage', `${name} is not one of your own servers: it stands in ${where}`, {
    hint: advise`To switch it off here: ${run(`mcp disable ${toShellWord(name)}`)}`,
  });
}

function createUnagreedError({ name }: McpServer): CliError {
  return new CliError('forbidden', `you did not agree to the MCP server ${name}, which this folder names`, {
    hint: advise`Look at it with ${run(`mcp get ${toShellWord(name)}`)}, and agree with ${run(`mcp enable ${toShellWord(name)}`)}`,
  });
}

async function switchServer(context: Context, name: string, isOn: boolean): Promise<void> {
  const loaded = await loadMcpServers(context);
  const { server, state } = find(context, loaded, name);
  const { stderr } = context.io;
  if (server.origin.kind === 'folder') {
    if (isOn && !(await mayStart(context, server))) {
      await stderr.write(`Left ${name} as it was: ${state}.\n`);
      return;
    }
    await loaded.agree([server], isOn ? 'yes' : 'no');
    await stderr.write(
      isOn ? `Enabled ${name} in this folder, as it is defined now.\n` : `Disabled ${name} in this folder.\n`,
    );
    return;
  }
  const file = openServerFile(context);
  const { disabled: _, enabled: __, ...entry } = file.readEntry(name) ?? {};
  await file.write(name, isOn ? entry : { ...entry, disabled: true });
  await stderr.write(`${isOn ? 'Enabled' : 'Disabled'} ${name}.\n`);
}

/** The person sees what a repository wants to start. */
async function mayStart({ prompter, io }: Context, { name, way, origin }: McpServer): Promise<boolean> {
  const where = origin.kind === 'folder' ? describeText(origin.path) : '';
  const verb = way.kind === 'stdio' ? 'starts' : 'connects to';
  await io.stderr.write(`${name}, from ${where}, ${verb}: ${describeWay(way)}\n`);
  for (const line of describeSettings(way)) await io.stderr.write(`  ${line}\n`);
  return prompter.isAvailable ? prompter.confirm('Use it in this folder?', { default: false }) : true;
}

async function login(context: Context, name: string): Promise<void> {
  const { server, state } = find(context, await loadMcpServers(context), name);
  if (state === 'not agreed' || state === 'refused') throw createUnagreedError(server);
  const url = expandUrl(context, server);
  const { signInToServer } = await import('../mcp/oauth/sign-in.ts');
  const wait = context.beginWait(`Waiting for the sign-in to ${name}`);
  const isSignedIn = await signInToServer(context, {
    url,
    async onPage(page) {
      wait.end();
      const isOpen = context.canOpenUrl && (await context.openUrl(page.href));
      const words = isOpen ? 'The browser shows the sign-in. If it does not, open' : 'To sign in, open';
      await context.io.stderr.write(`${words}:\n${toOneLine(page.href)}\n`);
    },
  }).finally(wait.end);
  if (!isSignedIn) context.notice(`${name} asks for no sign-in.`);
  else
    await context.io.stderr.write(
      `Signed in to ${name}. Try it: copilot-cli mcp test ${toShellWord(name)}\n`,
    );
}

function expandUrl(context: Context, server: McpServer): URL {
  if (server.way.kind === 'stdio')
    throw new CliError('usage', `${server.name} is a program on this machine, and has no sign-in`);
  try {
    const way = expandWay(server, context);
    return new URL(way.kind === 'stdio' ? '' : way.url);
  } catch (error) {
    if (!(error instanceof InvalidServer)) throw error;
    throw new CliError('config', `the MCP server ${server.name} ${error.message}`, { cause: error });
  }
}

async function logout(context: Context, name: string): Promise<void> {
  const { server } = find(context, await loadMcpServers(context), name);
  const { openTokenStore } = await import('../mcp/oauth/token-store.ts');
  const store = openTokenStore(context.secrets, expandUrl(context, server));
  if (!store.isThere()) {
    context.notice(`you are not signed in to ${name}.`);
    return;
  }
  const reason = await store.removeIfThere();
  if (reason !== undefined) context.warn(`${reason}.`);
  await context.io.stderr.write(`Signed out of ${name}: its tokens are removed from this machine.\n`);
}

async function test(context: Context, server: McpServer, json: boolean): Promise<void> {
  const { testServer } = await import('../mcp/test-server.ts');
  const { io } = context;
  const { name } = server;
  const wait = context.beginWait(`Starting ${name}`);
  const { checks, tools, error } = await testServer(context, server).finally(wait.end);
  if (json && !error) return writeJson(io.stdout, { name, checks, tools });
  if (!json) await writeChecks(io.stdout, checks);
  if (error) throw error.withData({ name, checks, tools });
}
