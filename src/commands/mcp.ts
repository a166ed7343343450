import { type Command, Option } from 'commander';
import { toShellWord } from '../command-line.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { collectHeader } from '../header-flag.ts';
import { advise, run as runHint } from '../hint.ts';
import type { Run } from './run.ts';

export type McpOptions =
  | { action: 'list'; json: boolean }
  | { action: 'get'; name: string; json: boolean; showsSecrets: boolean }
  | ({ action: 'add'; name: string; json: boolean; showsSecrets: boolean } & NewServer)
  | { action: 'remove' | 'enable' | 'disable' | 'login' | 'logout'; name: string }
  | { action: 'test'; name: string; json: boolean };

/** What is written down, in the form of the file. */
export type NewServer = {
  way:
    | { type: 'stdio'; command: string; args: string[]; env: Record<string, string> }
    | { type: 'http' | 'sse'; url: string; headers: Record<string, string> };
  /** Undefined: all of them. */
  tools: string[] | undefined;
  timeoutMs: number | undefined;
};

type AddFlags = {
  transport?: 'stdio' | 'http' | 'sse';
  env?: Record<string, string>;
  header?: Record<string, string>;
  tools?: string[] | '*';
  timeout?: number;
  json?: boolean;
  showSecrets?: boolean;
};

type ShowFlags = { json?: boolean; showSecrets?: boolean };

export function registerMcp(parent: Command, context: Context, run: Run<McpOptions>): void {
  const mcp = parent
    .command('mcp')
    .description('manage MCP servers, whose tools a model can use; without a command, list them')
    .helpCommand(false);
  mcp
    .command('list', { isDefault: true })
    .description('list your servers and those that this folder names; nothing is started')
    .option('--json', 'print JSON')
    .action(({ json = false }: ShowFlags) => run(context, { action: 'list', json }));
  mcp
    .command('get')
    .description('show how a server is started or reached')
    .argument('<server>')
    .option('--json', 'print JSON')
    .option('--show-secrets', 'show the values of variables and headers')
    .action((name: string, { json = false, showSecrets = false }: ShowFlags) =>
      run(context, { action: 'get', name, json, showsSecrets: showSecrets }),
    );
  mcp
    .command('add')
    .description('add a server to your own: a program after "--", or a URL')
    .argument('<name>', 'what you call it')
    .argument('[command-or-url...]', 'the program and its words, or the URL')
    .addOption(
      new Option('--transport <transport>', 'how it is reached (default: stdio, and http for a URL)').choices(
        ['stdio', 'http', 'sse'],
      ),
    )
    .option('--env <variable>', 'set "NAME=value" for its program; repeatable', collectVariable)
    .option('--header <header>', 'send "Name: value" with each request; repeatable', collectHeader)
    .option(
      '--tools <tools>',
      '"*", or the names of the tools to offer, joined by commas (default: "*")',
      toTools,
    )
    .option('--timeout <ms>', 'how long a call may take, in milliseconds', toMilliseconds)
    .option('--json', 'print JSON')
    .option('--show-secrets', 'show the values of variables and headers')
    .action((name: string, words: string[], flags: AddFlags) =>
      run(context, {
        action: 'add',
        name,
        json: flags.json ?? false,
        showsSecrets: flags.showSecrets ?? false,
        ...toServer(name, words, flags),
      }),
    );
  const actions = [
    ['remove', 'remove one of your own servers'],
    ['enable', 'switch a server on; for a server of this folder, this is your consent'],
    ['disable', 'switch a server off; a server of this folder is then never started'],
    ['login', 'sign in to a server in the browser'],
    ['logout', 'remove the stored sign-in to a server'],
  ] as const;
  for (const [action, description] of actions)
    mcp
      .command(action)
      .description(description)
      .argument('<server>')
      .action((name: string) => run(context, { action, name }));
  mcp
    .command('test')
    .description('start a server, and list what it offers')
    .argument('<server>')
    .option('--json', 'print JSON')
    .action((name: string, { json = false }: ShowFlags) => run(context, { action: 'test', name, json }));
}

function toServer(name: string, words: readonly string[], flags: AddFlags): NewServer {
  const [first, ...others] = words;
  const isUrl = first !== undefined && others.length === 0 && /^https?:\/\//i.test(first);
  const type = flags.transport ?? (isUrl ? 'http' : 'stdio');
  const { env = {}, header: headers = {}, tools, timeout: timeoutMs } = flags;
  const common = { tools: tools === '*' ? undefined : tools, timeoutMs };
  if (type === 'stdio') {
    if (first === undefined)
      throw new CliError('usage', `${name} needs a program, or a URL`, {
        hint: advise`For example: ${runHint(`mcp add ${toShellWord(name)} -- npx -y PACKAGE`)}`,
      });
    if (flags.header) throw new CliError('usage', '--header goes with a URL, not with a program');
    return { way: { type, command: first, args: others, env }, ...common };
  }
  if (!isUrl || !URL.canParse(first))
    throw new CliError('usage', `--transport ${type} needs one URL that begins with http:// or https://`, {
      hint: advise`For example: ${runHint(`mcp add --transport ${type} ${toShellWord(name)} https://mcp.example.com/mcp`)}`,
    });
  if (flags.env) throw new CliError('usage', '--env goes with a program, not with a URL');
  return { way: { type, url: first, headers }, ...common };
}

function collectVariable(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new CliError('usage', '--env has the form NAME=value');
  return { ...before, [name]: value ?? '' };
}

function toTools(text: string): string[] | '*' {
  if (text.trim() === '*') return '*';
  return text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

function toMilliseconds(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1)
    throw new CliError('usage', `--timeout is a whole number of milliseconds, not ${text}`);
  return value;
}
