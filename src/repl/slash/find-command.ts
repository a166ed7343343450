import { CliError } from '../../errors.ts';
import { suggest } from '../../nearest.ts';
import type { SlashCommand } from './slash-command.ts';

/** A command as it was typed: its name without the slash, in lower case, and all that follows. */
export type Slash = { name: string; words: string };

/** What was typed, as a command. A slash that begins a path or a comment is no command. */
export function parseSlash(text: string): Slash | undefined {
  const match = /^\/([a-z][a-z0-9-]*|\?|)(?:\s+([\s\S]*))?$/i.exec(text.trim());
  return match?.[1] === undefined
    ? undefined
    : { name: match[1].toLowerCase(), words: (match[2] ?? '').trim() };
}

/** Throws CliError `usage` with the nearest name. */
export function findCommand(name: string, commands: readonly SlashCommand[]): SlashCommand {
  if (name === '') throw new CliError('usage', 'a command has a name', { hint: '/help lists them.' });
  const found = commands.find((command) => command.name === name || command.aliases?.includes(name));
  if (found) return found;
  const names = commands.flatMap((command) => [command.name, ...(command.aliases ?? [])]);
  throw new CliError('usage', `there is no command /${name}${suggest(name, names, '/')}`, {
    hint: '/help lists them.',
  });
}

/** Throws CliError `usage` where more follows the name than the command takes. */
export function checkWords({ name, words }: Slash, { parameters, isOneWord = false }: SlashCommand): void {
  const takesNothing = parameters === '';
  if (takesNothing ? words === '' : !isOneWord || !/\s/.test(words)) return;
  throw new CliError('usage', `/${name} takes ${takesNothing ? 'no words' : 'one word'}`, {
    hint: `Type /${name}${takesNothing ? ' alone' : ` ${parameters}`}.`,
  });
}
