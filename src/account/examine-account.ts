import type { SettingName } from '../config/settings.ts';
import type { Context } from '../context.ts';
import { toBilled } from '../copilot/billing.ts';
import { findObstacle } from '../copilot/readiness.ts';
import type { AccountStatus } from '../output/account-status.ts';

/**
 * Fills in `status` step by step, so that what was found out before an obstacle can be shown. Throws the obstacle: whatever keeps a prompt
 * from being answered now.
 */
export async function examineAccount(context: Context, status: AccountStatus): Promise<void> {
  status.github = await context.credentials.resolve();
  if (status.github.source.kind === 'login') status.privacy = context.record.close();
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
