import type { Command, Help, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { commandGroups } from './command-groups.ts';
import { examples } from './examples.ts';
import { notes } from './notes.ts';
import { topics } from './topics.ts';

/** Gives a command and those below it our help: commands before flags, flags in groups, examples, and where to read on. */
export function layOutHelp(command: Command): void {
  command.configureHelp({ ...command.configureHelp(), formatHelp });
  for (const subcommand of command.commands) layOutHelp(subcommand);
}

/** The words behind the program's name that lead to a command. */
export function listPath(command: Command): string[] {
  return command.parent ? [...listPath(command.parent), command.name()] : [];
}

/** Where bugs go and docs are, as package.json says. */
export const addresses = { docs: packageJson.homepage, bugs: packageJson.bugs.url };

function formatHelp(command: Command, helper: Help): string {
  if (command.parent === null) return formatOverview(command, helper);
  if (listPath(command).join(' ') === 'help') return formatAll(command.parent, helper);
  const words = listPath(command).join(' ');
  return joinBlocks([
    `Usage: ${nameFlags(helper.commandUsage(command))}`,
    wrap(helper.commandDescription(command), helper),
    listSubcommands(command, helper),
    listArguments(command, helper),
    ...listFlags(command, helper),
    ...listInherited(command, helper),
    notes[words],
    listExamples(words),
    [describeTopics(listPath(command)[0] ?? '', helper), `Bugs: ${addresses.bugs}`]
      .filter(Boolean)
      .join('\n'),
  ]);
}

/** The help of the whole program, on one screen of 80 columns and 24 rows. */
function formatOverview(program: Command, helper: Help): string {
  return joinBlocks([
    // Without the empty line it has room for one command more.
    `${describeProgram(program, helper).replace('\n\n', '\n')}\n${listCommands(helper)}`,
    [
      wrap(describeGlobal(program), helper),
      wrap('Topics, examples and all flags: copilot-cli help', helper),
      wrap(`Bugs: ${addresses.bugs}`, helper),
    ].join('\n'),
  ]);
}

/** What `help` prints: the same with the flags, the topics and examples. */
function formatAll(program: Command, helper: Help): string {
  const topicRows = Object.entries(topics).map(([name, { about }]): Row => [name, about]);
  const flagRows = toRows(helper.visibleOptions(program), helper);
  return joinBlocks([
    describeProgram(program, helper),
    listCommands(helper),
    formatList('Flags of every command:', flagRows, helper),
    formatList('Topics, for copilot-cli help TOPIC:', topicRows, helper),
    listExamples(''),
    `Docs: ${addresses.docs}\nBugs: ${addresses.bugs}`,
  ]);
}

function describeProgram(program: Command, helper: Help): string {
  const usage = 'Usage: copilot-cli [command] [flags]   or   copilot-cli "a prompt"';
  return `${usage}\n\n${wrap(program.description(), helper)}`;
}

/** The docs call them flags. */
const nameFlags = (usage: string): string => usage.replace('[options]', '[flags]');

type Row = [term: string, about: string];

function listCommands(helper: Help): string {
  const names = Object.values(commandGroups).flatMap((group) => Object.keys(group));
  const [groupWidth, nameWidth] = [Object.keys(commandGroups), names].map((words) =>
    Math.max(...words.map(({ length }) => length)),
  ) as [number, number];
  const rows = Object.entries(commandGroups).flatMap(([group, commands]) =>
    Object.entries(commands).map(([name, about], index): Row => {
      const title = index === 0 ? group : '';
      return [`${title.padEnd(groupWidth + 2)}${name.padEnd(nameWidth)}`, about];
    }),
  );
  return formatRows(rows, helper);
}

function listSubcommands(command: Command, helper: Help): string {
  const rows = helper
    .visibleCommands(command)
    .map(
      (one): Row => [
        helper.subcommandTerm(one).replace(/ \[options\]/, ''),
        helper.subcommandDescription(one),
      ],
    );
  return formatList('Commands:', rows, helper);
}

function listArguments(command: Command, helper: Help): string {
  const rows = helper
    .visibleArguments(command)
    .map((one): Row => [helper.argumentTerm(one), helper.argumentDescription(one)]);
  return formatList('Arguments:', rows, helper);
}

/** One list for each group of flags. */
function listFlags(command: Command, helper: Help): string[] {
  const options = helper.visibleOptions(command).filter(({ long }) => long !== '--help');
  const toHeading = (option: Option): string => option.helpGroupHeading ?? 'Flags:';
  const headings = [...new Set(options.map(toHeading))];
  return headings.map((heading) => {
    const members = options.filter((option) => toHeading(option) === heading);
    return formatList(heading, toRows(members, helper), helper, widthOf(command, helper));
  });
}

/** The flags that a command takes from the one around it. Those of every command are only named here: `copilot-cli help` explains them. */
function listInherited(command: Command, helper: Help): string[] {
  const around = command.parent;
  const inner = around?.parent && helper.showGlobalOptions ? around.options : [];
  const rows = toRows(inner, helper);
  return [
    formatList(`Flags of ${around?.name()}:`, rows, helper, widthOf(command, helper)),
    wrap(describeGlobal(findRoot(command)), helper),
  ];
}

function findRoot(command: Command): Command {
  return command.parent ? findRoot(command.parent) : command;
}

function describeGlobal({ options }: Command): string {
  const flags = options.flatMap(({ long }) => (long && long !== '--version' ? [long] : []));
  return `Flags of every command: ${flags.join(' ')} --help`;
}

function toRows(options: readonly Option[], helper: Help): Row[] {
  return options.map((option) => [helper.optionTerm(option), helper.optionDescription(option)]);
}

/** All flags of a command stand in the same columns. */
function widthOf(command: Command, helper: Help): number {
  const around = command.parent?.parent && helper.showGlobalOptions ? command.parent.options : [];
  const options = [...helper.visibleOptions(command), ...around];
  return Math.max(...options.map((option) => helper.optionTerm(option).length));
}

function listExamples(words: string): string {
  const lines = examples[words] ?? [];
  return lines.length === 0 ? '' : `Examples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}

const topicsOfCommands: Record<string, readonly string[]> = {
  chat: ['repl', 'terminal', 'scripts', 'tools', 'prompt-files', 'exit-codes'],
  run: ['prompt-files', 'scripts', 'exit-codes'],
  templates: ['prompt-files'],
  login: ['accounts', 'networks'],
  logout: ['accounts'],
  status: ['accounts', 'exit-codes'],
  accounts: ['accounts'],
  doctor: ['networks', 'environment'],
  models: ['models', 'scripts', 'endpoints'],
  endpoints: ['endpoints'],
  mcp: ['tools'],
  serve: ['serve', 'agents'],
  sessions: ['scripts'],
  config: ['environment'],
};

function describeTopics(command: string, helper: Help): string {
  const names = topicsOfCommands[command] ?? [];
  const read =
    names.length > 1 ? `copilot-cli help TOPIC: ${names.join(', ')}` : `copilot-cli help ${names[0]}`;
  return wrap(`Docs: ${names.length > 0 ? read : addresses.docs}`, helper);
}

function formatList(heading: string, rows: readonly Row[], helper: Help, width = 0): string {
  return rows.length === 0 ? '' : `${heading}\n${formatRows(rows, helper, width)}`;
}

function formatRows(rows: readonly Row[], helper: Help, leastWidth = 0): string {
  const width = Math.max(leastWidth, ...rows.map(([term]) => term.length));
  return rows.map(([term, about]) => helper.formatItem(term, width, about, helper)).join('\n');
}

function wrap(text: string, helper: Help): string {
  return helper.boxWrap(text, helper.helpWidth ?? 80);
}

function joinBlocks(blocks: readonly (string | undefined)[]): string {
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}
