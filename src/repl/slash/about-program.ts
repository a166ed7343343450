import { keyBindings } from '../composer/key-bindings.ts';
import { toRows } from '../rows.ts';
import type { SlashCommand } from './slash-command.ts';

/** Help, keys and the way out. */
export function createProgramCommands(list: () => readonly SlashCommand[]): SlashCommand[] {
  return [
    {
      name: 'keys',
      parameters: '',
      description: 'show what the keys do',
      group: 'program',
      isQuick: true,
      run: ({ transcript, look, screenSize }) =>
        transcript.print(
          toRows(
            keyBindings.map(({ keys, description }) => [keys.join(', '), description]),
            (text) => look.theme.paint('accent', text),
            screenSize.columns,
          ),
        ),
    },
    {
      name: 'help',
      aliases: ['?'],
      parameters: '[command]',
      description: 'list the commands',
      group: 'program',
      shell: 'copilot-cli --help',
      isQuick: true,
      run: ({ transcript, look, screenSize }) => {
        const rows = list().map(({ name, parameters, description }): [string, string] => [
          `/${name} ${parameters}`.trimEnd(),
          description,
        ]);
        transcript.print([
          ...toRows(rows, (text) => look.theme.paint('accent', text), screenSize.columns),
          '',
          look.theme.paint('dim', '@path adds a file, !command runs one in the shell. /keys shows the keys.'),
        ]);
      },
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
