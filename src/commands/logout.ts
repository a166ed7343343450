import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Run } from './run.ts';

export type LogoutOptions = { all: boolean };

export function registerLogout(parent: Command, context: Context, run: Run<LogoutOptions>): void {
  parent
    .command('logout')
    .description('remove the account in use, or the one of --account, with its tokens from this machine')
    .option('--all', 'remove every account and every Copilot token')
    .action(({ all = false }: Partial<LogoutOptions>) => run(context, { all }));
}
