import { UpstreamError } from '../errors.ts';
import { advise, askModel, run } from '../hint.ts';
import { limitTime, untilAborted } from '../pause.ts';
import type { Account } from './account.ts';
import type { Model } from './model.ts';
import { listAlternatives } from './model-choice.ts';
import { type Catalogue, mayNameNone } from './model-list.ts';

/** Sources of advice. */
type AdviceSources = {
  fetchCatalogue(): Promise<Catalogue>;
  fetchAccount(): Promise<Account>;
};

/** The longest wait for advice. */
const patienceMs = 5_000;
const maxModels = 12;

/** Adds to a refusal what may help: other models, the plan, the renewal of the quota. Only what this account can have. */
export async function addAdvice(
  error: unknown,
  { model, signal }: { model: Model; signal: AbortSignal },
  sources: AdviceSources,
): Promise<void> {
  if (!(error instanceof UpstreamError) || (error.code !== 'model' && error.code !== 'quota')) return;
  const patience = limitTime(patienceMs, signal);
  const load = <T>(work: Promise<T>): Promise<T | undefined> =>
    untilAborted(work, patience).catch(() => undefined);
  if (error.code === 'model') {
    adviseModels(error, model, await load(sources.fetchCatalogue()));
    return;
  }
  const [account, catalogue] = await Promise.all([
    load(sources.fetchAccount()),
    load(sources.fetchCatalogue()),
  ]);
  adviseQuota(error, model, account, catalogue);
}

function adviseModels(error: UpstreamError, { id, isAuto }: Model, catalogue: Catalogue | undefined): void {
  if (!catalogue || catalogue.origin === 'builtin') return;
  if (!isAuto && mayNameNone(catalogue.models)) {
    error.details.models = ['auto'];
    error.addHint(
      advise`Some accounts, such as Free and Student ones, cannot choose a model. Let Copilot choose: ${askModel('auto')}, or always: ${run('models default auto')}`,
    );
    return;
  }
  const ids = listAlternatives(catalogue, id).map((model) => model.id);
  if (ids.length === 0) return;
  error.details.models = ids;
  const more = ids.length > maxModels ? ', …' : '';
  error.addHint(`This account has: ${ids.slice(0, maxModels).join(', ')}${more}`);
}

function adviseQuota(
  error: UpstreamError,
  { id }: Model,
  account: Account | undefined,
  catalogue: Catalogue | undefined,
): void {
  const { plan, quota } = account ?? {};
  const resetsAt = quota?.resetsAt;
  Object.assign(error.details, { plan, resets_at: resetsAt });
  if (plan !== undefined) error.addHint(`The plan is ${plan}.`);
  if (resetsAt !== undefined) error.addHint(`The quota is renewed on ${resetsAt.slice(0, 10)}.`);
  // Models included in the plan still answer when the quota is used up.
  const included = (catalogue ? listAlternatives(catalogue, id) : []).find(
    ({ serviceFallback, multiplier }) => serviceFallback || multiplier === 0,
  );
  if (included) error.addHint(advise`Ask a model that may still answer: ${askModel(included.id)}`);
}
