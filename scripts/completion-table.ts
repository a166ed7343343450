import type { Argument, Command, Option } from 'commander';
import type { Context } from '../src/context.ts';
import { createProgram } from '../src/program.ts';
import type {
  ArgumentEntry,
  CommandTable,
  FlagEntry,
  ValueEntry,
} from '../src/shell-completion/command-table.ts';

/** What the completion knows of the commands, from the tree that also prints the help. */
export function createCompletionTable(): CommandTable {
  // Declaring commands touches nothing else of the context.
  const context = { version: '', io: { stdout: {} }, env: {} } as Context;
  return toTable(createProgram(context, { out: () => {}, err: () => {} }));
}

export function toTable(command: Command): CommandTable {
  const help = command.createHelp();
  const [shownFlags, shownCommands] = [help.visibleOptions(command), help.visibleCommands(command)];
  const silent = findSilentName(command);
  return {
    name: command.name(),
    about: command.description(),
    ...(silent !== undefined && { silent }),
    // The flag of the help is among the shown ones only.
    flags: [...new Set([...shownFlags, ...command.options])].map((option) => ({
      ...toFlag(option),
      ...(!shownFlags.includes(option) && { hidden: true }),
    })),
    arguments: command.registeredArguments.map(toArgument),
    commands: command.commands.map((one) => ({
      ...toTable(one),
      ...(!shownCommands.includes(one) && { hidden: true }),
    })),
  };
}

/** Commander keeps the name of the command with `isDefault` here, and tells it in no other way. Words without any command are a prompt. */
function findSilentName(command: Command): string | undefined {
  const { _defaultCommandName: name } = command as Command & { _defaultCommandName?: string | null };
  return command.parent === null ? 'chat' : (name ?? undefined);
}

function toFlag(option: Option): FlagEntry {
  const { long, short, description, required, optional, parseArg, variadic, argChoices } = option;
  // The parser of a flag that may be repeated, such as `-f`, also takes what came before; any other has one parameter, but that of choices.
  const repeats = variadic || (parseArg !== undefined && parseArg.length > 1 && !argChoices);
  const takes = required ? 'required' : 'optional';
  return {
    ...(long && { long }),
    ...(short && { short }),
    about: description,
    ...((required || optional) && {
      takes,
      ...toValue(option, /[<[]([^\]>]*)[\]>]/.exec(option.flags)?.[1]),
    }),
    ...(repeats && { repeats }),
  };
}

function toArgument(argument: Argument): ArgumentEntry {
  return { ...toValue(argument, argument.name()), ...(argument.variadic && { variadic: true }) };
}

function toValue({ argChoices: choices }: Option | Argument, placeholder: string | undefined): ValueEntry {
  if (choices) return { choices };
  return placeholder === undefined ? {} : { placeholder: placeholder.replace(/\.\.\.$/, '') };
}
