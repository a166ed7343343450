import type { Spent } from '../conversation/spending.ts';
import type { Model } from '../copilot/model.ts';
import type { QuotaSnapshot } from '../copilot/quota-headers.ts';
import { findWindow } from '../copilot/window.ts';
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
  /** The same in premium requests, for accounts that count those. */
  premiumRequests: number | undefined;
  /** Each answer since the start, in whatever conversation. */
  spent: readonly Spent[];
  quota: QuotaSnapshot | undefined;
};

export const noFacts: Facts = {
  model: undefined,
  effort: undefined,
  usage: undefined,
  tokensPerSecond: undefined,
  credits: { spent: 0, isEstimated: false },
  premiumRequests: undefined,
  spent: [],
  quota: undefined,
};

/** What an answer used; `seconds` is how long its text took to come. */
export type AnswerUsage = { model: string; usage: Usage; seconds: number };

/** Adds what an answer cost. */
export function addUsage(facts: Facts, { model, usage, seconds }: AnswerUsage): Facts {
  const { spent, isEstimated } = facts.credits;
  const { credits, estimatedCredits, outputTokens } = usage;
  return {
    ...facts,
    usage,
    spent: [...facts.spent, { model, usage }],
    tokensPerSecond: outputTokens === undefined || seconds <= 0 ? undefined : outputTokens / seconds,
    premiumRequests:
      usage.premiumRequests === undefined
        ? facts.premiumRequests
        : (facts.premiumRequests ?? 0) + usage.premiumRequests,
    credits: {
      spent: spent + (credits ?? estimatedCredits ?? 0),
      isEstimated: isEstimated || (credits === undefined && estimatedCredits !== undefined),
    },
  };
}

/** From here on a window is nearly full. */
export const fullShare = 0.8;

/** How full the model's window is after the last answer, from 0 to 1. All of it goes along with the next prompt. */
export function toContextShare({ model, usage }: Facts): number | undefined {
  const limit = model && findWindow(model);
  if (!limit || usage?.inputTokens === undefined) return undefined;
  return (usage.inputTokens + (usage.outputTokens ?? 0)) / limit;
}
