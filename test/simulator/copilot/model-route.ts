import { createScript, type Script } from '../answer/script.ts';
import { createQuotaHeaders, plans } from '../github/plans.ts';
import { isRecord, type JsonRecord } from '../json.ts';
import type { RecordedRequest } from '../recorded-request.ts';
import { type Reply, type ReplyStream, toJsonReply, toPlainReply } from '../reply.ts';
import type { World } from '../world.ts';
import { refuseSession } from './auto-mode.ts';
import { checkVisionHeader } from './images.ts';
import { findRefusal, type ModelCall, type Rule } from './model-call.ts';
import { findModel, type ModelEntry } from './model-entry.ts';
import { refuseAccount, refuseEndpoint, refuseModel, refusePolicy } from './model-rules.ts';
import { refuseBody } from './service-error.ts';

/** One public wire format: what it refuses and how it answers. */
export type SimulatedDialect = {
  endpoint: string;
  rules: Rule[];
  stream(call: ModelCall, script: Script): ReplyStream;
  answer(call: ModelCall, script: Script): JsonRecord;
};

// protocol: the order in which the service looks, before it reads the rest of a body.
const commonRules: Rule[] = [refuseEndpoint, refusePolicy, refuseAccount];

/** The route of a dialect: refuses what the service refuses, or answers as the state scripts it. */
export function createModelRoute(dialect: SimulatedDialect) {
  return async (request: RecordedRequest, world: World): Promise<Reply> => {
    const call = toModelCall(request, world, dialect.endpoint);
    if ('refusal' in call) return call.refusal;
    const refusal = findRefusal([...commonRules, ...dialect.rules], call);
    if (refusal !== undefined) return refusal;
    countInitiator(call);
    const { script, firstDelayMs } = await createScript(call);
    const reply =
      call.body.stream === true
        ? { status: 200, stream: dialect.stream(call, script) }
        : toJsonReply(dialect.answer(call, script));
    return { ...reply, waitMs: firstDelayMs, headers: chooseQuotaHeaders(world) };
  };
}

type PlainRoute = { endpoint: string; rules: Rule[]; answer(call: ModelCall): JsonRecord };

/** A route that calls a model for something else than an answer. */
export function createPlainRoute({ endpoint, rules, answer }: PlainRoute) {
  return (request: RecordedRequest, world: World): Reply => {
    const call = toModelCall(request, world, endpoint);
    if ('refusal' in call) return call.refusal;
    return findRefusal([...commonRules, ...rules], call) ?? toJsonReply(answer(call));
  };
}

/** A call of a model that exists, or the refusal of everything that comes before the model. */
function toModelCall(
  request: RecordedRequest,
  world: World,
  endpoint: string,
): ModelCall | { refusal: Reply } {
  const { body } = request;
  if (request.bodyBytes > world.state.gate.maxBodyBytes) {
    return { refusal: toPlainReply(413, 'Request Entity Too Large') };
  }
  if (!isRecord(body)) return { refusal: refuseBody('failed to parse request') };
  const refusal = refuseSession(request, world) ?? checkVisionHeader(request.headers, body);
  if (refusal !== undefined) return { refusal };
  const model = chooseEntry(body, world, endpoint);
  return model === undefined ? { refusal: refuseModel() } : { request, world, body, model, endpoint };
}

/** protocol: without a model, the service chooses, on one endpoint; some plans may name none. */
function chooseEntry(body: JsonRecord, world: World, endpoint: string): ModelEntry | undefined {
  const { account, auto, catalogue } = world.state;
  if ('model' in body) return plans[account.plan].isAutoOnly ? undefined : findModel(catalogue, body.model);
  return auto.available && endpoint === '/chat/completions' ? findModel(catalogue, auto.model) : undefined;
}

function countInitiator({ request, world }: ModelCall): void {
  const initiator = request.headers['x-initiator'];
  world.ledger.initiator[initiator === 'user' || initiator === 'agent' ? initiator : 'none'] += 1;
}

function chooseQuotaHeaders({ state }: World): Record<string, string> {
  return state.quotaHeaders === 'plan' ? createQuotaHeaders(state.account.plan) : state.quotaHeaders;
}
