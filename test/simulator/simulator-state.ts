import type { Answer, AnswerFunction } from './answer/answer.ts';
import { type AutoState, createAutoState } from './copilot/auto-state.ts';
import { createDefaultCatalogue } from './copilot/default-catalogue.ts';
import { createGateState, type GateState } from './copilot/gate-state.ts';
import type { CatalogueEntry } from './copilot/model-entry.ts';
import type { UnsupportedFields } from './copilot/unsupported-fields.ts';
import { type AccountState, createAccountState } from './github/account-state.ts';
import { createDeviceState, type DeviceState } from './github/device-state.ts';
import { createExchangeState, type ExchangeState } from './github/exchange-state.ts';
import type { Transport } from './transport.ts';

/** Everything that a test can change, before the start and at any time after it. */
export type SimulatorState = {
  clientIds: string[];
  device: DeviceState;
  account: AccountState;
  exchange: ExchangeState;
  gate: GateState;
  catalogue: CatalogueEntry[];
  /** Lists every model as hidden from pickers, as some accounts see it. */
  pickerDisabled: boolean;
  auto: AutoState;
  answer: Answer | AnswerFunction;
  /** How all streams travel; a fault's transport adds to it. */
  transport: Transport;
  /** Quota headers of successful model calls: name to value; `plan` derives them from the account's plan. */
  quotaHeaders: 'plan' | Record<string, string>;
  /** Item ids of /responses are good only while this stays the same. */
  connection: string;
  /** Whether replayed thinking must carry a signature that was issued here for the same model. */
  checkSignatures: boolean;
  /** Which cloud serves Claude: it shows in ids, and vertex refuses context_management. */
  claudeBackend: 'bedrock' | 'vertex' | 'anthropic';
  /** Fields that models refuse from now on, by model and path, and in which words. */
  unsupportedFields: UnsupportedFields;
  /** Tools that /responses runs itself, by model: `{ 'gpt-5.4': ['web_search'] }`. All others are refused. */
  servedTools: Record<string, string[]>;
  /** The clock of the fake, in milliseconds since 1970. */
  now: () => number;
};

type Groups = 'device' | 'account' | 'exchange' | 'gate' | 'auto';

/** The initial state: groups are merged over the defaults, everything else replaces its default. */
export type SimulatorOptions = Partial<Omit<SimulatorState, Groups>> & {
  [Group in Groups]?: Partial<SimulatorState[Group]>;
};

export function createSimulatorState(options: SimulatorOptions = {}): SimulatorState {
  return {
    clientIds: ['Iv1.b507a08c87ecfe98', 'Ov23liSimulatedApp01'],
    catalogue: createDefaultCatalogue(),
    pickerDisabled: false,
    answer: {},
    transport: {},
    quotaHeaders: 'plan',
    connection: 'connection-1',
    checkSignatures: true,
    claudeBackend: 'bedrock',
    unsupportedFields: {},
    servedTools: {},
    now: () => Date.now(),
    ...options,
    device: { ...createDeviceState(), ...options.device },
    account: { ...createAccountState(), ...options.account },
    exchange: { ...createExchangeState(), ...options.exchange },
    gate: { ...createGateState(), ...options.gate },
    auto: { ...createAutoState(), ...options.auto },
  };
}
