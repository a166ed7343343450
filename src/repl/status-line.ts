import { type StatusField, statusFields } from '../config/setting-checks.ts';
import { formatCost } from '../output/money.ts';
import { cellWidth } from '../terminal/cell-width.ts';
import type { Theme } from '../terminal/theme.ts';
import { type Facts, fullShare, toContextShare } from './facts.ts';

/** Below this a quota is nearly used up. */
const lowQuotaPercent = 20;

const separator = ' · ';

/** One line of at most `columns` cells. Fields that do not fit are left out at the end. */
export function formatStatusLine(
  facts: Facts,
  { fields, theme, columns }: { fields: readonly StatusField[]; theme: Theme; columns: number },
): string {
  let width = 0;
  let line = '';
  for (const field of statusFields) {
    if (!fields.includes(field)) continue;
    for (const { text, isAlarming } of describe[field](facts)) {
      const next = (line === '' ? '' : separator) + text;
      width += cellWidth(next);
      if (width > columns) return line;
      line +=
        theme.paint('dim', line === '' ? '' : separator) + theme.paint(isAlarming ? 'warning' : 'dim', text);
    }
  }
  return line;
}

type Part = { text: string; isAlarming?: boolean };

const describe: Record<StatusField, (facts: Facts) => Part[]> = {
  model({ model, effort, usage }) {
    const detail = model?.isAuto ? usage?.answeredBy : effort;
    return [{ text: (model?.id ?? 'no model yet') + (detail ? ` (${detail})` : '') }];
  },
  context(facts) {
    const share = toContextShare(facts);
    if (share === undefined) return [];
    const isAlarming = share >= fullShare;
    return [
      {
        text: `context ${formatPercent(share * 100)}${isAlarming ? ', /compact makes room' : ''}`,
        isAlarming,
      },
    ];
  },
  tokens({ usage }) {
    if (!usage) return [];
    const { inputTokens, cachedInputTokens, outputTokens } = usage;
    const cached = cachedInputTokens ? ` (${formatCount(cachedInputTokens)} cached)` : '';
    return [
      ...(inputTokens === undefined ? [] : [{ text: `${formatCount(inputTokens)} in${cached}` }]),
      ...(outputTokens === undefined ? [] : [{ text: `${formatCount(outputTokens)} out` }]),
    ];
  },
  cost({ credits: { spent, isEstimated }, premiumRequests }) {
    const text = formatCost({ credits: spent === 0 ? undefined : spent, isEstimated, premiumRequests });
    return text === undefined ? [] : [{ text }];
  },
  speed: ({ tokensPerSecond }) =>
    tokensPerSecond === undefined ? [] : [{ text: `${Math.round(tokensPerSecond)} tokens/s` }],
  quota({ quota }) {
    if (!quota) return [];
    if (quota.entitlement === undefined) return [{ text: 'quota without a limit' }];
    const isAlarming = quota.percentRemaining < lowQuotaPercent;
    return [{ text: `quota ${formatPercent(quota.percentRemaining)} left`, isAlarming }];
  },
};

/** `3.4 %` below ten, `34 %` from there. */
export function formatPercent(percent: number): string {
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

/** `950`, `1.2k`, `34k`, `1.1M`. */
function formatCount(count: number): string {
  if (count < 1_000) return String(count);
  const [value, unit] = count < 999_500 ? [count / 1_000, 'k'] : [count / 1_000_000, 'M'];
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
}
