import { CliError } from '../errors.ts';
import { advise, modelList, run } from '../hint.ts';
import { findNearest, rankByLikeness } from '../nearest.ts';
import type { Model } from './model.ts';
import { type Catalogue, listOffered, mayNameNone } from './model-list.ts';
import {
  findEndpointName,
  findModelId,
  hasWholeNumbers,
  hasWord,
  isVendor,
  toComparable,
  toParts,
} from './model-spelling.ts';
import { whyMissing } from './upstream-error.ts';

/** The origin of the choice: a flag, the setting, or the service's suggestion. */
export type ModelOrigin = 'flag' | 'setting' | 'service';

export type ModelChoice = { model: Model; origin: ModelOrigin };

/** The endpoints that this program can talk to, in no order. */
const spokenEndpoints = ['/chat/completions', '/responses', '/v1/messages'];

const featuresPage = 'https://github.com/settings/copilot/features';

export function isAnswering(model: Model): boolean {
  return findProblem(model) === undefined;
}

/** Why a model would not answer a prompt now, in two words; undefined if it would. */
export function describeState(model: Model): string | undefined {
  if (model.kind !== 'chat') return `${model.kind} only`;
  if (model.policy === 'disabled') return 'switched off';
  if (model.policy === 'unconfigured') return 'not switched on';
  return isAnswering(model) ? undefined : 'not available yet';
}

/**
 * The model of that name or alias, or the only one that can answer and has the name as a part. Throws CliError `model` if there is none, there are
 * several, or the name begins with an endpoint that there is not, and `forbidden` if the only one with that part cannot be used. A model that is
 * named in full may be unable to answer.
 */
export function findModel(
  given: string,
  catalogue: Pick<Catalogue, 'models' | 'endpoints' | 'aliases'>,
): Model {
  const name = expandAlias(given, catalogue.aliases);
  const models = listMeant(name, catalogue);
  const found = findByName(name, models);
  if (found) return found;
  checkEndpoint(name, catalogue.endpoints);
  const having = listByPart(name, models.filter(isAnswering));
  if (having.length > 1) throw createAmbiguousError(name, having);
  const [only, ...others] = listByPart(
    name,
    models.filter(({ kind }) => kind === 'chat'),
  );
  if (only && others.length === 0 && hasWholeNumbers(name, only)) checkAnswers(only);
  throw createUnknownModelError(name, rankIds(models));
}

/** The model that an alias of the person means; any other name stays. */
export function expandAlias(name: string, aliases: ReadonlyMap<string, string> | undefined): string {
  return aliases?.get(name.trim().toLowerCase()) ?? name;
}

/** The models that a name can mean: no other service is asked for one that begins with the name of an endpoint of the person. */
export function listMeant(
  name: string,
  { models, endpoints = [] }: Pick<Catalogue, 'models' | 'endpoints'>,
): readonly Model[] {
  const endpoint = findEndpointName(name, endpoints);
  return endpoint === undefined ? models : models.filter(({ custom }) => custom?.endpoint === endpoint);
}

/** Whether a name begins with an endpoint that there is not: no other service may be asked for its model instead. */
export function namesLostEndpoint(name: string, endpoints: readonly string[] = []): boolean {
  const [first, ...rest] = name.trim().toLowerCase().split('/');
  return rest.length > 0 && !isVendor(first ?? '') && findEndpointName(name, endpoints) === undefined;
}

/** Throws CliError `model` if a name begins with an endpoint that there is not. */
export function checkEndpoint(name: string, endpoints: readonly string[] = []): void {
  if (!namesLostEndpoint(name, endpoints)) return;
  const endpoint = shorten(name.trim().split('/')[0] ?? '');
  const adding = /^[a-z][a-z0-9-]*$/i.test(endpoint)
    ? advise`Add it: ${run(`endpoints add ${endpoint.toLowerCase()} --url URL`)}`
    : 'A model of an endpoint is named ENDPOINT/MODEL.';
  const lost = endpoint === '' ? '' : `no endpoint ${endpoint}, and `;
  throw new CliError('model', `there is ${lost}no model ${shorten(name)}`, {
    hint: [adding, advise`See all models: ${modelList}`],
    details: { model: shorten(name), endpoint },
  });
}

/** The model with this name in any spelling, or the only one that has it as a part. Parts match only models that `fits` accepts. */
export function findByName(
  name: string,
  models: readonly Model[],
  fits: (model: Model) => boolean = isAnswering,
): Model | undefined {
  const id = findModelId(
    name,
    models.map((model) => model.id),
  );
  if (id !== undefined) return models.find((model) => model.id === id);
  const [only, ...others] = listByPart(name, models.filter(fits));
  return only && others.length === 0 && hasWholeNumbers(name, only) ? only : undefined;
}

/** The models in whose ids a word begins with each word of the name. Hidden ones only if no listed one does. A name with a slash has parts only after an endpoint. */
export function listByPart(name: string, models: readonly Model[]): Model[] {
  const words = toParts(name, models);
  if (words.length === 0) return [];
  const having = models.filter(({ id }) => words.every((word) => hasWord(toComparable(id), word)));
  const offered = listOffered(models);
  const listed = having.filter((model) => offered.includes(model));
  return listed.length > 0 ? listed : having;
}

/** Throws CliError `model` or `forbidden` if the model cannot answer a prompt. */
export function checkAnswers(model: Model): void {
  const problem = findProblem(model);
  if (problem) throw problem;
}

/**
 * The model if none is named: the service's default if we speak its dialect, else its fallback, else the first listed one, else `auto`,
 * because some accounts may not name models. Throws CliError `model` if the account has none.
 */
export function chooseModel({ models }: Catalogue): Model {
  const answering = models.filter((model) => !model.isAuto && !model.custom && isAnswering(model));
  const auto = models.find(({ isAuto }) => isAuto);
  const named =
    answering.find((model) => model.serviceDefault) ??
    answering.find((model) => model.serviceFallback) ??
    answering.find((model) => model.listed) ??
    answering[0];
  const chosen = auto && (!named || mayNameNone(models)) ? { ...auto, standIn: named } : named;
  if (!chosen) {
    throw new CliError('model', 'the account has no model that can answer', {
      hint: advise`See ${featuresPage}, and: ${run('models --all')}`,
    });
  }
  return chosen;
}

/** Models to suggest instead of `except`: those that answer, preferably listed ones. */
export function listAlternatives({ models }: Catalogue, except: string): Model[] {
  const others = models.filter((model) => model.id !== except && !model.isAuto && isAnswering(model));
  return others.some(({ listed }) => listed) ? others.filter(({ listed }) => listed) : others;
}

function findProblem(model: Model): CliError | undefined {
  if (model.kind !== 'chat') {
    return new CliError('model', `${model.id} cannot chat: it is a model for ${model.kind}`, {
      hint: advise`Choose one of: ${modelList}`,
    });
  }
  if (model.policy === 'disabled' || model.policy === 'unconfigured') {
    const state = model.policy === 'disabled' ? 'switched off' : 'not switched on yet';
    return new CliError('forbidden', `${model.id} is ${state} for this account`, {
      hint: `Switch it on at ${featuresPage}, or ask the owner of your organisation.`,
    });
  }
  if (!model.endpoints.some((endpoint) => spokenEndpoints.includes(endpoint)))
    return createUnspokenError(model);
  return undefined;
}

/** The error for a model that answers on none of the endpoints that this program can talk to. */
export function createUnspokenError({ id, endpoints }: Model): CliError {
  return new CliError(
    'model',
    `${id} answers on ${endpoints.join(' and ')} only, which this version cannot talk to`,
    {
      hint: advise`Choose one of: ${modelList}`,
    },
  );
}

/** Ids that can be used, and higher versions, come first, so that they win among equally near names. */
function rankIds(models: readonly Model[]): string[] {
  const byVersion = (a: Model, b: Model): number => b.id.localeCompare(a.id, 'en', { numeric: true });
  return [...models]
    .sort((a, b) => Number(isAnswering(b)) - Number(isAnswering(a)) || byVersion(a, b))
    .map(({ id }) => id);
}

const shownNameLength = 100;
const shownCandidates = 6;

function shorten(name: string): string {
  return name.length <= shownNameLength ? name : `${name.slice(0, shownNameLength - 1)}…`;
}

function createAmbiguousError(name: string, models: readonly Model[]): CliError {
  const ids = models.map(({ id }) => id);
  const more = ids.length - shownCandidates;
  const list = ids.slice(0, shownCandidates).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return new CliError('model', `"${shorten(name)}" is a part of ${ids.length} models: ${list}`, {
    hint: advise`See all of them: ${modelList}`,
    details: { model: shorten(name), candidates: ids },
  });
}

/** The error for a name that no model has: it names up to three that are near it or of its family, to choose from. No request has been sent. */
export function createUnknownModelError(name: string, ids: readonly string[]): CliError {
  const near = new Set(findNearest(name, ids, ids.length));
  const family = toFamily(name);
  const isMeant = (id: string): boolean => near.has(id) || (family !== undefined && toFamily(id) === family);
  const nearest = rankByLikeness(name, ids).filter(isMeant).slice(0, 3);
  const others =
    nearest.length === 0 ? '' : `; the nearest ${nearest.length === 1 ? 'is' : 'are'} ${nearest.join(', ')}`;
  const shown = shorten(name);
  return new CliError('model', `there is no model ${shown}${others}`, {
    hint: advise`See all of them: ${modelList}. ${whyMissing}`,
    details: { model: shown, nearest },
  });
}

/** The word that a name begins with: `gpt` of `gpt-9`. */
function toFamily(name: string): string | undefined {
  return /^[a-z]{2,}/i.exec(name.trim())?.[0].toLowerCase();
}
