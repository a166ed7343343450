/** Random data that a seed repeats. */
export type Random = {
  /** From 0 to `max`, both included. */
  integer(max: number): number;
  pick<T>(list: readonly T[]): T;
  /** Of letters, and of what is easily broken: quotes, line endings, characters of two to four bytes. */
  text(maxLength: number): string;
  chance(probability: number): boolean;
};

const characters = [...'abcdefghij XYZ0123456789{}[]":,\\\n\r\t/<>&\u2028é漢🎉'];

/** Moves every seed, if a person asks for other data than those of each day. */
const shift = Number(process.env.TEST_SEED ?? 0) * 1_000_003;

/** The mulberry32 generator. */
export function createRandom(seed: number): Random {
  let state = (seed + shift) >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const integer = (max: number): number => Math.floor(next() * (max + 1));

  function pick<T>(list: readonly T[]): T {
    const index = integer(list.length - 1);
    if (index < 0) throw new RangeError('there is nothing to pick from');
    return list[index] as T;
  }

  return {
    integer,
    pick,
    text: (maxLength) => Array.from({ length: integer(maxLength) }, () => pick(characters)).join(''),
    chance: (probability) => next() < probability,
  };
}
