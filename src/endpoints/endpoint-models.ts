import type { CacheFile } from '../config/cache-file.ts';
import { abilityNames } from '../copilot/ability.ts';
import { createUnlistedModel, type Model } from '../copilot/model.ts';
import type { Catalogue } from '../copilot/model-list.ts';
import type { Send } from '../copilot/service.ts';
import { dialectPaths } from '../dialects/dialect-paths.ts';
import { CliError } from '../errors.ts';
import { type JsonObject, toNumber, toObject, toText, toTexts } from '../json-value.ts';
import type { Endpoint, GivenModel } from './endpoint.ts';

export type ModelListOptions = {
  /** Throws the reason of `startListClock` if a list does not come in time. */
  send: Send;
  cache: CacheFile;
  now: () => number;
  signal: AbortSignal;
};

/** Models come and go with a command on the same machine. */
const lifetimeMs = 5 * 60_000;
/** A list is worth no longer wait, since the lists of all endpoints are awaited together. */
const listMs = 5_000;
const maxModels = 2_000;

/** The file of the cache that keeps the list of an endpoint. */
export function toListCacheName(endpoint: string): string {
  return `endpoint-${endpoint}`;
}

/** The time that an endpoint has to send its list, from now on. The reason says whose list is late. */
export function startListClock({ name }: Endpoint): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    const message = `${name} does not list its models within ${listMs / 1000} s`;
    controller.abort(new CliError('network', message, { details: { endpoint: name } }));
  }, listMs);
  timer.unref();
  return controller.signal;
}

/** An endpoint's models: those that the person named, else those that it lists. Throws CliError if it gives no list. */
export async function fetchEndpointModels(
  endpoint: Endpoint,
  options: ModelListOptions,
  { fresh }: { fresh: boolean },
): Promise<Catalogue> {
  const { now, cache } = options;
  if (endpoint.models.length > 0) return toCatalogue(endpoint, endpoint.models, 'account', undefined);
  const kept = toObject(cache.read());
  const age = now() - (toNumber(kept.fetchedAt) ?? Number.NaN);
  if (!fresh && kept.url === endpoint.url && age >= 0 && age < lifetimeMs)
    return toCatalogue(endpoint, parseList(kept.entries), 'cache', toNumber(kept.fetchedAt));
  const entries = await fetchEntries(endpoint, options);
  const fetchedAt = now();
  cache.write({ url: endpoint.url, fetchedAt, entries });
  return toCatalogue(endpoint, parseList(entries), 'account', fetchedAt);
}

/** The names of the models that an endpoint has, as far as this is known without asking it. */
export function listKnownModels(endpoint: Endpoint, cache: CacheFile): string[] {
  const kept = toObject(cache.read());
  const entries = kept.url === endpoint.url ? parseList(kept.entries) : [];
  const listed = endpoint.models.length > 0 ? endpoint.models : entries;
  return toCatalogue(endpoint, listed, 'cache', undefined).models.map(({ id }) => id);
}

async function fetchEntries(endpoint: Endpoint, { send, signal }: ModelListOptions): Promise<unknown[]> {
  const read = async (path: string): Promise<unknown> => {
    const response = await send({ method: 'GET', path, purpose: 'model-access', signal });
    return response.json();
  };
  const path = endpoint.dialect === 'messages' ? '/v1/models' : '/models';
  try {
    return findEntries(await read(path), endpoint.name);
  } catch (error) {
    const isAbsent = error instanceof CliError && [404, 405, 501].includes(Number(error.details.status));
    if (!isAbsent || !endpoint.url.endsWith('/v1')) throw error;
    // Ollama has had its own list for longer.
    const list = await read('/../api/tags').catch(() => undefined);
    if (list === undefined) throw error;
    return findEntries(list, endpoint.name);
  }
}

/** OpenAI and Anthropic list `data`, Ollama `models`, and some send the bare list. */
function findEntries(answer: unknown, name: string): unknown[] {
  const { data, models } = toObject(answer);
  const entries = [answer, data, models].find(Array.isArray);
  if (!entries)
    throw new CliError('upstream', `${name} sends no list of models`, {
      details: { endpoint: name, status: 200 },
    });
  return entries.slice(0, maxModels);
}

type Listed = GivenModel & { name?: string | undefined };

function parseList(entries: unknown): Listed[] {
  const list = Array.isArray(entries) ? entries : [];
  return list.map(parseEntry).filter((entry) => entry !== undefined);
}

/** Field names of OpenRouter, vLLM, LM Studio, llama.cpp and this program's own server. */
const contextFields = [
  'context_window',
  'context_length',
  'max_model_len',
  'max_context_length',
  'max_input_tokens',
];

function parseEntry(entry: unknown): Listed | undefined {
  const given: JsonObject = typeof entry === 'string' ? { id: entry } : toObject(entry);
  const id = toText(given.id) ?? toText(given.model) ?? toText(given.name);
  if (id === undefined || id.length > 200) return undefined;
  const context = contextFields.map((name) => toNumber(given[name])).find((limit) => limit !== undefined);
  const abilities = toTexts(given.abilities);
  return {
    id,
    name: toText(given.display_name) ?? toText(given.name),
    contextTokens: context ?? toNumber(toObject(given.meta).n_ctx_train),
    outputTokens: toNumber(given.max_tokens) ?? toNumber(given.max_completion_tokens),
    abilities: abilities.length > 0 ? abilityNames.filter((name) => abilities.includes(name)) : undefined,
    efforts: [],
  };
}

function toCatalogue(
  endpoint: Endpoint,
  listed: readonly Listed[],
  origin: Catalogue['origin'],
  fetchedAt: number | undefined,
): Catalogue {
  const known = new Set(listed.map(({ id }) => id));
  // A name that the person maps to another is a model to ask for.
  const mapped = Object.entries(endpoint.request.models).flatMap(([id, target]): Listed[] => {
    const model = listed.find((one) => one.id === target);
    return known.has(id) ? [] : [{ ...(model ?? createBare(id)), id, name: undefined }];
  });
  const unique = [...new Map([...listed, ...mapped].map((model) => [model.id, model])).values()];
  return { models: unique.map((one) => toModel(endpoint, one)), unreadable: 0, origin, fetchedAt };
}

function createBare(id: string): Listed {
  return { id, contextTokens: undefined, outputTokens: undefined, abilities: undefined, efforts: [] };
}

/** A model of which only the id is known: what the endpoint cannot do, it says. */
export function createCustomModel(endpoint: Endpoint, id: string): Model {
  return toModel(endpoint, createBare(id));
}

function toModel(
  endpoint: Endpoint,
  { id, name, contextTokens, outputTokens, abilities, efforts }: Listed,
): Model {
  const isEmbedder = abilities?.includes('embeddings') || /(?:^|[-_/])embed/i.test(id);
  const unlisted = createUnlistedModel(`${endpoint.name}/${id}`);
  const path = dialectPaths[endpoint.dialect];
  return {
    ...unlisted,
    name: name === undefined || name === id ? unlisted.id : name,
    custom: { endpoint: endpoint.name, id },
    vendor: endpoint.name,
    kind: isEmbedder ? 'embeddings' : 'chat',
    endpoints: isEmbedder ? [] : [path],
    endpointsAssumed: false,
    contextTokens,
    outputTokens,
    abilities: isEmbedder
      ? ['embeddings']
      : [
          ...(abilities ?? unlisted.abilities),
          ...(efforts.length > 0 && !abilities?.includes('reasoning') ? ['reasoning' as const] : []),
        ],
    efforts: [...efforts],
    listed: !isEmbedder,
  };
}
