import { chooseModel, openAutoSession } from './copilot/auto-mode.ts';
import { chatDialect } from './copilot/chat.ts';
import { embed } from './copilot/embeddings.ts';
import { refuseAtGate } from './copilot/gate.ts';
import { countTokens, messagesDialect } from './copilot/messages.ts';
import { createModelRoute } from './copilot/model-route.ts';
import { changePolicy, listModels, showModel } from './copilot/models.ts';
import { responsesDialect } from './copilot/responses.ts';
import { createServiceError } from './copilot/service-error.ts';
import { showCopilotUser, showUser } from './github/account.ts';
import { issueDeviceCode, pollDeviceCode } from './github/device-flow.ts';
import { toRestError } from './github/github-auth.ts';
import { exchangeToken } from './github/token-exchange.ts';
import type { HostName, RecordedRequest } from './recorded-request.ts';
import { type Reply, toErrorReply, toJsonReply, toPlainReply } from './reply.ts';
import type { World } from './world.ts';

/** Answers a request; `parameter` is what the path names, such as a model id. */
type Handler = (request: RecordedRequest, world: World, parameter?: string) => Reply | Promise<Reply>;

type Route = { method: string; path: string | RegExp; handle: Handler };

const serverRoutes: Route[] = [
  { method: 'POST', path: '/login/device/code', handle: issueDeviceCode },
  { method: 'POST', path: '/login/oauth/access_token', handle: pollDeviceCode },
];

const apiRoutes: Route[] = [
  { method: 'GET', path: '/user', handle: showUser },
  { method: 'GET', path: '/copilot_internal/user', handle: showCopilotUser },
  { method: 'GET', path: '/copilot_internal/v2/token', handle: exchangeToken },
];

const copilotRoutes: Route[] = [
  { method: 'GET', path: '/models', handle: listModels },
  { method: 'POST', path: '/models/session', handle: openAutoSession },
  { method: 'POST', path: /^\/models\/(.+)\/policy$/, handle: changePolicy },
  { method: 'GET', path: /^\/models\/(.+)$/, handle: showModel },
  { method: 'POST', path: '/auto', handle: chooseModel },
  { method: 'POST', path: '/chat/completions', handle: createModelRoute(chatDialect) },
  { method: 'POST', path: '/responses', handle: createModelRoute(responsesDialect) },
  { method: 'POST', path: '/v1/messages', handle: createModelRoute(messagesDialect) },
  { method: 'POST', path: '/v1/messages/count_tokens', handle: countTokens },
  { method: 'POST', path: '/embeddings', handle: embed },
];

/** What a host answers to a request that no fault takes. */
export async function answerRequest(request: RecordedRequest, world: World): Promise<Reply> {
  return hosts[request.host](request, world);
}

const hosts: Record<HostName, Handler> = {
  server: (request, world) =>
    findAndHandle(serverRoutes, request, world) ?? toJsonReply({ error: 'Not Found' }, 404),
  api: (request, world) => findAndHandle(apiRoutes, request, world) ?? toRestError(404, 'Not Found'),
  copilot: answerCopilot,
  wrongPlan: answerCopilot,
};

function answerCopilot(request: RecordedRequest, world: World): Reply | Promise<Reply> {
  // protocol: the health check is open to everybody.
  if (request.path === '/_ping') return toPlainReply(200, 'OK');
  return (
    refuseAtGate(request, world) ??
    findAndHandle(copilotRoutes, request, world) ??
    toErrorReply(404, createServiceError('', 'not_found'))
  );
}

function findAndHandle(routes: Route[], request: RecordedRequest, world: World) {
  for (const { method, path, handle } of routes) {
    if (method !== request.method) continue;
    if (typeof path === 'string') {
      if (path === request.path) return handle(request, world);
      continue;
    }
    const parameter = path.exec(request.path)?.[1];
    if (parameter !== undefined) return handle(request, world, decodeURIComponent(parameter));
  }
  return undefined;
}
