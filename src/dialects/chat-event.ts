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

export type TextDeltaEvent = { type: 'text-delta'; text: string };

export type ReasoningDeltaEvent = { type: 'reasoning-delta'; text: string };

/** `index` counts the calls of this reply from 0; `id` and `name` come once, with the first delta of a call. */
export type ToolCallDeltaEvent = {
  type: 'tool-call-delta';
  index: number;
  id: string | undefined;
  name: string | undefined;
  arguments: string;
};

/** Token counts as the server gives them; `credits` in AI credits (US$ 0.01 each) where the server says the cost. */
export type UsageEvent = { type: 'usage'; usage: Usage };

export type Usage = {
  inputTokens: number | undefined;
  cachedInputTokens: number | undefined;
  outputTokens: number | undefined;
  reasoningTokens: number | undefined;
  credits: number | undefined;
};

export type FinishEvent = { type: 'finish'; reason: FinishReason };

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';
