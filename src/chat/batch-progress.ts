import type { Usage } from '../dialects/chat-event.ts';
import { formatCost } from '../output/money.ts';

export type BatchProgress = {
  /** An answer, or a failure of one item. */
  count(kind: 'reply' | 'failure', usage: Usage | undefined): void;
  /** A request is sent again after a wait. */
  pause(seconds: number, reason: string): void;
  /** How far it is, in one line. */
  describe(): string;
  /** The same at the end. */
  summarize(): string;
  readonly answered: number;
};

export type BatchProgressOptions = {
  total: number;
  /** How many had answers before. */
  answered: number;
  /** What several items are called. */
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
    summarize: () => `${[...describeCounts(), formatSeconds(now() - startedAt)].join(', ')}.`,
  };
}

/** `4 s`, `12 min`, `1 h 5 min`. */
function formatSeconds(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
