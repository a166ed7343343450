import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CacheFile, createCacheFile } from '../config/cache-file.ts';
import { toNumber, toObject } from '../json-value.ts';
import { type Ability, abilityNames } from './ability.ts';
import { type Model, parseModels } from './model.ts';
import { listSeedEntries } from './seed-models.ts';

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

export function readEntries(entries: unknown[]): Pick<Catalogue, 'models' | 'unreadable'> {
  const { models, unreadable } = parseModels(entries);
  return { models: withAutoModel(models), unreadable };
}

export function readCached(cache: CacheFile): Catalogue | undefined {
  const { fetchedAt, entries } = toObject(cache.read());
  return Array.isArray(entries)
    ? { ...readEntries(entries), origin: 'cache', fetchedAt: toNumber(fetchedAt) }
    : undefined;
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
