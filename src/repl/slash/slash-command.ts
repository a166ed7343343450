import { CliError } from '../../errors.ts';
import { suggest } from '../../nearest.ts';
import { type PromptText, sliceText, trimText } from '../../prompt-text.ts';
import type { ReplApp } from '../app.ts';
import type { Candidate } from '../state.ts';

/** What a command is about, in the order of the help. */
export const commandGroups = {
  model: 'Model',
  conversation: 'Conversation',
  context: 'Context',
  answers: 'Files and answers',
  account: 'Account',
  program: 'Program',
  own: 'Your own prompts',
} as const;
export type CommandGroup = keyof typeof commandGroups;

/** A command of the REPL. Help, completion and the documentation are made from the same rows. */
export type SlashCommand = {
  /** Without the slash. */
  name: string;
  aliases?: readonly string[];
  /** What follows the name, as help shows it: `[model]`, `<name>`. Empty where nothing does; more is refused then. */
  parameters: string;
  /** Whether that is one word, so that a second one is refused. */
  isOneWord?: boolean;
  description: string;
  group: CommandGroup;
  /** What the parameters are, and what is good to know besides: a sentence each. */
  details?: readonly string[];
  /** The command of the shell that does the same. */
  shell?: string;
  /** The same where it has to be read first. Never throws. */
  describe?: () => Promise<{ description: string; details: readonly string[] }>;
  /** Whether it can run while an answer comes. Others wait for its end. */
  isQuick?: boolean;
  /** What could be typed for the last of these words. */
  complete?: (app: ReplApp, words: readonly string[]) => Promise<readonly Candidate[]>;
  /** `words` is what followed the name, and `said` tells which of it was typed. Throws CliError for what cannot be done. */
  run: (app: ReplApp, words: string, said: PromptText) => void | Promise<void>;
};

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
