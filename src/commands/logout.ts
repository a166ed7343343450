import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Run } from './run.ts';

export type LogoutOptions = Record<never, never>;

export function registerLogout(parent: Command, context: Context, run: Run<LogoutOptions>): void {
  parent
    .command('logout')
    .description('remove the sign-in and every Copilot token from this machine')
    .action(() => run(context, {}));
}
