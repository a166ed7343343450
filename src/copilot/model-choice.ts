import { CliError } from '../errors.ts';
import { advise, modelList, run } from '../hint.ts';
import { mayNameNone } from './auto-model.ts';
import type { Catalogue } from './catalogue.ts';
import type { Model } from './model.ts';
import { createUnknownModelError, findModelId } from './model-name.ts';
import { createUnspokenError } from './routing.ts';

/** Who chose the model: a flag, the setting, or this program from what the service suggests. */
export type ModelOrigin = 'flag' | 'setting' | 'service';

export type ModelChoice = { model: Model; origin: ModelOrigin };

/** The endpoints that this program can talk to, in no order. */
const spokenEndpoints = ['/chat/completions', '/responses', '/v1/messages'];

const featuresPage = 'https://github.com/settings/copilot/features';

export function isAnswering(model: Model): boolean {
  return findProblem(model) === undefined;
}

/** Why a model would not answer a prompt now, in two words; undefined where it would. */
export function describeState(model: Model): string | undefined {
  if (model.kind !== 'chat') return `${model.kind} only`;
  if (model.policy === 'disabled') return 'switched off';
  if (model.policy === 'unconfigured') return 'not switched on';
  return isAnswering(model) ? undefined : 'not yet here';
}

/** The model of that name. Throws CliError `model` or `forbidden` before any request is made where it cannot answer. */
export function findModel(name: string, { models }: Catalogue): Model {
  const id = findModelId(
    name,
    models.map((model) => model.id),
  );
  const model = models.find((candidate) => candidate.id === id);
  if (!model) throw createUnknownModelError(name, rankIds(models));
  return model;
}

/** Throws CliError `model` or `forbidden` where the model cannot answer a prompt. */
export function checkAnswers(model: Model): void {
  const problem = findProblem(model);
  if (problem) throw problem;
}

/**
 * The model to use where nobody named one: the service's default if this program can talk to it, else its fallback, else the
 * first listed one. Where none is listed, Copilot chooses: the account may be one that may name none. Throws CliError `model` where the account has none.
 */
export function chooseModel({ models }: Catalogue): Model {
  const answering = models.filter((model) => !model.isAuto && isAnswering(model));
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

/** The models to name to somebody who may choose another than `except`: those that answer, the listed ones where there are any. */
export function listAlternatives({ models }: Catalogue, except: string): Model[] {
  const others = models.filter((model) => model.id !== except && !model.isAuto && isAnswering(model));
  return others.some(({ listed }) => listed) ? others.filter(({ listed }) => listed) : others;
}

function findProblem(model: Model): CliError | undefined {
  if (model.kind !== 'chat') {
    return new CliError('model', `${model.id} does not chat: it is a model for ${model.kind}`, {
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

/** Ids that can be used come first, so that they win among equally near names. */
function rankIds(models: Model[]): string[] {
  return [...models].sort((a, b) => Number(isAnswering(b)) - Number(isAnswering(a))).map((model) => model.id);
}
