import { type StatusField, statusFields } from '../config/setting-choices.ts';
import { cellWidth, cutToWidth } from '../terminal/cell-width.ts';
import type { Theme } from '../terminal/theme.ts';
import { describeSpent, type Facts, fullShare, toContextShare } from './facts.ts';
import { separator } from './gutter.ts';

/** A window that is less full than this is not worth a word. */
const leastShare = 0.01;
/** Below this a quota is nearly used up. */
const lowQuotaPercent = 20;

type StatusLineOptions = {
  fields: readonly StatusField[];
  theme: Theme;
  columns: number;
  /** Only what stays when the keys of the moment need room. */
  isShort?: boolean;
};

/**
 * One line of at most `columns` cells: the model, how full its window is, whatever is nearly used up, and what was spent; the rest follows
 * quietly as far as it fits.
 */
export function formatStatusLine(
  facts: Facts,
  { fields, theme, columns, isShort = false }: StatusLineOptions,
): string {
  const parts = statusFields
    .filter((field) => fields.includes(field))
    .flatMap((field) => describe[field](facts).map((part) => ({ ...part, rank: rank(field, part) })))
    .filter(({ rank }) => !isShort || rank < Rank.rest)
    .sort((one, other) => one.rank - other.rank);
  let width = 0;
  let line = '';
  for (const { text, isAlarming, rank } of parts) {
    const shown = line === '' ? cutToWidth(text, columns) : text;
    width += cellWidth(line === '' ? shown : separator + shown);
    if (width > columns) return line;
    line += theme.paint('rule', line === '' ? '' : separator);
    const isPlain = rank === Rank.main && !isAlarming;
    line += isPlain ? shown : theme.paint(isAlarming ? 'warning' : 'dim', shown);
  }
  return line;
}

const Rank = { main: 0, alarming: 1, money: 2, rest: 3 };

function rank(field: StatusField, { isAlarming, isExtra }: Part): number {
  if (isExtra) return Rank.rest;
  if (mainFields.includes(field)) return Rank.main;
  if (isAlarming) return Rank.alarming;
  return field === 'cost' ? Rank.money : Rank.rest;
}

/** They stay when there is little room. */
export const mainFields: readonly StatusField[] = ['model', 'context'];

/** `isExtra`: it is left out before the rest of its field. */
type Part = { text: string; isAlarming?: boolean; isExtra?: boolean };

const describe: Record<StatusField, (facts: Facts) => Part[]> = {
  model({ model, asked, effort, usage }) {
    const name = model?.id ?? (asked && `${asked} …`);
    const detail = model?.isAuto ? usage?.answeredBy : effort;
    return name === undefined ? [] : [{ text: name + (detail ? ` (${detail})` : '') }];
  },
  context(facts) {
    const share = toContextShare(facts);
    if (share === undefined || share < leastShare) return [];
    const { toolTokens } = facts;
    return [
      { text: `context ${formatPercent(share * 100)}`, isAlarming: share >= fullShare },
      ...(toolTokens === undefined
        ? []
        : [{ text: `tools ~${formatCount(toolTokens)} tokens`, isExtra: true }]),
    ];
  },
  tokens({ usage, isOfLast }) {
    if (!usage || !isOfLast) return [];
    const { inputTokens, cachedInputTokens, outputTokens } = usage;
    const cached = cachedInputTokens ? ` (${formatCount(cachedInputTokens)} cached)` : '';
    // One without the other would not say what it counts.
    const counts = [
      ...(inputTokens === undefined ? [] : [`${formatCount(inputTokens)} in${cached}`]),
      ...(outputTokens === undefined ? [] : [`${formatCount(outputTokens)} out`]),
    ];
    return counts.length === 0 ? [] : [{ text: counts.join(separator) }];
  },
  cost(facts) {
    const text = describeSpent(facts);
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

/** `3.4 %` below ten, `34 %` from there; of nearly nothing not that it is nothing. */
export function formatPercent(percent: number): string {
  if (percent > 0 && percent < 0.05) return '<0.1 %';
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

/** `950`, `1.2k`, `34k`, `1.1M`. */
export function formatCount(count: number): string {
  if (count < 1_000) return String(count);
  const [value, unit] = count < 999_500 ? [count / 1_000, 'k'] : [count / 1_000_000, 'M'];
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
}
