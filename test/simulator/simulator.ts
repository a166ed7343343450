import { createFaultQueue, type Fault } from './fault.ts';
import { type Secure, startHost } from './host.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { createRequestLog } from './request-log.ts';
import { createSimulatorState, type SimulatorOptions, type SimulatorState } from './simulator-state.ts';
import { createLedger, type Ledger, type SimulatorUrls, type World } from './world.ts';

export type Simulator = {
  /** Base URLs, each on its own port. `wrongPlan` is a Copilot host of another plan: 421 to all who may enter. */
  urls: SimulatorUrls;
  /** GITHUB_SERVER_URL and GITHUB_API_URL; the Copilot API base comes from the token exchange. */
  env(): Record<string, string>;
  /** What a test changes, at any time. */
  state: SimulatorState;
  faults: { add(fault: Fault): void; clear(): void };
  /** All requests so far, in the order of arrival. */
  requests: RecordedRequest[];
  requestsTo(path: string): RecordedRequest[];
  /** Successful token exchanges, and successful model calls by X-Initiator. */
  counts(): Pick<Ledger, 'exchanges' | 'initiator'>;
  /** Resolves when the count-th request to a path arrived; rejects after 10 s, naming what did arrive. */
  waitForRequest(path: string, count?: number): Promise<RecordedRequest>;
  /** From now on, every Copilot token issued so far is refused as expired. */
  expireCopilotTokens(): void;
  /** Closes the ports and every socket. */
  close(): Promise<void>;
};

/** Starts a GitHub and a Copilot API on loopback. Close it after use. */
export async function startSimulator(options: SimulatorOptions = {}, secure?: Secure): Promise<Simulator> {
  const world: World = {
    state: createSimulatorState(options),
    urls: { server: '', api: '', copilot: '', wrongPlan: '' },
    ledger: createLedger(),
  };
  const faults = createFaultQueue();
  const log = createRequestLog();
  const names = ['server', 'api', 'copilot', 'wrongPlan'] as const;
  const hosts = await Promise.all(names.map((name) => startHost(name, world, faults, log, secure)));
  for (const [index, name] of names.entries()) world.urls[name] = hosts[index]?.url ?? '';

  return {
    urls: world.urls,
    env: () => ({ GITHUB_SERVER_URL: world.urls.server, GITHUB_API_URL: world.urls.api }),
    state: world.state,
    faults,
    requests: log.requests,
    requestsTo: log.requestsTo,
    counts: () => ({ exchanges: world.ledger.exchanges, initiator: { ...world.ledger.initiator } }),
    waitForRequest: log.waitForRequest,
    expireCopilotTokens() {
      for (const token of world.ledger.copilotTokens.values()) token.expiresAt = 0;
    },
    async close() {
      await Promise.all(hosts.map((host) => host.close()));
    },
  };
}
