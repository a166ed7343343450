import type { ChatEvent, Usage } from '../dialects/chat-event.ts';
import type { Catalogue } from './catalogue.ts';
import type { Initiator } from './identity.ts';
import type { Model } from './model.ts';
import type { QuotaUnit } from './quota.ts';

/**
 * A model with the one kind of money that its account has. The list of models has prices and multipliers for every account: for one that is
 * billed by tokens the multiplier is a constant without meaning, and one that counts premium requests pays no credits. Undefined, where GitHub
 * does not tell the unit, leaves both.
 */
export function toBilled(model: Model, unit: QuotaUnit | undefined): Model {
  if (unit === undefined) return model;
  const { price, multiplier } = model;
  return {
    ...model,
    price: unit === 'credits' ? price : undefined,
    // An old version of the list has no prices.
    multiplier: unit === 'premium_requests' || price === undefined ? multiplier : undefined,
  };
}

export function toBilledCatalogue(catalogue: Catalogue, unit: QuotaUnit | undefined): Catalogue {
  return { ...catalogue, models: catalogue.models.map((model) => toBilled(model, unit)) };
}

/** What a prompt counts: the model's multiplier once for each thing that a person said, and nothing for what follows from it. */
export function estimatePremiumRequests(
  { multiplier, isAuto }: Model,
  unit: QuotaUnit | undefined,
  initiator: Initiator = 'user',
): number | undefined {
  if (unit !== 'premium_requests') return undefined;
  // Nobody knows whom Copilot chooses, and the choice may come at a discount.
  return initiator === 'agent' ? 0 : (multiplier ?? (isAuto ? undefined : 1));
}

export type BillOptions = {
  model: Model;
  initiator: Initiator | undefined;
  /** Looked up once the answer has begun, so that nobody waits for it. */
  findUnit: () => Promise<QuotaUnit | undefined>;
};

/** The same answer, with its cost in the money of the account: what the service said stays, and our own reckoning is of one kind. */
export async function* billAnswer(
  batches: AsyncIterable<ChatEvent[]>,
  { model, initiator, findUnit }: BillOptions,
): AsyncGenerator<ChatEvent[]> {
  let unit: Promise<QuotaUnit | undefined> | undefined;
  for await (const events of batches) {
    unit ??= findUnit();
    if (!events.some(({ type }) => type === 'usage')) {
      yield events;
      continue;
    }
    const known = await unit;
    yield events.map((event) =>
      event.type === 'usage'
        ? { ...event, usage: billUsage(event.usage, { model, initiator, unit: known }) }
        : event,
    );
  }
}

function billUsage(
  usage: Usage,
  { model, initiator, unit }: Omit<BillOptions, 'findUnit'> & { unit: QuotaUnit | undefined },
): Usage {
  // The service said what it takes.
  if (usage.credits !== undefined || unit === undefined || unit === 'credits') return usage;
  const { estimatedCredits: _, ...rest } = usage;
  const premiumRequests = estimatePremiumRequests(model, unit, initiator);
  return premiumRequests === undefined ? rest : { ...rest, premiumRequests };
}
