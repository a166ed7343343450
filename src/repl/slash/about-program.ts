import { keyBindings } from '../composer/key-bindings.ts';
import { toRows } from '../rows.ts';
import { showHelp } from './show-help.ts';
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
      run: ({ transcript, look }) =>
        transcript.print(
          toRows(
            keyBindings.map(({ keys, description }) => [keys.join(', '), description]),
            (text) => look.theme.paint('accent', text),
          ),
        ),
    },
    {
      name: 'help',
      aliases: ['?'],
      parameters: '[command]',
      description: 'list the commands, or tell more of one',
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
