import { isObject, type JsonObject, toNumber, toObject } from '../../json-value.ts';
import { toCredits, type Usage } from '../chat-event.ts';

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
