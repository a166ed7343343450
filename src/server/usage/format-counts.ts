import { formatSpentCredits } from '../../output/spending-table.ts';
import { type Counts, countCredits, countTokens } from './counts.ts';

/** `3 requests, 1 failed, 1,200 tokens, ~0.4 credits`. */
export function formatCounts(counts: Counts): string {
  const { requests, failures } = counts;
  const { credits, isEstimated } = countCredits(counts);
  const spent = formatSpentCredits({ credits, isEstimated });
  const parts = [
    `${formatNumber(requests)} ${requests === 1 ? 'request' : 'requests'}`,
    failures === 0 ? '' : `${formatNumber(failures)} failed`,
    `${formatNumber(countTokens(counts))} tokens`,
    credits === 0 ? '' : `${spent} ${spent === '1' ? 'credit' : 'credits'}`,
  ];
  return parts.filter(Boolean).join(', ');
}

export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}
