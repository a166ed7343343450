import { isObject, type JsonObject, toNumber, toText } from '../json-value.ts';
import { Secret } from '../secret.ts';

/** GitHub's answer for one GitHub token, kept until renewal. Times in milliseconds of the epoch. */
export type CopilotAccess = {
  /** `exchanged`: `token` is a Copilot token. `direct`: the GitHub token itself goes to Copilot, and `token` is absent. */
  style: 'exchanged' | 'direct';
  token: Secret | undefined;
  /** When it came; a clock that shows less has been set back. */
  receivedAt: number;
  /** From when on it should be renewed in the background. */
  refreshAt: number;
  /** From when on it must not be used without renewal, by our clock. */
  staleAt: number;
  /** When the service stops accepting it, by the service's clock. */
  expiresAt: number;
  /** The Copilot API that GitHub named for the account. */
  endpoint: string | undefined;
  sku: string | undefined;
  chatEnabled: boolean;
};

/** From the text of a secret. Undefined if that is something else. */
export function toAccess(value: unknown): CopilotAccess | undefined {
  if (!isObject(value)) return undefined;
  const token = toText(value.access);
  const style = value.style === 'direct' ? 'direct' : 'exchanged';
  if (style === 'exchanged' && token === undefined) return undefined;
  return {
    style,
    token: token === undefined ? undefined : new Secret(token),
    receivedAt: toNumber(value.receivedAt) ?? 0,
    refreshAt: toNumber(value.refreshAt) ?? 0,
    staleAt: toNumber(value.staleAt) ?? 0,
    expiresAt: toNumber(value.expires) ?? 0,
    endpoint: toText(value.endpoint),
    sku: toText(value.sku),
    chatEnabled: value.chatEnabled !== false,
  };
}

export function fromAccess({ token, expiresAt, ...access }: CopilotAccess): JsonObject {
  return { ...access, access: token?.expose(), expires: expiresAt };
}
