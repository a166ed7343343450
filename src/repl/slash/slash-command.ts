import type { PromptText } from '../../prompt-text.ts';
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
