import { Argument, type Command } from 'commander';
import type { Context } from '../context.ts';
import { type ShellName, shellNames } from '../shell-completion/shell-names.ts';
import type { Run } from './run.ts';

/** `words` are those that a script sends, for the tree of commands around `root`. Without them the script itself is printed. */
export type CompletionOptions =
  | { action: 'script'; shell: ShellName }
  | { action: 'complete'; shell: ShellName; words: string[]; root: Command };

export function registerCompletion(parent: Command, context: Context, run: Run<CompletionOptions>): void {
  const shell = (): Argument => new Argument('<shell>').choices(shellNames);
  parent
    .command('completion')
    .description('print the script that completes commands, flags and their values in a shell')
    .addArgument(shell())
    .action((name: ShellName) => run(context, { action: 'script', shell: name }));
  parent
    .command('__complete', { hidden: true })
    .description('what the completion scripts ask')
    .addArgument(shell())
    .argument('[words...]')
    .action((name: ShellName, words: string[]) =>
      run(context, { action: 'complete', shell: name, words, root: parent }),
    );
}
