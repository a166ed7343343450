import { examples } from './help/examples.ts';
import { advise, type Hint, run } from './hint.ts';
import { findMeantCommand } from './meant-command.ts';

/** As much of commander's command as is read here. */
type Parsed = {
  name(): string;
  readonly args: readonly string[];
  readonly commands: readonly Parsed[];
  readonly registeredArguments: readonly { readonly argChoices?: readonly string[] }[];
  readonly options: readonly ParsedFlag[];
};

type ParsedFlag = {
  readonly long?: string | undefined;
  readonly required: boolean;
  readonly optional: boolean;
  readonly description: string;
};

/** What is wrong with too many or too few words behind a command, and what to type: the same with a flag, the choices, or an example. */
export function describeWords(
  program: Parsed,
  argv: readonly string[],
  message: string,
): { problem: string; hint: Hint | undefined } {
  const { command, path } = findCommand(program, argv);
  const bare = findBareFlag(command, argv);
  if (bare) {
    const { long, description } = bare;
    const hint = toExample(path, (line) => line.split(' ').includes(long));
    return { problem: `${long} takes no value; it means: ${description}`, hint };
  }
  // What follows says which of them the command takes.
  const problem = message.replace(/^too many arguments for '.*/, `too many arguments for "${path}"`);
  const meant = findMeantCommand(path, command.args);
  if (meant !== undefined)
    return { problem: `${problem}; did you mean "copilot-cli ${meant}"?`, hint: undefined };
  const missing = command.registeredArguments[command.args.length];
  if (missing?.argChoices) return { problem, hint: `Choose one of: ${missing.argChoices.join(', ')}.` };
  if (!problem.startsWith('missing')) return { problem, hint: undefined };
  const example = toExample(path, (line) => line.startsWith(`copilot-cli ${path} `));
  return { problem, hint: example };
}

function toExample(path: string, fits: (line: string) => boolean): Hint | undefined {
  const example = examples[path]?.find(fits);
  return example === undefined ? undefined : advise`For example: ${run(example.replace('copilot-cli ', ''))}`;
}

/** The flag without a value that somebody gave one, as the last word that was too much stands behind it. Not to be repeated: it may be a key. */
function findBareFlag(
  { options, args, registeredArguments }: Parsed,
  argv: readonly string[],
): { long: string; description: string } | undefined {
  const excess = args.slice(registeredArguments.length);
  return options.flatMap(({ long, required, optional, description }) => {
    const isBare = long !== undefined && !required && !optional && argv.includes(long);
    return isBare && excess.includes(argv[argv.indexOf(long) + 1] ?? '') ? [{ long, description }] : [];
  })[0];
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
