import { countTurns } from '../../chat/context-window.ts';
import { createSummaryRequest } from '../../chat/summary-request.ts';
import {
  type CompactionPlan,
  type CompactionSummary,
  type Exchange,
  findCompacted,
  findUncompacted,
  listExchanges,
  planCompaction,
} from '../../conversation/compaction.ts';
import type { Model } from '../../copilot/model.ts';
import { describeCount } from '../../describe-count.ts';
import { CliError } from '../../errors.ts';
import { gatherReply, readText } from '../../output/whole-reply.ts';
import { toOneLine } from '../../terminal-text.ts';
import { loadTokenCounter } from '../../tokens/token-counter.ts';
import type { ReplApp } from '../app.ts';
import { createHandlers } from '../turns/run-turn.ts';
import type { SlashCommand } from './slash-command.ts';

export const compactionCommands: readonly SlashCommand[] = [
  {
    name: 'compact',
    parameters: '[focus|undo|redo]',
    description: 'replace older turns by a summary of the model, after you confirm',
    group: 'context',
    details: [
      '[focus] says what matters most for the summary.',
      'The last two prompts, pinned prompts and their answers stay as they are.',
      '[undo] goes back to the whole conversation, [redo] to the summary.',
    ],
    complete: async () => ['undo', 'redo'].map((text) => ({ text, description: '' })),
    run: (app, words) => {
      if (words === 'undo') return undoCompaction(app);
      return words === 'redo' ? redoCompaction(app) : compactConversation(app, words);
    },
  },
  {
    name: 'pin',
    parameters: '[number]',
    isOneWord: true,
    description: 'keep a prompt and its answer as they are when the conversation is compacted',
    group: 'context',
    details: ['[number] counts your prompts from 1, as in /edit. Without it, the last prompt is pinned.'],
    run: (app, number) => pin(app, number, true),
  },
  {
    name: 'unpin',
    parameters: '[number]',
    isOneWord: true,
    description: 'unpin a prompt',
    group: 'context',
    details: ['[number] counts your prompts from 1. Without it, the last pinned prompt is unpinned.'],
    run: (app, number) => pin(app, number, false),
  },
];

function pin({ session, transcript }: ReplApp, number: string, pinned: boolean): void {
  const exchanges = listExchanges(session.file.conversation);
  if (exchanges.length === 0) throw new CliError('usage', 'nothing was said yet');
  const { prompt } = number === '' ? findLast(exchanges, pinned) : findByNumber(exchanges, number);
  session.file.pin(prompt.id, pinned);
  const [words] = prompt.parts.flatMap((part) => (part.type === 'text' ? part.text : []));
  const said = toOneLine((words ?? '').slice(0, 60));
  transcript.notice(pinned ? `Pinned: ${said}` : `No longer pinned: ${said}`);
}

function findLast(exchanges: readonly Exchange[], pinned: boolean): Exchange {
  const found = exchanges.findLast(({ prompt }) => pinned || prompt.pinned);
  if (!found) throw new CliError('usage', 'nothing is pinned');
  return found;
}

function findByNumber(exchanges: readonly Exchange[], number: string): Exchange {
  const found = /^\d+$/.test(number) ? exchanges[Number(number) - 1] : undefined;
  if (!found)
    throw new CliError('usage', `there is no prompt ${number}`, {
      hint: `They are counted from 1 to ${exchanges.length}.`,
    });
  return found;
}

/** Puts a summary by the model in the place of older turns, after the person agreed. */
async function compactConversation(app: ReplApp, focus: string): Promise<void> {
  const { session, dialogs, transcript } = app;
  const plan = planCompaction(session.file.conversation);
  if (plan.dropped.length === 0)
    throw new CliError('usage', 'there is nothing to compact: the last two prompts and pinned ones stay', {
      hint: 'Unpin some with /unpin, or begin a new conversation with /new.',
    });
  const model = await app.work('Counting', (signal) => session.loadModel(signal));
  if (!model) return;
  transcript.notice(await describePlan(plan, model));
  if (!(await dialogs.confirm('Compact the conversation?'))) return transcript.notice('Nothing was changed.');
  const summary = await app.work(`Summing up ${describeCount(plan.dropped.length, 'prompt')}`, (signal) =>
    askForSummary(app, { plan, model, focus, signal }),
  );
  if (!summary) return;
  session.compact(plan, summary);
  transcript.addText(summary.text);
  transcript.endAnswer();
  transcript.notice(
    'From now on the model sees this summary in place of those turns. /compact undo brings them back.',
  );
}

async function describePlan({ dropped, kept }: CompactionPlan, model: Model): Promise<string> {
  const counter = await loadTokenCounter(model.tokenizer);
  const countTokens = (exchanges: readonly Exchange[]): number =>
    countTurns(
      exchanges.flatMap(({ turns }) => turns),
      counter,
    );
  const pinned = kept.filter(({ prompt }) => prompt.pinned).length;
  const unpinned = kept.length - pinned;
  const staying = [
    unpinned > 0 && `the last ${describeCount(unpinned, 'prompt')}`,
    pinned > 0 && `${pinned} pinned`,
  ].filter(Boolean);
  return (
    `A summary by ${model.id} replaces ${describeCount(dropped.length, 'prompt')} and the answers (~${countTokens(dropped)} tokens). ` +
    `It keeps ${staying.join(' and ')} as they are (~${countTokens(kept)} tokens). Nothing is lost: /compact undo brings all of it back.`
  );
}

type SummaryTask = { plan: CompactionPlan; model: Model; focus: string; signal: AbortSignal };

/** One request, initiated by the user. Its usage counts like that of any answer. */
async function askForSummary(
  { session, transcript, dispatch, context }: ReplApp,
  { plan, model, focus, signal }: SummaryTask,
): Promise<CompactionSummary> {
  const { now } = context;
  const client = await context.connect();
  const request = createSummaryRequest(plan.dropped, {
    model,
    system: session.system,
    focus,
    counter: await loadTokenCounter(model.tokenizer),
  });
  const startedAt = now();
  const handlers = createHandlers({ transcript, dispatch, now, signal });
  const reply = await gatherReply(client.ask(request, { model, initiator: 'user', ...handlers }));
  const usage = reply.find((event) => event.type === 'usage')?.usage;
  if (usage) dispatch({ type: 'usage', model: model.id, usage, seconds: (now() - startedAt) / 1000 });
  const text = readText(reply).trim();
  const finish = reply.find((event) => event.type === 'finish')?.reason ?? 'other';
  if (text === '' || finish !== 'stop')
    throw new CliError('upstream', `${model.id} gave no complete summary; nothing was changed`, {
      hint: 'Try again, or with another model: /model',
    });
  const prompt =
    focus === '' ? 'What did we say so far?' : `What did we say so far? What matters most: ${focus}`;
  return { prompt, text, model: model.id, usage, finish };
}

/** Goes back to the branch that the summary replaced. What was said since is kept, too. */
async function undoCompaction(app: ReplApp): Promise<void> {
  const { file } = app.session;
  const head = findUncompacted(file.conversation);
  if (head === undefined) throw new CliError('usage', 'this conversation is not compacted');
  await goTo(app, head, 'The whole conversation is back. /compact redo returns to the summary.');
}

async function redoCompaction(app: ReplApp): Promise<void> {
  const head = findCompacted(app.session.file.conversation);
  if (head === undefined) throw new CliError('usage', 'there is no summary to go back to');
  await goTo(app, head, 'The summary is in its place again.');
}

async function goTo(app: ReplApp, head: string, notice: string): Promise<void> {
  app.session.moveTo(head);
  await app.printHistory();
  app.transcript.notice(notice);
}
