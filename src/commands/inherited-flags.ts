import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';

/**
 * Throws CliError `usage` if the command line has a flag of the command around this one that does nothing here: commander accepts all of them. `used`
 * are the names of those that do something.
 */
export function refuseInheritedFlags(command: Command, used: readonly string[]): void {
  const { parent } = command;
  if (!parent) return;
  const idle = parent.options.find(
    (option) =>
      !used.includes(option.attributeName()) && parent.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (idle === undefined) return;
  const words = `${parent.name()} ${command.name()}`;
  throw new CliError('usage', `${idle.long ?? idle.flags} does nothing for ${words}`, {
    hint: advise`See: ${run(`${words} --help`)}`,
  });
}
