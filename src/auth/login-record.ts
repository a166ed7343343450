import type { JsonFile, Privacy } from '../config/json-file.ts';
import { isObject, type JsonObject, toNumber, toObject, toText } from '../json-value.ts';
import { Secret } from '../secret.ts';
import { toOneLine } from '../terminal-text.ts';

/** A sign-in: the long-lived GitHub token, and whose it is. */
export type Login = {
  host: string;
  account: string | undefined;
  token: Secret;
  /** When it was stored, ISO 8601. */
  savedAt: string;
};

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

export type LoginRecord = {
  readonly path: string;
  /** Throws CliError `config` if the file is broken. */
  readLogin(): Login | undefined;
  /** Replaces the login. Of the Copilot tokens only the one under `accessKey` is still of use. */
  saveLogin(login: Login, accessKey?: string): Promise<void>;
  /** By `key`, which identifies a GitHub token without telling it. */
  readAccess(key: string): CopilotAccess | undefined;
  /** `belongsToLogin`: stores nothing if the login was removed meanwhile. */
  saveAccess(key: string, access: CopilotAccess, belongsToLogin?: boolean): Promise<void>;
  /** Throws CliError `config` if a login could not be saved. */
  ensureWritable(): Promise<void>;
  /** Makes the file private if possible, and tells who can read it. */
  close(): Privacy;
  /** Removes the login and every Copilot token. */
  remove(): Promise<void>;
};

/** Enough GitHub tokens for a person who switches, not for every CI job. */
const maxAccess = 8;

/** The sign-in and the Copilot tokens, in one file that is the only place where a secret is stored. */
export function createLoginRecord(file: JsonFile): LoginRecord {
  return {
    path: file.path,
    readLogin: () => toLogin(file.read().login),
    async saveLogin({ token, ...login }, accessKey = '') {
      await file.update((content) => {
        const access = toObject(content.access)[accessKey];
        return {
          ...content,
          version: 1,
          login: { ...login, refresh: token.expose() },
          access: access === undefined ? {} : { [accessKey]: access },
        };
      });
    },
    readAccess: (key) => toAccess(toObject(file.read().access)[key]),
    async saveAccess(key, access, belongsToLogin = false) {
      await file.update((content) => {
        if (belongsToLogin && toLogin(content.login) === undefined) return undefined;
        return {
          ...content,
          version: 1,
          access: keepNewest(toObject(content.access), key, fromAccess(access)),
        };
      });
    },
    ensureWritable: () => file.ensureWritable(),
    close: () => file.close(),
    async remove() {
      const { secrets } = file.read();
      await file.remove();
      if (secrets !== undefined) await file.update(() => ({ version: 1, secrets }));
    },
  };
}

function toLogin(value: unknown): Login | undefined {
  if (!isObject(value)) return undefined;
  const token = toText(value.refresh);
  if (token === undefined) return undefined;
  return {
    host: toText(value.host) ?? 'github.com',
    account: toText(toOneLine(toText(value.account) ?? '')),
    token: new Secret(token),
    savedAt: toText(value.savedAt) ?? '',
  };
}

function toAccess(value: unknown): CopilotAccess | undefined {
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

function fromAccess({ token, expiresAt, ...access }: CopilotAccess): JsonObject {
  return { ...access, access: token?.expose(), expires: expiresAt };
}

/** `entries` with the one under `key` and the newest of the others. */
function keepNewest(entries: JsonObject, key: string, access: JsonObject): JsonObject {
  const age = ([, value]: [string, unknown]): number => toNumber(toObject(value).receivedAt) ?? 0;
  const others = Object.entries(entries)
    .filter(([other]) => other !== key)
    .sort((a, b) => age(b) - age(a))
    .slice(0, maxAccess - 1);
  return Object.fromEntries([[key, access], ...others]);
}
