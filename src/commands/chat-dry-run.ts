import type { Context } from '../context.ts';
import type { CopilotClient } from '../copilot/client.ts';
import { estimateCredits } from '../copilot/cost.ts';
import type { Model } from '../copilot/model.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { writeJson } from '../output/json.ts';
import { countRequestTokens } from '../tokens/request-tokens.ts';
import { createTokenCounter, type Encoding } from '../tokens/token-counter.ts';

const encodings: readonly Encoding[] = ['o200k_base', 'cl100k_base'];

/** Prints what would be sent, with about how many tokens it has and what they would cost. The answer is not in the cost. */
export async function printRequest(
  context: Context,
  client: CopilotClient,
  request: ChatRequest,
  model: Model,
): Promise<void> {
  const { path, headers, body, notices } = await client.prepare(request, { model });
  const encoding = encodings.find((name) => name === model.tokenizer) ?? 'o200k_base';
  const inputTokens = countRequestTokens(request, await createTokenCounter(encoding));
  const usage = {
    inputTokens,
    cachedInputTokens: undefined,
    cacheWriteTokens: undefined,
    outputTokens: 0,
    reasoningTokens: undefined,
    credits: undefined,
  };
  for (const notice of notices) context.warn(notice);
  await writeJson(context.io.stdout, {
    model: model.id,
    method: 'POST',
    path,
    headers,
    body,
    tokenizer: encoding,
    input_tokens_estimated: inputTokens,
    input_credits_estimated: estimateCredits(usage, model.price) ?? null,
  });
}
