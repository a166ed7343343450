/**
 * The only language between the wire and the views. A stream of these has one `start` first and one `finish`
 * last; failures are thrown from the iterator. A stream that ends without `finish` is an error.
 */
export type ChatEvent =
  | StartEvent
  | TextDeltaEvent
  | ReasoningDeltaEvent
  | ToolCallDeltaEvent
  | UsageEvent
  | FinishEvent;

/** `model` is the one that answers, by its own name, which may be dated or spelled otherwise than the one asked for. */
export type StartEvent = { type: 'start'; id: string | undefined; model: string | undefined };

/**
 * Words of the model. A `refusal` is a text with which it declines. A `separator` is the blank line between two messages of one
 * reply: what comes after it is another message. Whoever does not care may read both as text.
 */
export type TextDeltaEvent = { type: 'text-delta'; text: string; kind?: 'refusal' | 'separator' };

/**
 * Visible thinking, and its sealed form once that comes. `index` counts the blocks of thinking of this reply from 0.
 * `opaque` comes whole, with the last delta of a block; `redacted` marks a block without text.
 */
export type ReasoningDeltaEvent = {
  type: 'reasoning-delta';
  index: number;
  text: string;
  opaque?: string;
  redacted?: boolean;
};

/**
 * `index` counts the calls of this reply from 0; `id` and `name` come once, with the first delta of a call. `arguments` of all
 * deltas are JSON text, `{}` where the tool takes none, unless the reply was cut.
 */
export type ToolCallDeltaEvent = {
  type: 'tool-call-delta';
  index: number;
  id: string | undefined;
  name: string | undefined;
  arguments: string;
};

/** Comes at most once, before `finish`. */
export type UsageEvent = { type: 'usage'; usage: Usage };

/**
 * Token counts as the server gives them. `inputTokens` holds all of the input, what was read from a cache and what was
 * written to one included; `credits` is the cost in AI credits (US$ 0.01 each) where the server says it.
 */
export type Usage = {
  inputTokens: number | undefined;
  cachedInputTokens: number | undefined;
  cacheWriteTokens: number | undefined;
  outputTokens: number | undefined;
  reasoningTokens: number | undefined;
  credits: number | undefined;
  /** What it probably cost, by our own reckoning, where the server does not say. */
  estimatedCredits?: number;
  /** The same for accounts that count premium requests. */
  premiumRequests?: number;
  /** The model that answered, in the service's words, where the request named none. */
  answeredBy?: string;
};

/**
 * `stopSequence` is the one that ended the reply, where the service tells. `detail` is the service's own word for the end, where it
 * says more than `reason` does (`recitation`, `malformed_function_call`).
 */
export type FinishEvent = { type: 'finish'; reason: FinishReason; stopSequence?: string; detail?: string };

/** `refusal`: the model declined. `content-filter`: the service kept the answer back, or cut it. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'refusal' | 'content-filter' | 'other';

/** Copilot's bill counts in billionths of an AI credit. */
const nanoPerCredit = 1e9;

export function toCredits(nanoCredits: number): number {
  return nanoCredits / nanoPerCredit;
}

export function toNanoCredits(credits: number): number {
  return Math.round(credits * nanoPerCredit);
}
