import type { CopilotAccess } from '../auth/copilot-access.ts';
import type { KeyStoreState, StoredSecret } from '../auth/secret-store.ts';
import type { SettingName } from '../config/settings.ts';
import type { Context } from '../context.ts';
import { type Account, isUsedUp } from '../copilot/account.ts';
import { toBilled } from '../copilot/billing.ts';
import type { Model } from '../copilot/model.ts';
import { CliError } from '../errors.ts';
import type { AccountStatus } from '../output/account-status.ts';

/**
 * Fills in `status` step by step, so that what was found out before an obstacle can be shown. Throws the obstacle: whatever keeps a prompt
 * from being answered now.
 */
export async function examineAccount(context: Context, status: AccountStatus): Promise<void> {
  status.github = await context.credentials.resolve();
  const { source } = status.github;
  if (source.kind === 'login' && source.place.kind === 'file') status.privacy = context.record.close();
  const client = await context.connect(status.github);
  status.session = await client.getSession();
  status.account = await client.fetchAccount();
  status.choice = await client.chooseModel(undefined);
  const obstacle = findObstacle(
    status.session.access,
    status.account,
    toBilled(status.choice.model, await client.findBilling()),
  );
  if (obstacle) throw obstacle;
}

/** Undefined if the settings do without one. Takes as long as the key store does. */
export async function examineKeyStore({ secrets, settings }: Context): Promise<KeyStoreState | undefined> {
  return settings.get('credential-store').value === 'file' ? undefined : secrets.examine();
}

/** Every secret, from the list alone. Empty if that is broken. */
export function listSecrets({ secrets }: Context): StoredSecret[] {
  try {
    return secrets.list();
  } catch {
    return [];
  }
}

const urlSettings: SettingName[] = ['server-url', 'api-url', 'base-url'];

/** The URLs that are not GitHub's own. */
export function listOverrides({ settings }: Context): AccountStatus['overrides'] {
  return urlSettings.flatMap((setting) => {
    const { value, origin } = settings.get(setting);
    return value === undefined || origin.kind === 'default'
      ? []
      : [{ setting, url: value, origin: origin.name }];
  });
}

/** What a person may not know about the tokens on this machine, one sentence each. */
export function listWarnings({ credentials, record }: Context): string[] {
  const ignored = credentials
    .listIgnored()
    .map(({ variable, reason }) => `the token in ${variable} ${reason}; it is not used.`);
  const shadow = credentials.findShadow();
  const shadowed =
    shadow !== undefined && hasLogin(record)
      ? [`the token in ${shadow} is used in place of your login.`]
      : [];
  return [...ignored, ...shadowed];
}

function hasLogin(record: Context['record']): boolean {
  try {
    return record.readLogin() !== undefined;
  } catch {
    return false;
  }
}

/**
 * Why a chat request would not be accepted now, judged by what GitHub and Copilot said; undefined if it should be. A model
 * that costs no premium requests is answered after they are used up.
 */
export function findObstacle(access: CopilotAccess, account: Account, model: Model): CliError | undefined {
  if (!access.chatEnabled || account.chatEnabled === false) {
    return new CliError('forbidden', 'chat is switched off for this account', {
      hint: 'Ask the owner of your organisation, or see https://github.com/settings/copilot/features',
    });
  }
  const { quota } = account;
  if (!quota || !isUsedUp(quota)) return undefined;
  if (quota.unit === 'premium_requests' && model.multiplier === 0) return undefined;
  const renewal = quota.resetsAt === undefined ? '' : `, and is renewed on ${quota.resetsAt.slice(0, 10)}`;
  return new CliError('quota', `the quota of this account is used up${renewal}`, {
    hint: 'Allow paid use, or change the plan, at https://github.com/settings/billing',
  });
}
