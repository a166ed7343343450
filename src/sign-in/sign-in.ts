import {
  explainWrongKind,
  type GithubHost,
  type GithubToken,
  type TokenSource,
  toTokenKind,
  workingKinds,
} from '../auth/credentials.ts';
import type { Context } from '../context.ts';
import type { CopilotClient } from '../copilot/client.ts';
import { AuthenticationError, CliError } from '../errors.ts';
import { advise, login } from '../hint.ts';
import type { Secret } from '../secret.ts';
import { type DeviceSignInOptions, signInByDevice } from './device-sign-in.ts';

/** What a sign-in was proved to give. */
export type SignIn = {
  host: string;
  account: string | undefined;
  plan: string | undefined;
  /** Undefined if the list of models could not be had, or holds none that can answer. */
  defaultModel: string | undefined;
};

/** Signs in by device flow. Throws what GitHub said where the account may not use Copilot. */
export async function signIn(context: Context, options: DeviceSignInOptions): Promise<SignIn> {
  await context.record.ensureWritable();
  return keepSignIn(context, options.github, await signInByDevice(context, options));
}

/**
 * Stores the token of a device flow as soon as GitHub has given it, so that nothing that fails later costs the person another round;
 * then it is proved. Throws what GitHub said where the account may not use Copilot.
 */
export async function keepSignIn(context: Context, github: GithubHost, token: Secret): Promise<SignIn> {
  await save(context, github, token);
  try {
    return await prove(context, github, token, {
      kind: 'login',
      name: context.record.path,
      account: undefined,
    });
  } catch (error) {
    throw error instanceof CliError ? error.addHint('The sign-in is kept.') : error;
  }
}

/** Signs in with a token that the person brought. It is stored only once GitHub has accepted it. */
export async function signInWithToken(context: Context, github: GithubHost, token: Secret): Promise<SignIn> {
  const kind = toTokenKind(token.expose());
  const problem = explainWrongKind(kind);
  if (problem !== undefined)
    throw new AuthenticationError(`that ${problem}`, {
      hint: advise`Sign in without a token: ${login}. ${workingKinds}`,
    });
  return prove(context, github, token, { kind: 'given', name: 'stdin' });
}

async function save(
  context: Context,
  github: GithubHost,
  token: Secret,
  account?: string,
  accessKey?: string,
): Promise<void> {
  const savedAt = new Date(context.now()).toISOString();
  await context.record.saveLogin({ host: github.host, account, token, savedAt }, accessKey);
}

async function prove(
  context: Context,
  github: GithubHost,
  token: Secret,
  source: TokenSource,
): Promise<SignIn> {
  const owner: GithubToken = { token, kind: toTokenKind(token.expose()), source, github };
  const wait = context.beginWait('Asking GitHub about the account');
  try {
    const client = await context.connect(owner);
    const session = await client.getSession();
    const account = await client.fetchAccount();
    await save(context, github, token, account.login, session.key);
    const chosen = await client.chooseModel(undefined).catch((error) => {
      if (error instanceof CliError && error.code !== 'auth_required') return undefined;
      throw error;
    });
    return { host: github.host, account: account.login, plan: account.plan, defaultModel: chosen?.model.id };
  } finally {
    wait.end();
  }
}

/**
 * Where a person sits at the terminal, a missing sign-in is a question and not the end. Nobody signs in for a model of an endpoint of their
 * own; without a name, `model` is that of the setting.
 */
export async function ensureSignedIn(
  context: Context,
  client: CopilotClient,
  model: string | undefined,
): Promise<void> {
  if (!(await client.needsSignIn(model))) return;
  const wait = context.beginWait('Checking the sign-in');
  try {
    await client.getSession();
    wait.end();
  } catch (error) {
    // A question follows.
    wait.end();
    if (!(error instanceof AuthenticationError) || !context.prompter.isAvailable) throw error;
    if (context.record.readLogin() !== undefined || context.credentials.findShadow() !== undefined)
      throw error;
    if (!(await context.prompter.confirm('You are not signed in. Sign in now?'))) throw error;
    await signIn(context, { github: context.credentials.findHost(), browser: true });
  }
}
