import { accountCommands } from './account.ts';
import { attachCommand } from './attach.ts';
import { branchesCommand } from './branches.ts';
import { compactionCommands } from './compaction.ts';
import { compareCommand } from './compare.ts';
import { contextCommands } from './context.ts';
import { conversationCommands } from './conversation.ts';
import { copyCommand } from './copy.ts';
import { exportCommand } from './export.ts';
import { createHelpCommands } from './help.ts';
import { lookCommands } from './look.ts';
import { mcpCommand } from './mcp.ts';
import { modelCommands } from './model.ts';
import { createOwnCommands } from './own-prompts.ts';
import { permissionsCommand } from './permissions.ts';
import { queueCommand } from './queue.ts';
import { searchCommand } from './search.ts';
import type { SlashCommand } from './slash-command.ts';
import { toolsCommand } from './tools.ts';

/** All commands, in the order of the help. A built-in command wins over a prompt template of the same name. */
export function createSlashCommands({
  templatesFolder,
}: {
  templatesFolder: string;
}): readonly SlashCommand[] {
  const commands: SlashCommand[] = [
    ...modelCommands,
    ...conversationCommands,
    branchesCommand,
    queueCommand,
    searchCommand,
    ...contextCommands,
    ...compactionCommands,
    attachCommand,
    copyCommand,
    exportCommand,
    compareCommand,
    toolsCommand,
    permissionsCommand,
    mcpCommand,
    ...accountCommands,
    ...lookCommands,
    ...createHelpCommands(() => commands),
  ];
  const taken = new Set(commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  commands.push(...createOwnCommands(templatesFolder).filter(({ name }) => !taken.has(name)));
  return commands;
}
