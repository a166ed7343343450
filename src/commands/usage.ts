import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Run } from './run.ts';

export type UsageOptions = { json: boolean };

export function registerUsage(parent: Command, context: Context, run: Run<UsageOptions>): void {
  parent
    .command('usage')
    .description('show what is left of the quota, and what the answers that are kept here used this month')
    .option('--json', 'print JSON')
    .action(({ json = false }: Partial<UsageOptions>) => run(context, { json }));
}
