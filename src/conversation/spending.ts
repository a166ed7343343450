import type { Usage } from '../dialects/chat-event.ts';
import type { Conversation } from './conversation.ts';

/** An answer and its usage, which is unknown if the answer was cut off. */
export type Spent = { model: string; usage: Usage | undefined };

/** `at` is an ISO 8601 time. */
export type DatedSpent = Spent & { at: string };

/** The usage of one model's answers. Counts that the service did not report are zero. */
export type Spending = {
  model: string;
  answers: number;
  inputTokens: number;
  /** A part of `inputTokens`. */
  cachedInputTokens: number;
  outputTokens: number;
  /** AI credits. Undefined if neither the service nor the catalogue has a price. */
  credits: number | undefined;
  /** Premium requests, for accounts that are billed in them. */
  premiumRequests: number | undefined;
  /** Whether `credits` contains our own estimate. */
  isEstimated: boolean;
};

/** One row for each model, and for each that Copilot chose, in the order of their first answers. */
export function sumByModel(answers: Iterable<Spent>): Spending[] {
  const sums = new Map<string, Spending>();
  for (const { model: asked, usage } of answers) {
    const model = usage?.answeredBy === undefined ? asked : `${asked} (${usage.answeredBy})`;
    sums.set(model, add(sums.get(model) ?? createSpending(model), usage));
  }
  return [...sums.values()];
}

/** All answers, on every branch: all were paid for. */
export function listSpent(conversation: Conversation): DatedSpent[] {
  return [...conversation.turns.values()].flatMap((turn) =>
    turn.role === 'assistant' && turn.copyOf === undefined
      ? { model: turn.model, usage: turn.usage, at: turn.at }
      : [],
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
