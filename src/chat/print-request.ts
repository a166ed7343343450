import type { Context } from '../context.ts';
import { estimatePremiumRequests, toBilled } from '../copilot/billing.ts';
import { toInitiator } from '../dialects/initiator.ts';
import { writeJson } from '../output/json.ts';
import { createRequestCost } from './credits.ts';
import { toEnclosureJson } from './enclosures.ts';
import type { Opened } from './opened.ts';
import { createRequest } from './request.ts';

/** Prints what would be sent, with its estimated tokens and cost, the answer excluded. */
export async function printRequest(
  context: Context,
  { client, model, file, request: requestOptions, said }: Opened,
  { notices: before, signal }: { notices: readonly string[]; signal: AbortSignal },
): Promise<void> {
  const request = createRequest(file.conversation, requestOptions);
  const { path, headers, body, notices } = await client.prepare(request, { model });
  const billing = await client.findBilling(model);
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
    instructions: said.instructions.map(({ path, text }) => ({
      path,
      tokens_estimated: cost.countText(text),
    })),
    attachments: said.enclosures.map(toEnclosureJson),
    notices: [...before, ...notices],
    tokenizer: cost.encoding,
    input_tokens_estimated: inputTokens,
    input_credits_estimated: cost.estimate(inputTokens, 0) ?? null,
    premium_requests_estimated:
      estimatePremiumRequests(model, billing, toInitiator(request.messages)) ?? null,
  });
}
