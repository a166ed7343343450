import type { Context } from '../context.ts';
import { listSpent, type Spending, sumByModel } from '../conversation/spending.ts';
import { createConversationStore } from '../conversation/store.ts';
import type { Account } from '../copilot/account.ts';
import { CliError } from '../errors.ts';
import { toSpendingJson, toUsageJson, writeSpendingTable, writeUsage } from '../output/account-status.ts';
import { writeJson } from '../output/json.ts';
import type { UsageOptions } from './usage.ts';

/** What was used is shown even if GitHub cannot be asked; then it throws the obstacle. */
export async function runUsage(context: Context, { json }: UsageOptions): Promise<void> {
  const { stdout } = context.io;
  const since = new Date(context.now()).toISOString().slice(0, 7);
  const spending = sumSince(context, since);
  const records = { since: `${since}-01`, models: spending.map(toSpendingJson) };
  const wait = context.beginWait('Asking GitHub about the account');
  let account: Account;
  try {
    account = await (await context.connect()).fetchAccount();
  } catch (error) {
    wait.end();
    if (json && error instanceof CliError)
      throw error.withData({ ...toUsageJson(undefined), this_month: records });
    if (spending.length > 0) await writeSpendingTable(stdout, spending);
    throw error;
  }
  wait.end();
  if (json) return writeJson(stdout, { ...toUsageJson(account), this_month: records });
  await writeUsage(stdout, account);
  if (spending.length === 0) return context.notice('no answer of this month is kept on this machine.');
  await stdout.write('\n');
  await writeSpendingTable(stdout, spending);
  context.notice('answers of this month that are kept on this machine; numbers with ~ are estimates.');
}

/** Answers of all conversations since a month such as `2026-11`, in UTC, as GitHub counts. A conversation that cannot be read is skipped. */
function sumSince(context: Context, since: string): Spending[] {
  const store = createConversationStore({
    folder: context.dataFolder,
    now: context.now,
    onNotice: context.warn,
  });
  return sumByModel(
    store.listIds().flatMap((id) => {
      try {
        const { conversation } = store.open(id, { save: false });
        return listSpent(conversation).filter(({ at }) => at >= since);
      } catch (error) {
        if (error instanceof CliError) return [];
        throw error;
      }
    }),
  );
}
