import { CliError } from '../errors.ts';
import type { ConversationFlags } from './conversation-flags.ts';

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

/** Throws CliError `usage` for what has no meaning where each line is asked by itself, rather than leave it out unseen. */
export function checkBatch(flags: ChatFlags, hasPromptFile: boolean): void {
  if (!flags.eachLine) {
    if (flags.jobs !== undefined || flags.output !== undefined)
      throw new CliError('usage', '--jobs and --output belong to --each-line');
    return;
  }
  const useless = {
    '--json': flags.json,
    '--jsonl': flags.jsonl,
    '--extract': flags.extract !== undefined,
    '--extract-last': flags.extractLast,
    '--extract-to': flags.extractTo !== undefined,
    '--schema': flags.schema !== undefined,
    '--dry-run': flags.dryRun,
    '--continue': flags.continue,
    '--session': flags.session !== undefined,
    '--resume': flags.resume !== undefined,
    '--fork': flags.fork,
    '--render': flags.render,
    'prompt file': hasPromptFile,
    '--file': flags.file !== undefined,
    '--attach': flags.attach !== undefined,
    '--reasoning': flags.reasoning,
    '--usage': flags.usage,
    '--no-stdin': !flags.stdin,
  };
  const given = Object.entries(useless).filter(([, isGiven]) => isGiven);
  if (given.length === 0) return;
  const names = given.map(([name]) => name).join(', ');
  throw new CliError('usage', `--each-line takes no ${names}`, {
    hint: 'It asks each line of stdin after the words of the prompt, prints a line of JSON for each, and keeps no conversation.',
  });
}
