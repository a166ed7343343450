import { readModelAliases } from '../config/model-aliases.ts';
import type { Settings } from '../config/settings.ts';
import { askChecked } from '../copilot/check-answer.ts';
import type { CopilotClient } from '../copilot/client.ts';
import type { Model } from '../copilot/model.ts';
import {
  checkAnswers,
  checkEndpoint,
  expandAlias,
  findModel,
  namesLostEndpoint,
} from '../copilot/model-choice.ts';
import type { ModelClient } from '../copilot/model-client.ts';
import type { Catalogue } from '../copilot/model-list.ts';
import { findEndpointName } from '../copilot/model-spelling.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import { AuthenticationError, CliError, describeError } from '../errors.ts';
import { advise, modelList } from '../hint.ts';

export type JoinOptions = {
  settings: Settings;
  /** The names of the person's endpoints; no module is loaded for them. */
  listEndpoints(): string[];
  /** The client of an endpoint. Throws CliError `config` if its entry is not valid. */
  connect(endpoint: string): Promise<ModelClient>;
};

/** Copilot and the endpoints of the person as one client: the model decides who is asked, and nobody else hears of it. */
export function joinClients(copilot: CopilotClient, options: JoinOptions): CopilotClient {
  const { settings, listEndpoints, connect } = options;

  const findOwner = async ({ custom }: Model): Promise<ModelClient> =>
    custom === undefined ? copilot : connect(custom.endpoint);

  const toWanted = (name: string | undefined): string | undefined => {
    const wanted = name ?? settings.get('model').value;
    return wanted && expandAlias(wanted, readModelAliases(settings));
  };

  /** For the words of another failure, which a file that cannot be read must not hide. */
  const listReadableEndpoints = (): string[] => {
    try {
      return listEndpoints();
    } catch {
      return [];
    }
  };

  /** A name without a slash is Copilot's to find, so that no file is read for it. */
  const findEndpoint = (wanted: string | undefined): string | undefined =>
    wanted?.includes('/') ? findEndpointName(wanted, listEndpoints()) : undefined;

  async function* askInBatches(...[request, given]: Parameters<ModelClient['askInBatches']>) {
    const owner = await findOwner(given.model);
    yield* owner.askInBatches(request, given);
  }

  async function fetchAll(how: { fresh: boolean; billed?: boolean }): Promise<Catalogue> {
    let endpoints: string[];
    try {
      endpoints = listEndpoints();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return { ...(await copilot.fetchCatalogue(how)), problems: [`${error.message}.`] };
    }
    if (endpoints.length === 0) return copilot.fetchCatalogue(how);
    const [own, ...others] = await Promise.all([
      fetchCopilots(how),
      ...endpoints.map((name) => fetchOne(name, how)),
    ]);
    const all = [own, ...others];
    return {
      ...own,
      models: all.flatMap(({ models }) => models),
      problems: all.flatMap(({ problems = [] }) => problems),
      endpoints,
    };
  }

  /** Nobody needs an account at GitHub to use an endpoint. */
  async function fetchCopilots(how: { fresh: boolean; billed?: boolean }): Promise<Catalogue> {
    try {
      return await copilot.fetchCatalogue(how);
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      const problem = error.isSignedOut
        ? 'Nobody is signed in to GitHub, so the models of Copilot are left out.'
        : `The models of Copilot are left out: ${describeError(error).message}.`;
      return { models: [], unreadable: 0, origin: 'endpoints', fetchedAt: undefined, problems: [problem] };
    }
  }

  /** One that does not answer hides no other. */
  async function fetchOne(
    name: string,
    how: { fresh: boolean },
  ): Promise<Pick<Catalogue, 'models' | 'problems'>> {
    try {
      return await (await connect(name)).fetchCatalogue(how);
    } catch (error) {
      if (!(error instanceof CliError) || error.code === 'interrupted') throw error;
      return {
        models: [],
        problems: [`The models of ${name} are left out: ${describeError(error).message}.`],
      };
    }
  }

  /** Somebody who has endpoints need not sign in. */
  async function withOtherWay<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof AuthenticationError && listReadableEndpoints().length > 0)
        error.addHint(advise`Or ask a model of an endpoint; see: ${modelList}`);
      throw error;
    }
  }

  return {
    ...copilot,
    getSession: () => withOtherWay(copilot.getSession()),
    async chooseModel(name) {
      const wanted = toWanted(name);
      const endpoint = findEndpoint(wanted);
      if (endpoint !== undefined) {
        const { model } = await (await connect(endpoint)).chooseModel(wanted);
        return { model, origin: name === undefined ? 'setting' : 'flag' };
      }
      try {
        return await withOtherWay(copilot.chooseModel(name));
      } catch (error) {
        if (wanted !== undefined && error instanceof AuthenticationError)
          checkEndpoint(wanted, wanted.includes('/') ? listEndpoints() : []);
        if (wanted === undefined || !isUnknownModel(error) || listReadableEndpoints().length === 0)
          throw error;
        const model = findModel(wanted, await fetchAll({ fresh: false }));
        checkAnswers(model);
        return { model, origin: name === undefined ? 'setting' : 'flag' };
      }
    },
    async needsSignIn(name) {
      const wanted = toWanted(name);
      if (!wanted?.includes('/')) return true;
      const endpoints = listEndpoints();
      return findEndpointName(wanted, endpoints) === undefined && !namesLostEndpoint(wanted, endpoints);
    },
    fetchCatalogue: async (how) => ({ ...(await fetchAll(how)), aliases: readModelAliases(settings) }),
    findBilling: async (model) =>
      model?.custom === undefined ? copilot.findBilling() : (await findOwner(model)).findBilling(model),
    ask: (request, given) =>
      given.model.custom === undefined
        ? copilot.ask(request, given)
        : askChecked(askInBatches, request, given),
    askInBatches: (request, given): AsyncGenerator<ChatEvent[]> =>
      given.model.custom === undefined ? copilot.askInBatches(request, given) : askInBatches(request, given),
    askNatively: async (call, given) => (await findOwner(given.model)).askNatively(call, given),
    fetchJson: async (path, body, given) => (await findOwner(given.model)).fetchJson(path, body, given),
    prepare: async (request, given) => (await findOwner(given.model)).prepare(request, given),
  };
}

function isUnknownModel(error: unknown): boolean {
  return error instanceof CliError && error.code === 'model' && error.details.nearest !== undefined;
}
