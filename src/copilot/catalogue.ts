import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CopilotSession, CopilotTokens } from '../auth/copilot-tokens.ts';
import { type CacheFile, createCacheFile } from '../config/cache-file.ts';
import { CliError, UpstreamError } from '../errors.ts';
import { toNumber, toObject } from '../json-value.ts';
import { type Ability, abilityNames } from './ability.ts';
import { type Model, parseModels } from './model.ts';
import { listSeedEntries } from './seed-models.ts';
import { type SendOptions, sendToCopilot } from './send.ts';

/**
 * `account`: just fetched. `cache`: fetched at `fetchedAt`. `builtin`: not signed in, or the token cannot list models. `endpoints`: not
 * signed in, so that only endpoints of the person have models.
 */
type CatalogueOrigin = 'account' | 'cache' | 'builtin' | 'endpoints';

export type Catalogue = {
  models: Model[];
  /** Entries of the answer that made no sense. */
  unreadable: number;
  origin: CatalogueOrigin;
  /** Milliseconds of the epoch. */
  fetchedAt: number | undefined;
  /** The names of the person's endpoints, whether or not they have models. */
  endpoints?: readonly string[];
  /** The person's own names for models, in lower case. */
  aliases?: ReadonlyMap<string, string>;
  /** Why models are missing, a sentence each. */
  problems?: readonly string[];
};

export type CatalogueOptions = SendOptions & {
  tokens: CopilotTokens;
  /** Where the catalogue of one account at one API base is kept. */
  openCache: (name: string) => CacheFile;
  now: () => number;
  signal: AbortSignal;
  onNotice: (sentence: string) => void;
  /** Shows what the caller waits for. Returns the function that ends it. */
  beginStep?: (label: string) => () => void;
};

/** How long a catalogue is good for finding a model: ids change by the month. */
const lifetimeMs = 60 * 60 * 1000;
const refusalStatuses = [400, 403, 404];

/** The account's models. Reuses a list younger than an hour unless `fresh`, and an older one, with a notice, if Copilot fails. */
export async function fetchCatalogue(
  options: CatalogueOptions,
  { fresh }: { fresh: boolean },
): Promise<Catalogue> {
  const session = await options.tokens.getSession();
  const cached = readCached(openCatalogueCache(session, options));
  const age = cached?.fetchedAt === undefined ? undefined : options.now() - cached.fetchedAt;
  if (!fresh && cached && age !== undefined && age >= 0 && age < lifetimeMs) return cached;
  const endStep = options.beginStep?.('Fetching the list of models');
  try {
    const response = await sendToCopilot(
      { method: 'GET', path: '/models', purpose: 'model-access', signal: options.signal },
      options,
    );
    const entries = toObject(await response.json()).data;
    if (!Array.isArray(entries))
      throw new CliError('upstream', 'Copilot sent no list of models', {
        hint: 'Try again in a minute.',
      });
    const fetchedAt = options.now();
    // The request may have found the account on another host.
    openCatalogueCache(await options.tokens.getSession(), options).write({ fetchedAt, entries });
    return { ...readEntries(entries), origin: 'account', fetchedAt };
  } catch (error) {
    const passing = error instanceof CliError && ['network', 'upstream', 'rate_limited'].includes(error.code);
    if (!cached && isUnlisted(error, session)) {
      options.onNotice('Copilot does not list models for this kind of token, so a built-in list is used.');
      return createBuiltinCatalogue();
    }
    if (!cached || !passing) throw error;
    options.onNotice(`The list of models is an older one: ${error.message}.`);
    return cached;
  } finally {
    endStep?.();
  }
}

/** The list that was fetched last, of whichever account, or else the list without a sign-in: enough to suggest names, and free. */
export function readLatestCatalogue(cacheFolder: string): Catalogue {
  try {
    const paths = readdirSync(cacheFolder)
      .filter((name) => /^models-.*\.json$/.test(name))
      .map((name) => join(cacheFolder, name));
    const times = new Map(paths.map((path) => [path, statSync(path).mtimeMs]));
    const [latest] = paths.sort((one, other) => (times.get(other) ?? 0) - (times.get(one) ?? 0));
    const cached = latest === undefined ? undefined : readCached(createCacheFile(latest));
    return cached ?? createBuiltinCatalogue();
  } catch {
    return createBuiltinCatalogue();
  }
}

/** The list without a sign-in. */
export function createBuiltinCatalogue(): Catalogue {
  return { ...readEntries(listSeedEntries()), origin: 'builtin', fetchedAt: undefined };
}

/** Some tokens that go to Copilot directly may ask models but not list them. */
function isUnlisted(error: unknown, { access }: CopilotSession): boolean {
  return (
    access.style === 'direct' &&
    error instanceof UpstreamError &&
    refusalStatuses.includes(Number(error.details.status))
  );
}

function openCatalogueCache({ key, endpoint }: CopilotSession, { openCache }: CatalogueOptions): CacheFile {
  return openCache(`models-${key}-${toHostName(endpoint.url)}`);
}

function readEntries(entries: unknown[]): Pick<Catalogue, 'models' | 'unreadable'> {
  const { models, unreadable } = parseModels(entries);
  return { models: withAutoModel(models), unreadable };
}

function readCached(cache: CacheFile): Catalogue | undefined {
  const { fetchedAt, entries } = toObject(cache.read());
  return Array.isArray(entries)
    ? { ...readEntries(entries), origin: 'cache', fetchedAt: toNumber(fetchedAt) }
    : undefined;
}

function toHostName(url: string): string {
  return new URL(url).host.replaceAll(/[^a-z0-9.-]/gi, '_');
}

/** The name by which Copilot is left to choose. No model has it. */
const autoId = 'auto';

/** Puts `auto` before the models. Any candidate may answer, so it has their shared abilities, their smallest limits and no price. */
function withAutoModel(models: readonly Model[]): Model[] {
  const named = models.filter(({ id }) => id !== autoId);
  const [auto] = parseModels([
    { id: autoId, name: 'Auto: Copilot chooses', model_picker_enabled: true },
  ]).models;
  return auto ? [describeAuto(auto, listOffered(named)), ...named] : named;
}

/** Some accounts list no model at all, whether or not they may name one; there, whatever can chat is offered. */
export function listOffered(models: readonly Model[]): Model[] {
  const chat = models.filter(({ kind }) => kind === 'chat');
  return mayNameNone(chat)
    ? chat.filter(({ policy }) => policy !== 'disabled')
    : chat.filter(({ listed }) => listed);
}

/** Whether no model but Copilot's own choice is listed: then the account may be one that may name none. */
export function mayNameNone(models: readonly Model[]): boolean {
  return !models.some(({ kind, listed, isAuto, custom }) => kind === 'chat' && listed && !isAuto && !custom);
}

function describeAuto(auto: Model, candidates: readonly Model[]): Model {
  const [first] = candidates;
  return {
    ...auto,
    isAuto: true,
    contextTokens: findLeast(candidates.map(({ contextTokens }) => contextTokens)),
    promptTokens: findLeast(candidates.map(({ promptTokens }) => promptTokens)),
    outputTokens: findLeast(candidates.map(({ outputTokens }) => outputTokens)),
    tokenizer: candidates.every(({ tokenizer }) => tokenizer === first?.tokenizer)
      ? first?.tokenizer
      : undefined,
    abilities: listShared(candidates),
    imageTypes: (first?.imageTypes ?? []).filter((type) =>
      candidates.every(({ imageTypes }) => imageTypes.includes(type)),
    ),
    maxImages: findLeast(candidates.map(({ maxImages }) => maxImages)),
    maxImageBytes: findLeast(candidates.map(({ maxImageBytes }) => maxImageBytes)),
  };
}

/** No effort is shared by all models, so `auto` has none. */
function listShared(candidates: readonly Model[]): Ability[] {
  if (candidates.length === 0) return ['streaming', 'tools'];
  return abilityNames.filter(
    (name) => name !== 'reasoning' && candidates.every(({ abilities }) => abilities.includes(name)),
  );
}

function findLeast(limits: readonly (number | undefined)[]): number | undefined {
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
