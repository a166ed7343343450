import type { Context } from '../context.ts';
import type { Model } from '../copilot/model.ts';
import type { Retry } from '../copilot/retry.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import { silenceMs } from '../terminal/stdin-text.ts';
import { isTerminalFree } from '../terminal/terminal-use.ts';
import type { Wait } from '../terminal/waits.ts';

/** Reading time before a notice, in milliseconds. */
const longMs = 5_000;

/** Shows on a terminal what is being read, and anywhere if it takes long: a pipe or page may never end. */
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
  // No notice about a person's own typing.
  if (context.io.stdin.isTerminal) return read();
  const wait = context.beginWait('Waiting for stdin', { isFree: isTerminalFree });
  return read().finally(wait.end);
}

/** The notice for a silent stdin. `way` is the way to do without it. */
export function describeSilence(way = ''): string {
  const sentence = `stdin is a pipe that has been silent for ${silenceMs / 1000} s; waiting for its end.`;
  return way === '' ? sentence : `${sentence} ${way}`;
}

/** Reports a retry. On a terminal the seconds count down; without redrawing they are printed once. */
export function tellRetry(
  context: Context,
  wait: Wait,
  { seconds, reason, model }: Retry & { model: Model },
): void {
  const until = context.now() + seconds * 1000;
  // The service's message may be long, so it comes last and is cut to fit.
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

/** Updates the wait with what the model does, until its output is shown. */
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
