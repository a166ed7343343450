import { gestures, keyBindings } from '../../src/repl/composer/key-bindings.ts';
import { createSlashCommands } from '../../src/repl/slash/commands.ts';
import {
  type CommandGroup,
  commandGroups,
  formatUse,
  type SlashCommand,
} from '../../src/repl/slash/slash-command.ts';

/** The text of docs/repl.md: the commands and the keys of the chat, from the tables that the chat itself reads. */
export function describeRepl(): string {
  const commands = createSlashCommands({ templatesFolder: '' });
  const groups = (Object.keys(commandGroups) as CommandGroup[]).filter(
    (group) => group !== 'own' && group !== 'servers',
  );
  const sections = groups.map((group) => {
    const members = commands.filter((command) => command.group === group);
    return `### ${commandGroups[group]}\n\n${members.map(describeCommand).join('\n')}\n`;
  });
  return `${introduction}\n## Commands\n\n${sections.join('\n')}\n${ownTemplates}\n${describeKeys()}`;
}

const introduction = `# The chat

\`copilot-cli\` or \`copilot-cli chat\` alone opens the chat on a terminal. \`npm run docs\` makes this page from the chat's own tables; do not edit it by hand.

Text that does not begin with \`/\` or \`!\` is a prompt. Alone, \`exit\`, \`quit\`, \`q\`, \`bye\` and \`:q\` leave, and \`help\` helps; pasted, they are prompts. \`@path\` in a prompt attaches a file: text, an image, a PDF, or the files of a folder below the
current one; \`@server:uri\` attaches a resource of an [MCP server](tools.md#mcp-servers) that runs. A line under the prompt names it. Only what you type counts as \`/\`, \`!\` or \`@\`: pasted text stays text, also in the
history and the editor. A command that is pasted behind a typed \`!\` runs; a folded one only once Alt+V has shown it.
A line that you end with Enter while a \`!command\` runs is sent when that ends; one that begins with \`!\` or \`/\`, or has an \`@\`, waits for another Enter,
as it may have been pasted.
With \`ACCESSIBLE=1\` the same holds in terminals that mark what is pasted (bracketed paste), and shows the marks as \`^[[200~\`.
There, what you type behind a paste, up to the next Enter that sends it, counts as pasted, too, as a paste may hold its own end mark: type an \`@\` in front of the paste. In other terminals
a single pasted line counts as typed there; several lines never do, nor does the last of them if it has no line end. What comes while the chat starts, or takes its terminal again, waits for an Enter
if it begins with \`!\` or \`/\`, or has an \`@\`.

A \`@path\` that names no file waits for a second Enter, also in the words behind \`/compare\` or a prompt template; \`@name\`, \`@scope/package\` and URLs are text. An image is pasted with Ctrl+V, or dropped on the
terminal; dropped into a command, it is its path, and a name without its folder is text. What an editor saves and no prompt can be
stays in its file. Esc stops a sign-in, too.

A prompt that you send during an answer is queued until its end. Files that it mentions are read when it is sent; if one is gone by then, it is held, as is a \`/compare\` or a prompt template. After Esc, or an answer that failed or was cut off, it waits until you press Enter on an empty prompt, or send another one, which goes behind it; Up takes it
back. A queued prompt that you edit keeps its place: those behind it wait until you send it. \`/model\` and \`/effort\` act at once for the next prompt; \`/context\`, \`/usage\`, \`/status\`, \`/copy\` and \`/models\` answer during an answer; \`/theme\`, \`/status-line\` and \`/vim\` act during one.

\`!command\` runs a command in your shell. Its output goes along with the next prompt, unless Backspace drops it; values of secret environment variables are
masked. The command has the keyboard while it runs. What you type and it does not read is in the composer afterwards; one line that you ended with Enter
is sent, unless you stopped the command. A command that runs while the chat is killed ends with it; what earlier ones put into the background goes on.

A prompt that comes back, after a failure, Esc or \`/undo\`, is a draft, and so is a \`/compare\` that no model answered; attachments come back with it, but for \`/undo\`. What you type goes on with a prompt. Only a command that you type right behind it is typed in its
place, and the prompt returns once the command is sent or cleared.

While a command is typed, a menu finds it by its letters or by a word of what it does. Enter runs the row on top, which is highlighted, unless the command
needs words: then it completes it. Up, Down, Page Up, Page Down, Home and End choose another row, Tab completes, Esc closes the menu.

A question that comes while you type waits above the prompt. Tab turns to it; the questions of one form then follow without another Tab. Esc leaves it, but first ends what is open in the
prompt: the menu, the keys that \`?\` shows, the search, and in vi mode insert mode, visual mode or a command that is not complete. Ctrl+G closes a list and the search, too; a question about a call stays.
Words that a list has nothing for are the draft when it closes; those of a search are, too, at Enter, and one step back if you cancel it or there is a draft.

\`/help COMMAND\` shows in the chat what this page says about a command.
`;

const ownTemplates = `### Your prompt templates

Each of your [prompt templates](prompt-files.md) is a command, such as \`/review\`. After its name come values for its variables,
\`language=German\` or \`language="Old German"\`, and then the text that the prompt is about. The chat asks for missing values, and
refuses a variable that the prompt does not have. If you leave its questions, they begin with your
answers when you call it again. A built-in command wins over a template of the same name.

### Prompts of MCP servers

A prompt of an [MCP server](tools.md#mcp-servers) is a command, too: \`/server:prompt\`. After its name come its values, by place or as \`NAME=VALUE\`; a value of several
words needs quotes, and the last place takes all words that follow. The menu lists the values that the server knows. The chat asks for missing values, shows
what the server makes of them, and sends that as your prompt. What it mentions is text. The first such command starts the servers, if they do not run yet.
`;

function describeCommand(command: SlashCommand): string {
  const { description, details = [], keyDetails = [], aliases = [], shell } = command;
  const notes = [
    ...[...details, ...keyDetails].map((sentence) => sentence.replaceAll(/([[<][^\]>]*[\]>])/g, '`$1`')),
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
  return `## Keys\n\n${ownKeys}\n| key | what it does |\n| --- | --- |\n${[...bindings, ...rows].join('\n')}\n`;
}

const ownKeys = `\`keys.json\` in the folder of \`copilot-cli config path\` gives keys other meanings; its schema is [keys.schema.json](keys.schema.json).
A key that it does not name keeps its meaning. \`none\` takes the meaning away. The chat and \`doctor\` report mistakes with their line.

\`\`\`json
{ "keys": { "ctrl+x": "send", "ctrl+o": "none" } }
\`\`\`

A prompt that you did not send is kept for the next chat, also one that you left for an earlier prompt, and the files that are attached to it are attached
again when Up brings it back. Files without a word beside them are kept as the \`/attach\` that attaches them. A line says what is not: a file that is gone, an image of the clipboard, the output of a \`!command\`. What you clear (Ctrl+C, which Up brings
back in this chat, with its images) or delete (Ctrl+U) is not kept, and with \`--no-save\` nothing is.

With \`copilot-cli config set editor-mode vi\` or \`/vim\`, the prompt is edited as in Vim: counts, motions, operators, text objects, visual mode, undo and \`.\`.
Esc leaves insert mode; in normal mode it stops an answer. \`/\`, \`!\` and \`?\` on an empty prompt begin a command, and \`:q\` leaves; elsewhere \`/\` searches the earlier prompts.
`;

function toRow(keys: string, description: string): string {
  return `| ${keys} | ${description} |`;
}
