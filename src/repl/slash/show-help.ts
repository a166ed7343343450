import type { ReplApp } from '../app.ts';
import { toRows } from '../rows.ts';
import { findCommand } from './find-command.ts';
import { type CommandGroup, commandGroups, type SlashCommand } from './slash-command.ts';

/** All commands by what they are about, or one of them with its parameters. */
export async function showHelp(app: ReplApp, commands: readonly SlashCommand[], name: string): Promise<void> {
  if (name !== '') return showCommand(app, findCommand(name.replace(/^\//, '').toLowerCase(), commands));
  const { transcript, look } = app;
  const lines: string[] = [];
  for (const group of Object.keys(commandGroups) as CommandGroup[]) {
    const rows = await Promise.all(commands.filter((command) => command.group === group).map(toRow));
    if (rows.length === 0) continue;
    lines.push(
      look.theme.paint('heading', commandGroups[group]),
      ...toRows(rows, (text) => `  ${look.theme.paint('accent', text)}`),
      '',
    );
  }
  const end =
    '/help COMMAND tells more. @path adds a file, !command runs one in the shell. /keys shows the keys.';
  transcript.print([...lines, look.theme.paint('dim', end)]);
}

async function toRow(command: SlashCommand): Promise<[string, string]> {
  const description = (await command.describe?.())?.description ?? command.description;
  return [formatUse(command), description];
}

/** `/name [parameters]`. */
export function formatUse({ name, parameters }: SlashCommand): string {
  return `/${name} ${parameters}`.trimEnd();
}

async function showCommand({ transcript, look }: ReplApp, command: SlashCommand): Promise<void> {
  const { aliases = [], details = [], shell } = command;
  const described = await command.describe?.();
  const paint = look.theme.paint;
  transcript.print([
    paint('accent', formatUse(command)),
    described?.description ?? command.description,
    ...(described?.details ?? details).map((sentence) => `  ${sentence}`),
    ...(aliases.length > 0
      ? [paint('dim', `The same: ${aliases.map((alias) => `/${alias}`).join(', ')}`)]
      : []),
    ...(shell === undefined ? [] : [paint('dim', `In the shell: ${shell}`)]),
  ]);
}
