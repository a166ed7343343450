import type { Model } from '../copilot/model.ts';
import type { QuotaSnapshot } from '../copilot/quota-headers.ts';
import type { Usage } from '../dialects/chat-event.ts';

/** What the status line tells. */
export type Facts = {
  model: Model | undefined;
  effort: string | undefined;
  /** Of the last answer. */
  usage: Usage | undefined;
  /** Tokens that came in a second, while the last answer came. */
  tokensPerSecond: number | undefined;
  /** What all answers since the start cost, in AI credits; an estimate where one of them is. */
  credits: { spent: number; isEstimated: boolean };
  quota: QuotaSnapshot | undefined;
};

export const noFacts: Facts = {
  model: undefined,
  effort: undefined,
  usage: undefined,
  tokensPerSecond: undefined,
  credits: { spent: 0, isEstimated: false },
  quota: undefined,
};

/** Adds what an answer cost. `seconds` is how long its text took to come. */
export function addUsage(facts: Facts, usage: Usage, seconds: number): Facts {
  const { spent, isEstimated } = facts.credits;
  const { credits, estimatedCredits, outputTokens } = usage;
  return {
    ...facts,
    usage,
    tokensPerSecond: outputTokens === undefined || seconds <= 0 ? undefined : outputTokens / seconds,
    credits: {
      spent: spent + (credits ?? estimatedCredits ?? 0),
      isEstimated: isEstimated || (credits === undefined && estimatedCredits !== undefined),
    },
  };
}

/** How full the model's window is after the last answer, from 0 to 1. */
export function toContextShare({ model, usage }: Facts): number | undefined {
  const limit = model?.contextTokens ?? model?.promptTokens;
  if (!limit || usage?.inputTokens === undefined) return undefined;
  return (usage.inputTokens + (usage.outputTokens ?? 0)) / limit;
}
