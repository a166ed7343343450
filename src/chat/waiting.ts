import type { Context } from '../context.ts';
import type { Model } from '../copilot/model.ts';
import type { Retry } from '../copilot/retry.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import { silenceMs } from '../terminal/stdin-text.ts';
import { isTerminalFree } from '../terminal/terminal-use.ts';
import type { Wait } from '../terminal/waits.ts';

/** How long something is read before that is said, in milliseconds. */
const longMs = 5_000;

/** Says at a terminal what is being read, and anywhere that it takes long: a pipe or a page may never come to its end. */
export async function followReading<T>(context: Context, label: string, reading: Promise<T>): Promise<T> {
  const wait = context.beginWait(`Reading ${label}`);
  const timer = setTimeout(() => {
    context.warn(
      `still waiting for ${label} after ${longMs / 1000} s. Ctrl+C ends the wait, --timeout limits it.`,
    );
  }, longMs);
  return reading.finally(() => {
    clearTimeout(timer);
    wait.end();
  });
}

/** Reads stdin, and says on a terminal that it is waited for. */
export async function waitForStdin<T>(context: Context, read: () => Promise<T>): Promise<T> {
  // Nobody is told to wait for what they type themselves.
  if (context.io.stdin.isTerminal) return read();
  const wait = context.beginWait('Waiting for stdin', { isFree: isTerminalFree });
  return read().finally(wait.end);
}

/** What to say once if stdin is silent. `way` says how to do without it. */
export function describeSilence(way = ''): string {
  const sentence = `stdin is a pipe that has been silent for ${silenceMs / 1000} s; waiting for its end.`;
  return way === '' ? sentence : `${sentence} ${way}`;
}

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
