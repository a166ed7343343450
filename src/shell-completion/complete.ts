import type { Argument, Command, Option } from 'commander';

/** A word that may stand where the person is typing. */
export type Candidate = { value: string; about?: string | undefined };

/** `adds` is what the shell adds by itself. */
export type Completion = { candidates: Candidate[]; adds: 'files' | 'folders' | 'nothing' };

/** What is known of the command line when a value is asked for. */
export type Place = {
  /** The words of the command before the value, without flags. */
  words: readonly string[];
  /** The value of a flag before it, by the flag's long name. */
  readFlag(long: string): string | undefined;
};

/** The values of a placeholder of the help, such as `<model>`. */
export type ListValues = (placeholder: string, place: Place) => Promise<Completion>;

const nothing: Completion = { candidates: [], adds: 'nothing' };

/**
 * Completes the last of the words behind the program's name. Commands and flags come from the tree that also prints the help, values from
 * `listValues`. Words of a prompt have no completion.
 */
export async function complete(
  root: Command,
  words: readonly string[],
  listValues: ListValues,
): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const line = readLine(root, words.slice(0, -1));
  const { command, flag, hasEnded } = line;
  const place: Place = { words: line.words, readFlag: (long) => line.values.get(long) };
  const list = (part: Option | Argument): Promise<Completion> => listOf(part, place, listValues);
  if (flag?.required) return list(flag);
  const [, inline] = /^(--[^=]+)=/.exec(current) ?? [];
  if (!hasEnded && inline !== undefined) {
    const named = findFlag(command, inline);
    return named && takesValue(named) ? prefix(await list(named), `${inline}=`) : nothing;
  }
  if (!hasEnded && current.startsWith('-')) return { candidates: listFlags(line), adds: 'nothing' };
  // The value of such a flag may be left out.
  const optional = flag ? await list(flag) : nothing;
  const argument = findArgument(command, line.words.length);
  const behind = argument ? await list(argument) : nothing;
  return {
    candidates: [...listCommands(line), ...optional.candidates, ...behind.candidates],
    adds: optional.adds === 'nothing' ? behind.adds : optional.adds,
  };
}

type Line = {
  /** The innermost command that was named. */
  command: Command;
  words: string[];
  /** The last word, if it is a flag that takes a value. */
  flag: Option | undefined;
  /** The flags before, and the values of those that have one. */
  flags: Set<Option>;
  values: Map<string, string>;
  /** After `--` there are no flags. */
  hasEnded: boolean;
};

function readLine(root: Command, before: readonly string[]): Line {
  const line: Line = {
    command: root,
    words: [],
    flag: undefined,
    flags: new Set(),
    values: new Map(),
    hasEnded: false,
  };
  for (const word of before) readWord(line, word);
  return line;
}

function readWord(line: Line, word: string): void {
  const { command, flag } = line;
  line.flag = undefined;
  const isFlag = !line.hasEnded && word.startsWith('-') && word !== '-';
  if (flag && (flag.required || !isFlag)) {
    line.values.set(flag.long ?? '', word);
    return;
  }
  if (line.hasEnded || !isFlag) {
    const sub = line.words.length === 0 && !line.hasEnded ? findCommand(command, word) : undefined;
    if (sub) line.command = sub;
    else line.words.push(word);
    return;
  }
  if (word === '--') {
    line.hasEnded = true;
    return;
  }
  const [name = '', inline] = word.startsWith('--') ? word.split(/=(.*)/s) : [word];
  const found = findFlag(command, name);
  if (!found) return;
  line.flags.add(found);
  if (inline !== undefined) line.values.set(found.long ?? '', inline);
  else if (takesValue(found)) line.flag = found;
}

function findCommand(command: Command, name: string): Command | undefined {
  return command.commands.find((candidate) => candidate.name() === name);
}

/** The command, the one that runs where none is named, and those around it. */
function listChain(command: Command): Command[] {
  const silent = findCommand(command, findDefaultName(command) ?? '');
  const around = (inner: Command): Command[] => [inner, ...(inner.parent ? around(inner.parent) : [])];
  return [...around(command), ...(silent ? [silent] : [])];
}

/** Commander keeps the name of the command with `isDefault` here, and tells it in no other way. Words without any command are a prompt. */
function findDefaultName(command: Command): string | undefined {
  const { _defaultCommandName: name } = command as Command & { _defaultCommandName?: string | null };
  return command.parent === null ? 'chat' : (name ?? undefined);
}

function findFlag(command: Command, name: string): Option | undefined {
  return listChain(command)
    .flatMap(({ options }) => options)
    .find(({ long, short }) => long === name || short === name);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function listFlags({ command, flags }: Line): Candidate[] {
  const all = listChain(command).flatMap((one) => one.createHelp().visibleOptions(one));
  const unique = [...new Map(all.map((option) => [option.long, option])).values()];
  return unique
    .filter(({ long }) => long !== '--version' || command.parent === null)
    .filter(
      (option) => option.variadic || gathers(option) || ![...flags].some(({ long }) => long === option.long),
    )
    .map((option) => ({ value: option.long ?? option.short ?? '', about: option.description }));
}

/** The parser of a flag that may be repeated, such as `-f`, also takes what came before; any other has one parameter. */
function gathers({ parseArg }: Option): boolean {
  return parseArg !== undefined && parseArg.length > 1;
}

function listCommands({ command, words, hasEnded }: Line): Candidate[] {
  if (words.length > 0 || hasEnded) return [];
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), about: one.description() }));
}

function findArgument(command: Command, index: number): Argument | undefined {
  const { registeredArguments: list } = command;
  const last = list.at(-1);
  return list[index] ?? (last?.variadic ? last : undefined);
}

async function listOf(part: Option | Argument, place: Place, listValues: ListValues): Promise<Completion> {
  if (part.argChoices) return { candidates: part.argChoices.map((value) => ({ value })), adds: 'nothing' };
  const name = 'flags' in part ? /[<[]([^\]>]*)[\]>]/.exec(part.flags)?.[1] : part.name();
  return name === undefined ? nothing : listValues(name.replace(/\.\.\.$/, ''), place);
}

function prefix({ candidates, adds }: Completion, start: string): Completion {
  return { candidates: candidates.map(({ value, about }) => ({ value: start + value, about })), adds };
}
