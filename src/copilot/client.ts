import type { CopilotSession } from '../auth/copilot-tokens.ts';
import { fetchAccountName, fetchCopilotUser } from '../auth/github-api.ts';
import type { CacheFile } from '../config/cache-file.ts';
import { readModelAliases } from '../config/model-aliases.ts';
import type { Settings } from '../config/settings.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import type { Upstream } from '../dialects/dialect.ts';
import { toInitiator } from '../dialects/initiator.ts';
import { CliError, UpstreamError } from '../errors.ts';
import { toObject, toText } from '../json-value.ts';
import { type Account, parseAccount } from './account.ts';
import { addAdvice } from './advice.ts';
import { type AskOptions, ask, prepareRequest, type RouteMemory } from './ask.ts';
import { createAccountBilling, createBill, toBilledCatalogue } from './billing.ts';
import { askChecked } from './check-answer.ts';
import { createUnlistedModel, type Model } from './model.ts';
import { checkAnswers, chooseModel, expandAlias, findModel, namesLostEndpoint } from './model-choice.ts';
import type { ModelClient } from './model-client.ts';
import { type Catalogue, createBuiltinCatalogue, readCached, readEntries } from './model-list.ts';
import { openNative } from './native.ts';
import { createRefusalMemory } from './refused-fields.ts';
import { type SendOptions, sendToCopilot } from './send.ts';
import { readJsonReply, type Send } from './service.ts';

export type CopilotClient = ModelClient & {
  /** Whether a prompt to the model of this name, or to the setting's or the service's, needs a sign-in. */
  needsSignIn(name: string | undefined): Promise<boolean>;
  /** The session to ask with. Throws what the token exchange throws. */
  getSession(): Promise<CopilotSession>;
  /** The account behind the GitHub token. Throws AuthenticationError if the token is refused. */
  fetchAccount(): Promise<Account>;
};

type CopilotClientOptions = SendOptions & {
  settings: Settings;
  dialects: readonly Upstream[];
  /** Where the catalogue of one account at one API base is kept. */
  openCache: (name: string) => CacheFile;
  now: () => number;
  signal: AbortSignal;
  onNotice: (sentence: string) => void;
  /** Shows what the caller waits for. Returns the function that ends it. */
  beginStep?: (label: string) => () => void;
};

export function createCopilotClient(options: CopilotClientOptions): CopilotClient {
  const { http, identity, signal } = options;
  const send: Send = (request) => sendToCopilot(request, options);
  const refusals = createRefusalMemory();
  const loading = new Map<boolean, Promise<Catalogue>>();

  /** Callers that come while the list is on its way share it. */
  function loadCatalogue({ fresh }: { fresh: boolean }): Promise<Catalogue> {
    const shared = loading.get(fresh);
    if (shared) return shared;
    const catalogue = fetchCatalogue(options, { fresh }).finally(() => loading.delete(fresh));
    loading.set(fresh, catalogue);
    return catalogue;
  }

  /** Learnt endpoints are stored for the account, with the catalogue that was wrong. */
  async function loadRoutes(): Promise<RouteMemory> {
    const file = options.openCache(`routes-${(await options.tokens.getSession()).key}`);
    return {
      find: (model) => toText(toObject(file.read())[model]),
      remember: (model, path) => file.write({ ...toObject(file.read()), [model]: path }),
    };
  }

  /** An account that cannot list the models may still know a model's name. */
  async function findNamed(name: string): Promise<Model> {
    const catalogue = await loadCatalogue({ fresh: false }).catch((error) => {
      if (!(error instanceof UpstreamError) || error.code === 'auth_required') throw error;
      options.onNotice(
        `The list of models cannot be fetched, so ${name} is asked without a check: ${error.message}`,
      );
      return createBuiltinCatalogue();
    });
    try {
      return findModel(name, catalogue);
    } catch (error) {
      if (catalogue.origin === 'builtin' && !namesLostEndpoint(name)) return createUnlistedModel(name);
      if (catalogue.origin !== 'cache') throw error;
      return findModel(name, await loadCatalogue({ fresh: true }));
    }
  }

  const billing = createAccountBilling({ ...options, loadCatalogue: () => loadCatalogue({ fresh: false }) });
  const findBilling = billing.find;

  async function fetchAccount(): Promise<Account> {
    const { github } = await options.tokens.getSession();
    const callOptions = { http, headers: identity.toGithubHeaders(), signal };
    const user = await fetchCopilotUser(github, callOptions);
    await billing.note(user);
    const account = parseAccount(user);
    return account.login === undefined
      ? { ...account, login: await fetchAccountName(github, callOptions) }
      : account;
  }

  async function loadBilled({
    billed = false,
    ...how
  }: {
    fresh: boolean;
    billed?: boolean;
  }): Promise<Catalogue> {
    const catalogue = await loadCatalogue(how);
    return billed ? toBilledCatalogue(catalogue, await findBilling()) : catalogue;
  }

  const advise = (error: unknown, askOptions: Pick<AskOptions, 'model' | 'signal'>): Promise<void> =>
    addAdvice(error, askOptions, {
      fetchCatalogue: () =>
        loadBilled({ fresh: false, billed: error instanceof UpstreamError && error.code === 'quota' }),
      fetchAccount,
    });

  async function* askWithAdvice(request: ChatRequest, askOptions: AskOptions): AsyncGenerator<ChatEvent[]> {
    const { model, initiator = toInitiator(request.messages) } = askOptions;
    const { standIn } = model;
    let shown = false;
    try {
      const bill = createBill({ model, initiator, findBilling });
      for await (const events of await ask(request, askOptions, { ...options, send, loadRoutes, refusals })) {
        shown = true;
        const { said, priced } = bill(events);
        if (said.length > 0) yield said;
        if (priced) yield priced;
      }
    } catch (error) {
      if (!shown && standIn && error instanceof UpstreamError && error.code === 'model') {
        askOptions.onNotice?.(`Copilot does not choose a model for this account, so ${standIn.id} answers.`);
        yield* askWithAdvice(request, { ...askOptions, model: standIn });
        return;
      }
      await advise(error, askOptions);
      throw error;
    }
  }

  return {
    fetchCatalogue: loadBilled,
    findBilling,
    needsSignIn: async () => true,
    async chooseModel(name) {
      const setting = name === undefined ? options.settings.get('model').value : undefined;
      const named = name ?? setting;
      const wanted = named && expandAlias(named, readModelAliases(options.settings));
      if (wanted === undefined) {
        return { model: chooseModel(await loadCatalogue({ fresh: false })), origin: 'service' };
      }
      const model = await findNamed(wanted);
      checkAnswers(model);
      return { model, origin: setting === undefined ? 'flag' : 'setting' };
    },
    prepare: (request, askOptions) => prepareRequest(request, askOptions, { ...options, loadRoutes }),
    ask: (request, askOptions) => askChecked(askWithAdvice, request, askOptions),
    askInBatches: askWithAdvice,
    async askNatively(call, askOptions) {
      try {
        const bill = createBill({ ...askOptions, findBilling });
        return await openNative(call, askOptions, { send, refusals, bill });
      } catch (error) {
        await advise(error, askOptions);
        throw error;
      }
    },
    async fetchJson(path, body, { signal: callSignal, headers }) {
      const call = { method: 'POST', purpose: 'conversation', path, body } as const;
      return readJsonReply(await send({ ...call, signal: callSignal, headers }));
    },
    getSession: () => options.tokens.getSession(),
    fetchAccount,
  };
}

/** How long a catalogue is good for finding a model: ids change by the month. */
const lifetimeMs = 60 * 60 * 1000;
const refusalStatuses = [400, 403, 404];

/** The account's models. Reuses a list younger than an hour unless `fresh`, and an older one, with a notice, if Copilot fails. */
async function fetchCatalogue(
  options: CopilotClientOptions,
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
    const { data: entries, error } = toObject(await response.json());
    if (!Array.isArray(entries)) throw createListError(error);
    const list = readEntries(entries);
    const isUnreadable = list.unreadable === entries.length;
    if (isUnreadable && (entries.length > 0 || error !== undefined)) throw createListError(error);
    const fetchedAt = options.now();
    // The request may have found the account on another host.
    openCatalogueCache(await options.tokens.getSession(), options).write({ fetchedAt, entries });
    return { ...list, origin: 'account', fetchedAt };
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

/** `error` is what the answer says beside the list. */
function createListError(error: unknown): CliError {
  const reason = toText(toObject(error).message) ?? toText(error);
  return new CliError('upstream', `Copilot sent no list of models${reason ? `: ${reason}` : ''}`, {
    hint: 'Try again in a minute.',
  });
}

/** Some tokens that go to Copilot directly may ask models but not list them. */
function isUnlisted(error: unknown, { access }: CopilotSession): boolean {
  return (
    access.style === 'direct' &&
    error instanceof UpstreamError &&
    refusalStatuses.includes(Number(error.details.status))
  );
}

function openCatalogueCache(
  { key, endpoint }: CopilotSession,
  { openCache }: CopilotClientOptions,
): CacheFile {
  return openCache(`models-${key}-${toHostName(endpoint.url)}`);
}

function toHostName(url: string): string {
  return new URL(url).host.replaceAll(/[^a-z0-9.-]/gi, '_');
}
