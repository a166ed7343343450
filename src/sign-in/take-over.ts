import type { Context } from '../context.ts';
import { AuthenticationError, CliError } from '../errors.ts';
import { advise, flag, login } from '../hint.ts';
import { toOneLine } from '../terminal-text.ts';
import { describeAbsence, type FoundSignIn, findSignIns, maskToken } from './other-tools.ts';
import { type SignIn, type SignInOptions, signInWithToken } from './sign-in.ts';
import type { ToolName } from './tool-names.ts';

export type TakeOverOptions = SignInOptions & {
  tool: ToolName;
  /** Only sign-ins at this host. */
  host: string | undefined;
  /** Asks nothing. */
  yes: boolean;
};

/**
 * Shows the sign-ins that another tool keeps, and stores them once the person agrees and GitHub accepts them. The one that the tool uses
 * is stored last, and so is in force. Empty if the person does not agree. Throws AuthenticationError if there is none.
 */
export async function takeOver(context: Context, options: TakeOverOptions): Promise<SignIn[]> {
  const { tool, host, yes } = options;
  const all = await findSignIns(tool, context);
  const found = all.filter((signIn) => host === undefined || signIn.host === host);
  if (found.length === 0)
    throw new AuthenticationError(
      `no sign-in of ${tool} was found${host === undefined ? '' : ` for ${host}`}`,
      {
        hint: [describeAbsence(tool, context), login],
      },
    );
  await context.io.stderr.write(found.map((signIn) => `${describe(signIn)}\n`).join(''));
  if (!yes && !(await isWanted(context, found.length))) return [];
  return storeAll(context, found, options);
}

function describe({ host, account, token, where }: FoundSignIn): string {
  const who = account === undefined ? 'an account' : toOneLine(account);
  return `Found ${who} at ${host} in ${where}: ${maskToken(token)}`;
}

async function isWanted({ prompter }: Context, count: number): Promise<boolean> {
  if (!prompter.isAvailable)
    throw new CliError('usage', 'nobody is there to say whether it shall be stored', {
      hint: advise`Store it without a question: ${flag('--yes')}`,
    });
  return prompter.confirm(count === 1 ? 'Store it here?' : `Store all ${count} here?`);
}

/** One that GitHub refuses does not keep the others out. Throws the last refusal if there was nothing else. */
async function storeAll(
  context: Context,
  found: readonly FoundSignIn[],
  options: SignInOptions,
): Promise<SignIn[]> {
  const stored: SignIn[] = [];
  let refusal: unknown;
  for (const { host, token, where } of found.toReversed()) {
    try {
      const github = context.credentials.findHost(host);
      stored.push(await signInWithToken(context, github, token, { choice: options.choice }));
    } catch (error) {
      if (!(error instanceof CliError) || context.signal.aborted) throw error;
      refusal = error;
      if (found.length > 1)
        context.warn(`the sign-in of ${where} at ${host} is not stored: ${error.message}.`);
    }
  }
  if (stored.length === 0) throw refusal;
  return stored;
}
