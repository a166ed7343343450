import { fstatSync, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { Context } from '../context.ts';
import type { Usage } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import { toPrintedJson } from '../output/json.ts';
import { formatCost } from '../output/money.ts';
import { openStream, writeToStream } from '../output/named-output.ts';
import type { Output } from '../terminal/io.ts';
import { type BatchFile, createWriteError, listBatchFiles } from './batch-file.ts';
import { matchRecords, type StoredRecord } from './batch-record.ts';

export type BatchOutput = Pick<BatchFile, 'stored' | 'match'> & {
  add(index: number, record: Record<string, unknown>): void | Promise<void>;
  close(): void | Promise<void>;
};

/** Records in the order of the items, on an output that holds nothing of earlier runs. */
export function createStreamOutput(output: Pick<Output, 'write'>): BatchOutput {
  const waiting = new Map<number, string>();
  let next = 0;
  let writing: Promise<void> = Promise.resolve();
  const write = (line: string): void => {
    writing = writing.then(() => output.write(`${line}\n`));
  };
  return {
    stored: [],
    match: (items) => items.map(() => undefined),
    add(index, record) {
      waiting.set(index, toPrintedJson(record));
      for (let line = waiting.get(next); line !== undefined; line = waiting.get(next)) {
        waiting.delete(next);
        next += 1;
        write(line);
      }
      return writing;
    },
    /** Writes the early records, too. */
    async close() {
      const rest = [...waiting].sort(([a], [b]) => a - b);
      for (const [, line] of rest) write(line);
      await writing;
    },
  };
}

/** The same on a pipe or a device. Throws CliError `usage` if it cannot be opened. */
export function openStreamOutput(name: string, cwd: string, signal: AbortSignal): BatchOutput {
  const fail = (error: unknown, code: 'usage' | 'internal'): never => {
    signal.throwIfAborted();
    throw error instanceof CliError ? error : createWriteError(name, error, code);
  };
  let file: number;
  try {
    file = openStream(name, cwd);
  } catch (error) {
    return fail(error, 'usage');
  }
  return createStreamOutput({
    write: (text) => writeToStream(file, text, signal).catch((error) => fail(error, 'internal')),
  });
}

/** Records of earlier runs to which nothing is added. */
export function createStoredOutput(stored: readonly StoredRecord[], name: string): BatchOutput {
  return {
    stored,
    match: (items) => matchRecords(stored, items, name),
    add() {},
    close() {},
  };
}

/** Whether the batch itself writes a file, as its output or through a redirect: it grows while it is asked about. */
export function createOwnCheck(
  { io, cwd }: Pick<Context, 'io' | 'cwd'>,
  name: string | undefined,
): (path: string) => Promise<boolean> {
  const own = name === undefined || name === '-' ? [] : listBatchFiles(name, cwd);
  const redirected = [io.stdout, io.stderr].flatMap(({ fd }) => findFile(fd) ?? []);
  return async (path) => {
    if (own.length > 0 && own.includes(await realpath(path).catch(() => path))) return true;
    if (redirected.length === 0) return false;
    const there = await stat(path).catch(() => undefined);
    return there !== undefined && redirected.some(({ dev, ino }) => there.dev === dev && there.ino === ino);
  };
}

function findFile(fd: number | undefined): Stats | undefined {
  try {
    const found = fd === undefined ? undefined : fstatSync(fd);
    return found?.isFile() ? found : undefined;
  } catch {
    return undefined;
  }
}

export type BatchProgress = {
  /** An answer, or a failure of one item. */
  count(kind: 'reply' | 'failure', usage: Usage | undefined): void;
  /** A request is sent again after a wait. */
  pause(seconds: number, reason: string): void;
  /** How far it is, in one line. */
  describe(): string;
  /** The same at the end. */
  summarise(): string;
  readonly answered: number;
};

export type BatchProgressOptions = {
  total: number;
  /** How many had answers before. */
  answered: number;
  /** The plural name of the items. */
  items: string;
  now: () => number;
};

/** How many items must be done before their pace says anything. */
const fewestForPace = 3;

export function createBatchProgress({
  total,
  answered: before,
  items,
  now,
}: BatchProgressOptions): BatchProgress {
  const startedAt = now();
  let answered = before;
  let failed = 0;
  let credits: number | undefined;
  let isEstimated = false;
  let premiumRequests: number | undefined;
  let waiting: { until: number; reason: string } | undefined;

  const describeCounts = (): string[] => [
    `${answered} of ${total} ${items} answered`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...[formatCost({ credits, isEstimated, premiumRequests }) ?? []].flat(),
  ];

  /** By the pace so far. */
  function describeTimeLeft(): string[] {
    const done = answered - before + failed;
    const left = total - answered - failed;
    if (done < fewestForPace || left === 0) return [];
    return [`about ${formatSeconds((now() - startedAt) * (left / done))} left`];
  }

  function describeWait(): string[] {
    const seconds = waiting ? Math.ceil((waiting.until - now()) / 1000) : 0;
    return waiting && seconds > 0 ? [`asking again in ${seconds} s: ${waiting.reason}`] : [];
  }

  return {
    get answered() {
      return answered;
    },
    count(kind, usage) {
      if (kind === 'reply') answered += 1;
      else failed += 1;
      if (usage?.premiumRequests !== undefined)
        premiumRequests = (premiumRequests ?? 0) + usage.premiumRequests;
      const cost = usage?.credits ?? usage?.estimatedCredits;
      if (cost === undefined) return;
      credits = (credits ?? 0) + cost;
      isEstimated ||= usage?.credits === undefined;
    },
    pause(seconds, reason) {
      waiting = { until: now() + seconds * 1000, reason };
    },
    describe: () => [...describeCounts(), ...describeTimeLeft(), ...describeWait()].join(', '),
    summarise: () => `${[...describeCounts(), formatSeconds(now() - startedAt)].join(', ')}.`,
  };
}

/** `4 s`, `12 min`, `1 h 5 min`. */
function formatSeconds(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
