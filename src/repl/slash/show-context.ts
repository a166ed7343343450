import { type ContextShares, contextKinds, countContext, countTurns } from '../../chat/context-window.ts';
import { loadRepositoryInstructions } from '../../chat/input.ts';
import { listExchanges } from '../../conversation/compaction.ts';
import type { Model } from '../../copilot/model.ts';
import { findWindow } from '../../copilot/window.ts';
import { describeCount } from '../../describe-count.ts';
import { loadTokenCounter } from '../../tokens/token-counter.ts';
import type { ReplApp } from '../app.ts';
import { fullShare, toContextShare } from '../facts.ts';
import { toRows } from '../rows.ts';

type Report = { model: Model; shares: ContextShares; pinned: { count: number; tokens: number } };

const barWidth = 40;

/** What fills the model's window, as a bar and by kinds. */
export async function showContext(app: ReplApp): Promise<void> {
  const report = await app.work('Counting', (signal) => count(app, signal));
  if (!report) return;
  const { model, shares, pinned } = report;
  const used = contextKinds.reduce((sum, kind) => sum + shares[kind], 0);
  const window = findWindow(model);
  app.transcript.print([
    app.look.theme.paint('heading', `${model.id}, ${window ?? 'an unknown number of'} tokens`),
    ...(window === undefined ? [] : [formatBar(app, used / window)]),
    ...formatShares(app, shares, window),
  ]);
  if (pinned.count > 0)
    app.transcript.notice(
      `Pinned: ${describeCount(pinned.count, 'prompt')} and the answers, ~${pinned.tokens} tokens.`,
    );
  tellServiceCount(app);
  const share = Math.max(toContextShare(app.state.facts) ?? 0, window === undefined ? 0 : used / window);
  if (share >= fullShare)
    app.transcript.notice(
      'The window is nearly full. /compact puts a summary in the place of older turns.',
      'warning',
    );
}

async function count({ session, context }: ReplApp, signal: AbortSignal): Promise<Report> {
  const model = await session.loadModel(signal);
  const counter = await loadTokenCounter(model.tokenizer);
  const { conversation } = session.file;
  const instructions = await loadRepositoryInstructions(context, { files: [], model, signal });
  const pinned = listExchanges(conversation).filter(({ prompt }) => prompt.pinned);
  const turns = pinned.flatMap((exchange) => exchange.turns);
  return {
    model,
    shares: countContext(conversation, { counter, instructions }),
    pinned: { count: pinned.length, tokens: countTurns(turns, counter) },
  };
}

function formatBar({ look }: ReplApp, share: number): string {
  const full = Math.min(barWidth, Math.round(share * barWidth));
  const bar = `[${'█'.repeat(full)}${'░'.repeat(barWidth - full)}] ~${formatShare(share)}`;
  return look.theme.paint(share >= fullShare ? 'warning' : 'accent', bar);
}

function formatShares({ look }: ReplApp, shares: ContextShares, window: number | undefined): string[] {
  const used = contextKinds.reduce((sum, kind) => sum + shares[kind], 0);
  const rows: [string, number][] = contextKinds
    .filter((kind) => shares[kind] > 0)
    .map((kind) => [kind, shares[kind]]);
  if (window !== undefined) rows.push(['free', Math.max(0, window - used)]);
  return toRows(
    rows.map(([label, tokens]) => [
      label,
      `~${tokens}`.padEnd(9) + (window === undefined ? '' : formatShare(tokens / window)),
    ]),
    (text) => look.theme.paint('dim', text),
  );
}

function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

function tellServiceCount({ state, transcript }: ReplApp): void {
  const { usage } = state.facts;
  if (usage?.inputTokens === undefined) return;
  const out = usage.outputTokens === undefined ? '' : ` and ${usage.outputTokens} out`;
  transcript.notice(`The service itself counted ${usage.inputTokens} tokens in${out} with the last answer.`);
}
