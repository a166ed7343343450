import { CliError } from '../../errors.ts';
import { suggest } from '../../nearest.ts';
import { type PromptText, sliceText, trimText } from '../../prompt-text.ts';
import type { SlashCommand } from './slash-command.ts';

/** A command as it was typed: its name without the slash, in lower case, and all that follows. */
export type Slash = {
  name: string;
  words: string;
  /** The same words, and which of them were typed. */
  said: PromptText;
};

/** What was typed, as a command. A slash that begins a path or a comment is no command. */
export function parseSlash(prompt: PromptText): Slash | undefined {
  const trimmed = trimText(prompt);
  const [all, name, words = ''] = /^\/([a-z][a-z0-9-]*|\?|)(?:\s+([\s\S]*))?$/i.exec(trimmed.text) ?? [];
  if (all === undefined || name === undefined) return undefined;
  const said = sliceText(trimmed, all.length - words.length);
  return { name: name.toLowerCase(), words: said.text, said };
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
export function checkWords(
  { name, words }: Pick<Slash, 'name' | 'words'>,
  { parameters, isOneWord = false }: SlashCommand,
): void {
  const takesNothing = parameters === '';
  if (takesNothing ? words === '' : !isOneWord || !/\s/.test(words)) return;
  throw new CliError('usage', `/${name} takes ${takesNothing ? 'no words' : 'one word'}`, {
    hint: `Type /${name}${takesNothing ? ' alone' : ` ${parameters}`}.`,
  });
}
