import type { Command } from 'commander';
import type { Context } from '../src/context.ts';
import { layOutHelp, listPath } from '../src/help/lay-out-help.ts';
import { createProgram } from '../src/program.ts';

/** The tree of commands with its help, on a terminal of this many columns, for the build and for the docs. */
export function createHelp(version: string, columns: number): Command {
  const io = { stdout: { isTerminal: true, columns } };
  // Declaring commands touches nothing else of the context.
  const program = createProgram({ version, io, env: {} } as Context, { out: () => {}, err: () => {} });
  layOutHelp(program);
  return program;
}

/** The commands that a person may type, in the order of the help, the root first. */
export function listCommands(command: Command): Command[] {
  const visible = command.createHelp().visibleCommands(command);
  return [command, ...visible.flatMap(listCommands)];
}

/** The help of each command by its words. The root command has no words. */
export function listHelpTexts(version: string, columns: number): Record<string, string> {
  const commands = listCommands(createHelp(version, columns));
  return Object.fromEntries(
    commands.map((command) => [listPath(command).join(' '), command.helpInformation()]),
  );
}

export { topicNames } from '../src/help/topic-names.ts';
export { createCompletionTable } from './completion-table.ts';
export { listManPages } from './man/man-pages.ts';
