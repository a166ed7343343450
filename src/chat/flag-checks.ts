import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { stdinMark } from '../prompt-text.ts';
import type { ConversationFlags } from './conversation-flags.ts';
import { isStdinPath } from './stdin-input.ts';

/** As commander gives them. */
export type ChatFlags = ConversationFlags & {
  model?: string;
  system?: string;
  effort?: string;
  maxTokens?: number;
  maxCredits?: number;
  tools?: string;
  template?: string;
  param?: string[];
  file?: string[];
  attach?: string[];
  instructions: boolean;
  /** `anyLanguage` if none was chosen. */
  extract?: string;
  extractLast?: boolean;
  extractTo?: string;
  schema?: string;
  dryRun?: boolean;
  eachLine?: boolean;
  eachFile?: boolean;
  jobs?: number;
  output?: string;
  render?: boolean;
  raw?: boolean;
  json?: boolean;
  jsonl?: boolean;
  reasoning?: boolean;
  usage?: boolean;
  stdin: boolean;
  timeout?: number;
  idleTimeout?: number;
};

/** An empty value is a variable of a script that was not set: as a path it would be the folder that one stands in. Throws CliError `usage`. */
export function checkValues(flags: ChatFlags): void {
  const { template, session, resume, tools, schema, extract, extractTo, output, effort, file, attach } =
    flags;
  const values = {
    '--template': [template],
    '--session': [session],
    '--resume': resume === true ? [] : [resume],
    '--tools': [tools],
    '--schema': [schema],
    '--extract': [extract],
    '--extract-to': [extractTo],
    '--output': [output],
    '--effort': [effort],
    '--file': file ?? [],
    '--attach': attach ?? [],
  };
  for (const [flag, given] of Object.entries(values)) {
    if (given.some((value) => value?.trim() === '')) throw new CliError('usage', `${flag} needs a value`);
  }
}

/** Throws CliError `usage` for what has no meaning where each line or file is asked about by itself, rather than leave it out unseen. */
export function checkBatch(flags: ChatFlags, words: readonly string[]): void {
  const { eachLine, eachFile } = flags;
  if (!eachLine && !eachFile) {
    if (flags.jobs !== undefined || flags.output !== undefined)
      throw new CliError('usage', '--jobs and --output belong to --each-line and --each-file');
    return;
  }
  if (eachLine && eachFile) throw new CliError('usage', '--each-line and --each-file cannot both be given');
  const sources = [...(flags.file ?? []), ...(flags.attach ?? [])];
  if (eachFile && (flags.file ?? []).length === 0)
    throw new CliError('usage', '--each-file needs the files that it is about', {
      hint: advise`Name files, folders or globs with ${flag('-f')}.`,
    });
  if (eachFile && words.includes(stdinMark))
    throw new CliError(
      'usage',
      `--each-file reads no stdin, so a "${stdinMark}" in the prompt has no meaning`,
      {
        hint: advise`Leave it out. To ask about what is piped in, leave ${flag('--each-file')} out.`,
      },
    );
  const useless = {
    '--json': flags.json,
    '--jsonl': flags.jsonl,
    '--extract-to': flags.extractTo !== undefined,
    '--continue': flags.continue,
    '--session': flags.session !== undefined,
    '--resume': flags.resume !== undefined,
    '--fork': flags.fork,
    '--render': flags.render,
    '--reasoning': flags.reasoning,
    '--tools': flags.tools !== undefined,
    '--no-stdin': eachLine && !flags.stdin,
    'file of stdin': sources.some(isStdinPath),
  };
  const given = Object.entries(useless).filter(([, isGiven]) => isGiven);
  if (given.length === 0) return;
  const names = given.map(([name]) => name).join(', ');
  throw new CliError('usage', `--each-${eachLine ? 'line' : 'file'} takes no ${names}`, {
    hint: 'It asks several times, prints a line of JSON for each answer, and keeps no conversation.',
  });
}
