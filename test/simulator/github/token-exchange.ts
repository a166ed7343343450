import { createHmac, randomBytes } from 'node:crypto';
import type { JsonRecord } from '../json.ts';
import type { RecordedRequest } from '../recorded-request.ts';
import { type Reply, toJsonReply } from '../reply.ts';
import type { World } from '../world.ts';
import { createEndpoints } from './endpoints.ts';
import { refuseExchange } from './exchange-refusals.ts';
import { findGithubToken, toRestError } from './github-auth.ts';
import { plans } from './plans.ts';

const unexchangeable = ['github_pat', 'ghp', 'ghs'];

/** GET /copilot_internal/v2/token */
export function exchangeToken(request: RecordedRequest, world: World): Reply {
  const token = findGithubToken(request, world);
  if (token === undefined) return toRestError(401, 'Bad credentials');
  if (unexchangeable.includes(token.kind) || token.exchangeable === false) {
    return toRestError(404, 'Not Found');
  }
  const { refusal } = world.state.exchange;
  if (refusal !== undefined) return refuseExchange(refusal, token.login);
  world.ledger.exchanges += 1;
  return toJsonReply(createExchangeAnswer(token.login, world));
}

function createExchangeAnswer(login: string, world: World): JsonRecord {
  const { account, exchange } = world.state;
  const expiresAt = world.state.now() + exchange.lifetime * 1000;
  const classic = plans[account.plan].classic;
  return {
    agent_mode_auto_approval: true,
    annotations_enabled: true,
    azure_only: false,
    blackbird_clientside_indexing: false,
    chat_enabled: account.chatEnabled,
    chat_jetbrains_enabled: account.chatEnabled,
    code_quote_enabled: true,
    code_review_enabled: true,
    codesearch: true,
    copilotignore_enabled: false,
    ...createEndpoints(exchange.endpoints, world),
    expires_at: Math.floor(expiresAt / 1000),
    individual: exchange.individual,
    // protocol: remaining counts, and chat ten times what people are shown.
    limited_user_quotas: classic ? { ...classic.limited, chat: (classic.limited.chat ?? 0) * 10 } : null,
    limited_user_reset_date: classic ? Math.floor(expiresAt / 1000) + 86_400 : null,
    organization_list: [],
    prompt_8k: true,
    public_suggestions: 'disabled',
    refresh_in: exchange.refreshIn,
    sku: findSku(world),
    snippy_load_test_enabled: false,
    telemetry: 'disabled',
    token: issueCopilotToken(login, expiresAt, world),
    tracking_id: randomBytes(16).toString('hex'),
    vsc_electron_fetcher_v2: false,
    xcode: true,
    xcode_chat: false,
    ...(exchange.notification === undefined ? {} : { user_notification: exchange.notification }),
    ...exchange.extra,
  };
}

/** protocol: pairs joined by semicolons, then a colon and a hex signature. */
function issueCopilotToken(login: string, expiresAt: number, world: World): string {
  const pairs = {
    tid: randomBytes(16).toString('hex'),
    exp: Math.floor(expiresAt / 1000),
    sku: findSku(world),
    'proxy-ep': world.state.exchange.proxyEndpoint,
    st: 'dotcom',
    ssc: 1,
    chat: world.state.account.chatEnabled ? 1 : 0,
    cit: 1,
    malfil: 1,
    editor_preview_features: 1,
    agent_mode: 1,
    mcp: 1,
    '8kp': 1,
    ip: '203.0.113.7',
    asn: 'AS64500',
  };
  const text = Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');
  const token = `${text}:${createHmac('sha256', 'simulator').update(text).digest('hex')}`;
  world.ledger.copilotTokens.set(token, { login, expiresAt });
  return token;
}

function findSku(world: World): string {
  return world.state.exchange.sku ?? plans[world.state.account.plan].sku;
}
