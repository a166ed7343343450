import { isDeepStrictEqual } from 'node:util';
import { examineAccount, listOverrides, listSecrets, listWarnings } from '../../account/examine-account.ts';
import { signOut } from '../../account/sign-out.ts';
import type { Context } from '../../context.ts';
import { listSpent, type Spending, sumByModel } from '../../conversation/spending.ts';
import type { Quota, QuotaUnit } from '../../copilot/account.ts';
import { describeCount } from '../../describe-count.ts';
import { AuthenticationError, CliError } from '../../errors.ts';
import {
  type AccountStatus,
  describeQuota,
  formatDay,
  writeSpendingTable,
  writeStatus,
} from '../../output/account-status.ts';
import { formatCost } from '../../output/money.ts';
import { untilAborted } from '../../pause.ts';
import { signIn } from '../../sign-in/sign-in.ts';
import type { ReplApp } from '../app.ts';
import { printOutput } from './print.ts';
import type { SlashCommand } from './slash-command.ts';

export const accountCommands: readonly SlashCommand[] = [
  {
    name: 'status',
    label: 'account and sign-in',
    parameters: '',
    description: 'show the account, where its token comes from, and whether a prompt would be answered',
    group: 'account',
    shell: 'copilot-cli status',
    isQuick: true,
    run: showStatus,
  },
  {
    name: 'usage',
    label: 'usage and quota',
    aliases: ['cost'],
    parameters: '',
    description: 'show the usage of this chat and of this conversation, and what is left of the quota',
    group: 'account',
    details: [
      'This chat is all since it was started, in whatever conversation; its cost stands in the status line. This conversation is all on its branches, whenever it was said.',
      'Costs with ~ are estimates from the prices in the list of models. All other numbers come from the service.',
      'What an answer cost that broke off or was stopped is not known: the status line says of how many.',
    ],
    isQuick: true,
    run: showUsage,
  },
  {
    name: 'login',
    label: 'sign in',
    parameters: '',
    description: 'sign in, or sign in again',
    group: 'account',
    shell: 'copilot-cli login',
    run: login,
  },
  {
    name: 'logout',
    label: 'sign out',
    parameters: '',
    description: 'forget the sign-in on this machine; conversations are kept',
    group: 'account',
    shell: 'copilot-cli logout',
    run: logout,
  },
];

/** Shows what is known, even if the rest cannot be looked up. */
async function showStatus(app: ReplApp): Promise<void> {
  const { context, transcript } = app;
  const status: AccountStatus = {
    overrides: listOverrides(context),
    warnings: listWarnings(context),
    secrets: listSecrets(context),
  };
  for (const warning of status.warnings) transcript.notice(warning, 'warning');
  try {
    await app.work('Asking GitHub', (signal) => untilAborted(examineAccount(context, status), signal));
  } finally {
    if (status.github) await printOutput(app, (output) => writeStatus(output, status));
  }
}

async function showUsage(app: ReplApp): Promise<void> {
  const { context, session, state, transcript, look } = app;
  const asked = await app.work('Asking GitHub', (signal) => untilAborted(findUnit(app), signal));
  const print = async (title: string, spent: Parameters<typeof sumByModel>[0]): Promise<void> => {
    const spending = sumByModel(spent).map((one) => toMoney(one, asked?.unit));
    if (spending.length === 0) return transcript.notice(`${title}: no answers yet.`);
    transcript.print([look.theme.paint('heading', `${title}${describeTotal(spending)}`)]);
    await printOutput(app, (output) =>
      writeSpendingTable(output, spending, { whole: '!copilot-cli usage --json' }),
    );
  };
  // What an answer cost that was stopped is not known, here or there.
  const spent = listSpent(session.file.conversation).filter(({ usage }) => usage !== undefined);
  if (isDeepStrictEqual(sumByModel(state.facts.spent), sumByModel(spent)))
    await print('This chat and this conversation', spent);
  else {
    await print('This chat', state.facts.spent);
    await print('This conversation', spent);
  }
  const { uncounted } = state.facts;
  if (uncounted > 0)
    transcript.notice(
      `${describeCount(uncounted, 'answer')} of this chat broke off or ${uncounted === 1 ? 'was' : 'were'} stopped; what that cost is not known, and not in the sums.`,
    );
  // Whoever stopped once waits no more.
  if (!asked) return;
  const account = await app.work('Asking GitHub', (signal) =>
    untilAborted(
      context.connect().then((client) => client.fetchAccount()),
      signal,
    ),
  );
  if (account)
    transcript.notice(`Quota: ${account.quota ? formatQuota(account.quota) : 'not reported by GitHub'}.`);
}

/** Without a unit if nobody is signed in: what was used is shown all the same. */
async function findUnit({ context }: ReplApp): Promise<{ unit?: QuotaUnit | undefined }> {
  try {
    return await (await context.connect()).findBilling();
  } catch {
    return {};
  }
}

/** A conversation may have begun with an account that is billed in another unit. */
function toMoney(spending: Spending, unit: QuotaUnit | undefined): Spending {
  if (unit === undefined) return spending;
  const { credits, premiumRequests } = spending;
  return {
    ...spending,
    credits: unit === 'credits' ? credits : undefined,
    premiumRequests: unit === 'premium_requests' ? premiumRequests : undefined,
  };
}

function describeTotal(spending: readonly Spending[]): string {
  const sum = (amounts: (number | undefined)[]): number | undefined =>
    amounts.reduce((total, amount) => (amount === undefined ? total : (total ?? 0) + amount), undefined);
  const total = formatCost({
    credits: sum(spending.map(({ credits }) => credits)),
    isEstimated: spending.some(({ isEstimated }) => isEstimated),
    premiumRequests: sum(spending.map(({ premiumRequests }) => premiumRequests)),
  });
  return total === undefined ? '' : `, ${total}`;
}

function formatQuota(quota: Quota): string {
  const day = formatDay(quota.resetsAt);
  return `${describeQuota(quota)}${day === undefined ? '' : `; renewed on ${day}`}`;
}

async function login(app: ReplApp): Promise<void> {
  const { context, session, transcript } = app;
  const shadow = context.credentials.findShadow();
  if (shadow !== undefined)
    throw new CliError('usage', `${shadow} is set; its token is used instead of a sign-in`, {
      hint: `Leave, unset ${shadow}, and start again.`,
    });
  await signInHere(app);
  session.forgetModel();
  const model = await app.work('Connecting', (signal) => session.loadModel(signal));
  if (model) transcript.notice(`${model.id} answers.`);
}

async function logout(app: ReplApp): Promise<void> {
  const { context, session, dialogs, transcript } = app;
  if (!(await dialogs.confirm('Forget the sign-in on this machine?', { byDefault: false })))
    return transcript.notice('You are still signed in.');
  const { sentences, warnings } = await signOut(context);
  session.forgetModel();
  transcript.notice(sentences.join(' '));
  for (const warning of warnings) transcript.notice(warning, 'warning');
  transcript.notice('/login signs in again.');
}

/** Whether no token is known of. GitHub's own CLI may still have one, which is looked up only when it is needed. */
export function isSignedOut({ record, credentials }: Context): boolean {
  return record.readLogin() === undefined && credentials.findShadow() === undefined;
}

/** Looks up the account and its model, and offers a sign-in. False if no model can be asked yet. Throws every other problem. */
export async function signInFirst(app: ReplApp): Promise<boolean> {
  try {
    const model = await app.work('Connecting', (signal) => app.session.loadModel(signal));
    return model !== undefined;
  } catch (error) {
    if (!(error instanceof AuthenticationError) || !isSignedOut(app.context)) throw error;
  }
  if (!(await app.dialogs.confirm('You are not signed in. Sign in now?'))) {
    app.transcript.notice('Sign in later with /login.');
    return false;
  }
  await signInHere(app);
  return signInFirst(app);
}

/** Runs `copilot-cli login` on the lent terminal. Esc and Ctrl+C end the sign-in and leave the conversation as it is. */
async function signInHere({ context, lendTerminal, transcript }: ReplApp): Promise<void> {
  const { account, host } = await lendTerminal(
    async (interrupted) => {
      const signal = AbortSignal.any([context.signal, interrupted]);
      // All other members are those of the chat, which are made when they are first used.
      const own: Context = Object.create(context, { signal: { value: signal } });
      const { stdout, stderr } = context.io;
      await stderr.write(`${stdout.canRedraw ? 'Esc' : 'Ctrl+C'} stops the sign-in.\n`);
      return signIn(own, { github: context.credentials.findHost(), browser: true });
    },
    { stopsByKey: true },
  );
  transcript.notice(`Signed in${account === undefined ? '' : ` as ${account}`} at ${host}.`);
}
