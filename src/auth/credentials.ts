import type { Settings } from '../config/settings.ts';
import type { Env } from '../env.ts';
import { AuthenticationError } from '../errors.ts';
import { advise, login, run } from '../hint.ts';
import { Secret } from '../secret.ts';
import { readGhToken } from './gh.ts';
import { type GithubHost, toGithubHost } from './github-host.ts';
import type { Login, LoginRecord } from './login-record.ts';
import { explainWrongKind, type TokenKind, toTokenKind, workingKinds } from './token-kind.ts';

/** Where a GitHub token came from; `name` is the variable, or the path of the record. `given` is not stored yet. */
export type TokenSource =
  | { kind: 'given'; name: 'stdin' }
  | { kind: 'environment'; name: string }
  | { kind: 'login'; name: string; account: string | undefined }
  | { kind: 'gh'; name: 'gh auth token' };

export type GithubToken = {
  token: Secret;
  kind: TokenKind;
  source: TokenSource;
  github: GithubHost;
};

export type Credentials = {
  /** The token in force. Throws AuthenticationError where there is none, or where the one that was named cannot work. */
  resolve(): Promise<GithubToken>;
  /** The variable whose token is used before a stored login, if any. */
  findShadow(): string | undefined;
  /** Variables that hold a token of a kind that cannot work and were passed over, with the reason. */
  listIgnored(): { variable: string; reason: string }[];
  /** The host to sign in to. */
  findHost(requested?: string): GithubHost;
};

export type CredentialsOptions = { env: Env; settings: Settings; record: LoginRecord; signal: AbortSignal };

/** Set for this program or its like, so a token of the wrong kind in one of these is a mistake to point out. */
const ownVariables = ['GITHUB_COPILOT_TOKEN', 'COPILOT_GITHUB_TOKEN'];
/** Set for other programs as well, so a token of the wrong kind in one of these is none of our business. */
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

  function findLogin(): Login | undefined {
    const login = record.readLogin();
    const configured = settings.get('host').value;
    // A login at one host is of no use at another.
    return login &&
      configured !== undefined &&
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

  return {
    findShadow: () => findVariable()?.variable,
    listIgnored,
    findHost: (requested) => toGithubHost(settings, requested, undefined),
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
        const source: TokenSource = { kind: 'login', name: record.path, account: login.account };
        return toGithubToken(login.token.expose(), source, toGithubHost(settings, undefined, login.host));
      }
      const github = toGithubHost(settings, undefined, undefined);
      const ghToken = await readGhToken(github.host, env, signal);
      if (ghToken !== undefined) return toGithubToken(ghToken, { kind: 'gh', name: 'gh auth token' }, github);
      throw createSignedOutError(listIgnored(), github.host, record.readLogin()?.host);
    },
  };
}

function createSignedOutError(
  ignored: { variable: string; reason: string }[],
  host: string,
  storedHost: string | undefined,
): AuthenticationError {
  const [first] = ignored;
  if (first) return new AuthenticationError(`not signed in: the token in ${first.variable} ${first.reason}`);
  if (storedHost === undefined) return new AuthenticationError('not signed in');
  return new AuthenticationError(`not signed in to ${host}: the sign-in here is for ${storedHost}`, {
    hint: advise`Run: ${run(`login --host ${host}`)}, or see who sets host in: ${run('config list')}`,
  });
}
