import { accountCommands } from './about-account.ts';
import { answerCommands, searchCommand } from './about-answers.ts';
import { compactionCommands } from './about-compaction.ts';
import { contextCommands } from './about-context.ts';
import { conversationCommands } from './about-conversation.ts';
import { lookCommands } from './about-look.ts';
import { modelCommands } from './about-model.ts';
import { createProgramCommands } from './about-program.ts';
import { createOwnCommands } from './own-prompts.ts';
import type { SlashCommand } from './slash-command.ts';

/** All of them, in the order of the help. Where a prompt of the person's own is called like one of ours, ours is meant. */
export function createSlashCommands({
  templatesFolder,
}: {
  templatesFolder: string;
}): readonly SlashCommand[] {
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
  const taken = new Set(commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  commands.push(...createOwnCommands(templatesFolder).filter(({ name }) => !taken.has(name)));
  return commands;
}
