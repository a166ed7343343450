import type { CopilotTokens } from '../auth/copilot-tokens.ts';
import { fetchCopilotUser } from '../auth/github-api.ts';
import type { CacheFile } from '../config/cache-file.ts';
import type { ChatEvent, Usage } from '../dialects/chat-event.ts';
import type { Initiator } from '../dialects/initiator.ts';
import { type JsonObject, toNumber, toObject } from '../json-value.ts';
import { limitTime } from '../pause.ts';
import { type QuotaUnit, quotaUnits, readUnit } from './account.ts';
import { type Model, parseModels } from './model.ts';
import type { Catalogue } from './model-list.ts';
import { type SendOptions, sendToCopilot } from './send.ts';

/** How an account is billed. */
export type Billing = {
  /** Undefined if unknown. */
  unit: QuotaUnit | undefined;
  /** Premium requests per prompt by model id, if the account counts them and the list of models lacks them. */
  multipliers: ReadonlyMap<string, number>;
};

/**
 * Removes the price or the multiplier that does not apply. The list may have both: the multiplier means nothing to accounts billed by
 * tokens, and accounts that count premium requests pay no credits.
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
 * The model's multiplier for each prompt of a person; what follows from it is free. Undefined for other accounts, and for an unknown
 * multiplier, such as that of a model that Copilot chooses.
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

/** Events with their cost in the account's unit only: those that do not wait for it, and the rest once it is known. */
export type Bill = (events: ChatEvent[]) => { said: ChatEvent[]; priced?: Promise<ChatEvent[]> };

/** For the batches of one answer. */
export function createBill({ model, initiator, findBilling }: BillOptions): Bill {
  let billing: Promise<Billing> | undefined;

  async function price(events: ChatEvent[], told: Promise<Billing>): Promise<ChatEvent[]> {
    const known = await told;
    const count = estimatePremiumRequests(model, known, initiator);
    return events.map((event) =>
      event.type === 'usage' ? { ...event, usage: billUsage(event.usage, known, count) } : event,
    );
  }

  return (events) => {
    billing ??= findBilling();
    const at = events.findIndex(({ type }) => type === 'usage');
    if (at === -1) return { said: events };
    // A start alone tells nothing.
    const isSaid = events.slice(0, at).some(({ type }) => type !== 'start');
    const [said, rest] = isSaid ? [events.slice(0, at), events.slice(at)] : [[], events];
    return { said, priced: price(rest, billing) };
  };
}

/** An account that counts something else does not pay the credits that the service reports. */
function billUsage(usage: Usage, { unit }: Billing, count: number | undefined): Usage {
  if (unit === undefined || unit === 'credits') return usage;
  const { estimatedCredits: _, ...rest } = usage;
  return { ...rest, credits: undefined, ...(count !== undefined && { premiumRequests: count }) };
}

type AccountBillingOptions = SendOptions & {
  tokens: CopilotTokens;
  openCache: (name: string) => CacheFile;
  loadCatalogue: () => Promise<Catalogue>;
  now: () => number;
  signal: AbortSignal;
};

type AccountBilling = {
  /** Never throws: an answer is worth more than its price. */
  find(): Promise<Billing>;
  /** Stores a newer answer of GitHub about the account. */
  note(user: JsonObject): Promise<void>;
};

/** Accounts change their plan seldom, so a day is soon enough; a failure is forgotten sooner. */
const lifetimeMs = 24 * 3_600_000;
const failureLifetimeMs = 10 * 60_000;
/** The longest wait for a price. */
const patienceMs = 3_000;

/** The last API version whose list of models has multipliers. An account that counts premium requests is asked for this list as well. */
const multiplierVersion = '2026-01-09';

const nothing: Billing = { unit: undefined, multipliers: new Map() };

/** How the account is billed, kept on disk, and asked for once a day at most. */
export function createAccountBilling(options: AccountBillingOptions): AccountBilling {
  const { tokens, now, signal } = options;
  let known: { at: number; billing: Promise<Billing> } | undefined;

  async function open(): Promise<CacheFile> {
    return options.openCache(`billing-${(await tokens.getSession()).key}`);
  }

  async function lookUp(): Promise<Billing> {
    const file = await open();
    const kept = parseKept(file.read());
    const age = kept ? now() - kept.at : Number.NaN;
    if (kept && age >= 0 && age < (kept.failed ? failureLifetimeMs : lifetimeMs)) return kept;
    const patience = limitTime(patienceMs, signal);
    try {
      const { github } = await tokens.getSession();
      const headers = options.identity.toGithubHeaders();
      return await keep(await fetchCopilotUser(github, { http: options.http, headers, signal: patience }), {
        file,
        patience,
      });
    } catch {
      const billing = kept ?? nothing;
      if (!signal.aborted) write(file, billing, { failed: true });
      return billing;
    }
  }

  async function keep(
    user: JsonObject,
    { file, patience }: { file: CacheFile; patience: AbortSignal },
  ): Promise<Billing> {
    const unit = readUnit(user);
    const multipliers = unit === 'premium_requests' ? await fetchMultipliers(patience) : nothing.multipliers;
    const billing = { unit, multipliers };
    write(file, billing, { failed: false });
    return billing;
  }

  function write(file: CacheFile, { unit, multipliers }: Billing, { failed }: { failed: boolean }): void {
    file.write({
      at: now(),
      unit: unit ?? null,
      multipliers: Object.fromEntries(multipliers),
      ...(failed && { failed }),
    });
  }

  async function fetchMultipliers(patience: AbortSignal): Promise<Billing['multipliers']> {
    try {
      const listed = listMultipliers((await options.loadCatalogue()).models);
      if (listed.size > 0) return listed;
      const response = await sendToCopilot(
        {
          method: 'GET',
          path: '/models',
          purpose: 'model-access',
          headers: { 'x-github-api-version': multiplierVersion },
          signal: patience,
        },
        options,
      );
      return listMultipliers(parseModels(toObject(await response.json()).data).models);
    } catch {
      // The unit is known all the same.
      return nothing.multipliers;
    }
  }

  return {
    find() {
      const age = known ? now() - known.at : Number.NaN;
      if (!known || !(age >= 0 && age < failureLifetimeMs))
        known = { at: now(), billing: lookUp().catch(() => nothing) };
      return known.billing;
    },
    async note(user) {
      const file = await open();
      const kept = parseKept(file.read());
      if (kept && !kept.failed && kept.unit === readUnit(user)) return;
      const patience = limitTime(patienceMs, signal);
      known = { at: now(), billing: keep(user, { file, patience }).catch(() => nothing) };
      await known.billing;
    },
  };
}

function listMultipliers(models: readonly Model[]): Map<string, number> {
  return new Map(
    models.flatMap(({ id, multiplier }): [string, number][] =>
      multiplier === undefined ? [] : [[id, multiplier]],
    ),
  );
}

function parseKept(value: unknown): (Billing & { at: number; failed: boolean }) | undefined {
  const content = toObject(value);
  const at = toNumber(content.at);
  if (at === undefined) return undefined;
  const multipliers = Object.entries(toObject(content.multipliers)).flatMap(
    ([id, given]): [string, number][] => {
      const multiplier = toNumber(given);
      return multiplier === undefined ? [] : [[id, multiplier]];
    },
  );
  return {
    at,
    failed: content.failed === true,
    unit: quotaUnits.find((known) => known === content.unit),
    multipliers: new Map(multipliers),
  };
}
