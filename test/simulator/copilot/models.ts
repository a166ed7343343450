import { plans } from '../github/plans.ts';
import { isRecord } from '../json.ts';
import type { RecordedRequest } from '../recorded-request.ts';
import { type Reply, toErrorReply, toJsonReply, toPlainReply } from '../reply.ts';
import type { World } from '../world.ts';
import { identifyBearer } from './bearer.ts';
import {
  type CatalogueEntry,
  findModel,
  isModelEntry,
  type ModelBilling,
  type ModelEntry,
} from './model-entry.ts';
import { createServiceError } from './service-error.ts';

/** GET /models */
export function listModels(request: RecordedRequest, world: World): Reply {
  const bearer = identifyBearer(request, world);
  // protocol: fine-grained tokens may chat, but not list models.
  if (bearer.kind === 'github_pat') {
    return toPlainReply(400, 'Personal Access Tokens are not supported for this endpoint');
  }
  const data = world.state.catalogue.map((entry) => toWireEntry(entry, request, world));
  return toJsonReply({ data, object: 'list' });
}

/** GET /models/:id */
export function showModel(request: RecordedRequest, world: World, id = ''): Reply {
  const model = findModel(world.state.catalogue, id);
  if (model === undefined) return toErrorReply(404, createServiceError('', 'not_found'));
  return toJsonReply(toWireEntry(model, request, world));
}

/** POST /models/:id/policy */
export function changePolicy(request: RecordedRequest, world: World, id = ''): Reply {
  const model = findModel(world.state.catalogue, id);
  if (model === undefined) return toErrorReply(404, createServiceError('', 'not_found'));
  if (world.state.account.policiesManaged) return toPlainReply(403, 'forbidden: managed by the organization');
  const body = isRecord(request.body) ? request.body : {};
  // protocol: one official client says `state`, another `status`.
  if ((body.state ?? body.status) !== 'enabled') {
    return toErrorReply(400, createServiceError('invalid policy state', 'invalid_request_body'));
  }
  model.policy = { terms: '', ...model.policy, state: 'enabled' };
  return toJsonReply({ state: 'enabled' });
}

/** The entry as this API version sees it: prices and lists of warnings, or multipliers and one warning. */
export function toWireEntry(entry: CatalogueEntry, request: RecordedRequest, world: World): unknown {
  if (!isModelEntry(entry)) return entry;
  const { account, gate, pickerDisabled } = world.state;
  const isPriced = (request.headers['x-github-api-version'] ?? '') >= gate.pricedApiVersion;
  const wire: ModelEntry = { ...entry };
  if (pickerDisabled || plans[account.plan].isAutoOnly) wire.model_picker_enabled = false;
  if (entry.billing)
    wire.billing = isPriced
      ? toPricedBilling(entry)
      : toMultiplierBilling(entry, plans[account.plan].hasCredits);
  delete wire[isPriced ? 'warning_message' : 'warning_messages'];
  if (!isPriced) delete wire.model_picker_price_category;
  return wire;
}

function toPricedBilling({ billing }: ModelEntry): ModelBilling {
  const { is_premium, multiplier, restricted_to, ...priced } = billing ?? {};
  return priced;
}

/** protocol: for accounts that are billed by tokens the multiplier is a constant. */
function toMultiplierBilling({ billing }: ModelEntry, hasCredits: boolean): ModelBilling {
  const { token_prices, promo, ...multiplied } = billing ?? {};
  return hasCredits ? { ...multiplied, multiplier: 1 } : multiplied;
}
