import type { HostName, RecordedRequest } from './recorded-request.ts';
import { type Reply, toReply } from './reply.ts';
import type { Transport } from './transport.ts';

/** One misbehaviour for requests that match. Without status, body, reset or noAnswer the request is served normally. */
export type Fault = {
  path: string | RegExp;
  method?: string;
  host?: HostName;
  /** How many requests it is for; 1 when left out. */
  times?: number;
  status?: number;
  headers?: Record<string, string>;
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown;
  contentType?: string;
  /** Leaves out the service's own headers, as a proxy on the way does when it answers itself. */
  bare?: true;
  /** Waits before the answer begins. */
  delayMs?: number;
  /** Takes the request and never answers. */
  noAnswer?: true;
  /** Destroys the socket before the headers of the answer. */
  reset?: true;
  /** Bends the stream of the normal answer. */
  transport?: Transport;
};

export type FaultQueue = {
  add(fault: Fault): void;
  clear(): void;
  /** The first fault that matches, counted as used. */
  take(request: RecordedRequest): Fault | undefined;
};

export function createFaultQueue(): FaultQueue {
  let queue: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      queue.push({ fault, left: fault.times ?? 1 });
    },
    clear() {
      queue = [];
    },
    take(request) {
      const entry = queue.find(({ fault }) => matches(fault, request));
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) queue = queue.filter((other) => other !== entry);
      return entry.fault;
    },
  };
}

/** The reply that a fault gives in place of the normal one, or undefined where the request is served normally. */
export function toFaultReply(fault: Fault): Reply | undefined {
  if (fault.reset) return 'reset';
  if (fault.noAnswer) return 'no-answer';
  if (fault.status === undefined && fault.body === undefined) return undefined;
  const { status = 200, body, contentType, headers = {}, bare = false } = fault;
  return { ...toReply(status, body, contentType), headers, bare };
}

function matches(fault: Fault, request: RecordedRequest): boolean {
  const isPath =
    typeof fault.path === 'string' ? fault.path === request.path : request.path.search(fault.path) >= 0;
  return (
    isPath &&
    (fault.method === undefined || fault.method === request.method) &&
    (fault.host === undefined || fault.host === request.host)
  );
}
