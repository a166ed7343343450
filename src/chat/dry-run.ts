import type { Context } from '../context.ts';
import type { CopilotClient } from '../copilot/client.ts';
import { estimateCredits } from '../copilot/cost.ts';
import type { Model } from '../copilot/model.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import type { Instructions } from '../instructions/load-instructions.ts';
import { writeJson } from '../output/json.ts';
import { countRequestTokens } from '../tokens/request-tokens.ts';
import { createTokenCounter, toEncoding } from '../tokens/token-counter.ts';

export type DryRun = { request: ChatRequest; model: Model; instructions: readonly Instructions[] };

/** Prints what would be sent, with about how many tokens it has and what they would cost. The answer is not in the cost. */
export async function printRequest(
  context: Context,
  client: CopilotClient,
  { request, model, instructions }: DryRun,
): Promise<void> {
  const { path, headers, body, notices } = await client.prepare(request, { model });
  const encoding = toEncoding(model.tokenizer);
  const counter = await createTokenCounter(encoding);
  const inputTokens = countRequestTokens(request, counter);
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
    instructions: instructions.map(({ path, text }) => ({ path, tokens_estimated: counter.count(text) })),
    tokenizer: encoding,
    input_tokens_estimated: inputTokens,
    input_credits_estimated: estimateCredits(usage, model.price) ?? null,
  });
}
