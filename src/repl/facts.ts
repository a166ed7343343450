import { type Conversation, isAnswer } from '../conversation/conversation.ts';
import { findLastUsage, listBranch } from '../conversation/current-branch.ts';
import type { Spent } from '../conversation/spending.ts';
import type { QuotaSnapshot } from '../copilot/account.ts';
import { findWindow, type Model } from '../copilot/model.ts';
import type { Usage } from '../dialects/chat-event.ts';
import { formatCost } from '../output/money.ts';

/** What the status line shows. */
export type Facts = {
  model: Model | undefined;
  /** The name of the model that is asked for, until it is looked up. */
  asked: string | undefined;
  effort: string | undefined;
  /** That of the last answer on the branch of which it is known. */
  usage: Usage | undefined;
  /** Whether `usage` is that of the last answer, and this chat saw it: only then its tokens stand beside the cost of this chat. */
  isOfLast: boolean;
  /** Whether the branch has an answer. */
  isBegun: boolean;
  tokensPerSecond: number | undefined;
  /** The cost of this chat: all answers since the start, in all conversations, as /usage has it, in AI credits. It is an estimate if one of them is. */
  credits: { spent: number; isEstimated: boolean };
  /** The same in premium requests, for accounts that are billed in them. */
  premiumRequests: number | undefined;
  /** How many answers since the start were stopped or broke off before anybody said what they cost. */
  uncounted: number;
  /** Each answer since the start, in all conversations. */
  spent: readonly Spent[];
  quota: QuotaSnapshot | undefined;
  /** About how many tokens the tools take in each request. Undefined if the model has none. */
  toolTokens: number | undefined;
};

export const noFacts: Facts = {
  model: undefined,
  asked: undefined,
  effort: undefined,
  usage: undefined,
  isOfLast: false,
  isBegun: false,
  tokensPerSecond: undefined,
  credits: { spent: 0, isEstimated: false },
  premiumRequests: undefined,
  uncounted: 0,
  spent: [],
  quota: undefined,
  toolTokens: undefined,
};

/** What the branch says of its last answer. */
export function describeLast(conversation: Conversation): Pick<Facts, 'usage' | 'isOfLast' | 'isBegun'> {
  const branch = listBranch(conversation);
  const last = branch.findLast((turn) => turn.role === 'assistant');
  return {
    usage: findLastUsage(conversation),
    isOfLast: last?.usage !== undefined,
    isBegun: branch.some(isAnswer),
  };
}

/** The same for a conversation that was continued. */
export function describeContinued(conversation: Conversation): ReturnType<typeof describeLast> {
  return { ...describeLast(conversation), isOfLast: false };
}

/** The usage of an answer. `seconds` is the time its text took. */
export type AnswerUsage = { model: string; usage: Usage; seconds: number };

export function addUsage(facts: Facts, { model, usage, seconds }: AnswerUsage): Facts {
  const { spent, isEstimated } = facts.credits;
  const { credits, estimatedCredits, outputTokens } = usage;
  return {
    ...facts,
    usage,
    isOfLast: true,
    isBegun: true,
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

/** An answer that ended before anybody said what it cost. */
export function addUncounted(facts: Facts, model: Model | undefined): Facts {
  const isFree =
    model === undefined || model.custom !== undefined || (!model.price && model.multiplier === 0);
  return {
    ...facts,
    isOfLast: false,
    tokensPerSecond: undefined,
    uncounted: facts.uncounted + (isFree ? 0 : 1),
  };
}

/** What this chat cost, and how many answers are not in that: `0.25 credits + 1 unknown`. */
export function describeSpent(facts: Facts): string | undefined {
  const {
    credits: { spent, isEstimated },
    premiumRequests,
    uncounted,
  } = facts;
  const known = formatCost({ credits: spent === 0 ? undefined : spent, isEstimated, premiumRequests });
  if (uncounted === 0) return known;
  return known === undefined ? 'cost unknown' : `${known} + ${uncounted} unknown`;
}

/** A window that is this full is called nearly full. */
export const fullShare = 0.8;

/** How full the model's window is after the last answer, from 0 to 1. The next prompt sends all of it again. */
export function toContextShare({ model, usage }: Facts): number | undefined {
  const limit = model && findWindow(model);
  if (!limit || usage?.inputTokens === undefined) return undefined;
  return (usage.inputTokens + (usage.outputTokens ?? 0)) / limit;
}
