/** Every answer is a stream of these: one `start` first, one `finish` last. Failures are thrown, a missing `finish` among them. */
export type ChatEvent =
  | StartEvent
  | TextDeltaEvent
  | ReasoningDeltaEvent
  | ToolCallDeltaEvent
  | UsageEvent
  | FinishEvent;

/** `model` is the model's own name, which may be dated or spelled unlike the one asked for. */
export type StartEvent = { type: 'start'; id: string | undefined; model: string | undefined };

/** Words of the model. A `refusal` declines the request; a `separator` is the blank line between two messages. Both can be read as text. */
export type TextDeltaEvent = { type: 'text-delta'; text: string; kind?: 'refusal' | 'separator' };

/**
 * Visible thinking. `index` counts the blocks of a reply from 0. `opaque` is the sealed form, whole, in the last delta of a block;
 * `redacted` marks a block without text.
 */
export type ReasoningDeltaEvent = {
  type: 'reasoning-delta';
  index: number;
  text: string;
  opaque?: string;
  redacted?: boolean;
};

/**
 * `index` counts calls from 0; only the first delta has `id` and `name`. Joined `arguments` are JSON unless the reply was cut. `whole` has all
 * arguments, if the service closed the call with others than its deltas had.
 */
export type ToolCallDeltaEvent = {
  type: 'tool-call-delta';
  index: number;
  id: string | undefined;
  name: string | undefined;
  arguments: string;
  whole?: string;
};

/** Comes at most once, before `finish`. */
export type UsageEvent = { type: 'usage'; usage: Usage };

/** Token counts as reported. `inputTokens` includes cache reads and writes; `credits` is the cost in AI credits (US$ 0.01), if known. */
export type Usage = {
  inputTokens: number | undefined;
  cachedInputTokens: number | undefined;
  cacheWriteTokens: number | undefined;
  outputTokens: number | undefined;
  reasoningTokens: number | undefined;
  credits: number | undefined;
  /** Our estimate of the cost, if the service does not report it. */
  estimatedCredits?: number;
  /** The same for accounts that count premium requests. */
  premiumRequests?: number;
  /** The model that answered, in the service's words, if the request named none. */
  answeredBy?: string;
};

/**
 * `stopSequence` ended the reply, if reported. `detail` is the service's word if it says more than `reason` (`recitation`). `explanation` is why
 * the model refused.
 */
export type FinishEvent = {
  type: 'finish';
  reason: FinishReason;
  stopSequence?: string;
  detail?: string;
  explanation?: string;
};

/** `refusal`: the model declined. `content-filter`: the service kept the answer back, or cut it. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'refusal' | 'content-filter' | 'other';

/** The `detail` of a `length` that is not the output limit: the prompt and the answer fill all that the model reads. */
export const fullWindow = 'model_context_window_exceeded';

/** Adds up usage; a missing count adds nothing. Sums of credits stay short: 0.1 and 0.2 are 0.3. */
export function addUsage(sum: Usage | undefined, one: Usage): Usage;
export function addUsage(sum: Usage | undefined, one: Usage | undefined): Usage | undefined;
export function addUsage(sum: Usage | undefined, one: Usage | undefined): Usage | undefined {
  if (!sum || !one) return sum ?? one;
  const add = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? (a ?? b) : Number((a + b).toPrecision(12));
  const estimated = add(sum.estimatedCredits, one.estimatedCredits);
  const premiumRequests = add(sum.premiumRequests, one.premiumRequests);
  const answeredBy = one.answeredBy ?? sum.answeredBy;
  return {
    inputTokens: add(sum.inputTokens, one.inputTokens),
    cachedInputTokens: add(sum.cachedInputTokens, one.cachedInputTokens),
    cacheWriteTokens: add(sum.cacheWriteTokens, one.cacheWriteTokens),
    outputTokens: add(sum.outputTokens, one.outputTokens),
    reasoningTokens: add(sum.reasoningTokens, one.reasoningTokens),
    credits: add(sum.credits, one.credits),
    ...(estimated !== undefined && { estimatedCredits: estimated }),
    ...(premiumRequests !== undefined && { premiumRequests }),
    ...(answeredBy !== undefined && { answeredBy }),
  };
}

/** Copilot's bill counts in billionths of an AI credit. */
const nanoPerCredit = 1e9;

export function toCredits(nanoCredits: number): number {
  return nanoCredits / nanoPerCredit;
}

export function toNanoCredits(credits: number): number {
  return Math.round(credits * nanoPerCredit);
}
