import { isObject, toNumber } from '../../json-value.ts';
import { formatCost } from '../../output/money.ts';
import type { AnswerRecord } from '../services.ts';

const names = [
  'requests',
  'personRequests',
  'failures',
  'inputTokens',
  'cachedInputTokens',
  'outputTokens',
  'reasoningTokens',
  'credits',
  'estimatedCredits',
  'premiumRequests',
] as const;

/**
 * Sums over answers; an unreported number counts as 0. `cachedInputTokens` is part of `inputTokens`, `reasoningTokens` of `outputTokens`.
 * A person began `personRequests` of the `requests`, agents
 * the others. The service reported `credits`; we estimated `estimatedCredits` for answers without a report. `premiumRequests` are always estimates.
 */
export type Counts = Record<(typeof names)[number], number>;

export function createCounts(): Counts {
  return Object.fromEntries(names.map((name) => [name, 0])) as Counts;
}

export function addCounts(a: Counts, b: Counts): Counts {
  const sum = { ...a };
  for (const name of names) sum[name] += b[name];
  return sum;
}

export function sumCounts(counts: Iterable<Counts>): Counts {
  return [...counts].reduce(addCounts, createCounts());
}

export function countAnswer({ failure, initiator, usage }: AnswerRecord): Counts {
  return {
    requests: 1,
    personRequests: initiator === 'user' ? 1 : 0,
    failures: failure === undefined ? 0 : 1,
    inputTokens: usage?.inputTokens ?? 0,
    cachedInputTokens: usage?.cachedInputTokens ?? 0,
    outputTokens: usage?.outputTokens ?? 0,
    reasoningTokens: usage?.reasoningTokens ?? 0,
    credits: usage?.credits ?? 0,
    estimatedCredits: usage?.credits === undefined ? (usage?.estimatedCredits ?? 0) : 0,
    premiumRequests: usage?.premiumRequests ?? 0,
  };
}

/** From a file, which can contain anything. */
export function parseCounts(value: unknown): Counts {
  const content = isObject(value) ? value : {};
  return Object.fromEntries(names.map((name) => [name, Math.max(0, toNumber(content[name]) ?? 0)])) as Counts;
}

export function countTokens({ inputTokens, outputTokens }: Counts): number {
  return inputTokens + outputTokens;
}

/** All credits, and whether some of them are estimated. */
export function countCredits({ credits, estimatedCredits }: Counts): {
  credits: number;
  isEstimated: boolean;
} {
  return { credits: Number((credits + estimatedCredits).toPrecision(12)), isEstimated: estimatedCredits > 0 };
}

export type ModelCounts = ReadonlyMap<string, Counts>;

const maxModels = 64;
/** The name under which nonexistent models are counted, and those beyond `maxModels`. */
export const otherModels = 'other';

export function mergeModels(a: ModelCounts, b: ModelCounts): ModelCounts {
  const merged = mergeMaps(a, b, addCounts);
  if (merged.size <= maxModels) return merged;
  const [kept, rest] = [[...merged].slice(0, maxModels - 1), [...merged].slice(maxModels - 1)];
  return rest.reduce(
    (sum, [, counts]) => mergeMaps(sum, new Map([[otherModels, counts]]), addCounts),
    new Map(kept),
  );
}

export function mergeMaps<Key, Value>(
  a: ReadonlyMap<Key, Value>,
  b: ReadonlyMap<Key, Value>,
  merge: (a: Value, b: Value) => Value,
): Map<Key, Value> {
  const merged = new Map(a);
  for (const [key, value] of b) {
    const other = merged.get(key);
    merged.set(key, other === undefined ? value : merge(other, value));
  }
  return merged;
}

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
