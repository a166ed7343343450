import type { Model } from '../copilot/model.ts';
import type { Usage } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { createUnknownPriceError } from './credit-limit.ts';
import { createRequestCost } from './request-cost.ts';

/** What several answers may cost together, in AI credits. */
export type CreditBudget = {
  /**
   * Sets aside what a request costs without its answer, until it is settled. Undefined where nothing is left, or less than that.
   */
  reserve(request: ChatRequest): Reservation | undefined;
  readonly spent: number;
};

export type Reservation = {
  /** Takes what the answer cost instead: the service's figure, else ours, else what was set aside. */
  settle(usage: Usage | undefined): void;
  /** For a request that was refused, and so cost nothing. */
  release(): void;
};

/** `spent` is what earlier answers cost. Throws CliError `model` where the price of the model is not known. */
export async function createCreditBudget(
  model: Model,
  { limit, spent: spentBefore }: { limit: number; spent: number },
): Promise<CreditBudget> {
  const cost = await createRequestCost(model);
  if (cost.estimate(1, 1) === undefined) throw createUnknownPriceError(model);
  let spent = spentBefore;
  let reserved = 0;
  return {
    get spent() {
      return Number(spent.toPrecision(6));
    },
    reserve(request) {
      // The price of long requests alone may be unknown.
      const estimate = cost.estimate(cost.countTokens(request), 0) ?? Number.POSITIVE_INFINITY;
      const left = limit - spent - reserved;
      if (left <= 0 || estimate > left) return undefined;
      reserved += estimate;
      return {
        settle(usage) {
          reserved -= estimate;
          spent += usage?.credits ?? usage?.estimatedCredits ?? estimate;
        },
        release() {
          reserved -= estimate;
        },
      };
    },
  };
}
