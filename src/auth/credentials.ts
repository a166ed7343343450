import { toShellWord } from '../command-line.ts';
import { normaliseHost } from '../config/setting-checks.ts';
import type { Settings } from '../config/settings.ts';
import type { Env } from '../env.ts';
import { AuthenticationError } from '../errors.ts';
import { findProgram } from '../find-program.ts';
import { advise, type Hint, login, run } from '../hint.ts';
import { Secret } from '../secret.ts';
import type { Login, LoginRecord } from './login-record.ts';
import { describePlace, type SecretPlace } from './secret-store.ts';

/** Where a GitHub token came from; `name` is the variable, or the place of the sign-in. `given` is not stored yet. */
export type TokenSource =
  | { kind: 'given'; name: 'stdin' }
  | { kind: 'environment'; name: string }
  | { kind: 'login'; name: string; place: SecretPlace; account: string | undefined; host: string }
  | { kind: 'gh'; name: 'gh auth token' };

export type GithubToken = {
  token: Secret;
  kind: TokenKind;
  source: TokenSource;
  github: GithubHost;
};

export type Credentials = {
  /**
   * The token in force. Throws AuthenticationError if there is none, if the named one cannot work, or if the account of an earlier call has
   * signed out and nobody has chosen another one.
   */
  resolve(): Promise<GithubToken>;
  /** Keeps to the account that is in force now, as `resolve` does from its first call on. Never throws. */
  hold(): void;
  /** The token of one account, whatever variables and settings say. Throws AuthenticationError if the key store has lost it. */
  resolveLogin(login: Login): Promise<GithubToken>;
  /** The variable whose token is used before a stored login, if any. */
  findShadow(): string | undefined;
  /** Variables skipped because their kind of token cannot work, with the reason. */
  listIgnored(): { variable: string; reason: string }[];
  /** The host to sign in to. */
  findHost(requested?: string): GithubHost;
};

type CredentialsOptions = { env: Env; settings: Settings; record: LoginRecord; signal: AbortSignal };

/** Set for this program or its like, so a token of the wrong kind in one of these is a mistake to point out. */
const ownVariables = ['GITHUB_COPILOT_TOKEN', 'COPILOT_GITHUB_TOKEN'];
/** Set for other programs as well, so we ignore a token of the wrong kind in one of these. */
const sharedVariables = ['GH_TOKEN', 'GITHUB_TOKEN'];
export const tokenVariables = [...ownVariables, ...sharedVariables];

/** The one place that decides which GitHub token is used: the environment, then the stored login, then gh. */
export function createCredentials({ env, settings, record, signal }: CredentialsOptions): Credentials {
  const readVariable = (variable: string): string | undefined => env[variable]?.trim() || undefined;
  const isIgnored = (variable: string, value: string): boolean =>
    sharedVariables.includes(variable) && explainWrongKind(toTokenKind(value)) !== undefined;

  function findVariable(): { variable: string; value: string } | undefined {
    for (const variable of tokenVariables) {
      const value = readVariable(variable);
      if (value !== undefined && !isIgnored(variable, value)) return { variable, value };
    }
    return undefined;
  }

  function listIgnored(): { variable: string; reason: string }[] {
    return sharedVariables.flatMap((variable) => {
      const value = readVariable(variable);
      const reason = value === undefined ? undefined : explainWrongKind(toTokenKind(value));
      return reason === undefined ? [] : [{ variable, reason }];
    });
  }

  /** The account that this process works as. */
  let held: string | undefined;

  function findLogin(): Login | undefined {
    const login = record.readLogin();
    // What was meant for one account never goes out as another.
    if (login && held !== undefined && login.id !== held && record.isLeftOver) record.findLogin(held);
    const configured = settings.get('host').value;
    // A login at one host is of no use at another.
    return login &&
      configured !== undefined &&
      record.namedBy === undefined &&
      toGithubHost(settings, configured, undefined).host !== login.host
      ? undefined
      : login;
  }

  function toGithubToken(value: string, source: TokenSource, github: GithubHost): GithubToken {
    const kind = toTokenKind(value);
    const problem = explainWrongKind(kind);
    if (problem !== undefined) {
      const where =
        source.kind === 'environment' ? `the token in ${source.name}` : `the token from ${source.name}`;
      throw new AuthenticationError(`${where} ${problem}`, {
        hint: advise`Unset it and run: ${login}. ${workingKinds}`,
      });
    }
    if (/[^\u0021-\u007e]/.test(value)) {
      throw new AuthenticationError(`the token from ${source.name} contains a character that no token has`, {
        hint: 'Check for line breaks or quotes around the value.',
      });
    }
    return { token: new Secret(value), kind, source, github };
  }

  async function resolveLogin(login: Login): Promise<GithubToken> {
    const token = await record.readToken(login);
    if (!token) throw createLostError(login);
    return toGithubToken(token.expose(), toLoginSource(login), toHostOfLogin(settings, login));
  }

  return {
    resolveLogin,
    findShadow: () => findVariable()?.variable,
    listIgnored,
    findHost: (requested) => toGithubHost(settings, requested, undefined),
    hold() {
      try {
        if (!findVariable()) held = findLogin()?.id;
      } catch {
        // Whoever asks for the token reports it.
      }
    },
    async resolve() {
      const fromEnvironment = findVariable();
      if (fromEnvironment) {
        const { variable, value } = fromEnvironment;
        return toGithubToken(
          value,
          { kind: 'environment', name: variable },
          toGithubHost(settings, undefined, undefined),
        );
      }
      const login = findLogin();
      if (login) {
        held = login.id;
        return resolveLogin(login);
      }
      const github = toGithubHost(settings, undefined, undefined);
      const ghToken = held === undefined ? await readGhToken(github.host, env, signal) : undefined;
      if (ghToken !== undefined) return toGithubToken(ghToken, { kind: 'gh', name: 'gh auth token' }, github);
      throw createSignedOutError(listIgnored(), github.host, record.readLogin()?.host);
    },
  };
}

export function toLoginSource({
  place,
  account,
  host,
}: Pick<Login, 'place' | 'account' | 'host'>): TokenSource {
  return { kind: 'login', name: describePlace(place), place, account, host };
}

function createLostError({ id, place }: Login): AuthenticationError {
  return new AuthenticationError(`${describePlace(place)} no longer has the sign-in of ${id}`);
}

function createSignedOutError(
  ignored: { variable: string; reason: string }[],
  host: string,
  storedHost: string | undefined,
): AuthenticationError {
  const [first] = ignored;
  if (first) return new AuthenticationError(`not signed in: the token in ${first.variable} ${first.reason}`);
  if (storedHost === undefined) return new AuthenticationError('not signed in', { isSignedOut: true });
  return new AuthenticationError(`not signed in to ${host}: the sign-in here is for ${storedHost}`, {
    hint: advise`Run: ${run(`login --host ${toShellWord(host)}`)}, or see who sets host in: ${run('config list')}`,
  });
}

/** GitHub does not accept the token: it was revoked, has expired, or was never one. */
export function createBadCredentialsError({ source, github }: GithubToken): AuthenticationError {
  const owner = source.kind === 'login' ? 'your sign-in' : `the token from ${source.name}`;
  return new AuthenticationError(`${github.host} does not accept ${owner}`, { hint: hintAtNewToken(source) });
}

/** What to do about a token that is not accepted. A sign-in does not help if a variable takes precedence. */
export function hintAtNewToken(source: TokenSource): Hint {
  return source.kind === 'environment'
    ? advise`Set ${source.name} to another token, or unset it and run: ${login}`
    : login;
}

/** What a token is, by its prefix. */
export type TokenKind =
  | 'oauth-app'
  | 'github-app'
  | 'fine-grained'
  | 'classic'
  | 'installation'
  | 'copilot'
  | 'api-key'
  | 'unknown';

const prefixes: [prefix: string, kind: TokenKind][] = [
  ['gho_', 'oauth-app'],
  ['ghu_', 'github-app'],
  ['github_pat_', 'fine-grained'],
  ['ghp_', 'classic'],
  ['ghs_', 'installation'],
  ['tid=', 'copilot'],
  ['sk-', 'api-key'],
];

export function toTokenKind(token: string): TokenKind {
  return prefixes.find(([prefix]) => token.startsWith(prefix))?.[1] ?? 'unknown';
}

/** Names the kinds of token that work. */
export const workingKinds =
  'Use a token that begins with gho_ or ghu_, or a github_pat_ token with the permission "Copilot Requests".';

/** Why a token of this kind can never work here, as the end of a sentence. Undefined if it may work. */
export function explainWrongKind(kind: TokenKind): string | undefined {
  switch (kind) {
    case 'classic':
      return 'is a classic personal access token (ghp_), which Copilot does not accept';
    case 'copilot':
      return 'is a Copilot token (tid=), which expires after half an hour; use a GitHub token, from which Copilot tokens are made';
    case 'api-key':
      return 'is an API key of another service (sk-), not a GitHub token';
    default:
      return undefined;
  }
}

export type GithubHost = {
  /** `github.com`, or a data-residency tenant such as `acme.ghe.com`. */
  host: string;
  /** Where the device flow runs. No trailing slash. */
  serverUrl: string;
  /** Where tokens are exchanged. No trailing slash. */
  apiUrl: string;
};

const defaultHost = 'github.com';
const defaultUrls = { 'server-url': 'https://github.com', 'api-url': 'https://api.github.com' };

/**
 * The GitHub host: the requested one, else the setting, else the stored login's, else github.com. A tenant's API is `api.TENANT.ghe.com`.
 * Explicit URLs win, except github.com's own, which GitHub Actions sets in every job.
 */
export function toGithubHost(
  settings: Settings,
  requested: string | undefined,
  stored: string | undefined,
): GithubHost {
  const configured = settings.get('host').value;
  const host = normaliseHost(requested ?? configured ?? stored ?? defaultHost) ?? defaultHost;
  return toUrls(settings, host, {});
}

/** The host of an account, whatever the settings say of others. URLs that a variable sets win over those of the sign-in. */
function toHostOfLogin(settings: Settings, { host, serverUrl, apiUrl }: Login): GithubHost {
  return toUrls(settings, host, { 'server-url': serverUrl, 'api-url': apiUrl });
}

function toUrls(
  settings: Settings,
  host: string,
  stored: Partial<Record<'server-url' | 'api-url', string | undefined>>,
): GithubHost {
  const chooseUrl = (name: 'server-url' | 'api-url', derived: string): string => {
    const url = settings.get(name).value?.replace(/\/+$/, '');
    return url === undefined || url === defaultUrls[name] ? (stored[name] ?? derived) : url;
  };
  return {
    host,
    serverUrl: chooseUrl('server-url', `https://${host}`),
    apiUrl: chooseUrl('api-url', `https://api.${host}`),
  };
}

/** gh's token for `host`, without the token variables. Undefined if gh is absent, signed out or slow. Throws `signal`'s reason. */
export async function readGhToken(host: string, env: Env, signal: AbortSignal): Promise<string | undefined> {
  const program = findProgram('gh', { env });
  if (program === undefined) return undefined;
  const { execFile } = await import('node:child_process');
  const { GH_TOKEN: _, GITHUB_TOKEN: __, ...rest } = env;
  const options = { env: rest as NodeJS.ProcessEnv, timeout: 5_000, windowsHide: true, signal };
  const token = await new Promise<string | undefined>((resolve) => {
    execFile(program, ['auth', 'token', '--hostname', host], options, (error, stdout) => {
      resolve(error ? undefined : stdout.trim() || undefined);
    });
  });
  signal.throwIfAborted();
  return token;
}
