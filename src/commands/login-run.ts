import { readWantedStdin } from '../chat/stdin-input.ts';
import type { Privacy } from '../config/json-file.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { Secret } from '../secret.ts';
import { type SignIn, signIn, signInWithToken } from '../sign-in/sign-in.ts';
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
  const result = options.withToken
    ? await signInWithToken(context, github, await readToken(context))
    : await signIn(context, { github, browser: options.browser });
  await describeSignIn(context, result);
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
  { host, account, plan, defaultModel }: SignIn,
): Promise<void> {
  const { stderr } = context.io;
  const lines = [
    `${paint(stderr, 'green', 'Signed in')} to ${host} as ${account ?? 'an account that GitHub does not name'}.`,
    `Plan: ${plan ?? 'not reported by GitHub'}. Default model: ${defaultModel ?? 'none; see copilot-cli models'}.`,
    `The token is kept in ${context.record.path}${describePrivacy(context.record.close())}.`,
    'Try it: copilot-cli chat "hello"',
  ];
  await stderr.write(`${lines.join('\n')}\n`);
}

function describePrivacy(privacy: Privacy): string {
  if (privacy.kind === 'exposed') return `; ${privacy.reason}`;
  return privacy.kind === 'private' ? ', which only you can read' : '';
}
