import { examples } from './help/examples.ts';
import { advise, type Hint, run } from './hint.ts';
import { findMeantCommand } from './meant-command.ts';

/** As much of commander's command as is read here. */
type Parsed = {
  name(): string;
  readonly args: readonly string[];
  readonly commands: readonly Parsed[];
  readonly registeredArguments: readonly { readonly argChoices?: readonly string[] }[];
};

/** What is wrong with too many or too few words behind a command, and what to type: the same with a flag, the choices, or an example. */
export function describeWords(
  program: Parsed,
  argv: readonly string[],
  message: string,
): { problem: string; hint: Hint | undefined } {
  const { command, path } = findCommand(program, argv);
  // What follows says which of them the command takes.
  const problem = message.replace(/^too many arguments for '.*/, `too many arguments for "${path}"`);
  const meant = findMeantCommand(path, command.args);
  if (meant !== undefined)
    return { problem: `${problem}; did you mean "copilot-cli ${meant}"?`, hint: undefined };
  const missing = command.registeredArguments[command.args.length];
  if (missing?.argChoices) return { problem, hint: `Choose one of: ${missing.argChoices.join(', ')}.` };
  const example = examples[path]?.find((line) => line.startsWith(`copilot-cli ${path} `));
  if (example === undefined || !problem.startsWith('missing')) return { problem, hint: undefined };
  return { problem, hint: advise`For example: ${run(example.replace('copilot-cli ', ''))}` };
}

function findCommand(program: Parsed, [first, second]: readonly string[]): { command: Parsed; path: string } {
  const command = program.commands.find((candidate) => candidate.name() === first) ?? program;
  // Without the name of a subcommand, it is the one that stands for the command.
  const subcommand =
    command.commands.find((candidate) => candidate.name() === second) ??
    command.commands.find((candidate) => candidate.args.length > 0);
  const names = [command === program ? undefined : command.name(), subcommand?.name()];
  return { command: subcommand ?? command, path: names.filter(Boolean).join(' ') };
}
