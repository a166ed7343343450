import type { Context } from '../context.ts';
import { type Conversation, toPlainText } from '../conversation/conversation.ts';
import { type ConversationStore, createConversationStore } from '../conversation/store.ts';
import { findSummary, listBegun, type Summary } from '../conversation/summaries.ts';
import { describeCount } from '../describe-count.ts';
import { CliError } from '../errors.ts';
import { advise, conversationList, flag, run, type Sentence } from '../hint.ts';
import { findNearest } from '../nearest.ts';
import { exportConversation, findExportFormat } from '../output/conversation-export.ts';
import { toBranchJson, toFoundJson, toSummaryJson } from '../output/conversation-json.ts';
import { writeConversation, writeConversationTable, writeFoundTurns } from '../output/conversation-text.ts';
import { writeJson } from '../output/json.ts';
import { writeDocument } from '../output/named-output.ts';
import { writePaged } from '../output/paged.ts';
import { stripControls, toOneLine } from '../terminal-text.ts';
import { removeOutputs } from '../tools/outputs.ts';
import type { DeleteChoice, SessionsOptions } from './sessions.ts';

type OptionsOf<Action> = SessionsOptions & { action: Action };

export async function runSessions(context: Context, options: SessionsOptions): Promise<void> {
  const store = createConversationStore({
    folder: context.dataFolder,
    now: context.now,
    onNotice: context.warn,
  });
  switch (options.action) {
    case 'list':
      return listConversations(context, store, options);
    case 'show':
      return showConversation(context, read(store, options.target), options.json);
    case 'search':
      return searchConversations(context, store, options);
    case 'rename':
      return renameConversation(context, store, options);
    case 'export':
      return writeExport(context, read(store, options.target), options);
    case 'delete':
      return deleteConversations(context, store, options);
    default:
      return options satisfies never;
  }
}

async function listConversations(
  context: Context,
  store: ConversationStore,
  { limit, json }: OptionsOf<'list'>,
): Promise<void> {
  const { io, now, notice } = context;
  const all = store.list();
  const shown = all.slice(0, limit);
  if (json) return writeJson(io.stdout, { total: all.length, conversations: shown.map(toSummaryJson) });
  if (shown.length === 0) return notice('there are no conversations yet.');
  await writePaged(context, (output) => writeConversationTable(output, shown, now()));
  if (all.length > shown.length) notice(`${all.length - shown.length} more; show them with --limit.`);
}

async function searchConversations(
  context: Context,
  store: ConversationStore,
  { words, limit, json }: OptionsOf<'search'>,
): Promise<void> {
  const { io, now, notice } = context;
  const query = words.map(toQueryWord).join(' ');
  if (!/[^\s"]/.test(query)) throw new CliError('usage', 'there is nothing to search for');
  const { total, found } = store.search(query, { limit });
  if (json) return writeJson(io.stdout, { total, results: found.map(toFoundJson) });
  if (total === 0) return notice('no turn has all of these words.');
  await writePaged(context, (output) => writeFoundTurns(output, found, now()));
  if (total > found.length) notice(`${total - found.length} more; show them with --limit.`);
}

/** Quoted words stay one phrase. */
function toQueryWord(word: string): string {
  return /\s/.test(word) && !word.includes('"') ? `"${word}"` : word;
}

function showConversation(context: Context, conversation: Conversation, json: boolean): Promise<void> {
  if (json) return writeJson(context.io.stdout, toBranchJson(conversation));
  return writePaged(context, (output) => writeConversation(output, conversation, context.now()));
}

async function renameConversation(
  { notice }: Context,
  store: ConversationStore,
  { target, name: given }: OptionsOf<'rename'>,
): Promise<void> {
  const { id, title } = find(store.list(), target);
  const name = toOneLine(given);
  if (name === '') throw new CliError('usage', 'a name needs at least one character');
  if (!store.rename(id, name)) throw new CliError('config', `the name "${name}" could not be stored`);
  notice(`"${toOneLine(title)}" is called "${name}" now.`);
}

async function writeExport(
  { io, notice, cwd, signal }: Context,
  conversation: Conversation,
  { format, output }: OptionsOf<'export'>,
): Promise<void> {
  const text = exportConversation(conversation, format ?? findExportFormat(output ?? '') ?? 'markdown');
  if (output === undefined || output === '-')
    return io.stdout.write(io.stdout.isTerminal ? stripControls(text) : text);
  await writeDocument(output, text, { cwd, signal });
  notice(`written to ${output}.`);
}

async function deleteConversations(
  { prompter, notice, now, dataFolder, cacheFolder, signal }: Context,
  store: ConversationStore,
  { which, yes }: OptionsOf<'delete'>,
): Promise<void> {
  const found = choose(store.list(), which, now());
  // Deletes unreadable conversations, too: they hold a person's words.
  const ids = which === 'all' ? store.listIds() : found.map(({ id }) => id);
  if (ids.length === 0) return notice('there are no such conversations; nothing was deleted.');
  const words = ids.length > found.length ? describeCount(ids.length, 'conversation') : describeAll(found);
  if (!yes) {
    if (!prompter.isAvailable)
      throw new CliError('usage', `there is no terminal to ask whether to delete ${words}`, {
        hint: advise`Pass ${flag('--yes')} to delete without asking.`,
      });
    if (!(await prompter.confirm(`Delete ${words} for good?`, { default: false })))
      return notice('nothing was deleted.');
  }
  const isSaid = createSaidCheck(store, ids);
  store.delete(...ids);
  removeOutputs(cacheFolder, ids);
  const { forgetPrompts } = await import('../repl/composer/history-file.ts');
  const { forgetDrafts } = await import('../repl/composer/draft-files.ts');
  const forgotten = which === 'all' ? 'all' : isSaid;
  forgetDrafts(dataFolder, forgotten);
  await forgetPrompts({ folder: dataFolder, signal }, forgotten);
  notice(`deleted ${words}.`);
}

/** Whether a prompt of the history was used in one of these conversations, on any branch. */
function createSaidCheck(store: ConversationStore, ids: readonly string[]): (prompt: string) => boolean {
  const said = new Set<string>();
  const commands: string[] = [];
  for (const id of ids) {
    for (const text of listSaid(store, id)) {
      said.add(text.trim());
      const [, command] = /^The output of the command `(.*)`:/.exec(text) ?? [];
      if (command !== undefined) commands.push(command);
    }
  }
  return (prompt) => {
    const text = prompt.trim();
    return said.has(text) || (text.startsWith('!') && commands.includes(toOneLine(text.slice(1))));
  };
}

/** Empty for an unreadable conversation. */
function listSaid(store: ConversationStore, id: string): string[] {
  try {
    return [...store.open(id, { save: false }).conversation.turns.values()].flatMap((turn) =>
      turn.role === 'user'
        ? [toPlainText(turn), ...turn.parts.flatMap((part) => (part.type === 'text' ? part.text : []))]
        : [],
    );
  } catch {
    return [];
  }
}

/** Each once. Looks up all before anything is deleted, so that a typing error deletes nothing. */
function choose(summaries: Summary[], which: DeleteChoice, now: number): Summary[] {
  if (which === 'all') return summaries;
  if ('olderThanMs' in which)
    return summaries.filter(({ updatedAt }) => Date.parse(updatedAt) < now - which.olderThanMs);
  return [...new Set(which.targets.map((target) => find(summaries, target, suggestMany(target))))];
}

/** An age or "all" instead of a name is a flag. */
function suggestMany(target: string): Sentence[] {
  const isAge = /^\d+[hdwy]$/i.test(target);
  if (!isAge && target.toLowerCase() !== 'all') return [];
  return [advise`Several at once: ${run(`sessions delete ${isAge ? `--older-than ${target}` : '--all'}`)}`];
}

/** Lists the titles, if they are few. */
function describeAll(summaries: Summary[]): string {
  if (summaries.length > 5) return describeCount(summaries.length, 'conversation');
  return summaries.map(({ id, title }) => (title === '' ? id : `"${toOneLine(title)}"`)).join(', ');
}

function read(store: ConversationStore, target: string): Conversation {
  return store.open(find(store.list(), target).id).conversation;
}

/** Throws CliError `usage`, with suggestions, unless exactly one conversation matches. */
function find(summaries: Summary[], target: string, advice: Sentence[] = []): Summary {
  // Every id begins with an empty text, and an unset variable must not choose what is deleted.
  if (target.trim() === '') throw new CliError('usage', 'the name of a conversation is empty');
  const summary = findSummary(summaries, target);
  if (summary) return summary;
  const begun = listBegun(summaries, target).map(({ id }) => id);
  if (begun.length > 1)
    throw new CliError('usage', `the ids of ${begun.length} conversations begin with ${target}`, {
      hint: `For example: ${begun.slice(0, 3).join(', ')}.`,
    });
  const nearest = findNearest(target, listTargets(summaries, target), 3);
  const meant =
    nearest.length === 0 ? '' : `; did you mean ${nearest.map((name) => `"${name}"`).join(' or ')}?`;
  throw new CliError('usage', `there is no conversation "${target}"${meant}`, {
    hint: [...advice, advise`See: ${conversationList}`],
  });
}

/** Suggestions for a typing error: names only, because ids are too much alike. */
function listTargets(summaries: Summary[], target: string): string[] {
  const names = summaries.flatMap(({ name }) => (name?.trim() ? name : []));
  return /^\d{4,8}(?:-|$)/.test(target) || names.length === 0 ? summaries.map(({ id }) => id) : names;
}
