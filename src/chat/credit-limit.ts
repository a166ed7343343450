import { estimateCredits } from '../copilot/cost.ts';
import type { Model } from '../copilot/model.ts';
import type { Usage } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { countRequestTokens } from '../tokens/request-tokens.ts';
import { createTokenCounter, toEncoding } from '../tokens/token-counter.ts';

/**
 * How many tokens a reply may have, so that request and reply together cost about no more than so many credits. Throws CliError `quota` where the
 * request alone costs more, and `model` where the price is not known.
 */
export async function limitReply(request: ChatRequest, model: Model, maxCredits: number): Promise<number> {
  const counter = await createTokenCounter(toEncoding(model.tokenizer));
  const inputTokens = countRequestTokens(request, counter);
  const input = estimateCredits(createUsage(inputTokens, 0), model.price);
  const output = estimateCredits(createUsage(inputTokens, 1_000_000), model.price);
  if (input === undefined || output === undefined) {
    throw new CliError('model', `the price of ${model.id} is not known, so --max-credits cannot be kept`, {
      hint: 'See prices: copilot-cli models',
    });
  }
  const left = maxCredits - input;
  const tokens = Math.floor((left / (output - input)) * 1_000_000);
  if (!(tokens >= 1)) {
    throw new CliError('quota', `the request alone costs about ${input} credits, more than ${maxCredits}`, {
      hint: 'Send less, allow more with --max-credits, or ask a cheaper model: copilot-cli models',
    });
  }
  const { maxOutputTokens = Number.POSITIVE_INFINITY } = request;
  return Math.min(tokens, maxOutputTokens, model.outputTokens ?? tokens);
}

function createUsage(inputTokens: number, outputTokens: number): Usage {
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens: undefined,
    cacheWriteTokens: undefined,
    reasoningTokens: undefined,
    credits: undefined,
  };
}
