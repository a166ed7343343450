import type { ChatEvent, Usage } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import { schemaVersion } from '../output/json.ts';
import { gatherReply, readText } from '../output/whole-reply.ts';
import type { Reservation } from './credit-budget.ts';

export type BatchOptions = {
  inputs: readonly string[];
  /** The model that is asked. */
  model: string;
  /** How many are asked at the same time. */
  jobs: number;
  /** How many are done already. */
  done: number;
  ask(input: string): AsyncIterable<ChatEvent>;
  /** Asked before each input, which is not begun where it gives nothing, and none after it. */
  reserve(input: string): Reservation | undefined;
  toUsageJson(usage: Usage | undefined): unknown;
  /** Takes records in the order of the inputs. */
  write(record: Record<string, unknown>): void | Promise<void>;
};

/** Whether a failure says something of one input alone. After any other, to go on would fail again, or look like abuse. */
function isOfInput(error: unknown): error is CliError {
  if (!(error instanceof CliError)) return false;
  const status = Number(error.details.status);
  const isRefused = error.code === 'upstream' && status >= 400 && status < 499;
  return isRefused || error.code === 'content_filter' || error.code === 'input_too_large';
}

export type BatchOutcome = {
  /** How many are done, those of earlier runs included. */
  done: number;
  /** How many of this run failed by themselves. */
  failed: number;
};

/**
 * Asks each input, several at a time, and writes what came in their order. Throws the first failure that concerns them all, when what
 * came before it is written.
 */
export async function runBatch({
  inputs,
  model,
  jobs,
  done,
  ask,
  reserve,
  toUsageJson,
  write,
}: BatchOptions): Promise<BatchOutcome> {
  const finished = new Map<number, Record<string, unknown>>();
  let next = done;
  let written = done;
  let failed = 0;
  const failures: { error: unknown; index: number }[] = [];
  let writing = Promise.resolve();

  function flush(): Promise<void> {
    writing = writing.then(async () => {
      for (let record = finished.get(written); record; record = finished.get(written)) {
        finished.delete(written);
        await write(record);
        written += 1;
      }
    });
    return writing;
  }

  async function askOne(index: number, input: string, reservation: Reservation): Promise<void> {
    const head = { schema_version: schemaVersion, index, input };
    try {
      const events = await gatherReply(ask(input));
      const usage = events.find((event) => event.type === 'usage')?.usage;
      reservation.settle(usage);
      const finish = events.find((event) => event.type === 'finish')?.reason ?? null;
      finished.set(index, {
        ...head,
        type: 'reply',
        model,
        text: readText(events),
        finish_reason: finish,
        usage: toUsageJson(usage),
      });
    } catch (error) {
      if (!isOfInput(error)) throw error;
      reservation.release();
      failed += 1;
      const { code, message } = error;
      finished.set(index, { ...head, type: 'failure', error: { code, message } });
    }
    await flush();
  }

  async function work(): Promise<void> {
    while (next < inputs.length && failures.length === 0) {
      const index = next;
      const input = inputs[index] ?? '';
      const reservation = reserve(input);
      // Whoever still waits for an answer looks again when it has come: it may have cost less than was set aside.
      if (!reservation) return;
      next += 1;
      try {
        await askOne(index, input, reservation);
      } catch (error) {
        failures.push({ error, index });
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(jobs, inputs.length) }, work));
  await flush();
  const [first] = failures.sort((a, b) => a.index - b.index);
  if (first) throw first.error;
  return { done: written, failed };
}
