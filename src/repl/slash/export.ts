import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { splitCommand } from '../../command-line.ts';
import { toTitle } from '../../conversation/conversation.ts';
import { CliError } from '../../errors.ts';
import { exportConversation, findExportFormat } from '../../output/conversation-export.ts';
import { writeDocument } from '../../output/named-output.ts';
import type { ReplApp } from '../app.ts';
import { expandHome } from '../home-path.ts';
import type { SlashCommand } from './slash-command.ts';

export const exportCommand: SlashCommand = {
  name: 'export',
  label: 'write it to a file',
  parameters: '[path]',
  description: 'write the conversation to a file: .md, .html or .json',
  group: 'answers',
  details: ['Without [path], the name is made from the title. JSON contains every branch and the files.'],
  shell: 'copilot-cli sessions export CONVERSATION',
  run: writeExport,
};

const longestName = 60;

async function writeExport(app: ReplApp, words: string): Promise<void> {
  const { context, session, dialogs, transcript } = app;
  const { conversation } = session.file;
  if (conversation.turns.size === 0) throw new CliError('usage', 'this conversation has no prompts yet');
  const given = toPath(app, words);
  const path = resolve(context.cwd, given);
  const format = findExportFormat(path);
  if (!format)
    throw new CliError('usage', `"${given}" does not end in .md, .json or .html`, {
      hint: 'For example: /export notes.md',
    });
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new CliError('usage', `${given} is a folder`, { hint: 'Name a file in it.' });
  if (
    existsSync(path) &&
    !(await dialogs.confirm(`${given} already exists. Overwrite it?`, { byDefault: false }))
  )
    return transcript.notice('Nothing was written.');
  await writeDocument(given, exportConversation(conversation, format), context);
  transcript.notice(`Written to ${path}.`);
}

/** The path that was typed, in which spaces need no quotes. Without one, a name is made from the title. */
function toPath({ context, session }: ReplApp, words: string): string {
  if (words === '') return toFileName(toTitle(session.file.conversation));
  const unquoted = /["'\\]/.test(words) ? splitCommand(words).join(' ') : words;
  return expandHome(unquoted, context.home);
}

/** `why-is-the-sky-blue.md`. */
function toFileName(title: string): string {
  const words = title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, longestName);
  return `${words.replace(/^-+|-+$|[\ud800-\udbff]$/g, '') || 'conversation'}.md`;
}
