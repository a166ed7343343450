import { gestures, keyBindings } from '../composer/key-bindings.ts';
import { describeKey, parseKey } from '../keys/key-spelling.ts';
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
      run: ({ transcript, look, screenSize }) =>
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
            screenSize.columns,
          ),
        ),
    },
    {
      name: 'help',
      aliases: ['?'],
      parameters: '[command]',
      isOneWord: true,
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
