import type { Usage } from '../dialects/chat-event.ts';
import type { Conversation } from './conversation.ts';

/** An answer and what it used; of one that was cut off, that is not known. */
export type Spent = { model: string; usage: Usage | undefined };

/** What the answers of one model used together. Counts are those that the service told; what it did not tell counts as nothing. */
export type Spending = {
  model: string;
  answers: number;
  inputTokens: number;
  /** A part of `inputTokens`. */
  cachedInputTokens: number;
  outputTokens: number;
  /** AI credits; undefined if neither the service nor the catalogue tells a price. */
  credits: number | undefined;
  /** Premium requests, for accounts that count those. */
  premiumRequests: number | undefined;
  /** Whether our own reckoning is in `credits`. */
  isEstimated: boolean;
};

/** One row a model, and one for each that Copilot chose, in the order in which they first answered. */
export function sumByModel(answers: Iterable<Spent>): Spending[] {
  const sums = new Map<string, Spending>();
  for (const { model: asked, usage } of answers) {
    const model = usage?.answeredBy === undefined ? asked : `${asked} (${usage.answeredBy})`;
    sums.set(model, add(sums.get(model) ?? createSpending(model), usage));
  }
  return [...sums.values()];
}

/** All answers of a conversation, those on branches that were left too: they were paid for. */
export function listSpent(conversation: Conversation): Spent[] {
  return [...conversation.turns.values()].flatMap((turn) =>
    turn.role === 'assistant' && turn.copyOf === undefined ? { model: turn.model, usage: turn.usage } : [],
  );
}

function createSpending(model: string): Spending {
  const none = { answers: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  return { model, ...none, credits: undefined, premiumRequests: undefined, isEstimated: false };
}

function add(sum: Spending, usage: Usage | undefined): Spending {
  const credits = usage?.credits ?? usage?.estimatedCredits;
  return {
    ...sum,
    answers: sum.answers + 1,
    inputTokens: sum.inputTokens + (usage?.inputTokens ?? 0),
    cachedInputTokens: sum.cachedInputTokens + (usage?.cachedInputTokens ?? 0),
    outputTokens: sum.outputTokens + (usage?.outputTokens ?? 0),
    credits: credits === undefined ? sum.credits : (sum.credits ?? 0) + credits,
    premiumRequests:
      usage?.premiumRequests === undefined
        ? sum.premiumRequests
        : (sum.premiumRequests ?? 0) + usage.premiumRequests,
    isEstimated: sum.isEstimated || (credits !== undefined && usage?.credits === undefined),
  };
}
