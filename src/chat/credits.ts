import type { CopilotClient } from '../copilot/client.ts';
import { estimateCredits, type Model } from '../copilot/model.ts';
import type { Usage } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { accountStatus, advise, flag, modelList } from '../hint.ts';
import { unitWords } from '../output/money.ts';
import { countRequestTokens } from '../tokens/request-tokens.ts';
import { createTokenCounter, type Encoding, rememberCounts, toEncoding } from '../tokens/token-counter.ts';

/** Our estimate of a request's tokens and cost. */
export type RequestCost = {
  encoding: Encoding;
  /** Counts long texts in pieces, so that signals are heard; later counts then take no time. */
  prepare(request: ChatRequest, signal: AbortSignal): Promise<void>;
  countText(text: string): number;
  countTokens(request: ChatRequest): number;
  /** In AI credits, without cache discounts. Undefined without a price. */
  estimate(inputTokens: number, outputTokens: number): number | undefined;
};

/** `ofOneConversation`: each request has the texts of the one before, which are counted once. */
export async function createRequestCost(
  { tokenizer, price }: Model,
  { ofOneConversation = false } = {},
): Promise<RequestCost> {
  const encoding = toEncoding(tokenizer);
  const counter = await createTokenCounter(encoding);
  const counted = ofOneConversation ? rememberCounts(counter) : counter;
  return {
    encoding,
    prepare: ({ messages }, signal) =>
      counter.prepare(
        messages.flatMap(({ parts }) =>
          parts.flatMap((part) => (part.type === 'text' || part.type === 'reasoning' ? part.text : [])),
        ),
        signal,
      ),
    countText: (text) => counter.count(text),
    countTokens: (request) => countRequestTokens(request, counted),
    estimate: (inputTokens, outputTokens) =>
      estimateCredits(
        {
          inputTokens,
          outputTokens,
          cachedInputTokens: undefined,
          cacheWriteTokens: undefined,
          reasoningTokens: undefined,
          credits: undefined,
        },
        price,
      ),
  };
}

/** The most tokens of a reply within the credits. Throws CliError `quota` if the request alone costs more, `model` without a price. */
export async function limitReply(
  request: ChatRequest,
  {
    cost,
    model,
    maxCredits,
    signal,
  }: { cost: RequestCost; model: Model; maxCredits: number; signal: AbortSignal },
): Promise<number> {
  await cost.prepare(request, signal);
  const inputTokens = cost.countTokens(request);
  const input = cost.estimate(inputTokens, 0);
  const output = cost.estimate(inputTokens, 1_000_000);
  if (input === undefined || output === undefined) throw createUnknownPriceError(model);
  const left = maxCredits - input;
  const tokens = Math.floor((left / (output - input)) * 1_000_000);
  if (!(tokens >= 1)) {
    throw new CliError('quota', `the request alone costs about ${input} credits, more than ${maxCredits}`, {
      hint: advise`Send less, allow more with ${flag('--max-credits')}, or ask a cheaper model: ${modelList}`,
    });
  }
  const { maxOutputTokens = Number.POSITIVE_INFINITY } = request;
  return Math.min(tokens, maxOutputTokens, model.outputTokens ?? tokens);
}

/** Throws CliError `usage` if the account does not pay in credits: a cap that caps nothing is worse than none. */
export async function checkCredits(client: CopilotClient, model: Model): Promise<void> {
  const { unit } = await client.findBilling(model);
  if (unit === undefined || unit === 'credits') return;
  throw new CliError(
    'usage',
    `this account counts ${unitWords[unit]}, not AI credits, so --max-credits cannot be kept`,
    {
      hint: advise`Leave it out. See what is left: ${accountStatus}`,
    },
  );
}

export function createUnknownPriceError({ id }: Model): CliError {
  return new CliError('model', `the price of ${id} is not known, so --max-credits cannot be kept`, {
    hint: advise`See prices: ${modelList}`,
  });
}

/** The credits for several answers. */
export type CreditBudget = {
  /** Reserves the cost of a request without its answer. Undefined if less is left. */
  reserve(request: ChatRequest): Reservation | undefined;
  readonly spent: number;
};

export type Reservation = {
  /** Replaces the reservation by the cost: the service's figure, else ours, else the reservation. */
  settle(usage: Usage | undefined): void;
  /** For a request that was refused, and so cost nothing. */
  release(): void;
};

/** `spent` is the cost of earlier answers. Throws CliError `model` without a price. */
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
