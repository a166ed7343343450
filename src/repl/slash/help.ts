import { CliError } from '../../errors.ts';
import { wrapText } from '../../terminal/wrap-text.ts';
import type { ReplApp } from '../app.ts';
import { createKeyMap } from '../composer/key-bindings.ts';
import { describeKey, type Key } from '../keys/key.ts';
import { createKeySheet, createLineKeySheet } from './key-sheet.ts';
import { listServerPrompts } from './server-prompts.ts';
import { layoutGroup, layoutSheet } from './sheet.ts';
import {
  type CommandGroup,
  commandGroups,
  findCommand,
  formatUse,
  isListed,
  type SlashCommand,
} from './slash-command.ts';

export function createHelpCommands(list: () => readonly SlashCommand[]): SlashCommand[] {
  return [
    {
      name: 'keys',
      label: 'list the keys',
      parameters: '[test]',
      isOneWord: true,
      isChoice: true,
      description: 'show what the keys do',
      group: 'program',
      keyDetails: [
        '[test] shows for each key that you press what the terminal sends, and what it does here. Esc twice or Ctrl+C ends that.',
        'keys.json in the folder of `copilot-cli config path` gives keys other meanings: {"keys": {"ctrl+x": "send", "ctrl+o": "none"}}.',
      ],
      isQuick: true,
      complete: async () => [{ text: 'test', description: 'see what the terminal sends' }],
      run: (app, word) => (word === '' ? showKeys(app) : testKeys(app, word)),
    },
    {
      name: 'help',
      label: 'this list',
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
      label: 'leave',
      aliases: ['quit', 'q'],
      parameters: '',
      description: 'leave; the conversation is kept',
      group: 'program',
      isQuick: true,
      run: (app) => app.leave(),
    },
  ];
}

function toSheetOptions({ transcript, look, isSpoken }: ReplApp) {
  return { width: transcript.textColumns, theme: look.theme, isSpoken };
}

/** Commands that undo one another share a row of the help. */
const pairs: Readonly<Record<string, { other: string; label: string }>> = {
  undo: { other: 'redo', label: 'take back a turn' },
  pin: { other: 'unpin', label: 'keep a turn whole' },
  login: { other: 'logout', label: 'sign in, sign out' },
};

const helpEnd = '/help COMMAND explains one. @path attaches a file, !command runs in the shell.';

async function showHelp(app: ReplApp, commands: readonly SlashCommand[], name: string): Promise<void> {
  const others = listServerPrompts(app);
  if (name !== '')
    return showCommand(
      app,
      findCommand(name.replace(/^\//, '').toLowerCase(), [...commands, ...others], app),
    );
  const options = toSheetOptions(app);
  const { width, theme } = options;
  const useful = commands.filter((command) => isListed(command, app.isSpoken));
  const groups = Object.entries(commandGroups) as [CommandGroup, string][];
  const sheet = groups
    .filter(([group]) => group !== 'own')
    .map(([group, title]) => ({ title, rows: toRows(useful.filter((one) => one.group === group)) }));
  const own = await Promise.all(commands.filter(({ group }) => group === 'own').map(toOwnRow));
  app.transcript.print([
    ...layoutSheet(sheet, options),
    ...layoutGroup({ title: commandGroups.own, rows: own }, options),
    ...layoutGroup({ title: commandGroups.servers, rows: toRows(others) }, options),
    ...wrapText(helpEnd, width).map((line) => theme.paint('dim', line)),
  ]);
}

function toRows(commands: readonly SlashCommand[]): [string, string][] {
  const others = new Set(commands.map(({ name }) => pairs[name]?.other));
  return commands
    .filter(({ name }) => !others.has(name))
    .map(({ name, label, description }) => {
      const pair = pairs[name];
      return pair ? [`/${name} /${pair.other}`, pair.label] : [`/${name}`, label ?? description];
    });
}

async function toOwnRow(command: SlashCommand): Promise<[string, string]> {
  const { name, description, describe } = command;
  return [`/${name}`, (await describe?.())?.description ?? description];
}

async function showCommand(app: ReplApp, command: SlashCommand): Promise<void> {
  const { transcript, look, isSpoken } = app;
  const { aliases = [], details = [], keyDetails = [], shell } = command;
  const described = await command.describe?.();
  const paint = look.theme.paint;
  const dim = [
    ...(aliases.length > 0 ? [`The same: ${aliases.map((alias) => `/${alias}`).join(', ')}`] : []),
    ...(shell === undefined ? [] : [`In the shell: ${shell}`]),
  ];
  transcript.print([
    paint('accent', formatUse(command)),
    ...wrapText(described?.description ?? command.description, transcript.textColumns),
    ...(described?.details ?? [...details, ...(isSpoken ? [] : keyDetails)]).flatMap((sentence) =>
      wrapText(sentence, transcript.textColumns - 2).map((line) => `  ${line.trimStart()}`),
    ),
    ...dim.flatMap((sentence) =>
      wrapText(sentence, transcript.textColumns).map((line) => paint('dim', line.trimStart())),
    ),
  ]);
}

function showKeys(app: ReplApp): void {
  const sheet = app.isSpoken
    ? createLineKeySheet()
    : createKeySheet(app.keyBindings, { isVi: app.state.viMode !== undefined });
  app.transcript.print(layoutSheet(sheet, toSheetOptions(app)));
}

/** Prints each key as the terminal sends it, until Esc twice or Ctrl+C. */
async function testKeys({ transcript, keyBindings, watchKeys }: ReplApp, word: string): Promise<void> {
  if (word !== 'test')
    throw new CliError('usage', `/keys takes "test", not "${word}"`, {
      hint: 'Type /keys alone for the list.',
    });
  if (!watchKeys)
    throw new CliError('usage', '/keys test does not work in plain lines', {
      hint: 'The terminal reads the keys there.',
    });
  const keyMap = createKeyMap(keyBindings);
  const describe = (key: Key): [string, string] => {
    if (key.type === 'text') return [key.text, 'typed as it is'];
    if (key.type !== 'key') return ['a paste', 'inserted as text'];
    const command = keyMap.findCommand(key);
    const meaning = keyBindings.find((binding) => binding.command === command);
    return [describeKey(key), meaning ? `${meaning.command}: ${meaning.description}` : 'does nothing here'];
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
