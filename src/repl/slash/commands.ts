import { accountCommands } from './about-account.ts';
import { answerCommands, searchCommand } from './about-answers.ts';
import { compactionCommands } from './about-compaction.ts';
import { contextCommands } from './about-context.ts';
import { conversationCommands } from './about-conversation.ts';
import { lookCommands } from './about-look.ts';
import { modelCommands } from './about-model.ts';
import { createProgramCommands } from './about-program.ts';
import type { SlashCommand } from './slash-command.ts';

/** All of them, in the order of the help. */
export function createSlashCommands(): readonly SlashCommand[] {
  const commands: SlashCommand[] = [
    ...modelCommands,
    ...conversationCommands,
    searchCommand,
    ...contextCommands,
    ...compactionCommands,
    ...answerCommands,
    ...accountCommands,
    ...lookCommands,
    ...createProgramCommands(() => commands),
  ];
  return commands;
}
