import type { Model } from '../copilot/model.ts';
import { estimateCredits } from '../copilot/price.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { countRequestTokens } from '../tokens/request-tokens.ts';
import { createTokenCounter, type Encoding, toEncoding } from '../tokens/token-counter.ts';

/** Our own reckoning of what requests to one model have and cost, to be shown as an estimate. */
export type RequestCost = {
  encoding: Encoding;
  /** Counts long texts while signals are heard; whoever counts them afterwards waits no more. */
  prepare(request: ChatRequest, signal: AbortSignal): Promise<void>;
  countText(text: string): number;
  countTokens(request: ChatRequest): number;
  /** In AI credits, nothing of it from a cache. Undefined where the price of the model is not known. */
  estimate(inputTokens: number, outputTokens: number): number | undefined;
};

export async function createRequestCost({ tokenizer, price }: Model): Promise<RequestCost> {
  const encoding = toEncoding(tokenizer);
  const counter = await createTokenCounter(encoding);
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
    countTokens: (request) => countRequestTokens(request, counter),
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
