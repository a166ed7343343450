import { type JsonObject, toFlag, toText } from '../json-value.ts';
import { type Quota, readQuota } from './quota.ts';

/** What GitHub says of the account; everything may be unknown to some kinds of token. */
export type Account = {
  login: string | undefined;
  /** GitHub's word for the plan: `free`, `individual`, `individual_pro`, `business`, `enterprise`, … */
  plan: string | undefined;
  sku: string | undefined;
  chatEnabled: boolean | undefined;
  quota: Quota | undefined;
};

const freeSku = 'free_limited_copilot';

/** From the body of `GET /copilot_internal/user`. A free account can call its plan "individual"; the sku tells. */
export function parseAccount(body: JsonObject): Account {
  const sku = toText(body.access_type_sku);
  return {
    login: toText(body.login),
    plan: sku === freeSku ? 'free' : toText(body.copilot_plan),
    sku,
    chatEnabled: toFlag(body.chat_enabled),
    quota: readQuota(body),
  };
}
