import { type ContextShares, contextKinds, countContext, countTurns } from '../../chat/context-window.ts';
import { loadRepositoryInstructions, separateSystem } from '../../chat/say.ts';
import { listExchanges } from '../../conversation/compaction.ts';
import { findWindow, type Model } from '../../copilot/model.ts';
import { describeCount } from '../../describe-count.ts';
import { CliError } from '../../errors.ts';
import { formatTokens } from '../../output/model-list.ts';
import { untilAborted } from '../../pause.ts';
import { estimateTokens, formatTokenEstimate } from '../../tokens/request-tokens.ts';
import { loadTokenCounter } from '../../tokens/token-counter.ts';
import type { ReplApp } from '../app.ts';
import { fullShare, toContextShare } from '../facts.ts';
import { formatPercent } from '../status-line.ts';
import { toRows } from './print.ts';
import type { SlashCommand } from './slash-command.ts';

export const contextCommands: readonly SlashCommand[] = [
  {
    name: 'context',
    label: 'what fills the window',
    parameters: '',
    description: "show what fills the model's window",
    group: 'context',
    details: ['Tokens with ~ are estimates made here. Those of the last answer come from the service.'],
    isQuick: true,
    run: showContext,
  },
  {
    name: 'instructions',
    label: 'instruction files',
    isChoice: true,
    parameters: '[on|off|reload]',
    isOneWord: true,
    description: 'show which instruction files of the repository the model gets',
    group: 'context',
    details: [
      '[on|off] applies to your next prompt and to new conversations.',
      '[reload] sends the current files with your next prompt.',
    ],
    shell: 'copilot-cli chat --no-instructions',
    complete: async () => ['on', 'off', 'reload'].map((text) => ({ text, description: '' })),
    run: handleInstructions,
  },
];

async function handleInstructions(app: ReplApp, word: string): Promise<void> {
  const { session, transcript } = app;
  switch (word) {
    case '':
      return showInstructions(app);
    case 'on':
    case 'off':
      await sayAnew(app, word === 'on');
      return transcript.notice(
        word === 'on'
          ? 'The model gets the instruction files with your next prompt.'
          : 'The model gets no instruction files from your next prompt on.',
      );
    case 'reload':
      await sayAnew(app, session.instructions);
      return transcript.notice(
        session.instructions
          ? 'The model gets the current instruction files with your next prompt.'
          : 'The instruction files are switched off; /instructions on switches them on.',
      );
    default:
      throw new CliError('usage', `there is no /instructions ${word}`, {
        hint: 'Type /instructions, or with on, off or reload.',
      });
  }
}

/** Sends the system prompt again with the next prompt, with or without the instruction files. */
async function sayAnew({ context, session }: ReplApp, isOn: boolean): Promise<void> {
  if (session.file.conversation.head !== undefined) {
    const instructions = await loadRepositoryInstructions(context, {
      files: [],
      model: session.model,
      signal: context.signal,
    });
    const parted = separateSystem(session.system ?? '', instructions);
    if (!parted)
      throw new CliError('usage', 'the system prompt contains instruction files that have changed since', {
        hint: 'Set your system prompt again with /system TEXT; the files are then read again.',
      });
    session.setSystem(parted.system);
  }
  session.instructions = isOn;
}

async function showInstructions(app: ReplApp): Promise<void> {
  const { context, session, transcript, look } = app;
  const rows = await app.work('Counting', async (signal) => {
    const model = await session.loadModel(signal);
    const files = await loadRepositoryInstructions(context, { files: [], model, signal });
    // As below the first prompt that gets them.
    return files.map(({ path, text }): [string, string] => [
      path,
      formatTokenEstimate(estimateTokens(text.length)),
    ]);
  });
  if (!rows) return;
  if (rows.length > 0)
    transcript.print(toRows(rows, (text) => look.theme.paint('accent', text), transcript.textColumns));
  else
    transcript.notice(
      'There are no instruction files here: AGENTS.md, .github/copilot-instructions.md, .github/instructions/.',
    );
  const state = session.instructions ? 'The model gets them' : 'They are switched off';
  if (rows.length > 0)
    transcript.notice(
      `${state}. Files for certain paths are added when a prompt mentions such a path. /instructions on, off or reload.`,
    );
}

type Report = { model: Model; shares: ContextShares; pinned: { count: number; tokens: number } };

const longestBar = 40;
/** Beside the bar, in cells: its ends and the percentage. */
const besideBar = '[] ~100 %'.length;

async function showContext(app: ReplApp): Promise<void> {
  const report = await app.work('Counting', (signal) => untilAborted(count(app, signal), signal));
  if (!report) return;
  const { model, shares, pinned } = report;
  const used = contextKinds.reduce((sum, kind) => sum + shares[kind], 0);
  const window = findWindow(model);
  app.transcript.print([
    app.look.theme.paint('heading', describeWindow(model)),
    ...(window === undefined ? [] : [formatBar(app, used / window)]),
    ...formatShares(app, shares, window),
  ]);
  if (pinned.count > 0)
    app.transcript.notice(
      `Pinned: ${describeCount(pinned.count, 'prompt')} and their answers, ~${pinned.tokens} tokens.`,
    );
  tellServiceCount(app);
  const share = Math.max(toContextShare(app.state.facts) ?? 0, window === undefined ? 0 : used / window);
  if (share >= fullShare)
    app.transcript.notice(
      'The window is nearly full. /compact replaces older turns with a summary.',
      'warning',
    );
}

/** What /model shows is the whole window, of which a prompt may fill a part. */
function describeWindow(model: Model): string {
  const { id, contextTokens } = model;
  const window = findWindow(model);
  if (window === undefined) return `${id}, an unknown number of tokens`;
  const rest = contextTokens === undefined ? 0 : contextTokens - window;
  const isPart = rest > 0 ? ` of ${formatTokens(contextTokens)}; the others are for the answer` : '';
  return `${id}, ${formatTokens(window)} tokens${isPart}`;
}

async function count({ session, context, tools }: ReplApp, signal: AbortSignal): Promise<Report> {
  const model = await session.loadModel(signal);
  const counter = await loadTokenCounter(model.tokenizer);
  const { conversation } = session.file;
  const instructions = await loadRepositoryInstructions(context, { files: [], model, signal });
  const pinned = listExchanges(conversation).filter(({ prompt }) => prompt.pinned);
  const turns = pinned.flatMap((exchange) => exchange.turns);
  return {
    model,
    shares: countContext(conversation, { counter, instructions, tools: await tools.preview(model) }),
    pinned: { count: pinned.length, tokens: countTurns(turns, counter) },
  };
}

function formatBar({ look, transcript }: ReplApp, share: number): string {
  const length = Math.max(1, Math.min(longestBar, transcript.textColumns - besideBar));
  const full = Math.min(length, Math.max(share > 0 ? 1 : 0, Math.round(share * length)));
  const bar = `[${'█'.repeat(full)}${'░'.repeat(length - full)}] ~${formatPercent(share * 100)}`;
  return look.theme.paint(share >= fullShare ? 'warning' : 'accent', bar);
}

function formatShares(
  { look, transcript }: ReplApp,
  shares: ContextShares,
  window: number | undefined,
): string[] {
  const used = contextKinds.reduce((sum, kind) => sum + shares[kind], 0);
  const rows: [string, number][] = contextKinds
    .filter((kind) => shares[kind] > 0)
    .map((kind) => [kind, shares[kind]]);
  if (window !== undefined) rows.push(['free', Math.max(0, window - used)]);
  return toRows(
    rows.map(([label, tokens]) => [
      label,
      `~${tokens}`.padEnd(9) + (window === undefined ? '' : formatPercent((tokens / window) * 100)),
    ]),
    (text) => look.theme.paint('dim', text),
    transcript.textColumns,
  );
}

function tellServiceCount({ state, transcript }: ReplApp): void {
  const { usage } = state.facts;
  if (usage?.inputTokens === undefined) return;
  const out = usage.outputTokens === undefined ? '' : ` and ${usage.outputTokens} out`;
  transcript.notice(`The service counted ${usage.inputTokens} tokens in${out} for the last answer.`);
}
