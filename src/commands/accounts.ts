import type { Command } from 'commander';
import { toShellWord } from '../command-line.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, run as runHint } from '../hint.ts';
import type { Run } from './run.ts';

export type AccountsOptions =
  | { action: 'list'; json: boolean }
  | { action: 'switch'; account: string | undefined }
  | { action: 'use'; account: string | undefined }
  | { action: 'remove'; account: string }
  | { action: 'migrate'; account: string | undefined };

export function registerAccounts(parent: Command, context: Context, run: Run<AccountsOptions>): void {
  const accounts = parent
    .command('accounts')
    .description('show the accounts that signed in; without a command, list them')
    .helpCommand(false);
  accounts
    .command('list', { isDefault: true })
    .description('list the accounts, and where the secrets of each lie')
    .option('--json', 'print JSON')
    .action(({ json = false }: { json?: boolean }) => run(context, { action: 'list', json }));
  accounts
    .command('switch')
    .description('use another account from now on')
    .argument('[login]', 'LOGIN, or LOGIN@HOST; without it, the other one of two')
    .action((account: string | undefined) => run(context, { action: 'switch', account }));
  accounts
    .command('use')
    .description(
      'choose the account for this folder and its subfolders (needs --here); without a login, remove the choice',
    )
    .argument('[login]', 'LOGIN, or LOGIN@HOST')
    .option('--here', 'for this folder')
    .action((account: string | undefined, { here = false }: { here?: boolean }) => {
      if (!here)
        throw new CliError('usage', 'accounts use is for one folder, and needs --here', {
          hint: advise`For every folder: ${account === undefined ? runHint('accounts switch') : runHint(`accounts switch ${toShellWord(account)}`)}`,
        });
      return run(context, { action: 'use', account });
    });
  accounts
    .command('remove')
    .description('sign an account out, as logout --account does')
    .argument('<login>', 'LOGIN, or LOGIN@HOST')
    .action((account: string) => run(context, { action: 'remove', account }));
  accounts
    .command('migrate')
    .description('move secrets to the store that the setting credential-store names')
    .argument('[login]', 'LOGIN, or LOGIN@HOST; without it, all accounts')
    .action((account: string | undefined) => run(context, { action: 'migrate', account }));
}
