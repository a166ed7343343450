import type { OAuthClientProvider } from '@modelcontextprotocol/client';
import type { StoredSignIn, TokenStore } from './token-store.ts';

export type ProviderOptions = {
  store: TokenStore;
  /** What is kept, or the beginning of a new sign-in. It is changed, and written once there are tokens. */
  signIn: StoredSignIn;
  redirectUrl: string;
  state?: string;
  now: () => number;
  /** Shows the page on which the person signs in. */
  onRedirect(url: URL): void | Promise<void>;
};

/** The client's view of one sign-in. What belongs to another issuer is not shown. */
export function createProvider(options: ProviderOptions): OAuthClientProvider {
  const { store, signIn, redirectUrl, state, now, onRedirect } = options;
  let verifier = '';
  return {
    redirectUrl,
    clientMetadata: {
      client_name: 'copilot-cli',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    ...(state !== undefined && { state: () => state }),
    clientInformation: (context) => ofIssuer(signIn.client, context?.issuer),
    saveClientInformation(client, context) {
      signIn.client = { ...client, ...(context && { issuer: context.issuer }) };
    },
    tokens: (context) => ofIssuer(signIn.tokens, context?.issuer),
    async saveTokens(tokens, context) {
      const { expires_in: seconds } = tokens;
      signIn.tokens = { ...tokens, ...(context && { issuer: context.issuer }) };
      if (seconds === undefined) delete signIn.expiresAt;
      else signIn.expiresAt = now() + seconds * 1000;
      await store.write(signIn);
    },
    redirectToAuthorization: onRedirect,
    saveCodeVerifier(given) {
      verifier = given;
    },
    codeVerifier: () => verifier,
    saveDiscoveryState(discovery) {
      signIn.discovery = discovery;
    },
    discoveryState: () => signIn.discovery,
    async invalidateCredentials(scope) {
      if (scope === 'tokens' || scope === 'all') {
        delete signIn.tokens;
        delete signIn.expiresAt;
      }
      if (scope === 'client' || scope === 'all') delete signIn.client;
      if (scope === 'discovery' || scope === 'all') delete signIn.discovery;
      await store.write(signIn);
    },
  };
}

function ofIssuer<T extends { issuer?: string | undefined }>(
  value: T | undefined,
  issuer: string | undefined,
): T | undefined {
  const isOther = issuer !== undefined && value?.issuer !== undefined && value.issuer !== issuer;
  return isOther ? undefined : value;
}
