import type { CacheFile } from '../config/cache-file.ts';
import type { JsonFile } from '../config/json-file.ts';
import { type AskOptions, ask, prepareRequest, type RouteMemory } from '../copilot/ask.ts';
import type { Bill, Billing } from '../copilot/billing.ts';
import { askChecked } from '../copilot/check-answer.ts';
import type { Model } from '../copilot/model.ts';
import { checkAnswers, createUnknownModelError, findModel } from '../copilot/model-choice.ts';
import type { ModelClient } from '../copilot/model-client.ts';
import type { Catalogue } from '../copilot/model-list.ts';
import { openNative } from '../copilot/native.ts';
import { createRefusalMemory } from '../copilot/refused-fields.ts';
import { readJsonReply } from '../copilot/service.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import type { Http } from '../http/http.ts';
import { toObject } from '../json-value.ts';
import { isLoopback } from '../loopback.ts';
import { adapt } from './adaptation.ts';
import type { Endpoint } from './endpoint.ts';
import { findDialect, toPublicDialect } from './endpoint-dialect.ts';
import { nameEndpoint } from './endpoint-error.ts';
import { createEndpointFile } from './endpoint-file.ts';
import {
  createCustomModel,
  fetchEndpointModels,
  startListClock,
  toListCacheName,
} from './endpoint-models.ts';
import { createKeyReader, type KeyOptions } from './key.ts';
import { createEndpointSend } from './send.ts';

export type EndpointClientOptions = Omit<KeyOptions, 'signal'> & {
  http: Http;
  userAgent: string;
  openCache: (name: string) => CacheFile;
  now: () => number;
  signal: AbortSignal;
  onNotice: (sentence: string) => void;
};

/** Nobody is billed by us, and nothing is known of prices. */
export const unbilled: Billing = { unit: undefined, multipliers: new Map() };

/** The dialect is known, so there is nothing to learn. */
const noRoutes: RouteMemory = { find: () => undefined, remember: () => {} };

/** A client for one endpoint of the person's own. It knows nothing of Copilot, its account or its tokens. */
export function createEndpointClient(endpoint: Endpoint, options: EndpointClientOptions): ModelClient {
  const { name } = endpoint;
  const key = createKeyReader(endpoint, options);
  const send = createEndpointSend(endpoint, { ...options, key });
  const sendForList = createEndpointSend(endpoint, {
    ...options,
    key,
    startClock: () => startListClock(endpoint),
  });
  const toWireId = (id: string): string => (id.startsWith(`${name}/`) ? id.slice(name.length + 1) : id);
  const dialect = toPublicDialect(findDialect(endpoint.dialect), toWireId);
  const refusals = createRefusalMemory();
  const dependencies = { send, refusals, dialects: [dialect], loadRoutes: async () => noRoutes };
  const cache = options.openCache(toListCacheName(name));
  const isLocal = isLoopback(new URL(endpoint.url).hostname);

  let loading: Promise<Catalogue> | undefined;

  /** Callers that come while the list is on its way share it. */
  function fetchCatalogue({ fresh }: { fresh: boolean }): Promise<Catalogue> {
    loading ??= fetchEndpointModels(endpoint, { ...options, send: sendForList, cache }, { fresh })
      .then((catalogue) => ({ ...catalogue, endpoints: [name] }))
      .finally(() => {
        loading = undefined;
      });
    return loading;
  }

  /** An endpoint without a list may have the model all the same. */
  async function findNamed(wanted: string): Promise<Model> {
    const asGiven = createCustomModel(endpoint, toWireId(wanted));
    let catalogue: Catalogue;
    try {
      catalogue = await fetchCatalogue({ fresh: false });
    } catch (error) {
      if (!(error instanceof CliError) || error.code === 'network' || Number(error.details.status) === 401)
        throw error;
      options.onNotice(`${name} does not list its models, so ${asGiven.id} is asked without a check.`);
      return asGiven;
    }
    try {
      return findModel(wanted, catalogue);
    } catch (error) {
      if (catalogue.origin !== 'cache') throw toOwnWords(error, wanted, catalogue);
    }
    const renewed = await fetchCatalogue({ fresh: true });
    try {
      return findModel(wanted, renewed);
    } catch (error) {
      throw toOwnWords(error, wanted, renewed);
    }
  }

  const naming = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error) => {
      throw nameEndpoint(error, { name, isLocal });
    });

  /** Sentences of the dialects speak of Copilot. */
  const withOwnName = <Options extends { onNotice?: (sentence: string) => void }>(
    given: Options,
  ): Options => ({
    ...given,
    onNotice: (sentence: string) => given.onNotice?.(sentence.replaceAll('Copilot', name)),
  });

  async function* askInBatches(request: ChatRequest, given: AskOptions): AsyncGenerator<ChatEvent[]> {
    const answer = await naming(ask(request, withOwnName(given), dependencies));
    for await (const events of mapSteps(answer, naming)) yield bill(events).said;
  }

  return {
    ask: (request, given) => askChecked(askInBatches, request, given),
    askInBatches,
    async askNatively(call, given) {
      const spoken = { ...call, dialect: toPublicDialect(call.dialect, toWireId) };
      const reply = await naming(openNative(spoken, withOwnName(given), { send, refusals, bill }));
      return { ...reply, packets: mapSteps(reply.packets, naming) };
    },
    async fetchJson(path, body, { signal, headers }) {
      const call = { method: 'POST', purpose: 'conversation', path, body } as const;
      return readJsonReply(await send({ ...call, signal, headers }));
    },
    async prepare(request, given) {
      const prepared = await prepareRequest(request, given, dependencies);
      return { ...prepared, body: toObject(adapt(prepared.body, endpoint.request)) };
    },
    fetchCatalogue,
    findBilling: async () => unbilled,
    async chooseModel(wanted = '') {
      const model = await findNamed(wanted);
      checkAnswers(model);
      return { model, origin: 'flag' };
    },
  };
}

/** Without the hint about plans and organisations. */
function toOwnWords(error: unknown, wanted: string, { models }: Catalogue): unknown {
  if (!(error instanceof CliError) || error.code !== 'model' || error.details.candidates !== undefined)
    return error;
  const unknown = createUnknownModelError(
    wanted,
    models.map(({ id }) => id),
  );
  const [endpoint = ''] = wanted.split('/');
  unknown.hint = [
    advise`See what ${endpoint} has: ${run(`endpoints test ${endpoint}`)}`,
    advise`If it has more than it lists, name them: ${run(`endpoints add ${endpoint} --model ID`)}`,
  ];
  return unknown;
}

/** An endpoint may count credits of its own: they are not those of a Copilot account. */
const bill: Bill = (events) => ({ said: events.map(withoutCredits) });

function withoutCredits(event: ChatEvent): ChatEvent {
  if (event.type !== 'usage') return event;
  const { estimatedCredits: _, premiumRequests: __, ...usage } = event.usage;
  return { type: 'usage', usage: { ...usage, credits: undefined } };
}

/** The same items, with each step as `change` has it. Costs less than a generator. */
function mapSteps<T>(
  items: AsyncIterable<T>,
  change: <R>(step: Promise<R>) => Promise<R>,
): AsyncIterableIterator<T> {
  const iterator = items[Symbol.asyncIterator]();
  return {
    next: () => change(iterator.next()),
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The clients of the person's endpoints, one for each entry as long as it stays the same. */
export function createEndpointClients(
  file: JsonFile,
  options: EndpointClientOptions,
): { find(name: string): ModelClient } {
  const endpoints = createEndpointFile(file);
  const known = new Map<string, { entry: string; client: ModelClient }>();
  return {
    find(name) {
      const entry = JSON.stringify(endpoints.readEntry(name));
      const found = known.get(name);
      if (found?.entry === entry) return found.client;
      const client = createEndpointClient(endpoints.find(name), options);
      known.set(name, { entry, client });
      return client;
    },
  };
}
