import { writeSync } from 'node:fs';
import type { Env } from './env.ts';
import { readTyped, toLines } from './shell-completion/answer-shell.ts';
import type { CommandTable } from './shell-completion/command-table.ts';
import { complete, type ListValues } from './shell-completion/complete.ts';
import { isShellName } from './shell-completion/shell-names.ts';

const stdoutFd = 1;

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
  writeOut(process, Buffer.from(`${toLines(shell, completion, typed).join('\n')}\n`));
}

/** To the descriptor: to make a stream of it takes as long as the rest of a completion. */
function writeOut(process: NodeJS.Process, bytes: Buffer): void {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(stdoutFd, bytes, written);
  } catch (error) {
    // A pipe that does not block is full. Otherwise the shell has stopped reading.
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') process.stdout.write(bytes.subarray(written));
  }
}
