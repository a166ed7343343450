import type { CopilotClient } from '../copilot/client.ts';
import type { Model } from '../copilot/model.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { accountStatus, advise, flag, modelList } from '../hint.ts';
import { unitWords } from '../output/money.ts';
import { createRequestCost } from './request-cost.ts';

/**
 * How many tokens a reply may have, so that request and reply together cost about no more than so many credits. Throws CliError `quota` where the
 * request alone costs more, and `model` where the price is not known.
 */
export async function limitReply(
  request: ChatRequest,
  { model, maxCredits, signal }: { model: Model; maxCredits: number; signal: AbortSignal },
): Promise<number> {
  const cost = await createRequestCost(model);
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
export async function checkCredits(client: CopilotClient): Promise<void> {
  const { unit } = await client.findBilling();
  if (unit === undefined || unit === 'credits') return;
  throw new CliError(
    'usage',
    `this account counts ${unitWords[unit]}, not AI credits, so --max-credits cannot be kept`,
    {
      hint: advise`Leave it out. What is left is in: ${accountStatus}`,
    },
  );
}

export function createUnknownPriceError({ id }: Model): CliError {
  return new CliError('model', `the price of ${id} is not known, so --max-credits cannot be kept`, {
    hint: advise`See prices: ${modelList}`,
  });
}
