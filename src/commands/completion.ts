import { Argument, type Command } from 'commander';
import type { Context } from '../context.ts';
import { type ShellName, shellNames } from '../shell-completion/shell-names.ts';
import type { Run } from './run.ts';

export type CompletionOptions = { shell: ShellName };

/** The scripts ask `copilot-cli __complete`, which bin/copilot-cli.js answers without these commands: see complete-line.ts. */
export function registerCompletion(parent: Command, context: Context, run: Run<CompletionOptions>): void {
  parent
    .command('completion')
    .description('print the script that completes commands, flags and their values in a shell')
    .addArgument(new Argument('<shell>').choices(shellNames))
    .action((shell: ShellName) => run(context, { shell }));
}
