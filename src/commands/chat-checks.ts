import { isStdinPath } from '../chat/stdin-input.ts';
import { CliError } from '../errors.ts';
import { advise, flag, modelList, run } from '../hint.ts';
import { stdinMark } from '../prompt-text.ts';
import { type ChatFlags, chatFlags, type FlagName, type FlagRow } from './chat-flags.ts';

const exclusive: readonly (readonly [FlagName, FlagName])[] = [
  ['json', 'jsonl'],
  ['extract', 'schema'],
  ['extractLast', 'schema'],
  ['render', 'raw'],
  ['resume', 'continue'],
  ['resume', 'session'],
  ['eachLine', 'eachFile'],
  // It prints calls, and runs nothing.
  ['tools', 'use'],
  ['tools', 'allowTool'],
  ['tools', 'allowAllTools'],
  ['tools', 'mcpConfig'],
];

/** Throws CliError `usage` for empty values, and for flags and words that do not go together. */
export function checkFlags(
  flags: ChatFlags,
  { words, hasPromptFile }: { words: readonly string[]; hasPromptFile: boolean },
): void {
  const isGiven = (name: FlagName): boolean => {
    const value = flags[name];
    return chatFlags[name].flags.startsWith('--no-') ? value === false : value !== undefined;
  };
  for (const [name, row] of entries()) {
    const values = [flags[name]].flat();
    if (!row.mayBeEmpty && values.some((value) => typeof value === 'string' && value.trim() === ''))
      throw new CliError('usage', `${toLong(row)} needs a value`, {
        ...(name === 'model' && { hint: advise`See: ${modelList}` }),
      });
  }
  if (flags.template?.trim() === '') throw new CliError('usage', '--template needs a value');
  for (const [one, other] of exclusive) {
    if (isGiven(one) && isGiven(other))
      throw new CliError('usage', `${nameFlag(one)} and ${nameFlag(other)} cannot both be given`);
  }
  const isExtract = isGiven('extract') || isGiven('extractLast');
  const isJson = isGiven('json') || isGiven('jsonl');
  if (flags.render && (isExtract || isJson || isGiven('schema')))
    throw new CliError('usage', '--render is for answers in words, not for code or JSON');
  if (isExtract && isJson) throw new CliError('usage', '--extract prints code, not JSON');
  if (words.filter((word) => word === stdinMark).length > 1)
    throw new CliError('usage', `"${stdinMark}" can appear in the prompt only once`);
  if (flags.interactive) checkInteractive(flags, words, isGiven);
  checkBatch(flags, words, isGiven);
  if (isGiven('tools') && !isJson && !flags.dryRun)
    throw new CliError('usage', '--tools needs --json or --jsonl, which print the calls');
  if (isGiven('param') && !hasPromptFile)
    throw new CliError('usage', '--param needs a prompt template', {
      hint: advise`Name one with ${flag('--template')}.`,
    });
}

/** The same for the chat, which prints no data and reads the keyboard. */
function checkInteractive(
  { file = [], attach = [] }: ChatFlags,
  words: readonly string[],
  isGiven: (name: FlagName) => boolean,
): void {
  const useless = entries().flatMap(([name, row]) => (row.inChat || !isGiven(name) ? [] : [toLong(row)]));
  if (useless.length > 0)
    throw new CliError('usage', `--interactive opens the chat, which takes no ${useless.join(', ')}`, {
      hint: advise`To print one answer and end, leave ${flag('-i')} out.`,
    });
  if (words.includes(stdinMark) || [...file, ...attach].some(isStdinPath))
    throw new CliError('usage', `the chat reads keys from stdin, so "${stdinMark}" cannot be used`, {
      hint: advise`Name the file: ${run('chat -i "explain this" -f FILE')}`,
    });
}

/** Refuses flags without meaning in a batch, instead of ignoring them unseen. */
function checkBatch(flags: ChatFlags, words: readonly string[], isGiven: (name: FlagName) => boolean): void {
  const { eachLine, eachFile, file = [], attach = [] } = flags;
  if (!eachLine && !eachFile) {
    if (isGiven('jobs') || isGiven('output'))
      throw new CliError('usage', '--jobs and --output belong to --each-line and --each-file');
    return;
  }
  if (eachFile && file.length === 0)
    throw new CliError('usage', '--each-file needs files to ask about', {
      hint: advise`Name files, folders or globs with ${flag('-f')}.`,
    });
  if (eachFile && words.includes(stdinMark))
    throw new CliError(
      'usage',
      `--each-file reads no stdin, so a "${stdinMark}" in the prompt has no meaning`,
      { hint: advise`Leave it out. To ask about what is piped in, leave ${flag('--each-file')} out.` },
    );
  const useless = entries().flatMap(([name, row]) => (row.once && isGiven(name) ? [toLong(row)] : []));
  if (eachLine && isGiven('stdin')) useless.push('--no-stdin');
  if ([...file, ...attach].some(isStdinPath)) useless.push('file of stdin');
  if (useless.length === 0) return;
  throw new CliError('usage', `--each-${eachLine ? 'line' : 'file'} takes no ${useless.join(', ')}`, {
    hint: 'It asks several times, prints a line of JSON for each answer, and keeps no conversation.',
  });
}

function entries(): [FlagName, FlagRow][] {
  return Object.entries(chatFlags) as [FlagName, FlagRow][];
}

function nameFlag(name: FlagName): string {
  return toLong(chatFlags[name]);
}

/** `--extract` of `-x, --extract [language]`. */
function toLong({ flags }: FlagRow): string {
  return /--[a-z]{3}[a-z-]*/.exec(flags)?.[0] ?? flags;
}
