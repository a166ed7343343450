import type { Command } from 'commander';
import type { Context } from '../src/context.ts';
import { createProgram } from '../src/program.ts';

/** The help of each command on a terminal of this many columns, by the words of the command. The root command has no words. */
export function listHelpTexts(version: string, columns: number): Record<string, string> {
  const io = { stdout: { isTerminal: true, columns } };
  const written: string[] = [];
  // Declaring commands touches nothing else of the context.
  const program = createProgram({ version, io } as Context, {
    out: (text) => written.push(text),
    err: () => {},
  });
  const texts: Record<string, string> = {};
  const visit = (command: Command, words: string[]): void => {
    command.outputHelp();
    texts[words.join(' ')] = written.splice(0).join('');
    for (const subcommand of command.commands) visit(subcommand, [...words, subcommand.name()]);
  };
  visit(program, []);
  return texts;
}
