import { type Conversation, isAnswer } from '../conversation/conversation.ts';
import { findLastUsage, listBranch } from '../conversation/current-branch.ts';
import type { Spent } from '../conversation/spending.ts';
import type { QuotaSnapshot } from '../copilot/account.ts';
import { findWindow, type Model } from '../copilot/model.ts';
import type { Usage } from '../dialects/chat-event.ts';

/** What the status line shows. */
export type Facts = {
  model: Model | undefined;
  /** The name of the model that is asked for, until it is looked up. */
  asked: string | undefined;
  effort: string | undefined;
  usage: Usage | undefined;
  /** Whether the branch has an answer. */
  isBegun: boolean;
  tokensPerSecond: number | undefined;
  /** The cost of this chat: all answers since the start, in all conversations, as /usage has it, in AI credits. It is an estimate if one of them is. */
  credits: { spent: number; isEstimated: boolean };
  /** The same in premium requests, for accounts that are billed in them. */
  premiumRequests: number | undefined;
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
  isBegun: false,
  tokensPerSecond: undefined,
  credits: { spent: 0, isEstimated: false },
  premiumRequests: undefined,
  spent: [],
  quota: undefined,
  toolTokens: undefined,
};

/** What the branch says of its last answer. */
export function describeLast(conversation: Conversation): Pick<Facts, 'usage' | 'isBegun'> {
  return {
    usage: findLastUsage(conversation),
    isBegun: listBranch(conversation).some(isAnswer),
  };
}

/** The usage of an answer. `seconds` is the time its text took. */
export type AnswerUsage = { model: string; usage: Usage; seconds: number };

export function addUsage(facts: Facts, { model, usage, seconds }: AnswerUsage): Facts {
  const { spent, isEstimated } = facts.credits;
  const { credits, estimatedCredits, outputTokens } = usage;
  return {
    ...facts,
    usage,
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

/** A window that is this full is called nearly full. */
export const fullShare = 0.8;

/** How full the model's window is after the last answer, from 0 to 1. The next prompt sends all of it again. */
export function toContextShare({ model, usage }: Facts): number | undefined {
  const limit = model && findWindow(model);
  if (!limit || usage?.inputTokens === undefined) return undefined;
  return (usage.inputTokens + (usage.outputTokens ?? 0)) / limit;
}
