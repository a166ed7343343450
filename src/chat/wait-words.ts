import type { Context } from '../context.ts';
import type { Model } from '../copilot/model.ts';
import type { Retry } from '../copilot/retry.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import type { Wait } from '../terminal/waits.ts';

/** Says that a request is sent again. On a terminal the seconds count down; where no line can be drawn twice, they are said once. */
export function tellRetry(
  context: Context,
  wait: Wait,
  { seconds, reason, model }: Retry & { model: Model },
): void {
  const until = context.now() + seconds * 1000;
  // The service can say much: it comes last, and is cut where it does not fit.
  const toSentence = (left: number): string =>
    `Asking again in ${Math.ceil(left)} s (Ctrl+C stops): ${reason}`;
  if (!context.io.stderr.canRedraw) {
    context.notice(`${toSentence(seconds)}.`);
    return;
  }
  wait.say(() => {
    const left = (until - context.now()) / 1000;
    return left > 0 ? toSentence(left) : `Waiting for ${model.id}`;
  });
}

/** Has the wait say what the model does, as far as nothing of it is shown. */
export function describeProgress(
  events: AsyncIterableIterator<ChatEvent>,
  wait: Wait,
): AsyncIterableIterator<ChatEvent> {
  let known: ChatEvent['type'] = 'start';
  let next = async (): Promise<IteratorResult<ChatEvent>> => {
    const result = await events.next();
    if (result.done || result.value.type === known) return result;
    known = result.value.type;
    if (known === 'reasoning-delta') wait.say('The model is thinking');
    if (known !== 'text-delta') return result;
    wait.say('Receiving the answer');
    // Whatever follows passes as it comes: this is in the way of every word.
    next = () => events.next();
    return result;
  };
  return {
    next: () => next(),
    return: async (value) => (await events.return?.(value)) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
