import type { Answer } from './answer.ts';
import { countTokens } from './estimate-tokens.ts';

/** How fast an answer is said. */
export type Pacer = {
  /** Passes the deltas on, and remembers how much they say. */
  pace(deltas: Iterable<string>): Iterable<string>;
  /** The pause, in milliseconds, before what was read from the deltas since the last call. */
  takePause(): number;
};

type Pace = Pick<Answer, 'deltaDelayMs' | 'tokensPerSecond' | 'firstTokenDelayMs'>;

export function createPacer({ deltaDelayMs = 0, tokensPerSecond, firstTokenDelayMs = 0 }: Pace): Pacer {
  const msPerToken = tokensPerSecond === undefined ? 0 : 1000 / tokensPerSecond;
  let tokens = 0;
  let hasSpoken = false;

  function takeSilence(): number {
    if (hasSpoken || tokens === 0) return 0;
    hasSpoken = true;
    return firstTokenDelayMs;
  }

  return {
    *pace(deltas) {
      for (const delta of deltas) {
        tokens += countTokens(delta.length);
        yield delta;
      }
    },
    takePause() {
      const pause = takeSilence() + deltaDelayMs + tokens * msPerToken;
      tokens = 0;
      return pause;
    },
  };
}
