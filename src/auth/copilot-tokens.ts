import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { CacheFile } from '../config/cache-file.ts';
import { withFileLock } from '../config/file-lock.ts';
import { checkCopilotUrl } from '../config/setting-checks.ts';
import { CliError, exitCodes, TokenExchangeError } from '../errors.ts';
import { readHint } from '../hint.ts';
import { toNumber, toObject, toText } from '../json-value.ts';
import { keepLast } from '../once.ts';
import type { Secret } from '../secret.ts';
import type { CopilotAccess } from './copilot-access.ts';
import { createBadCredentialsError, type GithubToken, type TokenSource } from './credentials.ts';
import { fetchCopilotUser } from './github-api.ts';
import type { AccessOwner, LoginRecord } from './login-record.ts';
import { fetchCopilotAccess, type TokenExchangeOptions } from './token-exchange.ts';

/** The facts about the caller that a Copilot request needs. */
export type CopilotSession = {
  bearer: Secret;
  endpoint: Endpoint;
  access: CopilotAccess;
  github: GithubToken;
  /** Names the GitHub token without telling it; caches use it as a key. */
  key: string;
};

type Identity = Pick<CopilotSession, 'github' | 'key'>;

/** `rejected`: Copilot answered 401. `misdirected`: it answered 421, because the account lives on another host. */
type RenewalReason = 'rejected' | 'misdirected';

export type CopilotTokens = {
  /** A session that Copilot should accept. Waits for an exchange only if the token at hand cannot be used any more. */
  getSession(): Promise<CopilotSession>;
  /** The same if nothing has to be waited for: most requests of a server. */
  findSession(): CopilotSession | undefined;
  /** A session to replace a refused one. Throws AuthenticationError if there is none. */
  renew(refused: CopilotSession, reason: RenewalReason): Promise<CopilotSession>;
};

type CopilotTokensOptions = Omit<TokenExchangeOptions, 'signal'> & {
  /** The GitHub token to exchange. */
  resolveToken: () => Promise<GithubToken>;
  record: LoginRecord;
  /** The Copilot API base that the person set, if any. */
  baseUrl: () => string | undefined;
  /** Ends a renewal in the background, too: it must not keep the process from ending. */
  signal: AbortSignal;
  openCache: (name: string) => CacheFile;
  onNotice: (sentence: string) => void;
  log?: ((line: string) => void) | undefined;
  /** Shows what the caller waits for. Returns the function that ends it. */
  beginStep?: (label: string) => () => void;
};

/** A clock that went back further than this makes the age of a token unknowable. */
const clockSlackMs = 60_000;
/** How long a process waits after a failed exchange before it tries another. */
const retryMs = 30_000;

/**
 * Copilot tokens, cached on disk and renewed by wall clock, because machines sleep. Simultaneous callers share one exchange: a promise
 * within a process; between processes a lock, under which the record is read again first.
 */
export function createCopilotTokens(options: CopilotTokensOptions): CopilotTokens {
  const { record, now, log } = options;
  /** A promise until it is known. */
  let identity: Promise<Identity> | Identity | undefined;
  let latest: CopilotAccess | undefined;
  let renewal: Promise<CopilotAccess> | undefined;
  let refusal: { error: CliError; at: number } | undefined;

  function identify(): Promise<Identity> | Identity {
    identity ??= options.resolveToken().then(
      (github) => {
        identity = { github, key: toKey(github) };
        return identity;
      },
      (error) => {
        // A sign-in may follow.
        identity = undefined;
        throw error;
      },
    );
    return identity;
  }

  async function readStored({ source }: GithubToken, key: string): Promise<CopilotAccess | undefined> {
    try {
      return await record.readAccess(toOwner(source), key);
    } catch (error) {
      // A broken record costs only an exchange; readers of its login report it.
      log?.(`the stored Copilot token cannot be read: ${String(error)}`);
      return undefined;
    }
  }

  async function store({ source }: GithubToken, key: string, access: CopilotAccess): Promise<void> {
    // It is stored with the sign-in, once that is.
    if (source.kind === 'given') return;
    try {
      await record.saveAccess(toOwner(source), key, access);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      options.onNotice(
        `The Copilot token could not be stored, so the next command asks for another: ${error.message}`,
      );
    }
  }

  /** One renewal at a time, shared by all callers. A refusal is reused for a while, because repeated questions look like abuse. */
  function shareRenewal(
    github: GithubToken,
    key: string,
    refused: CopilotAccess | undefined,
    fetch: () => Promise<CopilotAccess>,
  ): Promise<CopilotAccess> {
    if (renewal) return renewal;
    if (refusal && Math.abs(now() - refusal.at) < retryMs) return Promise.reject(refusal.error);
    const since = now();
    const lock = join(dirname(record.path), `token-exchange-${key}`);
    const failure = createSharedFailure(options.openCache(`token-exchange-${key}`));
    const findSettled = async (): Promise<CopilotAccess | undefined> => {
      failure.throwSince(since);
      return findNewer(await readStored(github, key), refused, now());
    };
    const exchange = async (): Promise<CopilotAccess> => {
      const access = await fetch().catch((error) => {
        failure.report(error, now());
        if (isRefusal(error)) refusal = { error, at: now() };
        throw error;
      });
      await store(github, key, access);
      return access;
    };
    renewal = withFileLock(lock, exchange, { signal: options.signal, skipWhen: findSettled }).then(
      (access) => {
        latest = access;
        renewal = undefined;
        return access;
      },
      (error) => {
        renewal = undefined;
        throw error;
      },
    );
    return renewal;
  }

  function renewInBackground(github: GithubToken, key: string, access: CopilotAccess): void {
    if (renewal) return;
    shareRenewal(github, key, access, () => fetchCopilotAccess(github, options)).catch((error) => {
      log?.(`the Copilot token could not be renewed in the background: ${String(error)}`);
      latest = { ...access, refreshAt: now() + retryMs };
    });
  }

  async function findAccess(github: GithubToken, key: string): Promise<CopilotAccess> {
    const stored = latest ?? (await readStored(github, key));
    const age = stored && toAge(stored, now());
    if (stored && age !== 'stale') {
      latest = stored;
      if (age === 'due') renewInBackground(github, key, stored);
      return stored;
    }
    const endStep = options.beginStep?.(
      stored ? 'Renewing the Copilot token' : 'Asking GitHub for a Copilot token',
    );
    try {
      return await shareRenewal(github, key, undefined, () => fetchCopilotAccess(github, options));
    } catch (error) {
      // If GitHub cannot be reached, a token that the service still accepts is better than none.
      if (!stored || !isTransient(error) || now() >= stored.expiresAt) throw error;
      log?.(`the Copilot token could not be renewed and is used to its end: ${String(error)}`);
      latest = { ...stored, refreshAt: now() + retryMs, staleAt: stored.expiresAt };
      return latest;
    } finally {
      endStep?.();
    }
  }

  const choose = keepLast(chooseEndpoint);

  function toSession(github: GithubToken, key: string, access: CopilotAccess): CopilotSession {
    const endpoint = choose(options.baseUrl(), access, github.github.host);
    return { bearer: access.token ?? github.token, endpoint, access, github, key };
  }

  return {
    async getSession() {
      const { github, key } = await identify();
      return toSession(github, key, await findAccess(github, key));
    },
    findSession() {
      if (!identity || identity instanceof Promise) return undefined;
      if (!latest || toAge(latest, now()) !== 'fresh') return undefined;
      return toSession(identity.github, identity.key, latest);
    },
    async renew(refused, reason) {
      const { github, key, access } = refused;
      if (access.style === 'direct' && reason === 'rejected') throw createBadCredentialsError(github);
      if (latest && isNewer(latest, access)) return toSession(github, key, latest);
      const endStep = options.beginStep?.('Renewing the Copilot token');
      const renewed = await shareRenewal(github, key, access, async () => {
        const fetched = await fetchCopilotAccess(github, options);
        const moved =
          reason === 'rejected' || toSession(github, key, fetched).endpoint.url !== refused.endpoint.url;
        if (moved) return fetched;
        // The exchange repeats the host that turned us away; the account's own page may know better.
        const user = await fetchCopilotUser(github, options);
        return { ...fetched, endpoint: toText(toObject(user.endpoints).api) ?? fetched.endpoint };
      }).finally(endStep);
      return toSession(github, key, renewed);
    },
  };
}

function toOwner(source: TokenSource): AccessOwner {
  return source.kind === 'login' ? source : undefined;
}

function toKey({ token, github }: GithubToken): string {
  return createHash('sha256').update(`${github.apiUrl}\n${token.expose()}`).digest('hex').slice(0, 32);
}

function toAge(access: CopilotAccess, now: number): 'fresh' | 'due' | 'stale' {
  if (now >= access.staleAt || now < access.receivedAt - clockSlackMs) return 'stale';
  return now >= access.refreshAt ? 'due' : 'fresh';
}

/** A better record that another process stored while we waited. */
function findNewer(
  stored: CopilotAccess | undefined,
  refused: CopilotAccess | undefined,
  now: number,
): CopilotAccess | undefined {
  if (!stored || toAge(stored, now) !== 'fresh') return undefined;
  return refused && !isNewer(stored, refused) ? undefined : stored;
}

/** Whether `access` comes from another exchange, and not from an earlier one. */
function isNewer(access: CopilotAccess, refused: CopilotAccess): boolean {
  const isSame =
    access.token && refused.token
      ? access.token.equals(refused.token)
      : access.receivedAt === refused.receivedAt;
  return !isSame && access.receivedAt >= refused.receivedAt;
}

function isRefusal(error: unknown): error is CliError {
  return error instanceof CliError && ['forbidden', 'rate_limited'].includes(error.code);
}

function isTransient(error: unknown): boolean {
  return error instanceof CliError && ['network', 'upstream', 'rate_limited'].includes(error.code);
}

export type EndpointSource = 'setting' | 'account' | 'token' | 'tenant' | 'default';

/** The Copilot API base to use, without a trailing slash, and who named it. */
type Endpoint = { url: string; source: EndpointSource };

const defaultEndpoint = 'https://api.githubcopilot.com';

/**
 * The Copilot API base, most trusted first: the setting, GitHub's URL for the account, the token's `proxy-ep`, a tenant's host, the
 * default. Invalid URLs are skipped.
 */
export function chooseEndpoint(setting: string | undefined, access: CopilotAccess, host: string): Endpoint {
  const candidates: [EndpointSource, string | undefined][] = [
    ['setting', setting],
    ['account', access.endpoint],
    ['token', access.token && toEndpointOfToken(access.token.expose())],
    ['tenant', host.endsWith('.ghe.com') ? `https://copilot-api.${host}` : undefined],
  ];
  for (const [source, url] of candidates) {
    if (url !== undefined && checkCopilotUrl(url) === undefined)
      return { url: url.replace(/\/+$/, ''), source };
  }
  return { url: defaultEndpoint, source: 'default' };
}

/** The host of the token's `proxy-ep`, with `api.` for `proxy.`. Only githubcopilot.com: a forged token must not get credentials. */
function toEndpointOfToken(token: string): string | undefined {
  const [fields = ''] = token.split(':', 1);
  const pair = fields.split(';').find((field) => field.startsWith('proxy-ep='));
  const proxy = pair?.slice('proxy-ep='.length).toLowerCase();
  if (proxy === undefined || !/^[a-z0-9.-]+\.githubcopilot\.com$/.test(proxy)) return undefined;
  return `https://${proxy.replace(/^proxy\./, 'api.')}`;
}

type SharedFailure = {
  /** Throws the failure that another process met after `since`, so that a queue of processes does not ask for it one by one. */
  throwSince(since: number): void;
  report(error: unknown, at: number): void;
};

/** The last failure of a token exchange for one GitHub token. It holds words, and no secret. */
export function createSharedFailure(file: CacheFile): SharedFailure {
  return {
    throwSince(since) {
      const { at, code, message, hint, details } = toObject(file.read());
      const known = Object.keys(exitCodes).find((name) => name === code) as
        | keyof typeof exitCodes
        | undefined;
      if (known === undefined || (toNumber(at) ?? 0) < since) return;
      throw new TokenExchangeError(known, toText(message) ?? 'the token exchange failed', {
        hint: readHint(hint),
        details: toObject(details),
      });
    },
    report(error, at) {
      if (!(error instanceof CliError) || error.code === 'interrupted') return;
      const { code, message, hint, details } = error;
      file.write({ at, code, message, hint, details });
    },
  };
}
