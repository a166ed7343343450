import type { RecordedRequest } from '../recorded-request.ts';
import { type Reply, toPlainReply } from '../reply.ts';
import type { World } from '../world.ts';
import { type Bearer, identifyBearer } from './bearer.ts';

type Visit = { request: RecordedRequest; world: World; bearer: Bearer };
type Check = (visit: Visit) => Reply | undefined;

const patPrefix = 'checking third-party user token:';

// protocol: the order in which the service looks; the first check that refuses answers.
const checks: Check[] = [
  checkAuthorizationShape,
  checkTokenKind,
  checkExpiry,
  checkEditorVersion,
  checkIntegrationId,
  checkUserAgent,
  checkApiVersion,
  checkPlanHost,
];

/** What the Copilot API answers to everybody who may not enter, or undefined. */
export function refuseAtGate(request: RecordedRequest, world: World): Reply | undefined {
  const visit = { request, world, bearer: identifyBearer(request, world) };
  for (const check of checks) {
    const refusal = check(visit);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function checkAuthorizationShape({ bearer }: Visit): Reply | undefined {
  if (bearer.kind !== 'malformed') return undefined;
  return toPlainReply(400, 'bad request: Authorization header is badly formatted');
}

function checkTokenKind({ bearer, request }: Visit): Reply | undefined {
  const { kind, direct, copilotRequests } = bearer;
  if (kind === 'unknown') return toPlainReply(401, 'unauthorized: invalid token');
  if (kind === 'ghp' || kind === 'ghs') return refusePersonalToken();
  if (kind === 'github_pat') {
    // protocol: fine-grained tokens work for the Copilot CLI's integration only.
    if (request.headers['copilot-integration-id'] !== 'copilot-developer-cli') return refusePersonalToken();
    if (copilotRequests) return undefined;
    const reason = 'unauthorized: Personal Access Token does not have "Copilot Requests" permission';
    return toPlainReply(401, `${patPrefix} ${reason}`);
  }
  return direct ? undefined : toPlainReply(400, 'bad request: Authorization header is badly formatted');
}

function refusePersonalToken(): Reply {
  return toPlainReply(
    400,
    `${patPrefix} bad request: Personal Access Tokens are not supported for this endpoint`,
  );
}

function checkExpiry({ bearer }: Visit): Reply | undefined {
  return bearer.expired ? toPlainReply(401, 'IDE token expired: unauthorized: token expired') : undefined;
}

function checkEditorVersion({ bearer, request, world }: Visit): Reply | undefined {
  if (bearer.kind !== 'exchanged') return undefined;
  const version = request.headers['editor-version'];
  if (!version) return toPlainReply(400, 'bad request: missing Editor-Version header for IDE auth');
  if (world.state.gate.editorVersion.test(version)) return undefined;
  return toPlainReply(400, 'bad request: unknown Editor-Version header for IDE auth');
}

// protocol: a header sent twice arrives as "a, a", which no list contains.
function checkIntegrationId({ bearer, request, world }: Visit): Reply | undefined {
  const { integrationIds, integrationIdsFor } = world.state.gate;
  const id = request.headers['copilot-integration-id'];
  if (id === undefined) return undefined;
  if (!integrationIds.includes(id)) return toPlainReply(400, 'bad request: unknown Copilot-Integration-Id');
  const { kind } = bearer;
  const allowed = kind === 'malformed' || kind === 'unknown' ? [] : integrationIdsFor[kind];
  if (allowed === undefined || allowed.includes(id)) return undefined;
  return toPlainReply(403, 'token not authorized for this integration');
}

// protocol: an agent's own user agent without an integration id is taken for abuse.
function checkUserAgent({ request }: Visit): Reply | undefined {
  const isForeignAgent = request.headers['user-agent']?.startsWith('claude-cli/') ?? false;
  if (!isForeignAgent || request.headers['copilot-integration-id'] !== undefined) return undefined;
  const terms = 'https://docs.github.com/site-policy/github-terms/github-terms-of-service';
  return toPlainReply(
    403,
    `Access to this endpoint is forbidden. Please review our [Terms of Service](${terms}).`,
  );
}

function checkApiVersion({ request, world }: Visit): Reply | undefined {
  const version = request.headers['x-github-api-version'];
  if (version === undefined || version >= world.state.gate.apiVersionFloor) return undefined;
  return toPlainReply(
    466,
    'bad request: the specified API version is no longer supported. You may need to update your client to a newer version.',
  );
}

function checkPlanHost({ request }: Visit): Reply | undefined {
  return request.host === 'wrongPlan' ? toPlainReply(421, 'Misdirected Request') : undefined;
}
