const descriptions = {
  authorization_pending: 'The authorization request is still pending.',
  slow_down: 'Too many requests have been made in the same timeframe.',
  access_denied: 'The authorization request was denied.',
  expired_token: 'This device code has expired.',
  token_expired: 'This device code has expired.',
  incorrect_device_code: 'The device code provided is not valid.',
  unsupported_grant_type: 'The grant type is missing or not supported.',
  incorrect_client_credentials: 'The client id is not correct.',
  device_flow_disabled: 'Device flow must be enabled for this application.',
  bad_verification_code: 'The code passed is incorrect or expired.',
  unverified_user_email: 'The user must have a verified primary email.',
};

export type PollError = keyof typeof descriptions;

/** The body of an error answer to a poll. */
export function createPollError(error: PollError) {
  return {
    error,
    error_description: descriptions[error],
    error_uri: `https://docs.github.com/developers/apps/authorizing-oauth-apps#error-codes-for-the-device-flow`,
  };
}
