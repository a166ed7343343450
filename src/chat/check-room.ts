import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Conversation } from '../conversation/conversation.ts';
import { listMessages } from '../conversation/current-branch.ts';
import { findWindow, type Model } from '../copilot/model.ts';
import { isAnswering } from '../copilot/model-choice.ts';
import { CliError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { advise, anotherModel } from '../hint.ts';
import { type PromptText, splitByOrigin } from '../prompt-text.ts';
import { toOneLine } from '../terminal-text.ts';
import { loadTokenCounter, type TokenCounter } from '../tokens/token-counter.ts';
import type { Enclosure } from './enclosures.ts';

/** A text of a request, and what a person calls it. */
export type Share = { label: string; texts: string[] };

export type RoomOptions = {
  model: Model;
  prompt: PromptText;
  /** The name of the parts that nobody typed. */
  dataLabel: string;
  enclosures: readonly Enclosure[];
  /** The system prompt of the person. */
  system: string | undefined;
  conversation: Conversation;
  /** The models of the account, to name one that takes more. */
  listModels: () => Promise<readonly Model[]>;
  signal: AbortSignal;
};

/** The tolerance of our count: other tokenizers differ, and the service adds its own words. */
const margin = 1.2;
/** The number of pieces of a long text that are counted for a report. */
const samples = 16;
const sampleLength = 4096;
const mostShares = 4;
const conversationLabel = 'the conversation so far';
/** Smaller shares are not mentioned. */
const smallestShare = 0.01;

/** Throws CliError `input_too_large`, with the largest parts, if a prompt cannot fit. Short prompts pass without counting. */
export async function checkRoom(options: RoomOptions): Promise<void> {
  if (findWindow(options.model) === undefined) return;
  await checkShares(listShares(options), options);
}

/** The same for a request of these texts. */
export async function checkShares(
  shares: readonly Share[],
  { model, listModels, signal }: Pick<RoomOptions, 'model' | 'listModels' | 'signal'>,
): Promise<void> {
  const window = findWindow(model);
  if (window === undefined) return;
  const texts = shares.flatMap((share) => share.texts);
  if (fitsSurely(texts, window)) return;
  const counter = await loadTokenCounter(model.tokenizer);
  if (!(await isLongerThan(window * margin, texts, counter, signal))) return;
  const counted = shares
    .map(({ label, texts: own }) => ({
      label,
      tokens: own.reduce((sum, text) => sum + estimate(text, counter), 0),
    }))
    .filter(({ tokens }) => tokens > 0)
    .sort((a, b) => b.tokens - a.tokens);
  const total = counted.reduce((sum, { tokens }) => sum + tokens, 0);
  const larger = await listModels().then(
    (models) => findLarger(models, total),
    () => undefined,
  );
  throw new CliError(
    'input_too_large',
    `the prompt has ${describeTokens(total)}, and ${model.id} takes ${format(window)}: ${describeShares(counted, total)}`,
    {
      hint:
        larger === undefined
          ? 'Send less: no model of this account takes that much.'
          : advise`Send less, or ask ${anotherModel}, such as ${larger}.`,
      details: {
        tokens_estimated: total,
        tokens_allowed: window,
        shares: counted.map(({ label, tokens }) => ({ label, tokens_estimated: tokens })),
      },
    },
  );
}

/** Whether earlier turns contribute to the refusal. */
export function blamesConversation({ details }: CliError): boolean {
  const { shares = [] } = details as { shares?: { label: string }[] };
  return shares.some(({ label }) => label === conversationLabel);
}

function listShares({ prompt, dataLabel, enclosures, system = '', conversation }: RoomOptions): Share[] {
  const pieces = splitByOrigin(prompt);
  const list = (isTyped: boolean): string[] =>
    pieces.flatMap((piece) => (piece.isTyped === isTyped ? piece.text : []));
  const earlier: string[] = [];
  // A long conversation has thousands of parts, and is looked at before each prompt.
  for (const { parts } of listMessages(conversation))
    for (const part of parts) if (part.type === 'text') earlier.push(part.text);
  return [
    { label: 'your words', texts: list(true) },
    { label: dataLabel, texts: list(false) },
    ...groupByHolder(enclosures),
    { label: 'the system prompt', texts: [system] },
    { label: conversationLabel, texts: earlier },
  ];
}

/** A folder or a glob is one thing to a person, however many files it has. */
function groupByHolder(enclosures: readonly Enclosure[]): Share[] {
  const texts = enclosures.flatMap(({ path, holder, text }) =>
    text === undefined ? [] : { label: holder ?? path, text },
  );
  return [...groupBy(texts, ({ label }) => label)].map(([label, group]) => ({
    label: toOneLine(label) + (group.length > 1 ? `, ${group.length} files` : ''),
    texts: group.map(({ text }) => text),
  }));
}

/** By a glance: no usual text has more tokens than half its letters, and no script more than two a character. */
function fitsSurely(texts: readonly string[], window: number): boolean {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length * 2 <= window) return true;
  if (length > window * 2) return false;
  let tokens = 0;
  for (const text of texts) {
    for (let at = 0; at < text.length; at += 1) tokens += text.charCodeAt(at) < 128 ? 0.5 : 1.5;
    if (tokens > window) return false;
  }
  return true;
}

/** Stops at the limit, and lets signals have their turn. */
async function isLongerThan(
  limit: number,
  texts: readonly string[],
  counter: TokenCounter,
  signal: AbortSignal,
): Promise<boolean> {
  let tokens = 0;
  for (const text of texts) {
    for (const count of counter.countWindows(text)) {
      tokens += count;
      if (tokens > limit) return true;
      await nextTurn();
      signal.throwIfAborted();
    }
  }
  return false;
}

function estimate(text: string, counter: TokenCounter): number {
  if (text.length <= samples * sampleLength) return counter.count(text);
  const step = (text.length - sampleLength) / (samples - 1);
  let tokens = 0;
  for (let index = 0; index < samples; index += 1) {
    const start = Math.floor(index * step);
    tokens += counter.count(text.slice(start, start + sampleLength));
  }
  return Math.round((tokens * text.length) / (samples * sampleLength));
}

/** Of those that take it, the one that takes least: a larger window costs more. */
function findLarger(models: readonly Model[], tokens: number): string | undefined {
  const fitting = models.filter(
    (model) => model.listed && isAnswering(model) && (findWindow(model) ?? 0) >= tokens * margin,
  );
  return fitting.sort((a, b) => (findWindow(a) ?? 0) - (findWindow(b) ?? 0))[0]?.id;
}

function describeShares(shares: readonly { label: string; tokens: number }[], total: number): string {
  const large = shares.filter(({ tokens }) => tokens > total * smallestShare).slice(0, mostShares);
  const others = shares.length - large.length;
  return [
    ...large.map(({ label, tokens }) => `${label} ${describeTokens(tokens)}`),
    ...(others > 0 ? [`${others} smaller ${others === 1 ? 'part' : 'parts'}`] : []),
  ].join('; ');
}

function describeTokens(tokens: number): string {
  return `~${format(Number(tokens.toPrecision(2)))} tokens`;
}

function format(number: number): string {
  return number.toLocaleString('en-US');
}
