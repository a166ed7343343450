import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Run } from './run.ts';

export type StatusOptions = { json: boolean };

export function registerStatus(parent: Command, context: Context, run: Run<StatusOptions>): void {
  parent
    .command('status')
    .description('who is signed in, what is left of the quota, and whether a prompt would be answered')
    .option('--json', 'print JSON')
    .action(({ json = false }: Partial<StatusOptions>) => run(context, { json }));
}
