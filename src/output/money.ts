import type { QuotaUnit } from '../copilot/account.ts';

/** What an account is billed in, in words. */
export const unitWords: Record<QuotaUnit, string> = {
  credits: 'AI credits',
  premium_requests: 'premium requests',
  chat_messages: 'chat messages',
};

/** What answers cost together. An account has one of these, and then the other one is undefined. */
type Cost = {
  /** AI credits. */
  credits?: number | undefined;
  /** Whether `credits` contains our own estimate. */
  isEstimated?: boolean;
  /** Always our own estimate: the service reports only what is left. */
  premiumRequests?: number | undefined;
};

/** `0.25 credits`, `~1 premium request`; our own estimate has the `~`. Undefined if nothing is known. */
export function formatCost(
  { credits, isEstimated = false, premiumRequests }: Cost,
  { digits = 3 }: { digits?: number } = {},
): string | undefined {
  if (premiumRequests !== undefined) {
    const count = formatAmount(premiumRequests, { isEstimated: true, digits });
    return `${count} ${count === '~1' ? 'premium request' : 'premium requests'}`;
  }
  if (credits === undefined) return undefined;
  const amount = formatAmount(credits, { isEstimated, digits });
  return `${amount} ${/^~?1$/.test(amount) ? 'credit' : 'credits'}`;
}

export function formatAmount(
  amount: number,
  { isEstimated, digits = 3 }: { isEstimated: boolean; digits?: number },
): string {
  return `${isEstimated ? '~' : ''}${Number(amount.toPrecision(digits))}`;
}
