import { formatCost } from '../../output/money.ts';
import { type Counts, countCredits, countTokens } from './counts.ts';

/** `3 requests, 1 failed, 1,200 tokens, ~0.4 credits`. */
export function formatCounts(counts: Counts): string {
  const { requests, failures, premiumRequests } = counts;
  const { credits, isEstimated } = countCredits(counts);
  const parts = [
    `${formatNumber(requests)} ${requests === 1 ? 'request' : 'requests'}`,
    failures === 0 ? '' : `${formatNumber(failures)} failed`,
    `${formatNumber(countTokens(counts))} tokens`,
    (credits !== 0 && formatCost({ credits, isEstimated })) || '',
    (premiumRequests !== 0 && formatCost({ premiumRequests })) || '',
  ];
  return parts.filter(Boolean).join(', ');
}

export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}
