import { describe, it } from 'vitest';

/**
 * `it.each` and `describe.each` of a table that costs a process a row: `npm test` runs every fourth row, beginning with the first, and
 * `npm run test:deep` the others.
 */
export const sampled: { it: Pick<typeof it, 'each'>; describe: Pick<typeof describe, 'each'> } = {
  it: { each: sampleEach(it.each.bind(it) as Each) as typeof it.each },
  describe: { each: sampleEach(describe.each.bind(describe) as Each) as typeof describe.each },
};

type Each = (rows: readonly unknown[]) => (title: string, ...rest: unknown[]) => void;

function sampleEach(each: Each): Each {
  return (rows) =>
    (title, ...rest) => {
      const [options, run] =
        typeof rest[0] === 'function'
          ? [typeof rest[1] === 'number' ? { timeout: rest[1] } : {}, rest[0]]
          : rest;
      each(rows.filter((_, index) => index % 4 === 0))(title, options, run);
      each(rows.filter((_, index) => index % 4 !== 0))(title, { ...(options as object), tags: 'deep' }, run);
    };
}

/**
 * A test that repeats itself with random data of fixed seeds: `npm test` runs a tenth of the rounds, and `npm run test:deep`
 * all of them.
 */
export function itRepeats(
  rounds: number,
  title: string,
  run: (rounds: number) => void | Promise<void>,
): void {
  const few = Math.ceil(rounds / 10);
  it(`${title}, in ${few} rounds`, () => run(few));
  it(`${title}, in ${rounds} rounds`, { tags: 'deep', timeout: 60_000 }, () => run(rounds));
}
