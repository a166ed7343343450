import { CliError } from '../../errors.ts';
import { findNearest } from '../../nearest.ts';
import { isTyped, type PromptText, sliceText, trimText } from '../../prompt-text.ts';
import type { ReplApp } from '../app.ts';
import type { Candidate } from '../state.ts';

/** The groups of commands, in the order of the help. */
export const commandGroups = {
  model: 'Model',
  conversation: 'Conversation',
  context: 'Context',
  answers: 'Files and answers',
  tools: 'Tools',
  account: 'Account',
  program: 'Program',
  own: 'Your prompt templates',
  servers: 'Prompts of MCP servers',
} as const;
export type CommandGroup = keyof typeof commandGroups;

/** A row of the command table. Help, completion and documentation are made from it. */
export type SlashCommand = {
  /** Without the slash. */
  name: string;
  aliases?: readonly string[];
  /** What follows the name, as help shows it: `[model]`, `<name>`. If it is empty, words are refused. */
  parameters: string;
  /** Whether the parameter is one word, so that a second word is refused. */
  isOneWord?: boolean;
  /** Whether the parameter must be one of those that `complete` lists, so that Enter may take the one on top. */
  isChoice?: boolean;
  /** What it does, in at most 24 cells, for lists. */
  label?: string;
  description: string;
  group: CommandGroup;
  /** Sentences about the parameters, and other notes. */
  details?: readonly string[];
  /** More sentences, about keys: plain lines have none of those. */
  keyDetails?: readonly string[];
  /** Whether it changes only what a chat in plain lines does not have: colours, the status line, keys. */
  isForDrawn?: boolean;
  /** The shell command that does the same. */
  shell?: string;
  /** Reads from a file what it does, and whether it is of no use without words behind it. Never throws. */
  describe?: () => Promise<{ description: string; details: readonly string[]; needsWords: boolean }>;
  /** Whether the command can run during an answer. Others wait for its end. */
  isQuick?: boolean;
  /** Whether, with these words, it puts a prompt into the composer and asks nothing before. */
  setsDraft?: (words: string) => boolean;
  /** Which of these words are sent to a model as the person's own, so that a mention in them counts. */
  findPrompt?: (said: PromptText) => PromptText;
  /** Candidates for the last of these words. */
  complete?: (app: ReplApp, words: readonly string[]) => Promise<readonly Candidate[]>;
  /** Whether `complete` may know others for each letter that is typed. */
  isLive?: boolean;
  /** `words` follow the name; `said` also tells which of them were typed. Throws CliError if it cannot be done. */
  run: (app: ReplApp, words: string, said: PromptText) => void | Promise<void>;
};

/** A typed command: its name in lower case, without the slash, and everything that follows. */
export type Slash = {
  name: string;
  words: string;
  /** The same words, with the information which of them were typed. */
  said: PromptText;
};

/** The name of a command: of letters, or `server:prompt`. */
export const nameWords = String.raw`[a-z][a-z0-9-]*|[\p{L}\p{N}_][\p{L}\p{N}_.-]*:[\p{L}\p{N}_.-]+`;
const slashForm = new RegExp(String.raw`^\/(${nameWords}|\?|)(?:\s+([\s\S]*))?$`, 'iu');

/** Parses a prompt as a command. A path or a comment that begins with a slash is not one, nor is what was pasted. */
export function parseSlash(prompt: PromptText): Slash | undefined {
  const trimmed = trimText(prompt);
  const [all, name, words = ''] = slashForm.exec(trimmed.text) ?? [];
  if (all === undefined || name === undefined || !isTyped(trimmed, 0, 1)) return undefined;
  const said = sliceText(trimmed, all.length - words.length);
  return { name: name.toLowerCase(), words: said.text, said };
}

/** The command with this name or alias, in lower case. */
export function findByName(name: string, commands: readonly SlashCommand[]): SlashCommand | undefined {
  return commands.find((command) => command.name.toLowerCase() === name || command.aliases?.includes(name));
}

/** How a command is typed: `/name [parameters]`. */
export function formatUse({ name, parameters }: Pick<SlashCommand, 'name' | 'parameters'>): string {
  return `/${name} ${parameters}`.trimEnd();
}

/** The command with this name or alias. Throws CliError `usage` with the nearest name that /help lists. */
export function findCommand(
  name: string,
  commands: readonly SlashCommand[],
  { isSpoken }: { isSpoken: boolean },
): SlashCommand {
  if (name === '')
    throw new CliError('usage', 'a slash alone is not a command', { hint: '/help lists the commands.' });
  const found = findByName(name, commands);
  if (found) return found;
  throw new CliError('usage', `there is no command /${name}${suggestCommand(name, commands, isSpoken)}`, {
    hint: '/help lists them.',
  });
}

/** A mistyped alias means its command: no list has aliases, so that their names alone would say nothing. */
function suggestCommand(name: string, commands: readonly SlashCommand[], isSpoken: boolean): string {
  const listed = commands.filter((command) => isListed(command, isSpoken));
  const names = listed.flatMap((command) => [
    command.name,
    // With more letters missing, the beginning of an alias is rather a word of its own.
    ...(command.aliases ?? []).filter((alias) => !alias.startsWith(name) || alias.length <= name.length + 1),
  ]);
  const [nearest] = findNearest(name, names, 1);
  const meant = nearest === undefined ? undefined : findByName(nearest.toLowerCase(), listed);
  return meant ? `; did you mean /${meant.name}?` : '';
}

/** Whether help lists it: in plain lines, some commands change nothing. */
export function isListed({ isForDrawn = false }: SlashCommand, isSpoken: boolean): boolean {
  return !(isSpoken && isForDrawn);
}

/** Throws CliError `usage` if more words follow the name than the command takes. */
export function checkWords(
  { name, words }: Pick<Slash, 'name' | 'words'>,
  { parameters, isOneWord = false }: SlashCommand,
): void {
  const takesNothing = parameters === '';
  if (takesNothing ? words === '' : !isOneWord || !/\s/.test(words)) return;
  throw new CliError('usage', `/${name} takes ${takesNothing ? 'no words' : 'one word'}`, {
    hint: `Type ${takesNothing ? `/${name} alone` : formatUse({ name, parameters })}.`,
  });
}
