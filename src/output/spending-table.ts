import type { Spending } from '../conversation/spending.ts';
import type { Output } from '../terminal/io.ts';
import { formatAmount } from './money.ts';
import { type Column, writeTable } from './table.ts';

/** What answers used, a row a model. The last column is left out where no price is known. */
export function writeSpendingTable(output: Output, spending: Spending[]): Promise<void> {
  const columns: Column<Spending>[] = [
    { title: 'MODEL', read: ({ model }) => model },
    { title: 'ANSWERS', read: ({ answers }) => String(answers), align: 'right' },
    { title: 'TOKENS IN', read: ({ inputTokens }) => String(inputTokens), align: 'right' },
    { title: 'CACHED', read: ({ cachedInputTokens }) => String(cachedInputTokens), align: 'right' },
    { title: 'TOKENS OUT', read: ({ outputTokens }) => String(outputTokens), align: 'right' },
  ];
  const isPriced = spending.some(({ credits }) => credits !== undefined);
  const price: Column<Spending> = { title: 'CREDITS', read: formatSpentCredits, align: 'right' };
  const isCounted = spending.some(({ premiumRequests }) => premiumRequests !== undefined);
  const requests: Column<Spending> = {
    title: 'PREMIUM REQUESTS',
    read: ({ premiumRequests: count }) =>
      count === undefined ? '' : formatAmount(count, { isEstimated: true }),
    align: 'right',
  };
  const money = [...(isPriced ? [price] : []), ...(isCounted ? [requests] : [])];
  return writeTable(output, [...columns, ...money], spending);
}

/** `0.25`, or `~0.25` where it is our own reckoning. */
export function formatSpentCredits({
  credits,
  isEstimated,
}: Pick<Spending, 'credits' | 'isEstimated'>): string {
  return credits === undefined ? '' : formatAmount(credits, { isEstimated });
}
