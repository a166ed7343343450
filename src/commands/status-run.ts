import {
  examineAccount,
  examineKeyStore,
  listOverrides,
  listSecrets,
  listWarnings,
} from '../account/examine-account.ts';
import type { Context } from '../context.ts';
import { AuthenticationError, CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { type AccountStatus, toStatusJson, writeStatus } from '../output/account-status.ts';
import { writeJson } from '../output/json.ts';
import { listTools } from '../sign-in/other-tools.ts';
import type { StatusOptions } from './status.ts';

/** Succeeds only if a prompt would be answered now; otherwise prints the facts and throws the obstacle. */
export async function runStatus(context: Context, { json }: StatusOptions): Promise<void> {
  const { stdout } = context.io;
  const status: AccountStatus = {
    overrides: listOverrides(context),
    warnings: listWarnings(context),
    secrets: listSecrets(context),
  };
  for (const warning of json ? [] : status.warnings) context.warn(warning);
  const wait = context.beginWait('Asking GitHub about the account');
  const examining = examineKeyStore(context);
  // It may fail before the account is known; it is awaited below.
  examining.catch(() => {});
  try {
    await examineAccount(context, status).finally(async () => {
      status.keyStore = await examining;
    });
  } catch (error) {
    if (!status.github) offerTakeOver(context, error);
    if (json && error instanceof CliError) throw error.withData({ ok: false, ...toStatusJson(status) });
    if (status.github) await writeStatus(stdout, status);
    throw error;
  } finally {
    wait.end();
  }
  if (json) await writeJson(stdout, { ok: true, ...toStatusJson(status) });
  else await writeStatus(stdout, status);
}

/** Where nobody is signed in, but another tool is. */
function offerTakeOver(context: Context, error: unknown): void {
  if (!(error instanceof AuthenticationError) || context.record.listLogins().length > 0) return;
  const [tool] = listTools(context);
  if (tool !== undefined)
    error.addHint(advise`Or take over the sign-in of ${tool}: ${run(`login --from ${tool}`)}`);
}
