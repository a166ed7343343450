import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Run } from './run.ts';

export type TemplatesOptions =
  | { action: 'list'; json: boolean }
  | { action: 'show'; name: string; json: boolean };

type Flags = { json?: boolean };

export function registerTemplates(parent: Command, context: Context, run: Run<TemplatesOptions>): void {
  const templates = parent
    .command('templates')
    .description('show your prompt templates, for chat --template; without a command, list them')
    .helpCommand(false);
  templates
    .command('list', { isDefault: true })
    .description('list your prompt templates, and the variables of each')
    .option('--json', 'print JSON')
    .action(({ json = false }: Flags) => run(context, { action: 'list', json }));
  templates
    .command('show')
    .description('print a prompt template as it is')
    .argument('<template>', 'the name of the file, without .md')
    .option('--json', 'print its parts as JSON')
    .action((name: string, { json = false }: Flags) => run(context, { action: 'show', name, json }));
}
