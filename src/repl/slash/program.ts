import { CliError } from '../../errors.ts';
import type { ReplApp } from '../app.ts';
import { createKeyMap, gestures } from '../composer/key-bindings.ts';
import { describeKey, type Key, parseKey } from '../keys/key.ts';
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
      parameters: '[test]',
      isOneWord: true,
      description: 'show what the keys do',
      group: 'program',
      details: [
        '[test] shows for each key that you press what the terminal sends, and what it does here. Esc twice or Ctrl+C ends that.',
        'keys.json in the folder of `copilot-cli config path` gives keys other meanings: {"keys": {"ctrl+x": "send", "ctrl+o": "none"}}.',
      ],
      isQuick: true,
      complete: async () => [{ text: 'test', description: 'see what the terminal sends' }],
      run: (app, word) => (word === '' ? showKeys(app) : testKeys(app, word)),
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

function showKeys({ transcript, look, keyBindings }: ReplApp): void {
  const rows = [
    ...keyBindings
      .filter(({ keys }) => keys.length > 0)
      .map(({ keys, description }): [string, string] => [
        keys.map((key) => describeKey(parseKey(key))).join(', '),
        description,
      ]),
    ...gestures.map(({ keys, description }): [string, string] => [keys, description]),
  ];
  transcript.print(toRows(rows, (text) => look.theme.paint('accent', text), transcript.textColumns));
}

/** Prints each key as the terminal sends it, until Esc twice or Ctrl+C. */
async function testKeys({ transcript, keyBindings, watchKeys }: ReplApp, word: string): Promise<void> {
  if (word !== 'test')
    throw new CliError('usage', `/keys takes "test", not "${word}"`, {
      hint: 'Type /keys alone for the list.',
    });
  if (!watchKeys)
    throw new CliError('usage', 'in plain lines the terminal reads the keys', {
      hint: 'Its own keys apply.',
    });
  const keyMap = createKeyMap(keyBindings);
  const describe = (key: Key): [string, string] => {
    if (key.type === 'text') return [key.text, 'typed as it is'];
    if (key.type !== 'key') return ['a paste', 'inserted as text'];
    const command = keyMap.findCommand(key);
    const meaning = keyBindings.find((binding) => binding.command === command);
    return [describeKey(key), meaning ? `${meaning.command}: ${meaning.description}` : 'means nothing here'];
  };
  transcript.notice('Press keys to see what the terminal sends. Esc twice or Ctrl+C ends this.');
  await watchKeys((key, sent) => {
    const [name, meaning] = describe(key);
    transcript.notice(`${name} · ${spellBytes(sent)} · ${meaning}`);
  });
  transcript.notice('Keys have their usual meaning again.');
}

const maxSpelled = 40;

/** What was sent, with control characters spelled: `\\e[1;5C`, `\\x13`. */
function spellBytes(sent: string): string {
  const spelled = sent
    .slice(0, maxSpelled)
    .replaceAll('\u001b', '\\e')
    .replace(/[\u0000-\u001f\u007f]/g, (unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return sent.length > maxSpelled ? `${spelled}…` : spelled;
}
