import type { CopilotSession, CopilotTokens } from '../auth/copilot-tokens.ts';
import { fetchAccountName, fetchCopilotUser } from '../auth/github-api.ts';
import { readModelAliases } from '../config/model-aliases.ts';
import type { Settings } from '../config/settings.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import type { Upstream } from '../dialects/dialect.ts';
import { toInitiator } from '../dialects/initiator.ts';
import { UpstreamError } from '../errors.ts';
import type { Http } from '../http/http.ts';
import { toObject, toText } from '../json-value.ts';
import { type Account, parseAccount } from './account.ts';
import { addAdvice } from './advice.ts';
import { type AskOptions, ask, prepareRequest, type RouteMemory } from './ask.ts';
import { createAccountBilling, createBill, toBilledCatalogue } from './billing.ts';
import { type CatalogueOptions, fetchCatalogue } from './catalogue.ts';
import { askChecked } from './check-answer.ts';
import type { Identity } from './identity.ts';
import { createUnlistedModel, type Model } from './model.ts';
import { checkAnswers, chooseModel, expandAlias, findModel, namesLostEndpoint } from './model-choice.ts';
import type { ModelClient } from './model-client.ts';
import { type Catalogue, createBuiltinCatalogue } from './model-list.ts';
import { openNative } from './native.ts';
import { createRefusalMemory } from './refused-fields.ts';
import { sendToCopilot } from './send.ts';
import { readJsonReply, type Send } from './service.ts';

export type CopilotClient = ModelClient & {
  /** Whether a prompt to the model of this name, or to the setting's or the service's, needs a sign-in. */
  needsSignIn(name: string | undefined): Promise<boolean>;
  /** The session to ask with. Throws what the token exchange throws. */
  getSession(): Promise<CopilotSession>;
  /** The account behind the GitHub token. Throws AuthenticationError if the token is refused. */
  fetchAccount(): Promise<Account>;
};

type CopilotClientOptions = Omit<CatalogueOptions, 'tokens'> & {
  http: Http;
  tokens: CopilotTokens;
  identity: Identity;
  settings: Settings;
  dialects: readonly Upstream[];
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
