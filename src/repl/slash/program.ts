import type { ReplApp } from '../app.ts';
import { gestures, keyBindings } from '../composer/key-bindings.ts';
import { describeKey, parseKey } from '../keys/key.ts';
import { toRows } from './print.ts';
import {
  type CommandGroup,
  commandGroups,
  findCommand,
  formatUse,
  type SlashCommand,
} from './slash-command.ts';

export function createProgramCommands(list: () => readonly SlashCommand[]): SlashCommand[] {
  return [
    {
      name: 'keys',
      parameters: '',
      description: 'show what the keys do',
      group: 'program',
      isQuick: true,
      run: ({ transcript, look }) =>
        transcript.print(
          toRows(
            [
              ...keyBindings
                .filter(({ keys }) => keys.length > 0)
                .map(({ keys, description }): [string, string] => [
                  keys.map((key) => describeKey(parseKey(key))).join(', '),
                  description,
                ]),
              ...gestures.map(({ keys, description }): [string, string] => [keys, description]),
            ],
            (text) => look.theme.paint('accent', text),
            transcript.textColumns,
          ),
        ),
    },
    {
      name: 'help',
      aliases: ['?'],
      parameters: '[command]',
      isOneWord: true,
      description: 'list the commands, or explain one',
      group: 'program',
      shell: 'copilot-cli --help',
      isQuick: true,
      run: (app, name) => showHelp(app, list(), name),
    },
    {
      name: 'exit',
      aliases: ['quit', 'q'],
      parameters: '',
      description: 'leave; the conversation is kept',
      group: 'program',
      isQuick: true,
      run: (app) => app.leave(),
    },
  ];
}

async function showHelp(app: ReplApp, commands: readonly SlashCommand[], name: string): Promise<void> {
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
    '/help COMMAND explains one. @path attaches a file, !command runs a shell command, /keys lists the keys.';
  transcript.print([...lines, look.theme.paint('dim', end)]);
}

async function toRow(command: SlashCommand): Promise<[string, string]> {
  const description = (await command.describe?.())?.description ?? command.description;
  return [formatUse(command), description];
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
