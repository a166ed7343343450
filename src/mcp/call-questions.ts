import type { Elicit } from './elicitation.ts';

/** The reason of a question that ends because nobody waits for its answer. */
export const callIsOver = new DOMException('the call is over', 'AbortError');

export type CallQuestions = {
  /** Undefined if nobody can be asked. */
  elicit: Elicit | undefined;
  /** Makes a call, during which the server may ask. */
  during<T>(call: () => Promise<T>): Promise<T>;
};

/**
 * Ends what a server asks in the middle of a call with that call: a server may not hear that a call was stopped, or go on asking. The protocol
 * does not say which call a question belongs to, so it ends with the last of those that were open. One that comes without a call stays.
 */
export function tieQuestions(elicit: Elicit | undefined): CallQuestions {
  let calls = 0;
  let end = new AbortController();
  return {
    elicit:
      elicit &&
      ((question, signal) => elicit(question, calls === 0 ? signal : AbortSignal.any([signal, end.signal]))),
    async during(call) {
      calls += 1;
      try {
        return await call();
      } finally {
        calls -= 1;
        if (calls === 0) {
          end.abort(callIsOver);
          end = new AbortController();
        }
      }
    },
  };
}
