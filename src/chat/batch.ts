import { CliError } from '../errors.ts';
import type { Reservation } from './credits.ts';

export type BatchRunOptions<Request> = {
  /** The numbers of the items to ask about, in this order. */
  todo: readonly number[];
  /** How many are asked at the same time. */
  jobs: number;
  prepare(index: number): Promise<Request>;
  /** Called before each request, which is not sent if nothing comes back, and none after it. */
  reserve(request: Request): Reservation | undefined;
  /** Asks, settles the reservation, and gives the record. */
  ask(index: number, request: Request, reservation: Reservation): Promise<Record<string, unknown>>;
  /** The record of an item whose failure says nothing of the others. */
  toFailure(index: number, error: CliError): Record<string, unknown>;
  add(index: number, record: Record<string, unknown>): void | Promise<void>;
};

export type BatchOutcome = {
  /** How many were not begun. */
  left: number;
  /** Those that failed by themselves, in the order of the items. */
  failures: { index: number; error: CliError }[];
};

/** Failures that say something of one request alone. After any other, to go on would fail again, or look like abuse. */
function isOfItem(error: unknown): error is CliError {
  if (!(error instanceof CliError)) return false;
  const status = Number(error.details.status);
  const isRefused = error.code === 'upstream' && status >= 400 && status < 499;
  const isEmpty = error.details.finish_reason !== undefined;
  const ofOne = ['content_filter', 'input_too_large', 'schema', 'truncated'];
  return isRefused || isEmpty || ofOne.includes(error.code);
}

/** An answer that began and is broken: perhaps of this request alone, perhaps of all. */
function isBroken(error: unknown): error is CliError {
  return error instanceof CliError && error.code === 'upstream' && !(Number(error.details.status) >= 500);
}

/** So many broken answers with no good one between them are those of a service that does not work. */
const mostBroken = 3;

/** Asks several items at a time. Throws the first failure that affects all of them, once the running ones are done. */
export async function runBatch<Request>({
  todo,
  jobs,
  prepare,
  reserve,
  ask,
  toFailure,
  add,
}: BatchRunOptions<Request>): Promise<BatchOutcome> {
  const queue = [...todo];
  const failures: BatchOutcome['failures'] = [];
  const fatal: { index: number; error: unknown }[] = [];
  let broken = 0;

  async function keepFailure(index: number, error: unknown): Promise<void> {
    if (!(error instanceof CliError)) throw error;
    failures.push({ index, error });
    await add(index, toFailure(index, error));
  }

  /** False if there is no money for it. */
  async function askOne(index: number): Promise<boolean> {
    let request: Request;
    try {
      request = await prepare(index);
    } catch (error) {
      if (!(error instanceof CliError) || error.code === 'interrupted' || error.code === 'timeout')
        throw error;
      await keepFailure(index, error);
      return true;
    }
    const reservation = reserve(request);
    if (!reservation) return false;
    let record: Record<string, unknown>;
    try {
      record = await ask(index, request, reservation);
    } catch (error) {
      if (!isOfItem(error) && !isBroken(error)) throw error;
      await keepFailure(index, error);
      broken = isOfItem(error) ? 0 : broken + 1;
      if (broken === mostBroken) throw error;
      return true;
    }
    broken = 0;
    await add(index, record);
    return true;
  }

  async function work(): Promise<void> {
    while (fatal.length === 0) {
      const index = queue.shift();
      if (index === undefined) return;
      try {
        if (await askOne(index)) continue;
      } catch (error) {
        fatal.push({ error, index });
        continue;
      }
      queue.unshift(index);
      // Workers with running answers try again later: an answer may cost less than was reserved.
      return;
    }
  }

  await Promise.all(Array.from({ length: Math.min(jobs, todo.length) }, work));
  const [first] = fatal.sort((a, b) => a.index - b.index);
  if (first) throw first.error;
  return { left: queue.length, failures: failures.sort((a, b) => a.index - b.index) };
}
