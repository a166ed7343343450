import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, conversationList, flag } from '../hint.ts';
import type { ExportFormat } from '../output/conversation-export.ts';
import type { Run } from './run.ts';

export const exportFormats: readonly ExportFormat[] = ['markdown', 'json', 'html'];

/** `target` is an id, the beginning of one, or a name. */
export type SessionsOptions =
  | { action: 'list'; limit: number; json: boolean }
  | { action: 'show'; target: string; json: boolean }
  | { action: 'search'; words: string[]; limit: number; json: boolean }
  | { action: 'rename'; target: string; name: string }
  | { action: 'export'; target: string; format: ExportFormat | undefined; output: string | undefined }
  | { action: 'delete'; which: DeleteChoice; yes: boolean };

/** The conversations to delete: named ones, those unused for so many milliseconds, or all. */
export type DeleteChoice = { targets: string[] } | { olderThanMs: number } | 'all';

type ListFlags = { limit: number; json?: boolean };
type DeleteFlags = { olderThan?: number; all?: boolean; yes?: boolean };
type ExportFlags = { format?: ExportFormat; output?: string };

const targetHelp = 'its id, the beginning of its id, or its name';

export function registerSessions(parent: Command, context: Context, run: Run<SessionsOptions>): void {
  const sessions = parent
    .command('sessions')
    .description('show your conversations; without a command, list them')
    .helpCommand(false);
  sessions
    .command('list', { isDefault: true })
    .description('list the conversations, latest first')
    .option('-n, --limit <number>', 'maximum number of rows', parseLimit, 30)
    .option('--json', 'print JSON')
    .action(({ limit, json = false }: ListFlags) => run(context, { action: 'list', limit, json }));
  sessions
    .command('show')
    .description('print a conversation: its current branch')
    .argument('<conversation>', targetHelp)
    .option('--json', 'print JSON')
    .action((target: string, { json = false }: { json?: boolean }) =>
      run(context, { action: 'show', target, json }),
    );
  sessions
    .command('search')
    .description('search all conversations for turns with all of these words')
    .argument('<words...>', 'words; those in one pair of quotes must be next to each other')
    .option('-n, --limit <number>', 'maximum number of rows', parseLimit, 20)
    .option('--json', 'print JSON')
    .action((words: string[], { limit, json = false }: ListFlags) =>
      run(context, { action: 'search', words, limit, json }),
    );
  sessions
    .command('rename')
    .description('name or rename a conversation')
    .argument('<conversation>', targetHelp)
    .argument('<name>')
    .action((target: string, name: string) => run(context, { action: 'rename', target, name }));
  sessions
    .command('export')
    .description('print a conversation as a document; JSON includes every branch and the files')
    .argument('<conversation>', targetHelp)
    .addOption(
      new Option(
        '--format <format>',
        'format of the document (default: by the name of the file, or markdown)',
      ).choices(exportFormats),
    )
    .option('-o, --output <file>', 'write it to a file')
    .action((target: string, { format, output }: ExportFlags) =>
      run(context, { action: 'export', target, format, output }),
    );
  sessions
    .command('delete')
    .description('delete conversations')
    .argument('[conversations...]', 'their ids, the beginnings of their ids, or their names')
    .option(
      '--older-than <age>',
      'all that were not used for this long, such as 12h, 90d, 8w or 1y',
      parseAge,
    )
    .option('--all', 'all of them')
    .option('-y, --yes', 'do not ask')
    .action((targets: string[], flags: DeleteFlags) =>
      run(context, { action: 'delete', which: toDeleteChoice(targets, flags), yes: flags.yes ?? false }),
    );
}

/** Throws CliError `usage` unless exactly one way of choosing is used: nothing is deleted that was not meant. */
function toDeleteChoice(targets: string[], { olderThan, all = false }: DeleteFlags): DeleteChoice {
  const ways = [targets.length > 0, olderThan !== undefined, all].filter(Boolean).length;
  if (ways === 0)
    throw new CliError('usage', 'no conversation to delete was named', {
      hint: advise`Name them, or pass ${flag('--older-than 90d')} or ${flag('--all')}. See: ${conversationList}`,
    });
  if (ways > 1) throw new CliError('usage', 'names, --older-than and --all cannot be combined');
  if (olderThan !== undefined) return { olderThanMs: olderThan };
  return all ? 'all' : { targets };
}

const dayMs = 24 * 3600 * 1000;
const unitMs: Record<string, number> = { h: dayMs / 24, d: dayMs, w: 7 * dayMs, y: 365 * dayMs };

/** In milliseconds. Throws CliError `usage`. */
function parseAge(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([hdwy])$/i.exec(text) ?? [];
  const unitLength = unitMs[unit.toLowerCase()];
  if (count === undefined || unitLength === undefined)
    throw new CliError('usage', `an age is a number with a unit, such as 12h, 90d, 8w or 1y, not "${text}"`);
  return Number(count) * unitLength;
}

/** Throws CliError `usage`. */
function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new CliError('usage', `--limit must be a whole number from 1, not "${text}"`);
  return Number(text);
}
