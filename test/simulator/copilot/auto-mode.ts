import { randomBytes } from 'node:crypto';
import type { RecordedRequest } from '../recorded-request.ts';
import { type Reply, toErrorReply, toJsonReply, toPlainReply } from '../reply.ts';
import type { World } from '../world.ts';
import { findModel, isModelEntry } from './model-entry.ts';
import { toWireEntry } from './models.ts';
import { createServiceError } from './service-error.ts';

/** POST /models/session */
export function openAutoSession(_request: RecordedRequest, world: World): Reply {
  const { auto, catalogue } = world.state;
  if (!auto.available) return refuseAuto();
  const chat = catalogue.filter(isModelEntry).filter((model) => model.capabilities.type === 'chat');
  return toJsonReply({
    available_models: chat.map((model) => model.id),
    selected_model: auto.model,
    discounted_costs: { [auto.model]: auto.discount },
    ...issueSession(world),
  });
}

/** POST /auto */
export function chooseModel(request: RecordedRequest, world: World): Reply {
  const { auto, catalogue } = world.state;
  const model = findModel(catalogue, auto.model);
  if (!auto.available || model === undefined) return refuseAuto();
  return toJsonReply({
    selected_model: toWireEntry(model, request, world),
    hydra_scores: {},
    discounted_costs: { [auto.model]: auto.discount },
    ...issueSession(world),
  });
}

/** protocol: a session token that is unknown or too old is a 401 in plain text. */
export function refuseSession(request: RecordedRequest, world: World): Reply | undefined {
  const token = request.headers['copilot-session-token'];
  if (token === undefined) return undefined;
  const expiresAt = world.ledger.autoSessions.get(token) ?? 0;
  return world.state.now() < expiresAt ? undefined : toPlainReply(401, 'Invalid auto-mode selector');
}

function issueSession(world: World) {
  const token = `eyJ${randomBytes(48).toString('base64url')}`;
  const expiresAt = world.state.now() + world.state.auto.lifetime * 1000;
  world.ledger.autoSessions.set(token, expiresAt);
  return { session_token: token, expires_at: Math.floor(expiresAt / 1000) };
}

function refuseAuto(): Reply {
  return toErrorReply(404, createServiceError('', 'not_found'));
}
