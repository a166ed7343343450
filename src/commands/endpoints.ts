import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { collectHeader } from '../header-flag.ts';
import { advise, flag } from '../hint.ts';
import type { Run } from './run.ts';

/** What an endpoint is told to change; what is undefined stays. */
export type EndpointChange = {
  url: string | undefined;
  dialect: string | undefined;
  /** `ask`: the person is asked, or stdin has it. `none`: it needs no key. */
  key: { env: string } | { command: string } | 'ask' | 'none' | undefined;
  keyHeader: string | undefined;
  headers: Record<string, string> | undefined;
  models: string[] | undefined;
  /** A file with the changes to requests and answers. */
  adaptFile: string | undefined;
};

export type EndpointsOptions =
  | { action: 'list'; json: boolean }
  | ({ action: 'add'; name: string } & EndpointChange)
  | { action: 'remove'; name: string }
  | { action: 'test'; name: string; model: string | undefined; json: boolean }
  | {
      action: 'dry-run';
      name: string;
      model: string | undefined;
      requestFile: string | undefined;
      answerFile: string | undefined;
    };

type AddFlags = {
  url?: string;
  dialect?: string;
  key?: boolean;
  keyEnv?: string;
  keyCommand?: string;
  keyHeader?: string;
  header?: Record<string, string>;
  model?: string[];
  adapt?: string;
};

type TestFlags = { model?: string; json?: boolean; dryRun?: boolean; request?: string; answer?: string };

/** The dialects of endpoints, which are also those of the server. */
const dialects = ['chat-completions', 'responses', 'messages'];

export function registerEndpoints(parent: Command, context: Context, run: Run<EndpointsOptions>): void {
  const endpoints = parent
    .command('endpoints')
    .description(
      'use models of other services, such as Ollama or a company gateway; without a command, list them',
    )
    .helpCommand(false);
  endpoints
    .command('list', { isDefault: true })
    .description('list the endpoints')
    .option('--json', 'print JSON')
    .action(({ json = false }: { json?: boolean }) => run(context, { action: 'list', json }));
  endpoints
    .command('add')
    .description('add an endpoint, or change one; its models are then NAME/MODEL everywhere')
    .argument('<name>', 'what you call it')
    .option('--url <url>', 'the base URL, such as http://localhost:11434/v1')
    .addOption(
      new Option('--dialect <dialect>', 'the API that it speaks (default: chat-completions)').choices(
        dialects,
      ),
    )
    .option('--key', 'ask for its key, or read it from stdin, and keep it')
    .option('--no-key', 'it needs no key')
    .option('--key-env <variable>', 'the key is in this environment variable')
    .option('--key-command <command>', 'this command prints the key')
    .option('--key-header <name>', 'the header for the key (default: that of the dialect)')
    .option('--header <header>', 'add "Name: value" to each request; repeatable', collectLowerHeader)
    .option('--model <id>', 'a model that it has, instead of its list; repeatable', collectText)
    .option('--adapt <file>', 'change requests and answers as this JSON file says')
    .action((name: string, flags: AddFlags) => run(context, { action: 'add', name, ...toChange(flags) }));
  endpoints
    .command('remove')
    .description('remove an endpoint and its key')
    .argument('<endpoint>')
    .action((name: string) => run(context, { action: 'remove', name }));
  endpoints
    .command('test')
    .description('look for the key, list the models and ask one of them')
    .argument('<endpoint>')
    .option('-m, --model <id>', 'the model to ask (default: the first one)')
    .option('--dry-run', 'send nothing, but print a request and an answer before and after their changes')
    .option('--request <file>', 'with --dry-run: the request, as JSON')
    .option('--answer <file>', 'with --dry-run: the answer, as JSON')
    .option('--json', 'print JSON')
    .action((name: string, flags: TestFlags) => run(context, toTest(name, flags)));
}

function toTest(
  name: string,
  { model, json = false, dryRun = false, request, answer }: TestFlags,
): EndpointsOptions {
  if (dryRun && json) throw new CliError('usage', '--json and --dry-run cannot both be given');
  if (dryRun) return { action: 'dry-run', name, model, requestFile: request, answerFile: answer };
  for (const [given, text] of Object.entries({ request, answer }))
    if (text !== undefined) throw new CliError('usage', `--${given} goes with --dry-run`);
  return { action: 'test', name, model, json };
}

function toChange(flags: AddFlags): EndpointChange {
  return {
    url: flags.url,
    dialect: flags.dialect,
    key: toKey(flags),
    keyHeader: flags.keyHeader,
    headers: flags.header,
    models: flags.model,
    adaptFile: flags.adapt,
  };
}

function toKey({ key, keyEnv, keyCommand }: AddFlags): EndpointChange['key'] {
  const given = [key, keyEnv, keyCommand].filter((value) => value !== undefined);
  if (given.length > 1)
    throw new CliError('usage', 'the key can come from one place only', {
      hint: advise`Give one of ${flag('--key')}, ${flag('--key-env')} and ${flag('--key-command')}.`,
    });
  if (keyEnv !== undefined) return { env: keyEnv };
  if (keyCommand !== undefined) return { command: keyCommand };
  return key === undefined ? undefined : key ? 'ask' : 'none';
}

function collectText(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

function collectLowerHeader(text: string, before?: Record<string, string>): Record<string, string> {
  return collectHeader(
    text.replace(/^[^:]+/, (name) => name.toLowerCase()),
    before,
  );
}
