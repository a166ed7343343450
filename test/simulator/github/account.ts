import type { JsonRecord } from '../json.ts';
import type { RecordedRequest } from '../recorded-request.ts';
import { type Reply, toJsonReply } from '../reply.ts';
import type { World } from '../world.ts';
import { createEndpoints } from './endpoints.ts';
import { findGithubToken, toRestError } from './github-auth.ts';
import { createQuotaSnapshots, plans, quotaResetDate, quotaResetTime } from './plans.ts';

const userErrors = { 401: 'Bad credentials', 403: 'Forbidden', 404: 'Not Found' };

/** GET /user */
export function showUser(request: RecordedRequest, world: World): Reply {
  const token = findGithubToken(request, world);
  if (token === undefined) return toRestError(401, 'Bad credentials');
  const { id, name, email } = world.state.account;
  return toJsonReply({ login: token.login, id, type: 'User', name, email });
}

/** GET /copilot_internal/user */
export function showCopilotUser(request: RecordedRequest, world: World): Reply {
  const token = findGithubToken(request, world);
  if (token === undefined) return toRestError(401, 'Bad credentials');
  const { user, extra } = world.state.account;
  if (user !== 'ok') return toRestError(user, userErrors[user]);
  // protocol: the token kinds that have no exchange cannot see this account either.
  if (token.kind === 'ghp' || token.kind === 'github_pat') return toRestError(404, 'Not Found');
  return toJsonReply({ login: token.login, ...createUserDocument(world), ...extra });
}

function createUserDocument(world: World): JsonRecord {
  const { plan, chatEnabled, userEndpoints } = world.state.account;
  const facts = plans[plan];
  return {
    access_type_sku: facts.sku,
    analytics_tracking_id: '0123456789abcdef0123456789abcdef',
    assigned_date: '2025-02-12T15:42:37-05:00',
    can_signup_for_limited: false,
    can_upgrade_plan: false,
    chat_enabled: chatEnabled,
    cli_enabled: true,
    copilot_plan: facts.name,
    copilotignore_enabled: false,
    editor_preview_features_enabled: true,
    is_mcp_enabled: true,
    organization_list: [],
    organization_login_list: [],
    restricted_telemetry: false,
    ...createEndpoints(userEndpoints, world),
    ...createQuotaFields(world),
  };
}

function createQuotaFields(world: World): JsonRecord {
  const { plan } = world.state.account;
  const { classic, hasCredits } = plans[plan];
  if (classic !== undefined) {
    const { limited, monthly } = classic;
    return {
      limited_user_quotas: limited,
      monthly_quotas: monthly,
      limited_user_reset_date: quotaResetDate,
    };
  }
  const snapshots = createQuotaSnapshots(plan, new Date(world.state.now()).toISOString());
  if (snapshots === undefined) return {};
  return {
    quota_reset_date: quotaResetDate,
    quota_reset_date_utc: quotaResetTime,
    quota_snapshots: snapshots,
    token_based_billing: hasCredits,
  };
}
