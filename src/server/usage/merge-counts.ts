import { addCounts, type Counts } from './counts.ts';

export type ModelCounts = ReadonlyMap<string, Counts>;

const maxModels = 64;
/** What models count as that do not exist, or that are more than anybody has. */
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
