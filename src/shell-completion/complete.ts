import type { Context } from '../context.ts';
import type { ArgumentEntry, CommandTable, FlagEntry, ValueEntry } from './command-table.ts';

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

/** What values come from: files of this machine. */
export type Known = Pick<
  Context,
  'settings' | 'record' | 'endpointsFile' | 'templatesFolder' | 'cacheFolder' | 'dataFolder' | 'now'
>;

/** The values of a placeholder of the help, such as `<model>`. */
export type ListValues = (placeholder: string, place: Place) => Promise<Candidate[]>;

/** Placeholders whose values the shell knows. */
const places: Record<string, Completion['adds']> = { file: 'files', path: 'files', folder: 'folders' };

const nothing: Completion = { candidates: [], adds: 'nothing' };

/**
 * Completes the last of the words behind the program's name. Commands and flags come from the table, values from `listValues`. Words of a
 * prompt have no completion.
 */
export async function complete(
  root: CommandTable,
  words: readonly string[],
  listValues: ListValues,
): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const line = readLine(root, words.slice(0, -1));
  const { flag, hasEnded } = line;
  const place: Place = { words: line.words, readFlag: (long) => line.values.get(long) };
  const list = (part: ValueEntry): Promise<Completion> => listOf(part, place, listValues);
  if (flag?.takes === 'required') return list(flag);
  const [, inline] = /^(--[^=]+)=/.exec(current) ?? [];
  if (!hasEnded && inline !== undefined) {
    const named = findFlag(line, inline);
    return named?.takes ? prefix(await list(named), `${inline}=`) : nothing;
  }
  if (!hasEnded && current.startsWith('-')) return { candidates: listFlags(line), adds: 'nothing' };
  // The value of such a flag may be left out.
  const optional = flag ? await list(flag) : nothing;
  const argument = findArgument(line);
  const behind = argument ? await list(argument) : nothing;
  return {
    candidates: [...listCommands(line), ...optional.candidates, ...behind.candidates],
    adds: optional.adds === 'nothing' ? behind.adds : optional.adds,
  };
}

type Line = {
  /** The commands that were named, the innermost first, and the root last. */
  chain: [CommandTable, ...CommandTable[]];
  words: string[];
  /** The last word, if it is a flag that takes a value. */
  flag: FlagEntry | undefined;
  /** The flags before, and the values of those that have one. */
  flags: Set<FlagEntry>;
  values: Map<string, string>;
  /** After `--` there are no flags. */
  hasEnded: boolean;
};

function readLine(root: CommandTable, before: readonly string[]): Line {
  const line: Line = {
    chain: [root],
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
  const { flag } = line;
  line.flag = undefined;
  const isFlag = !line.hasEnded && word.startsWith('-') && word !== '-';
  if (flag && (flag.takes === 'required' || !isFlag)) {
    line.values.set(flag.long ?? '', word);
    return;
  }
  if (line.hasEnded || !isFlag) {
    const sub = line.words.length === 0 && !line.hasEnded ? findCommand(line.chain[0], word) : undefined;
    if (sub) line.chain.unshift(sub);
    else line.words.push(word);
    return;
  }
  if (word === '--') {
    line.hasEnded = true;
    return;
  }
  const [name = '', inline] = word.startsWith('--') ? word.split(/=(.*)/s) : [word];
  const found = findFlag(line, name);
  if (!found) return;
  line.flags.add(found);
  if (inline !== undefined) line.values.set(found.long ?? '', inline);
  else if (found.takes) line.flag = found;
}

function findCommand({ commands }: CommandTable, name: string | undefined): CommandTable | undefined {
  return commands.find((candidate) => candidate.name === name);
}

/** Of the command, of those around it, and of the one that runs where none is named. */
function listAllFlags({ chain }: Line): FlagEntry[] {
  const silent = findCommand(chain[0], chain[0].silent);
  return [...chain, ...(silent ? [silent] : [])].flatMap(({ flags }) => flags);
}

function findFlag(line: Line, name: string): FlagEntry | undefined {
  return listAllFlags(line).find(({ long, short }) => long === name || short === name);
}

function listFlags(line: Line): Candidate[] {
  const shown = listAllFlags(line).filter(({ hidden }) => !hidden);
  const unique = [...new Map(shown.map((flag) => [flag.long, flag])).values()];
  return unique
    .filter(({ long }) => long !== '--version' || line.chain.length === 1)
    .filter(({ long, repeats }) => repeats || ![...line.flags].some((given) => given.long === long))
    .map(({ long, short, about }) => ({ value: long ?? short ?? '', about }));
}

function listCommands({ chain, words, hasEnded }: Line): Candidate[] {
  if (words.length > 0 || hasEnded) return [];
  return chain[0].commands.filter(({ hidden }) => !hidden).map(({ name, about }) => ({ value: name, about }));
}

function findArgument({ chain: [command], words }: Line): ArgumentEntry | undefined {
  const last = command.arguments.at(-1);
  return command.arguments[words.length] ?? (last?.variadic ? last : undefined);
}

async function listOf(
  { choices, placeholder }: ValueEntry,
  place: Place,
  listValues: ListValues,
): Promise<Completion> {
  if (choices) return { candidates: choices.map((value) => ({ value })), adds: 'nothing' };
  if (placeholder === undefined) return nothing;
  const adds = places[placeholder];
  return adds
    ? { candidates: [], adds }
    : { candidates: await listValues(placeholder, place), adds: 'nothing' };
}

function prefix({ candidates, adds }: Completion, start: string): Completion {
  return { candidates: candidates.map(({ value, about }) => ({ value: start + value, about })), adds };
}
