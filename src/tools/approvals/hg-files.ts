import { basename, dirname, join, resolve } from 'node:path';
import { findStats } from '../../open-file.ts';
import { isSecret } from './beyond-prefix.ts';
import { readText } from './disk.ts';
import { listNames } from './named-paths.ts';
import { findMessagesOfHg, isValue, readRolesOfHg } from './option-words.ts';
import { isLongOption } from './program-options.ts';
import { findEntry } from './walk-path.ts';

/** Letters without a value may stand in front. */
const logfile = /^-[ABDSUZbefgikqsvwy]*l(.*)$/s;
/** Behind these, or a beginning of them, `-l` takes no file: it lists, or makes something local. */
const withoutLogfile = /^(?:res|sh|sig|tag|an|bl)/;
/** Behind these, `-A` is `--all` or `--after`. */
const withOtherA = /^(?:st|cp|cop|mv|mov|ren|rm|rem)/;
/** They make a name for a file, or only note it with that option. */
const copying = /^(?:cp|cop|mv|mov|ren)/;
const shelving = /^she?l?v?e?$/;
const importing = /^(?:imp|patch|qim)/;
/** They may name what hg ignores. */
const hiddenNames = /^(?:listfile0?|(?:sub)?include|set|fileset):/;

type HgCall = { command: string; options: string[]; names: string[] };

function readHg(args: readonly string[]): HgCall {
  const roles = readRolesOfHg(args);
  const first = args.findIndex((arg) => !arg.startsWith('-'));
  return {
    command: args[first] ?? '',
    options: args.filter((arg, at) => /^-./.test(arg) && roles[at]?.has('option')),
    names: args.filter(
      (arg, at) => at !== first && !isValue(roles[at]) && (!arg.startsWith('-') || roles[at]?.has('behind')),
    ),
  };
}

/** Files of which hg shows or keeps what is in them, by an option or a pattern that names them. */
export function listFilesOfHg(args: readonly string[]): string[] {
  const { command, names } = readHg(args);
  const messages = args.flatMap((arg, at) => {
    if (arg.startsWith('--')) {
      if (!isLongOption(arg, ['--logfile'])) return [];
      return [arg.includes('=') ? arg.replace(/^[^=]*=/, '') : (args[at + 1] ?? '')];
    }
    const [, file] = logfile.exec(arg) ?? [];
    return file === undefined || withoutLogfile.test(command) ? [] : [file || (args[at + 1] ?? '')];
  });
  const texts = findMessagesOfHg(args);
  const patterns = args.flatMap((arg, at) => (texts.has(at) ? [] : listPatternFiles(arg)));
  const imported = command.startsWith('qim') ? names : [];
  return [...messages.filter((file) => !/^\d+$/.test(file)), ...patterns, ...imported];
}

/** Hg prints the lines of such a file as names that it does not find. A pattern may be the whole word, or stand in a set, in quotes or without. */
function listPatternFiles(word: string): string[] {
  const starts = [...word.matchAll(/\b(?:listfile0?|(?:sub)?include):/g)].map(
    ({ index, 0: kind }) => index + kind.length,
  );
  return starts.flatMap((start) => {
    const file = word.slice(start);
    return [file, file.replace(/['"].*$/s, ''), file.replace(/[\s'"(),].*$/s, '')].filter(
      (one) => one !== '',
    );
  });
}

/** Whether a command keeps files that hg does not know: all of them, those that it names, or what is there by a name already, ignored or not. */
function findKeeping({ command, options }: HgCall): 'all' | 'named' | 'present' | undefined {
  if (/^ad/.test(command)) return 'named';
  const hasLetter = (letter: string): boolean =>
    options.some((arg) => new RegExp(`^-[^-mnIXTR]*${letter}`).test(arg));
  const hasOption = (name: string): boolean => options.some((arg) => isLongOption(arg, [name]));
  if (copying.test(command)) return hasLetter('A') || hasOption('--after') ? 'present' : undefined;
  if (hasOption('--addremove') || (hasLetter('A') && !withOtherA.test(command))) return 'all';
  return shelving.test(command) && (hasLetter('u') || hasOption('--unknown')) ? 'all' : undefined;
}

/**
 * A file with secrets that hg would keep, and so print later. `made` are those that another part of the command may make. Hg is not asked: a name in
 * `.hgignore` counts as ignored, and a file that it knows already as one that it would keep.
 */
export function findKeptByHg(
  args: readonly string[],
  folder: string,
  made: readonly string[],
): string | undefined {
  const call = readHg(args);
  const keeping = findKeeping(call);
  if (keeping === undefined && !importing.test(call.command)) return undefined;
  const named = call.names
    .flatMap((name) => [name, ...listNames(resolve(folder, name.replace(/^\w+:/, '')))])
    .find((name) => isSecret(name.replace(/^\w+:/, '')));
  if (named !== undefined || keeping === undefined) return named;
  const paths = call.names.map((name) => resolve(folder, name));
  if (keeping === 'present') return paths.map((path) => findEntry(path, isSecret)).find(Boolean);
  const top = findTop(folder);
  if (top === undefined) return undefined;
  const ignores = call.names.some((name) => hiddenNames.test(name))
    ? () => false
    : readIgnored(join(top, '.hgignore'));
  const areGiven = keeping === 'named' && paths.length > 0 && paths.every(exists);
  const found = (areGiven ? paths : [top])
    .map((path) => findEntry(path, (at) => isSecret(at) && !ignores(basename(at))))
    .find((path) => path !== undefined);
  return found ?? made.find((path) => !ignores(basename(path)));
}

function findTop(folder: string): string | undefined {
  for (let top = folder; ; top = dirname(top)) {
    if (exists(join(top, '.hg'))) return top;
    if (dirname(top) === top) return undefined;
  }
}

/** Whether a name stands in a file of patterns, alone or behind and before marks. */
function readIgnored(path: string): (name: string) => boolean {
  const text = (readText(path) ?? '').replaceAll(/(?<!\\)#.*/g, '').replaceAll('\\', '');
  return (name) => {
    const parts = text.split(name);
    return parts.slice(1).some((after, at) => !/[\w-]$/.test(parts[at] ?? '') && !/^[\w.-]/.test(after));
  };
}

function exists(path: string): boolean {
  return findStats(path) !== undefined;
}
