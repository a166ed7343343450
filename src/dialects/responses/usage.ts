import { isObject, type JsonObject, toNumber, toObject } from '../../json-value.ts';
import { toCredits, toNanoCredits, type Usage } from '../chat-event.ts';

/** The counts of a terminal event. The bill is at its top level, in the response or in the usage. */
export function readUsage(frame: JsonObject): Usage | undefined {
  const response = toObject(frame.response);
  const usage = toObject(response.usage);
  const bill = [frame.copilot_usage, response.copilot_usage, usage.copilot_usage].find(isObject);
  if (!isObject(response.usage) && bill === undefined) return undefined;
  const input = toObject(usage.input_tokens_details);
  const nanoCredits = toNumber(bill?.total_nano_aiu);
  return {
    inputTokens: toNumber(usage.input_tokens),
    cachedInputTokens: toNumber(input.cached_tokens),
    cacheWriteTokens: toNumber(input.cache_write_tokens) ?? findBilledTokens(bill, 'cache_write'),
    outputTokens: toNumber(usage.output_tokens),
    reasoningTokens: toNumber(toObject(usage.output_tokens_details).reasoning_tokens),
    credits: nanoCredits === undefined ? undefined : toCredits(nanoCredits),
  };
}

function findBilledTokens(bill: JsonObject | undefined, type: string): number | undefined {
  const details = Array.isArray(bill?.token_details) ? bill.token_details : [];
  return toNumber(details.filter(isObject).find(({ token_type }) => token_type === type)?.token_count);
}

/** The usage and the bill of a response. Callers expect every count, so unknown ones are 0. */
export function toUsageFields(usage: Usage): JsonObject {
  const { inputTokens = 0, cachedInputTokens = 0, cacheWriteTokens = 0, credits } = usage;
  const { outputTokens = 0, reasoningTokens = 0 } = usage;
  const counts = {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  };
  if (credits === undefined) return { usage: counts };
  return { usage: counts, copilot_usage: { total_nano_aiu: toNanoCredits(credits) } };
}
