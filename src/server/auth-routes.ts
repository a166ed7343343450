import { signOut } from '../account/sign-out.ts';
import type { CopilotSession } from '../auth/copilot-tokens.ts';
import type { GithubToken } from '../auth/credentials.ts';
import type { Context } from '../context.ts';
import type { Account } from '../copilot/account.ts';
import { CliError, describeError } from '../errors.ts';
import { toOneLine } from '../terminal-text.ts';
import { type Call, writeJson } from './call.ts';
import { createDeviceLogin, type DeviceLogin, type DeviceLoginOptions } from './device-login.ts';
import { type Route, toRoute } from './router.ts';
import type { Services } from './services.ts';

type Parts = { context: Context; login: DeviceLogin; readAccount: AccountReader };
type Handle = (call: Call, services: Services, parts: Parts) => Promise<void>;

/** Signing in and out, and who is signed in. No reply contains a token. */
export function createAuthRoutes(options: DeviceLoginOptions): Route[] {
  const { context, onAccountChange } = options;
  const parts: Parts = {
    context,
    login: createDeviceLogin(options),
    readAccount: createAccountReader(context.now),
  };
  const route = (method: Route['method'], path: string, summary: string, handle: Handle): Route =>
    toRoute(method, path, summary, (call, services) => handle(call, services, parts));
  return [
    route('POST', '/auth/login', 'Start a sign-in: a code, and where to enter it', beginLogin),
    route('POST', '/auth/check', 'Whether the sign-in is complete', checkLogin),
    route('GET', '/auth/status', 'Who is signed in', writeStatus),
    route('POST', '/auth/logout', 'Remove the sign-in from this machine', async (call) => {
      await parts.login.cancel();
      const { warnings } = await signOut(context).finally(onAccountChange);
      writeJson(call, 200, { status: 'logged_out', warnings });
    }),
    route('GET', '/api/providers/githubcopilot/status', 'The account in use', writeProvider),
  ];
}

const beginLogin: Handle = async (call, services, { context, login }) => {
  if (!login.isPending && (await findFacts(context, services)).isSignedIn) {
    writeJson(call, 200, { status: 'authenticated' });
    return;
  }
  const code = await login.start();
  const shadow = context.credentials.findShadow();
  writeJson(call, 200, {
    status: 'pending_verification',
    verification_uri: toOneLine(code.verificationUri),
    user_code: toOneLine(code.userCode),
    expires_in: Math.max(0, Math.round((code.expiresAt - context.now()) / 1000)),
    interval: code.interval,
    ...(shadow !== undefined && {
      warnings: [`${shadow} is set, and its token is used in place of this login.`],
    }),
  });
};

const checkLogin: Handle = async (call, services, { context, login }) => {
  if (login.isPending) {
    writeJson(call, 200, { status: 'pending_verification' });
    return;
  }
  const { isSignedIn, error } = await findFacts(context, services);
  // The reason why the flow failed is more useful than "not signed in".
  const reason = !isSignedIn && login.failure !== undefined ? describeError(login.failure).message : error;
  writeJson(call, 200, { status: toStatus(isSignedIn), error: reason });
};

const writeStatus: Handle = async (call, services, { context, login, readAccount }) => {
  const { isSignedIn, github, session, error } = await findFacts(context, services);
  const source = github?.source;
  const stored = source?.kind === 'login' ? source.account : undefined;
  writeJson(call, 200, {
    status: !isSignedIn && login.isPending ? 'pending_verification' : toStatus(isSignedIn),
    login: stored ?? (session && (await readAccount(session, services))?.login),
    host: github?.github.host,
    source: source?.kind ?? null,
    expiresAt: toExpiry(session),
    error,
  });
};

const writeProvider: Handle = async (call, services, { context, readAccount }) => {
  const { isSignedIn, github, session, error } = await findFacts(context, services);
  const [account, models] = await Promise.all([
    session && readAccount(session, services),
    session &&
      services.models.list().then(
        ({ models: listed }) => listed.length,
        () => undefined,
      ),
  ]);
  const stored = github?.source.kind === 'login' ? github.source.account : undefined;
  writeJson(call, 200, {
    provider: 'githubcopilot',
    authenticated: isSignedIn,
    login: account?.login ?? stored ?? null,
    plan: account?.plan ?? null,
    models: models ?? null,
    endpoint: session?.endpoint.url ?? null,
    expires_at: toExpiry(session) ?? null,
    ...(error !== undefined && { error }),
  });
};

function toStatus(isSignedIn: boolean): 'authenticated' | 'unauthenticated' {
  return isSignedIn ? 'authenticated' : 'unauthenticated';
}

/** Facts about the account. `session` and `github` hold tokens and must not be written into a reply. */
type AccountFacts = {
  isSignedIn: boolean;
  github: GithubToken | undefined;
  session: CopilotSession | undefined;
  /** Why no model can be asked now, in a sentence. */
  error: string | undefined;
};

/** Somebody is signed in even if GitHub cannot be reached or denies Copilot. */
async function findFacts(
  { credentials }: Context,
  { connect }: Pick<Services, 'connect'>,
): Promise<AccountFacts> {
  let github: GithubToken | undefined;
  try {
    github = await credentials.resolve();
    const session = await (await connect()).getSession();
    return { isSignedIn: true, github, session, error: undefined };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const isSignedIn = github !== undefined && error.code !== 'auth_required';
    return { isSignedIn, github, session: undefined, error: describeError(error).message };
  }
}

/** GitHub's description of the account, asked at most once a minute; undefined after a failure. */
type AccountReader = (
  session: CopilotSession,
  services: Pick<Services, 'connect'>,
) => Promise<Account | undefined>;

const lifetimeMs = 60_000;

function createAccountReader(now: () => number): AccountReader {
  let known: { key: string; at: number; account: Promise<Account | undefined> } | undefined;
  return ({ key }, { connect }) => {
    if (known?.key !== key || Math.abs(now() - known.at) > lifetimeMs) {
      const account = connect().then((client) => client.fetchAccount());
      known = { key, at: now(), account: account.catch(() => undefined) };
    }
    return known.account;
  };
}

/** ISO 8601, or undefined for an invalid time. */
function toExpiry(session: CopilotSession | undefined): string | undefined {
  const date = new Date(session?.access.expiresAt ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
