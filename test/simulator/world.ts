import type { PromptCache } from './answer/prompt-cache.ts';
import type { SimulatorState } from './simulator-state.ts';

export type SimulatorUrls = { server: string; api: string; copilot: string; wrongPlan: string };

export type DeviceCode = {
  clientId: string;
  scope: string;
  issuedAt: number;
  polledAt: number | undefined;
  /** Seconds; grows with every slow_down. */
  interval: number;
};

export type CopilotToken = { login: string; expiresAt: number };

/** What the service remembers of what it issued. */
export type Ledger = {
  deviceCodes: Map<string, DeviceCode>;
  copilotTokens: Map<string, CopilotToken>;
  /** Session tokens of auto mode and when they expire. */
  autoSessions: Map<string, number>;
  /** Signatures of thinking and the model that each belongs to. */
  signatures: Map<string, string>;
  /** Ids of tool calls whose answer carried a signature, and the model that each belongs to. */
  signedToolCalls: Map<string, string>;
  /** Encrypted contents and the item that each belongs to. */
  sealedItems: Map<string, string>;
  /** What models keep of prompts. */
  promptCache: PromptCache;
  exchanges: number;
  /** Successful model calls by X-Initiator. */
  initiator: { user: number; agent: number; none: number };
};

export type World = { state: SimulatorState; urls: SimulatorUrls; ledger: Ledger };

export function createLedger(): Ledger {
  return {
    deviceCodes: new Map(),
    copilotTokens: new Map(),
    autoSessions: new Map(),
    signatures: new Map(),
    signedToolCalls: new Map(),
    sealedItems: new Map(),
    promptCache: new Map(),
    exchanges: 0,
    initiator: { user: 0, agent: 0, none: 0 },
  };
}
