import type { CopilotAccess } from '../auth/copilot-access.ts';
import {
  explainWrongKind,
  type GithubHost,
  type GithubToken,
  type TokenSource,
  toLoginSource,
  toTokenKind,
  workingKinds,
} from '../auth/credentials.ts';
import type { WrittenPlace } from '../auth/secret-store.ts';
import type { CredentialStoreChoice } from '../config/setting-choices.ts';
import type { Context } from '../context.ts';
import type { CopilotClient } from '../copilot/client.ts';
import { AuthenticationError, CliError } from '../errors.ts';
import { advise, login } from '../hint.ts';
import { untilAborted } from '../pause.ts';
import type { Secret } from '../secret.ts';
import { type DeviceSignInOptions, signInByDevice } from './device-sign-in.ts';

/** What a sign-in was proved to give. */
export type SignIn = {
  host: string;
  account: string | undefined;
  plan: string | undefined;
  /** Undefined if the list of models could not be had, or holds none that can answer. */
  defaultModel: string | undefined;
  /** Where the token lies now. */
  written: WrittenPlace;
};

export type SignInOptions = { choice?: CredentialStoreChoice | undefined };

/** Signs in by device flow. Throws what GitHub said where the account may not use Copilot. */
export async function signIn(
  context: Context,
  { choice, ...options }: DeviceSignInOptions & SignInOptions,
): Promise<SignIn> {
  await context.record.ensureWritable();
  return keepSignIn(context, options.github, await signInByDevice(context, options), { choice });
}

/**
 * Stores the token of a device flow as soon as GitHub has given it, so that nothing that fails later costs the person another round;
 * then it is proved. Throws what GitHub said where the account may not use Copilot.
 */
export async function keepSignIn(
  context: Context,
  github: GithubHost,
  token: Secret,
  options: SignInOptions = {},
): Promise<SignIn> {
  const nameless = { account: undefined, host: github.host };
  const { place } = await save(context, { ...nameless, github, token, options });
  try {
    return await prove(context, github, token, { source: toLoginSource({ ...nameless, place }), options });
  } catch (error) {
    throw error instanceof CliError ? error.addHint('The sign-in is kept.') : error;
  }
}

/** Signs in with a token that the person brought. It is stored only once GitHub has accepted it. */
export async function signInWithToken(
  context: Context,
  github: GithubHost,
  token: Secret,
  options: SignInOptions = {},
): Promise<SignIn> {
  const kind = toTokenKind(token.expose());
  const problem = explainWrongKind(kind);
  if (problem !== undefined)
    throw new AuthenticationError(`that ${problem}`, {
      hint: advise`Sign in without a token: ${login}. ${workingKinds}`,
    });
  return prove(context, github, token, { source: { kind: 'given', name: 'stdin' }, options });
}

type Proven = {
  github: GithubHost;
  token: Secret;
  account: string | undefined;
  plan?: string | undefined;
  access?: { key: string; access: CopilotAccess };
  options: SignInOptions;
};

function save(
  { record, now }: Context,
  { github, token, account, plan, access, options }: Proven,
): Promise<WrittenPlace> {
  const { host, serverUrl, apiUrl } = github;
  const savedAt = new Date(now()).toISOString();
  const urls = {
    serverUrl: serverUrl === `https://${host}` ? undefined : serverUrl,
    apiUrl: apiUrl === `https://api.${host}` ? undefined : apiUrl,
  };
  return record.saveLogin({ host, account, plan, token, savedAt, ...urls }, { access, ...options });
}

async function prove(
  context: Context,
  github: GithubHost,
  token: Secret,
  { source, options }: { source: TokenSource; options: SignInOptions },
): Promise<SignIn> {
  const owner: GithubToken = { token, kind: toTokenKind(token.expose()), source, github };
  // The client has the signal of the program, and the sign-in may have one of its own.
  const heed = <T>(work: Promise<T>): Promise<T> => untilAborted(work, context.signal);
  const wait = context.beginWait('Asking GitHub about the account');
  try {
    const client = await heed(context.connect(owner));
    const { key, access } = await heed(client.getSession());
    const { login: account, plan } = await heed(client.fetchAccount());
    const written = await save(context, { github, token, account, plan, access: { key, access }, options });
    const chosen = await heed(client.chooseModel(undefined)).catch((error) => {
      context.signal.throwIfAborted();
      if (error instanceof CliError && error.code !== 'auth_required') return undefined;
      throw error;
    });
    return { host: github.host, account, plan, defaultModel: chosen?.model.id, written };
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
    if (context.credentials.findShadow() !== undefined || context.record.readLogin() !== undefined)
      throw error;
    if (!(await context.prompter.confirm('You are not signed in. Sign in now?'))) throw error;
    await signIn(context, { github: context.credentials.findHost(), browser: true });
  }
}
