import type { QuotaUnit } from '../copilot/account.ts';

export const unitWords: Record<QuotaUnit, string> = {
  credits: 'AI credits',
  premium_requests: 'premium requests',
  chat_messages: 'chat messages',
};

/** The cost of answers. An account has one of the two units. */
type Cost = {
  credits?: number | undefined;
  /** Whether `credits` contains our own estimate. */
  isEstimated?: boolean;
  /** Always our own estimate, because the service reports only the rest. */
  premiumRequests?: number | undefined;
};

/** `0.25 credits`, or `~1 premium request` for our own estimate. Undefined if nothing is known. */
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
