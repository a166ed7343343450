import type { ModelCall } from '../copilot/model-call.ts';
import { plans } from '../github/plans.ts';
import type { Usage } from './answer.ts';

const nanoCredits = 1_000_000_000;

/** `copilot_usage` as a key to spread, or nothing for accounts that are not billed in credits, unless it is told them all the same. */
export function createCopilotUsage(call: ModelCall, usage: Usage) {
  const prices = call.model.billing?.token_prices;
  const { plan, tellsCredits } = call.world.state.account;
  if (!(tellsCredits || plans[plan].hasCredits) || prices === undefined) return {};
  const price = 'default' in prices ? prices.default : prices;
  const unit = 'default' in prices ? 1 : nanoCredits;
  const fresh = usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens;
  const details = [
    toDetail('input', fresh, price.input_price / unit, prices.batch_size),
    toDetail('cache_read', usage.cachedInputTokens, price.cache_price / unit, prices.batch_size),
    toDetail('cache_write', usage.cacheWriteTokens, (price.cache_write_price ?? 0) / unit, prices.batch_size),
    toDetail('output', usage.outputTokens, price.output_price / unit, prices.batch_size),
  ].filter((detail) => detail.token_count > 0);
  const credits = details.reduce(
    (sum, detail) => sum + (detail.token_count * detail.cost_per_batch) / detail.batch_size,
    0,
  );
  return { copilot_usage: { total_nano_aiu: Math.round(credits * nanoCredits), token_details: details } };
}

function toDetail(token_type: string, token_count: number, cost_per_batch: number, batch_size: number) {
  return { token_type, token_count, batch_size, cost_per_batch };
}
