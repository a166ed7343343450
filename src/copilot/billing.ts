import type { ChatEvent, Usage } from '../dialects/chat-event.ts';
import type { Catalogue } from './catalogue.ts';
import type { Initiator } from './identity.ts';
import type { Model } from './model.ts';
import type { QuotaUnit } from './quota.ts';

/** How an account is billed. */
export type Billing = {
  /** Undefined where GitHub does not tell. */
  unit: QuotaUnit | undefined;
  /** Premium requests per prompt by the id of the model, where the account counts them and the list of models does not tell. */
  multipliers: ReadonlyMap<string, number>;
};

/**
 * A model with the one kind of money that its account has. The list of models can have prices and multipliers for every account: for one that
 * is billed by tokens the multiplier is a constant without meaning, and one that counts premium requests pays no credits.
 */
export function toBilled(model: Model, { unit, multipliers }: Billing): Model {
  if (unit === undefined) return model;
  return {
    ...model,
    price: unit === 'credits' ? model.price : undefined,
    multiplier: unit === 'premium_requests' ? (model.multiplier ?? multipliers.get(model.id)) : undefined,
  };
}

export function toBilledCatalogue(catalogue: Catalogue, billing: Billing): Catalogue {
  return { ...catalogue, models: catalogue.models.map((model) => toBilled(model, billing)) };
}

/**
 * What a prompt counts: the model's multiplier once for each thing that a person said, and nothing for what follows from it. Undefined where
 * the account counts something else, or nobody knows the multiplier: that of a model that Copilot chooses is not known.
 */
export function estimatePremiumRequests(
  model: Model,
  billing: Billing,
  initiator: Initiator | undefined = 'user',
): number | undefined {
  if (billing.unit !== 'premium_requests') return undefined;
  return initiator === 'agent' ? 0 : toBilled(model, billing).multiplier;
}

type BillOptions = {
  model: Model;
  initiator: Initiator | undefined;
  /** Looked up once the answer has begun, so that nobody waits for it. */
  findBilling: () => Promise<Billing>;
};

/** The same answer, with its cost in the money of the account, and in no other. */
export async function* billAnswer(
  batches: AsyncIterable<ChatEvent[]>,
  options: BillOptions,
): AsyncGenerator<ChatEvent[]> {
  const biller = createBiller(options);
  for await (const events of batches) {
    biller.begin();
    if (!hasUsage(events)) {
      yield events;
      continue;
    }
    // Words do not wait for their price.
    const at = events.findIndex(({ type }) => type === 'usage');
    if (at > 0) yield events.slice(0, at);
    yield await biller.bill(events.slice(at));
  }
}

/** The same for packets: what goes on to the caller stays as the service said it. */
export async function* billPackets<Packet extends { events: ChatEvent[] }>(
  packets: AsyncIterable<Packet>,
  options: BillOptions,
): AsyncGenerator<Packet> {
  const biller = createBiller(options);
  for await (const packet of packets) {
    biller.begin();
    yield hasUsage(packet.events) ? { ...packet, events: await biller.bill(packet.events) } : packet;
  }
}

function createBiller({ model, initiator, findBilling }: BillOptions) {
  let billing: Promise<Billing> | undefined;
  const find = (): Promise<Billing> => {
    billing ??= findBilling();
    return billing;
  };
  return {
    begin: () => void find(),
    async bill(events: ChatEvent[]): Promise<ChatEvent[]> {
      const known = await find();
      const count = estimatePremiumRequests(model, known, initiator);
      return events.map((event) =>
        event.type === 'usage' ? { ...event, usage: billUsage(event.usage, known, count) } : event,
      );
    },
  };
}

function hasUsage(events: readonly ChatEvent[]): boolean {
  return events.some(({ type }) => type === 'usage');
}

/** Credits that the service tells an account that counts something else are none that it pays. */
function billUsage(usage: Usage, { unit }: Billing, count: number | undefined): Usage {
  if (unit === undefined || unit === 'credits') return usage;
  const { estimatedCredits: _, ...rest } = usage;
  return { ...rest, credits: undefined, ...(count !== undefined && { premiumRequests: count }) };
}
