import type { TokenKind } from '../github/account-state.ts';
import { lookUpToken, toTokenKind } from '../github/github-auth.ts';
import type { RecordedRequest } from '../recorded-request.ts';
import type { World } from '../world.ts';

/** Who calls the Copilot API, as far as the Authorization header tells. */
export type Bearer = {
  /** `malformed` is no bearer at all; `unknown` is one that nobody issued. */
  kind: TokenKind | 'exchanged' | 'malformed' | 'unknown';
  value: string;
  expired: boolean;
  /** Whether a GitHub token may be used here without an exchange. */
  direct: boolean;
  /** Whether a fine-grained token has the permission for Copilot requests. */
  copilotRequests: boolean;
};

export function identifyBearer(request: RecordedRequest, world: World): Bearer {
  const value = /^bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const bearer = { value, expired: false, direct: true, copilotRequests: false };
  if (value === '') return { ...bearer, kind: 'malformed' };
  const copilotToken = world.ledger.copilotTokens.get(value);
  if (copilotToken !== undefined) {
    return { ...bearer, kind: 'exchanged', expired: world.state.now() >= copilotToken.expiresAt };
  }
  const token = lookUpToken(value, world);
  if (token === undefined) return { ...bearer, kind: isClassicToken(value) ? 'ghp' : 'unknown' };
  const { kind, direct = true, copilotRequests = false } = token;
  return { ...bearer, kind, direct, copilotRequests };
}

// protocol: classic tokens are turned away by their kind, whether or not somebody issued them.
function isClassicToken(value: string): boolean {
  return toTokenKind(value) === 'ghp';
}
