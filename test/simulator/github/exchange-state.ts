/** Why an account gets no Copilot token; the notices with which the service explains it. */
export type RefusalId =
  | 'no_copilot_access'
  | 'not_signed_up'
  | 'subscription_ended'
  | 'enterprise_managed_user_account'
  | 'feature_flag_blocked'
  | 'spammy_user'
  | 'billing_locked'
  | 'trade_restricted'
  | 'trade_restricted_country'
  | 'access_revoked'
  | 'codespaces_demo_inactive'
  | 'snippy_not_configured'
  | 'expired_coupon'
  | 'revoked_coupon'
  | 'go_http_client'
  | 'programmatic_token_generation'
  | 'server_error';

export type EntitlementRefusal = {
  notificationId: RefusalId;
  /** 403 when left out; some refusals come with 401. */
  status?: 401 | 403;
  message?: string;
  title?: string;
  url?: string;
  canSignUpForLimited?: boolean;
};

export type ExchangeRefusal =
  | EntitlementRefusal
  | 'bad-credentials'
  | 'rate-limit'
  | 'not-found'
  | 'too-many-requests'
  | 'server-error';

/** A notice that comes with a token, such as a trial that ends. */
export type UserNotification = { notification_id: string; message: string; title: string; url: string };

export type ExchangeState = {
  /** Seconds, as the answer says them. */
  refreshIn: number;
  /** Seconds until a token expires; fractions are allowed. */
  lifetime: number;
  /** Which Copilot API base the answer names; a record is sent as it is. */
  endpoints: 'copilot' | 'wrongPlan' | 'absent' | Record<string, string>;
  /** The host of inline completions, inside the token string. */
  proxyEndpoint: string;
  sku: string | undefined;
  individual: boolean;
  refusal: ExchangeRefusal | undefined;
  notification: UserNotification | undefined;
  /** Keys that replace or extend the answer. */
  extra: Record<string, unknown>;
};

export function createExchangeState(): ExchangeState {
  return {
    refreshIn: 1500,
    lifetime: 1800,
    endpoints: 'copilot',
    proxyEndpoint: 'proxy.individual.githubcopilot.com',
    sku: undefined,
    individual: true,
    refusal: undefined,
    notification: undefined,
    extra: {},
  };
}
