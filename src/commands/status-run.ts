import type { SettingName } from '../config/settings.ts';
import type { Context } from '../context.ts';
import { findObstacle } from '../copilot/readiness.ts';
import { CliError } from '../errors.ts';
import { type AccountStatus, toStatusJson, writeStatus } from '../output/account-status.ts';
import { writeJson } from '../output/json.ts';
import type { StatusOptions } from './status.ts';

/** Succeeds only where a prompt would be answered now; else what is known is printed, and the obstacle is thrown. */
export async function runStatus(context: Context, { json }: StatusOptions): Promise<void> {
  const { stdout } = context.io;
  const status: AccountStatus = { overrides: listOverrides(context), warnings: listWarnings(context) };
  for (const warning of json ? [] : status.warnings) context.warn(warning);
  try {
    await examine(context, status);
  } catch (error) {
    if (json && error instanceof CliError) throw error.withData({ ok: false, ...toStatusJson(status) });
    if (status.github) await writeStatus(stdout, status);
    throw error;
  }
  if (json) await writeJson(stdout, { ok: true, ...toStatusJson(status) });
  else await writeStatus(stdout, status);
}

/** Fills in `status` step by step, so that what was found out before an obstacle can be shown. */
async function examine(context: Context, status: AccountStatus): Promise<void> {
  status.github = await context.credentials.resolve();
  const client = await context.connect(status.github);
  status.session = await client.getSession();
  status.account = await client.fetchAccount();
  status.choice = await client.chooseModel(undefined);
  const obstacle = findObstacle(status.session.access, status.account, status.choice.model);
  if (obstacle) throw obstacle;
}

const urlSettings: SettingName[] = ['server-url', 'api-url', 'base-url'];

function listOverrides({ settings }: Context): AccountStatus['overrides'] {
  return urlSettings.flatMap((setting) => {
    const { value, origin } = settings.get(setting);
    return value === undefined || origin.kind === 'default'
      ? []
      : [{ setting, url: value, origin: origin.name }];
  });
}

function listWarnings({ credentials, record }: Context): string[] {
  const ignored = credentials
    .listIgnored()
    .map(({ variable, reason }) => `the token in ${variable} ${reason}; it is not used.`);
  const shadow = credentials.findShadow();
  const shadowed =
    shadow !== undefined && hasLogin(record)
      ? [`the token in ${shadow} is used in place of your login.`]
      : [];
  return [...ignored, ...shadowed];
}

function hasLogin(record: Context['record']): boolean {
  try {
    return record.readLogin() !== undefined;
  } catch {
    return false;
  }
}
