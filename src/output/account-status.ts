import type { CopilotSession, EndpointSource } from '../auth/copilot-tokens.ts';
import type { GithubToken, TokenSource } from '../auth/credentials.ts';
import { toLoginId } from '../auth/login-record.ts';
import { describePlace, type KeyStoreState, type StoredSecret } from '../auth/secret-store.ts';
import type { Privacy } from '../config/json-file.ts';
import type { Spending } from '../conversation/spending.ts';
import type { Account, Quota } from '../copilot/account.ts';
import type { ModelChoice, ModelOrigin } from '../copilot/model-choice.ts';
import type { Output } from '../terminal/io.ts';
import { formatAmount, unitWords } from './money.ts';
import { type Column, writeFields, writeTable } from './table.ts';

/** The known part of `status`. */
export type AccountStatus = {
  github?: GithubToken;
  /** Who can read the credentials file, if the token is from there. */
  privacy?: Privacy;
  session?: CopilotSession;
  account?: Account;
  choice?: ModelChoice;
  /** What the key store of the system says. Undefined if the settings do without one. */
  keyStore?: KeyStoreState | undefined;
  /** Every secret that is kept, and where. */
  secrets: StoredSecret[];
  /** Settings that redirect requests from GitHub's own hosts. */
  overrides: { setting: string; url: string; origin: string }[];
  warnings: string[];
};

export function writeStatus(
  output: Output,
  { github, privacy, session, account, choice, keyStore, secrets, overrides }: AccountStatus,
): Promise<void> {
  const { access, endpoint } = session ?? {};
  return writeFields(output, [
    ['Account', account?.login ?? (github?.source.kind === 'login' ? github.source.account : undefined)],
    ['Host', github?.github.host],
    ['Plan', account && (account.plan ?? 'not reported by GitHub')],
    ['Token', github && describeSource(github.source)],
    ['Kept in', github?.source.kind === 'login' ? github.source.name + describePrivacy(privacy) : undefined],
    ...listOthers(github, secrets).map(({ name, place }): [string, string] => [
      'Also kept',
      `${describeSecret(name)}, in ${describePlace(place)}`,
    ]),
    ['Key store', keyStore && describeKeyStore(keyStore)],
    [
      'Copilot token',
      access &&
        (access.style === 'direct'
          ? 'not needed: the GitHub token goes to Copilot directly'
          : `good until ${formatTime(access.expiresAt)}`),
    ],
    ['Copilot API', endpoint && `${endpoint.url} (${endpointWords[endpoint.source]})`],
    ...overrides.map(({ setting, url, origin }): [string, string] => [
      'Not the default',
      `${setting} is ${url}, from ${origin}`,
    ]),
    ['Quota', account && (account.quota ? describeQuota(account.quota) : 'not reported by GitHub')],
    ['Renewed on', formatDay(account?.quota?.resetsAt)],
    ['Default model', choice && `${choice.model.id} (${modelWords[choice.origin]})`],
  ]);
}

/** `status --json`, schema version 1. Unknown values are null. */
export function toStatusJson(status: AccountStatus): Record<string, unknown> {
  const { github, privacy, session, account, choice, keyStore, secrets, overrides, warnings } = status;
  const { access, endpoint } = session ?? {};
  return {
    account: account?.login ?? (github?.source.kind === 'login' ? (github.source.account ?? null) : null),
    host: github?.github.host ?? null,
    plan: account?.plan ?? null,
    sku: account?.sku ?? access?.sku ?? null,
    token: github
      ? {
          source: github.source.kind,
          name: github.source.name,
          kind: github.kind,
          store: github.source.kind === 'login' ? github.source.place.kind : null,
          private: privacy && privacy.kind !== 'unknown' ? privacy.kind === 'private' : null,
        }
      : null,
    key_store: keyStore ? toKeyStoreJson(keyStore) : null,
    secrets: secrets.map(({ name, place }) => ({
      name,
      store: place.kind,
      place: place.kind === 'file' ? place.path : place.name,
    })),
    copilot_token: access
      ? {
          style: access.style,
          expires_at: toIso(access.expiresAt) ?? null,
          refresh_at: toIso(access.refreshAt) ?? null,
        }
      : null,
    endpoint: endpoint ?? null,
    overrides,
    quota: account?.quota ? toQuotaJson(account.quota) : null,
    default_model: choice ? { id: choice.model.id, origin: choice.origin } : null,
    warnings,
  };
}

const endpointWords: Record<EndpointSource, string> = {
  setting: 'set by you',
  account: 'named by GitHub for the account',
  token: 'named by the Copilot token',
  tenant: "the tenant's own",
  default: 'the default',
};

const modelWords: Record<ModelOrigin, string> = {
  flag: 'named by you',
  setting: 'set by you',
  service: 'chosen from what the service suggests',
};

/** All but the one of the token in force. */
function listOthers(github: GithubToken | undefined, secrets: StoredSecret[]): StoredSecret[] {
  const own = github?.source.kind === 'login' ? `account:${toLoginId(github.source)}` : undefined;
  return secrets.filter(({ name }) => name !== own && !name.startsWith('copilot:'));
}

/** `account:octocat@github.com` is `account octocat@github.com`. */
function describeSecret(name: string): string {
  return name.replace(':', ' ');
}

function describeKeyStore(state: KeyStoreState): string {
  return state.kind === 'usable' ? `${state.name}, ready` : `not used: ${state.reason}`;
}

function toKeyStoreJson(state: KeyStoreState): Record<string, unknown> {
  const { name } = state;
  return state.kind === 'usable'
    ? { name, usable: true, problem: null, reason: null }
    : { name, usable: false, problem: state.problem, reason: state.reason };
}

function describePrivacy(privacy: Privacy | undefined): string {
  if (privacy?.kind === 'exposed') return ` (${privacy.reason})`;
  return privacy?.kind === 'private' ? ' (only you can read it)' : '';
}

function describeSource(source: TokenSource): string {
  switch (source.kind) {
    case 'environment':
      return `from the variable ${source.name}`;
    case 'login':
      return 'from copilot-cli login';
    case 'gh':
    case 'given':
      return `from ${source.name}`;
    default:
      return source satisfies never;
  }
}

/** What the account has left. */
export function writeUsage(output: Output, { login, plan, quota }: Account): Promise<void> {
  return writeFields(output, [
    ['Account', login],
    ['Plan', plan ?? 'not reported by GitHub'],
    ['Quota', quota ? describeQuota(quota) : 'not reported by GitHub'],
    ['Renewed on', formatDay(quota?.resetsAt)],
  ]);
}

/** `usage --json`, schema version 1, without the records. Unknown values are null. */
export function toUsageJson(account: Account | undefined): Record<string, unknown> {
  return {
    account: account?.login ?? null,
    plan: account?.plan ?? null,
    quota: account?.quota ? toQuotaJson(account.quota) : null,
  };
}

export function toSpendingJson(spending: Spending): Record<string, unknown> {
  const { credits, isEstimated } = spending;
  return {
    model: spending.model,
    answers: spending.answers,
    input_tokens: spending.inputTokens,
    cached_input_tokens: spending.cachedInputTokens,
    output_tokens: spending.outputTokens,
    credits: credits ?? null,
    credits_estimated: credits !== undefined && isEstimated,
    premium_requests_estimated: spending.premiumRequests ?? null,
  };
}

/** The rest of the quota, in the server's own numbers. */
export function describeQuota({
  unit,
  unlimited,
  entitlement,
  remaining,
  percentRemaining,
  overagePermitted,
  overageUsed,
}: Quota): string {
  if (unlimited) return `${unitWords[unit]} without a limit`;
  const percent = percentRemaining === undefined ? '' : ` (${formatNumber(percentRemaining)} %)`;
  const left = `${formatNumber(remaining)} of ${formatNumber(entitlement)} ${unitWords[unit]} left${percent}`;
  const used = overageUsed ? `, ${formatNumber(overageUsed)} used beyond them` : '';
  return `${left}${used}${overagePermitted ? '; further use is billed' : ''}`;
}

function toQuotaJson(quota: Quota): Record<string, unknown> {
  return {
    unit: quota.unit,
    unlimited: quota.unlimited,
    entitlement: quota.entitlement ?? null,
    remaining: quota.remaining ?? null,
    percent_remaining: quota.percentRemaining ?? null,
    overage_permitted: quota.overagePermitted,
    overage_used: quota.overageUsed ?? null,
    resets_at: quota.resetsAt ?? null,
  };
}

function formatNumber(value: number | undefined): string {
  return value === undefined ? '?' : String(Number(value.toFixed(1)));
}

/** Undefined if the time is outside of any calendar. */
function toIso(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** `2026-11-10 10:00 UTC`. */
function formatTime(milliseconds: number): string {
  return (
    toIso(milliseconds)
      ?.replace('T', ' ')
      .replace(/:\d\d\.\d+Z$/, ' UTC') ?? 'an invalid time'
  );
}

/** The day of an ISO 8601 time, or else undefined. */
export function formatDay(text: string | undefined): string | undefined {
  return /^\d{4}-\d\d-\d\d/.exec(text ?? '')?.[0];
}

/**
 * Usage of answers, one row a model. Money is left out if nothing is known of it. It stands last on a pipe, and early on a terminal, which may
 * not have room for all.
 */
export function writeSpendingTable(
  output: Output,
  spending: Spending[],
  options?: { whole: string },
): Promise<void> {
  const model: Column<Spending> = { title: 'MODEL', read: (row) => row.model };
  const counts: Column<Spending>[] = [
    { title: 'ANSWERS', read: ({ answers }) => String(answers), align: 'right' },
    { title: 'TOKENS IN', read: ({ inputTokens }) => String(inputTokens), align: 'right' },
    { title: 'CACHED', read: ({ cachedInputTokens }) => String(cachedInputTokens), align: 'right' },
    { title: 'TOKENS OUT', read: ({ outputTokens }) => String(outputTokens), align: 'right' },
  ];
  const isPriced = spending.some(({ credits }) => credits !== undefined);
  const price: Column<Spending> = { title: 'CREDITS', read: formatSpentCredits, align: 'right' };
  const isCounted = spending.some(({ premiumRequests }) => premiumRequests !== undefined);
  const requests: Column<Spending> = {
    title: 'PREMIUM REQUESTS',
    read: ({ premiumRequests: count }) =>
      count === undefined ? '' : formatAmount(count, { isEstimated: true }),
    align: 'right',
  };
  const money = [...(isPriced ? [price] : []), ...(isCounted ? [requests] : [])];
  const columns = output.isTerminal ? [model, ...money, ...counts] : [model, ...counts, ...money];
  return writeTable(output, columns, spending, options);
}

/** `0.25`, or `~0.25` for our own estimate. */
function formatSpentCredits({ credits, isEstimated }: Pick<Spending, 'credits' | 'isEstimated'>): string {
  return credits === undefined ? '' : formatAmount(credits, { isEstimated });
}
