import { gestures, keyBindings } from '../../src/repl/composer/key-bindings.ts';
import { createSlashCommands } from '../../src/repl/slash/commands.ts';
import { formatUse } from '../../src/repl/slash/program.ts';
import { type CommandGroup, commandGroups, type SlashCommand } from '../../src/repl/slash/slash-command.ts';

/** The text of docs/repl.md: the commands and the keys of the chat, from the tables that the chat itself reads. */
export function describeRepl(): string {
  const commands = createSlashCommands({ templatesFolder: '' });
  const groups = (Object.keys(commandGroups) as CommandGroup[]).filter((group) => group !== 'own');
  const sections = groups.map((group) => {
    const members = commands.filter((command) => command.group === group);
    return `### ${commandGroups[group]}\n\n${members.map(describeCommand).join('\n')}\n`;
  });
  return `${introduction}\n## Commands\n\n${sections.join('\n')}\n${ownPrompts}\n${describeKeys()}`;
}

const introduction = `# The chat

\`copilot-cli\` or \`copilot-cli chat\` alone opens it on a terminal. Made from its own tables by \`npm run docs\`; do not edit it by hand.

What does not begin with \`/\` or \`!\` is a prompt. \`@path\` in it takes a file along: text, an image, a PDF, or
the files of a folder below this one; a line under the prompt says what. Only what you type counts: what you paste is text, and stays text in the history
and the editor. \`!command\` runs one in your shell, and its output
goes along with the next prompt, unless Backspace drops it; values of secret environment variables are masked. It has the keyboard while it
runs; what you type and it does not read is in the composer afterwards. \`/help COMMAND\` tells in the chat what stands here.
`;

const ownPrompts = `### Your own prompts

Each [prompt that you keep](prompt-files.md) under a name is a command: \`/review\`. What follows are values for its variables,
\`language=German\` or \`language="Old German"\`, and then the text that it is about. Values that are missing are asked for, and
a variable that the prompt has not is refused. Where one of your prompts is called like a command of ours, ours is meant.
`;

function describeCommand(command: SlashCommand): string {
  const { description, details = [], aliases = [], shell } = command;
  const notes = [
    ...details.map((sentence) => sentence.replaceAll(/([[<][^\]>]*[\]>])/g, '`$1`')),
    ...(aliases.length === 0 ? [] : [`The same: ${aliases.map((alias) => `\`/${alias}\``).join(', ')}.`]),
    ...(shell === undefined ? [] : [`In the shell: \`${shell}\`.`]),
  ];
  return [`- \`${formatUse(command)}\`: ${description}`, ...notes.map((note) => `  - ${note}`)].join('\n');
}

function describeKeys(): string {
  const bindings = keyBindings
    .filter(({ keys }) => keys.length > 0)
    .map(({ keys, description }) => toRow(keys.map((key) => `\`${key}\``).join(', '), description));
  const rows = gestures.map(({ keys, description }) => toRow(`\`${keys}\``, description));
  return `## Keys\n\n| key | what it does |\n| --- | --- |\n${[...bindings, ...rows].join('\n')}\n`;
}

function toRow(keys: string, description: string): string {
  return `| ${keys} | ${description} |`;
}
