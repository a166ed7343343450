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
import type { Turn } from '../../conversation/conversation.ts';
import { listBranch } from '../../conversation/current-branch.ts';
import type { Model } from '../../copilot/model.ts';
import { describeCount } from '../../describe-count.ts';
import { CliError } from '../../errors.ts';
import { hasStep } from '../../hint.ts';
import { gatherReply, readText } from '../../output/whole-reply.ts';
import { toOneLine } from '../../terminal-text.ts';
import { loadTokenCounter, type TokenCounter } from '../../tokens/token-counter.ts';
import type { ReplApp } from '../app.ts';
import { fullShare, toContextShare } from '../facts.ts';
import { formatPercent } from '../status-line.ts';
import { createHandlers } from '../turns/run-turn.ts';
import { goTo } from './branches.ts';
import { findLargeParts, type LargePart } from './large-parts.ts';
import type { SlashCommand } from './slash-command.ts';

export const compactionCommands: readonly SlashCommand[] = [
  {
    name: 'compact',
    label: 'summarise older turns',
    parameters: '[focus|undo|redo]',
    description: 'replace older turns with a summary by the model, after you confirm',
    group: 'context',
    details: [
      '[focus] says what matters most for the summary.',
      'The last two prompts, pinned prompts and their answers stay as they are; a large paste or attachment in them can be left out.',
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
    label: 'keep a turn whole',
    parameters: '[number]',
    isOneWord: true,
    description: 'keep a prompt and its answer as they are when the conversation is compacted',
    group: 'context',
    details: ['[number] counts your prompts from 1, as in /edit. Without it, the last prompt is pinned.'],
    run: (app, number) => pin(app, number, true),
  },
  {
    name: 'unpin',
    label: 'unpin a turn',
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
  if (exchanges.length === 0) throw new CliError('usage', 'this conversation has no prompts yet');
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
  if (!found) throw createNumberError(number, exchanges.length);
  return found;
}

/** For a number that is none of so many prompts. */
export function createNumberError(number: string, count: number): CliError {
  return new CliError('usage', `there is no prompt ${number}`, {
    hint: count === 1 ? 'The only prompt is 1.' : `Use a number from 1 to ${count}.`,
  });
}

/** Says what can be freed, and does it after the person agreed: a summary by the model in the place of older turns, or a large part left out. */
async function compactConversation(app: ReplApp, focus: string): Promise<void> {
  const { session, dialogs, transcript } = app;
  const { conversation } = session.file;
  if (conversation.turns.size === 0) throw new CliError('usage', 'this conversation has no prompts yet');
  const plan = planCompaction(conversation);
  const model = await app.work('Counting', (signal) => session.loadModel(signal));
  if (!model) return;
  const counter = await loadTokenCounter(model.tokenizer);
  const tokens = countPlan(plan, counter);
  // What is summed up anyway need not be left out.
  const isDropped = ({ turn }: LargePart): boolean => plan.dropped.some(({ prompt }) => prompt.id === turn);
  const large = findLargeParts(conversation, tokens.dropped + tokens.kept, counter).filter(
    (part) => !isDropped(part),
  );
  const canCompact = plan.dropped.length > 0;
  if (!canCompact && large.length === 0) throw createNothingError(plan);
  transcript.notice(canCompact ? describePlan(plan, tokens, model) : describeNothing(tokens));
  if (large.length === 0) {
    // What is not worth its cost takes more than an Enter.
    const byDefault = tokens.dropped >= leastFreed;
    if (await dialogs.confirm('Compact the conversation?', { byDefault }))
      return sumUp(app, { plan, model, focus });
    return transcript.notice('Nothing was changed.');
  }
  const sum = {
    text: 'Summary of older turns',
    description: `frees up to ~${tokens.dropped} tokens, costs one request`,
  };
  const items = [
    ...large.map((part) => ({
      text: `Leave out ${part.name}`,
      description: `frees ~${part.tokens} tokens · prompt ${part.number}`,
      part,
    })),
    ...(canCompact ? [{ ...sum, part: undefined }] : []),
  ];
  // What frees most comes first.
  if (canCompact && tokens.dropped > (large[0]?.tokens ?? 0)) items.unshift(...items.splice(-1));
  const picked = await dialogs.pick('Compact what?', items);
  if (!picked) return transcript.notice('Nothing was changed.');
  if (!picked.part) return sumUp(app, { plan, model, focus });
  session.leaveOut(picked.part);
  transcript.notice(
    `Left out: ${picked.part.name}, ~${picked.part.tokens} tokens. /compact undo brings it back.`,
  );
}

async function sumUp(app: ReplApp, task: Omit<SummaryTask, 'signal'>): Promise<void> {
  const { session, transcript } = app;
  const { plan } = task;
  const summary = await app.work(`Summarising ${describeCount(plan.dropped.length, 'prompt')}`, (signal) =>
    askForSummary(app, { ...task, signal }),
  );
  if (!summary) return;
  session.compact(plan, summary);
  transcript.addText(summary.text);
  transcript.endAnswer();
  transcript.notice(
    'From now on the model sees this summary instead of those turns. /compact undo brings them back.',
  );
}

/** About how many tokens a summary replaces, and how many stay. */
type PlanTokens = { dropped: number; kept: number };

function countPlan({ dropped, kept }: CompactionPlan, counter: TokenCounter): PlanTokens {
  const countTokens = (exchanges: readonly Exchange[]): number =>
    countTurns(
      exchanges.flatMap(({ turns }) => turns),
      counter,
    );
  return { dropped: countTokens(dropped), kept: countTokens(kept) };
}

/** With fewer tokens, a summary is hardly shorter than what it replaces. */
const leastFreed = 400;

function describePlan({ dropped, kept }: CompactionPlan, tokens: PlanTokens, model: Model): string {
  const pinned = kept.filter(({ prompt }) => prompt.pinned).length;
  const unpinned = kept.length - pinned;
  const staying = [
    unpinned > 0 && `the last ${describeCount(unpinned, 'prompt')}`,
    pinned > 0 && `${pinned} pinned`,
  ].filter(Boolean);
  const replaced =
    dropped.length === 1 ? '1 prompt and its answer' : `${dropped.length} prompts and their answers`;
  const little =
    tokens.dropped < leastFreed ? ' That frees almost nothing: a summary is hardly shorter.' : '';
  return (
    `A summary by ${model.id} replaces ${replaced} (~${tokens.dropped} tokens). ` +
    `It keeps ${staying.join(' and ')} as they are (~${tokens.kept} tokens).${little} It costs one request. ` +
    'Nothing is lost: /compact undo brings all of it back.'
  );
}

function createNothingError({ kept }: CompactionPlan): CliError {
  return kept.some(({ prompt }) => prompt.pinned)
    ? new CliError('usage', 'there is nothing to compact: the last two prompts and pinned ones stay', {
        hint: 'Unpin some with /unpin, or begin a new conversation with /new.',
      })
    : new CliError('usage', 'there is nothing to compact yet: the last two prompts stay as they are', {
        hint: 'To begin with an empty window: /new.',
      });
}

function describeNothing({ kept }: PlanTokens): string {
  return `A summary would free nothing: the last two prompts and pinned ones stay (~${kept} tokens). Leaving out a large part costs nothing.`;
}

/** Warns when the context is nearly full, and again after every further 10 %. `told` is the share at the last warning; returns the new one. */
export function offerCompaction({ state, transcript }: ReplApp, told: number): number {
  const share = toContextShare(state.facts) ?? 0;
  if (share < fullShare) return 0;
  if (share < told + 0.1) return told;
  transcript.notice(`The window is ${formatPercent(share * 100)} full. /compact makes room.`, 'warning');
  return share;
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
  const reply = await gatherReply(client.ask(request, { model, initiator: 'user', ...handlers })).catch(
    (error) => {
      throw toSummaryError(error);
    },
  );
  const usage = reply.find((event) => event.type === 'usage')?.usage;
  if (usage) dispatch({ type: 'usage', model: model.id, usage, seconds: (now() - startedAt) / 1000 });
  const text = readText(reply).trim();
  const finish = reply.find((event) => event.type === 'finish')?.reason ?? 'other';
  if (text === '' || finish !== 'stop')
    throw new CliError('upstream', `${model.id} gave no complete summary; nothing was changed`, {
      hint: summaryHint,
    });
  const prompt =
    focus === '' ? 'What did we say so far?' : `What did we say so far? What matters most: ${focus}`;
  return { prompt, text, model: model.id, usage, finish };
}

const summaryHint = 'Type /compact again, also with another model: /model';

/** /retry would answer the last prompt anew. */
function toSummaryError(error: unknown): unknown {
  if (error instanceof CliError && error.hint && hasStep(error.hint, 'ask-again', 'wait-longer'))
    error.hint = summaryHint;
  return error;
}

/** Goes back to the branch that the summary replaced. What was said since is kept, too. */
async function undoCompaction(app: ReplApp): Promise<void> {
  const { file } = app.session;
  const head = findUncompacted(file.conversation);
  if (head === undefined) throw new CliError('usage', 'this conversation is not compacted');
  const later = listBranch(file.conversation).filter(isLater).length;
  const prompts = later === 1 ? 'the prompt' : `the ${later} prompts`;
  await goTo(
    app,
    head,
    later === 0
      ? 'The whole conversation is back. /compact redo returns to the summary.'
      : `The whole conversation is back, without ${prompts} behind the summary. /compact redo and /branches lead there.`,
  );
}

/** Whether this is a prompt that was sent after a summary, and neither its own nor one that stayed beside it. */
function isLater(turn: Turn): boolean {
  return turn.role === 'user' && turn.compactedFrom === undefined && turn.copyOf === undefined;
}

async function redoCompaction(app: ReplApp): Promise<void> {
  const head = findCompacted(app.session.file.conversation);
  if (head === undefined)
    throw new CliError('usage', 'there is no summary to return to', {
      hint: 'A summary that was left, and what followed it, is in /branches.',
    });
  await goTo(app, head, 'The summary replaces the older turns again.');
}
