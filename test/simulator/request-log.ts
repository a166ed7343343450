import type { RecordedRequest } from './recorded-request.ts';

const patienceMs = 10_000;

export type RequestLog = {
  requests: RecordedRequest[];
  add(request: RecordedRequest): void;
  requestsTo(path: string): RecordedRequest[];
  waitForRequest(path: string, count?: number): Promise<RecordedRequest>;
};

type Waiter = { path: string; count: number; resolve: (request: RecordedRequest) => void };

/** Keeps every request in the order of arrival and wakes whoever waits for one. */
export function createRequestLog(): RequestLog {
  const requests: RecordedRequest[] = [];
  const waiters = new Set<Waiter>();
  const requestsTo = (path: string) => requests.filter((request) => request.path === path);

  const wake = (waiter: Waiter) => {
    const request = requestsTo(waiter.path)[waiter.count - 1];
    if (request === undefined) return;
    waiters.delete(waiter);
    waiter.resolve(request);
  };

  return {
    requests,
    requestsTo,
    add(request) {
      requests.push(request);
      for (const waiter of waiters) wake(waiter);
    },
    waitForRequest(path, count = 1) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          reject(new Error(describeMissingRequest(path, count, requests)));
        }, patienceMs);
        const waiter: Waiter = {
          path,
          count,
          resolve(request) {
            clearTimeout(timer);
            resolve(request);
          },
        };
        waiters.add(waiter);
        wake(waiter);
      });
    },
  };
}

function describeMissingRequest(path: string, count: number, requests: RecordedRequest[]): string {
  const arrived = requests.map((request) => `${request.method} ${request.host}${request.path}`).join(', ');
  return `no request number ${count} to ${path} arrived; these did: ${arrived || 'none'}`;
}
