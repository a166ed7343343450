import type { QuotaSnapshot } from '../copilot/account.ts';
import type { CopilotClient } from '../copilot/client.ts';
import type { Model } from '../copilot/model.ts';
import type { Catalogue } from '../copilot/model-list.ts';
import type { Usage } from '../dialects/chat-event.ts';
import type { DialectName } from '../dialects/chat-request.ts';
import type { ResponseMemory } from './answers/response-memory.ts';
import type { SealMemory } from './answers/seal-memory.ts';
import type { FailedCalls } from './failed-calls.ts';

/** The record of an ended answer, written once. */
export type AnswerRecord = {
  /** Milliseconds of the epoch. */
  at: number;
  id: string;
  caller: string;
  session: string | undefined;
  /** The client's own name, such as `claude-cli`, and the folder it works in, where it says so. */
  client: string | undefined;
  folder: string | undefined;
  /** The caller's dialect, and the endpoint of Copilot: at the start of an answer the one that is expected, then the one that was asked. */
  dialect: DialectName | 'embeddings';
  endpoint: string;
  model: string;
  /** The endpoint of the person that was asked in place of Copilot. */
  custom?: string | undefined;
  initiator: 'user' | 'agent';
  stream: boolean;
  status: number;
  /** The code of the failure, if it failed. */
  failure: string | undefined;
  usage: Usage | undefined;
  /** From the request to the first byte of the answer, and to its end. */
  firstByteMs: number | undefined;
  milliseconds: number;
};

/** An answer in progress, for the live view and for metrics. */
export type LiveAnswer = {
  id: string;
  caller: string;
  model: string;
  dialect: AnswerRecord['dialect'];
  startedAt: number;
  /** `queued` until the gate lets it through, `waiting` until the first byte. */
  state: 'queued' | 'waiting' | 'streaming';
};

/** Counts the usage of answers, by session and in total, and keeps it across restarts. */
export type UsageLog = {
  record(answer: AnswerRecord): void;
  recordQuota(quota: QuotaSnapshot): void;
};

/** Limits of requests and tokens, and a fair queue for calls at the same time. */
export type Gate = {
  /**
   * Waits for a turn. Call the result once, when the answer has ended. `tokens` estimates the request. Throws CliError `rate_limited` with
   * `details.retry_after_s`, or `input_too_large`; the signal's reason if the caller leaves.
   */
  enter(
    from: { caller: string; signal: AbortSignal },
    request: { tokens: number; route: string },
  ): Promise<(usage: Usage | undefined) => void>;
};

/** One line a fact, metadata only: no words of a conversation, no token. */
export type ServerLog = (level: LogLevel, event: string, fields?: Record<string, unknown>) => void;
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The model that a caller has named. */
export type FoundModel = {
  model: Model;
  /** The account does not have the model of that name; this is the newest of its family. */
  isSubstitute: boolean;
};

export type ModelFinder = {
  /** Without a name, the model of the setting, or the service's default. Throws CliError `model` with the nearest names, or `forbidden`. */
  find(name: string | undefined): Promise<FoundModel>;
  /** A model for embeddings. */
  findEmbedder(name: string | undefined): Promise<Model>;
  list(): Promise<Catalogue>;
};

/** The services that routes may use. */
export type Services = {
  readonly version: string;
  readonly now: () => number;
  connect(): Promise<CopilotClient>;
  readonly models: ModelFinder;
  readonly seals: SealMemory;
  readonly responses: ResponseMemory;
  readonly gate: Gate;
  readonly failed: FailedCalls;
  readonly usage: UsageLog;
  readonly live: {
    begin(answer: Omit<LiveAnswer, 'state'>): { set(state: LiveAnswer['state']): void; end(): void };
    list(): readonly LiveAnswer[];
  };
  readonly log: ServerLog;
  /** Whether Copilot refused the sign-in when a model was last asked. */
  isRefused(): boolean;
  /** Whether the server is ending and takes no more requests. */
  isEnding(): boolean;
  /** Silence after which a stream sends a ping, in milliseconds. */
  readonly pingMs: number;
  /** The longest body that is read, in bytes. */
  readonly maxBodyBytes: number;
};
