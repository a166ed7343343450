import type { CopilotSession } from '../auth/copilot-tokens.ts';
import type { GithubToken } from '../auth/credentials.ts';
import type { Context } from '../context.ts';
import type { Account } from '../copilot/account.ts';
import { CliError, describeError } from '../errors.ts';
import type { Services } from './services.ts';

/** What is known of whoever is signed in. Nothing of it tells a token, but for `session` and `github`, which must not be written. */
export type AccountFacts = {
  isSignedIn: boolean;
  github: GithubToken | undefined;
  session: CopilotSession | undefined;
  /** Why a model cannot be asked now, in a sentence. */
  error: string | undefined;
};

/** Where GitHub cannot be asked, or has Copilot withheld, somebody is signed in nevertheless. */
export async function findFacts(
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

/** What GitHub says of the account, asked once a minute at most; undefined where it says nothing. */
export type AccountReader = (
  session: CopilotSession,
  services: Pick<Services, 'connect'>,
) => Promise<Account | undefined>;

const lifetimeMs = 60_000;

export function createAccountReader(now: () => number): AccountReader {
  let known: { key: string; at: number; account: Promise<Account | undefined> } | undefined;
  return ({ key }, { connect }) => {
    if (known?.key !== key || Math.abs(now() - known.at) > lifetimeMs) {
      const account = connect().then((client) => client.fetchAccount());
      known = { key, at: now(), account: account.catch(() => undefined) };
    }
    return known.account;
  };
}

/** ISO 8601, or undefined for a time that no calendar has. */
export function toExpiry(session: CopilotSession | undefined): string | undefined {
  const date = new Date(session?.access.expiresAt ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
