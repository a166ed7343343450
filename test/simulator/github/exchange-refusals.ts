import { type Reply, toJsonReply, toReply } from '../reply.ts';
import type { EntitlementRefusal, ExchangeRefusal, RefusalId } from './exchange-state.ts';
import { toRestError } from './github-auth.ts';

// protocol: the editor's name belongs where the placeholder is; the service leaves it to the client.
const signupUrl = 'https://github.com/github-copilot/signup?editor={EDITOR}';
const supportUrl = 'https://support.github.com/contact';
const settingsUrl = 'https://github.com/settings/copilot';

type RefusalText = { title: string; message: string; url: string };

const texts: Record<RefusalId, RefusalText> = {
  no_copilot_access: {
    title: 'Sign up for GitHub Copilot',
    message: 'No access to GitHub Copilot found.',
    url: signupUrl,
  },
  not_signed_up: { title: 'Sign up for GitHub Copilot', message: 'No subscription found.', url: signupUrl },
  subscription_ended: {
    title: 'Subscription ended',
    message: 'Your subscription has ended.',
    url: signupUrl,
  },
  enterprise_managed_user_account: {
    title: 'Managed account',
    message: 'Managed user accounts need a seat from their enterprise.',
    url: settingsUrl,
  },
  feature_flag_blocked: { title: 'Contact Support', message: 'The feature is blocked.', url: supportUrl },
  spammy_user: { title: 'Contact Support', message: 'Access has been suspended.', url: supportUrl },
  billing_locked: {
    title: 'Update billing',
    message: 'Your account is locked for billing.',
    url: settingsUrl,
  },
  trade_restricted: { title: 'Contact Support', message: 'Trade controls apply.', url: supportUrl },
  trade_restricted_country: { title: 'Contact Support', message: 'Not available there.', url: supportUrl },
  access_revoked: { title: 'Access revoked', message: 'Your access was revoked.', url: settingsUrl },
  codespaces_demo_inactive: { title: 'Demo ended', message: 'The demo is over.', url: signupUrl },
  snippy_not_configured: {
    title: 'Choose a setting',
    message: 'Say whether suggestions may match public code.',
    url: settingsUrl,
  },
  expired_coupon: { title: 'Coupon expired', message: 'Your coupon has expired.', url: signupUrl },
  revoked_coupon: { title: 'Coupon revoked', message: 'Your coupon was revoked.', url: signupUrl },
  go_http_client: { title: 'Contact Support', message: 'This client is not allowed.', url: supportUrl },
  programmatic_token_generation: {
    title: 'Contact Support',
    message: 'Tokens were requested by a program.',
    url: supportUrl,
  },
  server_error: { title: 'Try again', message: 'Something went wrong.', url: supportUrl },
};

/** What a token exchange answers instead of a token. */
export function refuseExchange(refusal: ExchangeRefusal, login: string): Reply {
  switch (refusal) {
    case 'bad-credentials':
      return toRestError(401, 'Bad credentials');
    case 'rate-limit':
      return toRestError(403, `API rate limit exceeded for user ${login}.`);
    case 'not-found':
      return toRestError(404, 'Not Found');
    case 'too-many-requests':
      return { ...toReply(429, undefined), headers: { 'retry-after': '1' } };
    case 'server-error':
      return toReply(500, undefined);
    default:
      return refuseEntitlement(refusal, login);
  }
}

/** protocol: an error envelope whose message contains the user's handle. */
function refuseEntitlement(refusal: EntitlementRefusal, login: string): Reply {
  const text = texts[refusal.notificationId];
  return toJsonReply(
    {
      can_signup_for_limited: refusal.canSignUpForLimited ?? refusal.notificationId === 'no_copilot_access',
      error_details: {
        message: refusal.message ?? `${text.message} You are currently logged in as ${login}.`,
        notification_id: refusal.notificationId,
        title: refusal.title ?? text.title,
        url: refusal.url ?? text.url,
      },
      message: 'Resource not accessible by integration',
    },
    refusal.status ?? 403,
  );
}
