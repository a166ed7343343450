import type { CopilotSession } from '../../auth/copilot-tokens.ts';
import type { GithubToken } from '../../auth/credentials.ts';
import type { Account } from '../../copilot/account.ts';
import type { ModelChoice } from '../../copilot/model-choice.ts';
import type { Catalogue } from '../../copilot/model-list.ts';
import type { CliError } from '../../errors.ts';
import { advise, login, run } from '../../hint.ts';
import { describeQuota } from '../../output/account-status.ts';
import { after, type Finding, joinFindings, type Outcome, ok, toFinding, warn } from '../check.ts';

const kinds: Record<GithubToken['kind'], string> = {
  'oauth-app': 'an OAuth token (gho_)',
  'github-app': 'a token of a GitHub app (ghu_)',
  'fine-grained': 'a fine-grained token (github_pat_)',
  classic: 'a classic token (ghp_)',
  installation: 'a token of an installation (ghs_)',
  copilot: 'a Copilot token (tid=)',
  'api-key': 'an API key (sk-)',
  unknown: 'a token of an unknown kind',
};

export type TokenFacts = {
  token: Outcome<GithubToken>;
  /** Variables with tokens that cannot work. */
  ignored: readonly { variable: string; reason: string }[];
  /** The variable that hides a sign-in, if there is one. */
  shadow: string | undefined;
};

export function checkToken({ token, ignored, shadow }: TokenFacts): Finding {
  if (!token.ok) return toFinding(token.error);
  const { kind, source, github } = token.value;
  const problems = [
    ...ignored.map(({ variable, reason }) =>
      warn(`the token in ${variable} ${reason}; it is not used`, `unset ${variable}`),
    ),
    ...(shadow === undefined
      ? []
      : [warn(`the token in ${shadow} is used in place of your sign-in`, `unset ${shadow}`)]),
  ];
  const where = source.kind === 'environment' ? `in ${source.name}` : `from ${source.name}`;
  return joinFindings(problems) ?? ok(`${kinds[kind]} ${where}, for ${github.host}`);
}

/** A refusal for the account is a finding of `seat`; everything else that goes wrong with the exchange is one of this check. */
export function checkExchange(session: Outcome<CopilotSession>): Finding {
  if (!session.ok) return isRefusal(session.error) ? after('seat') : toFinding(session.error);
  const { access } = session.value;
  if (access.style === 'direct') return ok('not needed: the GitHub token goes to Copilot directly');
  return ok(
    `a Copilot token until ${new Date(access.expiresAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  );
}

export function isRefusal(error: CliError): boolean {
  return error.code === 'forbidden';
}

/** `obstacle` is what keeps the account from an answer now, by what GitHub says about it. */
export function checkSeat(account: Outcome<Account>, obstacle: CliError | undefined): Finding {
  if (!account.ok) return toFinding(account.error, isRefusal(account.error) ? 'fail' : 'warn');
  if (obstacle?.code === 'forbidden') return toFinding(obstacle);
  const { login: name = 'this account', plan } = account.value;
  const has = `has ${plan === undefined ? 'Copilot' : `Copilot ${plan}`}`;
  return { ...ok(`${name} ${has}`), report: `this account ${has}` };
}

export function checkModels(catalogue: Outcome<Catalogue>): Finding {
  if (!catalogue.ok) return toFinding(catalogue.error);
  const { origin, unreadable } = catalogue.value;
  const models = catalogue.value.models.filter(({ custom }) => custom === undefined);
  const count = `${models.length} models`;
  if (origin === 'cache')
    return warn(
      `Copilot sends no list of models now; an earlier one with ${count} is used`,
      'Try again in a minute.',
    );
  if (origin === 'builtin')
    return warn(`the token may not list models; a built-in list with ${count} is used`, login);
  if (models.length === 0)
    return warn('Copilot lists no model', advise`See what the account has: ${run('models --all')}`);
  return ok(unreadable === 0 ? count : `${count}, and ${unreadable} that make no sense`);
}

export function checkModel(choice: Outcome<ModelChoice>): Finding {
  if (!choice.ok) return toFinding(choice.error);
  const { model, origin } = choice.value;
  return ok(`${model.id}, ${origin === 'setting' ? 'set by you' : 'chosen by Copilot'}`);
}

/** Less than this is worth a word, in percent. */
const littlePercent = 5;

export function checkQuota({ quota }: Account, obstacle: CliError | undefined): Finding {
  if (obstacle?.code === 'quota') return toFinding(obstacle);
  if (!quota) return ok('not reported by GitHub');
  const words = describeQuota(quota);
  const { percentRemaining = 100, overagePermitted, unlimited } = quota;
  if (unlimited || overagePermitted || percentRemaining >= littlePercent) return ok(words);
  return warn(words, 'Allow paid use, or change the plan, at https://github.com/settings/billing');
}
