import { toLoginId } from '../auth/login-record.ts';
import { describePlace, type WrittenPlace } from '../auth/secret-store.ts';
import { readWantedStdin } from '../chat/stdin-input.ts';
import type { Privacy } from '../config/json-file.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { Secret } from '../secret.ts';
import { type SignIn, signIn, signInWithToken } from '../sign-in/sign-in.ts';
import { takeOver } from '../sign-in/take-over.ts';
import { paint } from '../terminal/io.ts';
import type { LoginOptions } from './login.ts';

export async function runLogin(context: Context, options: LoginOptions): Promise<void> {
  const github = context.credentials.findHost(options.host);
  const shadow = context.credentials.findShadow();
  if (shadow !== undefined) {
    context.warn(
      `${shadow} is set, and its token is used in place of this login. Unset it to use the login.`,
    );
  }
  if (context.record.namedBy === '--account')
    throw new CliError('usage', '--account does not choose who signs in', {
      hint: 'Leave it out: whoever signs in on the page of GitHub is added.',
    });
  const { from, host, yes } = options;
  const choice = options.insecureStorage ? 'file' : undefined;
  if (from !== undefined) {
    const taken = await takeOver(context, { tool: from, host, yes, choice });
    for (const signedIn of taken) await tell(context, signedIn);
    return;
  }
  if (options.withToken)
    return tell(context, await signInWithToken(context, github, await readToken(context), { choice }));
  const before = listIds(context);
  const result = await signIn(context, { github, browser: options.browser, choice });
  await tell(context, result);
  if (before.includes(toLoginId(result)))
    for (const sentence of [
      `${result.account} was signed in before.`,
      'To add another account, open the page in a private window.',
    ])
      context.notice(sentence);
}

/** A broken record has words of its own where it is written. */
function listIds({ record }: Context): string[] {
  try {
    return record.listLogins().map(({ id }) => id);
  } catch {
    return [];
  }
}

async function tell(context: Context, signedIn: SignIn): Promise<void> {
  await describeSignIn(context, signedIn);
  const { leftBehind } = signedIn.written;
  if (leftBehind !== undefined) context.warn(`${leftBehind}.`);
}

async function readToken(context: Context): Promise<Secret> {
  const hint = advise`For example: ${run('login --with-token < token.txt')}`;
  const text = context.prompter.isAvailable
    ? await context.prompter.readSecret('Paste a GitHub token:')
    : await readWantedStdin(context, hint);
  const token = text.trim();
  if (token === '') throw new CliError('usage', 'stdin has no token', { hint });
  if (/[^\u0021-\u007e]/.test(token))
    throw new CliError('usage', 'stdin holds more than one token', { hint: 'Pass the token alone.' });
  return new Secret(token);
}

async function describeSignIn(
  context: Context,
  { host, account, plan, defaultModel, written }: SignIn,
): Promise<void> {
  const { stderr } = context.io;
  const lines = [
    `${paint(stderr, 'green', 'Signed in')} to ${host} as ${account ?? 'an account that GitHub does not name'}.`,
    `Plan: ${plan ?? 'not reported by GitHub'}. Default model: ${defaultModel ?? 'none; see copilot-cli models'}.`,
    describeWritten(context, written),
    'Try it: copilot-cli chat "hello"',
  ];
  const { wrapText } = await import('../terminal/wrap-text.ts');
  const rows = stderr.isTerminal ? lines.flatMap((line) => wrapText(line, stderr.columns)) : lines;
  await stderr.write(`${rows.join('\n')}\n`);
}

function describeWritten({ record }: Context, { place, reason }: WrittenPlace): string {
  const privacy = place.kind === 'file' ? describePrivacy(record.close()) : '';
  const why = reason === undefined ? '' : `, because ${reason}`;
  return `The token is kept in ${describePlace(place)}${privacy}${why}.`;
}

function describePrivacy(privacy: Privacy): string {
  if (privacy.kind === 'exposed') return `; ${privacy.reason}`;
  return privacy.kind === 'private' ? ', which only you can read' : '';
}
