import type { Context } from '../context.ts';
import { estimatePremiumRequests, toBilled } from '../copilot/billing.ts';
import type { CopilotClient } from '../copilot/client.ts';
import type { Model } from '../copilot/model.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { toInitiator } from '../dialects/initiator.ts';
import type { Instructions } from '../instructions/load-instructions.ts';
import { writeJson } from '../output/json.ts';
import { type Enclosure, toEnclosureJson } from './enclosures.ts';
import { createRequestCost } from './request-cost.ts';

export type DryRun = {
  request: ChatRequest;
  model: Model;
  instructions: readonly Instructions[];
  enclosures: readonly Enclosure[];
  signal: AbortSignal;
  /** What was said before. */
  notices: readonly string[];
};

/** Prints what would be sent, with about how many tokens it has and what they would cost. The answer is not in the cost. */
export async function printRequest(
  context: Context,
  client: CopilotClient,
  { request, model, instructions, enclosures, signal, notices: before }: DryRun,
): Promise<void> {
  const { path, headers, body, notices } = await client.prepare(request, { model });
  const billing = await client.findBilling();
  const cost = await createRequestCost(toBilled(model, billing));
  await cost.prepare(request, signal);
  const inputTokens = cost.countTokens(request);
  for (const notice of notices) context.warn(notice);
  await writeJson(context.io.stdout, {
    model: model.id,
    method: 'POST',
    path,
    headers,
    body,
    instructions: instructions.map(({ path, text }) => ({ path, tokens_estimated: cost.countText(text) })),
    attachments: enclosures.map(toEnclosureJson),
    notices: [...before, ...notices],
    tokenizer: cost.encoding,
    input_tokens_estimated: inputTokens,
    input_credits_estimated: cost.estimate(inputTokens, 0) ?? null,
    premium_requests_estimated: estimatePremiumRequests(model, billing, toInitiator(request)) ?? null,
  });
}
