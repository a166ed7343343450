import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Run } from './run.ts';

export type StatusOptions = { json: boolean };

export function registerStatus(parent: Command, context: Context, run: Run<StatusOptions>): void {
  parent
    .command('status')
    .description('show who is signed in, the remaining quota, and whether prompts would work')
    .option('--json', 'print JSON')
    .action(({ json = false }: Partial<StatusOptions>) => run(context, { json }));
}
