import type { Env } from './env.ts';
import { readTyped, toLines } from './shell-completion/answer-shell.ts';
import type { CommandTable } from './shell-completion/command-table.ts';
import { complete, type ListValues } from './shell-completion/complete.ts';
import { isShellName } from './shell-completion/shell-names.ts';

export type Known = {
  /** What scripts/completion-table.ts wrote. */
  table: CommandTable;
  /** Loads complete-values.ts. */
  loadValues: () => { openValues(env: Env): ListValues };
};

/**
 * Answers `copilot-cli __complete SHELL -- WORDS`, which a completion script asks at every Tab. A second entrance beside main.ts, because
 * a person waits: it loads nothing but itself and the table of commands, unless values of this machine are completed.
 */
export async function completeLine(process: NodeJS.Process, { table, loadValues }: Known): Promise<void> {
  const [shell = '', , ...sent] = process.argv.slice(3);
  if (!isShellName(shell)) {
    process.stderr.write('copilot-cli: __complete is for the scripts of: copilot-cli completion SHELL\n');
    process.exitCode = 2;
    return;
  }
  const typed = readTyped(shell, sent, process.env);
  const completion = await complete(table, typed.words, (placeholder, place) =>
    loadValues().openValues(process.env)(placeholder, place),
  );
  // The shell may have stopped reading.
  process.stdout.on('error', () => {});
  process.stdout.write(`${toLines(shell, completion, typed).join('\n')}\n`);
}
