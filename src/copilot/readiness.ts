import type { CopilotAccess } from '../auth/login-record.ts';
import { CliError } from '../errors.ts';
import type { Account } from './account.ts';
import type { Model } from './model.ts';
import { isUsedUp } from './quota.ts';

/**
 * Why a chat request would not be accepted now, judged by what GitHub and Copilot said; undefined where it should be. A model
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
